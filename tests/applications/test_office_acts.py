"""Each act of the office in a call of each status, and on a file of the office's own: done, or refused and nothing changed."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from tessera.accounts.models import User
from tessera.activity.models import Activity
from tessera.applications import services as applying
from tessera.applications.models import Answer, Application, Document, Likeness, TransmissionWaiver, Waiver
from tessera.applications.services import (
    importing,
    likenesses,
    papers,
    screening,
    several,
    taking_back,
    transmitting,
    waiving,
)
from tessera.applications.tables import Line
from tessera.messaging.models import Message
from tests.applications.asking import WIDE
from tests.applications.papers import pdf, sent
from tests.factories.accounts import OfficeUserFactory
from tests.factories.applications import ApplicationFactory, LikenessFactory, RequestFactory, VerdictFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
RULES = [{"key": "age", "kind": "age_at", "weight": "hard", "params": {"on": "2026-09-01", "max": 45}}]
UNTIL = NOW + timedelta(days=5)
OWN = "Somebody else decides on your own application."
STATUSES = ("open", "closed", "in_review", "decided", "archived", "cancelled")
TO_THE_SELECTION = ("open", "closed", "in_review")
NOT_OVER = (*TO_THE_SELECTION, "decided")


def eligible(row, by):
    screening.mark_eligible(row, by=by, at=NOW)


def ineligible(row, by):
    screening.mark_ineligible(row, reason="Too late.", by=by, at=NOW)


def back(row, by):
    taking_back.take_back(row, reason="Our mistake.", by=by, at=NOW)


def waive(row, by):
    screening.waive_rule(row, "age", reason="By a day.", by=by, at=NOW)


def let_count(row, by):
    transmitting.waive_transmission(row, reason="Nobody met.", by=by, at=NOW)


def give_back(row, by):
    applying.return_for_completion(row, text="The letter.", until=UNTIL, by=by, at=NOW)


def merge(row, by):
    likenesses.merge(Likeness.objects.get(), row, by=by, at=NOW)


def keep_apart(row, by):
    likenesses.keep_apart(Likeness.objects.get(), by=by, at=NOW)


ACTS = {  # what is done, in which calls, and what the application was before
    "eligible": (eligible, TO_THE_SELECTION, "submitted"),
    "ineligible": (ineligible, NOT_OVER, "submitted"),
    "back": (back, TO_THE_SELECTION, "ineligible"),
    "waive": (waive, TO_THE_SELECTION, "submitted"),
    "let count": (let_count, TO_THE_SELECTION, "submitted"),
    "return": (give_back, NOT_OVER, "submitted"),
    "return again": (give_back, NOT_OVER, "returned"),
    "merge": (merge, NOT_OVER, "submitted"),
    "keep apart": (keep_apart, STATUSES, "submitted"),
}


def filed(act="eligible", *, status="open", was="submitted", **facts):
    """A file that ``act`` can be done to, in a call of ``status``."""
    call = CallFactory(rules=RULES, channel="transmitted" if act == "let count" else "individual")
    mine = ApplicationFactory(**{"call": call, "submitted": True, "status": was} | facts)
    outcome = "not_met" if act == "waive" else "met"
    VerdictFactory(application=mine, rule="age", outcome=outcome, document={"weight": "hard", "rule": "age"})
    if act in ("merge", "keep apart"):
        LikenessFactory(first=mine, second=ApplicationFactory(call=call, submitted=True))
    type(call).objects.filter(pk=call.pk).update(status=status)
    mine.refresh_from_db()
    return mine


def everything():
    """All that an act could have written."""
    models = (Application, Waiver, TransmissionWaiver, Likeness, Answer, Document, Message, Activity)
    return {model: list(model.objects.order_by("pk").values()) for model in models}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_done_where_the_call_allows_it_and_changes_nothing_elsewhere(name, status):
    act, allowed, was = ACTS[name]
    mine = filed(name, status=status, was=was)
    office, before = OfficeUserFactory(), everything()

    if status in allowed:
        act(mine, office)
        assert everything() != before
    else:
        said = f"The call is “{status.capitalize()}”: nothing is screened in it any more. Nothing was changed."
        with pytest.raises(screening.CallOver) as refusal:
            act(mine, office)
        assert (str(refusal.value), everything()) == (said, before)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", ["eligible", "ineligible", "return", "back"])
def test_several_at_once_are_foreseen_and_done_as_one_alone_is(name, status):
    _act, allowed, was = ACTS[name]
    mine = filed(name, status=status, was=was)
    office, before = OfficeUserFactory(), everything()

    (foreseen,) = several.foresee([mine], name, by=office)
    assert everything() == before
    (done,) = several.act_on_many([mine], name, text="Words.", until=UNTIL, by=office, at=NOW)

    assert (foreseen.done, done.done) == (status in allowed, status in allowed)
    assert foreseen.sentence == done.sentence
    assert (everything() == before) is (status not in allowed)


@pytest.mark.parametrize("status", ["archived", "cancelled"])
def test_a_call_that_is_over_offers_no_return_and_says_why(client, status):
    mine = filed(status=status)
    client.force_login(OfficeUserFactory())
    file, place = f"/en/desk/applications/files/{mine.number}/", f"/en/desk/applications/calls/{mine.call.code}/"
    before = everything()
    said = f"The call is “{status.capitalize()}”: nothing is screened in it any more. Nothing was changed."

    assert f"{file}return/" not in client.get(file).content.decode()
    assert 'name="act"' not in client.get(place).content.decode()
    for answer in (
        client.get(f"{file}return/"),
        client.post(f"{file}return/", {"text": "The letter.", "until": "2026-03-10"}),
    ):
        assert (answer.status_code, answer["Location"]) == (302, file)
        assert [str(one) for one in get_messages(answer.wsgi_request)][-1] == said
    preview = client.post(f"{place}act/", {"act": "return", "row": [mine.pk]})
    assert [(one.done, one.sentence) for one in preview.context["outcomes"]] == [(False, said)]
    assert everything() == before


def test_a_call_that_is_decided_offers_several_at_once_what_is_still_done(client):
    mine = filed(status="decided")
    client.force_login(OfficeUserFactory())

    page = client.get(f"/en/desk/applications/calls/{mine.call.code}/").content.decode()

    offered = {act: f'name="act" value="{act}"' in page for act in several.ACTS}
    assert offered == {"eligible": False, "ineligible": True, "return": True, "back": False}


# What came on paper


def enter(row, by):
    papers.enter_from_paper(row, {"signature": {"name": "Awa Grès", "on": "2026-02-20"}}, by=by, at=NOW)


def take(row, by):
    applying.take_file(row, "cv", sent("cv.pdf", pdf(2)), by=by, at=NOW, paper=True)


def remove(row, by):
    applying.remove_file(row, "cv", by=by, at=NOW, paper=True)


def bring_in(row, by):
    lines = [Line(2, {"key": "P-2", "name": "Kossi Onyx", "country": "TG", "email": "kossi@example.org"})]
    plan = importing.plan_import(row.call, ["key", "name", "country", "email"], lines, at=NOW)
    importing.write_import(row.call, plan, by=by, at=NOW)


PAPER_ACTS = {"enter": enter, "take": take, "remove": remove, "bring in": bring_in}


def on_paper(status):
    """An application that came on paper, with a file, in a call of ``status``."""
    call = CallFactory(form=WIDE)
    mine = ApplicationFactory(call=call, submitted=True, applicant=None, origin="paper", profile={"import_key": "P-1"})
    applying.take_file(mine, "cv", sent("cv.pdf", pdf(1)), by=OfficeUserFactory(), at=NOW, paper=True)
    type(call).objects.filter(pk=call.pk).update(status=status)
    return Application.objects.select_related("call").get()


@pytest.mark.usefixtures("own_files")
@pytest.mark.parametrize("status", [*STATUSES, "draft", "published"])
@pytest.mark.parametrize("name", PAPER_ACTS)
def test_papers_are_written_down_from_the_opening_until_it_is_decided(name, status):
    mine, office = on_paper(status), OfficeUserFactory()
    before = everything()

    if status in TO_THE_SELECTION:
        PAPER_ACTS[name](mine, office)
        assert everything() != before
    else:
        with pytest.raises(papers.TakesNoPapers) as refusal:
            PAPER_ACTS[name](mine, office)
        assert str(refusal.value) == (
            f"The call is “{status.capitalize()}”: what came on paper is written down while it is open, closed or in "
            "review. Nothing was written."
        )
        assert everything() == before
        assert User.objects.filter(email="kossi@example.org").count() == 0


@pytest.mark.usefixtures("own_files")
@pytest.mark.parametrize("status", [*STATUSES, "draft", "published"])
def test_the_way_to_write_papers_down_is_offered_where_it_leads_somewhere(client, status):
    mine = on_paper(status)
    client.force_login(OfficeUserFactory())
    place, file = f"/en/desk/applications/calls/{mine.call.code}/", f"/en/desk/applications/files/{mine.number}/"
    ways, before = {f"{place}import/": place, f"{file}paper/": file}, everything()
    offered = status in TO_THE_SELECTION

    assert [way in client.get(back).content.decode() for way, back in ways.items()] == [offered] * 2
    for way, back in ways.items():
        answer = client.get(way)
        assert answer.status_code == (200 if offered else 302)
        if not offered:
            for refused in (answer, client.post(way, {"confirm": "x", "q-cv": sent("cv.pdf", pdf(2))})):
                assert refused["Location"] == back
                said = str(list(get_messages(refused.wsgi_request))[-1])
                assert said.startswith(f"The call is “{status.replace('_', ' ').capitalize()}”: what came on paper")
    assert everything() == before


# One's own


@pytest.mark.parametrize("theirs", ["account", "paper"])
@pytest.mark.parametrize("name", ACTS)
def test_nobody_decides_on_their_own_application(name, theirs):
    act, _allowed, was = ACTS[name]
    office = OfficeUserFactory(email="ada@example.org")
    own = {"applicant": office} if theirs == "account" else {"applicant": None, "email": "Ada@Example.org"}
    mine = filed(name, was=was, **own)
    before = everything()

    with pytest.raises(screening.OwnApplication) as refusal:
        act(mine, office)
    assert (str(refusal.value), everything()) == (OWN, before)
    if theirs == "account":  # nobody could complete the paper
        act(mine, OfficeUserFactory())
        assert everything() != before


def test_nobody_merges_another_application_into_their_own():
    office = OfficeUserFactory()
    mine = filed("merge", applicant=office)
    other = Likeness.objects.get().second
    before = everything()

    for keep in (mine, other):
        with pytest.raises(screening.OwnApplication):
            likenesses.merge(Likeness.objects.get(), keep, by=office, at=NOW)
    assert everything() == before


def test_nobody_waives_a_condition_for_their_own_draft(client):
    office = OfficeUserFactory()
    client.force_login(office)
    call = CallFactory(rules=RULES)
    mine = ApplicationFactory(call=call, applicant=office)
    given = {"number": mine.number, "rule": "age", "reason": "x"}

    answer = client.post(f"/en/desk/applications/calls/{call.code}/waive/", given)

    assert (answer.status_code, answer.context["form"].errors["number"]) == (422, [OWN])
    assert Waiver.objects.count() == 0
    waiving.waive_beforehand(call, mine.number, "age", reason="x", by=OfficeUserFactory(), at=NOW)
    assert Waiver.objects.count() == 1


def test_the_page_of_ones_own_file_offers_no_decision_and_says_why(client):
    office = OfficeUserFactory()
    mine = filed("waive", applicant=office)
    client.force_login(office)
    file = f"/en/desk/applications/files/{mine.number}/"

    page = client.get(file).content.decode()
    answer = client.post(f"{file}eligible/")

    assert (OWN in page, f"{file}eligible/" in page, f"{file}waive/age/" in page) == (True, False, False)
    assert [str(one) for one in get_messages(answer.wsgi_request)] == [OWN]
    mine.refresh_from_db()
    assert mine.status == "submitted"
    colleague = Client()
    colleague.force_login(OfficeUserFactory())
    page = colleague.get(file).content.decode()
    assert (OWN in page, f"{file}eligible/" in page) == (False, True)


def test_ones_own_stays_among_several_and_the_others_are_done(client):
    office = OfficeUserFactory()
    client.force_login(office)
    mine = filed(applicant=office)
    other = ApplicationFactory(call=mine.call, submitted=True)
    address, chosen = f"/en/desk/applications/calls/{mine.call.code}/act/", [mine.pk, other.pk]

    preview = client.post(address, {"act": "ineligible", "row": chosen})
    assert [(one.application, one.sentence) for one in preview.context["outcomes"]] == [(mine, OWN), (other, "")]
    client.post(address, {"act": "ineligible", "row": chosen, "confirm": "1", "reason": "Too late."})

    assert dict(Application.objects.values_list("pk", "status")) == {mine.pk: "submitted", other.pk: "ineligible"}


# Reading many at once


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("act", several.ACTS)
@pytest.mark.parametrize("channel", ["individual", "transmitted"])
def test_the_preview_asks_as_often_for_three_as_for_one(client, channel, act, n, django_assert_num_queries):
    client.force_login(OfficeUserFactory())
    call = CallFactory(rules=RULES, channel=channel)
    was = "ineligible" if act in ("eligible", "back") else "submitted"
    rows = [ApplicationFactory(call=call, submitted=True, status=was) for _n in range(n)]
    for row in rows:
        VerdictFactory(application=row, rule="age", outcome="met", document={"weight": "hard", "rule": "age"})
        RequestFactory(
            application=row, endorsement=True, state="given", answered_at=NOW, transmits=True, country_id="SN"
        )
    address, chosen = f"/en/desk/applications/calls/{call.code}/act/", [row.pk for row in rows]

    # session, user, roles; call, its strands; rows, verdicts, waivers, requests
    with django_assert_num_queries(9):
        preview = client.post(address, {"act": act, "row": chosen})

    assert [(one.application, one.sentence, one.done) for one in preview.context["outcomes"]] == [
        (row, "", True) for row in rows
    ]
