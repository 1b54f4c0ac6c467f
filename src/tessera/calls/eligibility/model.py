"""The shapes of eligibility: rules, what is known of a person, and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from tessera.core.sentences import Sentence
from tessera.core.translated import Translated

# In the place of a day or of years that the copy of a call left out: nobody is judged by it, and no call goes out with it.
TO_SET = "?"

Weight = Literal["hard", "priority", "person"]
WEIGHTS: tuple[Weight, ...] = ("hard", "priority", "person")


class Outcome(StrEnum):
    """Worst first: a group of "all of" is as bad as its worst member, one of "any of" as good as its best."""

    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    PERSON = "person"
    MET = "met"


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition, or a group of them (``kind`` all_of or any_of, with ``rules``). ``params`` are as the kind reads them.

    ``reason`` is what the office says about it in its own words. The members of a group have the weight of the group.
    """

    key: str
    kind: str
    weight: Weight
    params: Mapping[str, Any] = field(default_factory=dict)
    reason: Translated = field(default_factory=Translated)
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """How well somebody speaks and writes a language: A1 to C2, "native", or "" where it is not said."""

    spoken: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of one person. None: not known; an empty set or tuple: known to be none.

    ``membership`` is one of member, new_member, will_join, none; ``dues_years`` the years for which dues are paid.
    ``earlier_grant_on`` is the day of the last grant, or "never". ``prior_editions`` says how many editions ago the
    person took part (1 is the last one); ``sister_applications`` the codes of other calls with a file of this person.
    ``team`` holds one function for each member. ``endorsement`` is asked, given, in_place (given by somebody in the place
    of a committee), refused, expired, no_channel or not_asked: one for all channels, or one for each by its name.
    """

    birth_date: date | None = None
    country_of_work: str | None = None
    nationality: frozenset[str] | None = None
    city: str | None = None
    membership: str | None = None
    dues_years: frozenset[int] | None = None
    post_level: str | None = None
    employer_kind: str | None = None
    languages: Mapping[str, Language] | None = None
    years_of_experience: int | None = None
    earlier_grant_on: date | Literal["never"] | None = None
    certificates: frozenset[str] | None = None
    team: tuple[str, ...] | None = None
    prior_editions: frozenset[int] | None = None
    sister_applications: frozenset[str] | None = None
    endorsement: str | Mapping[str, str] | None = None


# Learnt from the records and not from the applicant: not knowing them yet keeps nobody from submitting.
OWN_RECORDS = ("prior_editions", "sister_applications", "endorsement")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one person, with the numbers it was found by.

    ``facts`` are the names of what it looked at, ``missing`` those that are not known. ``waived``: a person let it pass;
    the outcome stays what it is. ``any_of``: one of its ``parts`` is enough.
    """

    rule: str
    weight: Weight
    outcome: Outcome
    sentence: Sentence
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    parts: tuple[Verdict, ...] = ()
    reason: Translated = field(default_factory=Translated)
    waived: bool = False
    any_of: bool = False
