"""Who asked for a benchmark, how often and since when, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from benchmarks.dates import Precision, written
from benchmarks.models import Recommendation

if TYPE_CHECKING:
    from benchmarks.models import Letter

Mode = Recommendation.Mode


def times(number: int) -> str:
    """A number of times in a word up to ten, as one would say it: "once", "three times", "12 times"."""
    words = (
        _("once"),
        _("twice"),
        _("three times"),
        _("four times"),
        _("five times"),
        _("six times"),
        _("seven times"),
        _("eight times"),
        _("nine times"),
        _("ten times"),
    )
    if 1 <= number <= len(words):
        return words[number - 1]
    return ngettext("%(n)d time", "%(n)d times", number) % {"n": number}


def in_short(benchmark: Any) -> str:
    """What a column says of a benchmark that came `with_asked`: "3× since 1999"."""
    if benchmark.asked:
        said = {"n": benchmark.asked, "year": benchmark.asked_since.year}
        return _("%(n)d× since %(year)d") % said
    return _("absence noted") if benchmark.absence_noted else _("by no letter")


def month_of(letter: Letter) -> str:
    """When a letter was written, no finer than its month."""
    precision = Precision.YEAR if letter.dated_precision == Precision.YEAR else Precision.MONTH
    return written(letter.dated, precision)


@dataclass(frozen=True)
class Asked:
    """The recommendations that come to one benchmark, newest letter first; `by` is a past day they end at."""

    recommendations: Sequence[Recommendation]
    by: date | None = None

    def letters(self, mode: Mode | None = None) -> list[Letter]:
        """The letters that ask, or note the absence, oldest first, each of them once."""
        of_mode = [each for each in self.recommendations if mode in {None, each.mode}]
        letters = {each.letter_id: each.letter for each in reversed(of_mode)}
        return sorted(letters.values(), key=lambda letter: (letter.dated, letter.pk))

    @property
    def by_letter(self) -> list[tuple[Letter, list[Recommendation]]]:
        """Each letter once, newest first, with what it asks in its own order."""
        groups: dict[int, tuple[Letter, list[Recommendation]]] = {}
        for each in self.recommendations:
            groups.setdefault(each.letter_id, (each.letter, []))[1].append(each)
        return list(groups.values())

    @property
    def summary(self) -> str:
        """One line: "Asked three times since February 1999; absence noted in 2000 and 2024"."""
        parts = [part for part in (self._asks(), self._absences()) if part]
        summary = "; ".join(parts) or self._nothing()
        return summary[0].upper() + summary[1:]

    def _nothing(self) -> str:
        if self.by:
            return _("no letter had asked for it by %(day)s") % {"day": written(self.by)}
        return _("no letter kept here asks for it")

    def _asks(self) -> str:
        asking = self.letters(Mode.ASKS)
        if not asking:
            return ""
        said = {"times": times(len(asking)), "month": month_of(asking[0])}
        return (_("asked %(times)s since %(month)s") if asking[1:] else _("asked once, in %(month)s")) % said

    def _absences(self) -> str:
        years = sorted({letter.dated.year for letter in self.letters(Mode.NOTES_ABSENCE)})
        if not years:
            return ""
        return _("absence noted in %(years)s") % {"years": get_text_list([str(y) for y in years], _("and"))}
