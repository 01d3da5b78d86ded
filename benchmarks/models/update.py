"""What staff log: what happened, and what it proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import NotAllowed, may_contribute, may_read, may_review
from benchmarks.dates import precision_field, starts_its_period, written
from benchmarks.models.choices import Audience, held_to_choices
from benchmarks.models.guards import CheckWrite
from benchmarks.models.scales import Position, Rating
from benchmarks.models.status import StatusEvent

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.permissions import AnyUser


class StaleReview(Exception):
    """Somebody decided on this update first, it was submitted anew, or it is not submitted."""

    def __init__(self, update: ProgressUpdate) -> None:
        self.update = update
        super().__init__(update.standing_said())


class ProgressUpdateQuerySet(models.QuerySet["ProgressUpdate"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Own updates; of others' no drafts, restricted ones as a reader, a viewer only approved ones.

        What is hidden is as restricted as what was logged so. A discarded draft is seen by nobody.
        """
        from benchmarks.models.benchmark import Benchmark

        if not may_read(user):
            return self.none()
        open_to_all = ~Q(audience=Audience.RESTRICTED) & Q(hidden_at__isnull=True)
        others = open_to_all | Q(pk__in=self.read_by(user))
        if may_contribute(user):
            # They see every benchmark: to ask for each would cost more than all the rest.
            others &= ~Q(state=ProgressUpdate.State.DRAFT)
        else:
            # Exists looks one benchmark up; `in` would list all of them first, for the few updates of a page.
            others &= Q(Exists(Benchmark.objects.visible_to(user).filter(pk=OuterRef("benchmark"))))
            others &= Q(state=ProgressUpdate.State.APPROVED)
        return self.filter(Q(author_id=user.pk) | others, discarded_at__isnull=True)

    def own(self, user: AnyUser) -> Self:
        """What this person wrote and did not throw away."""
        return self.filter(author_id=user.pk, discarded_at__isnull=True) if may_read(user) else self.none()

    def waiting(self) -> Self:
        """Submitted and not decided on, the one that has waited longest first."""
        return self.filter(state=ProgressUpdate.State.SUBMITTED, hidden_at__isnull=True).order_by(
            "submitted_at", "pk"
        )

    def hidden(self) -> Self:
        """Hidden at once by somebody, and not looked at by a second person since; oldest first."""
        looked_for = self.filter(hidden_at__isnull=False, hiding_confirmed_by__isnull=True)
        # Of a draft and of what is restricted besides, nobody is to know.
        kept_back = Q(state=ProgressUpdate.State.DRAFT) | Q(audience=Audience.RESTRICTED)
        return looked_for.exclude(kept_back).order_by("hidden_at", "pk")

    @staticmethod
    def read_by(user: AnyUser) -> models.QuerySet[Any, Any]:
        """The keys of updates that name this person as a reader."""
        return ProgressUpdate.readers.through.objects.filter(user=user.pk or 0).values("progressupdate_id")


