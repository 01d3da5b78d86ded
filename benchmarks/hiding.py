"""Hide now: an update becomes restricted at once, and a second person looks at that afterwards."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import NotAllowed, may_contribute, may_review
from benchmarks import workflow
from benchmarks.models import Audience, Change, ProgressUpdate, StaleReview

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.permissions import AnyUser


def may_hide(update: ProgressUpdate, person: AnyUser) -> bool:
    """True for its author and for reviewers, where others than its author see it."""
    is_theirs = update.author_id == person.pk and may_contribute(person)
    is_seen_by_others = not update.is_restricted and update.state != ProgressUpdate.State.DRAFT
    return is_seen_by_others and (is_theirs or may_review(person))


def may_show(update: ProgressUpdate, person: AnyUser) -> bool:
    """True for its author, and for whoever hid it as long as nobody confirmed that."""
    if update.hidden_at is None or not may_contribute(person):
        return False
    is_undone = update.hidden_by_id == person.pk and update.hiding_confirmed_by_id is None
    return update.author_id == person.pk or is_undone


def may_confirm(update: ProgressUpdate, person: AnyUser) -> bool:
    """True for reviewers, as long as somebody else hid it and nobody confirmed that."""
    is_open = update.hidden_at is not None and update.hiding_confirmed_by_id is None
    return is_open and may_review(person) and update.hidden_by_id != person.pk


def known_to(person: AnyUser) -> QuerySet[ProgressUpdate]:
    """What this person may see, and hidden updates of which they know that there is one, but not the words.

    Reviewers know of each, to confirm it; whoever hid one knows of that, to undo it.
    """
    known = Q(pk__in=ProgressUpdate.objects.visible_to(person).values("pk"))
    if may_review(person):
        kept_back = Q(state=ProgressUpdate.State.DRAFT) | Q(audience=Audience.RESTRICTED)
        known |= Q(hidden_at__isnull=False) & ~kept_back
    elif may_contribute(person):
        known |= Q(hidden_by_id=person.pk)
    return ProgressUpdate.objects.filter(known, discarded_at__isnull=True).select_related("benchmark")


def unconfirmed() -> QuerySet[ProgressUpdate]:
    """What somebody hid and nobody has confirmed: where, who and when, and not a word of what it says."""
    hidden = ProgressUpdate.objects.hidden().filter(discarded_at__isnull=True)
    return hidden.select_related("benchmark", "hidden_by").only(
        "hidden_at",
        "benchmark__code",
        "benchmark__slug",
        "benchmark__title",
        "hidden_by__name",
        "hidden_by__email",
    )


@transaction.atomic
def hide(update: ProgressUpdate, *, by: User) -> ProgressUpdate:
    """Keep an update and its evidence from everybody but its author and readers, from now on.

    Raises DoesNotExist for who may not see it, NotAllowed for who may not edit it or where it is restricted.
    """
    update = workflow.locked(update)
    if not ProgressUpdate.objects.visible_to(by).filter(pk=update.pk).exists():
        raise ProgressUpdate.DoesNotExist
    if not may_hide(update, by):
        raise NotAllowed(_("Its author and reviewers hide an update, and only what is not restricted yet."))
    update.hidden_at, update.hidden_by, update.hiding_confirmed_by = timezone.now(), by, None
    return _saved(update, Change.Kind.UPDATE_HIDDEN, by)


@transaction.atomic
def show(update: ProgressUpdate, *, by: User) -> ProgressUpdate:
    """Undo the hiding. Raises NotAllowed for who may not, StaleReview where it is not hidden."""
    update = workflow.locked(update)
    if not may_contribute(by):
        raise NotAllowed(_("Its author shows it again; who hid it may, until somebody confirmed that."))
    if update.hidden_at is None or update.discarded_at:
        raise StaleReview(update)
    if not may_show(update, by):
        raise NotAllowed(_("Its author shows it again; who hid it may, until somebody confirmed that."))
    update.hidden_at = update.hidden_by = update.hiding_confirmed_by = None
    return _saved(update, Change.Kind.UPDATE_SHOWN, by)


@transaction.atomic
def confirm(update: ProgressUpdate, *, by: User) -> ProgressUpdate:
    """Say, as a second person, that an update stays hidden. It needs no look at what it says.

    Raises NotAllowed for who hid it or does not review, StaleReview where there is nothing to confirm.
    """
    update = workflow.locked(update)
    if update.hidden_at is None or update.hiding_confirmed_by_id is not None or update.discarded_at:
        raise StaleReview(update)
    if not may_review(by) or by.pk == update.hidden_by_id:
        raise NotAllowed(_("Another reviewer than who hid it confirms that."))
    update.hiding_confirmed_by = by
    return _saved(update, Change.Kind.HIDING_CONFIRMED, by)


@transaction.atomic
def set_readers(update: ProgressUpdate, readers: Collection[User], *, by: User) -> ProgressUpdate:
    """Say who, beside its author, reads a restricted or hidden update.

    Raises NotAllowed for anybody but its author, StaleReview where it was thrown away.
    """
    update = workflow.locked(update)
    if update.author_id != by.pk or not may_contribute(by):
        raise NotAllowed(_("Its author says who reads it."))
    if update.discarded_at:
        raise StaleReview(update)
    update.readers.set(readers)
    workflow.record(Change.Kind.READERS_CHANGED, update, by=by)
    return update


def _saved(update: ProgressUpdate, kind: Change.Kind, by: User) -> ProgressUpdate:
    update.save(update_fields=["hidden_at", "hidden_by", "hiding_confirmed_by"])
    workflow.record(kind, update, by=by)
    return update
