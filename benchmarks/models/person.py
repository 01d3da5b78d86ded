"""Persons of concern, who named them, and what is known of their situation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may_read
from benchmarks.dates import precision_field, starts_its_period, written
from benchmarks.models.choices import Audience, held_to_choices
from benchmarks.models.ground import AppendOnly, AppendOnlyQuerySet, ProtectedText
from benchmarks.models.guards import CheckInsert

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.permissions import AnyUser


class PersonQuerySet(models.QuerySet["PersonOfConcern"]):
    def visible_to(self, user: AnyUser) -> Self:
        """A restricted person is seen by who added them and by the named readers, nobody else."""
        if not may_read(user):
            return self.none()
        read = PersonOfConcern.readers.through.objects.filter(user=user.pk or 0)
        return self.filter(
            ~Q(audience=Audience.RESTRICTED)
            | Q(added_by_id=user.pk)
            | Q(pk__in=read.values("personofconcern_id"))
        )

    def with_situation(self, day: date | None = None, known: datetime | None = None) -> Self:
        """Annotate `situation` (unknown where no line stands) and the date as of which it is stated."""
        lines = PersonSituation.objects.standing(day, known).filter(person=OuterRef("pk")).newest_first()
        return self.annotate(
            situation=Coalesce(
                Subquery(lines.values("situation")[:1]), Value(PersonSituation.Situation.UNKNOWN.value)
            ),
            situation_as_of=Subquery(lines.values("stated_as_of")[:1]),
            situation_as_of_precision=Coalesce(
                Subquery(lines.values("stated_as_of_precision")[:1]), Value("day")
            ),
        )


@held_to_choices
class PersonOfConcern(models.Model):
    """A named person whose release or safety a benchmark asks for."""

    name = models.CharField(_("name"), max_length=200)
    native_name = models.CharField(_("name in their own script"), max_length=200, blank=True)
    native_language = models.CharField(
        _("language of that name"), max_length=12, blank=True, help_text=_("BCP 47, such as zh, bo or ug.")
    )
    slug = models.SlugField(max_length=120, unique=True)
    also_known_as = models.CharField(_("also known as"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    benchmarks = models.ManyToManyField(
        "benchmarks.Benchmark", verbose_name=_("benchmarks"), related_name="persons", blank=True
    )
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.INTERNAL)
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("readers"), related_name="+", blank=True
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    born_on = models.DateField(_("born on"), null=True, blank=True)
    born_on_precision = precision_field()
    next_known_date = models.DateField(_("next known date"), null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person of concern")
        verbose_name_plural = _("persons of concern")
        ordering = ("name", "pk")
        constraints = (
            starts_its_period("born_on", "benchmarks_person_born_on_precision"),
            models.CheckConstraint(
                condition=Q(native_name="") | ~Q(native_language=""),
                name="benchmarks_person_native_name_has_a_language",
                violation_error_message=_("Say which language the name in their own script is in."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class OfVisiblePersons(models.QuerySet["PersonMention"]):
    def visible_to(self, user: AnyUser) -> Self:
        return self.filter(person__in=PersonOfConcern.objects.visible_to(user).values("pk"))


class PersonMention(models.Model):
    """A letter or an agenda item names a person, with the description given there."""

    person = models.ForeignKey(PersonOfConcern, on_delete=models.PROTECT, related_name="mentions")
    letter = models.ForeignKey(
        "benchmarks.Letter", on_delete=models.PROTECT, null=True, blank=True, related_name="mentions"
    )
    agenda_item = models.ForeignKey(
        "benchmarks.AgendaItem", on_delete=models.PROTECT, null=True, blank=True, related_name="mentions"
    )
    description = models.CharField(_("description as given"), max_length=500, blank=True)
    health_concern = models.BooleanField(_("a health concern is stated"), default=False)

    objects = OfVisiblePersons.as_manager()

    class Meta:
        verbose_name = _("mention of a person")
        verbose_name_plural = _("mentions of persons")
        ordering = ("person", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "letter", "agenda_item"),
                name="benchmarks_personmention_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(letter__isnull=False, agenda_item__isnull=True)
                | Q(letter__isnull=True, agenda_item__isnull=False),
                name="benchmarks_personmention_in_one_place",
                violation_error_message=_("A mention stands in a letter or in an agenda item."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.letter or self.agenda_item}"


class PersonSituationQuerySet(AppendOnlyQuerySet["PersonSituation"]):
    def visible_to(self, user: AnyUser) -> Self:
        return self.filter(person__in=PersonOfConcern.objects.visible_to(user).values("pk"))

    def standing(self, day: date | None = None, known: datetime | None = None) -> Self:
        """Lines that no other corrects, stated as of `day` at the latest, as known at the moment `known`."""
        written_down = PersonSituation.objects.all()
        lines: Self = self
        if known is not None:
            written_down, lines = (
                written_down.filter(recorded_at__lte=known),
                self.filter(recorded_at__lte=known),
            )
        lines = lines.filter(~Exists(written_down.filter(corrects=OuterRef("pk"))))
        return lines if day is None else lines.filter(stated_as_of__lte=day)

    def newest_first(self) -> Self:
        return self.order_by("-stated_as_of", "-change_id", "-pk")


@held_to_choices
class PersonSituation(AppendOnly):
    """What a source states of a person's situation, as of a date. Release and re-detention are two lines."""

    class Situation(models.TextChoices):
        FREE = "free", _("free")
        FREE_WITH_RESTRICTIONS = "free_with_restrictions", _("free with restrictions")
        DETAINED = "detained", _("detained")
        IMPRISONED = "imprisoned", _("imprisoned")
        ENFORCED_DISAPPEARANCE = "enforced_disappearance", _("enforced disappearance")
        HOUSE_ARREST = "house_arrest", _("house arrest")
        DECEASED = "deceased", _("deceased")
        UNKNOWN = "unknown", _("unknown")

    hashed = {
        1: [
            "id",
            "person_id",
            "change_id",
            "situation",
            "stated_as_of",
            "stated_as_of_precision",
            "since",
            "since_precision",
            "recorded_at",
            "note_id",
            "note_commitment",
            "letter_id",
            "source_url_id",
            "source_url_commitment",
            "recorded_by_id",
            "corrects_id",
        ]
    }
    protected = ("note", "source_url")

    person = models.ForeignKey(PersonOfConcern, on_delete=models.PROTECT, related_name="situations")
    situation = models.CharField(_("situation"), max_length=24, choices=Situation)
    stated_as_of = models.DateField(_("stated as of"))
    stated_as_of_precision = precision_field()
    since = models.DateField(_("since"), null=True, blank=True)
    since_precision = precision_field()
    note = models.ForeignKey(ProtectedText, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note_commitment = models.CharField(max_length=64, blank=True, editable=False)
    letter = models.ForeignKey(
        "benchmarks.Letter", on_delete=models.PROTECT, null=True, blank=True, related_name="situations"
    )
    # An address can lead to who spoke; so it can be erased, as the note can.
    source_url = models.ForeignKey(
        ProtectedText,
        verbose_name=_("address of the source"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    source_url_commitment = models.CharField(max_length=64, blank=True, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    objects = PersonSituationQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("situation of a person")
        verbose_name_plural = _("situations of persons")
        ordering = ("-stated_as_of", "-change_id", "-pk")
        constraints = (
            starts_its_period("stated_as_of", "benchmarks_personsituation_as_of_precision"),
            starts_its_period("since", "benchmarks_personsituation_since_precision"),
            models.CheckConstraint(
                condition=Q(letter__isnull=False) | Q(source_url__isnull=False),
                name="benchmarks_personsituation_has_a_source",
                violation_error_message=_("A situation needs a source: a letter or an address."),
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(since__lte=F("stated_as_of")),
                name="benchmarks_personsituation_since_before_as_of",
            ),
            models.CheckConstraint(
                condition=Q(stated_as_of__lte=F("recorded_at__date")),
                name="benchmarks_personsituation_not_in_the_future",
            ),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *AppendOnly.Meta.triggers,
            CheckInsert(name="corrects_the_same_person", calls="benchmarks_check_correction"),
        ]

    def __str__(self) -> str:
        return f"{self.get_situation_display()}, {self.stated_as_of_written}"

    @property
    def stated_as_of_written(self) -> str:
        return written(self.stated_as_of, self.stated_as_of_precision)
