"""The life of a call: its steps, its clock, its dates, and whom it tells."""

import re
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import pytest

from tessera.activity.models import Activity
from tessera.applications.models import Application
from tessera.calls import services
from tessera.calls.models import DateChange
from tessera.calls.queries import calls_whole
from tessera.calls.services.records import calls
from tessera.core.errors import InvalidDocument
from tessera.core.models import TranslationState
from tessera.messaging.models import Message
from tessera.organisations.services import Lacking
from tessera.programmes.services import set_status
from tessera.publications import queries as publications
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import CLOSES_AT, FORM, make_call
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db

AOE = "Etc/GMT+12"
SECOND = timedelta(seconds=1)


def verbs(call):
    rows = Activity.objects.filter(object_type="call", object_key=call.code).order_by("pk")
    return list(rows.values_list("verb", "before", "after"))


def mails():
    return sorted(Message.objects.values_list("address", "template", "language", "state"))


def applicants(call):
    """One application in each state that matters to mails, by the local part of its address."""
    states = {
        "draft": {}, "returned": {"submitted": True, "status": "returned"}, "sent": {"submitted": True},
        "chosen": {"submitted": True, "status": "selected"}, "coming": {"submitted": True, "status": "accepted"},
        "gone": {"status": "withdrawn"},
    }  # fmt: skip
    return {
        name: ApplicationFactory(
            call=call, strand="all", applicant=UserFactory(email=f"{name}@example.org", language="es"), **facts
        )
        for name, facts in states.items()
    }


def test_publishing_says_everything_that_is_lacking():
    call = make_call(
        form=None,
        title={"es": "Convocatoria"},
        summary={},
        audience={},
        opens={},
        deadline={"zone": AOE, "time": "23:59"},
    )
    call.training.published = False
    call.training.save()

    with pytest.raises(Lacking) as refusal:
        services.publish_call(call, by=None, at=NOW)

    assert len(refusal.value.lacking) == 6
    assert refusal.value.lacking == services.lacking(calls_whole().get(), NOW)
    assert (calls_whole().get().status, publications.record("call", call.code)) == ("draft", None)


def test_a_deadline_that_is_over_is_told_with_all_else_that_is_lacking():
    call = make_call(summary={})
    over = [
        "Title and summary are not ready in any one language: write both and take them out of draft.",
        "Its deadline is over: write a later one.",
    ]

    assert services.lacking(call, CLOSES_AT - timedelta(seconds=1)) == over[:1]
    assert services.lacking(call, CLOSES_AT) == over
    with pytest.raises(Lacking) as refusal:
        services.publish_call(call, by=None, at=CLOSES_AT)

    assert (refusal.value.lacking, calls_whole().get().status) == (over, "draft")


def test_a_strand_whose_own_deadline_is_over_keeps_the_call_from_going_out():
    own = {"deadline": {"day": "2026-03-10", "time": "18:00", "zone": "Africa/Dakar"}}
    strands = [
        {"key": "region", "name": {"en": "Region"}}, {"key": "hosts", "name": {"en": "Hosts"}} | own,
    ]  # fmt: skip
    call, ends = make_call(strands=strands), datetime(2026, 3, 10, 18, 1, tzinfo=UTC)
    over = ["The deadline of strand 2 is over: write a later one."]

    assert services.lacking(call, ends - SECOND) == []
    assert services.lacking(call, ends) == over
    with pytest.raises(Lacking) as refusal:
        services.publish_call(call, by=None, at=ends)

    assert (refusal.value.lacking, calls_whole().get().status) == (over, "draft")


def test_a_call_may_go_out_with_its_main_language_alone():
    call = make_call(main_language="fr", title={"fr": "Appel"}, summary={"fr": "Venez."})

    assert services.lacking(call, NOW) == []
    TranslationState.objects.filter(object_key=call.code, field="title").update(state="draft")
    assert len(services.lacking(call, NOW)) == 1


def test_a_call_in_a_language_that_the_content_has_no_more_is_kept_and_goes_out(settings):
    call = make_call(main_language="fr", title={"fr": "Appel"}, summary={"fr": "Venez."})
    settings.CONTENT_LANGUAGES = ["en"]
    document = calls.read(call)

    services.save_call({**document, "contact": "calls@example.org"}, by=None, at=NOW, states={})
    assert services.publish_call(call, by=None, at=NOW).status == "open"

    found = calls_whole().get()
    assert (found.main_language, found.contact, dict(found.title)) == ("fr", "calls@example.org", {"fr": "Appel"})
    with pytest.raises(InvalidDocument) as refused:
        services.save_call({**document, "main_language": "pt"}, by=None, at=NOW, states={})
    assert refused.value.errors == {"main_language": ["“pt” is not a language of the content."]}
    assert calls_whole().get().main_language == "fr"


