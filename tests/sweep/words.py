"""Which words a page may say in which language: those of the catalogue, and those of the record.

A text that reads the same on the English page and on another is left over, unless the catalogue says that it is the
same in both languages, or the record holds it: names, titles, what people wrote. Addresses of e-mail, time zones and
the codes of countries are of no language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation.trans_real import translation

from tests.sweep.markup import Node, fold, spoken
from tests.sweep.site import LANGUAGES, Fetched, Site

# Words of one language that the other two do not have (English "on", "no", "as" and "or" are French or Spanish too).
ENGLISH = set(
    "the and of with for is are this that these from by was were has have not your you they their its at".split()
)
ENGLISH |= set("january february april may june july august october december monday tuesday friday sunday".split())
ROMANCE = set(
    "le les des du et une dans pour avec vous votre nous el los las del una para con por que su y ses aux".split()
)
FOREIGN = {"en": ROMANCE, "fr": ENGLISH, "es": ENGLISH}

WORD = re.compile(r"[^\W\d_]{2,}")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
UNREAD = frozenset({"textarea", "pre", "code", "kbd", "samp"})
OURS = "tessera."
# Of no language: addresses of mail and of pages, and time zones as the IANA list names them, with a blank for "_".
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w|https?://\S+")
ZONES = frozenset(zone.replace("_", " ") for zone in available_timezones())
# Never shown as they are.
BANK = Path("src/tessera/calls/data/questions.json")
INTERNAL = {"text_folded", "names_folded", "password", "key", "slug"}


class Record:
    """Every text of the record: which of them are names, and which are in one language only."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.texts: dict[str, set[str]] = {code: set() for code in LANGUAGES}
        for model in apps.get_models():
            if model.__module__.startswith(OURS):
                fields = [f for f in model._meta.concrete_fields if _holds_text(f)]
                for row in model._base_manager.values_list(*(f.attname for f in fields)):
                    for value in row:
                        self._take(value)
        self._take(json.loads(BANK.read_text("utf-8")))  # what a form starts from
        shared = set.intersection(*self.texts.values())
        self.names |= {*shared, settings.PROGRAMME_NAME, "Tessera", "PDF", "JPEG", "PNG", *LANGUAGES}
        self._legitimate: dict[str, re.Pattern[str]] = {}

    def _take(self, value: Any) -> None:
        if isinstance(value, str):
            for part in (value, *value.splitlines()):
                if re.search(r"[A-Z\d\s]", part) and len(part) > 2:
                    self.names.add(fold(part))
        elif isinstance(value, list | tuple):
            for part in value:
                self._take(part)
        elif isinstance(value, dict):
            if value and set(value) <= set(LANGUAGES) and all(isinstance(text, str) for text in value.values()):
                for code, text in value.items():
                    self.texts[code].add(fold(text))
            else:
                for part in value.values():
                    self._take(part)

    def without(self, text: str, language: str) -> str:
        """``text`` without what the record holds in that language."""
        if language not in self._legitimate:
            known = sorted(self.names | self.texts[language], key=len, reverse=True)
            self._legitimate[language] = re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in known if one))
        return fold(self._legitimate[language].sub(" ", text))

    def foreign(self, text: str, language: str) -> str:
        """The language in which alone the record holds ``text``, or "" where it is at home in this one."""
        if text in self.names or text in self.texts[language]:
            return ""
        return next((code for code in LANGUAGES if text in self.texts[code]), "")

    def of_no_language(self, text: str, node: Node) -> bool:
        """Whether ``text`` is an address, a time zone that is offered, or a code drawn on a map, of initials, of a language."""
        if node.tag == "option" and text in ZONES:
            return True
        drawn = any(one.tag == "svg" or one.get("aria-hidden") == "true" for one in node.above())
        if re.fullmatch(r"[^\W\d_a-z]{2}", text) and (drawn or text.lower() in LANGUAGES):
            return True
        return ADDRESS.fullmatch(text) is not None


def _holds_text(field: Any) -> bool:
    held = isinstance(field, models.CharField | models.TextField | models.JSONField | models.EmailField)
    return held and field.name not in INTERNAL


@cache
def catalogue(language: str) -> dict[str, set[str]]:
    """What gettext answers in ``language``: translations by their English source, plurals and contexts aside."""
    known: dict[str, set[str]] = {}
    for source, target in translation(language)._catalog.items():  # type: ignore[attr-defined]
        name = source[0] if isinstance(source, tuple) else source
        known.setdefault(fold(name.rpartition("\x04")[2]), set()).add(fold(target))
    return known


@cache
def same_words(language: str) -> frozenset[str]:
    """What the catalogue says alike in English and ``language``.

    Forms of a plural, and the parts of a sentence between its markup, each count for themselves.
    """
    pairs = [(source, target) for source, targets in catalogue(language).items() for target in targets]
    alike = set()
    for pair in pairs:
        english, other = (re.split(r"<[^>]*>", text) for text in pair)
        if len(english) == len(other):
            alike |= {bare(one) for one, two in zip(english, other, strict=True) if bare(one) == bare(two)}
    return frozenset(alike - {""})


def bare(text: str) -> str:
    """``text`` in small letters, without its placeholders, numbers, and the signs around it."""
    return re.sub(r"^\W+|\W+$", "", fold(re.sub(r"\d+", " ", PLACEHOLDER.sub(" ", text)))).lower()


@cache
def sayings(language: str) -> re.Pattern[str]:
    """Matches a text that is, with its placeholders filled, a translation into ``language`` or its part between marks."""
    patterns = set()
    targets = set().union(*catalogue(language).values())
    for target in targets | {fold(part) for whole in targets for part in re.split(r"<[^>]*>", whole)}:
        literal = PLACEHOLDER.sub("", target)
        if len(re.findall(r"[^\W\d_]", literal)) > 2:
            patterns.add(".+?".join(re.escape(part) for part in PLACEHOLDER.split(target)))
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)")


def said(found: Fetched) -> Iterator[tuple[str, Node]]:
    """Texts of a page in the page's own language; what is marked as another language, and code, is left out."""
    for text, node in spoken(found.tree):
        if not node.within(*UNREAD) and node.language == found.language and WORD.search(text):
            yield text, node


def left_over(site: Site, record: Record, found: Fetched) -> Iterator[str]:
    """Texts that are not in the language of the page, a line each."""
    english = {text for text, _ in said(site.fetch(found.page, "en"))} if found.language != "en" else set()
    for text in dict.fromkeys(text for text, node in said(found) if not record.of_no_language(text, node)):
        other = record.foreign(text, found.language)
        if other and len(WORD.findall(text)) > 1:
            yield f"in {other}, without its lang: “{text}”"
            continue
        rest = record.without(text, found.language)
        words = WORD.findall(rest)
        if not words or (found.language != "en" and {bare(text), bare(rest)} & same_words(found.language)):
            continue
        if (
            text in english
            and not sayings(found.language).fullmatch(text)
            and not sayings(found.language).fullmatch(rest)
        ):
            yield f"as in English: “{text}”"
        elif found.language != "en" and text not in catalogue(found.language).get(text, {text}):
            yield f"not translated: “{text}”"
        elif foreign := {word.lower() for word in words} & FOREIGN[found.language]:
            yield f"not in {found.language} ({', '.join(sorted(foreign))}): “{text}”"
