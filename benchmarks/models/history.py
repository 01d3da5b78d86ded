"""The append-only ground: changes in one chain, protected text, and the lines of status history.

Rows here are never updated or deleted: triggers refuse it, and the role that web and worker connect as
has no such privilege. `benchmarks.history.record` is the only writer.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may_read
from benchmarks.dates import precision_field, starts_its_period, written
from benchmarks.models.choices import Audience, held_to_choices
from benchmarks.models.guards import CheckInsert, RefuseAllButErasure, RefuseRewrite, RefuseTruncate
from benchmarks.models.scales import Position, Rating

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.permissions import AnyUser

M = TypeVar("M", bound=models.Model)


class AppendOnlyError(Exception):
    """Somebody tried to change or remove a row that only ever is added."""


class AppendOnlyQuerySet(models.QuerySet[M]):
    """Refuses in Python, with a clear word, what the database would refuse anyway."""

    def update(self, **kwargs: Any) -> int:
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{self.model.__name__} rows are never removed.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed.")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[M]:
        raise AppendOnlyError(f"{self.model.__name__} rows are written one by one, by `history.record`.")


class AppendOnly(models.Model):
    """A row of history: made once, by one change, at one moment.

    `hashed` names, for each version of the canonical form, the columns that the chain covers; `protected`
    names the foreign keys to text that may have to be erased, each with a salted commitment beside it.
    """

    hashed: ClassVar[dict[int, list[str]]]
    protected: ClassVar[tuple[str, ...]] = ()

    change = models.ForeignKey(
        "benchmarks.Change", on_delete=models.PROTECT, related_name="+", editable=False
    )
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    class Meta:
        abstract = True
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            RefuseRewrite(name="refuse_rewrite"),
            RefuseTruncate(name="refuse_truncate"),
            CheckInsert(name="made_by_a_new_change", calls="benchmarks_check_made_by_new_change"),
        ]

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} {self.pk} is history: it is never changed.")
        for name in self.protected:
            text = getattr(self, name)
            setattr(self, f"{name}_commitment", text.commitment if text else "")
        super().save(**kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{type(self).__name__} {self.pk} is history: it is never removed.")


class ProtectedTextQuerySet(AppendOnlyQuerySet["ProtectedText"]):
    def erase(self, at: datetime) -> int:
        """Empty these texts for good. Only the owner of the tables has the privilege."""
        return models.QuerySet.update(self, text="", salt="", erased_at=at)


class ProtectedText(models.Model):
    """Free text of a history row, kept apart so that it can be erased while the chain still verifies.

    The history row holds `commitment`, sha256 over salt and text. Erasing empties both, so that nobody
    can confirm a guess of what stood here.
    """

    salt = models.CharField(max_length=64, editable=False)
    text = models.TextField(_("text"))
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    objects = ProtectedTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("protected text")
        verbose_name_plural = _("protected texts")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(text="", salt=""),
                name="benchmarks_protectedtext_erased_is_empty",
            ),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            RefuseTruncate(name="refuse_truncate"),
            RefuseAllButErasure(name="refuse_all_but_erasure"),
        ]

    def __str__(self) -> str:
        if self.erased_at:
            return gettext("[erased on %(day)s]") % {"day": date_format(self.erased_at, "j F Y")}
        return self.text

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"Protected text {self.pk} is history: it is erased or left as it is.")
        super().save(**kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"Protected text {self.pk} is history: it is never removed.")

    @classmethod
    def of(cls, text: str) -> Self | None:
        """A row to save for this text; None where there is nothing to keep."""
        return cls(salt=secrets.token_hex(32), text=text.strip()) if text.strip() else None

    @property
    def commitment(self) -> str:
        """sha256 over salt and text, as 64 hexadecimal digits."""
        return hashlib.sha256(bytes.fromhex(self.salt) + self.text.encode()).hexdigest()


class ChangeQuerySet(AppendOnlyQuerySet["Change"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Changes a reader may know of; those of restricted things only who may see the thing itself."""
        if not may_read(user):
            return self.none()
        from benchmarks.models import PersonOfConcern, ProgressUpdate

        # What may be restricted is asked itself, since it may have become so after the change was written.
        asked = {model._meta.label_lower: model for model in (PersonOfConcern, ProgressUpdate)}
        shown = ~Q(audience=Audience.RESTRICTED) & ~Q(object_type__in=asked)
        for label, model in asked.items():
            pks = model.objects.visible_to(user).values("pk")
            shown |= Q(object_type=label, object_id__in=pks)
        return self.filter(shown)

    def head(self) -> Change | None:
        """The newest change: the end of the chain."""
        return self.order_by("-no").first()


