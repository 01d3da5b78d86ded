"""Benchmarks as people add and edit them on the site: who may, and what happens when two do at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.permissions import NotAllowed, may_contribute, may_review
from benchmarks import amendments, codes, conflicts, lifecycle
from benchmarks.models import Benchmark, Change, Organisation, Theme

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.permissions import AnyUser

LINKS = ("themes", "addressees")
# What changes the words that the form for editing shows.
KINDS = (Change.Kind.BENCHMARK_DEFINED, Change.Kind.BENCHMARK_AMENDED, Change.Kind.CRITERION_REVISED)
LONGEST_SLUG = 120


@dataclass(frozen=True)
class Revision:
    """From which day on a criterion reads otherwise, and why."""

    effective_on: date
    reason: str


def may_edit(benchmark: Benchmark, person: AnyUser) -> bool:
    """True for its owner while it is a draft, and for reviewers always."""
    is_own_draft = benchmark.lifecycle == Benchmark.Lifecycle.DRAFT and benchmark.owner_id == person.pk
    return may_review(person) or (is_own_draft and may_contribute(person))


def add(
    benchmark: Benchmark,
    *,
    criterion: str,
    effective_on: date,
    by: User,
    themes: Sequence[Theme] = (),
    addressees: Sequence[Organisation] = (),
) -> Benchmark:
    """Save a new benchmark; a contributor's begins as their own draft, whatever they asked for.

    An empty code becomes the next one of its first theme, an empty slug is made from the title. Raises
    NotAllowed for who may not contribute, and ValidationError where it is not sound, or somebody took its
    code or slug first.
    """
    if not may_contribute(by):
        raise NotAllowed(_("Contributors and those above add benchmarks."))
    if not may_review(by):
        benchmark.owner, benchmark.lifecycle = by, Benchmark.Lifecycle.DRAFT
    benchmark.code = benchmark.code or codes.next_code(themes[0] if themes else None)
    benchmark.slug = benchmark.slug or free_slug(benchmark)
    try:
        with transaction.atomic():
            return lifecycle.define(
                benchmark,
                criterion=criterion,
                effective_on=effective_on,
                by=by,
                themes=themes,
                addressees=addressees,
            )
    except IntegrityError:
        benchmark.validate_unique()  # says which of the two is taken, if it was that
        raise


def held(benchmark: Benchmark, names: Collection[str]) -> dict[str, Any]:
    """What these fields of the form for editing hold now; the criterion is the text in force."""
    values: dict[str, Any] = {name: getattr(benchmark, name) for name in names}
    values |= {name: list(values[name].order_by("name", "pk")) for name in LINKS if name in values}
    if "criterion" in values:
        values["criterion"] = str(benchmark.criterion or "")
    return values


@transaction.atomic
def edit(
    benchmark: Benchmark,
    given: Mapping[str, Any],
    *,
    opened: str,
    by: User,
    revision: Revision | None = None,
) -> None:
    """Save what the form for editing gives, all or nothing; a new criterion text needs a `revision`.

    `opened` is what the form carried (`conflicts.opened_with`). Raises Conflict where somebody saved since,
    NotAllowed for who may not edit it, and ValidationError where the outcome is not sound.
    """
    standing = Benchmark.objects.select_for_update(no_key=True).get(pk=benchmark.pk)
    if not may_edit(standing, by) or ("owner" in given and not may_review(by)):
        raise NotAllowed(_("Its owner edits a draft; reviewers edit any benchmark and choose its owner."))
    now = held(standing, given.keys())
    conflicts.check(opened, now, given, about=standing, kinds=KINDS)
    new = {name: value for name, value in given.items() if conflicts.differs(now[name], value)}
    criterion = new.pop("criterion", None)
    fields = [name for name in new if name not in LINKS]
    for name in fields:
        setattr(standing, name, new[name])
    links = {name: new[name] for name in LINKS if name in new}
    amendments.amend(standing, fields=fields, links=links, by=by)
    if criterion is not None:
        if revision is None:
            raise ValidationError(_("Say why the criterion changes, and from which day on."))
        day, reason = revision.effective_on, revision.reason
        lifecycle.revise_criterion(standing, text=criterion, effective_on=day, reason=reason, by=by)
    benchmark.refresh_from_db()


def free_slug(benchmark: Benchmark) -> str:
    """An address made from the title, with the code behind it where the title alone will not do."""
    slug = slugify(benchmark.title)[:LONGEST_SLUG].strip("-")
    is_taken = Benchmark.objects.filter(slug=slug).exists()
    if slug and slug not in lifecycle.RESERVED_SLUGS and not is_taken:
        return slug
    code = slugify(benchmark.code) or "benchmark"
    return f"{slug[: LONGEST_SLUG - len(code) - 1]}-{code}".strip("-")
