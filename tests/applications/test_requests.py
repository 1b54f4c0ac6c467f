"""Endorsements and references by link: asked, given, refused, reminded; nothing is revealed to anybody else."""

import re
from copy import deepcopy
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tessera.accounts.tokens import hash_of
from tessera.activity.models import Activity
from tessera.applications.models import Application, Request, Verdict
from tessera.applications.services import requests as services
from tessera.applications.services import take_up_again, withdraw_application
from tessera.applications.services.one_by_one import RowsFailed
from tessera.applications.services.verdicts import judge_again
from tessera.applications.tasks import follow_requests
from tessera.messaging.models import Message
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory, RequestFactory
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
ALL = {"en": "Who?", "fr": "Qui ?", "es": "¿Quién?"}
FORM = {
    "steps": [
        {
            "key": "documents", "title": {"en": "Documents", "fr": "Documents", "es": "Documentos"},
            "questions": [
                {"key": "letter", "type": "long_text", "label": ALL, "seen_by": "reviewers"},
                {"key": "gender", "type": "short_text", "label": ALL, "seen_by": "committee", "identity": True},
                {"key": "referee", "type": "referee", "label": ALL, "seen_by": "committee", "due_days": 3},
                {"key": "endorsement", "type": "endorsement", "label": ALL, "seen_by": "committee",
                 "channel": "national_committee", "due_days": 7},
            ],
        }
    ]
}  # fmt: skip
RULES = [{"key": "endorsed", "kind": "endorsement", "weight": "hard", "params": {"fallback": True}}]
COMMITTEE = [{"key": "aval", "kind": "endorsement", "weight": "hard", "params": {"channel": "national_committee"}}]
REFEREE = {"name": "Moussa Silex", "post": "Director", "email": "moussa.silex@example.org"}
TEXT = "She runs our stores with three people and no budget."


@pytest.fixture
def call():
    return CallFactory(form=FORM, rules=RULES)


def application_naming(call, *, referee=None, endorser=None, **facts):
    made = ApplicationFactory(call=call, **facts)
    if referee:
        AnswerFactory(application=made, question="referee", value=referee)
    if endorser:
        AnswerFactory(application=made, question="endorsement", value=endorser)
    return made


def host_of(code, **facts):
    user = UserFactory(**facts)
    RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key=code)
    return user


def link_in(message):
    return next(path for path in re.findall(r"https?://[^/]+(/\S+)", message.text) if "/requests/" in path)


def asked(call, **facts):
    """A reference that was asked, and the path of its link."""
    mine = application_naming(call, referee=REFEREE, **facts)
    made = services.ask(mine, "referee", by=mine.applicant, at=NOW)
    return made, link_in(Message.objects.get(template="reference_request", address=REFEREE["email"]))


def mails():
    return [(m.template, m.address, m.language) for m in Message.objects.order_by("pk")]


def test_a_reference_is_asked_once_and_both_are_told_in_their_languages(call):
    UserFactory(email=REFEREE["email"], language="es")
    mine = application_naming(call, referee=REFEREE)

    made = services.ask(mine, "referee", by=mine.applicant, at=NOW)
    again = services.ask(mine, "referee", by=mine.applicant, at=NOW + timedelta(hours=1))

    assert again == made
    assert (made.state, made.kind, made.due_at) == ("asked", "reference", CLOSES_AT - timedelta(days=3))
    assert made.expires_at == CLOSES_AT
    assert mails() == [
        ("reference_request", REFEREE["email"], "es"),
        ("request_asked", mine.applicant.email, "fr"),
    ]
    token = link_in(Message.objects.first()).rstrip("/").rpartition("/")[2]
    assert made.token_hash == hash_of(token)
    assert token not in str(Request.objects.values())