@held_to_choices
class Change(models.Model):
    """One line for every domain change: one global, gapless number, and one chain of hashes.

    `rows` lists the append-only rows this change made, each as [table, key, sha256 of its canonical bytes].
    """

    class Kind(models.TextChoices):
        ORGANISATION_ADDED = "organisation_added", _("organisation added")
        ORGANISATION_AMENDED = "organisation_amended", _("organisation amended")
        THEME_ADDED = "theme_added", _("theme added")
        THEME_AMENDED = "theme_amended", _("theme amended")
        LETTER_ADDED = "letter_added", _("letter added")
        LETTER_AMENDED = "letter_amended", _("letter amended")
        LETTER_REFERRED = "letter_referred", _("reference between letters added")
        RECOMMENDATION_ADDED = "recommendation_added", _("recommendation added")
        RECOMMENDATION_AMENDED = "recommendation_amended", _("recommendation amended")
        BENCHMARK_DEFINED = "benchmark_defined", _("benchmark defined")
        BENCHMARK_AMENDED = "benchmark_amended", _("benchmark amended")
        CRITERION_REVISED = "criterion_revised", _("criterion revised")
        BENCHMARK_SUCCEEDED = "benchmark_succeeded", _("benchmark succeeded by another")
        BENCHMARK_ACTIVATED = "benchmark_activated", _("benchmark activated")
        BENCHMARK_PUBLISHED = "benchmark_published", _("benchmark published")
        BENCHMARK_UNPUBLISHED = "benchmark_unpublished", _("benchmark taken off the scorecard")
        BENCHMARK_RETIRED = "benchmark_retired", _("benchmark retired")
        BENCHMARK_REINSTATED = "benchmark_reinstated", _("benchmark taken up again")
        SERIES_ADDED = "series_added", _("event series added")
        SERIES_AMENDED = "series_amended", _("event series amended")
        EVENT_ADDED = "event_added", _("event added")
        EVENT_AMENDED = "event_amended", _("event amended")
        EVENT_CHANGED = "event_changed", _("event changed")
        AGENDA_ITEM_ADDED = "agenda_item_added", _("benchmark put on an agenda")
        AGENDA_ITEM_AMENDED = "agenda_item_amended", _("agenda item amended")
        PERSON_ADDED = "person_added", _("person of concern added")
        PERSON_AMENDED = "person_amended", _("person of concern amended")
        PERSON_MENTIONED = "person_mentioned", _("mention of a person added")
        SITUATION_RECORDED = "situation_recorded", _("situation of a person recorded")
        UPDATE_DRAFTED = "update_drafted", _("update drafted")
        UPDATE_SUBMITTED = "update_submitted", _("update submitted")
        UPDATE_APPROVED = "update_approved", _("update approved")
        UPDATE_RETURNED = "update_returned", _("changes requested in an update")
        UPDATE_REJECTED = "update_rejected", _("update rejected")
        UPDATE_WITHDRAWN = "update_withdrawn", _("update withdrawn")
        UPDATE_REOPENED = "update_reopened", _("update reopened")
        UPDATE_DISCARDED = "update_discarded", _("draft of an update discarded")
        UPDATE_RESTORED = "update_restored", _("draft of an update restored")
        UPDATE_HIDDEN = "update_hidden", _("update hidden at once")
        UPDATE_SHOWN = "update_shown", _("update shown again")
        HIDING_CONFIRMED = "hiding_confirmed", _("hiding of an update confirmed")
        READERS_CHANGED = "readers_changed", _("readers of an update changed")
        COMMENT_ADDED = "comment_added", _("comment on an update added")
        TEXT_ERASED = "text_erased", _("protected text erased")

    no = models.BigIntegerField(_("number"), primary_key=True, editable=False)
    version = models.PositiveSmallIntegerField(_("version of the canonical form"), default=1)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
    )
    kind = models.CharField(_("what"), max_length=24, choices=Kind)
    object_type = models.CharField(_("kind of thing"), max_length=80)
    object_id = models.BigIntegerField(_("key of the thing"))
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.INTERNAL)
    quiet = models.BooleanField(_("quiet"), default=False)
    rows = models.JSONField(_("rows it made"), default=list)
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("-no",)
        indexes = (models.Index(fields=("object_type", "object_id"), name="benchmarks_change_object"),)
        constraints = (
            models.CheckConstraint(condition=Q(no__gte=1), name="benchmarks_change_counts_from_one"),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            RefuseRewrite(name="refuse_rewrite"),
            RefuseTruncate(name="refuse_truncate"),
            CheckInsert(name="continues_the_chain", calls="benchmarks_check_continues_chain"),
        ]

    def __str__(self) -> str:
        return f"{self.no}: {self.get_kind_display()}"

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"Change {self.pk} is history: it is never changed.")
        super().save(**kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"Change {self.pk} is history: it is never removed.")


