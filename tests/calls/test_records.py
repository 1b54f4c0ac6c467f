"""Calls as documents: what may be said, what is kept, what stays once readers saw it."""

from datetime import UTC, datetime, timedelta

import pytest

from tessera.activity.models import Activity, Revision
from tessera.calls import services
from tessera.calls.documents import call_document
from tessera.calls.models import Call, FormVersion, RuleVersion
from tessera.calls.queries import calls_whole, latest_form, latest_rules, sister_calls
from tessera.core.errors import InvalidDocument, StaleVersion
from tessera.core.models import TranslationState
from tests.factories.accounts import OfficeUserFactory
from tests.factories.calls import FORM, make_call
from tests.factories.calls import call_document as facts
from tests.factories.grants import make_table
from tests.factories.moments import NOW
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db

PACKAGE = {
    "key": "full",
    "name": {"en": "Full grant"},
    "components": [
        {"kind": "travel", "covered": True, "books": "office", "ceiling": None},
        {"kind": "visa", "covered": False, "books": "participant", "ceiling": None},
    ],
    "ceiling": {"minor": 150_000, "currency": "EUR"},
    "condition": {"table": "dues", "categories": ["four"], "strands": ["guests"]},
}
STRANDS = [
    {"key": "hosts", "name": {"en": "Hosts"}, "places": {"min": 4, "max": 6}},
    {
        "key": "guests", "name": {"en": "Guests"}, "packages": ["full"], "opens": {"day": "2026-02-10", "time": "08:00"},
        "deadline": {"day": "2026-03-20", "time": "18:00", "zone": "Africa/Dakar"},
    },
]  # fmt: skip


def refused(call, **changes):
    """The errors of a change of a saved call."""
    with pytest.raises(InvalidDocument) as refusal:
        services.save_call({**call_document(call), **changes}, by=None, at=NOW)
    return refusal.value.errors


def test_call_document_comes_back_as_it_was_saved():
    make_table()
    training = make_training(dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])
    document = facts(
        training=training.slug, strands=STRANDS, packages=[PACKAGE], channel="endorsed", sister_group="sahel",
        limits={"considered_per_country": 6, "accepted_per_country": 2}, fee={"minor": 0, "currency": "EUR"},
        timeline={"offers": "2026-06-01"}, contact="office@example.org", id="call-of-dakar",
    )  # fmt: skip

    saved = services.save_call(document, by=None, at=NOW)

    assert saved.document == document
    assert call_document(calls_whole().get(code="call-of-dakar")) == document
    row = saved.obj
    assert row.opens_at == datetime(2026, 2, 2, 21, tzinfo=UTC)  # 09:00 anywhere on Earth
    assert row.closes_at == datetime(2026, 3, 16, 12, tzinfo=UTC)
    assert (row.first_opens_at, row.last_closes_at) == (row.opens_at, datetime(2026, 3, 20, 18, 1, tzinfo=UTC))
    hosts, guests = row.strands.order_by("order")
    assert (hosts.opening(), hosts.closing()) == (row.opens_at, row.closes_at)
    assert guests.opening() == datetime(2026, 2, 10, 8, tzinfo=UTC)
    revision = Revision.objects.get(activity__object_key="call-of-dakar")
    assert (revision.version, revision.document) == (1, document)


