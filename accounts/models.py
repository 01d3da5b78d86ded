"""Who works here: a mail address, a name and one of four roles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The four roles, least first; each may do what those before it may."""

    VIEWER = "viewer", _("Viewer")
    CONTRIBUTOR = "contributor", _("Contributor")
    REVIEWER = "reviewer", _("Reviewer")
    ADMINISTRATOR = "administrator", _("Administrator")

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an account; without a password nobody can sign in to it until one is set."""
        user = self.model(email=self.canonical(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an administrator: `manage.py createsuperuser` calls this."""
        return self.create_user(email, password, **{"role": Role.ADMINISTRATOR, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.canonical(username or ""))

    @staticmethod
    def canonical(email: str) -> str:
        """Mail addresses are kept in lower case, so that one person has one account."""
        if not email.strip():
            raise ValueError("An account needs a mail address.")
        return email.strip().lower()


class User(AbstractBaseUser):
    """A person who signs in. Without a role they may sign in and see nothing."""

    email = models.EmailField(_("mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=Role,
        blank=True,
        help_text=_("Without a role a person sees nothing."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick instead of deleting: history keeps the name.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person with an account")
        verbose_name_plural = _("people with an account")
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=["", *Role.values]), name="accounts_user_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(email=models.functions.Lower("email")), name="accounts_user_email_is_lower_case"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        if self.email:  # a form says by itself that an address is missing
            self.email = UserManager.canonical(self.email)

    def has_role(self, role: Role) -> bool:
        """True if the account is active and its role is this one or a higher one."""
        return bool(self.is_active and self.role and Role(self.role).rank >= role.rank)

    @property
    def is_staff(self) -> bool:
        """Reviewers and administrators enter the administration pages."""
        return self.has_role(Role.REVIEWER)

    @property
    def is_superuser(self) -> bool:
        return self.has_role(Role.ADMINISTRATOR)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """What Django's admin asks: administrators may all that the admin offers, reviewers may look."""
        if self.has_role(Role.ADMINISTRATOR):
            return True
        app, _, action = perm.partition(".")
        return self.is_staff and app != "accounts" and action.startswith("view_")

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm(f"{app_label}.view_")
