"""The append-only ground: rows that are made once, and texts of theirs that can be erased.

Rows here are never updated or deleted: triggers refuse it, and the role that web and worker connect as
has no such privilege. `benchmarks.history.record` is the only writer.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from benchmarks.models.guards import CheckInsert, RefuseAllButErasure, RefuseRewrite, RefuseTruncate

if TYPE_CHECKING:
    from datetime import datetime

M = TypeVar("M", bound=models.Model)


class AppendOnlyError(Exception):
    """Somebody tried to change or remove a row that only ever is added."""


class AppendOnlyQuerySet(models.QuerySet[M]):
    """Refuses in Python, with a clear word, what the database would refuse anyway."""

    def update(self, **kwargs: Any) -> int:
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{self.model.__name__} rows are never removed.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed.")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[M]:
        raise AppendOnlyError(f"{self.model.__name__} rows are written one by one, by `history.record`.")


class AppendOnly(models.Model):
    """A row of history: made once, by one change, at one moment.

    `hashed` names, for each version of the canonical form, the columns that the chain covers; `protected`
    names the foreign keys to text that may have to be erased, each with a salted commitment beside it.
    """

    hashed: ClassVar[dict[int, list[str]]]
    protected: ClassVar[tuple[str, ...]] = ()

    change = models.ForeignKey(
        "benchmarks.Change", on_delete=models.PROTECT, related_name="+", editable=False
    )
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    class Meta:
        abstract = True
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            RefuseRewrite(name="refuse_rewrite"),
            RefuseTruncate(name="refuse_truncate"),
            CheckInsert(name="made_by_a_new_change", calls="benchmarks_check_made_by_new_change"),
        ]

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} {self.pk} is history: it is never changed.")
        for name in self.protected:
            text = getattr(self, name)
            setattr(self, f"{name}_commitment", text.commitment if text else "")
        super().save(**kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{type(self).__name__} {self.pk} is history: it is never removed.")


class ProtectedTextQuerySet(AppendOnlyQuerySet["ProtectedText"]):
    def erase(self, at: datetime) -> int:
        """Empty these texts for good. Only the owner of the tables has the privilege."""
        return models.QuerySet.update(self, text="", salt="", erased_at=at)


class ProtectedText(models.Model):
    """Free text of a history row, kept apart so that it can be erased while the chain still verifies.

    The history row holds `commitment`, sha256 over salt and text. Erasing empties both, so that nobody
    can confirm a guess of what stood here.
    """

    salt = models.CharField(max_length=64, editable=False)
    text = models.TextField(_("text"))
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    objects = ProtectedTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("protected text")
        verbose_name_plural = _("protected texts")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(text="", salt=""),
                name="benchmarks_protectedtext_erased_is_empty",
            ),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            RefuseTruncate(name="refuse_truncate"),
            RefuseAllButErasure(name="refuse_all_but_erasure"),
        ]

    def __str__(self) -> str:
        if self.erased_at:
            return gettext("[erased on %(day)s]") % {"day": date_format(self.erased_at, "j F Y")}
        return self.text

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"Protected text {self.pk} is history: it is erased or left as it is.")
        super().save(**kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"Protected text {self.pk} is history: it is never removed.")

    @classmethod
    def of(cls, text: str) -> Self | None:
        """A row to save for this text; None where there is nothing to keep."""
        return cls(salt=secrets.token_hex(32), text=text.strip()) if text.strip() else None

    @property
    def commitment(self) -> str:
        """sha256 over salt and text, as 64 hexadecimal digits."""
        return hashlib.sha256(bytes.fromhex(self.salt) + self.text.encode()).hexdigest()
