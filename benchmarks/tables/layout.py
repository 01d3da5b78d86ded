"""How somebody wants a list to look: which columns, in which order, how many rows a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import QueryDict

PAGE_SIZES = (25, 50, 100, 200)
PAGE_SIZE = 50
LONGEST_ECHO = 60
MOST_TOLD = 3  # mistakes of one kind


@dataclass
class Layout:
    """What an address says of it: what it says wrong is in `wrong`, in a sentence each, and left out."""

    known: tuple[str, ...]
    usual: tuple[str, ...]
    orderable: tuple[str, ...] = ()
    lead: str = "title"
    columns: tuple[str, ...] = ()
    per_page: int = PAGE_SIZE
    sort: str = ""
    wrong: list[str] = field(default_factory=list)

    def read(self, data: QueryDict) -> Layout:
        """Take up what the address says."""
        self.columns = self.usual
        self._read_columns(data.getlist("columns"))
        self._read_page_size(data.get("per_page", ""))
        self._read_sort(data.get("sort", ""))
        return self

    @property
    def is_chosen(self) -> bool:
        """True if anything is other than usual."""
        return bool(self.columns != self.usual or self.per_page != PAGE_SIZE or self.sort)

    def _read_columns(self, given: list[str]) -> None:
        """From `columns=code,title`, or from each column in a field of its own, as a form sends them."""
        names = list(dict.fromkeys(name for each in given for name in each.split(",") if name))
        kept = [name for name in names if name in self.known]
        self._tell(_("There is no column “%(given)s”: it was left out."), (n for n in names if n not in kept))
        if kept:
            # Without the lead no row would say, or lead to, what it is about.
            self.columns = tuple(kept if self.lead in kept else [self.lead, *kept])

    def _read_page_size(self, given: str) -> None:
        if given in map(str, PAGE_SIZES):
            self.per_page = int(given)
        elif given:
            sizes = get_text_list([str(size) for size in PAGE_SIZES], _("or"))
            self._tell(_("A page has %(sizes)s rows: “%(given)s” was ignored."), [given], sizes=sizes)

    def _read_sort(self, given: str) -> None:
        if given.removeprefix("-") in self.orderable:
            self.sort = given
        elif given:
            self._tell(_("Nothing is ordered by “%(given)s”: it was ignored."), [given])

    def _tell(self, sentence: str, mistakes: Iterable[str], **words: str) -> None:
        told = islice(mistakes, MOST_TOLD)
        self.wrong += [sentence % {"given": Truncator(each).chars(LONGEST_ECHO), **words} for each in told]

    @property
    def offered(self) -> Iterator[tuple[str, bool]]:
        """All columns, those that are shown first and in their order; and whether they are shown."""
        yield from ((name, True) for name in self.columns)
        yield from ((name, False) for name in self.known if name not in self.columns)
