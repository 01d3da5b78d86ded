"""Letters, who wrote and received them, and what each of them asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from benchmarks.dates import precision_field, starts_its_period, written
from benchmarks.models.choices import held_to_choices
from benchmarks.models.organisation import OpenToReaders, Organisation
from benchmarks.models.person import PersonOfConcern
from benchmarks.models.words import phrases, stands_in

if TYPE_CHECKING:
    from accounts.permissions import AnyUser
    from benchmarks.models.benchmark import Benchmark


class LetterQuerySet(OpenToReaders["Letter"]):
    def with_counts(self, benchmarks: models.QuerySet[Benchmark]) -> Self:
        """Annotate `asks` (recommendations, sub-items too) and `followed` (those benchmarks)."""
        asks = Recommendation.objects.filter(letter=OuterRef("pk")).order_by().values("letter")
        links = Recommendation.benchmarks.through._default_manager.filter(
            recommendation__letter=OuterRef("pk"), benchmark__in=benchmarks.order_by().values("pk")
        )
        followed = links.order_by().values("recommendation__letter")
        return self.annotate(
            asks=Coalesce(Subquery(asks.annotate(n=Count("pk")).values("n")), Value(0)),
            followed=Coalesce(
                Subquery(followed.annotate(n=Count("benchmark", distinct=True)).values("n")), Value(0)
            ),
        )

    def with_parties(self) -> Self:
        """Load who wrote and received each letter, in the letter's order, for `senders` and `addressees`."""
        return self.prefetch_related(listed_parties())

    def mentioning(self, words: str, user: AnyUser) -> Self:
        """Letters in which each word, or each phrase in quotation marks, stands.

        It may stand in title, reference or text, in a party, or in the name of a person whom the letter
        names. A person this user may not see is not found.
        """
        found, persons = self, PersonOfConcern.objects.visible_to(user).order_by()
        for phrase in phrases(words):
            named = persons.filter(stands_in(phrase, "name", "native_name", "also_known_as"))
            found = found.filter(
                stands_in(phrase, "title", "reference", "text")
                | Q(pk__in=LetterParty.objects.saying(phrase).values("letter"))
                | Q(pk__in=named.values("mentions__letter"))
            )
        return found


def listed_parties(path: str = "parties") -> Prefetch[str, models.QuerySet[LetterParty], str]:
    """Load who wrote and received each letter, in the letter's order, for `senders` and `addressees`."""
    parties = LetterParty.objects.select_related("organisation").order_by("order", "pk")
    return Prefetch(path, queryset=parties, to_attr="listed_parties")


@held_to_choices
class Letter(models.Model):
    """A dated source document that contains recommendations, or one that such a document refers to."""

    class Kind(models.TextChoices):
        OPEN_LETTER = "open_letter", _("open letter")
        JOINT_LETTER = "joint_letter", _("joint letter")
        LETTER = "letter", _("letter")
        ADVISORY = "advisory", _("advisory")
        SUBMISSION = "submission", _("submission")
        UN_DOCUMENT = "un_document", _("UN document")
        EU_DOCUMENT = "eu_document", _("EU document")
        STATEMENT = "statement", _("statement")

    class TextKind(models.TextChoices):
        FULL = "full", _("full text")
        SUMMARY = "summary", _("summary in our own words")
        NOT_HELD = "not_held", _("text not held")

    title = models.CharField(_("title"), max_length=300)
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    dated = models.DateField(_("dated"))
    dated_precision = precision_field()
    language = models.CharField(_("language"), max_length=12, default="en")
    url = models.URLField(_("address"), max_length=1000, blank=True)
    file = models.FileField(_("file"), upload_to="letters/", blank=True)
    text = models.TextField(_("text"), blank=True)
    text_kind = models.CharField(
        _("kind of text"), max_length=10, choices=TextKind, default=TextKind.NOT_HELD
    )
    ahead_of = models.ForeignKey(
        "benchmarks.Event",
        verbose_name=_("ahead of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
    )

    objects = LetterQuerySet.as_manager()
    listed_parties: list[LetterParty]  # set by `with_parties`

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("-dated", "-pk")
        indexes = (models.Index(fields=("dated", "id"), name="benchmarks_letter_newest"),)
        constraints = (
            starts_its_period("dated", "benchmarks_letter_dated_precision"),
            models.CheckConstraint(
                condition=Q(text="") ^ ~Q(text_kind="not_held"),
                name="benchmarks_letter_text_is_held_or_not",
                violation_error_message=_("A letter whose text is not held has none, and another has one."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("benchmarks:letter", args=[self.slug])

    @property
    def dated_written(self) -> str:
        return written(self.dated, self.dated_precision)

    @property
    def senders(self) -> list[LetterParty]:
        """Who the letter is from: its authors, and then its signatories. Needs `with_parties`."""
        return self.authors + self.signatories

    @property
    def authors(self) -> list[LetterParty]:
        return self._listed(LetterParty.Role.AUTHOR)

    @property
    def signatories(self) -> list[LetterParty]:
        return self._listed(LetterParty.Role.SIGNATORY)

    @property
    def addressees(self) -> list[LetterParty]:
        """Who the letter is to. Needs `with_parties`."""
        return self._listed(LetterParty.Role.ADDRESSEE)

    def _listed(self, role: LetterParty.Role) -> list[LetterParty]:
        return [party for party in self.listed_parties if party.role == role]


class LetterPartyQuerySet(OpenToReaders["LetterParty"]):
    def saying(self, phrase: str) -> Self:
        """Parties in whose names, office or principal the phrase, folded, stands."""
        organisations = Organisation.objects.filter(stands_in(phrase, "name", "short_name"))
        here = stands_in(phrase, "person_name", "office", "on_behalf_of")
        return self.order_by().filter(here | Q(organisation__in=organisations.order_by().values("pk")))


@held_to_choices
class LetterParty(models.Model):
    """An addressee, author or signatory of one letter, in the order the letter has them."""

    class Role(models.TextChoices):
        ADDRESSEE = "addressee", _("addressee")
        AUTHOR = "author", _("author")
        SIGNATORY = "signatory", _("signatory")

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="parties")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="letter_parties"
    )
    person_name = models.CharField(_("person"), max_length=200, blank=True)
    office = models.CharField(_("office"), max_length=300, blank=True)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=300, blank=True)

    objects = LetterPartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party to a letter")
        verbose_name_plural = _("parties to letters")
        ordering = ("letter", "role", "order", "pk")
        constraints = (
            models.UniqueConstraint(fields=("letter", "role", "order"), name="benchmarks_letterparty_order"),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(person_name="") | ~Q(office=""),
                name="benchmarks_letterparty_names_somebody",
                violation_error_message=_("Name an organisation, a person or an office."),
            ),
        )

    def __str__(self) -> str:
        parts = (self.person_name, self.office, str(self.organisation or ""))
        return ", ".join(part for part in parts if part)

    @property
    def name(self) -> str:
        """One name for it: the organisation, else the person, else the office."""
        return self.organisation.name if self.organisation else self.person_name or self.office

    @property
    def label(self) -> str:
        """The same, short: what lines and tables print."""
        return self.organisation.label if self.organisation else self.name


