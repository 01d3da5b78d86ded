"""What the administration has pages about: one of each kind, and restricted ones with or without a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts.models import User
from benchmarks import discussion, people
from benchmarks.models import Change, Mention, PersonSituation
from tests.administration import DAY, DOMAIN, first, make_one_of_each
from tests.make import make_benchmark, make_letter, make_link, make_person, make_update

if TYPE_CHECKING:
    from django.db import models

    from tests.access.things import Things

HIDDEN = "Hidden Name"


def make(things: Things) -> None:
    """A row of each model that everybody may see in the administration, and restricted rows of Alice's."""
    alice, rosa, ada = (things.people[name] for name in ("alice", "rosa", "ada"))
    make_one_of_each(1, alice, rosa)
    for model in DOMAIN:
        things.note(f"admin {model._meta.model_name}", "open", object_id=first(model).pk)
    for name, readers in (("restricted", []), ("read-by-omar", [things.people["omar"]])):
        for row in restricted(alice, readers):
            things.note(f"admin {row._meta.model_name}", name, object_id=row.pk)
    entry = LogEntry.objects.create(
        user=ada,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(alice.pk),
        object_repr=str(alice),
        action_flag=CHANGE,
    )
    things.note("admin logentry", "entry", object_id=entry.pk)
    things.note("admin user", "alice", object_id=alice.pk)
    things.note("admin password", "alice", id=alice.pk)
    for app in ("benchmarks", "accounts"):
        things.note("admin app", app, app_label=app)


def restricted(alice: User, readers: list[User]) -> list[models.Model]:
    """A restricted person and a restricted update, with all that hangs on them."""
    benchmark, letter = make_benchmark(alice), make_letter(alice)
    person = make_person(alice, name=HIDDEN, audience="restricted", readers=readers)
    mention = people.mention(person, letter=letter, description=HIDDEN, by=alice)
    line = people.record_situation(
        person,
        situation=PersonSituation.Situation.DETAINED,
        stated_as_of=DAY,
        letter=letter,
        note=f"{HIDDEN} is unwell.",
        by=alice,
    )
    given: dict[str, Any] = {"audience": "restricted", "readers": readers, "narrative": f"{HIDDEN} was met."}
    update = make_update(alice, benchmark, evidence=[make_link(title=f"{HIDDEN}'s visa")], **given)
    comment = discussion.comment(update, f"{HIDDEN} must not be named.", by=alice)
    asked = Mention.objects.create(comment=comment, user=alice)
    change = Change.objects.filter(object_type="benchmarks.personofconcern").latest("no")
    assert line.note is not None
    return [person, mention, line, line.note, update, update.evidence.get(), comment, asked, change]
