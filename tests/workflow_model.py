"""A plain model of the workflow: who may do what to an update, and what comes of it.

It looks at one thing after the other and knows nothing of the database. Each `may_…` gives the exception
that the product should raise, or None where it should do it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.permissions import NotAllowed
from benchmarks.models import ProgressUpdate, StaleReview, WorkingCopy

Refused = type[Exception] | None
Unknown = ProgressUpdate.DoesNotExist
RANKS = ["", "viewer", "contributor", "reviewer", "administrator"]
OPEN = {"draft", "changes_requested"}


@dataclass
class Copy:
    """What one window saved."""

    window: str
    text: str
    version: int


@dataclass
class Window:
    """What a window knows: the version it began from, and the texts its author has read in it."""

    version: int = 0
    seen: set[str] = field(default_factory=set)


@dataclass
class Words:
    """The texts that windows typed into one update, and which of them nobody has let go of."""

    main: Copy | None = None
    aside: dict[str, Copy] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    # By window the last text it saved, unless somebody who had read it put another in its place.
    alive: dict[str, str] = field(default_factory=dict)

    def open(self, window: str) -> None:
        """A window shows what stands."""
        known = self.windows[window] = Window()
        if self.main:
            known.version = self.main.version
            known.seen.add(self.main.text)

    def is_behind(self, window: str, text: str, version: int) -> bool:
        main = self.main
        return bool(main and main.text != text and main.version != version and main.window != window)

    def keep(self, window: str, text: str, version: int, made: int) -> None:
        """Write down that a window saved; `made` is the version the database gave."""
        known = self.windows[window]
        known.seen.add(text)
        self.alive[window] = text
        if self.is_behind(window, text, version):
            self.aside[window] = Copy(window, text, version)
            return
        if self.main and self.main.text in known.seen:
            others = [one for one, said in self.alive.items() if said == self.main.text and one != window]
            for one in others:
                del self.alive[one]
        self.main = Copy(window, text, made)
        self.aside.pop(window, None)

    def told(self, window: str, shown: WorkingCopy) -> None:
        """A window hears what stands, and from now on begins from there."""
        self.windows[window].seen.add(shown.words["narrative"][0])
        self.windows[window].version = shown.version

    def submitted(self, window: str | None) -> None:
        """What the window typed is the update now; the words of others stay, where it is said which."""
        if window is None:
            self.main, self.aside, self.alive = None, {}, {}
            return
        if self.main and self.main.window != window:
            self.aside[self.main.window] = self.main
        self.main = None
        self.aside.pop(window, None)
        self.alive.pop(window, None)


@dataclass
class Line:
    """A line of status history."""

    of: int
    made: Any
    kind: str
    audience: str
    voids: Line | None = None
    voided: bool = False


@dataclass(eq=False)
class Update:
    """An update as it should be."""

    made: ProgressUpdate
    author: str
    of: int
    kind: str = "assessment"
    voids: Line | None = None
    rating: str | None = None
    audience: str = "internal"
    readers: set[str] = field(default_factory=set)
    evidence: str | None = None
    is_sound: bool = False
    state: str = "draft"
    submission: int = 0
    reviewer: str | None = None
    decisions: dict[int, str] = field(default_factory=dict)
    line: Line | None = None
    hidden_by: str | None = None
    confirmed_by: str | None = None
    discarded_at: datetime | None = None
    is_purged: bool = False
    words: Words = field(default_factory=Words)
    comments: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def is_restricted(self) -> bool:
        return self.audience == "restricted" or self.hidden_by is not None

    @property
    def is_kept_back(self) -> bool:
        """True where nobody is to know that it was hidden."""
        return self.state == "draft" or self.audience == "restricted"

    @property
    def is_gone(self) -> bool:
        return self.is_purged or self.discarded_at is not None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN and not self.is_gone

    @property
    def makes_a_line(self) -> bool:
        return bool(self.rating or self.voids)


@dataclass
class World:
    """People and benchmarks, and what they make of updates."""

    roles: dict[str, str]
    lifecycles: list[str]
    updates: list[Update] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def has(self, person: str, role: str) -> bool:
        return RANKS.index(self.roles[person]) >= RANKS.index(role)

    def contributes(self, person: str) -> bool:
        return self.has(person, "contributor")

    def reviews(self, person: str) -> bool:
        return self.has(person, "reviewer")

    def sees(self, person: str, update: Update) -> bool:
        if update.is_gone or not self.has(person, "viewer"):
            return False
        if person == update.author:
            return True
        if self.lifecycles[update.of] == "draft" and not self.contributes(person):
            return False
        if update.is_restricted and person not in update.readers:
            return False
        return update.state != "draft" if self.contributes(person) else update.state == "approved"

    def sees_evidence(self, person: str, update: Update) -> bool:
        is_theirs = person == update.author or person in update.readers
        return self.sees(person, update) and (update.evidence != "restricted" or is_theirs)

    # An author's steps ------------------------------

    def may_begin(self, person: str, of: int) -> Refused:
        if not self.contributes(person):
            return NotAllowed
        return ValidationError if self.lifecycles[of] == "retired" else None

    def may_edit(self, person: str, update: Update) -> Refused:
        if update.is_purged:
            return Unknown
        if not self.is_own(person, update):
            return NotAllowed
        return None if update.is_open else StaleReview

    def may_submit(self, person: str, update: Update, *, is_sound: bool) -> Refused:
        if refused := self.may_edit(person, update):
            return refused
        is_late = update.kind == "assessment" and self.lifecycles[update.of] == "retired"
        return None if is_sound and not is_late else ValidationError

    def may_step(self, person: str, update: Update, *among: str) -> Refused:
        """Withdraw, reopen: an own update in one of these states."""
        if update.is_purged:
            return Unknown
        if not self.is_own(person, update):
            return NotAllowed
        return None if update.state in among else StaleReview

    def may_discard(self, person: str, update: Update, *, back: bool) -> Refused:
        if refused := self.may_step(person, update, "draft"):
            return refused
        return StaleReview if (update.discarded_at is None) == back else None

    def may_set_readers(self, person: str, update: Update) -> Refused:
        if update.is_purged:
            return Unknown
        if not self.is_own(person, update):
            return NotAllowed
        return StaleReview if update.discarded_at else None

    def is_own(self, person: str, update: Update) -> bool:
        return person == update.author and self.contributes(person)

    # A second person's steps ------------------------------

    def may_decide(self, person: str, update: Update, seen: int | None) -> Refused:
        if update.is_purged:
            return Unknown
        if not self.reviews(person) or person == update.author:
            return NotAllowed
        if not self.sees(person, update):
            return Unknown
        if update.state != "submitted" or seen not in {None, update.submission}:
            return StaleReview
        return NotAllowed if update.hidden_by else None

    def may_approve(self, person: str, update: Update, seen: int | None, reason: str) -> Refused:
        if refused := self.may_decide(person, update, seen):
            return refused
        is_late = update.voids is not None and update.voids.voided
        return ValidationError if update.makes_a_line and (is_late or not reason.strip()) else None

    def may_hide(self, person: str, update: Update) -> Refused:
        if update.is_purged or not self.sees(person, update):
            return Unknown
        may = self.is_own(person, update) or self.reviews(person)
        is_seen_by_others = not update.is_restricted and update.state != "draft"
        return None if may and is_seen_by_others else NotAllowed

    def may_show(self, person: str, update: Update) -> Refused:
        if update.is_purged:
            return Unknown
        if not self.contributes(person):
            return NotAllowed
        if update.hidden_by is None or update.discarded_at:
            return StaleReview
        undoes = update.hidden_by == person and update.confirmed_by is None
        return None if update.author == person or undoes else NotAllowed

    def may_confirm(self, person: str, update: Update) -> Refused:
        if update.is_purged:
            return Unknown
        if update.hidden_by is None or update.confirmed_by or update.discarded_at:
            return StaleReview
        return None if self.reviews(person) and person != update.hidden_by else NotAllowed

    def may_comment(self, person: str, update: Update, text: str) -> Refused:
        if update.is_purged or not self.sees(person, update):
            return Unknown
        if not self.contributes(person):
            return NotAllowed
        return None if text.strip() else ValidationError

    def may_challenge(self, person: str, line: Line) -> Refused:
        """Propose to correct or to withdraw a line; whether it is voided already, its approval asks."""
        if not self.contributes(person):
            return NotAllowed
        return ValidationError if line.kind == "withdrawal" else None

    def may_end(self, person: str, of: int) -> Refused:
        """Retire a benchmark, or take it up again."""
        if not self.has(person, "administrator"):
            return NotAllowed
        return ValidationError if self.lifecycles[of] == "draft" else None

    # What comes of it ------------------------------

    def retired(self, of: int, by: str) -> None:
        """What waits goes back to its author; who is still writing is told."""
        self.lifecycles[of] = "retired"
        for update in self.updates:
            if update.of != of or update.is_gone:
                continue
            if update.state == "submitted" and update.author == by:
                update.state = "draft"
            elif update.state == "submitted":
                self.decided(update, by, "changes_requested")
                update.comments += 1
            elif update.state in OPEN:
                update.comments += 1
                update.asked += [update.author] if update.author != by else []

    def can_be_asked(self, update: Update) -> set[str]:
        """Who finds a comment on their desk that names them."""
        able = {person for person in self.roles if self.contributes(person)}
        if update.state == "draft":
            return able & {update.author}
        return able & {update.author, *update.readers} if update.is_restricted else able

    def approved(self, update: Update, reviewer: str, made: Any) -> None:
        self.decided(update, reviewer, "approved")
        if not update.makes_a_line:
            return
        update.line = Line(update.of, made, update.kind, update.audience, update.voids)
        self.lines.append(update.line)
        if update.voids:
            update.voids.voided = True

    def decided(self, update: Update, reviewer: str, state: str) -> None:
        update.state, update.reviewer = state, reviewer
        assert update.submission not in update.decisions
        update.decisions[update.submission] = state

    def news(self, person: str) -> int:
        """How many comments ask for this person that they have not looked at and may see."""
        if not self.contributes(person):
            return 0
        return sum(one.asked.count(person) for one in self.updates if self.sees(person, one))