def test_strands_and_packages_need_a_name_that_readers_see():
    names = [{"key": "all", "name": {"fr": "Région"}}, {"key": "host", "name": {"fr": "Pays hôte"}}]
    call = make_call(
        main_language="fr", title={"fr": "Appel"}, summary={"fr": "Venez."}, strands=names,
        packages=[{"key": "grant", "name": {"fr": "Bourse"}}],
    )  # fmt: skip
    assert services.lacking(call, NOW) == []
    TranslationState.objects.filter(object_key=call.code, field__contains="].name").update(state="draft")

    assert services.lacking(call, NOW) == [
        "Strand 1 has no name that is ready: write it and take it out of draft.",
        "Strand 2 has no name that is ready: write it and take it out of draft.",
        "Package 1 has no name that is ready: write it and take it out of draft.",
    ]
    with pytest.raises(Lacking):
        services.publish_call(call, by=None, at=NOW)
    assert (calls_whole().get().status, publications.record("call", call.code)) == ("draft", None)


def test_publishing_opens_a_call_whose_opening_has_come_and_twice_changes_nothing():
    office = OfficeUserFactory()
    early, late = make_call(opens={"day": "2026-03-05", "time": "09:00"}), make_call()

    for _again in range(2):
        services.publish_call(early, by=office, at=NOW)
        services.publish_call(late, by=office, at=NOW)

    assert [calls_whole().get(pk=call.pk).status for call in (early, late)] == ["published", "open"]
    assert verbs(late)[-2:] == [("call.published", "draft", "published"), ("call.opened", "published", "open")]
    assert len(verbs(early)) == 4  # made, form, rules, published
    assert publications.record("call", late.code).card["status"] == "open"


def test_a_call_whose_deadline_is_over_is_not_published():
    call = make_call()

    with pytest.raises(Lacking):
        services.publish_call(call, by=None, at=CLOSES_AT)

    assert calls_whole().get().status == "draft"


def test_unpublishing_ends_with_the_opening():
    call = make_call(opens={"day": "2026-03-05", "time": "09:00"})
    services.publish_call(call, by=None, at=NOW)

    assert services.unpublish_call(call, by=None, at=NOW).status == "draft"
    assert publications.record("call", call.code) is None
    services.publish_call(call, by=None, at=NOW)
    services.open_call(call, by=None, at=datetime(2026, 3, 6, tzinfo=UTC))
    with pytest.raises(services.StepRefused):
        services.unpublish_call(call, by=None, at=NOW)
    assert calls_whole().get().status == "open"


def test_the_clock_opens_and_closes_to_the_second_and_once():
    call = make_call(opens={"day": "2026-03-05", "time": "09:00"})
    services.publish_call(call, by=None, at=NOW)
    opens = datetime(2026, 3, 5, 21, tzinfo=UTC)

    moments = [opens - SECOND, opens, opens + SECOND, CLOSES_AT - SECOND, CLOSES_AT, CLOSES_AT + SECOND]

    assert [services.follow_clock(at=at) for at in moments] == [0, 1, 0, 0, 1, 0]
    assert verbs(call)[-2:] == [("call.opened", "published", "open"), ("call.closed", "open", "closed")]
    assert calls_whole().get().status == "closed"


def test_only_a_person_opens_early_and_the_opening_moves():
    call = make_call(opens={"day": "2026-03-05", "time": "09:00"})
    services.publish_call(call, by=None, at=NOW)

    with pytest.raises(services.StepRefused):
        services.open_call(call, by=None, at=NOW)
    assert calls_whole().get().status == "published"
    opened = services.open_call(call, by=OfficeUserFactory(), at=NOW)
    assert (opened.status, opened.first_opens_at, opened.version) == ("open", NOW, call.version + 1)


def test_nobody_closes_a_call_before_its_deadline():
    call = make_call(status="open")

    with pytest.raises(services.StepRefused):
        services.close_call(call, by=OfficeUserFactory(), at=CLOSES_AT - SECOND)

    assert calls_whole().get().status == "open"