def test_the_page_says_what_is_asked_by_whom_and_until_when(client, call):
    made, link = asked(call, name="Awa Grès", submitted=True)
    AnswerFactory(application=made.application, question="letter", value="Our stores are full.")

    page = client.get(link).content.decode()

    assert client.get(link).status_code == 200
    for words in ("Moussa Silex", "Awa Grès", call.title["fr"], "12 mars 2026"):
        assert words in page
    assert "Our stores are full." not in page  # a referee sees no answers


@pytest.mark.parametrize("kind", ["reference", "endorsement"])
def test_giving_ends_the_link_thanks_and_tells_the_applicant_the_state_alone(client, call, kind):
    host_of("SN", email="comite@example.org", language="en")
    mine = application_naming(call, referee=REFEREE, submitted=True)
    made = services.ask(mine, "referee" if kind == "reference" else "endorsement", by=None, at=NOW)
    link = link_in(Message.objects.get(template=f"{kind}_request"))

    answer = client.post(link, {"opinion": "reserved", "text": TEXT, "rank": "1"})

    made.refresh_from_db()
    assert (answer.status_code, answer["Location"].endswith("/requests/thanks/")) == (302, True)
    assert (made.state, made.opinion, made.text, made.token_hash) == ("given", "reserved", TEXT, None)
    assert made.rank == (1 if kind == "endorsement" else None)
    assert [m.template for m in Message.objects.order_by("pk")][2:] == ["request_thanks", "request_given"]
    assert [m.template for m in Message.objects.all() if TEXT in m.text + m.html] == []
    client.force_login(mine.applicant)
    page = client.get(f"/en/requests/of/{mine.number}/").content.decode()
    assert "given" in page
    assert TEXT not in page
    assert TEXT not in str(Activity.objects.values())
    assert client.get(link).status_code == 410


def test_an_endorsement_that_is_given_is_what_the_rules_see(call):
    host_of("SN")
    mine = application_naming(call, submitted=True)
    made = services.ask(mine, "endorsement", by=None, at=NOW)
    assert Verdict.objects.get(application=mine).outcome == "unknown"

    services.give(made, opinion="full", text="", rank=None, by=None, at=NOW)

    assert Verdict.objects.get(application=mine).outcome == "met"


def test_an_employer_does_not_endorse_in_the_place_of_a_committee_that_refuses():
    form = deepcopy(FORM)
    form["steps"][0]["questions"].append(
        {"key": "boss", "type": "endorsement", "label": ALL, "seen_by": "committee", "channel": "employer"}
    )
    call = CallFactory(form=form, rules=COMMITTEE)
    host_of("SN")
    mine = application_naming(call, submitted=True)
    AnswerFactory(application=mine, question="boss", value=REFEREE)
    committee, employer = (services.ask(mine, key, by=None, at=NOW) for key in ("endorsement", "boss"))

    services.refuse(committee, text="No.", by=None, at=NOW)
    services.give(employer, opinion="full", text="", rank=None, by=None, at=NOW)

    assert Verdict.objects.get(application=mine).outcome == "not_met"


def test_the_endorsement_of_another_country_is_none(client):
    call = CallFactory(form=FORM, rules=COMMITTEE)
    host_of("SN")
    host_of("FR", email="comite.fr@example.org")
    mine = application_naming(call, submitted=True)
    first = services.ask(mine, "endorsement", by=None, at=NOW)
    services.give(first, opinion="full", text="", rank=None, by=None, at=NOW)
    assert Verdict.objects.get(application=mine).outcome == "met"

    mine.country_id = "FR"
    mine.save()
    judge_again(mine, at=NOW)

    assert Verdict.objects.get(application=mine).outcome == "unknown"
    client.force_login(mine.applicant)
    assert (
        f"/requests/of/{mine.number}/ask/endorsement/" in client.get(f"/en/requests/of/{mine.number}/").content.decode()
    )
    second = services.ask(mine, "endorsement", by=mine.applicant, at=NOW)
    first.refresh_from_db()
    assert (second.email, second.country_id, first.replaced_at) == ("comite.fr@example.org", "FR", NOW)
    services.give(second, opinion="full", text="", rank=None, by=None, at=NOW)
    assert Verdict.objects.get(application=mine).outcome == "met"


