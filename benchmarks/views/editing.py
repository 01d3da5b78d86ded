"""Benchmarks are added, edited, published and ended from their own pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View

from accounts.permissions import NotAllowed, may_administer, may_contribute, may_read, may_review
from benchmarks import codes, editing, publishing, succession
from benchmarks.conflicts import Conflict
from benchmarks.forms.benchmark import AddForm, EditForm
from benchmarks.forms.ending import RetireForm, SucceedForm
from benchmarks.models import Benchmark, Theme
from benchmarks.views.readers import ForReaders, Posted

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase
    from django_stubs_ext import StrOrPromise

    from accounts.models import User
    from accounts.permissions import AnyUser


def done(request: HttpRequest, text: StrOrPromise, *, undo: str = "") -> None:
    """Say what was done; where `undo` is an address, a button beside the message posts to it."""
    messages.success(request, str(text), extra_tags=undo)


class BenchmarkAdd(ForReaders, FormView[AddForm]):
    """A new benchmark; `?theme=` chooses one beforehand."""

    form_class = AddForm
    template_name = "benchmarks/add.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if may_read(request.user) and not may_contribute(request.user):
            raise PermissionDenied(_("Adding a benchmark needs the role of a contributor or above."))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        theme = Theme.objects.filter(slug=self.request.GET.get("theme", "").replace("\0", "")).first()
        chosen = {"themes": [theme]} if theme else {}
        code = codes.next_code(theme) if theme else ""
        return {"code": code, "owner": self.request.user.pk, **chosen}

    def form_valid(self, form: AddForm) -> HttpResponse:
        try:
            benchmark = form.save()
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        is_draft = benchmark.lifecycle == Benchmark.Lifecycle.DRAFT
        done(self.request, _("The draft is kept.") if is_draft else _("The benchmark was added."))
        return redirect(benchmark)


class OnBenchmark(ForReaders):
    """A step on one benchmark. Who may see it and not take the step gets 403, and is told what it `needs`."""

    needs: ClassVar[StrOrPromise]

    def may(self, benchmark: Benchmark, person: AnyUser) -> bool:
        raise NotImplementedError

    @cached_property
    def benchmark(self) -> Benchmark:
        seen = Benchmark.objects.visible_to(self.request.user).select_related("owner", "criterion__text")
        return get_object_or_404(seen, slug=self.kwargs["slug"])

    @property
    def person(self) -> User:
        return cast("User", self.request.user)  # `may` lets nobody in who has no role

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if may_read(request.user) and not self.may(self.benchmark, request.user):
            raise PermissionDenied(self.needs)
        return super().dispatch(request, *args, **kwargs)


class BenchmarkEdit(OnBenchmark, FormView[EditForm]):
    """Details and criterion; where somebody saved meanwhile both texts are shown and nothing is saved."""

    form_class = EditForm
    template_name = "benchmarks/edit.html"
    needs = _("Its owner edits a draft; editing any other benchmark needs the role of a reviewer or above.")

    def may(self, benchmark: Benchmark, person: AnyUser) -> bool:
        if editing.may_edit(benchmark, person):
            return True
        # It may have been theirs when they began to type: then they are told, and keep their words.
        is_sent = self.request.method == "POST"
        return is_sent and may_contribute(person) and benchmark.owner_id == person.pk

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.person, "instance": self.benchmark}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = self.benchmark.criterion_versions.newest_first().select_related("text", "reason")
        return super().get_context_data(benchmark=self.benchmark, versions=versions, **kwargs)

    def form_valid(self, form: EditForm) -> HttpResponse:
        try:
            form.save()
        except NotAllowed as error:
            form.add_error(None, str(error))
            return self.render_to_response(self.get_context_data(form=form), status=403)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return self.form_invalid(form)
        except Conflict as conflict:
            again, both = form.beside(conflict)
            context = self.get_context_data(form=again, conflict=both)
            return self.render_to_response(context, status=409)
        done(self.request, _("What you changed is saved."))
        return redirect(self.benchmark)


class Step(OnBenchmark, Posted):
    """One press of a button, and a word on what it did. `undone_by` is the route that undoes it."""

    needs = _("This needs the role of a reviewer or above.")
    takes: Callable[..., None]
    said: ClassVar[StrOrPromise]
    undone_by: ClassVar[str] = ""

    def may(self, benchmark: Benchmark, person: AnyUser) -> bool:
        return may_review(person)

    def may_undo(self) -> bool:
        return True

    def belongs_to(self) -> Benchmark:
        return self.benchmark

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        try:
            type(self).takes(self.benchmark, by=self.person)
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            may_undo = self.undone_by and self.may_undo()
            undo = reverse(f"benchmarks:{self.undone_by}", args=[slug]) if may_undo else ""
            done(request, self.said, undo=undo)
        return redirect(self.benchmark)


class Activate(Step):
    takes = publishing.activate
    said = _("It is active: everybody with a role sees it, and updates can be logged.")
    undone_by = "benchmark_deactivate"


class Deactivate(Step):
    takes = publishing.back_to_draft
    said = _("It is a draft again.")
    undone_by = "benchmark_activate"


class Publish(Step):
    takes = publishing.publish
    said = _("It is on the scorecard.")
    undone_by = "benchmark_unpublish"


class Unpublish(Step):
    takes = publishing.take_off
    said = _("It was taken off the scorecard.")
    undone_by = "benchmark_publish"

    def may_undo(self) -> bool:
        return not publishing.defined_by(self.benchmark, self.person)


class TakeUpAgain(Step):
    takes = succession.take_up_again
    needs = _("Taking up again what was retired needs the role of an administrator.")
    said = _("It is active again. Updates that went back to their authors wait until they submit them.")

    def may(self, benchmark: Benchmark, person: AnyUser) -> bool:
        return may_administer(person)


class Ending(OnBenchmark, View):
    """Pages by which an administrator ends a benchmark."""

    needs = _("Ending a benchmark needs the role of an administrator.")

    def may(self, benchmark: Benchmark, person: AnyUser) -> bool:
        return may_administer(person)


class Retire(Ending, FormView[RetireForm]):
    """End a benchmark with a reason. The page says first what becomes of what people are writing."""

    form_class = RetireForm
    template_name = "benchmarks/retire.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        end = succession.retirement(self.benchmark, by=self.person)
        return super().get_context_data(benchmark=self.benchmark, end=end, **kwargs)

    def form_valid(self, form: RetireForm) -> HttpResponse:
        try:
            succession.retire(self.benchmark, reason=form.cleaned_data["reason"], by=self.person)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        undo = reverse("benchmarks:benchmark_reinstate", args=[self.benchmark.slug])
        done(self.request, _("It was retired."), undo=undo)
        return redirect(self.benchmark)


class Succeed(Ending, FormView[SucceedForm]):
    """Split, merge or replace: first a look at what would happen, then the same form once more to do it."""

    form_class = SucceedForm
    template_name = "benchmarks/succeed.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "benchmark": self.benchmark, "user": self.person}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(benchmark=self.benchmark, **kwargs)

    def form_valid(self, form: SucceedForm) -> HttpResponse:
        plan, seal = form.plan(), self.request.POST.get("seal", "")
        if not seal or "look" in self.request.POST:
            return self.show(form, succession.outlook(plan, by=self.person))
        try:
            succession.carry_out(plan, seal=seal, by=self.person)
        except succession.Outdated as outdated:
            return self.show(form, outdated.outlook, is_outdated=True)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        done(self.request, _("It is done, and stands in the lineage of each of them."))
        return redirect(self.benchmark)

    def show(
        self, form: forms.Form, outlook: succession.Outlook, *, is_outdated: bool = False
    ) -> HttpResponse:
        context = self.get_context_data(form=form, outlook=outlook, is_outdated=is_outdated)
        return self.render_to_response(context)
