"""The timeline of a benchmark: from the first letter to today, as geometry and as rows of a table.

Pure: facts in, shapes out. Lengths are the units of an SVG's viewBox, x to the right and y downwards; the
template draws them and the stylesheet colours them. Each width has its own drawing, since labels that are
merely scaled down cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby, pairwise

from django.utils.translation import gettext as _

from benchmarks.dates import Precision, written
from benchmarks.models.scales import Rating

GUTTER, MARGIN = 52.0, 14.0
HEIGHT = 150
# How wide characters are in the labels' type and size; what is not named here is as wide as "a".
CHARACTER = 6.9
CHARACTERS = {" ": 2.6} | {
    each: width
    for alike, width in (
        ("ijlI.,;", 3.6),
        ("frt-", 4.6),
        ("csxz–", 5.9),
        ("mwMW", 10.2),
        ("CDGHKNOQRUV", 8.2),
    )
    for each in alike
}
SHAPE = 16.0
BREATH = 6.0
SIGN = 10.0  # a letter's rectangle and an event's triangle
NARROWEST = 3.0
YEAR_ROOM = 48.0
YEAR_STEPS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)
SHORTEST = timedelta(days=365)


class Stretch(StrEnum):
    """How sure a part of the band is."""

    UNASSESSED = "unassessed"
    ASSESSED = "assessed"
    STALE = "stale"


@dataclass(frozen=True)
class Fact:
    """Something that happened on a day, which its source may know only in part."""

    day: date
    title: str = ""
    precision: str = Precision.DAY

    @property
    def written(self) -> str:
        return written(self.day, self.precision)


@dataclass(frozen=True)
class Letter(Fact):
    """A letter that asks for the benchmark, or notes that it is missing."""

    asks: bool = True


@dataclass(frozen=True)
class Assessment(Fact):
    """A line of the status history that stands and rates."""

    rating: str = Rating.UNASSESSED


@dataclass(frozen=True)
class Span:
    """A stretch of days, the last not included, and the assessment that holds for it."""

    begin: date
    end: date
    stretch: Stretch
    assessment: Assessment | None = None
    is_last: bool = False

    @property
    def rating(self) -> str:
        return self.assessment.rating if self.assessment else Rating.UNASSESSED

    @property
    def words(self) -> tuple[str, ...]:
        """What its label may say, the longest first."""
        word = str(Rating(self.rating).label)
        if self.stretch == Stretch.STALE and self.assessment:
            return _("%(rating)s, %(gap)s") % {"rating": word, "gap": self._gap(self.assessment)}, word
        return (word,)

    def _gap(self, assessment: Assessment) -> str:
        """The years without a review: until the next assessment, or still going on."""
        years = {"year": assessment.day.year, "next": self.end.year}
        if self.is_last:
            return _("not reviewed since %(year)s") % years
        if years["year"] == years["next"]:
            return _("not reviewed for part of %(year)s") % years
        return _("not reviewed %(year)s–%(next)s") % years


@dataclass(frozen=True)
class Mark:
    """A letter or an event: where its day is, and where its sign has room beside its neighbours'."""

    x: float
    head: float
    fact: Fact

    @property
    def left(self) -> float:
        """Where the sign begins."""
        return round(self.head - SIGN / 2, 1)


@dataclass(frozen=True)
class Label:
    x: float
    text: str


@dataclass(frozen=True)
class Band:
    """A part of the band: one rating, and how sure it is. The label is empty where it has no room."""

    x: float
    width: float
    stretch: Stretch
    rating: str
    label: str = ""
    has_shape: bool = False

    @property
    def shape_x(self) -> float:
        """Where the rating's shape begins: before the label, both in the middle."""
        return round(self.x + (self.width - SHAPE - self._label_width) / 2, 1)

    @property
    def label_x(self) -> float:
        return round(self.shape_x + SHAPE + 4, 1)

    @property
    def plate_x(self) -> float:
        return round(self.shape_x - 3, 1)

    @property
    def plate_width(self) -> float:
        """How much the label and its shape cover, with a little room."""
        return round(SHAPE + self._label_width + 6, 1)

    @property
    def _label_width(self) -> float:
        return width_of(self.label) + 4 if self.label else 0


