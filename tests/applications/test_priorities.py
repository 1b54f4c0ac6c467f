"""Priorities: which are met is kept with the judgement, shown beside each application, and puts the preferred first."""

import csv
import io
from importlib import import_module

import pytest
from django.apps import apps

from tessera.applications import services as applying
from tessera.applications.models import Application
from tessera.applications.services.erasing import erase_application
from tessera.applications.services.verdicts import judge_again
from tessera.calls.models import RuleVersion
from tests.applications.test_listing import page, table
from tests.factories.accounts import OfficeUserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
MIGRATION = import_module("tessera.applications.migrations.0011_keep_priorities")


def priority(key, kind, params, weight="priority"):
    return {"key": key, "kind": kind, "weight": weight, "params": params}


RULES = [
    priority("near", "country_of_work", {"countries": ["SN", "TG"]}),
    priority("age", "age_at", {"on": "2026-09-01", "max": 90}, weight="hard"),
    priority("young", "age_at", {"on": "2026-09-01", "max": 35}),
    priority("here", "country_of_work", {"countries": ["TG"]}),
]
FORM = {
    "steps": [
        {
            "key": "you", "title": {"en": "You", "fr": "Vous", "es": "Usted"},
            "questions": [
                {"key": "country", "type": "country", "label": {"en": "Country"}, "fact": "country_of_work"},
                {"key": "born", "type": "date", "label": {"en": "Born"}, "fact": "birth_date", "identity": True,
                 "seen_by": "committee"},
            ],
        }
    ]
}  # fmt: skip
LIST = "column=priorities&order="
EXPORT = "/en/desk/applications/calls/sea/export.csv"


@pytest.fixture
def call():
    return CallFactory(code="sea", form=FORM, rules=RULES)


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


def answered(call, country, born, **facts):
    made = ApplicationFactory(call=call, country_id=country, **facts)
    for question, value in (("country", country), ("born", born)):
        AnswerFactory(application=made, question=question, value=value)
    return made


@pytest.fixture
def people(call):
    """Those judged, in the order in which they were handed in, and one whom nobody judged."""
    rows = {
        "Awa Basalte": answered(call, "SN", "1970-05-01", name="Awa Basalte", submitted=True),
        "Binta Marbre": answered(call, "TG", "1999-05-01", name="Binta Marbre", submitted=True),
        "Celia Onyx": answered(call, "PE", "1999-05-01", name="Celia Onyx", submitted=True),
        "Dario Jaspe": answered(call, "TG", "1970-05-01", name="Dario Jaspe", submitted=True),
    }
    for row in rows.values():
        judge_again(row, at=NOW)
    ApplicationFactory(call=call, name="Esi Agate", submitted=True)
    return rows


def test_what_is_met_is_kept_in_the_order_of_the_rules(call):
    mine = answered(call, "TG", "1970-05-01")

    applying.submit_application(mine, by=mine.applicant, at=NOW)

    mine.refresh_from_db()
    assert mine.priorities == "101"
    mine.answers.filter(question="born").update(value="1999-05-01")
    for _again in range(2):
        judge_again(Application.objects.get(pk=mine.pk), at=NOW)
    mine.refresh_from_db()
    assert mine.priorities == "111"
    assert erase_application(mine, by=None, at=NOW).priorities == ""


def test_the_preferred_stand_first_by_the_address_and_their_priorities_beside_them(client, office, people):
    head, rows = table(page(client, f"{LIST}preferred"))

    assert head == ["Choose", "Applicant", "State", "Priorities met"]
    assert [(row[1].rsplit(" ", 1)[0], row[3]) for row in rows] == [
        ("Binta Marbre", "1, 2, 3 of 3"), ("Dario Jaspe", "1, 3 of 3"), ("Awa Basalte", "1 of 3"),
        ("Celia Onyx", "2 of 3"), ("Esi Agate", "–"),
    ]  # fmt: skip
    latest = [row[1].rsplit(" ", 1)[0] for row in table(page(client, LIST))[1]]
    assert latest == ["Esi Agate", "Dario Jaspe", "Celia Onyx", "Binta Marbre", "Awa Basalte"]
    assert [row[1].rsplit(" ", 1)[0] for row in table(page(client, "order=nonsense"))[1]] == latest
    assert "Priorities met" in table(page(client))[0]


def test_nobody_is_preferred_where_the_rules_have_no_priority(client, office):
    ApplicationFactory(call=CallFactory(code="sea", form=FORM, rules=RULES[1:2]), submitted=True)

    tree = page(client, "column=country&order=preferred")

    assert table(tree)[0] == ["Choose", "Applicant", "State", "Country or territory"]
    assert [one.get("name") for one in tree.all("select") if one.get("name") == "order"] == []
    assert "Priorities met" not in client.get(EXPORT).content.decode()


def test_the_export_has_them_in_the_order_that_is_asked_for(client, office, people):
    body = client.get(f"{EXPORT}?order=preferred").content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(body)))
    assert [(row["Name"], row["Priorities met"]) for row in rows] == [
        ("Binta Marbre", "1, 2, 3 of 3"), ("Dario Jaspe", "1, 3 of 3"), ("Awa Basalte", "1 of 3"),
        ("Celia Onyx", "2 of 3"), ("Esi Agate", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("n", [1, 3])
def test_the_preferred_first_ask_as_often_for_three_as_for_one(client, call, office, n, django_assert_num_queries):
    for _ in range(n):
        judge_again(answered(call, "TG", "1970-05-01", submitted=True), at=NOW)
    page(client, f"{LIST}preferred")  # what is kept for all pages

    # session, user, roles; call, the form, strands, countries, rules, count, rows, saved views, three counts, what is
    # sensitive, pairs, second factor
    with django_assert_num_queries(3 + 14):
        page(client, f"{LIST}preferred")


def test_those_judged_before_get_what_their_verdicts_say(call, people):
    kept = {row.name: row.priorities for row in Application.objects.all()}
    assert kept == {
        "Awa Basalte": "100", "Binta Marbre": "111", "Celia Onyx": "010", "Dario Jaspe": "101", "Esi Agate": "",
    }  # fmt: skip
    RuleVersion.objects.create(call=call, number=2, document={"rules": RULES[::-1]}, at=NOW)
    Application.objects.update(priorities="")

    for _again in range(2):
        MIGRATION.keep(apps, None)

    assert {row.name: row.priorities for row in Application.objects.all()} == kept
    MIGRATION.forget(apps, None)
    assert set(Application.objects.values_list("priorities", flat=True)) == {""}