@held_to_choices
class LetterReference(models.Model):
    """One letter refers to another."""

    class Kind(models.TextChoices):
        REITERATES = "reiterates", _("reiterates")
        CITES = "cites", _("cites")
        FOLLOWS_UP = "follows_up", _("follows up")

    from_letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="references_made")
    to_letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="references_received")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)

    objects = OpenToReaders.as_manager()

    class Meta:
        verbose_name = _("reference between letters")
        verbose_name_plural = _("references between letters")
        ordering = ("from_letter", "to_letter", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("from_letter", "to_letter", "kind"), name="benchmarks_letterreference_once"
            ),
            models.CheckConstraint(
                condition=~Q(from_letter=F("to_letter")), name="benchmarks_letterreference_not_to_itself"
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_letter} {self.get_kind_display()} {self.to_letter}"


@held_to_choices
class Recommendation(models.Model):
    """One ask as it stands in one letter, with its number there."""

    class Mode(models.TextChoices):
        ASKS = "asks", _("asks")
        NOTES_ABSENCE = "notes_absence", _("notes absence")

    class Wording(models.TextChoices):
        OWN_WORDS = "own_words", _("in our own words")
        QUOTATION = "quotation", _("quotation")

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="recommendations")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    number = models.CharField(_("number"), max_length=20)
    order = models.PositiveSmallIntegerField(_("order in the letter"), default=1)
    locator = models.CharField(_("where in the text"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    wording = models.CharField(_("wording"), max_length=10, choices=Wording, default=Wording.OWN_WORDS)
    mode = models.CharField(_("mode"), max_length=14, choices=Mode, default=Mode.ASKS)
    rationale = models.TextField(_("rationale"), blank=True)
    actors = models.ManyToManyField(
        Organisation, verbose_name=_("who is to act"), related_name="asked_to_act", blank=True
    )
    benchmarks: models.ManyToManyField[Benchmark, models.Model] = models.ManyToManyField(
        "benchmarks.Benchmark", verbose_name=_("benchmarks"), related_name="recommendations", blank=True
    )

    objects = OpenToReaders.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ("letter", "order", "pk")
        constraints = (
            models.UniqueConstraint(fields=("letter", "number"), name="benchmarks_recommendation_number"),
            models.CheckConstraint(condition=~Q(number=""), name="benchmarks_recommendation_has_a_number"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="benchmarks_recommendation_not_its_own_parent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.letter}, {self.number}"

    def clean(self) -> None:
        """Hold a part to the letter of the whole. Raises ValidationError."""
        # A form in which the letter itself is missing says that much, and no more.
        if self.parent and self.letter_id and self.parent.letter_id != self.letter_id:
            raise ValidationError({"parent": _("A part of a recommendation stands in the same letter.")})
