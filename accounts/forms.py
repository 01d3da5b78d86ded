"""The forms of signing in: allauth's, with labels instead of placeholders that vanish as one types."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _


class Labelled:
    """Say in labels what allauth says in placeholders."""

    labels: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class LoginForm(Labelled, forms.LoginForm):  # type: ignore[misc]
    labels = {"login": _("Mail address"), "password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page offers the way to a new password by itself, below the button.
        self.fields["password"].help_text = ""


class ChangePasswordForm(Labelled, forms.ChangePasswordForm):  # type: ignore[misc]
    labels = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, again"),
    }


class SetPasswordForm(Labelled, forms.SetPasswordForm):  # type: ignore[misc]
    labels = {"password1": _("Password"), "password2": _("Password, again")}


class ResetPasswordForm(Labelled, forms.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": _("Mail address")}


class ResetPasswordKeyForm(Labelled, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": _("New password"), "password2": _("New password, again")}


class ReauthenticateForm(Labelled, forms.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": _("Password")}
