"""Letters for tests of their pages, and the pages as a person reads them."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

from django.test import Client

from accounts.models import User
from benchmarks import letters, people
from benchmarks.models import Letter, LetterParty, LetterReference, Organisation
from tests.make import make_benchmark, make_letter, make_organisation, make_person, make_recommendation

AUTHOR, ADDRESSEE, SIGNATORY = LetterParty.Role.AUTHOR, LetterParty.Role.ADDRESSEE, LetterParty.Role.SIGNATORY


def text_of(client: Client, path: str) -> str:
    """The page's words without markup, so that a test reads what a person reads."""
    response = client.get(path)
    assert response.status_code == 200, path
    body = response.content.decode().partition('<main id="main"')[2].partition(">")[2]
    body = re.sub(r"<select.*?</select>", " ", body, flags=re.DOTALL)
    body = re.sub(r"</?(a|abbr|bdi|em|span|strong|time)\b[^>]*>", "", body)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def titles(client: Client, query: str = "") -> list[str]:
    """The letters a list shows, from the top."""
    page = client.get(f"/letters/{query}").content.decode()
    return re.findall(r'<a href="/letters/[^"]+/">(.*?)</a>', page)


def party(role: str, order: int, organisation: Organisation | None = None, **more: str) -> LetterParty:
    return LetterParty(role=role, order=order, organisation=organisation, **more)


def make_joint_letter(ada: User) -> Letter:
    """A joint letter of three, one of them named 29 Principles, to a person in an office."""
    signed = [make_organisation(ada, name=name) for name in ("First Aid", "Second Wind", "29 Principles")]
    council = make_organisation(ada, name="European Council", kind="eu_institution")
    to = party(ADDRESSEE, 1, council, person_name="Charlotte Example", office="President")
    return make_letter(
        ada,
        title="Joint letter before the summer",
        slug="joint",
        kind="joint_letter",
        dated=date(2023, 6, 1),
        dated_precision="month",
        reference="TIGO IOR 10/2022.2778",
        parties=[*(party(SIGNATORY, n, each) for n, each in enumerate(signed, 1)), to],
    )


def add_full_letter(by: User) -> Letter:
    """A letter with all that the pages show, made of new things."""
    letter = make_letter(
        by, parties=[party(AUTHOR, 1, make_organisation(by)), party(ADDRESSEE, 1, make_organisation(by))]
    )
    make_recommendation(by, letter, make_benchmark(by))
    people.mention(make_person(by), letter=letter, description="a lawyer", by=by)
    letters.refer(letter, make_letter(by), kind=LetterReference.Kind.CITES, by=by)
    return letter
