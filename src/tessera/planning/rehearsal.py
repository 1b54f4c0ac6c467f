"""Planning's part of the rehearsal data: invented proposals, what trainers said, one scenario."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

from tessera.accounts.models import Person
from tessera.activity.models import Activity
from tessera.activity.services import record
from tessera.core.codes import new_code
from tessera.core.models import LoadedRecord
from tessera.planning.models import Proposal, Scenario, TrainerProfile
from tessera.planning.queries.coverage import is_plannable
from tessera.planning.services.roster import save_profile
from tessera.planning.services.scenarios import ask_scenario
from tessera.programmes.queries import programme
from tessera.programmes.rehearsal import SOURCE

_DAY = re.compile(r"@(-?\d+)(m?)")


def load(day: date, at: datetime) -> list[str]:
    """Bring it in once, with its days counted from ``day``; returns what was made. What was removed stays away."""
    _seen, fresh = LoadedRecord.objects.get_or_create(
        source=SOURCE, kind="planning", key="all", defaults={"loaded_at": at}
    )
    if not fresh:
        return []
    data = _data(day)
    made = [_proposal(row, at) for row in data["proposals"] if not Proposal.objects.filter(code=row["code"]).exists()]
    for row in data["trainers"]:
        person = Person.objects.filter(slug=row["person"], rehearsal=True).first()
        if person is not None and not TrainerProfile.objects.filter(person=person).exists():
            periods = [(k, date.fromisoformat(a), date.fromisoformat(b), note) for k, a, b, note in row["periods"]]
            save_profile(person, {"note": "", **row}, [], periods, by=None, at=at, expected_version=0)
            made.append(f"trainer {person.slug}")
    if not is_plannable(programme()):
        return made
    scenario = dict(data["scenario"])
    limits: dict[str, Any] = {
        "on": day.isoformat(), "rule": "strict", "currency": "EUR", "budget": None, "open_cost": None, "shared": None,
        "keep_dates": True, "trainers": [], "funders": [],
        "proposals": sorted(Proposal.objects.open().filter(rehearsal=True).values_list("code", flat=True)),
    }  # fmt: skip
    name = scenario.pop("name")
    made.append(f"scenario {ask_scenario(name, {**limits, **scenario}, by=None, at=at, rehearsal=True).code}")
    return made


def remove() -> dict[str, int]:
    """Remove every rehearsal proposal and scenario with its history; profiles go with their people."""
    counts = {}
    for kind, rows in (("proposal", Proposal.objects.all()), ("scenario", Scenario.objects.all())):
        found = rows.filter(rehearsal=True)
        codes = list(found.values_list("code", flat=True))
        Activity.objects.filter(object_type=kind, object_key__in=codes).delete()
        found.delete()
        if codes:
            counts[kind] = len(codes)
    people = Person.objects.filter(rehearsal=True, trainer_profile__isnull=False).values_list("slug", flat=True)
    Activity.objects.filter(object_type="trainerprofile", object_key__in=list(people)).delete()
    return counts


def _data(day: date) -> dict[str, Any]:
    text = resources.files("tessera.planning").joinpath("data", "rehearsal.json").read_text("utf-8")

    def dated(match: re.Match[str]) -> str:
        then = (day + timedelta(days=int(match[1]))).isoformat()
        return then[:7] if match[2] else then

    found: dict[str, Any] = json.loads(_DAY.sub(dated, text))
    return found


def _proposal(row: dict[str, Any], at: datetime) -> str:
    state, reason = row["state"], row.get("reason", "")
    decided = at if state in (Proposal.State.ACCEPTED, Proposal.State.DECLINED) else None
    facts = {key: value for key, value in row.items() if key not in ("country", "reason")}
    made = Proposal.objects.create(
        **facts, country_id=row["country"], seed=new_code(16), sent_at=at, confirmed_at=at, decided_at=decided,
        reason=reason, rehearsal=True,
    )  # fmt: skip
    record("proposal.received", made, by=None, actor=made.organisation, at=at, after="received", public=False)
    return f"proposal {made.code}"
