"""The part of the rehearsal data that is about applications: drafts, submitted, withdrawn, and such to transmit."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from typing import Any

from django.db import transaction
from django.utils import timezone

from tessera.accounts.models import User
from tessera.accounts.names import folded_names
from tessera.activity.models import Activity
from tessera.activity.services import record
from tessera.applications.models import Answer, Application
from tessera.applications.services import requests
from tessera.applications.services.erasing import delete_files
from tessera.applications.services.verdicts import judge_again
from tessera.calls.models import Call
from tessera.calls.queries import latest_form, latest_rules
from tessera.core.models import LoadedRecord
from tessera.programmes.rehearsal import SOURCE

_DAY = re.compile(r"(?<=\")@(-?\d+)(?=\")")


def load(day: date, at: datetime) -> list[str]:
    """Bring them in once, with their days counted from ``day``; returns what was made. What was removed stays away."""
    _seen, fresh = LoadedRecord.objects.get_or_create(
        source=SOURCE, kind="applications", key="all", defaults={"loaded_at": at}
    )
    return [made for row in _data(day) if fresh and (made := _application(row))]


def remove() -> dict[str, int]:
    """Remove every application to a rehearsal call with its files and its history."""
    found = Application.objects.filter(call__rehearsal=True)
    numbers = list(found.values_list("number", flat=True))
    for row in found:
        delete_files(row, at=timezone.now())
    Activity.objects.filter(object_type="application", object_key__in=numbers).delete()
    found.delete()
    return {"application": len(numbers)} if numbers else {}


@transaction.atomic
def _application(row: dict[str, Any]) -> str:
    call = Call.objects.filter(code=row["call"], rehearsal=True).first()
    user = User.objects.filter(email__iexact=row["user"], rehearsal=True).first() if "user" in row else None
    if call is None or ("user" in row and user is None) or Application.objects.filter(number=row["number"]).exists():
        return ""
    started = _at(row["started"])
    submitted = _at(row["submitted"]) if "submitted" in row else None
    strand = call.strands.order_by("order", "pk").values_list("key", flat=True)[0]
    made = Application.objects.create(
        number=row["number"], call=call, strand=strand, applicant=user, language=row["language"], status=row["status"],
        name=row["name"], names_folded=folded_names(row["name"]), email=user.email if user else row["email"],
        country_id=row["country"], institution=row["institution"], started_at=started, saved_at=submitted or started,
        submitted_at=submitted, status_at=submitted or started, revision=1, rehearsal=True,
        form_version=latest_form(call) if submitted else None, rule_version=latest_rules(call) if submitted else None,
    )  # fmt: skip
    Answer.objects.bulk_create(
        Answer(application=made, question=key, value=value, saved_at=submitted or started, revision=1)
        for key, value in row["answers"].items()
    )
    record(
        f"application.{row['status']}", made, by=user, actor=row["name"], at=submitted or started, after=row["status"],
        public=False,
    )  # fmt: skip
    if submitted:
        judge_again(made, at=submitted)
        for question in row.get("ask", ()):
            asked = requests.ask(made, question, by=None, at=submitted)
            if question in row.get("given", ()):
                requests.give(
                    asked, opinion="full", by=None, at=submitted + timedelta(days=1), **row["given"][question]
                )
    return f"application {made.number}"


def _at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(10), UTC)


def _data(day: date) -> list[dict[str, Any]]:
    text = resources.files("tessera.applications").joinpath("data", "rehearsal.json").read_text("utf-8")
    dated = _DAY.sub(lambda match: (day + timedelta(days=int(match[1]))).isoformat(), text)
    found: list[dict[str, Any]] = json.loads(dated)["applications"]
    return found