def test_steps_follow_one_another_and_no_other():
    call = make_call(status="open")
    acts = [
        services.close_call, services.begin_review, services.mark_decided, services.archive_call,
    ]  # fmt: skip

    for act in acts[1:]:
        with pytest.raises(services.StepRefused):
            act(call, by=None, at=CLOSES_AT)
    assert calls_whole().get().status == "open"
    assert [act(call, by=None, at=CLOSES_AT).status for act in acts] == ["closed", "in_review", "decided", "archived"]
    assert services.next_steps(calls_whole().get(), CLOSES_AT) == []


def test_an_extension_is_told_to_drafts_alone_and_once():
    call = make_call(status="open")
    applicants(call)

    done = [
        services.extend_call(call, "2026-03-22", "23:59", AOE, by=OfficeUserFactory(), at=NOW, reason="Storms.")
        for _again in range(2)
    ]

    assert [one.told for one in done] == [2, None]
    extended = done[1].call
    assert extended.closes_at == CLOSES_AT + timedelta(days=7)
    assert extended.last_closes_at == extended.closes_at
    assert mails() == [
        ("draft@example.org", "call_extended", "fr", "queued"), ("returned@example.org", "call_extended", "fr", "queued"),
    ]  # fmt: skip
    text = Message.objects.get(address="draft@example.org").text
    assert "22 mars 2026" in text
    assert "Storms." in text
    assert f"/fr/calls/{call.code}/" in text
    change = DateChange.objects.get()
    assert (change.kind, change.before, change.after) == (
        "extension", {"deadline.day": "2026-03-15"}, {"deadline.day": "2026-03-22"},
    )  # fmt: skip
    assert verbs(call)[-1] == ("call.extended", "open", "open")


def test_a_closed_call_is_extended_for_48_hours_and_opens_again():
    call = make_call(status="open")
    services.close_call(call, by=None, at=CLOSES_AT)
    late = CLOSES_AT + timedelta(hours=48)

    with pytest.raises(InvalidDocument) as refusal:
        services.extend_call(call, "2026-03-25", "23:59", AOE, by=None, at=late + SECOND)
    assert list(refusal.value.errors) == ["deadline.day"]
    assert calls_whole().get().status == "closed"
    assert services.extend_call(call, "2026-03-25", "23:59", AOE, by=None, at=late).call.status == "open"


@pytest.mark.parametrize(
    ("day", "clock", "zone", "field"),
    [
        ("2026-03-14", "23:59", AOE, "deadline.day"),
        ("2026-03-15", "23:58", AOE, "deadline.day"),
        ("2026-03-16", "midnight", AOE, "deadline.time"),
        ("2026-03-16", "23:59", "", "deadline.zone"),
        ("2026-09-07", "23:59", AOE, "deadline.day"),
    ],
)
def test_a_deadline_is_never_shortened_nor_unclear(day, clock, zone, field):
    call = make_call(status="open")
    applicants(call)

    with pytest.raises(InvalidDocument) as refusal:
        services.extend_call(call, day, clock, zone, by=None, at=NOW)

    assert list(refusal.value.errors) == [field]
    assert (calls_whole().get().closes_at, DateChange.objects.count(), mails()) == (CLOSES_AT, 0, [])


def test_one_strand_is_extended_alone_and_the_call_stays_open_with_it():
    strands = [{"key": "hosts", "name": {"en": "Hosts"}}, {"key": "guests", "name": {"en": "Guests"}}]
    call = make_call(status="open", strands=strands)

    extended = services.extend_call(call, "2026-03-20", "18:00", "Africa/Dakar", by=None, at=NOW, strand="guests").call

    hosts, guests = extended.strands.order_by("order")
    assert (hosts.closing(), guests.closing()) == (CLOSES_AT, datetime(2026, 3, 20, 18, 1, tzinfo=UTC))
    assert (extended.closes_at, extended.last_closes_at) == (CLOSES_AT, guests.closes_at)
    assert services.follow_clock(at=CLOSES_AT) == 0
    assert services.follow_clock(at=guests.closes_at) == 1