@dataclass(frozen=True)
class Drawing:
    """One timeline of one width."""

    width: int
    height: int
    right: float
    letters: Sequence[Mark]
    letter_labels: Sequence[Label]
    bands: Sequence[Band]
    events: Sequence[Mark]
    years: Sequence[Label]

    @property
    def hatched(self) -> list[str]:
        """The ratings that need a hatching, in the order of the scale."""
        used = {band.rating for band in self.bands if band.stretch == Stretch.STALE}
        return [rating for rating in Rating.values if rating in used]


@dataclass(frozen=True)
class Row:
    """One line of the same story as a table."""

    day: date
    precision: str
    what: str
    title: str = ""
    rating: str = ""


def width_of(text: str) -> float:
    """About how wide a label is."""
    return sum(CHARACTERS.get(each, CHARACTER) for each in text)


def spread(places: Sequence[float], *, apart: float, low: float, high: float) -> list[float]:
    """The places, ascending, moved so far apart that signs do not overlap, as long as there is room."""
    apart = min(apart, (high - low) / max(len(places) - 1, 1))
    heads: list[float] = []
    for place in places:
        heads.append(max(place, heads[-1] + apart) if heads else max(place, low))
    limit = high
    for n in range(len(heads) - 1, -1, -1):
        heads[n] = round(min(heads[n], limit), 1)
        limit = heads[n] - apart
    return heads


def labels_of_years(ticks: Sequence[Mark], *, right: float) -> list[Label]:
    """The years of the letters, above them: neighbours without room for two share one, such as "2022–24"."""
    groups = [[tick] for tick in ticks]
    while (clash := _first_clash(groups, right)) is not None:
        groups[clash : clash + 2] = [groups[clash] + groups[clash + 1]]
    return [_label(group, right) for group in groups]


def _first_clash(groups: Sequence[Sequence[Mark]], right: float) -> int | None:
    """The first group whose label would run into the next one's."""
    return next((n for n, (one, other) in enumerate(pairwise(groups)) if _collide(one, other, right)), None)


def _collide(earlier: Sequence[Mark], later: Sequence[Mark], right: float) -> bool:
    one, other = _label(earlier, right), _label(later, right)
    return other.x - one.x < (width_of(one.text) + width_of(other.text)) / 2 + BREATH


def _label(group: Sequence[Mark], right: float) -> Label:
    """The label of some ticks, in their middle but never beyond the edge."""
    first, last = group[0].fact.day.year, group[-1].fact.day.year
    text = str(first) if first == last else f"{first}–{last % 100:02}"
    if first // 100 != last // 100:
        text = f"{first}–{last}"
    middle = (group[0].head + group[-1].head) / 2
    return Label(round(min(middle, right - width_of(text) / 2), 1), text)


def labelled(band: Band, words: Iterable[str]) -> Band:
    """The band with the first of these words that has room, and the shape where at least that has."""
    for word in words:
        if SHAPE + width_of(word) + 16 <= band.width:
            return replace(band, label=word, has_shape=True)
    return replace(band, has_shape=band.width >= SHAPE + 4)


