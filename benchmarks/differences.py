"""Which words of a new text are new, beside an old one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import escape
from html.parser import HTMLParser
from itertools import groupby

from django.utils.safestring import SafeString, mark_safe

from benchmarks import richtext

# A word is what stands between blanks; Chinese has none, and there each sign is one.
SIGN = "\u3400-\u9fff\U00020000-\U0003ffff"
TOKEN = re.compile(rf"[{SIGN}]|[^\s{SIGN}]+|\s+")
MARKS = ".,;:!?…()[]\"'“”‘’„«»、。，；：！？（）"
# Beyond this a comparison takes long and tells little.
MOST_WORDS = 4000
# Where less than this is as it was, everything is new, and marks would only disturb.
LEAST_IN_COMMON = 0.25

Piece = tuple[bool, str]


class _Pieces(HTMLParser):
    """Sound HTML taken apart: (True, text) and (False, tag), in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pieces.append((False, self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        self.pieces.append((False, f"</{tag}>"))

    def handle_data(self, data: str) -> None:
        self.pieces.append((True, data))


def marked(old: str, new: str) -> SafeString | None:
    """The new text, both Markdown, as HTML in which the words that the old one has not stand in `<ins>`.

    None where a comparison says nothing: one of them is empty or very long, or hardly a word is the same.
    """
    pieces = _Pieces(richtext.rendered(new)).pieces
    before = [_bare(word) for word in _words(_Pieces(richtext.rendered(old)).pieces)]
    after = [_bare(word) for word in _words(pieces)]
    if not before or not after or max(len(before), len(after)) > MOST_WORDS:
        return None
    blocks = SequenceMatcher(None, before, after).get_matching_blocks()
    if sum(block.size for block in blocks) < LEAST_IN_COMMON * len(after):
        return None
    kept = {at for block in blocks for at in range(block.b, block.b + block.size)}
    html = "".join(_marked(pieces, iter(at not in kept for at in range(len(after)))))
    return mark_safe(html)  # noqa: S308  # tags as `richtext` cleaned them, every text escaped


def _words(pieces: list[Piece]) -> list[str]:
    return [token for is_text, text in pieces if is_text for token in TOKEN.findall(text) if token.strip()]


def _bare(word: str) -> str:
    """A word without what a sentence puts around it: "released," and "released." are the same."""
    return word.strip(MARKS).casefold() or word


def _marked(pieces: list[Piece], is_new: Iterator[bool]) -> Iterator[str]:
    for is_text, text in pieces:
        if not is_text:
            yield text
            continue
        tokens = [(token, next(is_new) if token.strip() else None) for token in TOKEN.findall(text)]
        for inserted, run in groupby(_joined(tokens), key=lambda pair: pair[1]):
            words = escape("".join(token for token, _inserted in run))
            yield f"<ins>{words}</ins>" if inserted else words


def _joined(tokens: list[tuple[str, bool | None]]) -> Iterator[tuple[str, bool]]:
    """A blank between two new words is new with them."""
    for at, (token, inserted) in enumerate(tokens):
        around = tokens[max(at - 1, 0) : at + 2]
        is_between = len(around) == 3 and all(state for word, state in around if word.strip())
        yield token, is_between if inserted is None else inserted
