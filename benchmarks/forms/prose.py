"""Text of many lines, and how much of it there may be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ProseField(forms.CharField):
    """Text of many lines. Too long a one is refused: a browser would cut what is pasted, without a word.

    A line ends in one sign, as people count, and not in the two that browsers send.
    """

    widget = forms.Textarea
    default_error_messages = {
        "max_length": _("Use at most %(limit_value)d characters; it has %(show_value)d.")
    }

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: said for name, said in super().widget_attrs(widget).items() if name != "maxlength"}
