"""A list of members: read and checked whole, replaced whole, deleted by hand or a year after it came."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.accounts.models import User
from tessera.activity.services import record
from tessera.applications.members import number_of
from tessera.applications.models import Member, MemberList
from tessera.applications.tables import Line
from tessera.calls.models import Call
from tessera.core.errors import DomainError
from tessera.core.folding import clean, fold
from tessera.places import datafiles
from tessera.web.punctuation import labelled

KEPT = timedelta(days=365)
FIRST_YEAR, LAST_YEAR = 1946, 2100
NEEDED = ("number", "name")
OWN = ("number", "name", "country", "years")
OTHER_NAMES = {"member_number": "number", "years_paid": "years", "full_name": "name"}


class NotClean(DomainError):
    message = gettext_lazy("Nothing was written: some rows cannot be taken as they are.")


@dataclass
class Row:
    """One row: what it says, and what is wrong with it."""

    line: int
    number: str
    name: str
    country: str = ""
    years: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """A whole file, read and checked; ``faults`` concern all of it, ``left_out`` are columns that are not kept."""

    rows: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.faults and bool(self.rows) and not self.wrong

    @property
    def wrong(self) -> list[Row]:
        return [row for row in self.rows if row.problems]


def plan_members(heading: list[str], lines: Iterable[Line]) -> Plan:
    """Read every row and say everything that is wrong; nothing is written."""
    plan = Plan()
    names = {name: _column(name) for name in heading if name}
    plan.left_out = [name for name, column in names.items() if column not in OWN]
    found = [column for column in names.values() if column in OWN]
    plan.faults = [_("The column “%(name)s” is missing.") % {"name": name} for name in NEEDED if name not in found]
    if len(found) != len(set(found)):
        plan.faults.append(_("A column stands twice."))
    if plan.faults:
        return plan
    countries = datafiles.read("countries")["countries"]
    codes = {fold(name): code for code, one in countries.items() for name in one["name"].values()}
    codes |= {fold(code): code for code in countries}
    seen: dict[str, int] = {}
    for line in lines:
        cells = {_column(name): clean(text, lines=False) for name, text in line.cells.items()}
        row = Row(line.number, number_of(cells.get("number", "")), cells.get("name", "")[:300])
        for name in NEEDED:
            if not getattr(row, name):
                row.problems.append(_("“%(name)s” is empty.") % {"name": name})
        if row.number and row.number in seen:
            said = _("The number stands already in line %(line)s.") % {"line": seen[row.number]}
            row.problems.append(labelled("number", said))
        seen.setdefault(row.number, row.line)
        _country(row, cells.get("country", ""), codes)
        _years(row, cells.get("years", ""))
        plan.rows.append(row)
    return plan


@transaction.atomic
def replace_members(call: Call | None, plan: Plan, *, by: User, at: datetime) -> MemberList:
    """Put a clean list in the place of the one of the programme or of ``call``; NotClean changes nothing.

    Of two that are confirmed at once the later one stands.
    """
    if not plan.clean:
        raise NotClean
    scope = call.code if call is not None else ""
    made, _new = MemberList.objects.select_for_update().get_or_create(
        scope=scope, defaults={"call": call, "uploaded_at": at, "uploaded_by": by}
    )
    made.uploaded_at, made.uploaded_by = at, by
    made.save(update_fields=["uploaded_at", "uploaded_by"])
    made.members.all().delete()
    Member.objects.bulk_create(
        [
            Member(of=made, number=row.number, name=row.name, country_id=row.country or None, years=row.years)
            for row in plan.rows
        ],
        batch_size=1000,
    )
    record("members.replaced", call or made, by=by, at=at, after=str(len(plan.rows)), public=False)
    return made


@transaction.atomic
def delete_members(found: MemberList, *, by: User | None, at: datetime) -> int:
    """Delete a list with everybody on it; a second time changes nothing. Returns how many were on it."""
    row = MemberList.objects.select_for_update().filter(pk=found.pk).first()
    if row is None:
        return 0
    count = row.members.count()
    record("members.deleted", row.call or row, by=by, at=at, before=str(count), public=False)
    row.delete()
    return count


def tidy_members(*, at: datetime) -> int:
    """Delete the lists that were kept for a year; returns how many lists."""
    old = list(MemberList.objects.filter(uploaded_at__lte=at - KEPT).order_by("pk"))
    for row in old:
        delete_members(row, by=None, at=at)
    return len(old)


def _column(name: str) -> str:
    key = fold(name).replace(" ", "_")
    return OTHER_NAMES.get(key, key)


def _country(row: Row, given: str, codes: dict[str, str]) -> None:
    row.country = codes.get(fold(given), "") if given else ""
    if given and not row.country:
        said = _("“%(given)s” is not a country or territory of the list.") % {"given": given}
        row.problems.append(labelled("country", said))


def _years(row: Row, given: str) -> None:
    parts = [part for part in re.split(r"[\s,;/]+", given) if part]
    for part in parts:
        if not (part.isascii() and part.isdecimal() and len(part) == 4 and FIRST_YEAR <= int(part) <= LAST_YEAR):
            said = _("“%(given)s” is not a year: write for example 2026, several with a semicolon between them.")
            row.problems.append(labelled("years", said % {"given": part[:40]}))
            return
    row.years = sorted({int(part) for part in parts})


def kept_rows(plan: Plan) -> list[list[Any]]:
    """A plan in a form that can wait for a confirmation."""
    return [[row.line, row.number, row.name, row.country, row.years] for row in plan.rows]


def plan_of(kept: Iterable[Any]) -> Plan:
    """The plan that `kept_rows` put away."""
    return Plan([Row(*one) for one in kept])
