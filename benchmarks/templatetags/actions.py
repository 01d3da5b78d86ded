"""Which steps on a benchmark a page offers to the person who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import template

from accounts.permissions import may_administer, may_review
from benchmarks import editing, publishing
from benchmarks.models import Benchmark

if TYPE_CHECKING:
    from accounts.permissions import AnyUser

register = template.Library()


@dataclass(frozen=True)
class Actions:
    """Each is True if this person may take the step now."""

    edit: bool = False
    activate: bool = False
    publish: bool = False
    awaits_another: bool = False  # they added it, so somebody else publishes it
    take_off: bool = False
    retire: bool = False
    take_up_again: bool = False
    succeed: bool = False

    @property
    def more(self) -> bool:
        """True if there is anything beside editing."""
        steps = (self.activate, self.publish, self.awaits_another, self.take_off)
        return any((*steps, self.retire, self.take_up_again, self.succeed))


@register.simple_tag
def actions(benchmark: Benchmark, user: AnyUser) -> Actions:
    """What this person may do with a benchmark; it asks for who added it only where that matters."""
    state, reviews, administers = benchmark.lifecycle, may_review(user), may_administer(user)
    is_active = state == Benchmark.Lifecycle.ACTIVE
    is_retired = state == Benchmark.Lifecycle.RETIRED
    is_publishable = reviews and is_active and not benchmark.published
    is_own = is_publishable and publishing.defined_by(benchmark, user)
    return Actions(
        edit=editing.may_edit(benchmark, user),
        activate=reviews and state == Benchmark.Lifecycle.DRAFT,
        publish=is_publishable and not is_own,
        awaits_another=is_own,
        take_off=reviews and benchmark.published,
        retire=administers and is_active,
        take_up_again=administers and is_retired,
        succeed=administers and (is_active or is_retired),
    )
