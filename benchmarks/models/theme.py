"""What benchmarks are about."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from benchmarks.models.organisation import OpenToReaders


class Theme(models.Model):
    """A subject that benchmarks share: the human rights dialogue, Tibet, the United Nations."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    description = models.TextField(_("description"), blank=True)

    objects = OpenToReaders.as_manager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name
