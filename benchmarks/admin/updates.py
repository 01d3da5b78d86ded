"""Updates, to be looked at and decided on, and their evidence. They are logged on pages of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from benchmarks import comparison, decisions
from benchmarks.admin.base import LookedAt, column, who
from benchmarks.decisions import Decision
from benchmarks.forms.review import ReviewForm
from benchmarks.models import Evidence, ProgressUpdate
from benchmarks.views.review import Review

# What an address of a list says about its layout alone.
LAID_OUT = {"p", "o", "e", "all"}


class QueueListFilter(admin.SimpleListFilter):
    """What a reviewer looks for: what they may decide on, what is theirs, and what was hidden."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("waiting", _("waits for my decision")),
            ("mine", _("logged by me")),
            ("hidden", _("hidden, not confirmed")),
            ("all", _("all that I may see")),
        ]

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        # Whoever comes without a wish finds what waits; who searches or filters means all there is.
        is_narrowed = not set(request.GET) <= LAID_OUT
        self.chosen = self.value() or ("all" if is_narrowed else "waiting")

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, title in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.chosen == value, "query_string": query, "display": title}

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any] | None:
        """The updates are those this person may see, as everywhere."""
        if self.chosen == "waiting":
            return queryset.filter(pk__in=ProgressUpdate.objects.waiting().values("pk")).exclude(
                author=who(request)
            )
        if self.chosen == "mine":
            return queryset.filter(author=who(request))
        if self.chosen == "hidden":
            return queryset.filter(pk__in=ProgressUpdate.objects.hidden().values("pk"))
        return queryset


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(LookedAt[ProgressUpdate]):
    """One decision at a time, by the rules of `workflow` and in its words; nothing else is changed here."""

    change_form_template = "admin/benchmarks/progressupdate/change_form.html"
    fieldsets = (
        (None, {"fields": ("benchmark", "agenda_item", "event", "written", "narrative", "author_shown")}),
        (_("What it proposes"), {"fields": ("kind", "voids")}),
        (None, {"fields": ("proposed_rating", "reason", "proposed_position", "addressee", "criterion")}),
        (_("What came of it"), {"fields": ("raised_in_public", "raised_in_private", "answer")}),
        (_("Review"), {"fields": ("state", "submitted_at", "reviewer_shown", "decided_at", "review_note")}),
        (_("Who may see it"), {"fields": ("audience", "readers", "hidden_at", "hidden_by_shown")}),
    )
    list_display = ("benchmark", "written", "proposed_rating", "author_shown", "state")
    list_filter = (QueueListFilter, "state", "kind", "audience")
    list_select_related = ("benchmark", "author")
    search_fields = ("benchmark__code", "benchmark__title", "narrative", "author__name")
    date_hierarchy = "happened_on"

    written = column("happened_on_written", _("happened on"), order="happened_on")
    author_shown = column("author", _("author"), order="author__name")
    reviewer_shown = column("reviewer", _("reviewer"))
    hidden_by_shown = column("hidden_by", _("hidden by"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(AdminReview.as_view(model_admin=self))
        return [path("<int:pk>/review/", view, name="benchmarks_progressupdate_review"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        update = self.get_object(request, unquote(object_id))
        review = self.review(request, update) if update else {}
        return super().change_view(request, object_id, form_url, {**review, **(extra_context or {})})

    @staticmethod
    def review(request: HttpRequest, update: ProgressUpdate) -> dict[str, Any]:
        """What the form of a decision needs; whose own it is, or where it is decided, there is none."""
        user = who(request)
        said: dict[str, Any] = {"update": update, "is_author": update.author_id == user.pk}
        if not update.awaits(user):
            return said
        said |= {"evidence": Evidence.objects.shown_with(update, user), "review_form": ReviewForm(update)}
        return said | comparison.shown(update, user)


class AdminReview(Review):
    """The decision as it is made in the administration: by the same steps, from and to its own pages."""

    model_admin: ClassVar[Any] = None

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        get_object_or_404(ProgressUpdate.objects.visible_to(request.user), pk=pk)
        return redirect("admin:benchmarks_progressupdate_change", pk)

    def again(self, request: HttpRequest, update: ProgressUpdate, **said: Any) -> HttpResponse:
        # Django shows a page of things to be looked at for GET alone.
        request.method = "GET"
        status = said.pop("status", 200)
        if form := said.pop("review", None):
            said["review_form"] = form
        response: HttpResponse = self.model_admin.change_view(request, str(update.pk), extra_context=said)
        response.status_code = status
        return response

    def go_on(self, request: HttpRequest, update: ProgressUpdate, decision: Decision) -> HttpResponse:
        messages.success(request, decisions.done(update, decision))
        return redirect(reverse("admin:benchmarks_progressupdate_changelist", query={"queue": "waiting"}))


@admin.register(Evidence)
class EvidenceAdmin(LookedAt[Evidence]):
    fields = (
        "update",
        "kind",
        "title",
        "url",
        "archived_url",
        ("letter", "locator"),
        ("publisher", "published"),
        ("file_name", "size", "sha256"),
        "audience",
    )
    list_display = ("title", "kind", "publisher", "published", "update", "audience")
    list_filter = ("kind", "audience")
    list_select_related = ("update__benchmark",)
    search_fields = ("title", "publisher", "url", "letter__title", "update__benchmark__code")

    published = column("published_on_written", _("published on"), order="published_on")

    @admin.display(description=_("file"))
    def file_name(self, evidence: Evidence) -> Any:
        """The name alone: files are handed out elsewhere, once somebody checked who asks."""
        return evidence.file_name or None

    def told_of(self, thing: Evidence) -> models.Model:
        return thing.update
