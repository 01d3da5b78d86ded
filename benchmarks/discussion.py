"""Comments on an update, and whom they ask for."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import NotAllowed, may_contribute
from benchmarks import workflow
from benchmarks.models import Change, Comment, Mention, ProgressUpdate

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_CHARACTERS = 5000


def participants(update: ProgressUpdate) -> list[User]:
    """Who may be asked for in a comment: contributors and above who may see the update, by name.

    Nobody else, so that a mention never tells somebody of an update that is kept from them.
    """
    people = User.objects.filter(is_active=True).exclude(role__in=["", "viewer"]).order_by("name", "pk")
    if update.state == ProgressUpdate.State.DRAFT:
        return list(people.filter(pk=update.author_id))
    if update.is_restricted:
        readers = set(update.readers.values_list("pk", flat=True))
        return [person for person in people if person.pk == update.author_id or person.pk in readers]
    return list(people)


def mentioned(text: str, people: Iterable[User]) -> list[User]:
    """Those of these people whose name, or the part of their mail address before the @, follows an @."""
    found = []
    for person in people:
        names = {person.name, person.name.split()[0] if person.name else "", person.email.partition("@")[0]}
        spelled = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name)
        if re.search(rf"(?<!\w)@(?:{spelled})(?!\w)", text, re.IGNORECASE):
            found.append(person)
    return found


def asking(text: str, asked: Iterable[User], people: Iterable[User]) -> str:
    """The text with the names of those to be asked at its end, where it does not name them itself.

    Of `people` with the same name each is called by the beginning of their mail address.
    """
    names = Counter(person.name for person in people)
    named = mentioned(text, asked)
    handles = [
        f"@{person.name if names[person.name] == 1 else person.email.partition('@')[0]}"
        for person in asked
        if person not in named
    ]
    return f"{text}\n\n{', '.join(handles)}" if handles else text


@transaction.atomic
def comment(update: ProgressUpdate, text: str, *, by: User) -> Comment:
    """Say something about an update; whoever is named as @name finds it on their desk.

    Raises DoesNotExist for who may not see it, NotAllowed for viewers, ValidationError for an empty or
    overlong text.
    """
    update = workflow.locked(update)
    if not ProgressUpdate.objects.visible_to(by).filter(pk=update.pk).exists():
        raise ProgressUpdate.DoesNotExist
    if not may_contribute(by):
        raise NotAllowed(_("Contributors and reviewers comment."))
    if not text.strip():
        raise ValidationError(_("Write something first."))
    if len(text) > MOST_CHARACTERS:
        raise ValidationError(_("A comment has %(most)d characters at most.") % {"most": MOST_CHARACTERS})
    said = Comment.objects.create(update=update, author=by, text=text.strip())
    asked = [person for person in mentioned(text, participants(update)) if person != by]
    Mention.objects.bulk_create([Mention(comment=said, user=person) for person in asked])
    workflow.record(Change.Kind.COMMENT_ADDED, update, by=by)
    return said


def seen(update: ProgressUpdate, *, by: User) -> None:
    """Note that this person has the update before them: what asked for them there is not news any more."""
    unseen = Mention.objects.filter(user=by, seen_at__isnull=True, comment__update=update)
    unseen.update(seen_at=timezone.now())
