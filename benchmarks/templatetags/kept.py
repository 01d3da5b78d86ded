"""What a form needs to keep in the browser what is typed into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from benchmarks import drafts

if TYPE_CHECKING:
    from accounts.models import User

register = template.Library()


@register.simple_tag
def backup_key(user: User) -> str:
    """The key with which this person's browser encrypts it; nobody else gets it."""
    return drafts.backup_key(user)
