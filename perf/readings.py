"""What is measured: pages as people with a role get them, and what they send.

A request goes through Django's test client: every middleware, a session in the database, templates; no
network and no gunicorn. Where a reading is about a benchmark, each repetition takes another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from typing import Any, cast
from uuid import uuid4

from django.db.models import Count
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User
from benchmarks import workflow
from benchmarks.models import Benchmark, Letter, ProgressUpdate, Rating
from benchmarks.tables import BenchmarkTable
from benchmarks.tables.layout import PAGE_SIZE
from perf.report import Kind

A_DAY, A_MOMENT = date(2010, 1, 1), datetime(2015, 1, 1, tzinfo=UTC)
LONG = 200  # lines of the histories that are long
SEVERAL = 20  # benchmarks that take turns
WORDS = "Measured: the readout leaves it out."


@dataclass(frozen=True)
class Reading:
    """One thing to time; `prepare` is not timed, and what it returns is handed on."""

    name: str
    call: Callable[[Any], object]
    kind: Kind = Kind.PAGE
    prepare: Callable[[], Any] = lambda: None


class Office:
    """Four people who are signed in, and the benchmarks they open."""

    def __init__(self) -> None:
        self.people = {
            role: User.objects.filter(role=role, is_active=True).order_by("pk")[0] for role in Role
        }
        self.clients = {role: Client(SERVER_NAME="localhost") for role in Role}
        for role, client in self.clients.items():
            client.force_login(self.people[role])
        lines = Benchmark.objects.filter(lifecycle="active").annotate(lines=Count("status_events"))
        ordered = list(lines.order_by("lines", "pk").values_list("slug", "lines"))
        median = ordered[len(ordered) // 2][1]
        usual = [slug for slug, lines in ordered if lines == median]
        self.usual = cycle(usual[:: max(1, len(usual) // SEVERAL)][:SEVERAL])
        self.last = max(1, len(ordered) // PAGE_SIZE)
        self.middle = (self.last + 1) // 2
        self.long = cycle([slug for slug, lines in ordered if lines >= LONG])

    def get(self, role: Role, address: str) -> None:
        answer = self.clients[role].get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}.")
        if isinstance(answer, StreamingHttpResponse):
            for _ in cast("Iterator[bytes]", answer.streaming_content):
                pass

    def post(self, role: Role, address: str, words: dict[str, Any], status: int) -> None:
        answer = self.clients[role].post(address, words)
        if answer.status_code != status:
            raise RuntimeError(f"What was sent to {address} is answered with {answer.status_code}.")

    def page(self, name: str, address: str, role: Role = Role.CONTRIBUTOR, kind: Kind = Kind.PAGE) -> Reading:
        return Reading(name, lambda _: self.get(role, address), kind)

    def pages(
        self, name: str, slugs: Iterator[str], rest: str = "", role: Role = Role.CONTRIBUTOR
    ) -> Reading:
        """A page of each of several benchmarks in turn."""
        return Reading(
            name, lambda slug: self.get(role, f"/benchmarks/{slug}/{rest}"), prepare=slugs.__next__
        )

    # What people send ------------------------------

    def keep(self, slug: str) -> None:
        """The first pause of somebody who types: a draft is begun."""
        self.post(Role.CONTRIBUTOR, f"/benchmarks/{slug}/log/keep/", typed(), 200)

    def submit(self, slug: str) -> None:
        evidence = {
            "evidence-TOTAL_FORMS": "1",
            "evidence-0-kind": "link",
            "evidence-0-url": "https://example.org/readout",
            "evidence-0-title": "Readout",
        }
        rated = {"proposed_rating": "initial", "reason": "By the criterion.", "action": "submit"}
        words = typed() | rated | evidence
        self.post(Role.CONTRIBUTOR, f"/benchmarks/{slug}/log/", words, 302)

    def without_earlier(self) -> str:
        """The next benchmark, once what was submitted here is taken back: the queue stays as it is."""
        author = self.people[Role.CONTRIBUTOR]
        waiting = ProgressUpdate.objects.filter(author=author, state="submitted", narrative=WORDS)
        for update in waiting:
            workflow.withdraw(update, by=author)
        return next(self.usual)

    def waiting(self) -> ProgressUpdate:
        benchmark = Benchmark.objects.get(slug=next(self.usual))
        return submitted(benchmark, self.people[Role.CONTRIBUTOR])

    def approve(self, update: ProgressUpdate) -> None:
        words = {"note": "The source says so.", "submission": update.submission, "decision": "approve"}
        self.post(Role.REVIEWER, f"/updates/{update.pk}/review/?queue=1", words, 302)

    def approve_alone(self, update: ProgressUpdate) -> None:
        workflow.approve(update, self.people[Role.REVIEWER], "The source says so.")


def typed() -> dict[str, Any]:
    happened = timezone.localdate() - timedelta(days=1)
    words = {"happened_on": f"{happened}", "narrative": WORDS, "audience": "internal"}
    return {"window": str(uuid4()), "version": "0", **words}


def submitted(benchmark: Benchmark, author: User) -> ProgressUpdate:
    """A new update that waits for review."""
    update = ProgressUpdate(
        benchmark=benchmark,
        author=author,
        happened_on=timezone.localdate() - timedelta(days=1),
        narrative=WORDS,
        proposed_rating=Rating.INITIAL,
    )
    return workflow.submit(workflow.draft(update), by=author)


def readings() -> list[Reading]:
    office = Office()
    return [
        *desks(office),
        *lists(office),
        *benchmarks(office),
        *work(office),
        *letters(office),
        *querysets(),
    ]


def desks(office: Office) -> list[Reading]:
    roles = (Role.CONTRIBUTOR, Role.REVIEWER, Role.VIEWER)
    return [office.page(f"desk: {role.label.lower()}", "/", role) for role in roles]


def lists(office: Office) -> list[Reading]:
    columns = BenchmarkTable.base_columns.items()
    by = [name for name, column in columns if column.orderable is not False]
    narrow = "theme=tibet&rating=no_progress&freshness=stale"
    return [
        office.page("list: first page", "/benchmarks/"),
        office.page("list: first page, viewer", "/benchmarks/", Role.VIEWER),
        office.page("list: page 10", "/benchmarks/?page=10"),
        office.page("list: page in the middle", f"/benchmarks/?page={office.middle}"),
        office.page("list: last full page", f"/benchmarks/?page={office.last}"),
        office.page("list: theme, rating, freshness", f"/benchmarks/?{narrow}"),
        office.page("list: every column", f"/benchmarks/?columns={','.join(BenchmarkTable.base_columns)}"),
        *(office.page(f"list: by {name}", f"/benchmarks/?sort={name}") for name in by),
        *(office.page(f"list: by {name}, last first", f"/benchmarks/?sort=-{name}") for name in by),
        office.page("list: search for a word", "/benchmarks/?q=covenant", kind=Kind.APART),
        office.page("counts beside the choices", "/benchmarks/counts/", kind=Kind.APART),
        office.page("counts, narrowed", f"/benchmarks/counts/?{narrow}", kind=Kind.APART),
        office.page("CSV of all", "/benchmarks/export.csv", kind=Kind.APART),
    ]


def benchmarks(office: Office) -> list[Reading]:
    return [
        office.pages("page: usual history", office.usual),
        office.pages("page: 200 lines", office.long),
        office.pages("page: 200 lines, viewer", office.long, role=Role.VIEWER),
        office.pages("page: 200 lines, as of a day", office.long, f"?as_of={A_DAY}"),
    ]


def work(office: Office) -> list[Reading]:
    drafts = ProgressUpdate.objects.filter(state="draft", author=office.people[Role.CONTRIBUTOR])
    others = ProgressUpdate.objects.visible_to(office.people[Role.REVIEWER]).waiting()
    draft = drafts.order_by("pk")[0]
    waits = cycle(others.exclude(author=office.people[Role.REVIEWER]).values_list("pk", flat=True)[:SEVERAL])
    return [
        office.pages("log: the form", office.usual, "log/"),
        office.pages("log: the form, 200 lines", office.long, "log/"),
        office.page("log: a draft", f"/updates/{draft.pk}/edit/"),
        Reading("log: keep a draft", office.keep, Kind.SENT, office.usual.__next__),
        Reading("log: submit", office.submit, Kind.SENT, office.without_earlier),
        office.page("review: the queue", "/review/", Role.REVIEWER),
        Reading(
            "review: one update",
            lambda key: office.get(Role.REVIEWER, f"/updates/{key}/?queue=1"),
            prepare=waits.__next__,
        ),
        Reading("approve: on the page", office.approve, Kind.SENT, office.waiting),
        Reading("approve: workflow alone", office.approve_alone, Kind.SENT, office.waiting),
    ]


def letters(office: Office) -> list[Reading]:
    letter = Letter.objects.order_by("pk")[Letter.objects.count() // 2]
    return [
        office.page("letters: first page", "/letters/", kind=Kind.APART),
        office.page("letter: one", f"/letters/{letter.slug}/", kind=Kind.APART),
    ]


def querysets() -> list[Reading]:
    """What digests and scorecards will ask of all benchmarks at once."""
    seen = Benchmark.objects.visible_to(User.objects.filter(role="viewer").order_by("pk")[0])
    return [
        Reading("all benchmarks, plain", lambda _: list(seen.all()), Kind.APART),
        Reading("all, as of a day", lambda _: list(seen.as_of(A_DAY)), Kind.APART),
        Reading("all, as then known", lambda _: list(seen.as_of(A_DAY, known=A_MOMENT)), Kind.APART),
        Reading("fifty, as of a day", lambda _: list(seen.order_by("pk").as_of(A_DAY)[:50]), Kind.APART),
    ]
