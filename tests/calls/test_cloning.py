"""A copy of a call takes over no day: those inside rules are left to be set, and no call goes out without them."""

from datetime import date

import pytest

from tessera.calls import services
from tessera.calls.eligibility import Outcome, Profile, judge, read_rules
from tessera.calls.eligibility.editing import left_to_set
from tessera.calls.models import Call
from tessera.calls.queries import latest_form, latest_rules
from tessera.calls.services import save_rules
from tessera.core.errors import InvalidDocument
from tessera.organisations.services import Lacking
from tests.factories.accounts import UserFactory
from tests.factories.calls import FORM, make_call
from tests.factories.moments import NOW
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db

AGE = {"key": "age", "kind": "age_at", "weight": "hard", "params": {"on": "2026-09-07", "max": 45}}
MEMBER = {
    "key": "member", "kind": "membership", "weight": "hard",
    "params": {"years": [2025, 2026], "or_new_member": True, "or_commits_by": "2026-04-01"},
}  # fmt: skip
PAUSE = {"key": "pause", "kind": "grant_pause", "weight": "priority", "params": {"years": 3, "on": "2026-09-07"}}
LEVEL = {"key": "level", "kind": "post_level", "weight": "hard", "params": {"levels": ["head"]}}
WAYS = {
    "key": "ways", "kind": "any_of", "weight": "hard",
    "rules": [
        {"key": "young", "kind": "age_at", "params": {"on": "2026-01-01", "min": 20}},
        {"key": "experience", "kind": "experience", "params": {"min": 5}},
    ],
}  # fmt: skip
SAID = [
    "Set the day on which ages count, in the rule “age”: a copy leaves it out.",
    "Set the years of dues, in the rule “member”: a copy leaves them out.",
    "Set the day by which people promise to join, in the rule “member”: a copy leaves it out.",
    "Set the day on which ages count, in the rule “young”: a copy leaves it out.",
    "Set the day on which the pause since a grant is counted, in the rule “pause”: a copy leaves it out.",
]


def later(edtf="2027-09-06/2027-09-10"):
    return make_training(dates={"edtf": edtf}, phases=[])


def cloned(**changes):
    source = make_call(strands=[{"key": "a", "name": {"en": "A"}}], **changes)
    return source, services.clone_call(source, later(), by=None, at=NOW)


@pytest.fixture
def copied():
    source = make_call(strands=[{"key": "a", "name": {"en": "A"}}])
    save_rules(source, {"rules": [AGE, MEMBER, LEVEL, WAYS], "strands": {"a": {"rules": [PAUSE]}}}, by=None, at=NOW)
    return services.clone_call(source, later(), by=None, at=NOW)


def params(rules):
    return {rule["key"]: rule.get("params") or params(rule["rules"]) for rule in rules}


def test_days_and_years_of_rules_are_left_to_be_set_and_all_else_stays(copied):
    document = latest_rules(copied).document

    assert params(document["rules"]) == {
        "age": {"on": "?", "max": 45},
        "member": {"years": "?", "or_new_member": True, "or_commits_by": "?"},
        "level": {"levels": ["head"]},
        "ways": {"young": {"on": "?", "min": 20}, "experience": {"min": 5}},
    }
    assert params(document["strands"]["a"]["rules"]) == {"pause": {"years": 3, "on": "?"}}
    assert [rule.get("weight") for rule in document["rules"]] == ["hard"] * 4


def test_what_is_to_be_set_is_named_and_keeps_the_call_from_going_out(copied):
    assert [text for text in services.lacking(copied, NOW) if "a copy leaves" in text] == SAID

    with pytest.raises(Lacking) as refused:
        services.publish_call(copied, by=None, at=NOW)

    assert set(SAID) <= set(refused.value.lacking)
    assert Call.objects.get(pk=copied.pk).status == "draft"


def test_setting_them_one_by_one_empties_the_list(copied):
    document = latest_rules(copied).document
    document["rules"][0]["params"]["on"] = "2027-09-06"
    save_rules(copied, document, by=None, at=NOW)
    assert [text for text in services.lacking(copied, NOW) if "a copy leaves" in text] == SAID[1:]

    document["rules"][1]["params"] = {"years": [2026, 2027], "or_commits_by": "2027-04-01"}
    document["rules"][3]["rules"][0]["params"]["on"] = "2027-01-01"
    document["strands"]["a"]["rules"][0]["params"]["on"] = "2027-09-06"
    save_rules(copied, document, by=None, at=NOW)

    assert left_to_set(latest_rules(copied).document) == []
    assert [text for text in services.lacking(copied, NOW) if "a copy leaves" in text] == []


