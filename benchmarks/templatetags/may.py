"""What a person may do, asked of `accounts.permissions` where a page offers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from accounts import permissions
from accounts.models import Role, User

if TYPE_CHECKING:
    from accounts.permissions import AnyUser

register = template.Library()
SOME = 5


@register.filter
def may_contribute(user: AnyUser) -> bool:
    return permissions.may_contribute(user)


@register.filter
def may_review(user: AnyUser) -> bool:
    return permissions.may_review(user)


@register.simple_tag
def administrators() -> list[User]:
    """Whom to ask for another role."""
    people = User.objects.filter(is_active=True, role=Role.ADMINISTRATOR)
    return list(people.order_by("name", "pk")[:SOME])
