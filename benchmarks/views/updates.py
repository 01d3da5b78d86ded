"""One update, with what may be done about it: discuss it, hide it, say who reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import NotAllowed, may_contribute, may_review
from benchmarks import comparison, discussion, hiding
from benchmarks.filtersets.review import Queue
from benchmarks.forms.review import CommentForm, ReadersForm, ReviewForm
from benchmarks.models import Comment, Evidence, ProgressUpdate, StaleReview
from benchmarks.views.readers import ForReaders, Posted

State = ProgressUpdate.State
CONFLICT = 409


def person(request: HttpRequest) -> User:
    """Who asks. Nobody comes to a page for readers without having signed in."""
    return cast("User", request.user)


def shown_to(user: User) -> QuerySet[ProgressUpdate]:
    """Updates this person may see, with all that the page of one prints."""
    return ProgressUpdate.objects.visible_to(user).select_related(
        "benchmark",
        "author",
        "reviewer",
        "addressee",
        "criterion__text",
        "agenda_item__event",
        "event",
        "hidden_by",
        "hiding_confirmed_by",
        "voids__reason",
        "voids__addressee",
        "voids__decided_by",
        "status_event__reason",
        "status_event__decided_by",
    )


def page(
    request: HttpRequest,
    update: ProgressUpdate,
    *,
    review: ReviewForm | None = None,
    comment: CommentForm | None = None,
    readers: ReadersForm | None = None,
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    """The page of an update, with forms as they were sent where something in them was wrong."""
    user = person(request)
    comments = list(Comment.objects.visible_to(user).filter(update=update).select_related("author"))
    context = {
        "update": update,
        "evidence": Evidence.objects.shown_with(update, user),
        "readers": list(update.readers.order_by("name", "pk")),
        "comments": comments,
        "last_said": last_said(comments, user),
        "is_author": update.author_id == user.pk,
        "voids_withheld": update.voids is not None and update.voids.is_withheld_from(user),
        **actions(update, user, comment, readers),
        **said,
    }
    if update.awaits(user):
        context |= reviewing(request, update, review)
    return render(request, "updates/update.html", context, status=status)


def last_said(comments: list[Comment], user: User) -> int:
    """The key of this person's last remark: what they typed since was not sent. Decisions are no remarks."""
    return max((one.pk for one in comments if one.author_id == user.pk and not one.decision), default=0)


def actions(
    update: ProgressUpdate, user: User, comment: CommentForm | None, readers: ReadersForm | None
) -> dict[str, Any]:
    """What this person may do beside deciding."""
    is_discussed = may_contribute(user) and update.state != State.DRAFT
    is_authors = update.author_id == user.pk and may_contribute(user)
    return {
        "may_edit": update.may_be_edited_by(user),
        "may_withdraw": is_authors and update.state in {State.SUBMITTED, State.CHANGES_REQUESTED},
        "may_reopen": is_authors and update.state == State.WITHDRAWN,
        "may_discard": is_authors and update.state == State.DRAFT,
        "may_hide": hiding.may_hide(update, user),
        "may_show": hiding.may_show(update, user),
        "may_confirm": hiding.may_confirm(update, user),
        "comment_form": (comment or comment_form(update, user)) if is_discussed else None,
        "readers_form": (readers or ReadersForm(update)) if is_authors else None,
    }


def comment_form(update: ProgressUpdate, user: User, data: QueryDict | None = None) -> CommentForm:
    """Empty, or with what was sent; it offers those to ask who may see the update."""
    return CommentForm(discussion.participants(update), user, data)


def reviewing(request: HttpRequest, update: ProgressUpdate, review: ReviewForm | None) -> dict[str, Any]:
    """What a reviewer compares, the form to decide with, and what comes next."""
    queue = Queue(request)
    return {
        **comparison.shown(update, person(request)),
        "review_form": review or ReviewForm(update),
        "queue": queue,
        "waiting": queue.count(),
        "next": queue.after(update),
    }


