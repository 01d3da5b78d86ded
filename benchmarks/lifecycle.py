"""How a benchmark begins, how its criterion changes, and what succeeds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from benchmarks import history
from benchmarks.models import (
    Benchmark,
    Change,
    CriterionVersion,
    Organisation,
    ProtectedText,
    Succession,
    Theme,
)

if TYPE_CHECKING:
    from accounts.models import User

# Addresses of pages that stand beside those of single benchmarks: none of these can be one's own.
RESERVED_SLUGS = frozenset({"add", "counts", "export", "lineage"})


@transaction.atomic
def add_theme(theme: Theme, *, by: User, quiet: bool = False) -> Theme:
    """Save a new theme. Raises ValidationError where it is not sound."""
    theme.full_clean()
    theme.save(force_insert=True)
    history.record(Change.Kind.THEME_ADDED, theme, by=by, quiet=quiet)
    return theme


@transaction.atomic
def define(
    benchmark: Benchmark,
    *,
    criterion: str,
    effective_on: date,
    by: User,
    reason: str = "",
    themes: Sequence[Theme] = (),
    addressees: Sequence[Organisation] = (),
    quiet: bool = False,
) -> Benchmark:
    """Save a new benchmark with the first version of its criterion, in force from `effective_on`.

    Raises ValidationError where the benchmark is not sound, its criterion is empty, or its slug leads to
    another page.
    """
    check_slug(benchmark.slug)
    intended, benchmark.lifecycle = benchmark.lifecycle, Benchmark.Lifecycle.DRAFT
    benchmark.full_clean()
    benchmark.save(force_insert=True)
    benchmark.themes.set(themes)
    benchmark.addressees.set(addressees)
    version = CriterionVersion(
        benchmark=benchmark,
        number=1,
        text=_required(criterion, _("A benchmark needs a criterion.")),
        effective_on=effective_on,
        reason=ProtectedText.of(reason),
    )
    history.record(Change.Kind.BENCHMARK_DEFINED, benchmark, by=by, rows=[version], quiet=quiet)
    Benchmark.objects.filter(pk=benchmark.pk).update(lifecycle=intended)
    benchmark.refresh_from_db()
    return benchmark


@transaction.atomic
def revise_criterion(
    benchmark: Benchmark, *, text: str, effective_on: date, reason: str, by: User, quiet: bool = False
) -> CriterionVersion:
    """Add a version of the criterion; ratings keep the version they were judged by.

    Raises ValidationError where text or reason is empty.
    """
    locked = Benchmark.objects.select_for_update(no_key=True).get(pk=benchmark.pk)
    newest = locked.criterion_versions.aggregate(newest=Max("number"))["newest"] or 0
    version = CriterionVersion(
        benchmark=locked,
        number=newest + 1,
        text=_required(text, _("A benchmark needs a criterion.")),
        effective_on=effective_on,
        reason=_required(reason, _("Say why the criterion changes.")),
    )
    history.record(Change.Kind.CRITERION_REVISED, locked, by=by, rows=[version], quiet=quiet)
    benchmark.refresh_from_db()
    return version


@transaction.atomic
def succeed(
    old: Benchmark,
    new: Benchmark,
    *,
    kind: Succession.Kind,
    effective_on: date,
    reason: str,
    by: User,
    quiet: bool = False,
) -> Succession:
    """Say that one benchmark takes another's place, wholly or in part. Ratings are not inherited."""
    succession = Succession(
        from_benchmark=old,
        to_benchmark=new,
        kind=kind,
        effective_on=effective_on,
        reason=_required(reason, _("Say why the benchmark is succeeded.")),
    )
    history.record(Change.Kind.BENCHMARK_SUCCEEDED, old, by=by, rows=[succession], quiet=quiet)
    return succession


def check_slug(slug: str) -> None:
    """Raise ValidationError where a new benchmark's slug leads to another page."""
    if slug in RESERVED_SLUGS:
        raise ValidationError({"slug": _("This address leads to another page. Choose another slug.")})


def _required(text: str, otherwise: str) -> ProtectedText:
    kept = ProtectedText.of(text)
    if kept is None:
        raise ValidationError(otherwise)
    return kept
