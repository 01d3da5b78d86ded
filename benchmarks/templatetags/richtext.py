"""Markdown in templates: `{{ update.narrative|markdown }}` inside an element with dir="auto"."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from benchmarks import richtext

register = template.Library()


@register.filter
def markdown(text: str | None) -> SafeString:
    return richtext.rendered(text or "")