@contextmanager
def answering() -> Iterator[None]:
    """What the domain refuses, as a page says it: 403 for who may not, 404 for who may not even see it."""
    try:
        yield
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except ProgressUpdate.DoesNotExist as nothing:
        raise Http404(_("There is no such update.")) from nothing


class UpdatePage(ForReaders):
    """One update as everybody who may see it sees it, and the actions they have."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = person(request)
        update = get_object_or_404(shown_to(user), pk=pk)
        if request.method == "GET" and may_contribute(user):
            discussion.seen(update, by=user)
        return page(request, update)


class Step(ForReaders, Posted):
    """Something done about an update."""

    def belongs_to(self) -> ProgressUpdate:
        visible = ProgressUpdate.objects.visible_to(self.request.user)
        return get_object_or_404(visible, pk=self.kwargs["pk"])

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        update = get_object_or_404(shown_to(person(request)), pk=pk)
        with answering():
            try:
                return self.step(request, update)
            except StaleReview as late:
                messages.error(request, str(late))
                return redirect(update)

    def step(self, request: HttpRequest, update: ProgressUpdate) -> HttpResponse:
        """Do it and answer."""
        raise NotImplementedError


class AddComment(Step):
    def step(self, request: HttpRequest, update: ProgressUpdate) -> HttpResponse:
        user = person(request)
        if not may_contribute(user):
            raise NotAllowed(_("Contributors and reviewers comment."))
        form = comment_form(update, user, request.POST)
        if not form.is_valid():
            return page(request, update, comment=form)
        try:
            said = discussion.comment(update, form.said(), by=user)
        except ValidationError as error:
            form.add_error("text", error)
            return page(request, update, comment=form)
        return redirect(f"{update.get_absolute_url()}#comment-{said.pk}")


class Hide(Step):
    """Asks once, on the page itself, and acts at once."""

    def step(self, request: HttpRequest, update: ProgressUpdate) -> HttpResponse:
        user = person(request)
        hiding.hide(update, by=user)
        said = _("Hidden from everybody but its author and readers: %s.") % update.benchmark
        messages.success(request, said, extra_tags=reverse("benchmarks:update_show", args=[update.pk]))
        is_seen = ProgressUpdate.objects.visible_to(user).filter(pk=update.pk).exists()
        return redirect(update if is_seen else "benchmarks:review")


class Show(Step):
    """Undoes the hiding, also for a reviewer who does not see any more what they hid."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = person(request)
        # Whoever hid it, and cannot see it now, knows that it is there.
        update = get_object_or_404(hiding.known_to(user), pk=pk)
        try:
            with answering():
                hiding.show(update, by=user)
        except StaleReview:
            messages.error(request, _("It is not hidden any more."))
        else:
            messages.success(request, _("Shown again: %s.") % update.benchmark)
        return redirect(update)


class ConfirmHiding(ForReaders, Posted):
    """A second reviewer says that it stays hidden. What it says they need not, and mostly cannot, see."""

    def belongs_to(self) -> str:
        get_object_or_404(hiding.known_to(person(self.request)), pk=self.kwargs["pk"])
        return reverse("benchmarks:review")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        update = get_object_or_404(hiding.known_to(person(request)), pk=pk)
        try:
            with answering():
                if not may_review(request.user):
                    raise NotAllowed(_("Another reviewer than who hid it confirms that."))
                hiding.confirm(update, by=person(request))
        except StaleReview:
            messages.error(
                request, _("There is nothing to confirm: somebody confirmed it already, or showed it.")
            )
        else:
            messages.success(request, _("Confirmed: an update on %s stays hidden.") % update.benchmark)
        return redirect("benchmarks:review")


class SetReaders(Step):
    def step(self, request: HttpRequest, update: ProgressUpdate) -> HttpResponse:
        user = person(request)
        if update.author_id != user.pk:
            raise NotAllowed(_("Its author says who reads it."))
        form = ReadersForm(update, request.POST)
        if not form.is_valid():
            return page(request, update, readers=form)
        hiding.set_readers(update, form.cleaned_data["readers"], by=user)
        messages.success(request, _("The readers were changed."))
        return redirect(update)