def test_saving_the_same_call_again_changes_nothing():
    call = make_call()
    before = Activity.objects.count()

    saved = services.save_call(call_document(call), by=None, at=NOW, expected_version=call.version)

    assert (saved.changed, saved.obj.version, Activity.objects.count()) == (False, call.version, before)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"title": {}}, "title"),
        ({"training": "nowhere"}, "training"),
        ({"training": ""}, "training"),
        ({"deadline": {"day": "2026-03-15", "time": "23:59", "zone": ""}}, "deadline.zone"),
        ({"deadline": {"time": "23:59", "zone": ""}}, "deadline.zone"),
        ({"deadline": {}}, "deadline.zone"),
        ({"opens": None, "deadline": {}, "strands": [{"key": "a", "opens": {"day": "2026-02-02"}}]}, "deadline.zone"),
        (
            {"strands": [{"key": "a", "deadline": {"day": "2026-03-15", "time": "23:59", "zone": ""}}]},
            "strands[0].deadline.zone",
        ),
        ({"deadline": {"day": "2026-03-15", "time": "24:00", "zone": "Etc/GMT+12"}}, "deadline.time"),
        ({"deadline": {"day": "2026-03-15", "time": "minuit", "zone": "Etc/GMT+12"}}, "deadline.time"),
        ({"deadline": {"day": "2026-02-30", "time": "23:59", "zone": "Etc/GMT+12"}}, "deadline.day"),
        ({"deadline": {"day": "2026-01-15", "time": "23:59", "zone": "Etc/GMT+12"}}, "opens.day"),
        ({"deadline": {"day": "2026-09-15", "time": "23:59", "zone": "Etc/GMT+12"}}, "deadline.day"),
        ({"channel": "post"}, "channel"),
        ({"contact": "nobody"}, "contact"),
        ({"limits": {"accepted_per_country": 4, "considered_per_country": 2}}, "limits.considered_per_country"),
        ({"fee": {"minor": 100, "currency": ""}}, "fee.currency"),
        ({"timeline": {"offers": "2026-06-31"}}, "timeline.offers"),
        ({"strands": [{"key": "a", "name": {"en": "A"}}, {"key": "a", "name": {"en": "B"}}]}, "strands[1].key"),
        ({"strands": [{"key": "a", "places": {"min": 3, "max": 2}}]}, "strands[0].places.max"),
        ({"strands": [{"key": "a", "packages": ["none"]}]}, "strands[0].packages[0]"),
        ({"packages": [{"key": "a", "name": {}}]}, "packages[0].name"),
        ({"packages": [{"name": {"en": "A"}, "condition": {"strands": ["b"]}}]}, "packages[0].condition.strands"),
        (
            {"packages": [{"name": {"en": "A"}, "condition": {"table": "none", "categories": ["a"]}}]},
            "packages[0].condition.table",
        ),
        ({"packages": [{"key": 1, "name": {"en": "A"}}]}, "packages[0].key"),
        ({"invented": 1}, "invented"),
    ],
)
def test_what_a_call_may_not_say_is_refused_at_its_place_and_nothing_is_written(changes, path):
    call = make_call()

    errors = refused(call, **changes)

    assert list(errors) == [path]
    assert calls_whole().get().version == call.version


def test_without_opening_and_day_a_deadline_is_anywhere_on_earth():
    call = make_call(opens=None, deadline={})

    saved = services.save_call(call_document(call) | {"deadline": {"time": "23:59"}}, by=None, at=NOW)

    assert saved.document["deadline"] == {"time": "23:59", "zone": "Etc/GMT+12"}
    again = services.save_call(saved.document | {"deadline": {"time": "23:59"}}, by=None, at=NOW)
    assert (again.changed, again.obj.version) == (False, saved.obj.version)


def test_of_a_public_call_texts_change_and_dates_strands_and_channel_do_not():
    call = make_call(status="open")
    document = call_document(call)

    assert services.save_call({**document, "offer": {"en": "A week."}}, by=None, at=NOW).obj.offer == {"en": "A week."}
    call = calls_whole().get()
    assert list(refused(call, channel="endorsed")) == ["channel"]
    assert list(refused(call, deadline={**document["deadline"], "day": "2026-03-20"})) == ["deadline.day"]
    assert list(refused(call, opens={"day": "2026-02-01", "time": "09:00"})) == ["opens"]
    assert list(refused(call, strands=[{"key": "others"}])) == ["strands", "strands[0].key"]
    assert calls_whole().get().version == call.version


