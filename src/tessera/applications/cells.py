"""Cells of a table as answers: how each type of question is written in one, and what is wrong with a cell.

Nothing is guessed: what cannot be read is said with an example of how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from tessera.calls.questions import Question, Type
from tessera.calls.questions.cleaning import NATIVE
from tessera.calls.questions.model import LEVELS
from tessera.core.folding import fold
from tessera.places import datafiles

# A table cannot hold these.
NOT_IN_TABLES = (Type.ROWS, Type.FILE, Type.SIGNATURE)
LANGUAGES = "fr C1/B2; en B1/A2"
SOMEBODY = "Moussa Silex (Director) <moussa.silex@example.org>"
_EXAMPLES: Mapping[Type, str] = {
    Type.COUNTRY: "SN",
    Type.COUNTRIES: "SN; TG",
    Type.DATE: "1990-05-01",
    Type.NUMBER: "12",
    Type.EMAIL: "awa.gres@example.org",
    Type.PHONE: "+221 33 000 00 00",
    Type.LANGUAGE_TABLE: LANGUAGES,
    Type.COMMITMENT: "yes",
    Type.REFEREE: SOMEBODY,
    Type.ENDORSEMENT: SOMEBODY,
}
_LEVEL_WORDS = frozenset(
    map(fold, ("native", "first language", "première langue", "langue maternelle", "primera lengua", "lengua materna"))
)
_UNKNOWN = frozenset({"-", "–", "—", "?"})
_ROW = re.compile(r"(?P<language>.+?)[\s:]+(?P<spoken>[^\s/:][^/:]*?)\s*/\s*(?P<written>[^/]+)")
_SOMEBODY = re.compile(r"(?P<name>[^<>()]*[^<>()\s])\s*(?:\((?P<post>[^<>()]*)\))?\s*<(?P<email>[^<>]*)>")
_YES = frozenset(map(fold, ("yes", "oui", "sí", "true", "1", "x")))
_NO = frozenset(map(fold, ("no", "non", "false", "0")))


@dataclass
class Read:
    """What a cell says, as an answer is given, and the sentences about what it cannot say."""

    value: Any = None
    problems: list[str] = field(default_factory=list)


def read_cell(question: Question, text: str) -> Read:
    """``text`` as an answer to ``question``; its own problems (a date that is none) are for `answer_problems` to find."""
    if question.type is Type.LANGUAGE_TABLE:
        return _languages(text)
    if question.type in (Type.REFEREE, Type.ENDORSEMENT):
        return _somebody(question, text)
    if question.type is Type.COMMITMENT:
        return _commitment(text)
    raw: Any = text
    if question.type in (Type.CHOICES, Type.COUNTRIES):
        raw = [part.strip() for part in text.split(";") if part.strip()]
    if question.options:
        named = {fold(name): option.key for option in question.options for name in (option.key, *option.label.values())}
        keys = [named.get(fold(one), one) for one in (raw if isinstance(raw, list) else [raw])]
        raw = keys if isinstance(raw, list) else keys[0]
    return Read(raw)


def example_of(question: Question) -> str:
    """How an answer to ``question`` is written in a cell; empty for a text, which is written as it is."""
    if question.options:
        together = [option.key for option in question.options if not option.alone] or [question.options[0].key]
        return "; ".join(together[: 2 if question.type is Type.CHOICES else 1])
    if question.among:
        return "; ".join(question.among[: 2 if question.type is Type.COUNTRIES else 1])
    return _EXAMPLES.get(question.type, "")


def _languages(text: str) -> Read:
    found = Read([])
    for part in filter(None, (part.strip() for part in re.split(r"[;\n]", text))):
        row = _ROW.fullmatch(part)
        if row is None:
            found.problems.append(
                _("“%(given)s” is not a language with two levels, spoken/written: write for example %(example)s.")
                % {"given": part, "example": LANGUAGES}
            )
            continue
        language, spoken, written = _language_levels(row)
        code = _codes().get(fold(language), "")
        if not code:
            found.problems.append(
                _("“%(given)s” is not a language of the list: write its code or its name, for example fr or French.")
                % {"given": language}
            )
        found.problems += [
            _("“%(given)s” is not a level: write A1 to C2, native, or – where it is not known.") % {"given": given}
            for given, level in ((spoken, _level(spoken)), (written, _level(written)))
            if level is None
        ]
        found.value.append({"language": code, "spoken": _level(spoken), "written": _level(written)})
    return found


def _language_levels(row: re.Match[str]) -> tuple[str, str, str]:
    """The parts of "Haitian Creole first language/B2": the longest name of a language takes what is left by a level."""
    language, spoken, written = (row[name].strip() for name in ("language", "spoken", "written"))
    words = f"{language} {spoken}".split()
    for at in range(len(words) - 1, 0, -1):
        name, level = " ".join(words[:at]).rstrip(": "), " ".join(words[at:])
        if _level(level) is not None and fold(name) in _codes():
            return name, level, written
    return " ".join(words[:-1]).rstrip(": "), words[-1], written


def _level(text: str) -> str | None:
    """A level as it is kept, empty where it is said not to be known; None where it is no level."""
    if text.upper() in LEVELS:
        return text.upper()
    if fold(text) in _LEVEL_WORDS:
        return NATIVE
    return "" if text in _UNKNOWN else None


@cache
def _codes() -> Mapping[str, str]:
    """Languages by folded code, name and own name; a code wins."""
    rows = datafiles.read("languages")["languages"]
    return dict(_names(rows)) | {fold(code): code for code in rows}


def _names(rows: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for code, row in rows.items():
        for name in (row["endonym"], *row["name"].values()):
            yield fold(name), code


def _somebody(question: Question, text: str) -> Read:
    found = _SOMEBODY.fullmatch(text.strip())
    if found is not None:
        work = "organisation" if question.type is Type.ENDORSEMENT else "post"
        return Read({"name": found["name"], work: (found["post"] or "").strip(), "email": found["email"].strip()})
    # A committee is reached through the office: its name is enough.
    if question.channel == "national_committee" and not set("<>@") & set(text):
        return Read({"name": text.strip()})
    said = _("“%(given)s” is not a name with an address: write for example %(example)s.")
    return Read(None, [said % {"given": text, "example": SOMEBODY}])


def _commitment(text: str) -> Read:
    given = fold(text).strip()
    if given in _YES or given in _NO:
        return Read("yes" if given in _YES else None)
    return Read(None, [_("“%(given)s” says neither yes nor no: write yes or no.") % {"given": text}])
