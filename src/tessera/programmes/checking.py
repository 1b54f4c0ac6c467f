"""What a training's document may say (DOMAIN §3.1, §9); its canonical form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tessera.core.checks import Checked
from tessera.core.edtf import Edtf
from tessera.organisations.documents import checked_day, checked_origins
from tessera.programmes.checking_parts import (
    checked_audience,
    checked_credits,
    checked_external,
    checked_languages,
    checked_participants,
    checked_places,
)
from tessera.programmes.checking_schedule import checked_phases, checked_sessions
from tessera.programmes.documents import LONG_TEXTS, dates_document
from tessera.programmes.known import Known
from tessera.programmes.models import Basis, Credit, Engagement, Mode, Status

type Document = dict[str, Any]

TITLE_LIMIT, SUMMARY_LIMIT, TEXT_LIMIT = 300, 1200, 8000
METHODS = ("lecture", "workshop", "discussion", "participatory_activity", "seminar", "study_visit", "peer_exchange")
# A training in these states has dates, at least to the month.
DATED = (Status.ANNOUNCED, Status.IN_DELIVERY, Status.DELIVERED, Status.FOLLOWED_UP, Status.CLOSED)
FIRST = (Status.PROPOSED, Status.PLANNED)
_KEYS = (
    "id", "order_on_page", "title", "title_status", "title_source", "subtitle", "status", "summary", *LONG_TEXTS,
    "dates", "tentative", "former_dates", "phases", "duration_days", "format", "languages", "interpretation", "places",
    "topics", "methods", "audience", "participants", "capacity", "organisations", "people", "media_credits",
    "sessions", "study_visits", "commitments", "has_detail_page", "issues", "external", "series",
)  # fmt: skip


def checked_training(
    document: Mapping[str, Any], before: Document | None, known: Known, *, any_status: bool = False
) -> tuple[Document, dict[str, list[str]]]:
    """(the document in canonical form, errors by path).

    A new training is proposed or planned, and a saved one keeps its status, unless ``any_status`` (a file).
    """
    see = Checked()
    given = see.mapping(document, "", _KEYS)
    title = see.texts(given.get("title"), "title", limit=TITLE_LIMIT)
    if not title:
        see.wrong("title", _("Write the title in at least one language."))
    status = _status(see, given.get("status"), before, any_status=any_status)
    basis, dates = _dates(see, given.get("dates"), status)
    phases, windows = checked_phases(see, given.get("phases"), dates)
    canonical: Document = {
        "id": see.text(given.get("id"), "id", limit=120),
        "title": title,
        "title_status": checked_origins(see, given.get("title_status"), "title_status", title),
        "status": status,
        "summary": see.texts(given.get("summary"), "summary", limit=SUMMARY_LIMIT, lines=True),
        "dates": dates_document(str(dates), basis) if dates else None,
        "phases": phases,
        "duration_days": _duration(see, given.get("duration_days")),
        "format": _format(see, given.get("format")),
        "languages": checked_languages(see, given.get("languages"), known),
        "places": checked_places(see, given.get("places"), known),
        "topics": _keys(see, given, "topics", known.topics, _("There is no topic “%(given)s”.")),
        "methods": _keys(see, given, "methods", METHODS, _("“%(given)s” is not a method.")),
        "audience": checked_audience(see, given.get("audience"), known),
        "participants": checked_participants(see, given.get("participants"), known),
        "organisations": checked_credits(
            see,
            given.get("organisations"),
            "organisation",
            known.organisations,
            Credit.Role,
            _("There is no organisation “%(given)s”."),
        ),
        "people": checked_credits(
            see, given.get("people"), "person", known.people, Engagement.Role, _("There is no person “%(given)s”.")
        ),
        "sessions": checked_sessions(see, given.get("sessions"), phases, windows, known),
        "study_visits": _keys(
            see, given, "study_visits", known.organisations, _("There is no organisation “%(given)s”.")
        ),
        "commitments": see.mapping(given.get("commitments"), "commitments"),
        "has_detail_page": bool(given.get("has_detail_page")),
        "issues": _lines(see, given.get("issues"), "issues"),
        "external": checked_external(see, given.get("external"), known),
    }
    optional = _optional(see, given, known, title)
    canonical |= {key: value for key, value in optional.items() if value not in (None, "", [], {}, False)}
    return canonical, see.errors


def _optional(see: Checked, given: Mapping[str, Any], known: Known, title: Mapping[str, str]) -> Document:
    title_source = {}
    for language, code in see.mapping(given.get("title_source"), "title_source").items():
        found = see.known(code, f"title_source.{language}", known.sources, _("There is no source “%(given)s”."))
        if found and language in title:
            title_source[language] = found
    capacity = see.mapping(given.get("capacity"), "capacity", ("min", "max"))
    room = {key: see.whole(capacity.get(key), f"capacity.{key}", least=1, most=10_000) for key in ("min", "max")}
    if room["min"] and room["max"] and room["max"] < room["min"]:
        see.wrong("capacity.max", _("The most is less than the least."))
    credits = [
        see.text(see.mapping(item, f"media_credits[{n}]", ("credit",)).get("credit"), f"media_credits[{n}].credit")
        for n, item in enumerate(see.items(given.get("media_credits"), "media_credits"))
    ]
    return {
        "order_on_page": see.whole(given.get("order_on_page"), "order_on_page", least=1, most=10_000),
        "subtitle": see.texts(given.get("subtitle"), "subtitle", limit=TITLE_LIMIT),
        "title_source": title_source,
        **{name: see.texts(given.get(name), name, limit=TEXT_LIMIT, lines=True) for name in LONG_TEXTS},
        "interpretation": _keys(
            see, given, "interpretation", known.languages, _("“%(given)s” is not the tag of a language.")
        ),
        "capacity": {key: value for key, value in room.items() if value},
        "tentative": bool(given.get("tentative")),
        "series": see.known(given.get("series"), "series", known.series, _("There is no series “%(given)s”.")),
        "former_dates": _former(see, given.get("former_dates"), known),
        "media_credits": [{"credit": credit} for credit in credits if credit],
    }


def _status(see: Checked, value: Any, before: Document | None, *, any_status: bool) -> str:
    status = see.known(value, "status", dict(Status.choices), _("“%(given)s” is not a status of a training."))
    if not status:
        if before is None and not any_status and value in (None, ""):
            return Status.PROPOSED.value
        see.wrong("status", _("Say where the training stands.")) if value in (None, "") else None
        return ""
    if any_status:
        return status
    if before is None and status not in FIRST:
        see.wrong("status", _("A new training is proposed or planned; the next steps are taken one by one."))
    if before is not None and status != before["status"]:
        see.wrong("status", _("The status does not change with the text: take the step that says so."))
    return status


def _dates(see: Checked, value: Any, status: str) -> tuple[str, Edtf | None]:
    if isinstance(value, str):
        value = {"edtf": value}
    given = see.mapping(value, "dates", ("edtf", "start", "end", "precision", "basis"))
    basis = see.known(given.get("basis"), "dates.basis", Basis.values, _("“%(given)s” is not a basis of a fact."))
    dates = see.date(given.get("edtf"), "dates.edtf")
    if dates is None:
        if status in DATED and "dates.edtf" not in see.errors:
            see.wrong("dates.edtf", _("A training that is announced or was held needs its dates."))
        return basis, None
    if status in DATED and dates.precision in ("year", "season"):
        see.wrong(
            "dates.edtf",
            _(
                "“%(text)s” is too rough for a training that is announced: write at least the month, for example 2026-03."
            )
            % {"text": dates},
        )
    derived = dates_document(str(dates)) or {}
    for key in ("start", "end", "precision"):
        if given.get(key) not in (None, "", derived[key]):
            see.wrong(
                f"dates.{key}",
                _("This does not follow from the dates: “%(text)s” gives %(right)s.")
                % {"text": dates, "right": derived[key]},
            )
    return basis, dates


def _duration(see: Checked, value: Any) -> Document:
    given = see.mapping(value, "duration_days", ("value", "basis"))
    basis = see.known(
        given.get("basis"), "duration_days.basis", Basis.values, _("“%(given)s” is not a basis of a fact.")
    )
    days = see.whole(given.get("value"), "duration_days.value", least=1, most=1000)
    return {"value": days} | ({"basis": basis} if basis else {})


def _format(see: Checked, value: Any) -> Document:
    given = see.mapping({"value": value} if isinstance(value, str) else value, "format", ("value", "basis", "reason"))
    basis = see.known(given.get("basis"), "format.basis", Basis.values, _("“%(given)s” is not a basis of a fact."))
    mode = see.known(given.get("value"), "format.value", dict(Mode.choices), _("“%(given)s” is not a format."))
    if not mode and "format.value" not in see.errors:
        see.wrong("format.value", _("Say whether people meet in person, online or both."))
    found: Document = {"value": mode} | ({"basis": basis} if basis else {})
    reason = see.texts(given.get("reason"), "format.reason", limit=TITLE_LIMIT)
    return found | ({"reason": reason} if reason else {})


def _former(see: Checked, value: Any, known: Known) -> list[Document]:
    """The dates that were given up; the language of a reason is the one it was written in, where that is known."""
    found = []
    for n, item in enumerate(see.items(value, "former_dates")):
        path = f"former_dates[{n}]"
        given = see.mapping(item, path, ("edtf", "reason", "language", "changed_on"))
        dates = see.date(given.get("edtf"), f"{path}.edtf")
        if dates is None and f"{path}.edtf" not in see.errors:
            see.wrong(f"{path}.edtf", _("This may not be empty."))
        changed_on = checked_day(see, given.get("changed_on"), f"{path}.changed_on")
        reason = see.text(given.get("reason"), f"{path}.reason", lines=True)
        language = see.known(
            given.get("language"), f"{path}.language", known.languages, _("“%(given)s” is not the tag of a language.")
        )
        optional = {"reason": reason, "language": language if reason else "", "changed_on": changed_on}
        found.append({"edtf": str(dates or "")} | {key: text for key, text in optional.items() if text})
    return found


def _keys(see: Checked, given: Mapping[str, Any], name: str, options: Any, sentence: str) -> list[str]:
    found = [
        see.known(value, f"{name}[{n}]", options, sentence) for n, value in enumerate(see.items(given.get(name), name))
    ]
    return list(dict.fromkeys(filter(None, found)))


def _lines(see: Checked, value: Any, path: str) -> list[str]:
    texts = [see.text(text, f"{path}[{n}]", lines=True) for n, text in enumerate(see.items(value, path))]
    return [text for text in texts if text]


def is_over(document: Mapping[str, Any], on: date) -> bool:
    """Whether the last possible day of the training's dates lies before ``on``."""
    from tessera.core.edtf import parse

    if not document.get("dates"):
        return False
    last = parse(document["dates"]["edtf"]).latest_end
    return last is not None and last < on