def test_restoring_a_public_call_keeps_what_readers_were_told():
    call = make_call(summary={"en": "First words."})
    services.save_call({**call_document(call), "summary": {"en": "Second words."}}, by=None, at=NOW)
    call = services.publish_call(call, by=None, at=NOW)
    services.extend_call(call, "2026-03-30", "23:59", "Etc/GMT+12", by=None, at=NOW)
    revision = Revision.objects.get(activity__object_key=call.code, version=1)

    services.restore_revision(revision, by=None, at=NOW)

    call = calls_whole().get()
    assert (call.summary, call.deadline_on.isoformat(), call.status) == ({"en": "First words."}, "2026-03-30", "open")


def test_clone_takes_over_everything_but_dates():
    source = make_call(
        status="open", strands=[STRANDS[0], {**STRANDS[1], "packages": []}], timeline={"offers": "2026-06-01"},
        sister_group="sahel", rules=[{"key": "post", "kind": "by_person", "weight": "person", "reason": {"en": "Look."}}],
    )  # fmt: skip
    other = make_training(dates={"edtf": "2027-09-06/2027-09-10"}, phases=[])
    TranslationState.objects.filter(object_key=source.code, field="title", language="fr").update(state="reviewed")

    fresh = services.clone_call(source, other, by=None, at=NOW)

    assert (fresh.status, fresh.training, fresh.code != source.code) == ("draft", other, True)
    document, old = call_document(fresh), call_document(source)
    assert document["deadline"] == {"time": "23:59", "zone": "Etc/GMT+12"}
    assert "opens" not in document
    assert "timeline" not in document
    assert "sister_group" not in document
    assert document["strands"] == [
        STRANDS[0], {"key": "guests", "name": {"en": "Guests"}, "deadline": {"time": "18:00", "zone": "Africa/Dakar"}},
    ]  # fmt: skip
    assert [document[name] for name in ("title", "summary", "audience")] == [
        old[name] for name in ("title", "summary", "audience")
    ]
    assert latest_form(fresh).document == latest_form(source).document
    assert RuleVersion.objects.get(call=fresh).document == RuleVersion.objects.get(call=source).document
    states = TranslationState.objects.filter(object_key=fresh.code, field="title").order_by("language")
    assert list(states.values_list("language", "state")) == list(
        TranslationState.objects.filter(object_key=source.code, field="title")
        .order_by("language")
        .values_list("language", "state")
    )


def test_a_call_for_a_rehearsal_training_is_one_too():
    training = make_training(rehearsal=True, dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])

    assert make_call(training=training.slug).rehearsal is True
    assert make_call().rehearsal is False


def test_sisters_are_the_other_calls_of_the_group():
    one, two, _other = make_call(sister_group="sahel"), make_call(sister_group="sahel"), make_call()

    assert list(sister_calls(one)) == [two]
    assert list(sister_calls(_other)) == []


def test_form_gets_a_new_number_only_where_it_differs():
    call = make_call(form=None)

    first = services.save_form(call, FORM, by=None, at=NOW, expected_number=0)
    same = services.save_form(call, FORM, by=None, at=NOW, expected_number=1)
    shorter = services.save_form(call, {"steps": FORM["steps"][:1]}, by=None, at=NOW, expected_number=1, reason="Less.")

    assert [version.number for version in (first, same, shorter)] == [1, 1, 2]
    assert list(FormVersion.objects.order_by("number").values_list("number", "reason")) == [(1, ""), (2, "Less.")]
    verbs = Activity.objects.filter(object_key=call.code, verb="call.form_saved").order_by("pk")
    assert list(verbs.values_list("before", "after")) == [("", "1"), ("1", "2")]


def test_form_that_cannot_be_read_or_is_stale_is_refused_and_not_kept():
    call = make_call()

    with pytest.raises(InvalidDocument):
        services.save_form(call, {"steps": [{"key": "you"}]}, by=None, at=NOW)
    with pytest.raises(StaleVersion):
        services.save_form(call, {"steps": FORM["steps"][:1]}, by=None, at=NOW, expected_number=0)

    assert FormVersion.objects.count() == 1


