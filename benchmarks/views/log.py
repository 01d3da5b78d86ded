"""The form of an update: on a page of its own, or in place on the benchmark's."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from benchmarks import drafts
from benchmarks.forms import occasion
from benchmarks.forms.evidence import row_words, rows_in, with_blank_row, without_blank_rows
from benchmarks.forms.log import LogForm, Offer, query_of, words_of
from benchmarks.forms.typed import Difference, Words, differences, typed_words
from benchmarks.models import Benchmark, Evidence, ProgressUpdate, StaleReview, WorkingCopy
from benchmarks.views.contributors import NOT_YOURS, Logging

BEGINNING: Words = {"audience": ["internal"], "evidence-0-kind": ["link"], "evidence-TOTAL_FORMS": ["1"]}


class FormPage(Logging):
    """The form, on a page of its own or to be put into the benchmark's page."""

    def page(
        self,
        benchmark: Benchmark,
        update: ProgressUpdate | None,
        words: Words,
        *,
        version: int = 0,
        window: str = "",
        as_typed: bool = True,
        form: LogForm | None = None,
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        form = form or self.form(benchmark, words, update, as_typed=as_typed)
        context = {
            "benchmark": benchmark,
            "update": update,
            "form": form,
            "version": version,
            "window": window or str(uuid4()),
            "is_in_place": self.is_in_place,
            "drafts": [] if update else own_drafts(benchmark, self.author),
            "backup_key": drafts.backup_key(self.author),
            "last_note": update.comments.exclude(decision="").last() if update else None,
            **more,
        }
        template = "updates/log_form.html" if self.is_in_place else "updates/log.html"
        return render(self.request, template, context, status=status)

    def form(
        self, benchmark: Benchmark, words: Words, update: ProgressUpdate | None, *, as_typed: bool = True
    ) -> LogForm:
        return LogForm(
            words,
            benchmark=benchmark,
            author=self.author,
            update=update,
            as_typed=as_typed,
            offer=self.offer(benchmark),
        )

    def offer(self, benchmark: Benchmark) -> Offer:
        """What can be chosen in any form of this page."""
        if not hasattr(self, "_offer"):
            self._offer = Offer(benchmark, self.author)
        return self._offer

    @property
    def is_in_place(self) -> bool:
        return bool(self.request.headers.get("HX-Request"))

    def answer(self, benchmark: Benchmark, update: ProgressUpdate | None) -> HttpResponse:
        """Take what was sent: keep it in any case, then do what was asked."""
        if self.is_somebody_else():
            message = _("Somebody else is signed in by now. Sign in as yourself, then send it again.")
            return self.page(benchmark, update, typed_words(self.request.POST), wrong=message, status=409)
        try:
            update = update or self.of_window(benchmark)
            words, unfit = self.with_files(update, typed_words(self.request.POST))
            kept = self.keep(update, words)
        except ValidationError as error:
            words = typed_words(self.request.POST)
            return self.page(benchmark, update, words, wrong=" ".join(error.messages), status=400)
        except StaleReview as error:
            return self.too_late(error.update, typed_words(self.request.POST))
        if kept.theirs:
            return self.conflict(benchmark, update, words, kept.copy, kept.theirs)
        return self.act(benchmark, update, words, kept.copy, unfit)

    def act(
        self,
        benchmark: Benchmark,
        update: ProgressUpdate,
        words: Words,
        copy: WorkingCopy,
        unfit: list[str],
    ) -> HttpResponse:
        """Do what was asked of words that are kept: submit them, leave them, or show one row more."""
        action = self.request.POST.get("action", "submit")
        shown: dict[str, Any] = {"version": copy.version, "window": copy.window, "unfit": unfit}
        if action.startswith("add_") and action[4:] in Evidence.Kind.values:
            more = with_blank_row(words, Evidence.Kind(action[4:]))
            return self.page(benchmark, update, more, **shown)
        if unfit or action == "upload":
            return self.page(benchmark, update, words, **shown)
        if action == "save":
            messages.success(self.request, _("The draft is kept. Only you see it."))
            return redirect(benchmark)
        form = self.form(benchmark, words, update, as_typed=False)
        if not form.is_valid():
            return self.page(benchmark, update, words, form=form, as_typed=False, **shown)
        try:
            drafts.settle(
                update,
                form.settled(),
                by=self.author,
                readers=form.cleaned_data["readers"],
                evidence=form.pieces(),
                gone=form.evidence.gone,
                window=copy.window,
            )
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return self.page(benchmark, update, words, form=form, as_typed=False, **shown)
        except StaleReview as error:
            return self.too_late(error.update, words)
        told = _('Submitted. A reviewer decides on it; <a href="{}">see the update</a>.')
        messages.success(self.request, format_html(told, update.get_absolute_url()))
        return redirect(benchmark)

    def with_files(self, update: ProgressUpdate, words: Words) -> tuple[Words, list[str]]:
        """Keep the files that came with the form; the words with a row for each, and what was wrong."""
        kept, unfit = self.take_files(update)
        for piece in kept:
            number = rows_in(query_of(words))
            words |= row_words(number, piece) | {"evidence-TOTAL_FORMS": [str(number + 1)]}
        return words, unfit

    def conflict(
        self,
        benchmark: Benchmark,
        update: ProgressUpdate,
        words: Words,
        aside: WorkingCopy,
        theirs: WorkingCopy,
    ) -> HttpResponse:
        """Show both texts; sending again keeps the one that stands in the form."""
        return self.page(
            benchmark,
            update,
            words,
            version=theirs.version,
            window=aside.window,
            theirs=theirs,
            differing=self.differing(benchmark, update, words, theirs),
            status=409,
        )

    def differing(
        self, benchmark: Benchmark, update: ProgressUpdate, words: Words, theirs: WorkingCopy
    ) -> list[Difference]:
        words, others = without_blank_rows(dict(words)), without_blank_rows(theirs.words)
        here, there = (self.form(benchmark, each, update) for each in (words, others))
        return differences(here, there)

    def too_late(self, update: ProgressUpdate, words: Words) -> HttpResponse:
        """The update was submitted or decided on meanwhile: say so, and give the words back to copy."""
        form = self.form(update.benchmark, words, update)
        context = {"update": update, "benchmark": update.benchmark, "form": form}
        return render(self.request, "updates/too_late.html", context, status=409)


class LogPage(FormPage):
    """A new update on one benchmark."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        benchmark = self.benchmark_of(slug)
        if benchmark.lifecycle == Benchmark.Lifecycle.RETIRED:
            return render(request, "updates/retired.html", {"benchmark": benchmark}, status=409)
        words = dict(BEGINNING)
        wanted = request.GET.get("event", "")
        if wanted:
            words["agenda_item"] = [occasion.of(benchmark, self.author, wanted)]
        return self.page(benchmark, None, words)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.answer(self.benchmark_of(slug), None)


class EditPage(FormPage):
    """An own update that was not submitted yet, or that was sent back."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        update = self.update_of(pk)
        if not update.may_be_edited_by(request.user):
            raise PermissionDenied(NOT_YOURS)
        prefetch_related_objects([update], "evidence")  # each form on the page asks for it
        copies = list(update.working_copies.all())
        main = next((copy for copy in copies if not copy.is_aside), None)
        aside = [copy for copy in copies if copy.is_aside]
        chosen = next((copy for copy in aside if str(copy.pk) == request.GET.get("copy")), None)
        shown = chosen or main
        typed = shown.words if shown else words_of(update, update.evidence.all())
        words = without_blank_rows(typed)
        # Of several only the newest is laid beside the form; the others open in it.
        others = sorted((copy for copy in aside if copy != chosen), key=lambda copy: copy.saved_at)[::-1]
        differing = [
            (copy, [] if place else self.differing(update.benchmark, update, words, copy))
            for place, copy in enumerate(others)
        ]
        return self.page(
            update.benchmark,
            update,
            words,
            version=main.version if main else 0,
            aside=differing,
            chosen=chosen,
            saved_at=shown.saved_at if shown else None,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        update = self.update_of(pk)
        if not update.may_be_edited_by(request.user):
            if update.author_id == self.author.pk:
                return self.too_late(update, typed_words(request.POST))
            raise PermissionDenied(NOT_YOURS)
        dropped = request.POST.get("drop", "")
        if dropped.isdecimal():
            if "narrative" in request.POST:
                self.keep(update, typed_words(request.POST))
            update.working_copies.filter(pk=int(dropped[:17]), is_aside=True).delete()
            messages.success(request, _("The other text is thrown away."))
            return redirect("benchmarks:update_edit", pk=update.pk)
        return self.answer(update.benchmark, update)


class Begun(NamedTuple):
    """A draft as its author tells it from others: by how it begins, of which day it is, when it was kept."""

    update: ProgressUpdate
    beginning: str
    happened: str
    kept_at: datetime

    @classmethod
    def of(cls, update: ProgressUpdate) -> Begun:
        copy = next((each for each in update.working_copies.all() if not each.is_aside), None)
        words = copy.words if copy else words_of(update, [])
        narrative, happened = (
            " ".join(words.get(name, [""])[0].split()) for name in ("narrative", "happened_on")
        )
        return cls(update, narrative, happened[:40], copy.saved_at if copy else update.created_at)


def own_drafts(benchmark: Benchmark, author: User) -> list[Begun]:
    """Drafts that this person began on this benchmark and left, the newest first."""
    updates = ProgressUpdate.objects.filter(
        benchmark=benchmark, author=author, state=ProgressUpdate.State.DRAFT, discarded_at__isnull=True
    )
    return [Begun.of(each) for each in updates.order_by("-pk").prefetch_related("working_copies")[:3]]
