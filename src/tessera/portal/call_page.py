"""Everything a call's own page says, from the facts of its public record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.calls.forms.items import KINDS
from tessera.calls.models import Channel, Status
from tessera.calls.moments import MILESTONES, Clock, Deadline, clocks, time_left
from tessera.calls.questions.model import Type
from tessera.calls.questions.reading import read_form
from tessera.core.translated import best
from tessera.grants.queries import categories
from tessera.portal.naming import Names, languages_shown, shown
from tessera.portal.training_page import prose
from tessera.publications.models import PublicRecord
from tessera.web import dates, money

# The days of the timeline that applicants are told, in their order.
TOLD = ("offers", "visa_letters", "tickets", "readings")
PHASES: dict[str, tuple[Any, str]] = {
    Status.PUBLISHED: (_("Opens soon"), "info"),
    Status.OPEN: (pgettext_lazy("state of a call", "Open"), "done"),
    Status.CLOSED: (pgettext_lazy("state of a call", "Closed"), "part"),
    Status.IN_REVIEW: (_("Closed, applications are being read"), "part"),
    Status.DECIDED: (pgettext_lazy("state of a call", "Decided"), ""),
    Status.ARCHIVED: (_("Over"), ""),
    Status.CANCELLED: (pgettext_lazy("state of a call", "Cancelled"), "late"),
}
BOOKED = {
    "office": _("booked by the programme office"),
    "host": _("booked by the host"),
    "participant": _("you pay first and are paid back"),
}
TYPES = {
    Type.SHORT_TEXT: _("a line of text"),
    Type.LONG_TEXT: _("a text"),
    Type.CHOICE: _("one of these"),
    Type.CHOICES: _("any of these"),
    Type.COUNTRY: _("a country or territory"),
    Type.COUNTRIES: _("countries or territories"),
    Type.DATE: _("a day"),
    Type.NUMBER: _("a number"),
    Type.EMAIL: _("an e-mail address"),
    Type.PHONE: _("a telephone number"),
    Type.LANGUAGE_TABLE: _("languages, with how well you speak and write them"),
    Type.ROWS: _("a table"),
    Type.COMMITMENT: _("a promise to tick"),
    Type.FILE: _("a file"),
    Type.REFEREE: _("somebody who is asked about you"),
    Type.ENDORSEMENT: _("an endorsement"),
    Type.SIGNATURE: _("your name and the day, as a signature"),
}
SEEN_BY = {
    "reviewers": _("read by reviewers, the committee and the office"),
    "committee": _("read by the committee and the office"),
    "office": _("read by the office only"),
}


@dataclass(frozen=True, slots=True)
class Closing:
    """A deadline on every clock, and how long there is still; ``instant`` is the minute that is shown, in UTC."""

    clocks: tuple[Clock, ...]
    left: str
    instant: str
    over: bool


@dataclass(frozen=True, slots=True)
class StrandLine:
    """A strand; ``closing`` only where it has a deadline of its own."""

    name: SafeString
    audience: SafeString
    places: str
    packages: tuple[SafeString, ...]
    closing: Closing | None


@dataclass(frozen=True, slots=True)
class PackageLine:
    """A package: what it covers and not, up to which sum, and for whom."""

    name: SafeString
    covered: tuple[str, ...]
    not_covered: tuple[str, ...]
    ceiling: str
    fee: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallPage:
    """The page, in the order in which it is read. Empty parts are left out by the template."""

    phase: str
    status: str
    kind: str
    title: SafeString
    summary: SafeString
    opens: tuple[Clock, ...]
    closing: Closing | None
    texts: tuple[tuple[str, SafeString], ...]
    strands: tuple[StrandLine, ...]
    packages: tuple[PackageLine, ...]
    fee: str
    limits: tuple[str, ...]
    channel: str
    answers: tuple[str, ...]
    days: tuple[tuple[str, SafeString], ...]
    changes: tuple[str, ...]
    contact: str
    has_questions: bool
    has_rules: bool
    other_languages: tuple[str, ...]
    older: bool


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question as the printed list has it."""

    label: SafeString
    help: SafeString
    purpose: SafeString
    kind: str
    notes: tuple[str, ...]
    options: tuple[SafeString, ...]


def phase_of(card: Mapping[str, Any], at: datetime) -> str:
    """Where the call stands at ``at``: the clock counts, even before the machine has written it down.

    A draft (seen in a preview) counts as published.
    """
    opens, closes = (datetime.fromisoformat(card[key]) if card[key] else None for key in ("opens_at", "closes_at"))
    if card["status"] in (Status.DRAFT, Status.PUBLISHED, Status.OPEN):
        if closes is not None and closes <= at:
            return Status.CLOSED.value
        return Status.PUBLISHED.value if opens is None or at < opens else Status.OPEN.value
    return str(card["status"])


def closing(deadline: Mapping[str, Any] | None, at: datetime, zone: str | None = None) -> Closing | None:
    """The deadline of the facts on the clocks of the call, of the reader in ``zone``, and of UTC."""
    if not deadline:
        return None
    read = Deadline(
        date.fromisoformat(deadline["day"]), time.fromisoformat(deadline["time"]), deadline["zone"], deadline["fold"]
    )
    return Closing(
        clocks(read, zone), str(time_left(read.closes_at, at)), read.shown_at.isoformat(), read.closes_at <= at
    )


