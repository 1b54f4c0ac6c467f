"""What a call's document may say (DOMAIN §3.2, §3.3, §9); its canonical form, and what stays once readers saw it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from tessera.calls.documents import LIMITS, STEPS, TEXTS, deadline_in
from tessera.calls.models import Channel, Status
from tessera.calls.moments import AOE, Deadline, MomentError, check_window, read_deadline, read_moment
from tessera.core.checks import Checked, taken_languages
from tessera.core.codes import slug_of
from tessera.core.errors import InvalidDocument
from tessera.grants.reading import packages_document, read_packages
from tessera.organisations.documents import checked_day

type Document = dict[str, Any]

TITLE_LIMIT, SUMMARY_LIMIT, TEXT_LIMIT = 200, 1200, 8000
MOST_STRANDS = 12
_KEYS = (
    "id", "training", "main_language", "answer_languages", *TEXTS, "contact", "opens", "deadline", "timeline",
    "channel", "sister_group", "limits", "fee", "packages", "strands",
)  # fmt: skip
_STRAND = ("key", "name", "audience", "places", "packages", "opens", "deadline")


@dataclass(frozen=True)
class World:
    """What exists beside the call: its training's slug and first day, languages by tag, categories by their table."""

    training: str = ""
    starts_on: date | None = None
    languages: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Collection[str]] = field(default_factory=dict)


def checked_call(document: Mapping[str, Any], world: World) -> tuple[Document, dict[str, list[str]]]:
    """(the document in canonical form, errors by path)."""
    see = Checked()
    given = see.mapping(document, "", _KEYS)
    title = see.texts(given.get("title"), "title", limit=TITLE_LIMIT)
    if not title:
        see.wrong("title", _("Write the title in at least one language."))
    training = see.text(given.get("training"), "training", limit=120)
    if not training:
        see.wrong("training", _("Say which training it is for."))
    elif training != world.training:
        see.wrong("training", _("There is no training “%(given)s”.") % {"given": training})
    deadline = _deadline(see, given.get("deadline"), "deadline")
    opens = _opens(see, given.get("opens"), "opens", deadline)
    strands = _strands(see, given.get("strands"), deadline)
    if "deadline" not in see.errors and "deadline.zone" not in see.errors:
        deadline.setdefault("zone", AOE)  # no day and no opening: nothing depends on it yet
    canonical: Document = {
        "id": see.text(given.get("id"), "id", limit=80),
        "training": training,
        "main_language": _main_language(see, given.get("main_language")),
        "answer_languages": _languages(see, given.get("answer_languages"), world),
        "title": title,
        "summary": see.texts(given.get("summary"), "summary", limit=SUMMARY_LIMIT, lines=True),
        **{
            name: see.texts(given.get(name), name, limit=TEXT_LIMIT, lines=True)
            for name in ("audience", "offer", "process")
        },
        "deadline": deadline,
        "channel": see.known(
            given.get("channel") or Channel.INDIVIDUAL.value,
            "channel",
            dict(Channel.choices),
            _("“%(given)s” is not a way of applying."),
        ),
        "strands": strands,
    }
    keys = [strand["key"] for strand in strands]
    packages = _packages(see, given.get("packages"), keys, world)
    offered = [package["key"] for package in packages]
    for n, strand in enumerate(strands):
        for m, key in enumerate(strand.get("packages", [])):
            if key not in offered:
                see.unknown(key, f"strands[{n}].packages[{m}]", offered, _("There is no package “%(given)s”."))
    optional: Document = {
        "contact": _contact(see, given.get("contact")),
        "opens": opens,
        "timeline": _timeline(see, given.get("timeline")),
        "sister_group": slug_of(see.text(given.get("sister_group"), "sister_group", limit=80)),
        "limits": _limits(see, given.get("limits")),
        "fee": _fee(see, given.get("fee")),
        "packages": packages,
    }
    canonical |= {key: value for key, value in optional.items() if value not in (None, "", [], {})}
    _check_windows(see, canonical, world)
    return canonical, see.errors


def moments_in(document: Mapping[str, Any], strand: Mapping[str, Any] | None = None) -> tuple[Any, Deadline | None]:
    """(the opening in UTC, the deadline) that hold in a canonical document, for one strand where it is given."""
    told = deadline_in(document, strand)
    deadline = read_deadline(told["day"], told["time"], told["zone"]) if told.get("day") else None
    own = (strand or {}).get("opens")
    opens = own or document.get("opens")
    zone = ((strand or {}).get("deadline", {}).get("zone") if own else None) or document["deadline"]["zone"]
    return (read_moment(opens["day"], opens["time"], zone) if opens else None), deadline


