"""How long ago something happened, as one says it."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from benchmarks.templatetags.marks import in_one_unit

register = template.Library()


@register.filter
def lasting(since: datetime) -> str:
    """The time since then in one unit: "20 minutes", "6 days"; under a minute "less than a minute"."""
    minutes = int((timezone.now() - since).total_seconds() // 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        hours = minutes // 60
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return in_one_unit(minutes // (24 * 60))


@register.filter
def moment_ago(moment: datetime) -> str:
    """The same from now: "20 minutes ago"; under a minute "just now"."""
    if (timezone.now() - moment).total_seconds() < 60:
        return _("just now")
    return _("%(length)s ago") % {"length": lasting(moment)}
