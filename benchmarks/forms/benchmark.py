"""The forms by which benchmarks are added and edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import may_review
from benchmarks import codes, conflicts, editing, lifecycle
from benchmarks.forms.days import WholeDayField
from benchmarks.forms.pickers import Addressees, NotedChoices
from benchmarks.models import Benchmark, Organisation, Theme

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import BoundField
    from django_stubs_ext import StrOrPromise

LONGEST_TEXT, LONGEST_REASON = 10_000, 2_000
# OHCHR's three kinds of indicator.
MEASURES = [
    (Benchmark.Measure.STRUCTURAL, _("Structural: a law, treaty or institution is in place")),
    (
        Benchmark.Measure.PROCESS,
        _("Process: somebody does what they undertook, such as raising it each time"),
    ),
    (Benchmark.Measure.OUTCOME, _("Outcome: people enjoy the right, such as those named being free")),
]
CODE = RegexValidator(
    r"\A[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*\Z",
    _("A code has letters and figures, with a hyphen or full stop between them: DLG-10."),
)


class Section(NamedTuple):
    """Fields that belong together under one heading."""

    title: StrOrPromise
    fields: list[BoundField]


class Sectioned:
    """A form whose page sets its fields under headings."""

    SECTIONS: tuple[tuple[StrOrPromise, tuple[str, ...]], ...] = ()

    def sections(self: Any) -> list[Section]:
        return [
            Section(title, [self[name] for name in names if name in self.fields])
            for title, names in self.SECTIONS
        ]


class EffectiveOn(WholeDayField):
    """The day from which on something holds; today or before."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value > timezone.localdate():
            raise ValidationError(_("That day is still to come: nothing is in force before its day."))


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


def uncut(form: forms.BaseForm) -> None:
    """Let a form say itself what is too long: a browser would cut what is pasted, without a word."""
    for field in form.fields.values():
        field.widget.attrs.pop("maxlength", None)


class Details(Sectioned, forms.ModelForm[Benchmark]):
    """What adding and editing a benchmark have in common."""

    title = forms.CharField(
        label=_("Title"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_area(4),
        help_text=_("Why it matters, and what a reader should know before the criterion."),
    )
    measure = forms.ChoiceField(label=_("What it measures"), choices=MEASURES, widget=forms.RadioSelect)
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.none(), label=_("Themes"), required=False, widget=NotedChoices
    )
    addressees = Addressees(
        Organisation.objects.none(),
        label=_("Addressees"),
        required=False,
        help_text=_("Whom it is asked of."),
    )
    due_on = WholeDayField(
        label=_("Due on"),
        required=False,
        help_text=_("Only if those who ask set a day."),
    )
    review_interval_days = forms.IntegerField(
        label=_("Review every (days)"),
        initial=180,
        min_value=1,
        max_value=3650,
        help_text=_("After so many days without a look an assessment is stale."),
    )
    criterion = forms.CharField(
        label=_("Criterion"),
        max_length=LONGEST_TEXT,
        widget=text_area(5),
        help_text=_(
            "What has to be true for the benchmark to count as met, so that an outsider can check it."
        ),
    )

    class Meta:
        model = Benchmark
        fields: tuple[str, ...] = (
            "title",
            "description",
            "measure",
            "themes",
            "addressees",
            "owner",
            "due_on",
            "review_interval_days",
        )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self._offer("themes", Theme.objects.visible_to(user).order_by("name", "pk"))
        cast("Addressees", self.fields["addressees"]).offer(user)
        if may_review(user):
            self._offer("owner", possible_owners(self.instance))
            owner: Any = self.fields["owner"]
            owner.help_text, owner.empty_label = _("Who keeps it up to date."), _("nobody yet")
        else:
            del self.fields["owner"]
        uncut(self)
        self.order_fields([name for _title, names in self.SECTIONS for name in names])

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        field: Any = self.fields[name]
        field.queryset = rows


def possible_owners(benchmark: Benchmark) -> QuerySet[User]:
    """Those who contribute and whose account is open; and whoever owns it now."""
    may_own = Q(is_active=True) & ~Q(role__in=["", Role.VIEWER])
    return User.objects.filter(may_own | Q(pk=benchmark.owner_id or 0)).order_by("name", "pk")


