"""What a list of members says of somebody who gives a number: a help to whoever screens, never a decision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tessera.applications.models import Application, Member, MemberList
from tessera.calls.eligibility import editing
from tessera.calls.questions import Form, Question, Type, asked_answers
from tessera.core.folding import fold
from tessera.core.sentences import Listed


@dataclass(frozen=True)
class MemberCheck:
    """What the list says, with how the page marks it."""

    number: str
    sentence: str
    kind: str


def number_of(text: str) -> str:
    """A number with its letters and digits alone: "A-12 345" is "A12345"."""
    return "".join(sign for sign in fold(text).upper() if sign.isalnum())[:60]


def asks_member_number(question: Question) -> bool:
    """Whether it asks for the number of a membership: a short text whose key says so."""
    named = question.key == "member_number" or question.key.endswith("_member_number")
    return question.type is Type.SHORT_TEXT and named


def list_for(call: Any) -> MemberList | None:
    """The list that counts for ``call``: its own, else the programme's; one query."""
    rows = {row.scope: row for row in MemberList.objects.filter(scope__in=("", call.code))}
    return rows.get(call.code) or rows.get("")


def member_check(application: Application, form: Form, answers: Mapping[str, Any]) -> MemberCheck | None:
    """What the list of its call says of the number that is given; None where the form asks for none, or there is no list.

    At most two queries. Years that a rule asks for are named where the list does not show them as paid.
    """
    question = next((one for one in form.questions if asks_member_number(one)), None)
    if question is None:
        return None
    kept = list_for(application.call)
    if kept is None:
        return None
    given = asked_answers(form, answers).get(question.key)
    number = number_of(given) if isinstance(given, str) else ""
    if not number:
        return MemberCheck("", _("No member number is given."), "due")
    member = Member.objects.filter(of=kept, number=number).first()
    if member is None:
        return MemberCheck(number, _("The number is not on the list of members."), "late")
    years = Listed(tuple(member.years))
    paid = _("on the list: paid %(years)s") % {"years": years} if member.years else _("on the list: no year paid")
    if not same_name(member.name, application.name):
        said = _("The name differs: the list says “%(name)s” (%(paid)s).") % {"name": member.name, "paid": paid}
        return MemberCheck(number, said, "due")
    missing = sorted(years_asked(application) - set(member.years))
    if missing:
        said = _("%(paid)s; not on the list as paid: %(missing)s") % {"paid": paid, "missing": Listed(tuple(missing))}
        return MemberCheck(number, said, "due")
    return MemberCheck(number, paid, "done" if member.years else "due")


def same_name(one: str, other: str) -> bool:
    """Whether two names can be one person's: every word of the shorter stands in the longer, in any order."""
    first, second = set(re.findall(r"\w+", fold(one))), set(re.findall(r"\w+", fold(other)))
    shorter, longer = sorted((first, second), key=len)
    return bool(shorter) and shorter <= longer


def years_asked(application: Application) -> set[int]:
    """The years for which the rules it was judged by ask dues."""
    version = application.rule_version
    rules = version.rules_of(application.strand)["rules"] if version else []
    return {
        int(year)
        for rule, _group in editing.walk(rules)
        if rule["kind"] == "membership"
        for year in (rule.get("params") or {}).get("years", ())
    }
