"""Phases and sessions of a training's document: dates inside dates, times in a zone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tessera.core.checks import Checked
from tessera.core.edtf import Edtf
from tessera.organisations.documents import checked_origins
from tessera.programmes.checking_parts import checked_zone
from tessera.programmes.known import Known
from tessera.programmes.models import Mode

type Document = dict[str, Any]

KINDS = ("workshop", "topic", "session_block")
TITLE_LIMIT = 300


def checked_phases(see: Checked, value: Any, dates: Edtf | None) -> tuple[list[Document], list[Edtf | None]]:
    """(phases in canonical form, their dates). A phase lies inside the training's dates."""
    found, windows = [], []
    for n, item in enumerate(see.items(value, "phases")):
        path = f"phases[{n}]"
        given = see.mapping(item, path, ("mode", "edtf", "precision", "sessions", "time_zone"))
        mode = see.known(given.get("mode"), f"{path}.mode", dict(Mode.choices), _("“%(given)s” is not a format."))
        if not mode and f"{path}.mode" not in see.errors:
            see.wrong(f"{path}.mode", _("Say whether people meet in person, online or both."))
        window = see.date(given.get("edtf"), f"{path}.edtf")
        phase: Document = {"mode": mode}
        if window:
            phase |= {"edtf": str(window), "precision": window.precision}
            if given.get("precision") not in (None, "", window.precision):
                see.wrong(
                    f"{path}.precision",
                    _("This does not follow from the dates: “%(text)s” gives %(right)s.")
                    % {"text": window, "right": window.precision},
                )
            _inside(see, f"{path}.edtf", window, dates)
        sessions = see.whole(given.get("sessions"), f"{path}.sessions", least=1, most=1000)
        zone = checked_zone(see, given.get("time_zone"), f"{path}.time_zone")
        found.append(phase | ({"sessions": sessions} if sessions else {}) | ({"time_zone": zone} if zone else {}))
        windows.append(window)
    return found, windows


def checked_sessions(
    see: Checked, value: Any, phases: list[Document], windows: list[Edtf | None], known: Known
) -> list[Document]:
    """Sessions in canonical form. One with times names its phase, lies inside it and ends after it begins."""
    found = []
    for n, item in enumerate(see.items(value, "sessions")):
        path = f"sessions[{n}]"
        given = see.mapping(
            item, path, ("title", "title_status", "kind", "phase", "starts", "ends", "room", "trainers")
        )
        title = see.texts(given.get("title"), f"{path}.title", limit=TITLE_LIMIT)
        if not title:
            see.wrong(f"{path}.title", _("Write the title in at least one language."))
        kind = see.known(given.get("kind"), f"{path}.kind", KINDS, _("“%(given)s” is not a kind of session."))
        if not kind and f"{path}.kind" not in see.errors:
            see.wrong(f"{path}.kind", _("Say what kind of session it is."))
        phase = see.whole(given.get("phase"), f"{path}.phase", most=max(0, len(phases) - 1)) if phases else None
        times = _times(see, given, path, phase, phases, windows)
        trainers = [
            see.known(slug, f"{path}.trainers[{place}]", known.people, _("There is no person “%(given)s”."))
            for place, slug in enumerate(see.items(given.get("trainers"), f"{path}.trainers"))
        ]
        optional: Document = {
            "title_status": checked_origins(see, given.get("title_status"), f"{path}.title_status", title),
            **times,
            "room": see.text(given.get("room"), f"{path}.room", limit=120),
            "trainers": list(dict.fromkeys(filter(None, trainers))),
        }
        session: Document = {"title": title, "kind": kind}
        session |= {key: part for key, part in optional.items() if part}
        found.append(session if phase is None else session | {"phase": phase})
    return found


def _times(
    see: Checked, given: Document, path: str, phase: int | None, phases: list[Document], windows: list[Edtf | None]
) -> Document:
    starts, ends = (_time(see, given.get(key), f"{path}.{key}") for key in ("starts", "ends"))
    if starts is None and ends is None:
        return {}
    if starts is None:
        see.wrong(f"{path}.starts", _("Say when the session begins."))
        return {}
    if phase is None:
        see.wrong(f"{path}.phase", _("A session with a time belongs to a phase: say which."))
        return {}
    zone = phases[phase].get("time_zone")
    if not zone:
        see.wrong(f"phases[{phase}].time_zone", _("Times need a time zone: write for example America/Mexico_City."))
        return {}
    if ends is not None and ends <= starts:
        see.wrong(
            f"{path}.ends",
            _("The end is before the start: %(start)s comes after %(end)s.")
            % {"start": starts.strftime("%H:%M"), "end": ends.strftime("%H:%M")},
        )
    window = windows[phase]
    if window is not None:
        for moment, key in ((starts, "starts"), (ends, "ends")):
            if moment is not None and not _holds(window, moment.date()):
                see.wrong(
                    f"{path}.{key}",
                    _("%(day)s lies outside the phase (%(dates)s).") % {"day": moment.date(), "dates": window},
                )
    for moment, key in ((starts, "starts"), (ends, "ends")):
        if moment is not None and not _exists(moment, zone):
            see.wrong(f"{path}.{key}", _("The clocks of %(zone)s skip this time.") % {"zone": zone})
    return {"starts": _written(starts), "ends": _written(ends) if ends else ""}


def _time(see: Checked, value: Any, path: str) -> datetime | None:
    text = see.text(value, path)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    # In the first and the last year that are counted, a clock elsewhere may show a year that is not.
    if moment is None or moment.year in (1, 9999) or moment.tzinfo is not None or "T" not in text.replace(" ", "T"):
        see.wrong(path, _("“%(given)s” is not a local time: write for example 2026-03-02T09:30.") % {"given": text})
        return None
    return moment.replace(second=0, microsecond=0)


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def _exists(moment: datetime, zone: str) -> bool:
    """Whether the clocks of the zone ever show this time (not in the hour that spring takes away)."""
    place = ZoneInfo(zone)
    aware = moment.replace(tzinfo=place)
    back = datetime.fromtimestamp(aware.timestamp(), tz=place)
    return back.replace(tzinfo=None) == moment


def _holds(window: Edtf, day: date) -> bool:
    first, last = window.earliest_start, window.latest_end
    return (first is None or first <= day) and (last is None or day <= last)


def _inside(see: Checked, path: str, window: Edtf, dates: Edtf | None) -> None:
    if dates is None:
        if "dates.edtf" not in see.errors:
            see.wrong(path, _("Write the dates of the whole training too."))
        return
    first, last = window.earliest_start, window.latest_end
    if (first and not _holds(dates, first)) or (last and not _holds(dates, last)):
        see.wrong(
            path,
            _("The phase (%(phase)s) lies outside the dates of the training (%(dates)s).")
            % {"phase": window, "dates": dates},
        )