def kept_once_public(before: Document, after: Document, status: str) -> dict[str, list[str]]:
    """Errors by path for what may not change any more in a call of this status.

    Texts may: every version is in the history. Dates move by extending or postponing, which tells everybody.
    """
    if status == Status.DRAFT:
        return {}
    see = Checked()
    told = _("The call is public: this does not change any more.")
    for name in ("training", "channel", "sister_group", "fee"):
        if before.get(name) != after.get(name):
            see.wrong(name, told)
    moved = _("The call is public: dates are moved by “Extend” or “Postpone”, so that everybody is told.")
    for name in ("opens", "deadline"):
        if before.get(name) != after.get(name):
            see.wrong(name if name == "opens" else "deadline.day", moved)
    _kept_strands(see, before, after, status, moved)
    kept = [package["key"] for package in after.get("packages", [])]
    for package in before.get("packages", []):
        if package["key"] not in kept:
            see.wrong("packages", _("The package “%(key)s” is public: it stays.") % {"key": package["key"]})
    return see.errors


def _kept_strands(see: Checked, before: Document, after: Document, status: str, moved: str) -> None:
    """Strands that readers know stay, with their dates; none is added once the call has opened."""
    old = {strand["key"]: strand for strand in before["strands"]}
    new = {strand["key"]: n for n, strand in enumerate(after["strands"])}
    for key in old.keys() - new.keys():
        see.wrong("strands", _("The strand “%(key)s” is public: it stays.") % {"key": key})
    for key, n in new.items():
        if key not in old and status != Status.PUBLISHED:
            see.wrong(f"strands[{n}].key", _("The call has opened: a strand cannot be added any more."))
        for name in ("opens", "deadline") if key in old else ():
            if old[key].get(name) != after["strands"][n].get(name):
                see.wrong(f"strands[{n}].{name}.day", moved)


def _main_language(see: Checked, value: Any) -> str:
    code = see.known(value, "main_language", taken_languages(), _("“%(given)s” is not a language of the content."))
    return code or settings.MAIN_LANGUAGE


def _languages(see: Checked, value: Any, world: World) -> list[str]:
    found = [
        see.known(code, f"answer_languages[{n}]", world.languages, _("“%(given)s” is not the tag of a language."))
        for n, code in enumerate(see.items(value, "answer_languages"))
    ]
    return list(dict.fromkeys(filter(None, found)))


def _contact(see: Checked, value: Any) -> str:
    text = see.text(value, "contact", limit=254)
    if text:
        try:
            validate_email(text)
        except ValidationError:
            see.wrong("contact", _("“%(given)s” is not an e-mail address.") % {"given": text})
    return text


def _deadline(see: Checked, value: Any, path: str) -> Document:
    """The parts of a deadline as its clock shows it; without a day only what is set already."""
    given = see.mapping(value, path, ("day", "time", "zone"))
    parts = {name: see.text(given.get(name), f"{path}.{name}", limit=64) for name in ("day", "time", "zone")}
    if not parts["day"]:
        kept = {name: parts[name] for name in ("time", "zone") if parts[name]}
        # Of the parts alone nothing follows, but what cannot be meant is said at once.
        try:
            if kept:
                read = read_deadline("2027-01-15", kept.get("time", "23:59"), kept.get("zone", "UTC"))
                kept = {name: text for name, text in _shape(read).items() if name in kept}
        except MomentError as error:
            see.wrong(f"{path}.{error.field}", str(error))
        return kept
    try:
        return _shape(read_deadline(parts["day"], parts["time"], parts["zone"]))
    except MomentError as error:
        see.wrong(f"{path}.{error.field}", str(error))
        return {name: text for name, text in parts.items() if text}


def _shape(deadline: Deadline) -> Document:
    return {"day": deadline.day.isoformat(), "time": f"{deadline.minute:%H:%M}", "zone": deadline.zone}


def _opens(see: Checked, value: Any, path: str, deadline: Document) -> Document:
    """The local minute at which it opens, on the clock of the deadline, the call's or one with a clock of its own."""
    given = see.mapping(value, path, ("day", "time"))
    day, clock = (see.text(given.get(name), f"{path}.{name}", limit=64) for name in ("day", "time"))
    if not day:
        return {}
    zone = deadline.get("zone", "")
    try:
        read = read_deadline(day, clock or "00:00", zone)
    except MomentError as error:
        if error.field != "zone":
            see.wrong(f"{path}.{error.field}", str(error))
        elif not zone and "deadline.zone" not in see.errors:  # one that is no zone was told at its deadline
            see.wrong("deadline.zone", str(error))
        return {"day": day, "time": clock}
    return {"day": read.day.isoformat(), "time": f"{read.minute:%H:%M}"}


