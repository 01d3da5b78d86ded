"""What waits for a second person, the decision on it, and the withdrawal of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from accounts.permissions import NotAllowed, may_contribute, may_review
from benchmarks import decisions, hiding, workflow
from benchmarks.decisions import Decision
from benchmarks.filtersets.review import Queue, QueueFilter, waiting_for
from benchmarks.forms.review import ReviewForm, WithdrawalForm
from benchmarks.models import ProgressUpdate, StaleReview, StatusEvent
from benchmarks.tables.review import QueueTable
from benchmarks.views.readers import ForReaders
from benchmarks.views.updates import CONFLICT, answering, page, person, shown_to


class ReviewQueue(ForReaders, SingleTableMixin, FilterView):  # type: ignore[misc]
    """What waits, the oldest first, for contributors to read and reviewers to work through."""

    table_class = QueueTable
    filterset_class = QueueFilter
    template_name = "review/queue.html"
    strict = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not may_contribute(request.user):
            raise Http404(_("Contributors and reviewers read what waits."))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[ProgressUpdate]:
        return waiting_for(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = person(self.request)
        queue = Queue(self.request)
        is_reviewer = may_review(user)
        context: dict[str, Any] = super().get_context_data(
            **kwargs,
            queue=queue,
            is_reviewer=is_reviewer,
            first=queue.decidable.first() if is_reviewer else None,
            hidden=hiding.unconfirmed() if is_reviewer else [],
        )
        return context


class Review(ForReaders):
    """A reviewer's decision. Whatever comes of it, no word of the reason is lost."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who had to sign in again comes here by GET, and finds the update."""
        update = get_object_or_404(ProgressUpdate.objects.visible_to(request.user), pk=pk)
        return redirect(f"{update.get_absolute_url()}?{request.GET.urlencode()}")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            with answering():
                return self.decided(request, get_object_or_404(shown_to(person(request)), pk=pk))
        except Http404:
            return refused(request, 404)
        except PermissionDenied:
            return refused(request, 403)

    def decided(self, request: HttpRequest, update: ProgressUpdate) -> HttpResponse:
        user = person(request)
        if not update.may_be_decided_by(user):
            raise NotAllowed(_("Another reviewer than its author decides on an update."))
        form = ReviewForm(update, request.POST)
        if update.state == ProgressUpdate.State.SUBMITTED and not form.is_valid():
            return self.again(request, update, review=form)
        said = form.cleaned_data if form.is_valid() else {}
        decision = Decision(said.get("decision") or Decision.APPROVE)
        try:
            decisions.decide(update, user, decision, said.get("note", ""), seen=said.get("submission", 0))
        except StaleReview:
            return self.came_late(request, update, form.typed)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return self.again(request, update, review=form)
        return self.go_on(request, update, decision)

    def came_late(self, request: HttpRequest, update: ProgressUpdate, typed: str) -> HttpResponse:
        """Somebody decided first, or it was submitted anew: say who, when and what; keep the words."""
        update = get_object_or_404(shown_to(person(request)), pk=update.pk)
        if update.state != ProgressUpdate.State.SUBMITTED:
            said = {"late": True, "typed": typed, "queue": Queue(request)}
            return self.again(request, update, status=CONFLICT, **said)
        form = ReviewForm(update, initial={"submission": update.submission, "note": typed})
        return self.again(request, update, review=form, anew=True, status=CONFLICT)

    def again(self, request: HttpRequest, update: ProgressUpdate, **said: Any) -> HttpResponse:
        """The page one came from, with what is to be said; `status` is that of the answer."""
        return page(request, update, **said)

    def go_on(self, request: HttpRequest, update: ProgressUpdate, decision: Decision) -> HttpResponse:
        """Say what was done and how much is left, and open what waits next."""
        queue = Queue(request)
        left = queue.count()
        done = decisions.done(update, decision)
        if following := queue.after(update):
            said = ngettext("%(n)d left.", "%(n)d left.", left) % {"n": left}
            messages.success(request, f"{done} {said}")
            return redirect(f"{following.get_absolute_url()}?{queue.query}")
        messages.success(request, done)
        return redirect(reverse("benchmarks:review") + queue.filter.rest)


def refused(request: HttpRequest, status: int) -> HttpResponse:
    """404 or 403, with the words that were typed. It says nothing that depends on the update."""
    typed = str(request.POST.get("note", ""))
    return render(request, "review/refused.html", {"typed": typed, "status": status}, status=status)


class WithdrawLine(ForReaders):
    """Propose that a line of the status history be taken back. A second person confirms it, as any update."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if may_contribute(request.user):
            return super().dispatch(request, *args, **kwargs)
        line = StatusEvent.objects.visible_to(request.user).filter(pk=kwargs["pk"])
        if line.exists():
            raise PermissionDenied(_("Contributors and reviewers propose that."))
        raise Http404(_("There is no such line."))

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.asked(request, self.line(request, pk), WithdrawalForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        line, form = self.line(request, pk), WithdrawalForm(request.POST)
        if not line.may_be_voided or not form.is_valid():
            return self.asked(request, line, form)
        try:
            update = workflow.propose_withdrawal(line, by=person(request), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_errors(error)
            return self.asked(request, line, form)
        messages.success(
            request, _("Proposed. The line stands until a second person confirms the withdrawal.")
        )
        return redirect(update)

    @staticmethod
    def line(request: HttpRequest, pk: int) -> StatusEvent:
        lines = StatusEvent.objects.visible_to(request.user).select_related(
            "benchmark", "reason", "addressee", "decided_by", "voided_by__decided_by"
        )
        return get_object_or_404(lines, pk=pk)

    @staticmethod
    def asked(request: HttpRequest, line: StatusEvent, form: WithdrawalForm) -> HttpResponse:
        """The page that asks why, or says why there is nothing to ask."""
        context = {
            "line": line,
            "form": form,
            "is_standing": line.may_be_voided,
            "is_withheld": line.is_withheld_from(person(request)),
            "proposed": waiting_for(request.user).filter(voids=line).first(),
        }
        status = 200 if context["is_standing"] else CONFLICT
        return render(request, "review/withdraw.html", context, status=status)
