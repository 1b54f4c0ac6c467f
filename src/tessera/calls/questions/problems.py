"""What keeps an application from being submitted: every problem with the place where it is mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from tessera.calls.questions.cleaning import NATIVE, character_count, clean_answer, word_count
from tessera.calls.questions.conditions import shown
from tessera.calls.questions.model import (
    LEVELS,
    Answers,
    Column,
    Form,
    Json,
    Limit,
    Problem,
    Question,
    Stage,
    Type,
)
from tessera.core.sentences import Sentence
from tessera.places import datafiles
from tessera.places.wording import Day

LONGEST_LINE = 500
EARLIEST = date(1900, 1, 1)

_EMAIL = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\".]+(?:\.[^@\s<>,;:\".]+)+")
type _Found = Iterator[tuple[str, Sentence]]


def problems(
    form: Form, answers: Answers, stage: Stage = "apply", *, email: str = "", on: date | None = None
) -> list[Problem]:
    """What blocks submission of ``stage``, in the order of the form; only questions that are shown are looked at.

    ``email`` is the applicant's own address: a referee or endorser is somebody else. ``on`` is the latest day that a
    signature can have. The check of the files themselves is not made here: a file is there or missing.
    """
    own = {email.casefold()} if email else set()
    for question in form.questions:
        value = answers.get(question.key)
        if question.type is Type.EMAIL and question.identity and isinstance(value, str):
            own.add(value.casefold())
    steps = {question.key: step.key for step in form.steps for question in step.questions}
    return [
        Problem(steps[question.key], question.key, code, sentence)
        for question in shown(form, answers, stage)
        for code, sentence in answer_problems(question, answers.get(question.key), own=frozenset(own), on=on)
    ]


def answer_problems(
    question: Question, raw: Json, *, own: frozenset[str] = frozenset(), on: date | None = None
) -> _Found:
    """(code, sentence) for each thing wrong with one answer. ``own`` are the applicant's addresses, casefolded.

    ``on`` is the latest day that a signature can have, None where it may have any.
    """
    value = clean_answer(question, raw)
    if value is None:
        if question.required:
            yield "missing", Sentence(_MISSING.get(question.type, _("“%(question)s” is not answered.")), _of(question))
        return
    if question.type is Type.SIGNATURE:
        yield from _signature_problems(question, value, on)
    elif question.type in _WHOLE:
        yield from _WHOLE[question.type](question, value)
    elif question.type in (Type.REFEREE, Type.ENDORSEMENT):
        yield from _somebody(question, value, own)
    else:
        yield from _simple_problems(question, value)


_MISSING: Mapping[Type, Promise] = {
    Type.FILE: _("“%(question)s” has no file yet."),
    Type.COMMITMENT: _("“%(question)s” is not agreed to."),
    Type.REFEREE: _("“%(question)s” names nobody."),
    Type.ENDORSEMENT: _("“%(question)s” names nobody."),
    Type.SIGNATURE: _("“%(question)s” is not signed."),
}


def _of(item: Question | Column, **params: object) -> dict[str, object]:
    return {"question": item.label, **params}


def _simple_problems(item: Question | Column, value: Json) -> _Found:
    """Of one value of a simple type, in a question or in a cell of a row."""
    if item.type in (Type.SHORT_TEXT, Type.LONG_TEXT):
        yield from _length(item, value)
    elif item.type in (Type.CHOICE, Type.CHOICES):
        yield from _options(item, value)
    elif item.type in (Type.COUNTRY, Type.COUNTRIES):
        yield from _countries(item, value)
    elif item.type is Type.DATE:
        yield from _date(item, value)
    elif item.type is Type.NUMBER:
        yield from _number(item, value)
    elif item.type is Type.EMAIL and not _EMAIL.fullmatch(value):
        yield "no_address", Sentence(_("“%(given)s” is not an e-mail address."), {"given": value})
    elif item.type is Type.PHONE and sum(c.isdigit() for c in value) < 4:
        yield "no_number", Sentence(_("“%(given)s” is not a telephone number."), {"given": value})


def _length(item: Question | Column, text: str) -> _Found:
    limit = item.limit or (Limit("characters", LONGEST_LINE) if item.type is Type.SHORT_TEXT else None)
    if limit is None:
        return
    count = (word_count if limit.unit == "words" else character_count)(text)
    if limit.max is not None and count > limit.max:
        over = count - limit.max
        params = _of(item, over=over, count=count, most=limit.max)
        yield "too_long", Sentence(_CUT_WORDS if limit.unit == "words" else _CUT_SIGNS, params)
    if limit.min is not None and count < limit.min:
        params = _of(item, count=count, least=limit.min)
        yield "too_short", Sentence(_MORE_WORDS if limit.unit == "words" else _MORE_SIGNS, params)


_CUT_WORDS = ngettext_lazy(
    "Cut %(over)d word from “%(question)s”: it has %(count)s, and at most %(most)s fit.",
    "Cut %(over)d words from “%(question)s”: it has %(count)s, and at most %(most)s fit.",
    "over",
)
_CUT_SIGNS = ngettext_lazy(
    "Cut %(over)d character from “%(question)s”: it has %(count)s, and at most %(most)s fit.",
    "Cut %(over)d characters from “%(question)s”: it has %(count)s, and at most %(most)s fit.",
    "over",
)
_MORE_WORDS = ngettext_lazy(
    "“%(question)s” needs at least %(least)d word; it has %(count)s.",
    "“%(question)s” needs at least %(least)d words; it has %(count)s.",
    "least",
)
_MORE_SIGNS = ngettext_lazy(
    "“%(question)s” needs at least %(least)d character; it has %(count)s.",
    "“%(question)s” needs at least %(least)d characters; it has %(count)s.",
    "least",
)


def _options(item: Question | Column, value: Json) -> _Found:
    known = {option.key for option in item.options}
    given = [value] if isinstance(value, str) else value
    if any(key not in known for key in given):
        yield "no_option", Sentence(_("“%(question)s” has an answer that cannot be chosen here."), _of(item))
    if item.type is Type.CHOICES:
        alone = [option for option in item.options if option.alone and option.key in given]
        if not (alone and len(given) == 1):  # whoever has none cannot name two
            yield from _how_many(item, len(given))
        for option in alone:
            if len(given) > 1:
                text = _("“%(question)s”: “%(answer)s” goes with no other answer. Choose it alone, or not at all.")
                yield "not_alone", Sentence(text, _of(item, answer=option.label))


def _countries(item: Question | Column, value: Json) -> _Found:
    known = item.among or datafiles.read("countries")["countries"]
    for code in [value] if isinstance(value, str) else value:
        if code not in datafiles.read("countries")["countries"]:
            yield "no_country", Sentence(_("“%(given)s” is not a country or territory of the list."), {"given": code})
        elif code not in known:
            yield "no_option", Sentence(_("“%(question)s” has an answer that cannot be chosen here."), _of(item))
    if item.type is Type.COUNTRIES:
        yield from _how_many(item, len(value))


def _how_many(item: Question | Column, count: int) -> _Found:
    least, most = item.min, item.max
    if isinstance(most, Decimal) and count > most:
        text = ngettext_lazy(
            "“%(question)s” takes at most %(most)d answer; there are %(count)s.",
            "“%(question)s” takes at most %(most)d answers; there are %(count)s.",
            "most",
        )
        yield "too_many", Sentence(text, _of(item, most=int(most), count=count))
    if isinstance(least, Decimal) and count < least:
        text = ngettext_lazy(
            "“%(question)s” needs at least %(least)d answer; there are %(count)s.",
            "“%(question)s” needs at least %(least)d answers; there are %(count)s.",
            "least",
        )
        yield "too_few", Sentence(text, _of(item, least=int(least), count=count))


def _date(item: Question | Column, value: str) -> _Found:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        text = _("“%(given)s” in “%(question)s” is not a day: write for example 1985-07-30.")
        yield "no_day", Sentence(text, _of(item, given=value))
        return
    least = date.fromisoformat(item.min) if isinstance(item.min, str) else EARLIEST
    if day < least:
        yield (
            "too_early",
            Sentence(_("“%(question)s”: %(day)s is before %(least)s."), _of(item, day=Day(day), least=Day(least))),
        )
    if isinstance(item.max, str) and day > (most := date.fromisoformat(item.max)):
        yield (
            "too_late",
            Sentence(_("“%(question)s”: %(day)s is after %(most)s."), _of(item, day=Day(day), most=Day(most))),
        )


def _number(item: Question | Column, value: Json) -> _Found:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or (isinstance(value, str) and "." not in value):
        text = _("“%(given)s” in “%(question)s” is not a number that can be read: write for example 12.")
        yield "no_number", Sentence(text, _of(item, given=value))
        return
    if item.whole and number != number.to_integral_value():
        yield "not_whole", Sentence(_("“%(question)s” asks for a whole number."), _of(item))
    if isinstance(item.min, Decimal) and number < item.min:
        text = _("“%(question)s”: %(given)s is less than %(least)s.")
        yield "too_small", Sentence(text, _of(item, given=value, least=_plain(item.min)))
    if isinstance(item.max, Decimal) and number > item.max:
        text = _("“%(question)s”: %(given)s is more than %(most)s.")
        yield "too_large", Sentence(text, _of(item, given=value, most=_plain(item.max)))


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _row_problems(question: Question, rows: Json) -> _Found:
    yield from _how_many(question, len(rows))
    for number, row in enumerate(rows, start=1):
        for column in question.columns:
            value = row.get(column.key)
            if value is not None:
                for code, sentence in _simple_problems(column, value):
                    text = _("“%(question)s”, row %(number)s: %(problem)s")
                    yield code, Sentence(text, _of(question, number=number, problem=sentence))
            elif column.required:
                text = _("“%(question)s”, row %(number)s: “%(column)s” is empty.")
                yield "missing", Sentence(text, _of(question, number=number, column=column.label))


def _language_problems(question: Question, rows: Json) -> _Found:
    yield from _how_many(question, len(rows))
    known, seen = datafiles.read("languages")["languages"], set()
    for number, row in enumerate(rows, start=1):
        tag = row.get("language")
        where = _of(question, number=number)
        if not tag:
            yield "missing", Sentence(_("“%(question)s”, row %(number)s: the language is missing."), where)
        elif tag not in known:
            text = _("“%(question)s”, row %(number)s: “%(given)s” is not a language of the list.")
            yield "no_language", Sentence(text, where | {"given": tag})
        elif tag in seen:
            yield "twice", Sentence(_("“%(question)s”, row %(number)s: this language is named twice."), where)
        seen.add(tag)
        levels = [row.get("spoken"), row.get("written")]
        if not any(levels):
            yield "missing", Sentence(_("“%(question)s”, row %(number)s: say how well, from A1 to C2."), where)
        if any(level and level not in (*LEVELS, NATIVE) for level in levels):
            yield "no_level", Sentence(_("“%(question)s”, row %(number)s: levels go from A1 to C2."), where)


def _commitment_problems(question: Question, value: Json) -> _Found:
    if value["wording"] != question.wording:
        text = _("The wording of “%(question)s” has changed since you agreed: please read it and agree again.")
        yield "other_wording", Sentence(text, _of(question))


def _file_problems(question: Question, value: Json) -> _Found:
    if not value.get("document"):
        yield "missing", Sentence(_MISSING[Type.FILE], _of(question))


def _signature_problems(question: Question, value: Json, on: date | None) -> _Found:
    if not value.get("name"):
        yield "missing", Sentence(_MISSING[Type.SIGNATURE], _of(question))
    elif not value.get("on"):
        yield "missing", Sentence(_("“%(question)s”: the day of the signature is missing."), _of(question))
    else:
        try:
            day = date.fromisoformat(value["on"])
        except ValueError:
            text = _("“%(given)s” in “%(question)s” is not a day: write for example 1985-07-30.")
            yield "no_day", Sentence(text, _of(question, given=value["on"]))
            return
        if on is not None and day > on:
            text = _("“%(question)s”: %(day)s is still to come. Write the day on which you sign.")
            yield "too_late", Sentence(text, _of(question, day=Day(day)))


def _somebody(question: Question, value: Json, own: frozenset[str]) -> _Found:
    address = value.get("email", "")
    if not value.get("name"):
        yield "missing", Sentence(_("“%(question)s”: the name is missing."), _of(question))
    if not address:
        # A committee is reached through the office; whoever else is asked needs an address.
        if question.type is Type.REFEREE or question.channel != "national_committee":
            yield "missing", Sentence(_("“%(question)s”: the e-mail address is missing."), _of(question))
    elif not _EMAIL.fullmatch(address):
        yield "no_address", Sentence(_("“%(given)s” is not an e-mail address."), {"given": address})
    elif address.casefold() in own:
        text = _("“%(question)s”: this is your own address. Name somebody else.")
        yield "own_address", Sentence(text, _of(question))


_WHOLE: Mapping[Type, Callable[[Question, Json], _Found]] = {
    Type.ROWS: _row_problems,
    Type.LANGUAGE_TABLE: _language_problems,
    Type.COMMITMENT: _commitment_problems,
    Type.FILE: _file_problems,
}