def _strands(see: Checked, value: Any, call: Document) -> list[Document]:
    items = see.items(value, "strands") or [{}]
    if len(items) > MOST_STRANDS:
        see.wrong("strands", _("At most %(n)s strands.") % {"n": MOST_STRANDS})
    found: list[Document] = []
    for n, item in enumerate(items):
        path = f"strands[{n}]"
        given = see.mapping(item, path, _STRAND)
        name = see.texts(given.get("name"), f"{path}.name", limit=120)
        key = slug_of(see.text(given.get("key"), f"{path}.key", limit=40), limit=40)
        key = key or (slug_of(next(iter(name.values())), limit=40) if name else "all" if n == 0 else f"strand-{n + 1}")
        if key in [other["key"] for other in found]:
            see.wrong(f"{path}.key", _("This key is there twice."))
        if not name and len(items) > 1:
            see.wrong(f"{path}.name", _("Write the name in at least one language."))
        places = see.mapping(given.get("places"), f"{path}.places", ("min", "max"))
        room = {
            part: see.whole(places.get(part), f"{path}.places.{part}", least=1, most=10_000) for part in ("min", "max")
        }
        if room["min"] and room["max"] and room["max"] < room["min"]:
            see.wrong(f"{path}.places.max", _("The most is less than the least."))
        own = _deadline(see, given.get("deadline"), f"{path}.deadline")
        own = own if own.get("day") or own.get("zone") else {}
        packages = [
            see.text(text, f"{path}.packages[{m}]", limit=40)
            for m, text in enumerate(see.items(given.get("packages"), f"{path}.packages"))
        ]
        optional: Document = {
            "name": name,
            "audience": see.texts(given.get("audience"), f"{path}.audience", limit=TEXT_LIMIT, lines=True),
            "places": {part: number for part, number in room.items() if number},
            "packages": list(dict.fromkeys(filter(None, packages))),
            "opens": _opens(see, given.get("opens"), f"{path}.opens", own if own.get("zone") else call),
            "deadline": own,
        }
        found.append(
            {"key": key} | {part: value for part, value in optional.items() if value not in (None, "", [], {})}
        )
    return found


def _packages(see: Checked, value: Any, strands: list[str], world: World) -> list[Document]:
    items = [
        {**item, "key": item.get("key") or f"package_{n + 1}"} if isinstance(item, Mapping) else item
        for n, item in enumerate(see.items(value, "packages"))
    ]
    if not items:
        return []
    try:
        found: list[Document] = packages_document(read_packages({"packages": items}))["packages"]
    except InvalidDocument as refused:
        for path, texts in refused.errors.items():
            for text in texts:
                see.wrong(path, str(text))
        return [dict(item) for item in items if isinstance(item, Mapping) and isinstance(item.get("key"), str)]
    for n, package in enumerate(found):
        asked = package["condition"]
        path = f"packages[{n}].condition"
        for key in asked.get("strands", []):
            see.known(key, f"{path}.strands", strands, _("There is no strand “%(given)s”."))
        table = asked.get("table", "")
        see.known(table, f"{path}.table", list(world.tables), _("There is no table “%(given)s”."))
        for code in asked.get("categories", []) if table in world.tables else []:
            see.known(code, f"{path}.categories", world.tables[table], _("The table has no category “%(given)s”."))
    return [{key: part for key, part in package.items() if part not in (None, {}, [])} for package in found]


def _fee(see: Checked, value: Any) -> Document:
    given = see.mapping(value, "fee", ("minor", "currency"))
    minor = see.whole(given.get("minor"), "fee.minor", most=10**12)
    if minor is None:
        return {}
    currency = see.text(given.get("currency"), "fee.currency", limit=3)
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        see.wrong("fee.currency", _("Write the code of a currency, for example EUR or XOF."))
    return {"minor": minor, "currency": currency}


def _timeline(see: Checked, value: Any) -> Document:
    given = see.mapping(value, "timeline", STEPS)
    days = {key: checked_day(see, given.get(key), f"timeline.{key}") for key in STEPS}
    return {key: day for key, day in days.items() if day}


def _limits(see: Checked, value: Any) -> Document:
    given = see.mapping(value, "limits", LIMITS)
    numbers = {key: see.whole(given.get(key), f"limits.{key}", most=10_000) for key in LIMITS}
    for less, more in (("accepted_per_country", "considered_per_country"), ("host_min", "host_max")):
        least, most = numbers[less], numbers[more]
        if least is not None and most is not None and most < least:
            see.wrong(f"limits.{more}", _("The most is less than the least."))
    return {key: number for key, number in numbers.items() if number is not None}


def _check_windows(see: Checked, document: Document, world: World) -> None:
    """Openings before their deadlines, deadlines before the training begins."""
    if any(path.startswith(("opens", "deadline", "strands[")) for path in see.errors):
        return
    parts: list[tuple[str, Document | None]] = [("", None)]
    parts += [(f"strands[{n}].", strand) for n, strand in enumerate(document["strands"])]
    for path, strand in parts:
        if strand is not None and not (strand.get("opens") or strand.get("deadline", {}).get("day")):
            continue
        opens_at, deadline = moments_in(document, strand)
        if deadline is None:
            continue
        try:
            check_window(opens_at, deadline, starts_on=world.starts_on)
        except MomentError as error:
            at = "opens" if error.field == "opens" else "deadline"
            see.wrong(f"{path}{at}.day", str(error))
