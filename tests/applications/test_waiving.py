"""A condition that keeps somebody from submitting is waived by the number they gave; the draft stays theirs alone."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tessera.applications import services
from tessera.applications.models import Answer, Application, Verdict, Waiver
from tessera.applications.services.screening import standing_verdicts
from tessera.applications.services.verdicts import judge_again
from tessera.applications.services.waiving import NoSuchDraft, waive_beforehand
from tessera.calls.models import FormVersion, RuleVersion
from tessera.calls.services import save_rules
from tessera.messaging.models import Message
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import CallFactory
from tests.factories.grants import make_table
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
FORM = {
    "steps": [
        {
            "key": "you", "title": {"en": "You"},
            "questions": [
                {"key": "birth_date", "type": "date", "label": {"en": "Date of birth"}, "required": True,
                 "seen_by": "committee", "identity": True, "fact": "birth_date"},
            ],
        }
    ]
}  # fmt: skip
RULES = [{"key": "age", "kind": "age_at", "weight": "hard", "params": {"on": "2026-09-01", "max": 45}}]


@pytest.fixture
def mine():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        call = CallFactory(form=FORM, rules=RULES, code="sea")
        user = UserFactory(language="fr")
        made = services.start_application(call, call.strands.get().key, by=user, language="fr", at=NOW)
        with transaction.atomic():
            services.save_answers(services.hold(made), {"birth_date": "1970-01-01"}, at=NOW)
        yield Application.objects.get()


def client_of(mine):
    client = Client()
    client.force_login(mine.applicant)
    return client


def send(mine):
    return services.submit_application(mine, by=mine.applicant, at=NOW)


def test_who_was_kept_from_submitting_submits_after_a_waiver_and_is_told_why(client, mine):
    office = OfficeUserFactory()
    client.force_login(office)
    with pytest.raises(services.NotComplete):
        send(mine)
    address = "/en/desk/applications/calls/sea/waive/"
    assert address in client.get("/en/desk/applications/calls/sea/").content.decode()
    page = client.get(address).content.decode()
    assert "Age on a day" in page
    assert mine.number not in page

    sent = {"number": f" {mine.number.lower()} ", "rule": "age", "reason": "Elle dirige le réseau."}
    for _again in range(2):
        assert client.post(address, sent).status_code == 302

    assert [(row.rule, row.reason, row.by) for row in Waiver.objects.all()] == [
        ("age", "Elle dirige le réseau.", office)
    ]
    told = Message.objects.get()
    assert (told.template, told.language, told.to_id) == ("rule_waived", "fr", mine.applicant_id)
    assert "56 ans au 1er septembre 2026" in told.text
    assert "Elle dirige le réseau." in told.text
    assert client.get(f"/en/desk/applications/files/{mine.number}/").status_code == 404
    send(mine)
    assert Application.objects.get().status == "submitted"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": "NOBODY"}, "Nobody writes an application to this call under this number."),
        ({"number": ""}, "Write the number that the applicant gave."),
        ({"reason": " "}, "Write the reason: the applicant reads it."),
        ({"rule": "height"}, "height"),
    ],
)
def test_what_is_not_waived_is_said_and_changes_nothing(client, mine, change, sentence):
    client.force_login(OfficeUserFactory())
    answer = client.post(
        "/en/desk/applications/calls/sea/waive/", {"number": mine.number, "rule": "age", "reason": "x", **change}
    )
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert (Waiver.objects.count(), Message.objects.count()) == (0, 0)


OTHER = {"key": "country", "kind": "country_of_work", "weight": "priority", "params": {"countries": ["SN"]}}


def test_a_waiver_goes_on_holding_when_another_rule_changes(mine):
    waive_beforehand(mine.call, mine.number, "age", reason="Elle dirige le réseau.", by=None, at=NOW)
    worded = RULES[0] | {"reason": {"fr": "Pour le milieu de carrière."}}
    save_rules(mine.call, {"rules": [worded, OTHER]}, by=None, at=NOW, reason="Plus clair.")

    sent = send(mine)

    assert (sent.status, sent.rule_version.number) == ("submitted", 2)
    assert [row.rule for row in standing_verdicts(sent)] == ["country"]
    assert list(Waiver.objects.order_by("pk").values_list("rule_version__number", "rule", "reason")) == [
        (1, "age", "Elle dirige le réseau."), (2, "age", "Elle dirige le réseau."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"params": {"on": "2026-09-01", "max": 44}},
        {"kind": "experience", "params": {"min": 5}},
    ],
)
def test_a_waiver_does_not_let_another_demand_pass(mine, changed):
    waive_beforehand(mine.call, mine.number, "age", reason="Elle dirige le réseau.", by=None, at=NOW)
    # An open call takes no narrower rule any more; versions of earlier times may hold one.
    RuleVersion.objects.create(call=mine.call, number=2, document={"rules": [RULES[0] | changed]}, at=NOW)

    with pytest.raises(services.NotComplete):
        send(mine)

    mine.refresh_from_db()
    assert (mine.status, Waiver.objects.count()) == ("draft", 1)


def _age(most, key="age", **more):
    return {"key": key, "kind": "age_at", "weight": "hard", "params": {"on": "2026-09-01", "max": most}} | more


def _group(kind, *rules, key="age"):
    return {"key": key, "kind": kind, "weight": "hard", "rules": [{"key": one["key"], "kind": one["kind"],
            "params": one["params"]} for one in rules]}  # fmt: skip


YEARS = {"key": "years", "kind": "experience", "weight": "hard", "params": {"min": 5}}


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        ([_age(46)], ["age"]),
        ([_age(46, weight="priority")], ["age"]),
        ([_age(46, key="limit")], ["limit"]),
        ([_group("any_of", _age(45, key="part"), YEARS)], ["age"]),
    ],
)
def test_a_waiver_holds_where_its_condition_is_made_wider_or_gets_another_key(mine, after, kept):
    waive_beforehand(mine.call, mine.number, "age", reason="Elle dirige le réseau.", by=None, at=NOW)
    RuleVersion.objects.create(call=mine.call, number=2, document={"rules": after}, at=NOW)

    sent = send(mine)

    assert (sent.status, sent.rule_version.number) == ("submitted", 2)
    assert standing_verdicts(sent) == []
    held = Waiver.objects.filter(rule_version__number=2).values_list("rule", "reason", "at")
    assert list(held) == [(key, "Elle dirige le réseau.", NOW) for key in kept]
    judge_again(Application.objects.get(), at=NOW)
    assert Waiver.objects.count() == 2


FORM_WITH_YEARS = {
    "steps": [
        FORM["steps"][0] | {"questions": [
            *FORM["steps"][0]["questions"],
            {"key": "years", "type": "number", "label": {"en": "Years"}, "fact": "years_of_experience"},
        ]},
    ]
}  # fmt: skip


@pytest.fixture
def merged(mine):
    """Whose age was waived, while there were two conditions of their own."""
    FormVersion.objects.create(call=mine.call, number=2, document=FORM_WITH_YEARS, at=NOW)
    two = RuleVersion.objects.create(call=mine.call, number=2, document={"rules": [_age(45), YEARS]}, at=NOW)
    Waiver.objects.create(application=mine, rule_version=two, rule="age", reason="Elle dirige le réseau.", at=NOW)

    def after(*rules, years):
        RuleVersion.objects.create(call=mine.call, number=3, document={"rules": rules}, at=NOW)
        with transaction.atomic():
            services.save_answers(services.hold(mine), {"years": str(years)}, at=NOW)

    return after


NESTED = {"key": "one", "kind": "any_of", "weight": "hard", "rules": [
    {"key": "both", "kind": "all_of", "rules": [{"key": "age", "kind": "age_at", "params": _age(45)["params"]},
                                                {"key": "years", "kind": "experience", "params": {"min": 5}}]},
    {"key": "head", "kind": "experience", "params": {"min": 30}},
]}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "held"),
    [
        (_group("all_of", _age(45), YEARS, key="both"), "age"),
        (_group("all_of", _age(46, key="limit"), YEARS, key="both"), "limit"),
        (NESTED, "age"),
    ],
)
def test_a_waiver_holds_for_one_member_of_a_group_and_the_others_are_judged(client, mine, merged, rule, held):
    merged(rule, years=5)

    sent = send(mine)

    assert (sent.status, sent.rule_version.number) == ("submitted", 3)
    assert [(row.rule, row.outcome) for row in standing_verdicts(sent)] == [(rule["key"], "met")]
    found = Waiver.objects.filter(rule_version__number=3).values_list("rule", "reason", "at")
    assert list(found) == [(held, "Elle dirige le réseau.", NOW)]
    judge_again(Application.objects.get(), at=NOW)
    assert Waiver.objects.count() == 2
    client.force_login(OfficeUserFactory())
    page = client.get(f"/en/desk/applications/files/{mine.number}/").content.decode()
    assert "Age on a day: Elle dirige le réseau." in page


@pytest.mark.parametrize("rule", [_group("all_of", _age(45), YEARS, key="both"), NESTED])
def test_a_waiver_for_one_member_of_a_group_lets_no_other_pass(mine, merged, rule):
    merged(rule, years=4)

    with pytest.raises(services.NotComplete) as refused:
        send(mine)

    assert [one.rule for one in refused.value.verdicts] == [rule["key"]]
    assert Waiver.objects.count() == 1


def test_a_group_is_waived_where_each_of_its_members_was(mine, merged):
    two = RuleVersion.objects.get(number=2)
    Waiver.objects.create(application=mine, rule_version=two, rule="years", reason="Elle enseigne.", at=NOW)
    merged(_group("all_of", _age(45), YEARS, key="both"), years=1)

    sent = send(mine)

    assert (sent.status, standing_verdicts(sent)) == ("submitted", [])
    assert sorted(Waiver.objects.filter(rule_version__number=3).values_list("rule", flat=True)) == [
        "age", "both", "years",
    ]  # fmt: skip


def test_a_waiver_makes_no_priority_met(mine, merged):
    merged(_group("all_of", _age(45), YEARS, key="both") | {"weight": "priority"}, years=9)

    sent = send(mine)

    assert [(row.rule, row.outcome) for row in standing_verdicts(sent)] == [("both", "not_met")]
    assert Waiver.objects.count() == 1


def test_another_condition_that_was_not_waived_is_not_let_pass(mine):
    before = RuleVersion.objects.create(
        call=mine.call, number=2, document={"rules": [_age(45), _age(60, key="never")]}, at=NOW
    )
    Waiver.objects.create(application=mine, rule_version=before, rule="age", reason="Oui.", at=NOW)
    Answer.objects.update(value="1950-01-01")
    RuleVersion.objects.create(call=mine.call, number=3, document={"rules": [_age(46), _age(61, key="never")]}, at=NOW)

    with pytest.raises(services.NotComplete) as refused:
        send(mine)

    assert [one.rule for one in refused.value.verdicts] == ["never"]
    assert Waiver.objects.count() == 1


def test_a_number_of_another_call_and_one_that_was_handed_in_are_not_there(mine):
    other = CallFactory(form=FORM, rules=RULES)
    submitted = ApplicationFactory(call=mine.call, submitted=True)
    for call, number in ((other, mine.number), (mine.call, submitted.number)):
        with pytest.raises(NoSuchDraft):
            waive_beforehand(call, number, "age", reason="x", by=None, at=NOW)
    assert (Waiver.objects.count(), Message.objects.count()) == (0, 0)


def test_the_page_that_stops_an_applicant_says_which_number_to_give(client, mine):
    client.force_login(mine.applicant)
    page = client.get("/en/apply/sea/review/").content.decode()
    assert f"Give your number: <b>{mine.number}</b>." in page


def test_without_a_hard_condition_the_page_says_so(client, mine):
    CallFactory(form=FORM, code="open")
    client.force_login(OfficeUserFactory())
    page = client.get("/en/desk/applications/calls/open/waive/").content.decode()
    assert "No condition keeps anybody from submitting" in page
    assert "<textarea" not in page


def test_the_category_of_a_country_stays_what_it_was_when_an_application_was_handed_in():
    table = make_table("dues", one=["FR"], four=["SN"])
    asked = {"key": "country", "type": "country", "label": {"en": "Where?"}, "fact": "country_of_work"}
    form = {"steps": [{"key": "you", "title": {"en": "You"}, "questions": [asked]}]}
    params = {"table": "dues", "categories": ["four"]}
    rule = {"key": "where", "kind": "country_of_work", "weight": "hard", "params": params}
    with time_machine.travel(NOW, tick=False):
        call = CallFactory(form=form, rules=[rule])
        first, second = (
            services.start_application(call, call.strands.get().key, by=UserFactory(), language="en", at=NOW)
            for _n in range(2)
        )
        for one in (first, second):
            with transaction.atomic():
                services.save_answers(services.hold(one), {"country": "SN"}, at=NOW)
        send(first)
        table.categories.get(code="four").members.all().delete()

        judge_again(Application.objects.get(pk=first.pk), at=NOW)

        assert [row.outcome for row in Verdict.objects.filter(application=first)] == ["met"]
        with pytest.raises(services.NotComplete):
            send(second)
        returned = {"status": "returned", "completion": {"until": (NOW + timedelta(days=3)).isoformat(), "text": "CV"}}
        Application.objects.filter(pk=first.pk).update(**returned)
        page = client_of(first).get(f"/en/apply/{first.call.code}/review/").content.decode()
        again = send(Application.objects.get(pk=first.pk))
        assert (again.status, again.profile["categories"]) == ("submitted", {"dues": "four"})
        assert "Give your number" not in page
        Application.objects.filter(pk=first.pk).update(country="FR")
        Answer.objects.filter(application=first).update(value="FR")
        judge_again(Application.objects.get(pk=first.pk), at=NOW)
        assert [row.outcome for row in Verdict.objects.filter(application=first)] == ["not_met"]
