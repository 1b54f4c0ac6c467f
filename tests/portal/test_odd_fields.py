"""Every field of a training's form with an odd answer: refused with a sentence, or told on every page without a fault.

A case is one section saved through the desk with a few fields set; then all that tells of the training is opened.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from tests.factories.accounts import OfficeUserFactory
from tests.factories.organisations import make_organisation, make_person
from tests.factories.pages import filled
from tests.factories.programmes import make_source, make_topic, make_training

pytestmark = pytest.mark.django_db

ON = datetime(2026, 5, 5, 12, tzinfo=UTC)
DATES = (
    "", "2026", "2026-05", "2026-21", "2026-05-05", "2026-05~", "2026-05-05/2026-05-06", "2025/2027", "2026-05-30/2026-07",
    "0001", "9999-12-31", "1900/9999", "2026-12-31/2027-01-01", "2026-05-04?/2026-05-08~", "../2026", "2026/..",
    "-0500", "Y170000002",
)  # fmt: skip
DAYS = ("", "2026-05-04", "0001-01-01", "9999-12-31")
NUMBERS = ("", "0", "1", "25", "32767", "1000", "10000")
TEXTS = ("", "x", "<b>&amp;</b>", "a\n\nb\n\nc", "- one\n- two", "{n} %(n)s {{ n }}", "\u202eabc", "🏺")
ZONES = ("", "Africa/Lagos", "Etc/GMT+12", "UTC", "EST5EDT")
MOMENTS = ("", "2026-05-04T00:00", "2026-05-06 23:59", "0001-01-01T00:00", "9999-12-31T23:59")
BASES, MODES = ("", "stated"), ("in_person", "online", "hybrid")
COUNTRIES, LANGUAGES, SOURCES = ("", "MX", "PS", "TW", "AQ"), ("", "es", "sw", "und", "zh"), ("", "X9")
FACTS = (
    "", "dates: 2026/..", "dates: yes", "planned_participants: 30", "planned_participants.min: 3", "commitment: yes",
    "reported_participants: 1 | 2", "participant_countries: yes", "participant_countries: MX", "strands.a: b",
    "postponed: no", "city: 5", "other: x | y", "city: a\ncity.b: c", "calls_launched_note: {n}", "grants: 2 | <b>",
)  # fmt: skip
ROLES = ("organiser", "partner", "supporter", "initiator", "host_venue", "study_visit", "rights_holder")

# The fields of each section with what may stand in them; rows have their number after the name.
FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "texts": {
        "title--en": TEXTS, "title--es": TEXTS, "subtitle--fr": TEXTS, "summary--en": TEXTS, "need--fr": TEXTS,
        "approach--es": TEXTS, "title_status--fr": ("", "source", "official", "translation"),
    },
    "dates": {
        "dates--edtf": DATES, "dates--basis": BASES, "tentative": ("", "on"), "duration_days--value": NUMBERS,
        "duration_days--basis": BASES,
        "phases-0-mode": MODES, "phases-0-edtf": DATES, "phases-0-sessions": NUMBERS, "phases-0-time_zone": ZONES,
        "phases-1-mode": MODES, "phases-1-edtf": DATES, "phases-1-sessions": NUMBERS, "phases-1-time_zone": ZONES,
        "former_dates-0-edtf": DATES, "former_dates-0-changed_on": DAYS, "former_dates-0-reason": TEXTS,
        "former_dates-0-language": ("", "en", "es"), "former_dates-1-edtf": DATES, "former_dates-1-reason": TEXTS,
    },
    "sessions": {
        "sessions-0-title--en": TEXTS, "sessions-0-title--fr": TEXTS, "sessions-0-phase": ("", "0", "1", "2"),
        "sessions-0-kind": ("workshop", "topic", "session_block"), "sessions-0-starts": MOMENTS,
        "sessions-0-ends": MOMENTS, "sessions-0-room": TEXTS, "sessions-0-trainers": ("", "ada"),
        "sessions-1-title--es": TEXTS, "sessions-1-phase": ("", "0", "1"), "sessions-1-starts": MOMENTS,
        "sessions-1-ends": MOMENTS,
    },
    "places": {
        "format--value": MODES, "format--basis": BASES, "format--reason--fr": TEXTS,
        "places-0-country": COUNTRIES, "places-0-city": TEXTS, "places-0-time_zone": ZONES, "places-0-basis": BASES,
        "places-0-note": TEXTS, "places-1-country": COUNTRIES, "places-1-city": TEXTS,
        "languages-0-code": LANGUAGES, "languages-0-basis": BASES, "languages-0-source": SOURCES,
        "languages-1-code": LANGUAGES, "languages-1-source": SOURCES,
        "interpretation": ("", "ar", "en"), "methods": ("", "lecture", "study_visit"), "topics": ("", "ethics"),
    },
    "audience": {
        "audience--scope": ("national", "regional", "interregional"), "audience--unesco_regions": ("", "LAC", "AFR"),
        "audience--m49_subregions": ("", "029", "014"), "audience--countries": ("", "MX", "PS", "AQ"),
        "audience--language_area": LANGUAGES, "audience--career_level": TEXTS, "audience--disciplines": TEXTS,
        "audience--subregion": TEXTS, "audience--networks": TEXTS, "audience--basis": BASES, "audience--note": TEXTS,
    },
    "people": {
        "organisations-0-organisation": ("", "host"), "organisations-0-role": ROLES, "organisations-0-basis": BASES,
        "organisations-1-organisation": ("", "host", "house"), "organisations-1-role": ROLES,
        "people-0-person": ("", "ada"), "people-0-role": ("trainer", "mentor", "needs_originator", "photographer"),
        "people-1-person": ("", "ada", "bo"), "people-1-role": ("trainer", "mentor"),
        "study_visits": ("", "host", "house"), "media_credits-0-credit": TEXTS,
    },
    "numbers": {
        "capacity--min": NUMBERS, "capacity--max": NUMBERS, "participants--planned--min": NUMBERS,
        "participants--planned--max": NUMBERS, "participants--resolved": NUMBERS, "participants--recorded": NUMBERS,
        "participants--countries_count": NUMBERS,
        "participants--reported-0-value": NUMBERS, "participants--reported-0-where": TEXTS,
        "participants--reported-0-source": SOURCES, "participants--reported-1-value": NUMBERS,
    },
    "sources": {
        "issues": TEXTS, "has_detail_page": ("", "on"), "commitments--dissemination--required": ("", "on"),
        "commitments--dissemination--to": TEXTS, "title_source--en": SOURCES, "external-0-source": SOURCES,
        "external-0-facts": FACTS, "external-1-source": SOURCES, "external-1-facts": FACTS,
    },
}  # fmt: skip
STATES = ("planned", "announced", "delivered", "postponed", "cancelled")
PAGES = ("", "trainings/", "trainings/?view=list", "regions/", "regions/lac/", "coverage/", "next/", "trainings/odd/",
         "desk/trainings/odd/", "desk/trainings/odd/preview/", "desk/trainings/odd/history/", "desk/",
         "trainings.json", "trainings.csv", "trainings.ics", "trainings.atom", "trainings/odd/training.ics",
         "trainings/odd/share.png", "people/ada/", "organisations/host/", "topics/ethics/")  # fmt: skip
# What is opened after each answer alone; all of the above after many at once.
NEAR = ("trainings/odd/",)
API = ("/api/v1/trainings", "/api/v1/trainings/odd", "/api/v1/coverage", "/en/desk/planning/", "/en/desk/trainings/")


def rows_in(names):
    """How many rows of each list the fields ``names`` fill: {"phases-rows": 2}."""
    counts: dict[str, int] = {}
    for name in names:
        group, _dash, rest = name.partition("-0-" if "-0-" in name else "-1-")
        if rest:
            counts[f"{group}-rows"] = max(counts.get(f"{group}-rows", 0), 2 if "-1-" in name else 1)
    return counts


def cases(section):
    """Each field alone with each answer, and then a good many at once, always the same ones."""
    fields = FIELDS[section]
    for name, answers in fields.items():
        yield from ({name: answer} for answer in answers)
    dice = random.Random(section)  # noqa: S311
    for _n in range(8):
        names = dice.sample(sorted(fields), dice.randint(2, len(fields)))
        yield {name: dice.choice(fields[name]) for name in names}


@pytest.mark.parametrize("section", FIELDS)
def test_odd_answers_are_refused_or_told_everywhere(client, section):
    client.raise_request_exception = False
    client.force_login(OfficeUserFactory())
    dice, broken, saved = random.Random(section), [], 0  # noqa: S311
    make_topic(id="ethics")
    make_source("X9")
    for slug in ("host", "house"):
        make_organisation(id=slug, name={"en": slug.title()})
    for slug in ("ada", "bo"):
        make_person(id=slug)
    edit = reverse("programmes:training_edit", args=["odd", section])
    with time_machine.travel(ON, tick=False):
        for case in cases(section):
            with transaction.atomic():
                make_training(
                    id="odd",
                    status=dice.choice(STATES),
                    topics=["ethics"],
                    phases=[
                        {"mode": "online", "edtf": "2026-05-04", "time_zone": "Africa/Lagos"},
                        {"mode": "in_person", "edtf": "2026-05-06/2026-05-08"},
                    ],
                    organisations=[{"organisation": "host", "role": "organiser"}],
                    people=[{"person": "ada", "role": "trainer"}],
                )
                form = filled(client.get(edit))
                answer = client.post(edit, {**form, **rows_in(case), **case, "do": "save"})
                told = {"save": answer.status_code}
                if answer.status_code == 302:
                    saved += 1
                    language = dice.choice(("en", "fr", "es"))
                    pages, api = (PAGES, API) if len(case) > 1 else (NEAR, API[1:2])
                    paths = [*(f"/{language}/{path}" for path in pages), *api]
                    told |= {path: client.get(path).status_code for path in paths}
                broken += [(case, path, status) for path, status in told.items() if status not in (200, 302, 422)]
                transaction.set_rollback(True)

    assert broken == []
    assert saved > len(FIELDS[section])