def test_nobody_is_judged_by_a_day_that_is_not_set(copied):
    rules = read_rules({"rules": latest_rules(copied).document["rules"]})
    known = Profile(
        birth_date=date(1990, 1, 1),
        membership="will_join",
        dues_years=frozenset(),
        post_level="head",
        years_of_experience=9,
    )

    verdicts = judge(rules, known, on=date(2027, 1, 1))

    assert [verdict.outcome for verdict in verdicts] == [Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.MET, Outcome.MET]
    assert str(verdicts[0].sentence) == "Nobody can be judged by this yet: its day or its years are still to be set."


@pytest.mark.parametrize("rule", [
    LEVEL | {"params": {"levels": "?"}}, PAUSE | {"params": {"years": "?", "on": "2026-01-01"}},
    AGE | {"params": {"on": "2026-09-07", "max": "?"}}, AGE | {"params": {"on": "??", "max": 45}},
])  # fmt: skip
def test_nothing_but_days_and_named_years_can_be_left_to_be_set(rule):
    call = make_call()

    with pytest.raises(InvalidDocument):
        save_rules(call, {"rules": [rule]}, by=None, at=NOW)

    assert latest_rules(call).document == {"rules": []}


def test_rules_without_days_are_taken_over_as_they_are():
    source, fresh = cloned(rules=[LEVEL])

    assert latest_rules(fresh).document == latest_rules(source).document
    assert [text for text in services.lacking(fresh, NOW) if "a copy leaves" in text] == []


@pytest.mark.parametrize(("edtf", "bounds"), [
    ("2027-09-06/2027-09-10", {"min": "2026-12-31", "max": "2027-12-30"}),  # 364 days later
    ("2027", {}),
])  # fmt: skip
def test_bounds_of_questions_for_a_day_move_with_the_training_or_are_left_out(edtf, bounds):
    when = {
        "key": "when", "type": "date", "label": {"en": "When?"}, "required": False, "stage": "apply",
        "min": "2026-01-01", "max": "2026-12-31",
    }  # fmt: skip
    posts = {
        "key": "posts", "type": "rows", "label": {"en": "Posts"}, "required": False, "stage": "apply",
        "columns": [{"key": "since", "type": "date", "label": {"en": "Since"}, "min": "2026-01-01", "max": "2026-12-31"}],
    }  # fmt: skip
    form = {"steps": [FORM["steps"][0] | {"questions": [*FORM["steps"][0]["questions"], when, posts]}]}
    source = make_call(form=form)
    before = latest_form(source).document

    fresh = services.clone_call(source, later(edtf), by=None, at=NOW)

    _name, asked, rows = latest_form(fresh).document["steps"][0]["questions"]
    for one in (asked, rows["columns"][0]):
        assert {name: one[name] for name in ("min", "max") if one.get(name)} == bounds
    assert latest_form(source).document == before


@pytest.mark.parametrize(("language", "words"), [
    ("en", "On the day: still to be set"), ("fr", "Au jour\u00a0: encore à fixer"), ("es", "En el día: aún por fijar"),
])  # fmt: skip
def test_the_desk_shows_what_is_to_be_set_and_its_form_asks_for_it(client, copied, language, words):
    client.force_login(UserFactory(roles=["office"]))

    page = client.get(f"/{language}/desk/calls/{copied.code}/rules/").content.decode()
    assert words in page
    form = client.get(f"/{language}/desk/calls/{copied.code}/rules/for/-/age/").content.decode()
    assert 'value="?"' not in form
    bench = client.get(f"/{language}/desk/calls/{copied.code}/rules/test/")
    history = client.get(f"/{language}/desk/calls/{copied.code}/rules/versions/")
    assert (bench.status_code, history.status_code) == (200, 200)


def test_a_rule_is_not_saved_again_without_its_day(client, copied):
    client.force_login(UserFactory(roles=["office"]))
    number = latest_rules(copied).number
    address = f"/en/desk/calls/{copied.code}/rules/for/-/age/"
    given = {"version": str(number), "weight": "hard", "params--max": "40", "do": "save"}

    assert client.post(address, given).status_code == 422
    assert latest_rules(copied).number == number
    client.post(address, given | {"params--on": "2027-09-06"})

    assert latest_rules(copied).document["rules"][0]["params"] == {"on": "2027-09-06", "max": 40}
