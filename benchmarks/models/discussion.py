"""What people say to one another about an update while it is reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may_contribute
from benchmarks.models.choices import held_to_choices
from benchmarks.models.update import ProgressUpdate

if TYPE_CHECKING:
    from accounts.permissions import AnyUser


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Comments on updates this person may see. Viewers read what was decided, not how."""
        if not may_contribute(user):
            return self.none()
        return self.filter(update__in=ProgressUpdate.objects.visible_to(user).values("pk"))


@held_to_choices
class Comment(models.Model):
    """A remark, or the note with which an update was sent back or rejected."""

    class Decision(models.TextChoices):
        CHANGES_REQUESTED = ProgressUpdate.State.CHANGES_REQUESTED.value, _("requested changes")
        REJECTED = ProgressUpdate.State.REJECTED.value, _("rejected")

    update = models.ForeignKey(ProgressUpdate, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("comment"), max_length=5000)
    decision = models.CharField(_("decision"), max_length=18, choices=Decision, blank=True)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return self.text[:80]


class MentionQuerySet(models.QuerySet["Mention"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Mentions in comments this person may read."""
        return self.filter(comment__in=Comment.objects.visible_to(user).values("pk"))

    def unseen_by(self, user: AnyUser) -> Self:
        """Where somebody asked for this person and they have not looked yet, the newest first."""
        comments = Comment.objects.visible_to(user).values("pk")
        return self.filter(user=user.pk or 0, seen_at__isnull=True, comment__in=comments).order_by("-pk")


class Mention(models.Model):
    """A comment asks for somebody by name."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentions")
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("comment", "user"), name="benchmarks_mention_once"),)
        indexes = (
            models.Index(
                fields=("user",), condition=Q(seen_at__isnull=True), name="benchmarks_mention_unseen"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.comment}"