def test_form_of_an_open_call_takes_harmless_changes_only():
    call = make_call(status="open")
    reworded = {"steps": [{**FORM["steps"][0], "title": {"en": "You"}}, FORM["steps"][1]]}

    with pytest.raises(services.ChangesRefused) as refusal:
        services.save_form(call, {"steps": FORM["steps"][:1]}, by=None, at=NOW)
    assert len(refusal.value.refusals) == 1
    assert FormVersion.objects.count() == 1
    assert services.save_form(call, reworded, by=None, at=NOW).number == 2


def test_rules_hold_for_everybody_and_for_one_strand_under_keys_of_their_own():
    call = make_call(strands=[STRANDS[0], {"key": "guests", "name": {"en": "Guests"}}])
    rule = {"key": "post", "kind": "by_person", "weight": "person", "reason": {"en": "Look."}}
    more = {**rule, "key": "letter"}

    made = services.save_rules(
        call, {"rules": [more], "strands": {"guests": {"rules": [{**more, "key": "other"}]}}}, by=None, at=NOW
    )

    assert [rule["key"] for rule in made.rules_of("guests")["rules"]] == ["letter", "other"]
    for wrong, path in (
        ({"rules": [more], "strands": {"guests": {"rules": [more]}}}, "strands.guests.rules[0].key"),
        ({"strands": {"nobody": {"rules": []}}}, "strands.nobody"),
        ({"rules": [{"key": "x", "kind": "experience", "weight": "hard"}]}, "rules[0].params"),
    ):
        with pytest.raises(InvalidDocument) as refusal:
            services.save_rules(call, wrong, by=None, at=NOW)
        assert list(refusal.value.errors) == [path]
    assert RuleVersion.objects.filter(call=call).count() == 2


def test_rules_of_an_open_call_change_with_a_reason_and_never_begin_to_exclude():
    rule = {"key": "post", "kind": "by_person", "weight": "person", "reason": {"en": "Look."}}
    call = make_call(status="open", rules=[rule])
    age = {"key": "age", "kind": "age_at", "weight": "hard", "params": {"max": 40, "on": "2026-09-07"}}

    for rules, reason, paths in (
        ([], "", ["reason"]),
        ([rule, age], "Too many.", ["rules[1].weight"]),
    ):
        with pytest.raises(InvalidDocument) as refusal:
            services.save_rules(call, {"rules": rules}, by=None, at=NOW, reason=reason)
        assert list(refusal.value.errors) == paths
    assert RuleVersion.objects.filter(call=call).count() == 1
    assert services.save_rules(call, {"rules": []}, by=None, at=NOW, reason="Nobody needs it.").number == 2


AGE = {"key": "age", "kind": "age_at", "params": {"max": 45, "on": "2026-09-07"}}
YEARS = {"key": "years", "kind": "experience", "params": {"min": 5}}


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        (AGE, {"params": {"max": 25, "on": "2026-09-07"}}, "rules[0].params"),
        (AGE, {"kind": "experience", "params": {"min": 1}}, "rules[0].params"),
        ({"kind": "all_of", "rules": [AGE]}, {"rules": [AGE, YEARS]}, "rules[0].rules[1].params"),
        ({"kind": "any_of", "rules": [AGE, YEARS]}, {"rules": [AGE]}, "rules[0].rules"),
        ({"kind": "any_of", "rules": [AGE, YEARS]}, {"kind": "all_of"}, "rules[0].rules[0].params"),
    ],
)
def test_a_hard_rule_of_an_open_call_shuts_out_nobody_who_met_it(before, after, path):
    rule = before | {"key": "one", "weight": "hard"}
    if "kind" in after and "rules" not in after and "rules" in rule:
        after = after | {"rules": rule["rules"]}
    call = make_call(status="open", rules=[rule])

    with pytest.raises(InvalidDocument) as refusal:
        services.save_rules(call, {"rules": [rule | after]}, by=None, at=NOW, reason="A mistake.")

    assert path in refusal.value.errors
    assert [row.number for row in RuleVersion.objects.filter(call=call)] == [1]


