"""What a person may do. Reading is asked of querysets (`visible_to`); acting is asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Role, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    AnyUser = User | AnonymousUser


class NotAllowed(Exception):
    """Somebody tried what their role, or their part in the matter, does not permit."""


def has_role(user: AnyUser, role: Role) -> bool:
    """True if this person is signed in, active, and has this role or a higher one."""
    return isinstance(user, User) and user.has_role(role)


def may_read(user: AnyUser) -> bool:
    """True for everyone with a role; the querysets' `visible_to` narrows it further."""
    return has_role(user, Role.VIEWER)


def may_contribute(user: AnyUser) -> bool:
    return has_role(user, Role.CONTRIBUTOR)


def may_review(user: AnyUser) -> bool:
    return has_role(user, Role.REVIEWER)


def may_administer(user: AnyUser) -> bool:
    return has_role(user, Role.ADMINISTRATOR)
