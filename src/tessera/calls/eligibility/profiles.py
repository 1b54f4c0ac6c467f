"""From answers to what the eligibility rules ask about a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from tessera.calls.eligibility.model import Language, Profile
from tessera.calls.questions.bank import usual_questions
from tessera.calls.questions.cleaning import clean_answer
from tessera.calls.questions.conditions import asked_answers
from tessera.calls.questions.model import Answers, Form, Json, Question, Type


def profile(form: Form, answers: Answers, **records: Any) -> Profile:
    """The facts that the shown questions give; ``records`` adds what only the records know (prior_editions,
    sister_applications, endorsement), as `Profile` has them.

    An answer that cannot be read, or that is not given, is not a fact.
    """
    given = asked_answers(form, answers)
    facts: dict[str, Any] = {}
    for question in form.questions:
        if question.fact and question.key in given:
            value = clean_answer(question, given[question.key])
            if value is not None and (fact := _READ[question.fact](question, value)) is not None:
                facts[question.fact] = fact
    earlier = facts.pop("earlier_grant", None)
    if earlier == "no":
        facts["earlier_grant_on"] = "never"
    known = {name: value for name, value in records.items() if value is not None}
    if "prior_editions" in known:  # what the applicant says beside what is on record here
        known["prior_editions"] |= facts.get("prior_editions", frozenset())
    return Profile(**facts | known)


def option_names(form: Form) -> dict[str, dict[str, Mapping[str, str]]]:
    """What the keys of options are called, by the fact that they give; of a team, the functions."""
    return _names_in(form.questions)


def usual_option_names() -> dict[str, dict[str, Mapping[str, str]]]:
    """The same of the question bank, for calls whose own form does not ask; years go without a name."""
    return _names_in(usual_questions())


def _names_in(questions: Iterable[Question]) -> dict[str, dict[str, Mapping[str, str]]]:
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for question in questions:
        if question.fact:
            column = next((column for column in question.columns if column.type is Type.CHOICE), None)
            options = column.options if column else question.options
            if options:
                found[question.fact] = {option.key: option.label for option in options}
    return found


def _day(question: Question, value: Json) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _key(question: Question, value: Json) -> str | None:
    known = [option.key for option in question.options]
    return value if not known or value in known else None


def _keys(question: Question, value: Json) -> frozenset[str]:
    known = {option.key for option in question.options}
    return frozenset(item for item in value if item in known)


def _numbers(question: Question, value: Json) -> frozenset[int]:
    """Option keys that are numbers; others ("none") say that there is none."""
    return frozenset(int(key) for key in _keys(question, value) if key.isdecimal())


def _country(question: Question, value: Json) -> str | None:
    return value if len(value) == 2 and value.isascii() and value.isupper() else None


def _nationality(question: Question, value: Json) -> frozenset[str] | None:
    codes = [value] if isinstance(value, str) else value
    return frozenset(code for code in codes if _country(question, code)) or None


def _years(question: Question, value: Json) -> int | None:
    """Whole years: "2.5" is two."""
    whole = str(value).partition(".")[0]
    return int(whole) if whole.isdecimal() and len(whole) < 3 else None


def _languages(question: Question, value: Json) -> dict[str, Language]:
    return {
        row["language"]: Language(row.get("spoken", ""), row.get("written", "")) for row in value if row.get("language")
    }


def _team(question: Question, value: Json) -> tuple[str, ...] | None:
    for column in question.columns:
        if column.type is Type.CHOICE:
            return tuple(row[column.key] for row in value if row.get(column.key))
    return None


_READ: Mapping[str, Callable[[Question, Json], Any]] = {
    "birth_date": _day,
    "country_of_work": _country,
    "nationality": _nationality,
    "city": lambda question, value: value,
    "membership": _key,
    "dues_years": _numbers,
    "post_level": _key,
    "employer_kind": _key,
    "languages": _languages,
    "years_of_experience": _years,
    "earlier_grant": _key,
    "earlier_grant_on": _day,
    "certificates": _keys,
    "prior_editions": _numbers,
    "team": _team,
}
