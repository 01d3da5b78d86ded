"""What pages for contributors share, and those of them on which updates are logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from accounts.permissions import NotAllowed, may_contribute, may_read
from benchmarks import drafts, files
from benchmarks.forms.typed import Words
from benchmarks.models import Benchmark, Evidence, ProgressUpdate, StaleReview, WorkingCopy
from benchmarks.views.readers import ForReaders

if TYPE_CHECKING:
    from typing import Any

    from accounts.models import User

# What who may not write in an update is told.
NOT_YOURS = _("Only its author edits an update, until somebody decides on it.")


class ForContributors(ForReaders):
    """A page for those who may contribute. Who only reads is told so; to others it does not exist."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if may_read(request.user) and not may_contribute(request.user):
            raise PermissionDenied(_("Logging progress needs the role of a contributor or above."))
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error

    @property
    def author(self) -> User:
        return cast("User", self.request.user)


class Logging(ForContributors):
    """What the form's pages share: which update they are about, and its words."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if may_read(request.user) and not may_contribute(request.user):
            # Only of what a viewer sees they are told that it is not theirs to write.
            self.update_of(kwargs["pk"]) if "pk" in kwargs else self.benchmark_of(kwargs["slug"])
        return super().dispatch(request, *args, **kwargs)

    def benchmark_of(self, slug: str) -> Benchmark:
        seen = Benchmark.objects.visible_to(self.request.user)
        return get_object_or_404(seen.select_related("criterion__text"), slug=slug)

    def update_of(self, pk: int) -> ProgressUpdate:
        seen = ProgressUpdate.objects.visible_to(self.request.user)
        return get_object_or_404(seen.select_related("benchmark__criterion__text", "voids"), pk=pk)

    def of_window(self, benchmark: Benchmark) -> ProgressUpdate:
        """The draft that this window began a moment ago, though it may not know, or else a new one."""
        window = self.request.POST.get("window", "")[:36]
        kept = WorkingCopy.objects.filter(
            window=window, update__author=self.author, update__benchmark=benchmark, is_aside=False
        )
        begun = kept.filter(update__state=ProgressUpdate.State.DRAFT, update__discarded_at__isnull=True)
        copy = begun.select_related("update__benchmark").first() if window else None
        return copy.update if copy else drafts.begin(benchmark, by=self.author)

    def keep(self, update: ProgressUpdate, words: Words) -> drafts.Kept:
        typed = self.request.POST.get("version", "")
        window = self.request.POST.get("window", "")[:36] or str(uuid4())
        version = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
        kept = drafts.keep(update, words, by=self.author, window=window, version=version)
        aside = self.request.POST.get("copy", "")
        if kept.theirs is None and aside.isdecimal() and len(aside) < 18:
            update.working_copies.filter(pk=int(aside), is_aside=True).delete()
        return kept

    def take_files(self, update: ProgressUpdate) -> tuple[list[Evidence], list[str]]:
        """Keep the files that were sent: what they became, and what is wrong with each of the others."""
        kept: list[Evidence] = []
        unfit: list[str] = []
        for upload in self.request.FILES.getlist("files"):
            try:
                kept.append(drafts.attach(update, files.evidence_from(upload), by=self.author))
            except ValidationError as error:
                unfit += error.messages
            except StaleReview as error:
                unfit.append(str(error))
        return kept, unfit

    def is_somebody_else(self) -> bool:
        """True where the form was opened by another person than who is signed in by now."""
        return self.request.POST.get("author", str(self.author.pk)) != str(self.author.pk)
