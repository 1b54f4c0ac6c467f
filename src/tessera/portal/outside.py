"""What other sources say of a training: shown beside the stated facts, never merged into them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from tessera.core.edtf import EdtfError
from tessera.portal import sentences
from tessera.portal.naming import Names
from tessera.portal.wording import joined, say, text
from tessera.programmes.checking_parts import OUTSIDE_COUNTS, OUTSIDE_DATES, OUTSIDE_TEXTS
from tessera.web import dates

# How each kind of fact is told. Free texts of sources are in English and marked so.
ORDER = (*OUTSIDE_DATES, *OUTSIDE_COUNTS, "participant_countries", *OUTSIDE_TEXTS, "city", "postponed")


NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Outside:
    """One source and what it adds: (name, value) pairs."""

    source: str
    language: str
    url: str
    facts: tuple[tuple[str, SafeString], ...]


def outside_facts(
    external: Iterable[Mapping[str, Any]], sources: Mapping[str, Mapping[str, Any]], names: Names
) -> list[Outside]:
    """Each source that is public with the facts there are words for."""
    found = []
    for block in external:
        source = sources.get(block["source"])
        facts = block["facts"]
        told = [
            (text(f"outside.{key}", names.language), _value(key, facts[key], names))
            for key in ORDER
            if facts.get(key) not in NOTHING and not (key == "postponed" and facts[key] is False)
        ]
        if source and told:
            url = source.get("url") or ""
            found.append(
                Outside(
                    source["title"],
                    source.get("language") or "en",
                    url if url.startswith(("https://", "http://")) else "",
                    tuple(told),
                )
            )
    return found


def _yes(value: bool, language: str) -> SafeString:
    return SafeString(escape(say("outside.yes" if value else "outside.no", language)))


def _value(key: str, value: Any, names: Names) -> SafeString:
    language = names.language
    if isinstance(value, bool):
        return _yes(value, language)
    if key in OUTSIDE_DATES:
        try:
            return dates.time_words(str(value), language)
        except EdtfError:
            return SafeString(escape(value))
    if key in OUTSIDE_COUNTS and isinstance(value, Mapping):
        low, high = value.get("min", value.get("value")), value.get("max", value.get("value"))
        return SafeString(escape(sentences.span(low, high, language)))
    if key == "participant_countries":
        return SafeString(escape(joined(sorted(names.country(code) for code in value), language)))
    if key == "city":
        return SafeString(escape(value))
    lines = value if isinstance(value, list) else [value]
    marked = [
        _yes(line, language)
        if isinstance(line, bool)
        else format_html('<span lang="en">{}</span>', line)
        if language != "en" and isinstance(line, str)
        else escape(line)
        for line in lines
    ]
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in marked))
