"""Two texts compared word by word, for people."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tessera.web.directions import in_language

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]", re.UNICODE)
# Beyond this many tokens a comparison by word costs more than it tells.
_LONGEST = 4000


def word_diff(old: str, new: str) -> list[tuple[str, str]]:
    """[("same" | "gone" | "new", text)]: joined without "new" it is ``old``, without "gone" it is ``new``."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) + len(after) > _LONGEST:
        return [("gone", old), ("new", new)]
    parts: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(("same", "".join(before[a:b])))
            continue
        if b > a:
            parts.append(("gone", "".join(before[a:b])))
        if d > c:
            parts.append(("new", "".join(after[c:d])))
    return parts


def marked_diff(old: str, new: str, language: str = "") -> SafeString:
    """``word_diff`` as markup; the words "taken out" and "put in" say it to those who do not see the marks.

    Texts in a ``language`` are marked as it, and those words as the reader's.
    """
    own = get_language() or ""
    if language in ("", own):
        return _marked(old, new, "")
    return in_language(_marked(old, new, own), language)


def _marked(old: str, new: str, own: str) -> SafeString:
    lang = format_html(' lang="{}"', own) if own else ""
    said = {"gone": ("del", _("taken out:")), "new": ("ins", _("put in:"))}
    return format_html_join(
        "",
        "{}",
        (
            (
                text
                if kind == "same"
                else format_html('<{0}><span class="vh"{3}> {1} </span>{2}</{0}>', *_mark(said[kind]), text, lang),
            )
            for kind, text in word_diff(old, new)
        ),
    )


def _mark(said: tuple[str, str]) -> tuple[SafeString, str]:
    return SafeString(said[0]), said[1]
