"""Codes for late entry: made by the office for a closed call, used by whoever has them, and no clue for anybody else."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from tessera.accounts.models import SignInLink
from tessera.activity.models import Activity
from tessera.applications import services as applying
from tessera.applications.models import Application, LateCode, LateUse
from tessera.applications.services import late as services
from tessera.applications.views.late import CODES_PER_READER
from tests.applications.asking import ANSWERS, WIDE
from tests.applications.papers import pdf, sent
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.applications import ApplicationFactory, LateCodeFactory, write_answers
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
AFTER = CLOSES_AT + timedelta(hours=5)
UNTIL = CLOSES_AT + timedelta(days=3)
NEUTRAL = "This code does not open this call."


@pytest.fixture(autouse=True)
def _after_the_deadline(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.fixture
def call():
    return CallFactory(form=WIDE, code="sea", status="closed")


@pytest.fixture
def office():
    return OfficeUserFactory(language="en")


@pytest.fixture
def code(call):
    return LateCodeFactory(call=call, uses=2, expires_at=UNTIL)


def enter(call, typed, by, *, at=AFTER, strand=None):
    strand = strand or call.strands.get().key
    return services.enter_late(call, typed, strand=strand, by=by, language="en", at=at)


def test_the_office_makes_a_code_shows_its_uses_and_takes_it_back(client, call, office):
    client.force_login(office)
    path = "/en/desk/applications/calls/sea/late/"

    client.post(path, {"reason": "The line broke.", "uses": "2", "until": "2026-03-20"})
    made = LateCode.objects.get()
    user = UserFactory()
    mine = enter(call, made.code, user)
    page = client.get(path).content.decode()

    assert (made.reason, made.uses, made.made_by, len(made.code)) == ("The line broke.", 2, office, 10)
    assert made.expires_at.isoformat() == "2026-03-21T12:00:00+00:00"  # the end of the day on the clock of the call
    assert [words for words in (made.code, "1 of 2", mine.number, "The line broke.") if words not in page] == []
    assert client.post(f"{path}{made.pk}/revoke/").status_code == 302
    assert "taken back" in client.get(path).content.decode()
    assert sorted(Activity.objects.filter(object_key="sea", verb__contains="late").values_list("verb", "by")) == [
        ("call.late_code_made", office.pk), ("call.late_code_revoked", office.pk),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "  "}, "reason"), ({"uses": "0"}, "uses"), ({"uses": "201"}, "uses"),
        ({"until": "2026-03-01"}, "until"), ({"until": "2026-09-01"}, "until"), ({"until": "31 June"}, "until"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_code_is_checked_at_its_field(client, call, office, given, field):
    client.force_login(office)

    answer = client.post(
        "/en/desk/applications/calls/sea/late/", {"reason": "x", "uses": "1", "until": "2026-03-20"} | given
    )

    assert (answer.status_code, LateCode.objects.count()) == (422, 0)
    assert f'aria-describedby="id_{field}_error' in answer.content.decode() or f"#id_{field}" in answer.content.decode()


@pytest.mark.parametrize(
    ("status", "at", "refusal"),
    [
        ("open", NOW, services.NotClosed), ("in_review", AFTER, services.SelectionBegun),
        ("decided", AFTER, services.SelectionBegun), ("cancelled", AFTER, services.SelectionBegun),
    ],
)  # fmt: skip
def test_a_code_is_for_a_closed_call_before_its_selection(office, status, at, refusal):
    call = CallFactory(form=WIDE, status=status)

    with pytest.raises(refusal):
        services.make_late_code(call, reason="x", uses=1, expires_at=UNTIL, by=office, at=at)

    assert LateCode.objects.count() == 0


def test_whoever_has_a_code_begins_and_submits_until_it_is_over(call, code):
    user = UserFactory()
    with pytest.raises(applying.NotOpen):
        applying.start_application(call, call.strands.get().key, by=user, language="en", at=AFTER)

    mine = enter(call, f" {code.code[:5].lower()}-{code.code[5:]} ", user)
    again = enter(call, code.code, user)
    write_answers(mine, ANSWERS, at=AFTER)
    for question in ("cv", "work_sample", "pay_slip"):
        applying.take_file(mine, question, sent("a.pdf", pdf(1)), by=user, at=AFTER)
    done = applying.submit_application(mine, by=user, at=UNTIL - timedelta(seconds=1))

    assert (again, mine.late_until, done.status) == (mine, UNTIL, "submitted")
    assert list(LateUse.objects.values_list("code", "application", "at")) == [(code.pk, mine.pk, AFTER)]
    log = Activity.objects.get(verb="application.late_entry")
    assert (log.by, log.object_key, log.reason) == (user, mine.number, code.reason)
    late = Activity.objects.get(verb="application.submitted").changes["after_closing_s"]
    assert late == [0, int((UNTIL - timedelta(seconds=1) - CLOSES_AT).total_seconds())]


def test_it_closes_to_the_second_and_becomes_incomplete(call, code):
    mine = enter(call, code.code, UserFactory())

    assert applying.close_drafts(at=UNTIL - timedelta(seconds=1)) == 0
    with pytest.raises(applying.TooLate):
        write_answers(mine, {"institution": "x"}, at=UNTIL)
    assert applying.close_drafts(at=UNTIL) == 1

    mine.refresh_from_db()
    assert (mine.status, mine.answers.count()) == ("incomplete", 0)


@pytest.mark.parametrize("status", ["draft", "incomplete", "withdrawn"])
def test_a_draft_that_was_too_late_goes_on_with_what_was_written(call, code, status):
    mine = ApplicationFactory(call=call, status=status, started_at=NOW)
    mine.answers.create(question="institution", value="Musée", saved_at=NOW, revision=1)

    found = enter(call, code.code, mine.applicant)

    assert (found.pk, found.status, found.late_until) == (mine.pk, "draft", UNTIL)
    write_answers(found, {"institution": "Musée du Basalte"}, at=AFTER)
    assert found.answers.get().value == "Musée du Basalte"


@pytest.mark.parametrize("status", ["submitted", "returned", "eligible", "ineligible"])
def test_what_was_submitted_is_not_opened(call, code, status):
    mine = ApplicationFactory(call=call, submitted=True)
    mine.status = status
    mine.save()

    with pytest.raises(services.HandedIn):
        enter(call, code.code, mine.applicant)

    mine.refresh_from_db()
    assert (mine.late_until, LateUse.objects.count()) == (None, 0)


def test_a_code_is_used_as_often_as_it_says(call, code):
    first, second, third = UserFactory.create_batch(3)
    enter(call, code.code, first)
    enter(call, code.code, second)

    with pytest.raises(services.CodeRefused):
        enter(call, code.code, third)

    enter(call, code.code, first)
    assert Application.objects.count() == LateUse.objects.count() == 2


def test_taking_a_code_back_closes_what_it_opened_unless_another_holds_it_open(call, code, office):
    other = LateCodeFactory(call=call, expires_at=UNTIL - timedelta(days=1))
    one, two = enter(call, code.code, UserFactory()), enter(call, code.code, UserFactory())
    enter(call, other.code, two.applicant)

    for _ in range(2):
        services.revoke_late_code(code, by=office, at=AFTER)

    assert [Application.objects.get(pk=row.pk).late_until for row in (one, two)] == [None, other.expires_at]
    with pytest.raises(applying.TooLate):
        write_answers(one, {"institution": "x"}, at=AFTER)
    with pytest.raises(services.CodeRefused):
        enter(call, code.code, UserFactory())
    assert Activity.objects.filter(verb="call.late_code_revoked").count() == 1


def bad(call, how):
    if how in ("invented", "empty"):
        return {"invented": "ABCDEFGHJK", "empty": ""}[how]
    made = LateCodeFactory(call=CallFactory() if how == "of another call" else call, expires_at=UNTIL)
    if how == "expired":
        made.expires_at = AFTER
    elif how == "taken back":
        made.revoked_at = AFTER
    elif how == "used up":
        LateUse.objects.create(code=made, application=ApplicationFactory(call=call), at=AFTER)
    made.save()
    return made.code


BAD = ("invented", "empty", "of another call", "expired", "taken back", "used up")


@pytest.mark.parametrize("how", BAD)
def test_whatever_is_wrong_with_a_code_gets_one_neutral_sentence_and_changes_nothing(client, call, how):
    typed = bad(call, how)
    user = UserFactory(language="en")
    client.force_login(user)
    before = (Application.objects.count(), LateUse.objects.count())

    answer = client.post("/en/apply/sea/late/", {"late": typed, "strand": call.strands.get().key}, follow=True)

    page = answer.content.decode()
    assert (NEUTRAL in page, f'value="{typed}"' in page) == (True, True)
    assert (Application.objects.count(), LateUse.objects.count()) == before


@pytest.mark.parametrize("status", ["in_review", "decided"])
def test_a_call_under_selection_refuses_good_and_bad_codes_alike(client, call, code, status):
    call.status = status
    call.save()
    client.force_login(UserFactory(language="en"))

    pages = [
        client.post(
            "/en/apply/sea/late/", {"late": typed, "strand": call.strands.get().key}, follow=True
        ).content.decode()
        for typed in (code.code, "ABCDEFGHJK")
    ]

    assert ["The selection for this call has begun" in page for page in pages] == [True, True]
    assert [NEUTRAL in page for page in pages] == [False, False]
    assert Application.objects.count() == 0


def test_where_the_call_is_open_no_code_is_needed(call):
    call.status = "open"
    call.save()
    made = LateCodeFactory(call=call)

    with time_machine.travel(NOW, tick=False), pytest.raises(services.NotNeeded):
        enter(call, made.code, UserFactory(), at=NOW)

    assert Application.objects.count() == 0


def test_the_whole_way_by_the_pages(client, call, code):
    user = UserFactory(language="en")
    public = client.get("/en/apply/sea/").content.decode()
    client.force_login(user)

    page = client.get("/en/apply/sea/").content.decode()
    answer = client.post("/en/apply/sea/late/", {"late": code.code, "strand": call.strands.get().key}, follow=True)
    step = client.get("/en/apply/sea/step/you/").content.decode()

    assert ["I have a code for late entry" in one for one in (public, page)] == [True, True]
    assert code.code not in public + page
    assert "You can write and submit until" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == "/en/apply/sea/step/you/"
    assert "2 days and 19 hours left" in step
    mine = Application.objects.get()
    with time_machine.travel(UNTIL, tick=False):
        status = client.get("/en/apply/sea/status/").content.decode()
    assert ("I have a code for late entry" in status, mine.status) == (True, "draft")


def test_somebody_without_an_account_gets_a_link_that_brings_back_the_code(client, call, code):
    answer = client.post("/en/apply/sea/late/", {"late": code.code, "email": "new@example.org"})

    assert (answer.status_code, answer["Location"].endswith("/sent/")) == (302, True)
    assert Application.objects.count() == 0
    assert [link.next_path for link in SignInLink.objects.all()] in ([f"/en/apply/sea/?late={code.code}"], [])
    page = client.get(f"/en/apply/sea/?late={code.code}").content.decode()
    assert f'value="{code.code}"' in page


def test_trying_codes_is_limited(client, call):
    client.force_login(UserFactory())

    answers = [
        client.post("/en/apply/sea/late/", {"late": "ABCDEFGHJK"}).status_code
        for _ in range(CODES_PER_READER.count + 1)
    ]

    assert answers == [302] * CODES_PER_READER.count + [429]


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_of_the_codes_costs_the_same_for_every_number(client, call, office, n, django_assert_num_queries):
    for _ in range(n):
        made = LateCodeFactory(call=call, made_by=office, uses=9)
        for user in UserFactory.create_batch(n):
            LateUse.objects.create(code=made, application=ApplicationFactory(call=call, applicant=user), at=AFTER)
    client.force_login(office)
    client.get("/en/desk/applications/calls/sea/late/")

    with django_assert_num_queries(6):  # session, user, roles, call, codes, uses with applications
        page = client.get("/en/desk/applications/calls/sea/late/").content.decode()

    assert page.count("Take ") == n
