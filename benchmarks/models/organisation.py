"""Organisations: addressees, signatories and other institutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may_read
from benchmarks.models.choices import held_to_choices

if TYPE_CHECKING:
    from accounts.permissions import AnyUser


M = TypeVar("M", bound=models.Model)


class OpenToReaders(models.QuerySet[M]):
    """Rows that everyone with a role may read, and nobody else."""

    def visible_to(self, user: AnyUser) -> Self:
        return self if may_read(user) else self.none()


@held_to_choices
class Organisation(models.Model):
    """An institution that is asked, that asks, or that a source names."""

    class Kind(models.TextChoices):
        EU_INSTITUTION = "eu_institution", _("EU institution")
        STATE = "state", _("state")
        GROUP_OF_STATES = "group_of_states", _("group of states")
        REGIONAL_ORGANISATION = "regional_organisation", _("regional organisation")
        UN_BODY = "un_body", _("UN body")
        CIVIL_SOCIETY = "civil_society", _("civil society")

    name = models.CharField(_("name"), max_length=300, unique=True)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Two letters of ISO 3166-1, where there is one.")
    )

    objects = OpenToReaders.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one: what tables print."""
        return self.short_name or self.name