def test_a_hard_rule_of_an_open_call_may_be_made_wider():
    rule = AGE | {"weight": "hard"}
    call = make_call(status="open", rules=[rule])
    wider = rule | {"params": {"max": 50, "on": "2026-09-07"}}

    assert services.save_rules(call, {"rules": [wider]}, by=None, at=NOW, reason="A mistake.").number == 2


HARD = AGE | {"weight": "hard"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"rules": [HARD]}, {"rules": [], "strands": {"a": {"rules": [HARD]}}}),
        ({"rules": [HARD]}, {"rules": [HARD | {"key": "limit"}]}),
        (
            {"rules": [{"key": "both", "kind": "all_of", "weight": "hard", "rules": [AGE, YEARS]}]},
            {"rules": [HARD, YEARS | {"weight": "hard"}]},
        ),
        (
            {"rules": [HARD | {"key": "first"}, YEARS | {"weight": "hard", "key": "second"}]},
            {"rules": [{"key": "both", "kind": "all_of", "weight": "hard", "rules": [AGE, YEARS]}]},
        ),
    ],
)
def test_a_hard_rule_that_demands_nothing_new_may_come_under_another_key_or_in_one_strand(before, after):
    call = make_call(strands=[{"key": key, "name": {"en": key}} for key in "ab"])
    services.save_rules(call, before, by=None, at=NOW)
    Call.objects.filter(pk=call.pk).update(status="open")

    made = services.save_rules(call, after, by=None, at=NOW, reason="Clearer.")

    assert RuleVersion.objects.filter(call=call).latest("number") == made
    assert made.rules_of("a")["rules"] == [
        *after["rules"],
        *after.get("strands", {}).get("a", {"rules": []})["rules"],
    ]


def test_a_hard_rule_of_one_strand_does_not_come_to_everybody_in_an_open_call():
    call = make_call(strands=[{"key": key, "name": {"en": key}} for key in "ab"])
    services.save_rules(call, {"rules": [], "strands": {"a": {"rules": [HARD]}}}, by=None, at=NOW)
    Call.objects.filter(pk=call.pk).update(status="open")
    number = latest_rules(call).number

    with pytest.raises(InvalidDocument) as refusal:
        services.save_rules(call, {"rules": [HARD]}, by=None, at=NOW, reason="For all.")

    assert list(refusal.value.errors) == ["rules[0].weight"]
    assert latest_rules(call).number == number


def test_a_call_that_went_out_without_rules_gets_no_hard_one():
    call = make_call(status="open")
    RuleVersion.objects.filter(call=call).delete()

    for rules, paths in (
        ([AGE | {"weight": "hard"}], ["reason", "rules[0].weight"]),
        ([AGE | {"weight": "priority"}], ["reason"]),
    ):
        with pytest.raises(InvalidDocument) as refusal:
            services.save_rules(call, {"rules": rules}, by=None, at=NOW)
        assert list(refusal.value.errors) == paths
    assert RuleVersion.objects.filter(call=call).count() == 0
    made = services.save_rules(call, {"rules": [AGE | {"weight": "priority"}]}, by=None, at=NOW, reason="Young first.")
    assert made.number == 1


def test_a_call_that_is_over_takes_no_questions_and_no_rules():
    call = make_call(status="decided")

    for save in (services.save_form, services.save_rules):
        with pytest.raises(services.NotAnyMore):
            save(call, {"steps": []}, by=None, at=NOW)
    assert (FormVersion.objects.count(), RuleVersion.objects.count()) == (1, 1)


def test_delete_takes_drafts_only():
    office = OfficeUserFactory()
    draft, public = make_call(), make_call(status="open")

    services.delete_draft(draft, by=office, at=NOW)

    with pytest.raises(services.steps.InUse):
        services.delete_draft(public, by=office, at=NOW + timedelta(days=1))
    assert list(Call.objects.all()) == [public]
    assert not TranslationState.objects.filter(object_type="call", object_key=draft.code).exists()
