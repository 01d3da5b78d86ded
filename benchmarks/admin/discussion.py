"""Comments and whom they ask for, to be looked at by those who may see the update they are about."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from benchmarks.admin.base import LookedAt, column
from benchmarks.models import Comment, Mention


@admin.register(Comment)
class CommentAdmin(LookedAt[Comment]):
    fields = ("update", "author_shown", "decision", "text", "created_at")
    list_display = ("update", "author_shown", "decision", "text", "created_at")
    list_filter = ("decision",)
    list_select_related = ("update__benchmark", "author")
    search_fields = ("text", "author__name", "update__benchmark__code")
    date_hierarchy = "created_at"

    author_shown = column("author", _("author"), order="author__name")

    def told_of(self, thing: Comment) -> models.Model:
        return thing.update


@admin.register(Mention)
class MentionAdmin(LookedAt[Mention]):
    fields = ("comment", "user_shown", "seen_at")
    list_display = ("comment", "user_shown", "seen_at")
    list_select_related = ("comment__update", "user")
    search_fields = ("user__name", "comment__text")

    user_shown = column("user", _("whom it asks for"), order="user__name")

    def told_of(self, thing: Mention) -> models.Model:
        return thing.comment.update