@held_to_choices
class ProgressUpdate(models.Model):
    """What a member of staff logs: what happened, when, and the rating and position it suggests.

    A correction or withdrawal of a status event is logged and reviewed as an update too: it names the
    line it `voids`, so that taking back an approval needs two people as giving it does.
    """

    LONGEST_NARRATIVE, LONGEST_REASON = 20_000, 5_000

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        CHANGES_REQUESTED = "changes_requested", _("changes requested")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        UNKNOWN = "unknown", _("unknown")

    benchmark = models.ForeignKey("benchmarks.Benchmark", on_delete=models.PROTECT, related_name="updates")
    agenda_item = models.ForeignKey(
        "benchmarks.AgendaItem", on_delete=models.PROTECT, null=True, blank=True, related_name="updates"
    )
    # Where it happened, if that is an event on whose agenda the benchmark is not.
    event = models.ForeignKey(
        "benchmarks.Event", on_delete=models.PROTECT, null=True, blank=True, related_name="updates"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="updates"
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=StatusEvent.Kind, default=StatusEvent.Kind.ASSESSMENT
    )
    voids = models.ForeignKey(
        StatusEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="challenges"
    )
    # A draft may be begun before its author has looked the day up.
    happened_on = models.DateField(_("happened on"), null=True)
    happened_on_precision = precision_field()
    narrative = models.TextField(_("what happened"))
    proposed_rating = models.CharField(
        _("proposed rating"), max_length=12, choices=Rating, null=True, blank=True
    )
    # Beside the reviewer's public reason: what the author thinks, by the criterion.
    reason = models.TextField(_("why this rating"), blank=True)
    proposed_position = models.CharField(
        _("proposed position"), max_length=16, choices=Position, null=True, blank=True
    )
    addressee = models.ForeignKey(
        "benchmarks.Organisation",
        verbose_name=_("position of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    criterion = models.ForeignKey(
        "benchmarks.CriterionVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.INTERNAL)
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("readers"), related_name="+", blank=True
    )
    state = models.CharField(_("state"), max_length=18, choices=State, default=State.DRAFT)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    review_note = models.TextField(_("note of the reviewer"), blank=True)
    raised_in_public = models.CharField(_("raised in public"), max_length=7, choices=Answer, blank=True)
    raised_in_private = models.CharField(_("raised in private"), max_length=7, choices=Answer, blank=True)
    answer = models.TextField(_("the answer given"), blank=True)
    created_at = models.DateTimeField(_("logged at"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    # A reviewer decides on what they read: on the submission of this number, and on no later one.
    submission = models.PositiveSmallIntegerField(_("submission"), default=0, editable=False)
    hidden_at = models.DateTimeField(_("hidden at"), null=True, blank=True, editable=False)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("hidden by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    hiding_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("hiding confirmed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    discarded_at = models.DateTimeField(_("discarded at"), null=True, blank=True, editable=False)

    objects = ProgressUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ("-happened_on", "-pk")
        indexes = (
            models.Index(fields=("benchmark", "-happened_on"), name="benchmarks_update_timeline"),
            models.Index(
                fields=("submitted_at",),
                condition=Q(state="submitted"),
                name="benchmarks_update_waiting",
            ),
            models.Index(fields=("author", "-decided_at"), name="benchmarks_update_own"),
            models.Index(
                fields=("author", "state", "-id"),
                condition=Q(state__in=["draft", "submitted", "changes_requested"], discarded_at__isnull=True),
                name="benchmarks_update_open",
            ),
            models.Index(
                fields=("hidden_at",), condition=Q(hidden_at__isnull=False), name="benchmarks_update_hidden"
            ),
        )
        constraints = (
            starts_its_period("happened_on", "benchmarks_update_happened_on_precision"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(happened_on__isnull=False),
                name="benchmarks_update_happened_on_some_day",
                violation_error_message=_("Say when it happened."),
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_by__isnull=True, hiding_confirmed_by__isnull=True)
                | Q(hidden_at__isnull=False, hidden_by__isnull=False),
                name="benchmarks_update_hidden_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(hiding_confirmed_by__isnull=True) | ~Q(hiding_confirmed_by=F("hidden_by")),
                name="benchmarks_update_hiding_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True) | Q(state="draft"),
                name="benchmarks_update_only_drafts_are_discarded",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("author")),
                name="benchmarks_update_author_never_decides",
                violation_error_message=_("Nobody decides on an update of their own."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected", "changes_requested"])
                | Q(reviewer__isnull=False, decided_at__isnull=False),
                name="benchmarks_update_decision_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(proposed_rating__isnull=True)
                | Q(proposed_rating__in=[r for r in Rating.values if r != Rating.UNASSESSED]),
                name="benchmarks_update_rating",
            ),
            models.CheckConstraint(
                condition=Q(proposed_position__isnull=True, addressee__isnull=True)
                | Q(proposed_position__isnull=False, addressee__isnull=False),
                name="benchmarks_update_position_is_somebodys",
                violation_error_message=_("A position belongs to an addressee: give both or neither."),
            ),
            models.CheckConstraint(
                condition=~Q(audience="restricted")
                | Q(proposed_rating__isnull=True, proposed_position__isnull=True),
                name="benchmarks_update_restricted_proposes_nothing",
                violation_error_message=_(
                    "A restricted update proposes no rating and no position: the public line would betray it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind="assessment", voids__isnull=True)
                | (~Q(kind="assessment") & Q(voids__isnull=False)),
                name="benchmarks_update_voids_fits_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind="correction")
                | Q(proposed_rating__isnull=False)
                | Q(proposed_position__isnull=False),
                name="benchmarks_update_correction_proposes_something",
                violation_error_message=_(
                    "A correction says what should stand instead; else withdraw the line."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(audience="restricted") | Q(voids__isnull=True),
                name="benchmarks_update_restricted_voids_nothing",
                violation_error_message=_("What takes back a line is as open as the line."),
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(happened_on__lte=F("submitted_at__date")),
                name="benchmarks_update_not_in_the_future",
                violation_error_message=_("What is logged has happened: the date lies in the future."),
            ),
            models.CheckConstraint(
                condition=Q(agenda_item__isnull=False)
                | Q(raised_in_public="", raised_in_private="", answer=""),
                name="benchmarks_update_outcome_is_of_an_agenda_item",
                violation_error_message=_("Whether something was raised is said of an agenda item."),
            ),
            models.CheckConstraint(
                condition=Q(event__isnull=True) | Q(agenda_item__isnull=True),
                name="benchmarks_update_at_one_event",
                violation_error_message=_("Name an agenda item or an event, not both."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="withdrawal")
                | Q(proposed_rating__isnull=True, proposed_position__isnull=True),
                name="benchmarks_update_withdrawal_proposes_nothing",
            ),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            CheckWrite(name="keeps_its_decision", calls="benchmarks_check_update")
        ]

    def __str__(self) -> str:
        return f"{self.benchmark.code}, {self.happened_on_written}"

    def get_absolute_url(self) -> str:
        return reverse("benchmarks:update", args=[self.pk])

    def clean(self) -> None:
        super().clean()
        self._check_lengths()
        if self.agenda_item and self.agenda_item.benchmark_id != self.benchmark_id:
            raise ValidationError(_("That agenda item is about another benchmark."))
        if self.voids and self.voids.benchmark_id != self.benchmark_id:
            raise ValidationError(_("That line is about another benchmark."))
        if self.voids and self.voids.kind == StatusEvent.Kind.WITHDRAWAL:
            raise ValidationError(_("A withdrawal is not taken back; log the assessment anew."))

    def _check_lengths(self) -> None:
        for name, longest in (("narrative", self.LONGEST_NARRATIVE), ("reason", self.LONGEST_REASON)):
            if len(getattr(self, name)) > longest:
                raise ValidationError({name: gettext("At most %(most)d characters.") % {"most": longest}})

    @property
    def happened_on_written(self) -> str:
        return written(self.happened_on, self.happened_on_precision)

    @property
    def is_restricted(self) -> bool:
        """True if only its author and its readers see it, however it came to that."""
        return self.audience == Audience.RESTRICTED or self.hidden_at is not None

    @property
    def is_decided(self) -> bool:
        """True where a reviewer decided on what was submitted last."""
        return self.state in {self.State.APPROVED, self.State.REJECTED, self.State.CHANGES_REQUESTED}

    def standing_said(self) -> str:
        """A sentence that tells somebody who came late what became of it, and by whom."""
        if self.discarded_at:
            return gettext("This draft was thrown away: bring it back first.")
        said = {"state": self.get_state_display(), "who": self.reviewer}
        if self.is_decided:
            return gettext("This update is %(state)s already; decided by: %(who)s.") % said
        if self.state == self.State.SUBMITTED:
            return gettext("This update was submitted meanwhile, and nobody has decided on it yet.")
        return gettext("This update is now: %(state)s.") % said

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_open(self) -> bool:
        """True while its author may still change it."""
        return self.state in {self.State.DRAFT, self.State.CHANGES_REQUESTED}

    @property
    def makes_a_line(self) -> bool:
        """True if approving it adds a line to the status history."""
        return bool(self.proposed_rating or self.proposed_position or self.voids_id)

    def may_be_decided_by(self, person: AnyUser) -> bool:
        """True for a reviewer who did not write it; whether there is anything to decide is another matter."""
        return may_review(person) and person.pk != self.author_id

    def awaits(self, person: AnyUser) -> bool:
        """True if this person is offered a decision; `workflow` asks again, and more."""
        is_waiting = self.state == self.State.SUBMITTED and self.hidden_at is None
        return is_waiting and self.may_be_decided_by(person)

    def may_be_edited_by(self, person: AnyUser) -> bool:
        """True for its author, as long as it is a draft or was sent back."""
        return may_contribute(person) and person.pk == self.author_id and self.is_open

    def check_can_be_decided_by(self, reviewer: User, *, seen: int | None = None) -> None:
        """Raise NotAllowed or StaleReview where this person may not decide on this update now.

        `seen` is the number of the submission they read. Raises DoesNotExist where they may not even know
        of it.
        """
        if not may_review(reviewer):
            raise NotAllowed(gettext("Only reviewers decide on updates."))
        if reviewer.pk == self.author_id:
            raise NotAllowed(gettext("Nobody decides on an update of their own."))
        if not ProgressUpdate.objects.visible_to(reviewer).filter(pk=self.pk).exists():
            raise ProgressUpdate.DoesNotExist
        if self.state != self.State.SUBMITTED or seen not in {None, self.submission}:
            raise StaleReview(self)
        if self.hidden_at is not None:
            raise NotAllowed(gettext("It was hidden. Whoever hid it, or its author, shows it again first."))

    def mark(self, state: State, *, by: User, note: str = "") -> None:
        """Write down who decided what, and when."""
        self.state, self.reviewer, self.decided_at, self.review_note = state, by, timezone.now(), note
        self.save(update_fields=["state", "reviewer", "decided_at", "review_note"])
