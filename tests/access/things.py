"""What the matrix is about: benchmarks, updates, evidence and lines, in each state and for each audience."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from benchmarks import drafts, files, hiding, workflow
from benchmarks.models import Benchmark, Evidence, ProgressUpdate
from tests.access import administered
from tests.make import FIRST_DAY, make_benchmark, make_letter, make_update

NOTHING = {"slug": "nothing", "pk": 0, "object_id": 0}
Change = Callable[[ProgressUpdate], Any]


@dataclass
class Things:
    """The arguments of addresses, by kind and name, and which benchmark an update is about."""

    people: dict[str, User]
    arguments: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    benchmarks: dict[str, Benchmark] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> dict[str, Any]:
        """The arguments of an address about this thing."""
        if name == "unknown":
            return {key: NOTHING[key] for each in self.arguments[kind].values() for key in each}
        return self.arguments[kind][name] if kind else {}

    def note(self, kind: str, name: str, **arguments: Any) -> None:
        self.arguments.setdefault(kind, {})[name] = arguments

    # Made ------------------------------

    def make(self) -> None:
        alice = self.people["alice"]
        administered.make(self)  # first: it takes the first row of each model
        for name in (*Benchmark.Lifecycle.values, "ended"):
            lifecycle = "active" if name == "ended" else name
            self.benchmarks[name] = make_benchmark(alice, slug=name, lifecycle=lifecycle)
            self.note("benchmark", name, slug=name)
        # Alice owns a draft; Rosa added another benchmark, and so may not publish it.
        make_benchmark(alice, slug="own", lifecycle="draft", owner=alice)
        make_benchmark(self.people["rosa"], slug="rosas")
        for name in ("own", "rosas"):
            self.note("benchmark", name, slug=name)
        make_letter(alice, slug="letter")
        self.note("letter", "letter", slug="letter")
        self.make_updates()

    def make_updates(self) -> None:
        rosa, omar = self.people["rosa"], self.people["omar"]
        self.update("submitted")
        self.update("public", audience="public")
        self.update("restricted", audience="restricted")
        self.update("restricted-to-omar", audience="restricted", readers=[omar])
        self.update("rosas", author=rosa)
        self.update("returned", lambda one: workflow.request_changes(one, rosa, "When?"))
        self.update("rejected", lambda one: workflow.reject(one, rosa, "It did not happen."))
        self.update("withdrawn", lambda one: workflow.withdraw(one, by=one.author))
        self.update("hidden", lambda one: hiding.hide(one, by=rosa))
        self.update("hidden-but-from-omar", lambda one: hiding.hide(one, by=rosa), readers=[omar])
        self.update("draft", begun=True)
        self.update("discarded", lambda one: drafts.discard(one, by=one.author), begun=True)
        self.make_approved()

    def make_approved(self) -> None:
        victor, omar, rosa = (self.people[name] for name in ("victor", "omar", "rosa"))
        rated: dict[str, Any] = {"proposed_rating": "initial"}
        self.update("approved", self.approve, **rated)
        self.update("approved-public", self.approve, audience="public", **rated)
        self.update("approved-of-a-draft", self.approve, on="draft", **rated)
        self.update("approved-of-a-retired", self.approve, on="ended", **rated)
        self.update("approved-and-hidden", self.approve, **rated)
        self.update("approved-restricted", self.approve, audience="restricted", readers=[victor, omar])
        self.update("voided", self.approve, **rated)
        held = self.held("approved-and-hidden")
        hiding.hide(held, by=rosa)
        line = self.held("voided").status_event
        proposed = workflow.propose_withdrawal(line, by=held.author, reason="It never was.")
        workflow.approve(proposed, omar, "It never was indeed.")
        Benchmark.objects.filter(slug="ended").update(lifecycle="retired")

    def approve(self, update: ProgressUpdate) -> None:
        line = workflow.approve(update, self.people["omar"], "Because.")
        if line:
            self.note("line", self.name_of(update), pk=line.pk)

    def held(self, name: str) -> ProgressUpdate:
        return ProgressUpdate.objects.get(pk=self.arguments["update"][name]["pk"])

    def name_of(self, update: ProgressUpdate) -> str:
        return next(name for name, said in self.arguments["update"].items() if said["pk"] == update.pk)

    def update(
        self,
        name: str,
        then: Change | None = None,
        *,
        author: User | None = None,
        on: str = "active",
        begun: bool = False,
        **fields: Any,
    ) -> None:
        """An update with two files, one of them restricted, and whatever becomes of it `then`."""
        author, benchmark = author or self.people["alice"], self.benchmarks[on]
        pieces = [self.file("internal"), self.file("restricted")]
        if begun:
            given = {"happened_on": FIRST_DAY, "narrative": "Not finished."}
            update = workflow.draft(
                ProgressUpdate(benchmark=benchmark, author=author, **given | fields), evidence=pieces
            )
        else:
            update = make_update(author, benchmark, evidence=pieces, **fields)
        self.note("update", name, pk=update.pk)
        for piece in pieces:
            self.note("evidence", f"{piece.audience}-of-{name}", pk=piece.pk)
        if then:
            then(update)

    @staticmethod
    def file(audience: str) -> Evidence:
        piece = files.evidence_from(SimpleUploadedFile("notes.txt", b"Words."))
        piece.audience = audience
        return piece