class AddForm(Details):
    """A new benchmark with the first version of its criterion."""

    SECTIONS = (
        (_("What is tracked"), ("title", "criterion", "effective_on", "measure", "description")),
        (_("Where it belongs"), ("themes", "code", "slug", "addressees")),
        (_("Who looks after it"), ("owner", "due_on", "review_interval_days", "active")),
    )

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=20,
        validators=[CODE],
        help_text=_(
            "What people call it for short. Left empty, it becomes the next code of its first theme."
        ),
    )
    slug = forms.SlugField(
        label=_("Address"),
        required=False,
        max_length=120,
        help_text=_(
            "The last part of its address. Left empty, it is made from the title. It stays for good."
        ),
    )
    effective_on = EffectiveOn(label=_("In force since"), initial=timezone.localdate)
    active = forms.BooleanField(
        label=_("Active at once"),
        required=False,
        help_text=_("Otherwise it begins as a draft, which viewers do not see."),
    )

    class Meta(Details.Meta):
        fields = ("code", "slug", *Details.Meta.fields)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes: Any = self.fields["themes"]
        themes.widget.notes = {str(pk): code for pk, code in codes.next_codes(themes.queryset).items()}
        if not may_review(self.user):
            del self.fields["active"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].upper()
        if code and Benchmark.objects.filter(code__iexact=code).exists():
            raise ValidationError(_("Another benchmark has this code."))
        return code

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        try:
            lifecycle.check_slug(slug)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        if slug and Benchmark.objects.filter(slug=slug).exists():
            raise ValidationError(_("Another benchmark has this address."))
        return slug

    def _get_validation_exclusions(self) -> set[str]:
        """What is left empty here is filled in when it is saved."""
        return {*super()._get_validation_exclusions(), "code", "slug"}  # type: ignore[misc]

    def save(self, commit: bool = True) -> Benchmark:
        """Bring it in through `editing.add`, and raise what that raises."""
        given = self.cleaned_data
        active = given.get("active")
        self.instance.lifecycle = Benchmark.Lifecycle.ACTIVE if active else Benchmark.Lifecycle.DRAFT
        return editing.add(
            self.instance,
            criterion=given["criterion"],
            effective_on=given["effective_on"],
            themes=list(given["themes"]),
            addressees=list(given["addressees"]),
            by=self.user,
        )


class EditForm(Details):
    """A benchmark's details, and a new version of its criterion: text, day and reason, all or none."""

    SECTIONS = (
        (_("What is tracked"), ("title", "description", "measure", "themes", "addressees")),
        (_("Who looks after it"), ("owner", "due_on", "review_interval_days")),
    )
    REVISION = ("criterion", "effective_on", "reason")

    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    effective_on = EffectiveOn(label=_("In force since"), required=False, initial=timezone.localdate)
    reason = forms.CharField(
        label=_("Why it changes"),
        required=False,
        max_length=LONGEST_REASON,
        widget=text_area(2),
        help_text=_("Only with a new text. Every reader sees it beside the new version."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = editing.held(self.instance, self.edited)
        self.initial = {"criterion": self.now["criterion"], **self.initial}
        self.initial["opened"] = conflicts.opened_with(self.now)
        self.fields["criterion"].required = False

    @property
    def edited(self) -> list[str]:
        """The fields whose values stand somewhere, and may be changed there by somebody else."""
        return [name for name in self.fields if name not in {"opened", "effective_on", "reason"}]

    def revision_fields(self) -> list[BoundField]:
        return [self[name] for name in self.REVISION]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "criterion" in self.errors or "reason" in self.errors:
            return given
        is_new = self._is_new(given)
        if is_new and not given["criterion"]:
            self.add_error("criterion", _("A benchmark needs a criterion."))
        elif is_new and not given["reason"]:
            self.add_error("reason", _("Say why the criterion changes; otherwise leave its text as it was."))
        elif given["reason"] and not is_new:
            self.add_error("criterion", _("Its text is as it was: change it, or take the reason out."))
        if is_new and not given.get("effective_on") and "effective_on" not in self.errors:
            self.add_error("effective_on", _("Say from which day on the new version is in force."))
        return given

    def _is_new(self, given: dict[str, Any]) -> bool:
        """True if the criterion is another text than the form was opened with."""
        return "criterion" in conflicts.changed(given["opened"], {"criterion": given["criterion"]})

    def _post_clean(self) -> None:
        """The instance stays as the database has it: what was typed is written under a lock, by `save`."""

    def typed(self) -> dict[str, Any]:
        """What the person changed, by field."""
        given = {name: self.cleaned_data[name] for name in self.edited}
        changed = conflicts.changed(self.cleaned_data["opened"], given)
        return {name: value for name, value in given.items() if name in changed}

    def save(self, commit: bool = True) -> Benchmark:
        """Write it through `editing.edit`, and raise what that raises."""
        given = self.cleaned_data
        revision = editing.Revision(given["effective_on"], given["reason"]) if given["reason"] else None
        values = {name: given[name] for name in self.edited}
        editing.edit(self.instance, values, opened=given["opened"], revision=revision, by=self.user)
        return self.instance

    def beside(self, conflict: conflicts.Conflict) -> tuple[EditForm, conflicts.Both]:
        """The form anew over what stands now, with what was typed in it, and both texts to show above it."""
        self.instance.refresh_from_db()
        typed = self.typed()
        kept = {name: self.cleaned_data[name] for name in ("effective_on", "reason")}
        again = EditForm(user=self.user, instance=self.instance, initial={**typed, **kept})
        return again, conflicts.both(conflict, again, again.now, typed, self.user)
