"""Administration of people: who has an account, with which role. Administrators only."""

from __future__ import annotations

from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import may_administer

M = TypeVar("M", bound=Model)


# What an address may ask of a field that is offered as a filter. Of a link only: which one, or whether none.
OF_A_VALUE = ("exact", "isnull", "isempty", "in", "gte", "gt", "lte", "lt", "year", "month", "day")


class OnlyWhatIsOffered(admin.ModelAdmin[M]):
    """Lists that are narrowed by the filters they show, and by nothing else.

    Django lets an address ask for any related field, and `?updates__narrative__startswith=…` would tell an
    administrator, letter by letter, what a restricted update says; `?themes__benchmarks__updates__…` too.
    """

    actions = None
    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        own = ("pk", self.opts.pk.name, *([self.date_hierarchy] if self.date_hierarchy else []))
        return any(lookup in self.lookups(each) for each in (*own, *self.list_filter))

    def lookups(self, offered: Any) -> set[str]:
        """All that an address may say for one entry of `list_filter`, or for a field of one's own."""
        if hasattr(offered, "parameter_name"):
            return {str(offered.parameter_name)}
        path = offered[0] if isinstance(offered, tuple) else str(offered)
        field: Any = get_fields_from_path(self.model, self.opts.pk.name if path == "pk" else path)[-1]
        if not field.is_relation:
            return {path, *(f"{path}__{suffix}" for suffix in OF_A_VALUE)}
        return {path, f"{path}__{field.related_model._meta.pk.name}__exact", f"{path}__isnull"}

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """To answer 404, where Django sends people to its index."""
        raise Http404(_("There is no such thing here."))

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nobody deletes: history points here."""
        return False


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]
    usable_password = forms.ChoiceField(
        label=_("Who chooses the password"),
        choices=[("true", _("I give one now")), ("false", _("They do"))],
        initial="true",
        required=False,
        widget=forms.RadioSelect(attrs={"class": "radiolist inline"}),
        help_text=_("They choose one by asking for a new password on the sign-in page."),
    )

    class Meta:
        model = User
        fields = ("email", "name", "role")


class PersonForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("email", "name", "role", "is_active", "password")

    def clean(self) -> dict[str, Any]:
        """Somebody must be left who can let others in."""
        given = super().clean() or {}
        stays = given.get("role") == Role.ADMINISTRATOR and given.get("is_active")
        others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=self.instance.pk)
        was = {"role": self.initial.get("role"), "is_active": self.initial.get("is_active")}
        if was == {"role": Role.ADMINISTRATOR, "is_active": True} and not stays and not others.exists():
            raise forms.ValidationError(_("This is the only administrator. Make somebody else one first."))
        return given


@admin.register(User)
class PersonAdmin(OnlyWhatIsOffered[User], DjangoUserAdmin[User]):
    """Accounts. They are closed by unticking “active”: sessions end at once, and history keeps the name."""

    form = PersonForm
    add_form = NewPersonForm
    add_form_template = "admin/accounts/user/add_form.html"
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("What they may do"), {"fields": ("role", "is_active")}),
        (_("When"), {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "role", "usable_password", "password1", "password2"),
            },
        ),
    )
    readonly_fields = ("date_joined", "last_login")
    list_display = ("name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("name", "email")
    ordering = ("name", "pk")
    filter_horizontal = ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        # allauth keeps addresses of its own: nobody signs in by one that the account no longer has.
        EmailAddress.objects.filter(user_id=obj.pk).exclude(email=obj.email).delete()

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Which role, not only that there is another one: this is the record of who was given what."""
        if not isinstance(form, forms.ModelForm):
            return "Password set by an administrator."
        if add:
            return f"Added with the role: {form.instance.get_role_display() or '–'}."
        return " ".join(
            f"{form.fields[name].label}: {shown(name, form.initial.get(name))}"
            f" → {shown(name, form.cleaned_data[name])}."
            for name in form.changed_data
        )


def shown(name: str, value: Any) -> str:
    """A field's value as the log of accounts has it."""
    if name == "is_active":
        return "yes" if value else "no"
    return str(Role(value).label) if name == "role" and value else str(value or "–")


@admin.register(LogEntry)
class AccountLogAdmin(OnlyWhatIsOffered[LogEntry]):
    """What administrators did to accounts. What is done to anything else, the changes tell."""

    fields = ("action_time", "user", "object_repr", "message")
    list_display = ("action_time", "user", "object_repr", "message")
    list_select_related = ("user", "content_type")
    search_fields = ("user__name", "object_repr", "change_message")
    date_hierarchy = "action_time"

    @admin.display(description=_("what"))
    def message(self, entry: LogEntry) -> str:
        return entry.get_change_message()

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        label = {"app_label": User._meta.app_label, "model": User._meta.model_name}
        return super().get_queryset(request).filter(**{f"content_type__{k}": v for k, v in label.items()})

    def has_view_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return may_administer(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_administer(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False
