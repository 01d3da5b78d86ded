"""The demonstration data as staff keep it in TOML files, read strictly.

Whatever is wrong is said with the file and the entry: an unknown or missing field, a wrong type, a name
that nothing bears, a number given twice. Values that only the database can judge are the loader's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast, get_args, get_origin, get_type_hints

from benchmarks.dates import Precision

HERE = Path(__file__).resolve().parent
# What names an entry in a message, the first that it has.
LABELS = ("slug", "code", "number", "to", "person", "benchmark", "organisation", "role")


class DemoDataError(Exception):
    """The data cannot be loaded; the message names the file and the entry."""


class When(NamedTuple):
    """A date as a source gives it, stored as the first day of its period."""

    day: date
    precision: Precision

    @classmethod
    def read(cls, written: str) -> When:
        """Read "1999", "1999-02" or "1999-02-08". Raises ValueError for anything else."""
        shapes = {4: ("-01-01", Precision.YEAR), 7: ("-01", Precision.MONTH), 10: ("", Precision.DAY)}
        if len(written) not in shapes:
            raise ValueError(written)
        rest, precision = shapes[len(written)]
        return cls(date.fromisoformat(written + rest), precision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One table of a file. `where` says which, for messages."""

    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Entry):
    slug: str
    name: str
    kind: str
    short_name: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Entry):
    slug: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series(Entry):
    slug: str
    name: str
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem(Entry):
    benchmark: str
    ask: str
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Entry):
    slug: str
    series: str
    title: str
    certainty: str
    state: str
    ordinal: int | None = None
    on: When | None = None
    until: When | None = None
    weeks_after_loading: int | None = None
    place: str = ""
    agenda: tuple[AgendaItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark(Entry):
    code: str
    slug: str
    title: str
    description: str
    criterion: str
    since: str
    measure: str
    themes: tuple[str, ...]
    addressees: tuple[str, ...]
    review_interval_days: int
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Entry):
    slug: str
    name: str
    description: str
    benchmarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Entry):
    role: str
    organisation: str = ""
    person_name: str = ""
    office: str = ""
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Entry):
    to: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation(Entry):
    number: str
    locator: str
    mode: str
    text: str
    benchmarks: tuple[str, ...]
    actors: tuple[str, ...] = ()
    rationale: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Entry):
    person: str
    description: str
    health_concern: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation(Entry):
    person: str
    situation: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Entry):
    benchmark: str
    rating: str
    locator: str
    narrative: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Entry):
    slug: str
    title: str
    kind: str
    dated: When
    reference: str = ""
    language: str = "en"
    ahead_of: str = ""
    text_kind: str = "not_held"
    text: str = ""
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    mentions: tuple[Mention, ...] = ()
    situations: tuple[Situation, ...] = ()
    assessments: tuple[Assessment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """All of the demonstration data; letters by date, those referred to before those that refer."""

    organisations: tuple[Organisation, ...]
    themes: tuple[Theme, ...]
    series: tuple[Series, ...]
    events: tuple[Event, ...]
    benchmarks: tuple[Benchmark, ...]
    persons: tuple[Person, ...]
    letters: tuple[Letter, ...]


E = TypeVar("E", bound=Entry)


def read(folder: Path = HERE) -> Demo:
    """Read and check the files of a folder. Raises DemoDataError, and OSError where a file is missing."""
    letters = [*_entries(Letter, folder / "not_held.toml", "letters"), *_letter_files(folder / "letters")]
    demo = Demo(
        organisations=_entries(Organisation, folder / "organisations.toml", "organisations"),
        themes=_entries(Theme, folder / "benchmarks.toml", "themes"),
        series=_entries(Series, folder / "events.toml", "series"),
        events=_entries(Event, folder / "events.toml", "events"),
        benchmarks=_entries(Benchmark, folder / "benchmarks.toml", "benchmarks"),
        persons=_entries(Person, folder / "persons.toml", "persons"),
        letters=tuple(sorted(letters, key=lambda letter: letter.dated.day)),
    )
    _check(demo)
    return demo


def _letter_files(folder: Path) -> Iterator[Letter]:
    """One letter a file, named after it; its parts stand beside the table `letter`."""
    for path in sorted(folder.glob("*.toml")):
        parts = _tables(path)
        letter = parts.pop("letter", None)
        if not isinstance(letter, dict):
            raise DemoDataError(f"{path.name}: a table [letter] is missing.")
        yield _entry(Letter, {"slug": path.stem, **letter, **parts}, path.name)


def _entries(kind: type[E], path: Path, name: str) -> tuple[E, ...]:
    tables = _tables(path).get(name, [])
    return _several(kind, tables, f"{path.name}: {name}")


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DemoDataError(f"{path.name} is not TOML: {error}") from error


def _several(kind: type[E], tables: object, where: str) -> tuple[E, ...]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise DemoDataError(f"{where}: a list of tables belongs here.")
    return tuple(
        _entry(kind, table, f"{where} {_label(table, number)}") for number, table in enumerate(tables, 1)
    )


def _label(table: dict[str, Any], number: int) -> str:
    return next((f"“{table[name]}”" for name in LABELS if name in table), f"no. {number}")


def _entry(kind: type[E], table: dict[str, Any], where: str) -> E:
    # The stubs give no Field to a class known only by its bound.
    wanted: dict[str, Field[Any]] = {
        field.name: field for field in fields(cast("Any", kind)) if field.name != "where"
    }
    if unknown := sorted(table.keys() - wanted.keys()):
        raise DemoDataError(f"{where}: unknown field {', '.join(unknown)}.")
    required = {name for name, field in wanted.items() if field.default is MISSING}
    if missing := sorted(required - table.keys()):
        raise DemoDataError(f"{where}: missing {', '.join(missing)}.")
    hints = get_type_hints(kind)
    return kind(where=where, **{name: _value(hints[name], table[name], where, name) for name in table})


def _value(hint: Any, raw: object, where: str, name: str) -> Any:
    """A value of the type that the field wants; a date is written as text."""
    if get_origin(hint) is tuple:
        part = get_args(hint)[0]
        if part is str:
            return _names(raw, where, name)
        return _several(part, raw, f"{where}, {name}")
    plain = next((part for part in get_args(hint) if part is not type(None)), hint)
    if plain is When:
        try:
            return When.read(str(raw))
        except ValueError as error:
            raise DemoDataError(f"{where}: {name} is no year, month or day: “{raw}”.") from error
    if type(raw) is not plain:
        raise DemoDataError(f"{where}: {name} should be {plain.__name__}.")
    return raw


def _names(raw: object, where: str, name: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        raise DemoDataError(f"{where}: {name} should be a list of names.")
    return tuple(raw)


def _check(demo: Demo) -> None:
    """Every name used is somebody's or something's, and nothing stands there twice."""
    organisations = _unique(demo.organisations, "slug")
    themes, series = _unique(demo.themes, "slug"), _unique(demo.series, "slug")
    events, letters = _unique(demo.events, "slug"), _unique(demo.letters, "slug")
    codes, persons = _unique(demo.benchmarks, "code"), _unique(demo.persons, "slug")
    _unique(demo.benchmarks, "slug")
    for event in demo.events:
        _known([event.series], series, event, "series")
        for item in event.agenda:
            _known([item.benchmark], codes, item, "benchmark")
    for benchmark in demo.benchmarks:
        _known([benchmark.since], letters, benchmark, "letter")
        _known(benchmark.themes, themes, benchmark, "theme")
        _known(benchmark.addressees, organisations, benchmark, "organisation")
    for person in demo.persons:
        _known(person.benchmarks, codes, person, "benchmark")
    for letter in demo.letters:
        _known([letter.ahead_of] if letter.ahead_of else [], events, letter, "event")
        _check_parts(letter, letters, organisations, codes, persons)


def _check_parts(
    letter: Letter, letters: set[str], organisations: set[str], codes: set[str], persons: set[str]
) -> None:
    for party in letter.parties:
        _known([party.organisation] if party.organisation else [], organisations, party, "organisation")
    for reference in letter.references:
        _known([reference.to], letters, reference, "letter")
    _unique(letter.recommendations, "number")
    above: set[str] = set()
    for ask in letter.recommendations:
        _known([ask.parent] if ask.parent else [], above, ask, "number above it")
        _known(ask.benchmarks, codes, ask, "benchmark")
        _known(ask.actors, organisations, ask, "organisation")
        above.add(ask.number)
    _known(_unique(letter.mentions, "person"), persons, letter, "person")
    _known(_unique(letter.situations, "person"), persons, letter, "person")
    _known(_unique(letter.assessments, "benchmark"), codes, letter, "benchmark")


def _unique(entries: Iterable[Entry], name: str) -> set[str]:
    seen: set[str] = set()
    for entry in entries:
        value = getattr(entry, name)
        if value in seen:
            raise DemoDataError(f"{entry.where}: this {name} stands there twice.")
        seen.add(value)
    return seen


def _known(names: Iterable[str], known: set[str], entry: Entry, what: str) -> None:
    if unknown := sorted(set(names) - known):
        raise DemoDataError(f"{entry.where}: there is no {what} “{'”, “'.join(unknown)}”.")
