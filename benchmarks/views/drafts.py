"""A draft while it is written, and the steps of an update that its author takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.permissions import NotAllowed
from benchmarks import drafts, richtext, workflow
from benchmarks.forms.evidence import row_words
from benchmarks.forms.log import LogForm
from benchmarks.forms.typed import Words, differences, typed_words
from benchmarks.models import Benchmark, Evidence, ProgressUpdate, StaleReview
from benchmarks.views.contributors import NOT_YOURS, ForContributors, Logging
from benchmarks.views.readers import Posted

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase
    from django_stubs_ext import StrOrPromise


class Keep(Logging):
    """Save the form as it is being typed. Answers in JSON, to a script."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except PermissionDenied:
            wrong = _(
                "You may not log any more: your role is another by now. Your words stay on this device."
            )
            return JsonResponse({"wrong": str(wrong)}, status=403)

    def post(self, request: HttpRequest, slug: str = "", pk: int = 0) -> HttpResponse:
        if self.is_somebody_else():
            return JsonResponse({"wrong": "other"}, status=409)
        words = typed_words(request.POST)
        try:
            update = self.update_of(pk) if pk else self.of_window(self.benchmark_of(slug))
            kept = self.keep(update, words)
        except ValidationError as error:
            return JsonResponse({"wrong": " ".join(error.messages)}, status=400)
        except StaleReview as error:
            see = error.update.get_absolute_url()
            return JsonResponse({"wrong": str(error), "see": see}, status=409)
        except NotAllowed as error:
            return JsonResponse({"wrong": str(error)}, status=403)
        return self.told(update, words, kept)

    def told(self, update: ProgressUpdate, words: Words, kept: drafts.Kept) -> JsonResponse:
        benchmark, theirs = update.benchmark, kept.theirs
        form = LogForm(words, benchmark=benchmark, author=self.author, update=update, as_typed=True)
        answer: dict[str, Any] = {
            "update": update.pk,
            "version": (theirs or kept.copy).version,
            "saved": date_format(timezone.localtime(kept.copy.saved_at), "H:i"),
            "edit": reverse("benchmarks:update_edit", args=[update.pk]),
            "keep": reverse("benchmarks:update_keep", args=[update.pk]),
            "files": reverse("benchmarks:update_files", args=[update.pk]),
            "discard": reverse("benchmarks:update_discard", args=[update.pk]) if update.is_draft else "",
            "early": form.early_warning if form.warns_early else "",
        }
        if theirs:
            other = LogForm(
                theirs.words, benchmark=benchmark, author=self.author, update=update, as_typed=True
            )
            context = {"theirs": theirs, "differing": differences(form, other), "update": update}
            answer["conflict"] = render_to_string("updates/conflict.html", context, self.request)
        return JsonResponse(answer, status=409 if theirs else 200)


class Files(Logging):
    """Take files for a draft while it is written. Answers with a row of the form for each, to a script."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        update = self.update_of(pk)
        if not update.may_be_edited_by(request.user):
            raise PermissionDenied(NOT_YOURS)
        typed = request.POST.get("next", "0")
        number = int(typed) if typed.isdecimal() and len(typed) < 4 else 0
        kept, unfit = self.take_files(update)
        rows = [self.row(update, piece, number + each) for each, piece in enumerate(kept)]
        return JsonResponse({"rows": rows, "wrong": unfit}, status=200 if rows or not unfit else 400)

    def row(self, update: ProgressUpdate, piece: Evidence, number: int) -> str:
        words = row_words(number, piece) | {"evidence-TOTAL_FORMS": [str(number + 1)]}
        form = LogForm(words, benchmark=update.benchmark, author=self.author, update=update, as_typed=True)
        row = form.evidence.formset.forms[number]
        return render_to_string("updates/evidence_row.html", {"row": row, "number": number}, self.request)


class Preview(ForContributors):
    """A narrative as it will be read."""

    def post(self, request: HttpRequest) -> HttpResponse:
        text = request.POST.get("narrative", "")[: drafts.MOST_CHARACTERS]
        return render(request, "updates/preview.html", {"text": text, "html": richtext.rendered(text)})


class Step(Logging, Posted):
    """One step of an update that its author takes, with the way back beside the word that it was taken."""

    done: StrOrPromise = ""
    undo = ""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        update = self.own(pk)
        try:
            self.take(update)
        except StaleReview as error:
            messages.error(request, str(error))
            return redirect(update)
        undo = reverse(f"benchmarks:{self.undo}", args=[update.pk]) if self.undo else ""
        messages.success(request, str(self.done), extra_tags=undo)
        return redirect(self.onward(update))

    def belongs_to(self) -> Benchmark | ProgressUpdate:
        return self.update_of(self.kwargs["pk"])

    def own(self, pk: int) -> ProgressUpdate:
        return self.update_of(pk)

    def take(self, update: ProgressUpdate) -> None:
        raise NotImplementedError

    def onward(self, update: ProgressUpdate) -> str:
        return update.get_absolute_url()


class Discard(Step):
    done, undo = _("The draft is thrown away."), "update_restore"

    def take(self, update: ProgressUpdate) -> None:
        if "narrative" in self.request.POST:
            self.keep(update, typed_words(self.request.POST))  # to be there when it is brought back
        drafts.discard(update, by=self.author)

    def onward(self, update: ProgressUpdate) -> str:
        return update.benchmark.get_absolute_url()


class Restore(Step):
    done, undo = _("The draft is back, as you left it."), "update_discard"

    def own(self, pk: int) -> ProgressUpdate:
        """Nobody sees a discarded draft; its author may still bring it back."""
        mine = ProgressUpdate.objects.filter(author=self.author, state=ProgressUpdate.State.DRAFT)
        return get_object_or_404(mine.select_related("benchmark"), pk=pk)

    def belongs_to(self) -> Benchmark | ProgressUpdate:
        """A draft that is still thrown away has no page; its benchmark has."""
        gone = ProgressUpdate.objects.filter(
            author=self.author, discarded_at__isnull=False, pk=self.kwargs["pk"]
        )
        update = gone.select_related("benchmark").first()
        return update.benchmark if update else self.update_of(self.kwargs["pk"])

    def take(self, update: ProgressUpdate) -> None:
        drafts.restore(update, by=self.author)

    def onward(self, update: ProgressUpdate) -> str:
        return reverse("benchmarks:update_edit", args=[update.pk])


class Withdraw(Step):
    done, undo = _("The update is withdrawn: nobody decides on it any more."), "update_reopen"

    def take(self, update: ProgressUpdate) -> None:
        workflow.withdraw(update, by=self.author)


class Reopen(Step):
    done = _("The update is a draft again. Mend it and submit it.")

    def take(self, update: ProgressUpdate) -> None:
        workflow.reopen(update, by=self.author)

    def onward(self, update: ProgressUpdate) -> str:
        return reverse("benchmarks:update_edit", args=[update.pk])
