"""What supports an update."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from benchmarks.dates import precision_field, starts_its_period, written
from benchmarks.models.choices import Audience, held_to_choices
from benchmarks.models.guards import CheckChange
from benchmarks.models.update import ProgressUpdate, ProgressUpdateQuerySet

if TYPE_CHECKING:
    from accounts.permissions import AnyUser


def evidence_path(piece: Evidence, name: str) -> str:
    """Where a file is kept: nothing in the path says what it is called, or what it supports."""
    random = secrets.token_hex(16)
    return f"evidence/{random[:2]}/{random}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Evidence of visible updates; restricted evidence only for the update's author and readers."""
        shown = ~Q(audience=Audience.RESTRICTED)
        shown |= Q(update__author_id=user.pk) | Q(update__in=ProgressUpdateQuerySet.read_by(user))
        return self.filter(shown, update__in=ProgressUpdate.objects.visible_to(user).values("pk"))

    def shown_with(self, update: ProgressUpdate, user: AnyUser) -> Self:
        """What supports one update, as far as this person may see that, with the letters it names."""
        return self.visible_to(user).filter(update=update).select_related("letter").order_by("place", "pk")


@held_to_choices
class Evidence(models.Model):
    """A link, a file, or a place in a letter that supports an update."""

    class Kind(models.TextChoices):
        LINK = "link", _("link")
        FILE = "file", _("file")
        LETTER = "letter", _("letter")

    update = models.ForeignKey(ProgressUpdate, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    archived_url = models.URLField(_("archived copy"), max_length=1000, blank=True)
    letter = models.ForeignKey(
        "benchmarks.Letter", on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    locator = models.CharField(_("where in it"), max_length=200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_on_precision = precision_field()
    file = models.FileField(_("file"), upload_to=evidence_path, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), null=True, blank=True)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.INTERNAL)
    place = models.PositiveSmallIntegerField(_("place among the others"), default=0, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("update", "place", "pk")
        constraints = (
            starts_its_period("published_on", "benchmarks_evidence_published_on_precision"),
            models.CheckConstraint(
                condition=(Q(kind="link", file="", letter__isnull=True) & ~Q(url=""))
                | (Q(kind="file", letter__isnull=True) & ~Q(file="") & ~Q(sha256=""))
                | (Q(kind="letter", file="", letter__isnull=False) & ~Q(locator="")),
                name="benchmarks_evidence_is_what_its_kind_says",
            ),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            CheckChange(name="stays_with_its_decision", calls="benchmarks_check_evidence")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def published_on_written(self) -> str:
        return written(self.published_on, self.published_on_precision)

    @property
    def file_type(self) -> str:
        """What a reader calls the kind of a file: "PDF"."""
        return self.file_name.rpartition(".")[2].upper() or gettext("file")
