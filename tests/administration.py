"""What tests of the administration share: its addresses, and filling in its forms as a browser does."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import User
from benchmarks import discussion, events, letters, lifecycle, people
from benchmarks.models import (
    AppendOnly,
    Change,
    Comment,
    Evidence,
    LetterParty,
    LetterReference,
    Mention,
    PersonMention,
    PersonSituation,
    ProgressUpdate,
    ProtectedText,
    Succession,
    Theme,
    WorkingCopy,
)
from tests.make import (
    make_benchmark,
    make_event,
    make_letter,
    make_line,
    make_link,
    make_organisation,
    make_person,
    make_recommendation,
    make_update,
)

DAY = date(2022, 3, 18)
# What somebody is still typing is nobody else's business.
DOMAIN = [model for model in apps.get_app_config("benchmarks").get_models() if model is not WorkingCopy]
LINES = [model for model in DOMAIN if issubclass(model, (AppendOnly, Change, ProtectedText))]
# Logged, reviewed or given elsewhere: nothing here is added from the administration.
ONLY_LOOKED_AT = [*LINES, ProgressUpdate, Evidence, LetterParty, Comment, Mention]
ADDED = [model for model in DOMAIN if model not in ONLY_LOOKED_AT]
AMENDED = [model for model in ADDED if model not in {LetterReference, PersonMention}]


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def first(model: type[models.Model]) -> models.Model:
    row = model._default_manager.order_by("pk").first()
    assert row is not None, f"there is no {model.__name__}"
    return row


def filled(page: Any, **given: Any) -> dict[str, Any]:
    """What a browser would send from this page, with some fields filled in differently."""
    sent: dict[str, Any] = {}
    forms = [page.context["adminform"].form]
    for formset in page.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and value != []:
                sent[bound.html_name] = (
                    [getattr(v, "pk", v) for v in value] if isinstance(value, list) else value
                )
    return sent | given


def refused(client: Client, model: type[models.Model], **given: Any) -> str:
    """Try to add something unsound; return the page that says why not, with what was typed."""
    here = address(model, "add")
    before = Change.objects.count()
    answer = client.post(here, filled(client.get(here), **given))
    assert answer.status_code == 200
    assert Change.objects.count() == before
    return answer.content.decode()


def make_one_of_each(number: int, alice: User, rosa: User) -> None:
    """A row of every model, each with everything it may be linked to."""
    organisation = make_organisation(alice, name=f"Council {number}")
    theme = lifecycle.add_theme(Theme(name=f"Tibet {number}", slug=f"tibet-{number}"), by=alice)
    benchmark = make_benchmark(alice, themes=[theme], addressees=[organisation], owner=alice)
    lifecycle.revise_criterion(benchmark, text="Otherwise.", effective_on=DAY, reason="Clearer.", by=rosa)
    party = LetterParty(role="addressee", organisation=organisation)
    letter, older = make_letter(alice, parties=[party]), make_letter(alice)
    letters.refer(letter, older, kind=LetterReference.Kind.CITES, by=alice)
    make_recommendation(alice, letter, benchmark)
    event = make_event(alice, starts_on=DAY)
    events.move(event, by=rosa, reason="Put off.", starts_on=date(2022, 4, 1))
    item = events.put_on_agenda(event, benchmark, ask="Press for it.", by=alice)
    person = make_person(alice, benchmarks=[benchmark])
    people.mention(person, letter=letter, description="A lawyer", by=alice)
    people.record_situation(
        person, situation=PersonSituation.Situation.DETAINED, stated_as_of=DAY, letter=letter, by=alice
    )
    update = make_update(alice, benchmark, agenda_item=item, evidence=[make_link()])
    discussion.comment(update, "What do you think, @rosa?", by=alice)
    make_line(benchmark, alice, rosa, "initial", on=DAY)
    successor = make_benchmark(alice)
    kind = Succession.Kind.REPLACE
    lifecycle.succeed(benchmark, successor, kind=kind, effective_on=DAY, reason="Sharper.", by=rosa)
