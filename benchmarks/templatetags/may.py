"""What a person may do, asked of `accounts.permissions` where a page offers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from accounts import permissions

if TYPE_CHECKING:
    from accounts.permissions import AnyUser

register = template.Library()


@register.filter
def may_contribute(user: AnyUser) -> bool:
    return permissions.may_contribute(user)


@register.filter
def may_review(user: AnyUser) -> bool:
    return permissions.may_review(user)
