#!/usr/bin/env python3
"""How long every list takes at the size that a programme must hold, on the database at hand.

    python bench/lists.py [--json] [--quick]
    tools/with_postgres.sh python bench/lists.py

200 trainings, 5,000 people and as many accounts, 1,000 organisations, a call with 500 applications and 1,500 files,
5,000 messages and what the log says of all that. Each page is asked three times in this process, by somebody of the
office or by the administrator, and the slowest time counts. The most is 2 s.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench._figures import Figure, arguments, report  # noqa: E402

MOST_S = 2.0
TRAININGS, PEOPLE, ORGANISATIONS, APPLICATIONS, MESSAGES = 200, 5_000, 1_000, 500, 5_000
COUNTRIES = "SN CI BF ML NE TG BJ GA CM CD RW TN MA DZ".split()
STATES = ("submitted", "submitted", "submitted", "eligible", "ineligible", "returned", "draft")
RULES: list[Any] = [
    {
        "key": "age",
        "kind": "age_at",
        "weight": "hard",
        "params": {"on": "2027-09-01", "max": 45},
        "reason": {"fr": "Loi."},
    },
    {"key": "level", "kind": "by_person", "weight": "person", "params": {}, "reason": {"fr": "Niveau."}},
]


def main() -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows: rough figures")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tessera-bench-") as folder:
        os.environ |= {
            "TESSERA_DATA": folder, "DJANGO_SETTINGS_MODULE": "bench._settings",
            "TESSERA_SECRET_KEY": "of a bench, and of nothing else, but long enough",
        }  # fmt: skip
        os.environ.pop("TESSERA_PUBLIC_HOST", None)
        import django

        django.setup()
        from django.db import connection, transaction

        from tessera.commands.preparation import prepare_database, prepare_static_files

        prepare_database()
        prepare_static_files()
        with transaction.atomic():
            code = fill(10 if asked.quick else 1)
        on = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        figures = [Figure(f"{on}: {what}", seconds, "s", MOST_S) for what, seconds in measure(code)]
        connection.close()
    return report(figures, as_json=asked.json)


def fill(share: int) -> str:
    """Write the rows; returns the code of the call."""
    from django.utils import timezone

    from tests.factories.accounts import UserFactory
    from tests.factories.messaging import MessageFactory
    from tests.factories.organisations import make_organisation, make_person
    from tests.factories.programmes import make_programme, make_training

    chance = random.Random(2018)  # noqa: S311
    make_programme()
    houses = [
        make_organisation(name={"en": f"Museum {n} of {chance.choice(COUNTRIES)}"}).slug
        for n in range(ORGANISATIONS // share)
    ]
    people = []
    for n in range(PEOPLE // share):
        name = {"given": f"Basalte {n}", "family": f"Granit {chance.randrange(10**6)}"}
        name["display"] = f"{name['given']} {name['family']}"
        people.append(make_person(name=name, work_country=chance.choice(COUNTRIES)).slug)
        UserFactory(email=f"basalte{n}@example.org")
    for n in range(TRAININGS // share):
        starts = timezone.now().date() + timedelta(days=chance.randrange(-3000, 700))
        edtf = f"{starts}/{starts + timedelta(days=4)}"
        make_training(
            title={"en": f"Training {n}", "fr": f"Formation {n}"}, dates={"edtf": edtf}, phases=[],
            published=n % 4 != 0,
            people=[{"person": p, "role": "trainer", "basis": "stated"} for p in chance.sample(people, 3)],
            organisations=[{"organisation": h, "role": "partner", "basis": "stated"} for h in chance.sample(houses, 4)],
        )  # fmt: skip
    for n in range(MESSAGES // share):
        MessageFactory(address=f"basalte{n}@example.org", sent=True)
    return _applications(chance, APPLICATIONS // share)


def _applications(chance: random.Random, many: int) -> str:
    from django.utils import timezone

    from bench._spike import open_call
    from tessera.applications.models import Answer, Application, Document, Verdict
    from tessera.calls.models import Call

    code, _sessions, _choices = open_call(many, rules=RULES)
    call, now = Call.objects.get(code=code), timezone.now()
    form, rules = call.form_versions.order_by("-number")[0], call.rule_versions.order_by("-number")[0]
    rows = list(Application.objects.filter(call=call).order_by("pk"))
    for row in rows:
        row.status = chance.choice(STATES)
        row.name, row.country_id = f"Awa Grès {row.pk}", chance.choice(COUNTRIES)
        if row.status != "draft":
            row.submitted_at, row.form_version, row.rule_version = now, form, rules
    Application.objects.bulk_update(
        rows, ["status", "name", "country", "submitted_at", "form_version", "rule_version"], batch_size=200
    )
    texts = {"full_name": "Awa Grès", "motivation": "Apprendre et transmettre. " * 60, "post": "Conservatrice"}
    Answer.objects.bulk_create(
        (Answer(application=row, question=key, value=value, saved_at=now, revision=1)
         for row in rows for key, value in texts.items()), batch_size=500,
    )  # fmt: skip
    Document.objects.bulk_create(
        (Document(application=row, question=key, name=f"{key}.pdf", kind="pdf", size=90_000, pages=2, sha256="0" * 64,
                  state="ready", uploaded_at=now)
         for row in rows for key in ("cv", "letter", "passport_page")), batch_size=500,
    )  # fmt: skip
    Verdict.objects.bulk_create(
        (Verdict(application=row, rule_version=rules, rule=rule, outcome=chance.choice(("met", "not_met")), at=now)
         for row in rows if row.submitted_at for rule in ("age", "level")), batch_size=500,
    )  # fmt: skip
    return code


def measure(code: str) -> list[tuple[str, float]]:
    """[(list, slowest of three in seconds)], slowest first."""
    from django.test import Client

    from tests.factories.accounts import UserFactory

    office, admin = Client(), Client()
    office.force_login(UserFactory(roles=["office"]))
    admin.force_login(UserFactory(roles=["admin"]))
    screening = f"/en/desk/applications/calls/{code}/"
    asked: dict[str, tuple[Any, str]] = {
        "public catalogue": (Client(), "/en/trainings/"),
        "public people": (Client(), "/en/people/"),
        "public organisations": (Client(), "/en/organisations/"),
        "public calls": (Client(), "/en/calls/"),
        "coverage": (Client(), "/en/coverage/"),
        "what needs me today": (office, "/en/desk/"),
        "trainings of the desk": (office, "/en/desk/trainings/"),
        "people of the desk": (office, "/en/desk/people/"),
        "people of the desk, searched": (office, "/en/desk/people/?q=granit"),
        "organisations of the desk": (office, "/en/desk/organisations/"),
        "texts to translate": (office, "/en/desk/texts/"),
        "missing facts": (office, "/en/desk/facts/"),
        "planning board": (office, "/en/desk/planning/"),
        "trainers": (office, "/en/desk/planning/trainers/"),
        "proposals": (office, "/en/desk/planning/proposals/"),
        "calls of the desk": (office, "/en/desk/calls/"),
        "applications by call": (office, "/en/desk/applications/"),
        "applications of a call": (office, screening),
        "applications of a call, searched and narrowed": (office, f"{screening}?q=awa&status=submitted&country=SN"),
        "demand of a call": (office, f"{screening}demand/"),
        "duplicates of a call": (office, f"{screening}duplicates/"),
        "what is deleted when": (office, f"{screening}kept/"),
        "export of a call, XLSX": (office, f"{screening}export.xlsx"),
        "export of a call, CSV": (office, f"{screening}export.csv"),
        "outbox": (office, "/en/desk/outbox/"),
        "failed mail and tasks": (office, "/en/desk/outbox/failed/"),
        "users": (admin, "/en/account/users/"),
        "activity log": (admin, "/en/desk/activity/"),
    }
    told = []
    for what, (client, path) in asked.items():
        slowest = 0.0
        for _turn in range(3):
            before = time.perf_counter()
            answer = client.get(path, headers={"host": "localhost"})
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            slowest = max(slowest, time.perf_counter() - before)
            if answer.status_code != 200 or not body:
                raise SystemExit(f"{path} answered {answer.status_code} {answer.headers.get('location', '')}")
        told.append((what, slowest))
    return sorted(told, key=lambda one: -one[1])


if __name__ == "__main__":
    sys.exit(main())
