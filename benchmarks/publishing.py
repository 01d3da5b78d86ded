"""Benchmarks become active, and are put on the scorecard and taken off it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.permissions import NotAllowed, may_review
from benchmarks import history
from benchmarks.models import Benchmark, Change, ProgressUpdate, Succession

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.permissions import AnyUser

DRAFT, ACTIVE = Benchmark.Lifecycle.DRAFT, Benchmark.Lifecycle.ACTIVE


def defined_by(benchmark: Benchmark, person: AnyUser) -> bool:
    """True if this person brought it in; somebody else looks at it before it is published."""
    defined = Change.objects.filter(
        object_type=Benchmark._meta.label_lower,
        object_id=benchmark.pk,
        kind=Change.Kind.BENCHMARK_DEFINED,
        actor=person.pk or 0,
    )
    return defined.exists()


@transaction.atomic
def activate(benchmark: Benchmark, *, by: User) -> None:
    """Make a draft one of the benchmarks that everybody sees. Raises NotAllowed, or ValidationError."""
    standing = _held(benchmark, by)
    _insist(standing.lifecycle == DRAFT, _("It is no draft any more."))
    _insist(standing.criterion_id is not None, _("It needs a criterion first."))
    standing.lifecycle = ACTIVE
    _save(standing, Change.Kind.BENCHMARK_ACTIVATED, by, benchmark)


@transaction.atomic
def back_to_draft(benchmark: Benchmark, *, by: User) -> None:
    """Undo an activation, as long as nobody built on it. Raises NotAllowed, or ValidationError."""
    standing = _held(benchmark, by)
    _insist(
        standing.lifecycle == ACTIVE and not standing.published, _("Only what is active becomes a draft.")
    )
    _insist(not _is_built_on(standing), _("Others built on it already: it cannot become a draft again."))
    standing.lifecycle = DRAFT
    _save(standing, Change.Kind.BENCHMARK_AMENDED, by, benchmark)


@transaction.atomic
def publish(benchmark: Benchmark, *, by: User) -> None:
    """Put an active benchmark on the scorecard. Raises NotAllowed for who defined it, or ValidationError."""
    standing = _held(benchmark, by)
    if defined_by(standing, by):
        raise NotAllowed(_("You added this benchmark: a second person looks at it before it is published."))
    _insist(standing.lifecycle != DRAFT, _("A draft cannot be published."))
    _insist(standing.lifecycle == ACTIVE, _("It was retired: take it up again first."))
    _insist(not standing.published, _("It is published already."))
    standing.published = True
    _save(standing, Change.Kind.BENCHMARK_PUBLISHED, by, benchmark)


@transaction.atomic
def take_off(benchmark: Benchmark, *, by: User) -> None:
    """Take a benchmark off the scorecard. Raises NotAllowed, or ValidationError."""
    standing = _held(benchmark, by)
    _insist(standing.published, _("It is not published."))
    standing.published = False
    _save(standing, Change.Kind.BENCHMARK_UNPUBLISHED, by, benchmark)


def _held(benchmark: Benchmark, by: User) -> Benchmark:
    """The benchmark as it stands, locked, if this person reviews."""
    if not may_review(by):
        raise NotAllowed(_("Reviewers activate and publish."))
    return Benchmark.objects.select_for_update(no_key=True).get(pk=benchmark.pk)


def _insist(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise ValidationError(otherwise)


def _save(standing: Benchmark, kind: Change.Kind, by: User, given: Benchmark) -> None:
    standing.save(update_fields=["lifecycle", "published"])
    history.record(kind, standing, by=by)
    given.refresh_from_db()


def _is_built_on(benchmark: Benchmark) -> bool:
    """True if somebody logged on it, pressed for it, or made it part of a lineage."""
    logged = ProgressUpdate.objects.filter(benchmark=benchmark, discarded_at__isnull=True)
    lineage = Succession.objects.filter(Q(from_benchmark=benchmark) | Q(to_benchmark=benchmark))
    return logged.exists() or lineage.exists() or benchmark.agenda_items.exists()
