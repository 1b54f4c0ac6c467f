"""The part of the rehearsal data that is about calls: two that are open, in their own ways, and a draft of a host."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

from django.db import transaction

from tessera.activity.documents import texts_at
from tessera.activity.models import Activity
from tessera.calls import services
from tessera.calls.documents import CALL_TEXTS
from tessera.calls.models import Call
from tessera.calls.questions.bank import bank, default_document
from tessera.core.models import LoadedRecord, TranslationState
from tessera.programmes.models import Training
from tessera.programmes.rehearsal import SOURCE
from tessera.publications.services import withdraw_record

_DAY = re.compile(r"(?<=\")@(-?\d+)(?=\")")


def load(day: date, at: datetime) -> list[str]:
    """Bring it in once, with its days counted from ``day``; returns what was made. What was removed stays away."""
    _seen, fresh = LoadedRecord.objects.get_or_create(
        source=SOURCE, kind="calls", key="all", defaults={"loaded_at": at}
    )
    return [made for row in _data(day)["calls"] if fresh and (made := _call(row, at))]


def remove() -> dict[str, int]:
    """Remove every rehearsal call with its form, rules, texts, history and page."""
    codes = list(Call.objects.filter(rehearsal=True).values_list("code", flat=True))
    for code in codes:
        withdraw_record("call", code)
    Call.objects.filter(code__in=codes).delete()
    TranslationState.objects.filter(object_type="call", object_key__in=codes).delete()
    Activity.objects.filter(object_type="call", object_key__in=codes).delete()
    return {"call": len(codes)} if codes else {}


def _call(row: dict[str, Any], at: datetime) -> str:
    document = row["document"]
    training = Training.objects.filter(slug=document["training"], rehearsal=True).first()
    if training is None or Call.objects.filter(code=document["id"]).exists():
        return ""
    form = default_document((training.starts_on or at.date()).year)
    asked = {one.document["key"]: one.document for one in bank(at.year)}
    form["steps"][3]["questions"] += [asked[key] for key in row.get("questions", ())]
    with transaction.atomic():
        states = {
            f"{path}.{code}": "current" for path, texts in texts_at(document, CALL_TEXTS).items() for code in texts
        }
        made = services.save_call(document, by=None, at=at, states=states).obj
        services.save_form(made, form, by=None, at=at)
        services.save_rules(made, row["rules"], by=None, at=at)
        if not row.get("draft"):
            services.publish_call(made, by=None, at=at)
    return f"call {made.code}"


def _data(day: date) -> dict[str, Any]:
    text = resources.files("tessera.calls").joinpath("data", "rehearsal.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(_DAY.sub(lambda match: (day + timedelta(days=int(match[1]))).isoformat(), text))
    return found
