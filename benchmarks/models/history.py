"""The changes: one line for whatever is done in the domain, all in one chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may_read
from benchmarks.models.choices import Audience, held_to_choices
from benchmarks.models.ground import AppendOnlyError, AppendOnlyQuerySet
from benchmarks.models.guards import CheckInsert, RefuseRewrite, RefuseTruncate

if TYPE_CHECKING:
    from accounts.permissions import AnyUser


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