def test_only_whom_a_moved_deadline_concerns_is_told_and_of_that_deadline():
    strands = [{"key": "hosts", "name": {"en": "Hosts"}}, {"key": "guests", "name": {"en": "Guests"}}]
    call = make_call(status="open", strands=strands)
    for key in ("hosts", "guests"):
        user = UserFactory(email=f"{key}@example.org", language="en", time_zone="Asia/Tokyo")
        ApplicationFactory(call=call, strand=key, applicant=user, language="en")

    services.extend_call(call, "2026-03-20", "18:00", "Africa/Dakar", by=None, at=NOW, strand="guests")
    guests = Message.objects.get()
    services.extend_call(call, "2026-03-25", "23:59", AOE, by=None, at=NOW)

    assert guests.address == "guests@example.org"
    assert "Friday 20 March 2026, 18:00, Dakar time" in guests.text
    assert "Saturday 21 March 2026, 03:00, Tokyo time" in guests.text
    hosts = Message.objects.exclude(pk=guests.pk).get()
    assert hosts.address == "hosts@example.org"
    assert "Wednesday 25 March 2026, 23:59, anywhere on Earth" in hosts.text


@pytest.mark.parametrize("channel", ["endorsed", "transmitted"])
def test_a_call_with_endorsements_is_public_only_once_somebody_is_asked_for_one(channel):
    call = make_call(channel=channel)
    with pytest.raises(Lacking) as refused:
        services.publish_call(call, by=None, at=NOW)
    assert [text[:47] for text in refused.value.lacking] == ["People apply with an endorsement, and no questi"]
    row = call.form_versions.get()
    row.document["steps"][0]["questions"].append(
        {"key": "late", "type": "endorsement", "label": {"en": "Late"}, "stage": "after_selection"}
    )
    row.save()
    assert services.lacking(call, NOW) == refused.value.lacking

    asked = {"key": "aval", "type": "endorsement", "label": {"en": "Endorsement"}, "channel": "national_committee"}
    document = deepcopy(FORM)
    document["steps"][0]["questions"].append(asked)
    services.save_form(call, document, by=None, at=NOW)
    assert services.publish_call(call, by=None, at=NOW).status == "open"


@pytest.mark.parametrize("status", ["draft", "in_review", "decided", "archived", "cancelled"])
def test_other_calls_are_not_extended(status):
    call = make_call(status=status)

    with pytest.raises(services.NotNow):
        services.extend_call(call, "2026-03-20", "23:59", AOE, by=None, at=NOW)

    assert calls_whole().get().closes_at == CLOSES_AT


def test_a_postponement_before_the_selection_moves_the_deadline_and_tells_everybody():
    call = make_call(status="open")
    applicants(call)
    wanted = services.Postponement("Elections.", day="2026-03-29", clock="23:59", zone=AOE)
    done = []

    for _again in range(2):
        done.append(services.postpone_call(call, wanted, by=None, at=NOW).told)

    assert done == [5, None]
    assert calls_whole().get().deadline_on == date(2026, 3, 29)
    assert [address for address, template, *_rest in mails() if template == "call_postponed"] == [
        f"{name}@example.org" for name in ("chosen", "coming", "draft", "returned", "sent")
    ]
    assert DateChange.objects.get().kind == "postponement"


def test_a_postponement_tells_each_the_deadline_of_their_strand():
    own = {"day": "2026-04-10", "time": "18:00", "zone": "Africa/Dakar"}
    call = make_call(
        status="open",
        strands=[
            {"key": "hosts", "name": {"en": "Hosts"}},
            {"key": "guests", "name": {"en": "Guests"}, "deadline": own},
        ],
    )
    for key in ("hosts", "guests"):
        user = UserFactory(email=f"{key}@example.org", language="en", time_zone="Africa/Dakar")
        ApplicationFactory(call=call, strand=key, applicant=user, language="en")

    services.postpone_call(call, services.Postponement("Rain."), by=None, at=NOW)
    services.postpone_call(
        call, services.Postponement("Flood.", day="2026-03-29", clock="23:59", zone=AOE), by=None, at=NOW
    )

    told = [(m.address, re.findall(r"\w+ \d+ \w+ 2026, \d+:\d+", m.text)[0]) for m in Message.objects.order_by("pk")]
    assert sorted(told) == [
        ("guests@example.org", "Friday 10 April 2026, 18:00"),
        ("guests@example.org", "Friday 10 April 2026, 18:00"),
        ("hosts@example.org", "Sunday 15 March 2026, 23:59"),
        ("hosts@example.org", "Sunday 29 March 2026, 23:59"),
    ]


def test_a_postponement_moves_the_deadline_to_no_moment_that_is_past():
    call = make_call(status="open")  # the clock has not closed it yet
    wanted = services.Postponement("Rain.", day="2026-03-20", clock="23:59", zone=AOE)
    with pytest.raises(InvalidDocument) as refused:
        services.postpone_call(call, wanted, by=None, at=CLOSES_AT + timedelta(days=9))
    assert refused.value.errors == {"deadline.day": ["This moment is past: write a later one."]}
    call.refresh_from_db()
    assert (call.closes_at, DateChange.objects.count(), mails()) == (CLOSES_AT, 0, [])