def call_page(record: PublicRecord, names: Names, at: datetime, zone: str | None = None) -> CallPage:
    facts, language = record.facts, names.language
    phase = phase_of(record.card, at)
    status, kind = PHASES[phase]
    texts = [facts["title"], facts["summary"], facts["audience"], facts["offer"], facts["process"]]
    packages = {package["key"]: shown(package["name"], language) for package in facts["packages"]}
    deadline = facts["deadline"]
    opens = facts["opens_at"]
    return CallPage(
        phase=phase,
        status=str(status),
        kind=kind,
        title=shown(facts["title"], language),
        summary=shown(facts["summary"], language),
        opens=_opening(opens, deadline, zone) if phase == Status.PUBLISHED and opens else (),
        closing=closing(deadline, at, zone) if phase in (Status.PUBLISHED, Status.OPEN, Status.CLOSED) else None,
        texts=tuple(
            (str(name), prose(facts[key], language))
            for key, name in (
                ("audience", _("Who may apply")), ("offer", _("What is offered")), ("process", _("How it goes on")),
            ) if facts[key]
        ),
        strands=tuple(_strand(strand, facts, packages, language, at, zone) for strand in facts["strands"])
        if len(facts["strands"]) > 1 or facts["strands"][0]["audience"] or facts["strands"][0]["places"] else (),
        packages=tuple(_packages(facts, names)),
        fee=_fee(facts),
        limits=tuple(_limits(facts["limits"])),
        channel=str(Channel(facts["channel"]).label),
        answers=tuple(names.spoken(code) for code in facts["answer_languages"]),
        days=tuple(
            (str(MILESTONES[key]), dates.time_words(facts["timeline"][key], language))
            for key in TOLD if facts["timeline"].get(key)
        ),
        changes=tuple(_changes(facts, language)),
        contact=facts["contact"],
        has_questions=bool(facts["form"]),
        has_rules=_has_rules(facts["rules"]),
        other_languages=tuple(names.spoken(code) for code in languages_shown(texts, language)),
        older=language in facts.get("stale", ()),
    )  # fmt: skip


def _has_rules(rules: Mapping[str, Any] | None) -> bool:
    """Whether somebody can be checked against rules, of everybody or of a strand."""
    document = rules["document"] if rules else {}
    return bool(document.get("rules") or document.get("strands"))


def question_steps(record: PublicRecord, names: Names) -> list[tuple[SafeString, SafeString, bool, list[QuestionLine]]]:
    """(title of the step, what stands above it, whether it has a condition, its questions), for the printed list.

    [] where nothing is asked.
    """
    if not record.facts["form"]:
        return []
    form = read_form(record.facts["form"]["document"])
    labels = {question.key: question.label for question in form.questions}
    return [
        (
            shown(step.title, names.language),
            shown(step.help, names.language),
            step.show_if is not None,
            [_question(question, labels, names) for question in step.questions],
        )
        for step in form.steps
    ]


def _opening(opens_at: str, deadline: Mapping[str, Any] | None, zone: str | None) -> tuple[Clock, ...]:
    opens = datetime.fromisoformat(opens_at)
    home = deadline["zone"] if deadline else "UTC"
    local = opens.astimezone(ZoneInfo(home))
    return clocks(Deadline(local.date(), local.time().replace(second=0, microsecond=0), home, local.fold), zone)  # type: ignore[arg-type]


def _strand(
    strand: Mapping[str, Any],
    facts: Mapping[str, Any],
    packages: Mapping[str, SafeString],
    language: str,
    at: datetime,
    zone: str | None,
) -> StrandLine:
    own = strand["deadline"] if strand["deadline"] != facts["deadline"] else None
    return StrandLine(
        name=shown(strand["name"], language),
        audience=prose(strand["audience"], language) if strand["audience"] else SafeString(""),
        places=_places(strand["places"]),
        packages=tuple(packages[key] for key in strand["packages"] if key in packages),
        closing=closing(own, at, zone),
    )


def _places(places: Mapping[str, int]) -> str:
    least, most = places.get("min"), places.get("max")
    if least and most and least != most:
        return str(_("%(min)s to %(max)s places") % {"min": least, "max": most})
    if most or least:
        return str(_("%(n)s places") % {"n": most or least})
    return ""


