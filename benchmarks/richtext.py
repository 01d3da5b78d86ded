"""What staff write in Markdown, as HTML that is safe to show."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"}
# No headings, which would break into the page's own, and no images, which would be fetched from elsewhere.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["heading", "lheading", "image"]
)


def rendered(text: str) -> SafeString:
    """The text as HTML. Whatever it holds, no script, style, image or address but http, https and mailto."""
    html = nh3.clean(
        _markdown.render(text),
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow external",
    )
    return mark_safe(html)  # noqa: S308  # nh3 has just cleaned it