@dataclass(frozen=True)
class Timeline:
    """What happened until a day, and the interval within which an assessment counts as current."""

    until: date
    interval_days: int
    letters: Sequence[Letter] = ()
    assessments: Sequence[Assessment] = ()
    events: Sequence[Fact] = ()
    start: date = field(init=False)

    def __post_init__(self) -> None:
        for name in ("letters", "assessments", "events"):
            known = [fact for fact in getattr(self, name) if fact.day <= self.until]
            # A stable sort: of one day, what was given later comes later.
            object.__setattr__(self, name, sorted(known, key=lambda fact: fact.day))
        earliest = min([self.until - SHORTEST, *(fact.day for fact in self._facts())])
        room = timedelta(days=30) + (self.until - earliest) / 50
        object.__setattr__(self, "start", earliest - room)

    def _facts(self) -> list[Fact]:
        return [*self.letters, *self.assessments, *self.events]

    def __bool__(self) -> bool:
        """False where there is nothing to draw."""
        return bool(self._facts())

    def draw(self, width: int) -> Drawing:
        """The drawing for a width, in units as wide as pixels where it is shown in its own size."""
        right = width - MARGIN
        letters, events = self._marks(self.letters, right), self._marks(self.events, right)
        return Drawing(
            width=width,
            height=HEIGHT,
            right=right,
            letters=letters,
            letter_labels=labels_of_years(letters, right=width - 2),
            bands=self._bands(right),
            events=events,
            years=self._years(right),
        )

    def _x(self, day: date, right: float) -> float:
        whole = (self.until - self.start).days
        return round(GUTTER + (min(day, self.until) - self.start).days / whole * (right - GUTTER), 1)

    def _marks(self, facts: Sequence[Fact], right: float) -> list[Mark]:
        places = [self._x(fact.day, right) for fact in facts]
        heads = spread(places, apart=SIGN + 2, low=GUTTER, high=right)
        return [Mark(x, head, fact) for x, head, fact in zip(places, heads, facts, strict=True)]

    def spans(self) -> list[Span]:
        """The band's parts from the start to the end without gaps, oldest first."""
        turns = [each.day for each in self.assessments] + [self.until]
        spans = [Span(self.start, turns[0], Stretch.UNASSESSED)]
        for assessment, end in zip(self.assessments, turns[1:], strict=True):
            stale_from = min(end, assessment.day + timedelta(days=self.interval_days + 1))
            spans.append(Span(assessment.day, stale_from, Stretch.ASSESSED, assessment))
            is_last = assessment is self.assessments[-1]
            spans.append(Span(stale_from, end, Stretch.STALE, assessment, is_last))
        # An assessment of the last day has no length yet; it is what stands, so it is drawn all the same.
        newest = Span(
            self.until, self.until, Stretch.ASSESSED, self.assessments[-1] if self.assessments else None
        )
        return [span for span in spans if span.begin < span.end or span == newest]

    def _bands(self, right: float) -> list[Band]:
        bands: list[Band] = []
        # One label for as long as the rating stays the same, where it has most room.
        for _rating, run in groupby(self.spans(), key=lambda span: span.rating):
            spans = list(run)
            parts = [self._band(span, right) for span in spans]
            widest = max(range(len(parts)), key=lambda n: parts[n].width)
            parts[widest] = labelled(parts[widest], spans[widest].words)
            bands += parts
        return bands

    def _band(self, span: Span, right: float) -> Band:
        x = self._x(span.begin, right)
        width = max(self._x(span.end, right) - x, NARROWEST)
        return Band(round(min(x, right - width), 1), round(width, 1), span.stretch, span.rating)

    def _years(self, right: float) -> list[Label]:
        """The years under the axis, as many as have room."""
        room = (right - GUTTER) / ((self.until - self.start).days / 365.25)
        step = next((step for step in YEAR_STEPS if step * room >= YEAR_ROOM), YEAR_STEPS[-1])
        years = range(self.start.year + 1, self.until.year + 1, step)
        return [Label(self._x(date(year, 1, 1), right), str(year)) for year in years]

    def rows(self) -> list[Row]:
        """The same story as rows, oldest first; also from when on an assessment was stale."""
        rows = [
            Row(each.day, each.precision, _("asked") if each.asks else _("absence noted"), each.title)
            for each in self.letters
        ]
        rows += [Row(each.day, each.precision, _("event"), each.title) for each in self.events]
        rows += [Row(each.day, each.precision, _("rated"), rating=each.rating) for each in self.assessments]
        rows += [
            Row(span.begin, Precision.DAY, _("stale"), span.words[0])
            for span in self.spans()
            if span.stretch == Stretch.STALE
        ]
        return sorted(rows, key=lambda row: row.day)