def _packages(facts: Mapping[str, Any], names: Names) -> list[PackageLine]:
    language = names.language
    strands = {strand["key"]: best(strand["name"], language)[0] or strand["key"] for strand in facts["strands"]}
    held = [package.get("condition", {}) for package in facts["packages"]]
    tables = categories() if any(condition.get("table") for condition in held) else {}
    found = []
    for package, condition in zip(facts["packages"], held, strict=True):
        rows = package.get("components", [])
        covered = [_part(row) for row in rows if row["covered"]]
        said = []
        if condition.get("strands"):
            said.append(_("For: %(names)s") % {"names": ", ".join(strands.get(k, k) for k in condition["strands"])})
        if condition.get("cities"):
            said.append(_("For people who live in: %(names)s") % {"names": ", ".join(condition["cities"])})
        if condition.get("not_cities"):
            said.append(_("Not for people who live in: %(names)s") % {"names": ", ".join(condition["not_cities"])})
        if condition.get("table"):
            rows_of = {row.code: row for row in tables.get(condition["table"], ())}
            for code in condition.get("categories", []):
                if code in rows_of:
                    countries = ", ".join(sorted(names.country(country) for country in rows_of[code].countries))
                    params = {"name": rows_of[code].name.best(language)[0] or code, "countries": countries}
                    said.append(_("For people who work in a country of “%(name)s”: %(countries)s") % params)
        found.append(
            PackageLine(
                name=shown(package["name"], language),
                covered=tuple(covered),
                not_covered=tuple(str(KINDS[row["kind"]]) for row in rows if not row["covered"]),
                ceiling=_sum(package.get("ceiling")),
                fee=_sum(package.get("fee")),
                conditions=tuple(map(str, said)),
            )
        )
    return found


def _part(row: Mapping[str, Any]) -> str:
    """ "Travel (booked by the host), at most €900"."""
    part = f"{KINDS[row['kind']]} ({BOOKED[row['books']]})"
    if not row.get("ceiling"):
        return part
    return _("%(part)s, at most %(sum)s") % {"part": part, "sum": _sum(row["ceiling"])}


def _sum(value: Mapping[str, Any] | None) -> str:
    return money.in_words(value["minor"], value["currency"]) if value else ""


def _fee(facts: Mapping[str, Any]) -> str:
    if not facts["fee"]:
        return ""
    return str(_("Taking part costs nothing.")) if not facts["fee"]["minor"] else _sum(facts["fee"])


def _limits(limits: Mapping[str, int]) -> list[str]:
    words = {
        "considered_per_country": _("At most %(n)s applications from one country are considered."),
        "accepted_per_country": _("At most %(n)s people from one country are accepted."),
        "accepted_per_institution": _("At most %(n)s people from one institution are accepted."),
        "host_min": _("At least %(n)s places are for the host country."),
        "host_max": _("At most %(n)s places are for the host country."),
    }
    return [str(sentence % {"n": limits[key]}) for key, sentence in words.items() if limits.get(key) is not None]


def _changes(facts: Mapping[str, Any], language: str) -> list[str]:
    """What became of the dates and of what is offered, one sentence for each change."""
    said = []
    for change in facts["date_changes"]:
        old = change["before"].get("deadline.day")
        on = dates.in_words(change["on"], language)
        if change["kind"] == "extension" and old:
            words = {"on": on, "old": dates.in_words(old, language)}
            said.append(str(_("Extended on %(on)s; the deadline was %(old)s.") % words))
        elif change["kind"] == "extension":
            said.append(str(_("Extended on %(on)s.") % {"on": on}))
        else:
            said.append(str(_("Postponed on %(on)s.") % {"on": on}))
    terms = {
        "packages": _("What is offered and covered was changed on %(on)s."),
        "limits": _("How many people of one country or institution are taken was changed on %(on)s."),
        "places": _("The places or packages of a strand were changed on %(on)s."),
    }
    for change in facts.get("terms_changed", ()):  # records of earlier times have none
        said.append(str(terms[change["what"]] % {"on": dates.in_words(change["on"], language)}))
    return said


def _question(question: Any, labels: Mapping[str, Any], names: Names) -> QuestionLine:
    language = names.language
    notes = [str(_("required")) if question.required else str(_("may be left empty"))]
    if question.stage == "after_selection":
        notes.append(str(_("asked after the selection only")))
    if question.limit:
        unit = (
            _("at most %(n)s words") if question.limit.unit == "words" else _("at most %(n)s characters")
        )  # the least is said where it is missed
        if question.limit.max:
            notes.append(str(unit % {"n": question.limit.max}))
    if question.type == Type.FILE:
        kinds = ", ".join(kind.upper() for kind in question.accepts)
        notes.append(str(_("%(kinds)s, at most %(mb)s MB") % {"kinds": kinds, "mb": question.max_mb}))
        if question.document_language:
            spoken = ", ".join(names.spoken(code) for code in question.document_language)
            notes.append(str(_("in %(languages)s") % {"languages": spoken}))
    if question.show_if:
        notes.append(str(_("asked only where an earlier answer calls for it")))
    notes.append(str(SEEN_BY[question.seen_by]))
    options = [shown(option.label, language) for option in question.options]
    if question.type == Type.CHOICE and not question.required:
        options.append(SafeString(escape(_("No answer"))))  # as its page has it
    options += [shown(column.label, language) for column in question.columns]
    options += [SafeString(escape(names.country(code))) for code in question.among]
    return QuestionLine(
        label=shown(question.label, language),
        help=shown(question.help, language),
        purpose=shown(question.purpose, language),
        kind=str(TYPES[question.type]),
        notes=tuple(notes),
        options=tuple(options),
    )
