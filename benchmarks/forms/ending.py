"""The forms by which benchmarks end: retired, or split, merged and replaced by others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from benchmarks.forms.benchmark import LONGEST_REASON, EffectiveOn, text_area, uncut
from benchmarks.models import Benchmark, Succession
from benchmarks.succession import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

OFFERED = 500  # codes at most; what is not among them can be typed
SPARE = 2  # inputs beyond those that are filled in


class RetireForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is retired"),
        max_length=LONGEST_REASON,
        widget=text_area(3),
        help_text=_("Every reader of the benchmark sees it; authors of open updates are told."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        uncut(self)


class CodeInputs(forms.Widget):
    """One input for each code that was typed, and some for more."""

    input_type = "codes"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [typed for typed in data.getlist(name) if typed.strip()]

    def subwidgets(self, name: str, value: Any, attrs: Any = None) -> Iterator[dict[str, Any]]:
        for number, code in enumerate([*(value or []), *[""] * SPARE], 1):
            yield {"name": name, "value": code, "attrs": {"id": f"{(attrs or {}).get('id', name)}_{number}"}}


class BenchmarksField(forms.CharField):
    """Benchmarks by their codes, in several inputs or with commas between them; kept in that order."""

    widget = CodeInputs

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_REASON, **kwargs)
        self.queryset: QuerySet[Benchmark] = Benchmark.objects.none()

    def clean(self, value: Any) -> Any:
        typed = re.split(r"[\s,;]+", super().clean(", ".join(value)).upper())
        codes = list(dict.fromkeys(code for code in typed if code))
        named = self.queryset.annotate(spelled=Upper("code")).filter(spelled__in=codes)
        found = {each.code.upper(): each for each in named}
        if unknown := [code for code in codes if code not in found]:
            raise ValidationError(
                _("No benchmark has the code %(codes)s."), params={"codes": shortly(unknown)}, code="unknown"
            )
        return [found[code] for code in codes]


def shortly(codes: Iterable[str]) -> str:
    """Some codes that were typed, so far as a message can say them back."""
    said = ", ".join("".join(sign for sign in code if sign.isprintable())[:20] for code in list(codes)[:5])
    return f"“{said}”"


class SucceedForm(forms.Form):
    """What takes the place of a benchmark, from which day on, and why."""

    kind = forms.ChoiceField(
        label=_("What happens"),
        choices=[
            (Succession.Kind.REPLACE, _("Replace: another benchmark says it better")),
            (Succession.Kind.SPLIT, _("Split: several benchmarks take its place")),
            (Succession.Kind.MERGE, _("Merge: it goes into another benchmark, alone or with others")),
        ],
        widget=forms.RadioSelect,
    )
    successors = BenchmarksField(
        label=_("Into which benchmarks"),
        help_text=_("Choose or type their codes. They are there already, as drafts or active."),
    )
    others = BenchmarksField(
        label=_("Merged together with it"),
        required=False,
        help_text=_("Only for a merge: others that end with it."),
    )
    effective_on = EffectiveOn(label=_("In force since"), initial=timezone.localdate)
    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        widget=text_area(3),
        help_text=_("It stands in the history for good, on the pages of all of them."),
    )
    retires = forms.BooleanField(
        label=_("Retire what ends"),
        required=False,
        initial=True,
        help_text=_("Otherwise it stays active beside its successors, and on its agendas."),
    )

    def __init__(self, *args: Any, benchmark: Benchmark, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.benchmark, self.user = benchmark, user
        for name in ("successors", "others"):
            field: Any = self.fields[name]
            field.queryset = Benchmark.objects.visible_to(user)
        uncut(self)

    def offered(self) -> QuerySet[Benchmark]:
        """What may be chosen from: others that are not retired, those on the same themes first."""
        shared = Benchmark.themes.through.objects.filter(theme__in=self.benchmark.themes.all())
        others = Benchmark.objects.visible_to(self.user).exclude(pk=self.benchmark.pk)
        others = others.exclude(lifecycle=Benchmark.Lifecycle.RETIRED)
        return others.order_by(Exists(shared.filter(benchmark=OuterRef("pk"))).desc(), "code", "pk")[:OFFERED]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            self.plan().check()
        return given

    def plan(self) -> Plan:
        given = self.cleaned_data
        others = [each for each in given["others"] if each != self.benchmark]
        return Plan(
            kind=Succession.Kind(given["kind"]),
            old=[self.benchmark, *others],
            new=given["successors"],
            effective_on=given["effective_on"],
            reason=given["reason"],
            retires=given["retires"],
        )
