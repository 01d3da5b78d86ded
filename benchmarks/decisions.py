"""What a reviewer may say to an update: one of three things, wherever it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from benchmarks import workflow

if TYPE_CHECKING:
    from accounts.models import User
    from benchmarks.models import ProgressUpdate


class Decision(models.TextChoices):
    APPROVE = "approve", _("Approve")
    REQUEST_CHANGES = "request_changes", _("Request changes")
    REJECT = "reject", _("Reject")


DONE = {
    Decision.APPROVE: _("Approved: %(title)s."),
    Decision.REQUEST_CHANGES: _("Sent back to %(author)s: %(title)s."),
    Decision.REJECT: _("Rejected: %(title)s."),
}


def decide(update: ProgressUpdate, reviewer: User, decision: Decision, note: str, *, seen: int) -> None:
    """Do what the reviewer says about the submission of this number. Raises what `workflow.approve` does."""
    if decision == Decision.APPROVE:
        workflow.approve(update, reviewer, note, seen=seen)
    elif decision == Decision.REQUEST_CHANGES:
        workflow.request_changes(update, reviewer, note, seen=seen)
    else:
        workflow.reject(update, reviewer, note, seen=seen)


def done(update: ProgressUpdate, decision: Decision) -> str:
    """A sentence that says what was decided on what."""
    return str(DONE[decision]) % {"title": update.benchmark, "author": update.author}
