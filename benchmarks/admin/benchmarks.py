"""Administration of benchmarks. Criteria, ratings and positions are history: see `history.py`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from benchmarks import amendments, lifecycle
from benchmarks.admin.base import Kept, SoundForm, changed, column
from benchmarks.models import Benchmark, Freshness

STANDING = ("rating", "rated_on_shown", "position", "freshness", "criterion_shown")


class WithoutOwner(admin.SimpleListFilter):
    """Benchmarks that nobody looks after: without an owner, or with one whose account was closed."""

    title = _("owner")
    parameter_name = "owner_is"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("nobody")), ("inactive", _("somebody who left"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Benchmark]) -> QuerySet[Benchmark]:
        if self.value() == "none":
            return queryset.filter(owner__isnull=True)
        return queryset.filter(owner__is_active=False) if self.value() == "inactive" else queryset


class IsFresh(admin.SimpleListFilter):
    title = _("freshness")
    parameter_name = "freshness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Freshness.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Benchmark]) -> QuerySet[Benchmark]:
        if self.value() not in Freshness.values:
            return queryset
        fresh: Any = queryset  # annotated by BenchmarkAdmin.get_queryset
        return fresh.filter(freshness=self.value())  # type: ignore[no-any-return]


class BenchmarkForm(SoundForm[Benchmark]):
    """A benchmark's details, and a version of its criterion: the first, or one that takes its place."""

    criterion_text = forms.CharField(
        label=_("Criterion"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=_("What has to be true for the benchmark to count as met."),
    )
    effective_on = forms.DateField(label=_("Effective on"), widget=AdminDateWidget())
    criterion_reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )

    def clean_effective_on(self) -> Any:
        day = self.cleaned_data["effective_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("A criterion is not in force before its day has come."))
        return day

    def check_rules(self) -> None:
        if not self.instance.pk:
            lifecycle.check_slug(self.instance.slug)
        # The first criterion comes after the benchmark, in the same transaction.
        self.instance.validate_constraints(exclude=None if self.instance.pk else {"criterion"})


class RevisionForm(BenchmarkForm):
    """On a benchmark that is there, a new version of the criterion is given whole or not at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in REVISION:
            if name in self.fields:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        missing = [name for name in REVISION if not given.get(name)]
        if 0 < len(missing) < len(REVISION):
            for name in set(missing) - set(self.errors):
                self.add_error(name, _("A new version of the criterion needs text, day and reason."))
        return given


REVISION = ("criterion_text", "effective_on", "criterion_reason")


@admin.register(Benchmark)
class BenchmarkAdmin(Kept[Benchmark]):
    readonly_fields = STANDING
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("themes", "addressees", "owner")
    list_display = ("code", "title", "rating", "position", "freshness", "lifecycle", "owner")
    list_display_links = ("code", "title")
    list_filter = ("lifecycle", "rating", IsFresh, "measure", "published", WithoutOwner, "themes")
    list_select_related = ("owner",)
    search_fields = ("code", "title", "description", "criterion__text__text")

    rated_on_shown = column("rated_on_written", _("rated on"), order="rated_on")
    criterion_shown = column("criterion", _("criterion in force"))
    owner_shown = column("owner", _("owner"))

    @admin.display(description=_("freshness"), ordering="fresh_until")
    def freshness(self, benchmark: Benchmark) -> Any:
        return benchmark.freshness_on(timezone.localdate()).label

    def get_queryset(self, request: HttpRequest) -> QuerySet[Benchmark]:
        seen: Any = super().get_queryset(request)
        fresh: QuerySet[Benchmark] = seen.with_freshness(timezone.localdate())
        return fresh

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = RevisionForm if change else BenchmarkForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Benchmark | None = None) -> Any:
        may = self.has_change_permission(request, obj)
        what = ["code", "title", "slug", "description", "measure", "themes", "addressees"]
        care = ["owner" if may else "owner_shown", "due_on", "review_interval_days", "lifecycle"]
        # A new benchmark is looked at by somebody else before it is published.
        sections: list[Any] = [
            (None, {"fields": what}),
            (_("Who looks after it"), {"fields": [*care, *(["published"] if obj else [])]}),
        ]
        if obj:
            sections.append((_("What stands, by its history"), {"fields": STANDING}))
        if may:
            title = _("Revise the criterion") if obj else _("Its criterion")
            sections.append((title, {"fields": REVISION}))
        return sections

    def add(self, thing: Benchmark, given: dict[str, Any], parts: list[Any], by: User) -> None:
        lifecycle.define(
            thing,
            criterion=given["criterion_text"],
            effective_on=given["effective_on"],
            reason=given["criterion_reason"],
            themes=given["themes"],
            addressees=given["addressees"],
            by=by,
        )

    def amend(self, form: BenchmarkForm, parts: list[Any], by: User) -> None:
        fields, links = changed(form)
        given = form.cleaned_data
        amendments.amend(form.instance, fields=fields, links=links, by=by)
        if given["criterion_text"]:
            lifecycle.revise_criterion(
                form.instance,
                text=given["criterion_text"],
                effective_on=given["effective_on"],
                reason=given["criterion_reason"],
                by=by,
            )