class StatusEventQuerySet(AppendOnlyQuerySet["StatusEvent"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Lines of benchmarks this reader may see."""
        from benchmarks.models.benchmark import Benchmark

        return self.filter(benchmark__in=Benchmark.objects.visible_to(user).values("pk"))

    def telling(self, user: AnyUser) -> Self:
        """Lines whose reason this reader may read: the reason of a hidden update could betray it, too."""
        from benchmarks.models.update import ProgressUpdate

        shown = Q(update__in=ProgressUpdate.objects.visible_to(user).values("pk"))
        return self.visible_to(user).filter(Q(update__hidden_at__isnull=True) | shown)

    def recorded_by(self, moment: datetime | None) -> Self:
        """Lines that were written down by then; all of them for None."""
        return self if moment is None else self.filter(recorded_at__lte=moment)

    def standing(self, day: date | None = None, known: datetime | None = None) -> Self:
        """Lines not voided, effective by `day`, as they were known at the moment `known`.

        A withdrawal says nothing of its own, so it never stands. A voided line stays voided for good.
        """
        voids = StatusEvent.objects.recorded_by(known).filter(voids=OuterRef("pk"))
        lines = self.recorded_by(known).filter(~Exists(voids))
        return lines if day is None else lines.filter(effective_on__lte=day)

    def newest_first(self) -> Self:
        """By effective date, then by the order in which they were recorded."""
        return self.order_by("-effective_on", "-change_id", "-pk")


@held_to_choices
class StatusEvent(AppendOnly):
    """One line of a benchmark's status history, written only by a decision of two people."""

    class Kind(models.TextChoices):
        ASSESSMENT = "assessment", _("assessment")
        CORRECTION = "correction", _("correction")
        WITHDRAWAL = "withdrawal", _("withdrawal")

    hashed = {
        1: [
            "id",
            "benchmark_id",
            "change_id",
            "kind",
            "voids_id",
            "rating",
            "position",
            "addressee_id",
            "effective_on",
            "effective_on_precision",
            "recorded_at",
            "reason_id",
            "reason_commitment",
            "audience",
            "update_id",
            "criterion_id",
            "decided_by_id",
            "quiet",
        ]
    }
    protected = ("reason",)

    benchmark = models.ForeignKey(
        "benchmarks.Benchmark", on_delete=models.PROTECT, related_name="status_events"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ASSESSMENT)
    voids = models.OneToOneField(
        "self",
        verbose_name=_("voids"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="voided_by",
    )
    rating = models.CharField(_("rating"), max_length=12, choices=Rating, null=True, blank=True)
    position = models.CharField(_("position"), max_length=16, choices=Position, null=True, blank=True)
    addressee = models.ForeignKey(
        "benchmarks.Organisation",
        verbose_name=_("position of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    effective_on = models.DateField(_("effective on"))
    effective_on_precision = precision_field()
    reason = models.ForeignKey(ProtectedText, on_delete=models.PROTECT, related_name="+")
    reason_commitment = models.CharField(max_length=64, editable=False)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.INTERNAL)
    update = models.OneToOneField(
        "benchmarks.ProgressUpdate", on_delete=models.PROTECT, related_name="status_event"
    )
    criterion = models.ForeignKey("benchmarks.CriterionVersion", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    quiet = models.BooleanField(_("quiet"), default=False)

    objects = StatusEventQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("status event")
        verbose_name_plural = _("status events")
        ordering = ("-effective_on", "-change_id", "-pk")
        indexes = (
            models.Index(
                fields=("benchmark", "-effective_on", "-change", "-id"), name="benchmarks_statusevent_fold"
            ),
        )
        constraints = (
            starts_its_period("effective_on", "benchmarks_statusevent_effective_on_precision"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | ~Q(rating=Rating.UNASSESSED),
                name="benchmarks_statusevent_assessed_or_null",
            ),
            models.CheckConstraint(
                condition=Q(position__isnull=True, addressee__isnull=True)
                | Q(position__isnull=False, addressee__isnull=False),
                name="benchmarks_statusevent_position_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(kind="assessment", voids__isnull=True)
                | (~Q(kind="assessment") & Q(voids__isnull=False)),
                name="benchmarks_statusevent_voids_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="withdrawal", rating__isnull=True, position__isnull=True)
                | (~Q(kind="withdrawal") & (Q(rating__isnull=False) | Q(position__isnull=False))),
                name="benchmarks_statusevent_says_something",
            ),
            models.CheckConstraint(
                condition=~Q(audience=Audience.RESTRICTED), name="benchmarks_statusevent_never_restricted"
            ),
            models.CheckConstraint(
                condition=Q(effective_on__lte=F("recorded_at__date")),
                name="benchmarks_statusevent_not_in_the_future",
            ),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *AppendOnly.Meta.triggers,
            CheckInsert(name="decided_by_two", calls="benchmarks_check_status_event"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.effective_on_written}"

    @property
    def effective_on_written(self) -> str:
        return written(self.effective_on, self.effective_on_precision)