def test_a_postponement_after_the_selection_asks_acceptances_again():
    call = make_call(status="decided")
    found = applicants(call)
    ApplicationFactory(
        call=call, strand="all", applicant=UserFactory(email="next@example.org"), language="es", submitted=True,
        status="reserve",
    )  # fmt: skip
    set_status(call.training, "postponed", by=None, at=NOW, reason="Elections.", dates="2026-11-02/2026-11-06")

    wanted = services.Postponement("Elections.", accept_by=date(2026, 4, 1))
    done = [services.postpone_call(call, wanted, by=None, at=NOW).told for _again in range(2)]

    assert done == [3, None]
    assert mails() == [
        ("chosen@example.org", "call_accept_again", "fr", "queued"),
        ("coming@example.org", "call_accept_again", "fr", "queued"),
        ("next@example.org", "call_postponed", "es", "queued"),
    ]
    told = Message.objects.get(address="next@example.org").text
    assert [words in told for words in ("Elections.", "noviembre", "marzo")] == [True, True, False]
    statuses = dict(Application.objects.values_list("applicant__email", "status"))
    assert statuses["coming@example.org"] == "offered"
    assert (statuses["chosen@example.org"], statuses["next@example.org"]) == ("selected", "reserve")
    change = DateChange.objects.get()
    assert (change.before, change.after, change.accept_by) == (
        {"training": "2026-09-07/2026-09-11"}, {"training": "2026-11-02/2026-11-06"}, date(2026, 4, 1),
    )  # fmt: skip
    assert "2026" in Message.objects.get(address="coming@example.org").text
    row = Activity.objects.get(verb="application.asked_again")
    assert (row.object_key, row.before, row.after) == (found["coming"].number, "accepted", "offered")


@pytest.mark.parametrize(
    ("status", "asked", "fields"),
    [
        ("open", {"reason": " "}, ["reason"]),
        ("open", {"reason": "Rain.", "day": "2026-03-14", "clock": "23:59", "zone": AOE}, ["deadline.day"]),
        ("closed", {"reason": "Rain.", "day": "2026-03-29", "clock": "23:59", "zone": AOE}, ["deadline.day"]),
        ("decided", {"reason": "Rain."}, ["accept_by"]),
        ("decided", {"reason": "Rain.", "accept_by": date(2026, 3, 2)}, ["accept_by"]),
    ],
)
def test_a_postponement_that_says_too_little_changes_nothing(status, asked, fields):
    call = make_call(status=status)
    applicants(call)

    with pytest.raises(InvalidDocument) as refusal:
        services.postpone_call(call, services.Postponement(**asked), by=None, at=NOW)

    assert list(refusal.value.errors) == fields
    assert (DateChange.objects.count(), mails()) == (0, [])
    assert Application.objects.filter(status="accepted").count() == 1


@pytest.mark.parametrize("status", ["draft", "archived", "cancelled"])
def test_other_calls_are_not_postponed(status):
    call = make_call(status=status)

    with pytest.raises(services.CannotPostpone):
        services.postpone_call(call, services.Postponement("Rain."), by=None, at=NOW)

    assert DateChange.objects.count() == 0


def test_cancelling_needs_a_reason_tells_everybody_and_is_final():
    call = make_call(status="open")
    applicants(call)

    with pytest.raises(services.StepRefused):
        services.cancel_call(call, by=None, at=NOW, reason=" ")
    assert (calls_whole().get().status, mails()) == ("open", [])
    for _again in range(2):
        services.cancel_call(call, by=None, at=NOW, reason="The host withdrew.")

    assert {template for _a, template, *_rest in mails()} == {"call_cancelled"}
    assert len(mails()) == 5
    assert services.next_steps(calls_whole().get(), NOW) == ["archived"]
    assert publications.record("call", call.code).card["status"] == "cancelled"


def test_a_call_that_cannot_open_does_not_keep_the_clock_from_the_others():
    missed, other = make_call(opens={"day": "2026-03-05", "time": "09:00"}), make_call(status="open")
    services.publish_call(missed, by=None, at=NOW)

    assert services.follow_clock(at=CLOSES_AT) == 1
    assert [calls_whole().get(pk=call.pk).status for call in (missed, other)] == ["published", "closed"]
