"""The public records of trainings and topics."""

from __future__ import annotations

from datetime import date
from typing import Any

from tessera.activity.documents import public_texts
from tessera.core import edtf
from tessera.core.folding import fold
from tessera.core.translated import best
from tessera.places.audiences import Audience, resolve_audience
from tessera.places.cities import city_names
from tessera.places.queries import SchemeInfo, reference
from tessera.programmes.documents import (
    LONG_TEXTS,
    dates_document,
    sources_named,
    training_document,
)
from tessera.programmes.models import Engagement, Source, Topic, Training
from tessera.programmes.queries import scheme_of
from tessera.programmes.texts import training_texts
from tessera.publications.services import Publication

type Json = dict[str, Any]
_REMARKS = ("note", "subregion")


def topic_publication(topic: Topic) -> Publication:
    """What the public sees of a topic."""
    shown, stale = public_texts("topic", topic.slug, {"name": dict(topic.name), "description": dict(topic.description)})
    card: Json = {"name": shown["name"], "order": topic.order}
    if stale:
        card["stale"] = stale
    return Publication(
        kind="topic",
        slug=topic.slug,
        card=card,
        facts=card | {"description": shown["description"]},
        names=shown["name"].values(),
        texts=shown["description"].values(),
        sort_name=f"{topic.order:05} {fold(best(shown['name'])[0])}",
        rehearsal=topic.rehearsal,
    )


def training_publication(training: Training) -> Publication:
    """What the public sees of a training: all of its facts but the editors' remarks and the texts in draft."""
    document = training_document(training)
    shown, stale = public_texts("training", training.slug, training_texts(document))
    card = _card(training, document, shown)
    if stale:
        card["stale"] = stale
    facts = card | _facts(training, document, shown)
    return Publication(
        kind="training",
        slug=training.slug,
        card=card,
        facts=facts,
        names=_names(card),
        texts=_texts(card, facts, scheme_of(training.programme, reference())),
        facets=_facets(card, facts),
        sort_on=training.starts_on,
        sort_name=fold(best(card["title"])[0]),
        rehearsal=training.rehearsal,
    )


def public_dates(text: str, basis: str = "") -> Json | None:
    """A date with its parts and the days between which it lies."""
    found = dates_document(text, basis)
    if found is None:
        return None
    read = edtf.parse(text)
    return found | {
        "from": read.earliest_start.isoformat() if read.earliest_start else None,
        "to": read.latest_end.isoformat() if read.latest_end else None,
    }


def regions_of(document: Json, scheme: SchemeInfo) -> list[str]:
    """Regions of ``scheme`` that hold a country of the audience or, where none is known, of the venues; in order."""
    places = reference()
    told = document["audience"]
    resolved = resolve_audience(
        Audience(
            told["scope"],
            frozenset(told["countries"]),
            frozenset(told.get("m49_subregions", ())),
            frozenset(told["unesco_regions"]),
        ),
        areas=places.area_countries,
        regions=places.home_regions,
    )
    countries = resolved.countries or frozenset(venue["country"] for venue in document["places"])
    return [region.code for region in scheme.regions if not countries.isdisjoint(region.countries)]


def _card(training: Training, document: Json, shown: dict[str, dict[str, str]]) -> Json:
    told = document["audience"]
    dates = public_dates(training.dates, training.dates_basis)
    card: Json = {
        "title": shown.get("title", {}),
        "summary": shown.get("summary", {}),
        "status": training.status,
        "dates": dates | {"tentative": training.tentative} if dates else None,
        "format": training.format,
        "places": [{"country": place["country"], "city": place["city"]} for place in document["places"]],
        "scope": told["scope"],
        "regions": regions_of(document, scheme_of(training.programme, reference())),
        "countries": told["countries"],
        "areas": told.get("m49_subregions", []),
        "languages": [spoken["code"] for spoken in document["languages"]],
        "topics": document["topics"],
        "participants": _heads(document["participants"]),
        "participant_countries": document["participants"]["countries_count"],
        "organisations": [[credit["organisation"], credit["role"]] for credit in document["organisations"]],
        "people": [[held["person"], held["role"]] for held in document["people"]],
        "order": training.order,
    }
    if shown.get("subtitle"):
        card["subtitle"] = shown["subtitle"]
    if told.get("language_area"):
        card["language_area"] = told["language_area"]
    return card


def _facts(training: Training, document: Json, shown: dict[str, dict[str, str]]) -> Json:
    told = document["audience"]
    counts = document["participants"]
    facts: Json = {
        "title_origin": {code: origin for code, origin in document["title_status"].items() if code in shown["title"]},
        "title_source": document.get("title_source", {}),
        "former_dates": [_former(item) for item in training.former_dates if item["edtf"]],
        "phases": [_phase(phase) for phase in document["phases"]],
        "sessions": _sessions(training, document, shown),
        "duration": document["duration_days"] if document["duration_days"]["value"] else None,
        "format_basis": training.format_basis,
        "teaching": document["languages"],
        "interpretation": document.get("interpretation", []),
        "venues": [{key: value for key, value in place.items() if key != "note"} for place in document["places"]],
        "methods": document["methods"],
        "audience": {
            "scope": told["scope"],
            "countries": told["countries"],
            "regions": told["unesco_regions"],
            "areas": told.get("m49_subregions", []),
            **{
                key: told[key]
                for key in ("language_area", "career_level", "disciplines", "networks", "basis")
                if key in told
            },
        },
        "counts": {
            "planned": _planned(counts["planned"]),
            "reported": counts["reported"],
            "resolved": counts["resolved"],
            "recorded": counts.get("recorded"),
            "countries": counts["countries_count"],
        },
        "capacity": document.get("capacity") and {"min": None, "max": None, **document["capacity"]},
        "credits": document["organisations"],
        "engagements": document["people"],
        "study_visits": document["study_visits"],
        "media_credits": [item["credit"] for item in document.get("media_credits", [])],
        "commitments": document["commitments"],
        "external": [_without_remarks(block) for block in document["external"]],
        "changed_at": training.changed_at.isoformat(),
    }
    facts |= {name: shown[name] for name in LONG_TEXTS if shown.get(name)}
    if shown.get("format.reason"):
        facts["format_reason"] = shown["format.reason"]
    if training.series:
        named, _stale = public_texts("series", training.series.slug, {"name": dict(training.series.name)})
        facts["series"] = {"slug": training.series.slug, **named}
    facts["sources"] = _sources(document, rehearsal=training.rehearsal)
    return facts


