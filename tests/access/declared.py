"""How the matrix is written down and read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Charlie has no role, Victor views, Alice and Abel contribute, Rosa and Omar review, Ada administers. What is
# not said to be somebody else's is Alice's; what has a reader has Omar or Victor.
PEOPLE = ("stranger", "charlie", "victor", "alice", "abel", "rosa", "omar", "ada")

# Words for the addresses that somebody is sent to. `update` is the one the address is about.
WORDS = (
    (r"/accounts/login/", "sign-in"),
    (r"/admin/login/", "admin"),
    (r"/admin/", "start"),
    (r"/admin/benchmarks/progressupdate/", "listed"),
    (r"/admin/benchmarks/progressupdate/\d+/change/", "change"),
    (r"/accounts/password/change/", "password"),
    (r"/", "home"),
    (r"/benchmarks/", "list"),
    (r"/benchmarks/[\w-]+/", "benchmark"),
    (r"/review/", "queue"),
    (r"/updates/\d+/edit/", "edit"),
    (r"/updates/\d+/", "another"),
)


@dataclass(frozen=True)
class Row:
    """An address with the thing it is about, and how it answers each of PEOPLE, in that order."""

    route: str
    method: str
    of: str
    about: str
    answers: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.about}".strip()


def rows(text: str, *, of: str = "") -> Iterator[Row]:
    """What a table says: under each method and address its answers, then `|` and the things they are about.

    An answer is a status, or a word of WORDS for where one is sent. One alone is everybody's. Things are of
    the kind `of`; `all` are all of them, with one that is not there.
    """
    method = route = ""
    for line in text.strip().splitlines():
        if not line or line.startswith("#"):
            continue
        said, _bar, things = line.partition("|")
        if not _bar:
            method, route = said.split()
            continue
        answers = said.split() * (1 if len(said.split()) > 1 else len(PEOPLE))
        assert len(answers) == len(PEOPLE), line
        for about in things.split() or [""]:
            yield Row(route, method, of, about, tuple(answers))


def word(path: str, own: str) -> str:
    """The word for an address that somebody was sent to; `own` is that of the update in question, if any."""
    path = re.split(r"[?#]", path)[0]
    if own and path == own:
        return "update"
    return next((said for pattern, said in WORDS if re.fullmatch(pattern, path)), path)