@pytest.mark.parametrize(("fallback", "outcome"), [(True, "met"), (False, "person")])
def test_somebody_in_the_place_of_a_committee_counts_where_the_rule_says_so(fallback, outcome):
    params = {"channel": "national_committee"} | ({"fallback": True} if fallback else {})
    call = CallFactory(form=FORM, rules=[COMMITTEE[0] | {"params": params}])
    mine = application_naming(call, submitted=True, endorser={"name": "Musée", "email": "direction@example.org"})
    made = services.ask(mine, "endorsement", by=None, at=NOW)

    services.give(made, opinion="full", text="", rank=None, by=None, at=NOW)

    assert Verdict.objects.get(application=mine).outcome == outcome


def test_refusing_keeps_the_reason_for_the_office_and_lets_somebody_else_be_asked(client, call):
    made, link = asked(call)

    client.post(link, {"refuse": "1", "reason": "I never worked with her."})

    made.refresh_from_db()
    assert (made.state, made.text) == ("refused", "I never worked with her.")
    told = Message.objects.get(template="request_refused")
    assert (told.to, "never worked" in told.text) == (made.application.applicant, False)
    with pytest.raises(services.AlreadyAnswered):
        services.ask(made.application, "referee", by=None, at=NOW)
    made.application.answers.filter(question="referee").update(value={**REFEREE, "email": "aminata@example.org"})
    other = services.ask(made.application, "referee", by=None, at=NOW)
    made.refresh_from_db()
    assert (other.state, made.replaced_at) == ("asked", NOW)


def test_what_was_written_is_not_lost_when_something_is_missing(client, call):
    made, link = asked(call)

    answer = client.post(link, {"text": TEXT})

    made.refresh_from_db()
    assert (answer.status_code, TEXT in answer.content.decode(), made.state) == (422, True, "asked")


def dead(call, how):
    """A link that does not work, for each reason."""
    made, link = asked(call, name="Awa Grès")
    if how == "used":
        services.give(made, opinion="full", text=TEXT, rank=None, by=None, at=NOW)
    elif how == "replaced":
        Request.objects.filter(pk=made.pk).update(replaced_at=NOW)
    elif how == "expired":
        Request.objects.filter(pk=made.pk).update(expires_at=NOW)
    elif how == "withdrawn":
        made.application.status = "withdrawn"
        made.application.save()
    elif how == "decided":
        made.application.call.status = "decided"
        made.application.call.save()
    else:
        link = {"forged": "/fr/requests/" + "A" * 43 + "/", "cut": link[:-6] + "/", "nonsense": "/fr/requests/x/"}[how]
    return made, link


