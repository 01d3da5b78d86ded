"""Codes of benchmarks: which one comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import CharField, Count, DecimalField, F, Func, Max, Value
from django.db.models.functions import Cast, Coalesce, Length
from django.utils.text import slugify

from benchmarks.models import Benchmark, Theme

FIGURES = "[0-9]+$"
WIDTH = 2  # of the figures of a first code
WITHOUT_THEME = "B-"
SMALL_WORDS = frozenset({"a", "and", "for", "in", "of", "on", "the", "to", "with"})


def _sql(function: str, *arguments: Any) -> Func:
    return Func(*arguments, function=function, output_field=CharField())


# The beginning of a code, up to its figures: "DLG-" of "DLG-09", and "TIB-" of a code "TIB" that has none.
STEM = _sql(
    "regexp_replace",
    _sql("regexp_replace", F("code"), Value("([^0-9])$"), Value(r"\1-")),
    Value(FIGURES),
    Value(""),
)
NUMBER = _sql("substring", F("code"), Value(FIGURES))


def next_code(theme: Theme | None = None) -> str:
    """A code that nobody has: of the beginning that most benchmarks of this theme share."""
    return next_codes([theme])[theme.pk] if theme else _following([WITHOUT_THEME])[WITHOUT_THEME]


def next_codes(themes: Iterable[Theme]) -> dict[int, str]:
    """The same for each of these themes, by its key; where a theme has no benchmark, after its name."""
    stems = {theme.pk: stem_of(theme.name) for theme in themes}
    stems |= _usual_stems(stems)
    following = _following(set(stems.values()))
    return {key: following[stem] for key, stem in stems.items()}


def stem_of(name: str) -> str:
    """The beginning of codes after a name: its initials, or the first letters of a single word."""
    words = [word for word in slugify(name).split("-") if word and word not in SMALL_WORDS]
    letters = words[0][:3] if len(words) == 1 else "".join(word[0] for word in words[:4])
    return f"{letters.upper()}-" if letters else WITHOUT_THEME


def _usual_stems(themes: Collection[int]) -> dict[int, str]:
    """What most codes of each theme begin with; of two as frequent, what its newest benchmark begins with."""
    used = Benchmark.objects.filter(themes__in=themes).values("themes", stem=STEM)
    counted = used.annotate(times=Count("pk"), newest=Max("pk")).order_by("times", "newest")
    return {theme: stem for theme, stem, *_rest in counted.values_list("themes", "stem", "times", "newest")}


def _following(stems: Collection[str]) -> dict[str, str]:
    """For each beginning the code after the highest that anybody has."""
    numbers = DecimalField(max_digits=20, decimal_places=0)
    number = Coalesce(Cast(NUMBER, numbers), Value(1), output_field=numbers)
    taken = Benchmark.objects.annotate(stem=STEM).filter(stem__in=stems).values("stem")
    highest = taken.annotate(highest=Max(number), width=Max(Coalesce(Length(NUMBER), Value(1))))
    last = {stem: (int(top), width) for stem, top, width in highest.values_list("stem", "highest", "width")}
    return {stem: _numbered(stem, *last.get(stem, (0, WIDTH))) for stem in stems}


def _numbered(stem: str, last: int, width: int) -> str:
    return f"{stem}{last + 1:0{width}d}"
