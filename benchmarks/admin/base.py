"""What all administration pages of the domain have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.admin import OnlyWhatIsOffered
from accounts.models import User
from accounts.permissions import may_administer
from benchmarks import amendments
from benchmarks.models import Change

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=models.Model)


def who(request: HttpRequest) -> User:
    """The person at work. The administration lets nobody in who has not signed in."""
    return cast("User", request.user)


def visible(model: type[models.Model], user: User) -> models.QuerySet[Any]:
    """All rows of a model that this person may see; all of them where the model keeps none back."""
    rows = model._default_manager.all()
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows


def column(
    source: str, label: StrOrPromise, *, order: str | None = None
) -> Callable[[admin.ModelAdmin[Any], models.Model], Any]:
    """A column or read-only row that prints an attribute, under a label that a reader understands.

    For people and for dates: Django links people to pages that reviewers may not open, and prints the stored
    first day of a month that is all we know.
    """

    def shown(self: admin.ModelAdmin[Any], thing: models.Model) -> Any:
        value = getattr(thing, source)
        return self.get_empty_value_display() if value in (None, "") else value

    return admin.display(description=label, ordering=order or source)(shown)


class SoundForm(forms.ModelForm[M]):
    """Also checks rules about fields that the form does not show: better here than as a failing page."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs leave out what is private
        if self.errors:
            return
        try:
            self.check_rules()
        except ValidationError as error:
            self.add_error(None, ValidationError(error.messages))

    def check_rules(self) -> None:
        """Raise ValidationError where the thing, as it would be, breaks a constraint."""
        self.instance.validate_constraints()


class LookedAt(OnlyWhatIsOffered[M]):
    """Pages where whoever may enter may look. Nobody adds, changes or deletes anything."""

    # Who follows a filter sees how much is behind it; counting each choice costs a query a choice.
    show_facets = admin.ShowFacets.NEVER
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[M]:
        # In so many words, for a count beside each row takes the model's own order away.
        return visible(self.model, who(request)).order_by(*(self.opts.ordering or ()))

    def get_field_queryset(
        self, db: str | None, db_field: models.Field[Any, Any], request: HttpRequest | None
    ) -> models.QuerySet[Any] | None:
        """Offer, accept and print only what this person may see."""
        model = db_field.related_model
        if request is None or not isinstance(model, type):
            return None
        return visible(model, who(request))

    def view_on_site(self, obj: M) -> str | None:
        address = getattr(obj, "get_absolute_url", None)
        return address() if address else None

    # Changes are the log of the domain; a second one, with names in it, would outlive an erasure.

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        return None

    def told_of(self, thing: Any) -> models.Model:
        """The thing that changes are recorded about: this one, or what it belongs to."""
        return cast("models.Model", thing)

    def changes_of(self, thing: M) -> models.QuerySet[Change]:
        """Every change of this thing, the newest first."""
        about = self.told_of(thing)
        return Change.objects.filter(object_type=about._meta.label_lower, object_id=about.pk)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        thing = self.get_object(request, unquote(object_id))
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        changes = self.changes_of(thing).filter(pk__in=Change.objects.visible_to(who(request)).values("pk"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of “%(thing)s”") % {"thing": thing},
            "changes": changes.select_related("actor").order_by("-no")[:200],
            "module_name": self.opts.verbose_name_plural,
            "object": thing,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/benchmarks/object_history.html", context)


class Kept(LookedAt[M]):
    """Pages of things that administrators add and amend, each time through a domain function."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_administer(request.user)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return may_administer(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> tuple[str, ...]:
        settled = amendments.SETTLED.get(self.model, ()) if obj else ()
        return (*super().get_readonly_fields(request, obj), *settled)

    def get_prepopulated_fields(self, request: HttpRequest, obj: M | None = None) -> dict[str, Sequence[str]]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        """Nothing yet: it takes the links and the parts too, which `save_related` has."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        parts = [part for formset in formsets for part in formset.save(commit=False)]
        if change:
            self.amend(form, parts, who(request))
        else:
            self.add(form.instance, form.cleaned_data, parts, who(request))

    def add(self, thing: M, given: dict[str, Any], parts: list[Any], by: User) -> None:
        """Bring a new thing in through its domain function."""
        raise NotImplementedError

    def amend(self, form: Any, parts: list[Any], by: User) -> None:
        """Save what was changed in the form."""
        fields, links = changed(form)
        amendments.amend(form.instance, fields=fields, links=links, parts=parts, by=by)


def changed(form: forms.ModelForm[Any], but: Iterable[str] = ()) -> tuple[list[str], dict[str, Any]]:
    """The model's fields that a form changed, and its many-to-many fields with what they are to hold."""
    opts = form.instance._meta
    names = [name for name in form.changed_data if name not in but]
    fields = {field.name for field in opts.concrete_fields}
    links = {field.name for field in opts.many_to_many}
    return (
        [name for name in names if name in fields],
        {name: form.cleaned_data[name] for name in names if name in links},
    )