@pytest.mark.parametrize("how", ["used", "replaced", "expired", "withdrawn", "decided", "forged", "cut", "nonsense"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_dead_link_reveals_nothing_changes_nothing_and_offers_a_new_one(client, call, how, method):
    made, link = dead(call, how)
    before = Request.objects.filter(pk=made.pk).values().get()

    answer = getattr(client, method)(link, {"opinion": "full", "text": "Other words"} if method == "post" else {})

    page = answer.content.decode()
    assert answer.status_code == 410
    assert [word for word in ("Awa", "Silex", call.title["fr"], made.application.number) if word in page] == []
    assert "/requests/new/" in page
    assert Request.objects.filter(pk=made.pk).values().get() == before


def test_every_dead_link_gets_the_same_page(client, call):
    made, link = asked(call)
    services.give(made, opinion="full", text=TEXT, rank=None, by=None, at=NOW)
    strip = re.compile(r'csrfmiddlewaretoken" value="[^"]+"|/requests/[\w-]+/|\d+(?:[.,]\d+)?\s?k[Bo]')

    used, forged = (client.get(path).content.decode() for path in (link, "/fr/requests/" + "B" * 43 + "/"))

    assert strip.sub("", used) == strip.sub("", forged)


def test_asking_for_a_link_again_answers_alike_and_is_limited(client, call):
    made, link = asked(call)
    Message.objects.all().delete()

    answers = [client.post("/en/requests/new/", {"email": REFEREE["email"].upper()}) for _ in range(6)]
    unknown = client.post("/en/requests/new/", {"email": "nobody@example.org"})

    assert {(a.status_code, a["Location"]) for a in [*answers, unknown]} == {(302, "/en/requests/sent/")}
    for _ in range(2):
        services.new_links(REFEREE["email"], at=NOW)
    assert {link_in(m) for m in Message.objects.filter(template="request_link")} == {link}
    assert Message.objects.exclude(address=REFEREE["email"]).count() == 0
    limited = [client.post("/en/requests/new/", {"email": f"a{n}@example.org"}).status_code for n in range(5)]
    assert limited == [302, 302, 302, 429, 429]


def test_a_request_that_ran_out_is_asked_anew_while_the_call_runs(client, call):
    made, link = asked(call)
    late = CLOSES_AT + timedelta(hours=1)
    assert services.expire(at=late) == 1
    assert services.expire(at=late) == 0
    call.status = "closed"
    call.save()

    with time_machine.travel(late, tick=False):
        assert services.new_links(REFEREE["email"], at=late) == 1
        new = link_in(Message.objects.latest("pk"))
        assert new != link
        assert [client.get(path).status_code for path in (link, new)] == [410, 200]

    call.status = "in_review"
    call.save()
    assert services.new_links(REFEREE["email"], at=late) == 0


@pytest.mark.parametrize("own", ["account", "answers", "upper case"])
def test_nobody_endorses_or_recommends_themselves(call, own):
    mine = ApplicationFactory(call=call, email="awa.gres@example.org")
    address = {"account": mine.applicant.email, "answers": mine.email, "upper case": mine.email.upper()}[own]
    for question in ("referee", "endorsement"):
        AnswerFactory(application=mine, question=question, value={**REFEREE, "email": address})

        with pytest.raises(services.OwnAddress, match="Name somebody else"):
            services.ask(mine, question, by=mine.applicant, at=NOW)

    assert (Request.objects.count(), Message.objects.count()) == (0, 0)


def test_a_committee_is_asked_where_there_is_one_and_never_the_applicant(call):
    applicant = host_of("SN")
    mine = ApplicationFactory(call=call, applicant=applicant)
    with pytest.raises(services.NobodyToEndorse):
        services.ask(mine, "endorsement", by=applicant, at=NOW)
    assert Request.objects.count() == 0

    other = host_of("SN", email="comite@example.org")
    made = services.ask(mine, "endorsement", by=applicant, at=NOW)

    assert (made.email, made.committee, made.fallback, made.country_id) == (other.email, True, False, "SN")
    assert made.due_at == CLOSES_AT - timedelta(days=7)


def test_without_a_committee_somebody_named_takes_its_place(call):
    host_of("TG")
    mine = application_naming(call, endorser={"name": "Musée Théodore", "email": "direction@example.org"})

    made = services.ask(mine, "endorsement", by=mine.applicant, at=NOW)

    assert (made.email, made.committee, made.fallback) == ("direction@example.org", False, True)


def test_an_endorser_sees_the_files_of_one_country_and_no_identity(client, call):
    host_of("SN", email="comite@example.org", language="en")
    host_of("TG", email="togo@example.org", language="en")
    mine = ApplicationFactory(call=call, name="Awa Grès", submitted=True)
    AnswerFactory(application=mine, question="letter", value="Our stores are full.")
    AnswerFactory(application=mine, question="gender", value="a woman")
    sister = ApplicationFactory(call=call, name="Fatou Marbre", submitted=True)
    foreign = ApplicationFactory(call=call, name="Kossi Onyx", country_id="TG", submitted=True)
    for one in (mine, sister, foreign):
        services.ask(one, "endorsement", by=None, at=NOW)
    first = Message.objects.filter(template="endorsement_request").order_by("pk")[0]

    page = client.get(link_in(first)).content.decode()

    assert [name for name in ("Fatou Marbre", "Our stores are full.", "Kossi Onyx", "a woman") if name in page] == [
        "Fatou Marbre", "Our stores are full."
    ]  # fmt: skip


def test_a_draft_is_its_writers_alone_even_for_the_endorser(client, call):
    host_of("SN")
    mine = ApplicationFactory(call=call)
    AnswerFactory(application=mine, question="letter", value="Our stores are full.")
    services.ask(mine, "endorsement", by=None, at=NOW)

    page = client.get(link_in(Message.objects.get(template="endorsement_request"))).content.decode()

    assert "Our stores are full." not in page


def test_an_endorser_gives_each_rank_once(client, call):
    host_of("SN", language="en")
    for name in ("Awa Grès", "Fatou Marbre"):
        services.ask(ApplicationFactory(call=call, name=name, submitted=True), "endorsement", by=None, at=NOW)
    first, second = (link_in(m) for m in Message.objects.filter(template="endorsement_request").order_by("pk"))
    client.post(first, {"opinion": "full", "rank": "1"})

    answer = client.post(second, {"opinion": "full", "rank": "1", "text": TEXT})

    assert answer.status_code == 422
    assert "You gave rank 1 to Awa Grès already" in answer.content.decode()
    assert list(Request.objects.order_by("pk").values_list("state", "rank")) == [("given", 1), ("asked", None)]


def test_what_was_withdrawn_keeps_no_rank_from_the_others(call):
    host_of("SN")
    gone, stays = (ApplicationFactory(call=call, submitted=True) for _ in range(2))
    first, second = (services.ask(one, "endorsement", by=None, at=NOW) for one in (gone, stays))
    services.give(first, opinion="full", text="", rank=1, by=None, at=NOW)
    withdraw_application(gone, by=gone.applicant, at=NOW)

    services.give(second, opinion="full", text="", rank=1, by=None, at=NOW)

    second.refresh_from_db()
    assert (second.state, second.rank) == ("given", 1)


def test_a_rank_that_another_got_meanwhile_is_given_up_by_what_is_taken_up_again(client):
    form = deepcopy(FORM)
    form["steps"][0]["questions"][3]["ranked"] = True
    call, host = CallFactory(form=form, rules=RULES), host_of("SN")
    back, lasting, stays = (ApplicationFactory(call=call, submitted=True) for _ in range(3))
    first, kept, second = (services.ask(one, "endorsement", by=None, at=NOW) for one in (back, lasting, stays))
    for row, rank in ((first, 1), (kept, 2)):
        services.give(row, opinion="full", text="", rank=rank, by=None, at=NOW)
    for one in (back, lasting):
        withdraw_application(one, by=one.applicant, at=NOW)
    services.give(second, opinion="full", text="", rank=1, by=None, at=NOW)

    for one in (back, lasting):
        take_up_again(one, by=one.applicant, at=NOW)

    assert list(Request.objects.order_by("pk").values_list("state", "rank")) == [
        ("given", None),
        ("given", 2),
        ("given", 1),
    ]
    told = Activity.objects.get(verb="application.request_ranked")
    assert (told.object_key, told.before, told.after) == (back.number, "1", "")
    Application.objects.filter(pk=back.pk).update(status="submitted", submitted_at=NOW)
    client.force_login(host)
    place = f"/en/requests/country/{first.pk}/"
    assert "It has no rank" in client.get(place).content.decode()
    assert [client.post(place, {"rank": rank}).status_code for rank in ("1", "3")] == [422, 302]
    assert "It has no rank" not in client.get(place).content.decode()


def test_a_host_changes_ranks_until_the_internal_deadline(client, call):
    host = host_of("SN")
    rows = [
        RequestFactory(
            application=ApplicationFactory(call=call, name=name, submitted=True), endorsement=True, state="given",
            email="comite@example.org", rank=rank, answered_at=NOW,
        )
        for rank, name in ((1, "Awa Grès"), (2, "Fatou Marbre"))
    ]  # fmt: skip
    client.force_login(host)
    place = f"/en/requests/country/{rows[1].pk}/"
    assert place in client.get("/en/requests/country/").content.decode()
    assert "Change the rank" in client.get(place).content.decode()

    answers = [client.post(place, {"rank": rank}).status_code for rank in ("", "0", "1")]

    ranks = list(Request.objects.order_by("pk").values_list("state", "rank"))
    assert (answers, ranks) == ([422, 422, 302], [("given", 2), ("given", 1)])
    told = Activity.objects.filter(verb="application.request_ranked").order_by("pk")
    assert [(one.by, one.before, one.after) for one in told] == [(host, "2", "1"), (host, "1", "2")]
    with time_machine.travel(rows[1].due_at, tick=False):
        assert (client.get(place).status_code, client.post(place, {"rank": "1"}).status_code) == (410, 410)
        with pytest.raises(services.CannotAnswer):
            services.rank_anew(rows[1], 7, by=host, at=rows[1].due_at)
    assert list(Request.objects.order_by("pk").values_list("rank", flat=True)) == [2, 1]


def test_a_rank_is_exchanged_with_none_that_cannot_change(call):
    host = host_of("SN")
    late, mine = (
        RequestFactory(
            application=ApplicationFactory(call=call, name=name, submitted=True), endorsement=True, state="given",
            email="comite@example.org", rank=rank, answered_at=NOW, due_at=NOW + timedelta(days=days),
        )
        for rank, name, days in ((1, "Awa Grès", 0), (2, "Fatou Marbre", 3))
    )  # fmt: skip

    with pytest.raises(services.RankTaken, match="Awa Grès"):
        services.rank_anew(mine, 1, by=host, at=NOW)

    assert list(Request.objects.order_by("pk").values_list("rank", flat=True)) == [1, 2]


def test_reminders_go_out_7_and_2_days_before_and_never_twice(call):
    made, _link = asked(call)
    days = [
        services.remind(at=made.due_at - timedelta(days=left, minutes=minutes))
        for left, minutes in ((7, 1), (7, 0), (6, 0), (2, 1), (2, 0), (1, 0))
        for _ in range(2)
    ]
    assert days == [0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    reminders = Message.objects.filter(template="request_reminder")
    assert {link_in(m) for m in reminders} == {_link}

    services.give(made, opinion="full", text=TEXT, rank=None, by=None, at=NOW)
    assert services.remind(at=made.due_at - timedelta(hours=1)) == 0


def test_a_request_that_cannot_be_reminded_or_ended_holds_up_no_other(call):
    nameless, other = (
        RequestFactory(application=ApplicationFactory(call=call), due_at=NOW + timedelta(days=4)) for _n in range(2)
    )
    Request.objects.filter(pk=nameless.pk).update(name="")  # a mail without it is not written
    closed = CallFactory(form=FORM, status="closed")
    over = RequestFactory(application=ApplicationFactory(call=closed), expires_at=NOW + timedelta(hours=1))

    with time_machine.travel(NOW + timedelta(days=2), tick=False), pytest.raises(RowsFailed) as failed:
        follow_requests.func()

    assert str(failed.value).endswith(f"request {nameless.pk} (UnfilledPlaceholders)")
    assert [m.address for m in Message.objects.filter(template="request_reminder")] == [other.email]
    over.refresh_from_db()
    assert over.state == "expired"


def test_an_extended_deadline_takes_the_internal_one_along(call):
    made, link = asked(call)
    call.closes_at = call.last_closes_at = CLOSES_AT + timedelta(days=5)
    call.save()

    assert [services.follow_deadline(at=NOW) for _ in range(2)] == [1, 0]

    made.refresh_from_db()
    assert made.due_at == CLOSES_AT + timedelta(days=2)
    assert made.expires_at == CLOSES_AT + timedelta(days=5)
    assert services.request_path(made) == link


def test_after_an_extension_reminders_go_out_7_and_2_days_before_the_new_date(call):
    made, link = asked(call)
    assert services.remind(at=made.due_at - timedelta(days=2)) == 1
    for later in (30, 60):
        call.closes_at = call.last_closes_at = CLOSES_AT + timedelta(days=later)
        call.save()
        assert services.follow_deadline(at=NOW) == 1
        made.refresh_from_db()
        assert (made.due_at, made.reminded) == (CLOSES_AT + timedelta(days=later - 3), [])

        days = [services.remind(at=made.due_at - timedelta(days=left)) for left in (8, 7, 6, 2, 1)]

        assert days == [0, 1, 0, 1, 0]
    reminders = Message.objects.filter(template="request_reminder")
    assert [link_in(m) for m in reminders] == [link] * 5


READERS = ["anonymous", "other applicant", "office", "committee", "reviewer", "host"]


@pytest.mark.parametrize("kind", READERS)
def test_only_the_applicant_sees_and_asks(client, call, kind):
    mine = application_naming(call, referee=REFEREE, submitted=True)
    if kind != "anonymous":
        user = UserFactory(roles=[kind] if kind in ("office", "committee", "reviewer") else [])
        if kind == "host":
            RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="SN")
        client.force_login(user)

    answers = [
        client.get(f"/en/requests/of/{mine.number}/").status_code,
        client.post(f"/en/requests/of/{mine.number}/ask/referee/").status_code,
    ]

    assert answers in ([302, 302], [404, 404])
    assert (Request.objects.count(), Message.objects.count()) == (0, 0)


def test_a_host_does_not_endorse_their_own_application(client, call):
    host = host_of("SN")
    mine = RequestFactory(
        application=ApplicationFactory(call=call, applicant=host, name="Awa Grès", submitted=True), endorsement=True
    )
    client.force_login(host)
    address = f"/en/requests/country/{mine.pk}/"

    assert "Awa Grès" not in client.get("/en/requests/country/").content.decode()
    assert [client.get(address).status_code, client.post(address, {"opinion": "full"}).status_code] == [403, 403]
    with pytest.raises(services.CannotAnswer):
        services.give(mine, opinion="full", text="", rank=None, by=host, at=NOW)
    mine.refresh_from_db()
    assert mine.state == "asked"


def test_a_host_who_applies_too_neither_reads_nor_changes_the_own_rank(client, call):
    host = host_of("SN")
    other, mine, waits = (
        RequestFactory(
            application=ApplicationFactory(call=call, name=name, submitted=True, **facts), endorsement=True, state=state,
            email="comite@example.org", rank=rank, answered_at=NOW if rank else None,
        )
        for name, facts, state, rank in (
            ("Awa Grès", {}, "given", 1), ("Own Name", {"applicant": host}, "given", 2), ("Fatou Marbre", {}, "asked", None),
        )
    )  # fmt: skip
    client.force_login(host)
    place = f"/en/requests/country/{other.pk}/"

    page = client.get(place).content.decode()
    answers = [
        client.post(place, {"rank": "2"}),
        client.post(f"/en/requests/country/{waits.pk}/", {"opinion": "full", "rank": "2"}),
    ]

    assert ["Fatou Marbre" in page, "Own Name" in page] == [True, False]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert ["Own Name" in answer.content.decode() for answer in answers] == [False, False]
    assert ["This rank is given already: choose another." in one.content.decode() for one in answers] == [True, True]
    assert client.post(f"/en/requests/country/{mine.pk}/", {"rank": "3"}).status_code == 403
    ranks = list(Request.objects.order_by("pk").values_list("state", "rank"))
    assert ranks == [("given", 1), ("given", 2), ("asked", None)]


def test_a_host_neither_sees_nor_answers_what_an_employer_is_asked(client, call):
    asked = RequestFactory(
        application=ApplicationFactory(call=call, name="Awa Grès", submitted=True), endorsement=True, committee=False
    )
    client.force_login(host_of("SN"))

    assert "Awa Grès" not in client.get("/en/requests/country/").content.decode()
    address = f"/en/requests/country/{asked.pk}/"
    assert [client.get(address).status_code, client.post(address, {"opinion": "full"}).status_code] == [404, 404]
    asked.refresh_from_db()
    assert (asked.state, asked.answered_at) == ("asked", None)


@pytest.mark.parametrize(
    ("before", "due", "expires"),
    [
        (timedelta(days=8), CLOSES_AT - timedelta(days=3), CLOSES_AT),
        (timedelta(days=5), CLOSES_AT - timedelta(days=3), CLOSES_AT),
        (timedelta(days=4), CLOSES_AT + timedelta(days=3), CLOSES_AT + timedelta(days=3)),
        (timedelta(minutes=10), CLOSES_AT + timedelta(days=7, minutes=-10), CLOSES_AT + timedelta(days=7, minutes=-10)),
    ],
)
def test_whoever_is_asked_late_has_a_week_to_answer(call, before, due, expires):
    mine = application_naming(call, referee=REFEREE)

    made = services.ask(mine, "referee", by=mine.applicant, at=CLOSES_AT - before)

    assert (made.due_at, made.expires_at) == (due, expires)


ENDORSEMENTS = 'href="/en/requests/country/"'
LED_FROM = ["accounts:home", "apply:mine", "programmes:trainings", "calls:calls"]


@pytest.mark.parametrize("name", LED_FROM)
def test_a_host_of_a_country_is_led_to_its_endorsements(client, name):
    client.force_login(host_of("SN"))

    assert client.get(reverse(name)).content.decode().count(ENDORSEMENTS) == 1


def test_the_endorsements_stand_among_the_pages_of_the_account(client):
    client.force_login(host_of("SN"))

    assert f'<a {ENDORSEMENTS} aria-current="page">' in client.get("/en/requests/country/").content.decode()


@pytest.mark.parametrize(("kind", "key"), [("all", ""), ("training", "dakar"), ("organisation", "musee")])
def test_a_host_without_a_country_is_led_to_no_endorsements(client, kind, key):
    user = UserFactory()
    RoleGrantFactory(user=user, role="host", scope_kind=kind, scope_key=key)
    client.force_login(user)

    pages = [client.get(reverse(name)) for name in LED_FROM]

    assert [page.status_code for page in pages] == [200] * 4
    assert [page.content.decode().count(ENDORSEMENTS) for page in pages] == [0] * 4


@pytest.mark.parametrize("n", [1, 3])
def test_a_host_sees_and_endorses_own_country_only(client, call, n, django_assert_num_queries):
    host = host_of("SN")
    for number in range(n):
        RequestFactory(
            application=ApplicationFactory(call=call, name=f"Awa {number}", submitted=True), endorsement=True
        )
    draft = RequestFactory(application=ApplicationFactory(call=call, name="Draft"), endorsement=True)
    foreign = RequestFactory(
        application=ApplicationFactory(call=call, name="Kossi", submitted=True, country_id="TG"),
        endorsement=True, country_id="TG",
    )  # fmt: skip
    client.force_login(host)

    with django_assert_num_queries(5):  # session, user, roles, count, rows
        page = client.get("/en/requests/country/").content.decode()

    assert [name for name in ("Awa 0", "Draft", "Kossi") if name in page] == ["Awa 0"]
    assert [client.get(f"/en/requests/country/{row.pk}/").status_code for row in (draft, foreign)] == [404, 404]
    mine = Request.objects.order_by("pk")[0]
    assert client.post(f"/en/requests/country/{mine.pk}/", {"opinion": "full"}).url == "/en/requests/country/"
    mine.refresh_from_db()
    assert (mine.state, Activity.objects.get(verb="application.request_given").by) == ("given", host)
