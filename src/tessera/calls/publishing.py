"""The public record of a call."""

from __future__ import annotations

import re
from typing import Any

from tessera.activity.documents import public_texts, texts_at
from tessera.activity.models import Activity
from tessera.calls.documents import CALL_TEXTS, TEXTS, call_document, deadline_of, strands_of
from tessera.calls.models import Call, DateChange, FormVersion, RuleVersion, Status
from tessera.core.folding import fold
from tessera.core.translated import best
from tessera.publications.services import Publication

type Json = dict[str, Any]

# What people may have counted on, by the places in the document of a call; names and notes are texts.
TERMS = {
    "packages": re.compile(r"packages(?!\[\d+\]\.(?:name|note)\b)"),
    "limits": re.compile(r"limits\b"),
    "places": re.compile(r"strands\[\d+\]\.(?:places|packages)\b"),
}


def call_texts(document: Json) -> dict[str, dict[str, str]]:
    """Every text of a call by its path; the title is there even when it is empty."""
    return {"title": {}} | texts_at(document, CALL_TEXTS)


def call_publication(call: Call) -> Publication:
    """What the public sees of a call, its questions and rules included; texts in draft are left out."""
    document = call_document(call)
    shown, stale = public_texts("call", call.code, call_texts(document))
    off = call.training_is_off and call.status not in (Status.DRAFT, Status.ARCHIVED)
    status = Status.CANCELLED.value if off else call.status  # before the office cancels it, too
    card: Json = {
        "title": shown["title"],
        "summary": shown.get("summary", {}),
        "status": status,
        "training": call.training.slug,
        "opens_at": _iso(call.first_opens_at),
        "closes_at": _iso(call.last_closes_at),
        "deadline": _last_deadline(call),
        "main_language": call.main_language,
    }
    if stale:
        card["stale"] = stale
    form = FormVersion.objects.filter(call=call).order_by("-number").first()
    rules = RuleVersion.objects.filter(call=call).order_by("-number").first()
    facts: Json = card | {
        **{name: shown.get(name, {}) for name in TEXTS},
        "answer_languages": document["answer_languages"],
        "contact": call.contact,
        "channel": call.channel,
        "opens_at": _iso(call.opens_at),
        "deadline": _deadline(call),
        "timeline": document.get("timeline", {}),
        "limits": document.get("limits", {}),
        "fee": document.get("fee", {}),
        "packages": [
            package | {name: shown.get(f"packages[{n}].{name}", {}) for name in ("name", "note") if name in package}
            for n, package in enumerate(document.get("packages", []))
        ],
        "strands": [_strand(call, n, strand, shown) for n, strand in enumerate(document["strands"])],
        "form": {"number": form.number, "document": form.document} if form else None,
        "rules": {"number": rules.number, "document": rules.document} if rules else None,
        "date_changes": [
            {"kind": change.kind, "on": change.at.date().isoformat(), "before": change.before, "after": change.after}
            for change in DateChange.objects.filter(call=call).order_by("at", "pk")
        ],
        "terms_changed": _terms_changed(call),
        "training_off": off,
        "changed_at": call.changed_at.isoformat(),
    }
    return Publication(
        kind="call",
        slug=call.code,
        card=card,
        facts=facts,
        names=[*card["title"].values(), *(text for s in facts["strands"] for text in s["name"].values())],
        texts=[text for name in TEXTS if name != "title" for text in facts[name].values()],
        facets={"training": [call.training.slug], "call_status": [status]},
        sort_on=call.last_closes_at.date() if call.last_closes_at else None,
        sort_name=fold(best(card["title"])[0]),
        rehearsal=call.rehearsal,
    )


def _terms_changed(call: Call) -> list[Json]:
    """The days since it was published on which `TERMS` changed, and which of them."""
    rows = Activity.objects.filter(object_type="call", object_key=call.code)
    published = rows.filter(verb="call.published").order_by("-pk").values_list("pk", flat=True).first()
    if published is None:
        return []
    found: dict[tuple[str, str], None] = {}
    for at, changes in rows.filter(pk__gt=published).order_by("pk").values_list("at", "changes"):
        for what, place in TERMS.items():
            if any(place.match(path) for path in changes):
                found[at.date().isoformat(), what] = None
    return [{"on": on, "what": what} for on, what in found]


def _strand(call: Call, n: int, document: Json, shown: dict[str, dict[str, str]]) -> Json:
    row = strands_of(call)[n]
    found: Json = {
        "key": row.key,
        "name": shown.get(f"strands[{n}].name", {}),
        "audience": shown.get(f"strands[{n}].audience", {}),
        "places": document.get("places", {}),
        "packages": document.get("packages", []),
        "opens_at": _iso(row.opens_at or call.opens_at),
        "deadline": _deadline(row) or _deadline(call),
    }
    return found


def _deadline(row: Any) -> Json | None:
    """The minute as its clock shows it, and the first instant after it."""
    found = deadline_of(row)
    if found is None:
        return None
    return {
        "day": found.day.isoformat(),
        "time": f"{found.minute:%H:%M}",
        "zone": found.zone,
        "fold": found.fold,
        "closes_at": found.closes_at.isoformat(),
    }


def _last_deadline(call: Call) -> Json | None:
    """The deadline after which nobody can apply: of the strands the latest, each its own or the call's."""
    own = [_deadline(strand) or _deadline(call) for strand in strands_of(call)]
    found = [deadline for deadline in own if deadline]
    return max(found, key=lambda deadline: str(deadline["closes_at"])) if found else None


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
