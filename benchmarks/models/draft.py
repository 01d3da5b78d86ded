"""What somebody has typed into the form of an update and not submitted: kept word by word."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from benchmarks.models.update import ProgressUpdate


class WorkingCopy(models.Model):
    """The form of an update as its author left it, sound or not.

    `words` maps the name of each field to the list of values that the form would send. `version` counts the
    savings; whoever saves says which version they began from. A window that began from an older one has its
    words put `aside`, one row a window, until the author says which of the two to keep.
    """

    update = models.ForeignKey(ProgressUpdate, on_delete=models.CASCADE, related_name="working_copies")
    window = models.CharField(_("window"), max_length=36)
    is_aside = models.BooleanField(_("put aside"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1)
    words = models.JSONField(_("words"), default=dict)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("working copy")
        verbose_name_plural = _("working copies")
        ordering = ("update", "is_aside", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("update",), condition=Q(is_aside=False), name="benchmarks_workingcopy_one"
            ),
            models.UniqueConstraint(
                fields=("update", "window"),
                condition=Q(is_aside=True),
                name="benchmarks_workingcopy_one_aside_a_window",
            ),
        )

    def __str__(self) -> str:
        return f"{self.update_id}, {self.version}"