def _former(item: Json) -> Json:
    optional = {key: item[key] for key in ("reason", "language", "changed_on") if item.get(key)}
    return {"edtf": item["edtf"], "precision": edtf.parse(item["edtf"]).precision} | optional


def _phase(phase: Json) -> Json:
    optional = {key: phase[key] for key in ("sessions", "time_zone") if phase.get(key)}
    return {"mode": phase["mode"], "dates": public_dates(phase.get("edtf", ""))} | optional


def _sessions(training: Training, document: Json, shown: dict[str, dict[str, str]]) -> list[Json]:
    rows = sorted(training.sessions.all(), key=lambda session: (session.order, session.pk))
    found = []
    for n, (row, session) in enumerate(zip(rows, document["sessions"], strict=True)):
        optional = {
            "starts": row.starts_at.isoformat() if row.starts_at else None,
            "ends": row.ends_at.isoformat() if row.ends_at else None,
            "room": row.room,
            "trainers": list(row.trainers),
        }
        item = {"title": shown.get(f"sessions[{n}].title", {}), "kind": row.kind}
        item |= {key: value for key, value in optional.items() if value}
        found.append(item | ({"phase": session["phase"]} if "phase" in session else {}))
    return found


def _planned(planned: Json | None) -> Json | None:
    if not planned:
        return None
    only = planned.get("value")
    return {"min": planned.get("min", only), "max": planned.get("max", only)}


def _heads(counts: Json) -> Json | None:
    """How many took part, as far as is known; a range where sources differ."""
    if counts.get("recorded") is not None:
        return {"kind": "recorded", "min": counts["recorded"], "max": counts["recorded"], "differ": False}
    if counts["resolved"] is not None:
        return {"kind": "reported", "min": counts["resolved"], "max": counts["resolved"], "differ": False}
    values = [item["value"] for item in counts["reported"]]
    if values:
        return {"kind": "reported", "min": min(values), "max": max(values), "differ": len(set(values)) > 1}
    planned = _planned(counts["planned"])
    return {"kind": "planned", **planned, "differ": False} if planned else None


def _without_remarks(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_remarks(part)
            for key, part in value.items()
            if key not in _REMARKS and not key.endswith("_note")
        }
    return [_without_remarks(part) for part in value] if isinstance(value, list) else value


def _sources(document: Json, *, rehearsal: bool) -> Json:
    """The sources that the record names, and the primary ones of a real training: nothing invented follows them."""
    named, found = sources_named(document), {}
    for source in Source.objects.order_by("order", "code"):
        if source.code in named or (source.kind == "primary" and not rehearsal):
            optional = {"publisher": source.publisher, "url": source.url, "language": source.language}
            found[source.code] = {"title": source.title} | {key: text for key, text in optional.items() if text}
    return found


def _names(card: Json) -> list[str]:
    countries = reference().countries
    names = [*card["title"].values(), *card.get("subtitle", {}).values()]
    for place in card["places"]:
        names += [*city_names(place["city"] or "", place["country"]), *countries[place["country"]].name.values()]
    return names


def _texts(card: Json, facts: Json, scheme: SchemeInfo) -> list[str]:
    places = reference()
    texts = [*card["summary"].values()]
    for name in LONG_TEXTS:
        texts += facts.get(name, {}).values()
    for session in facts["sessions"]:
        texts += session["title"].values()
    for region in scheme.regions:
        if region.code in card["regions"]:
            texts += region.name.values()
    for code in card["areas"]:
        texts += places.areas[code].name.values() if code in places.areas else []
    for code in card["countries"]:
        texts += places.countries[code].name.values()
    return texts


def _facets(card: Json, facts: Json) -> dict[str, list[str]]:
    dates = card["dates"]
    years: list[str] = []
    if dates:
        first, last = date.fromisoformat(dates["from"]).year, date.fromisoformat(dates["to"]).year
        years = [str(year) for year in range(first, min(last, first + 20) + 1)]
    sessions = [slug for session in facts["sessions"] for slug in session.get("trainers", [])]
    return {
        "region": card["regions"],
        "country": [place["country"] for place in card["places"]] + card["countries"],
        "language": card["languages"],
        "topic": card["topics"],
        "year": years,
        "format": [card["format"]],
        "status": [card["status"]],
        "trainer": [slug for slug, role in card["people"] if role == Engagement.Role.TRAINER] + sessions,
        "person": [slug for slug, _role in card["people"]] + sessions,
        "organisation": [slug for slug, _role in card["organisations"]] + facts["study_visits"],
        "series": [facts["series"]["slug"]] if "series" in facts else [],
    }
