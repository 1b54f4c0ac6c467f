"""Beginning, saving, withdrawing: one application a person and call, and nothing that is written is lost."""

from datetime import UTC, datetime, timedelta

import pytest

from tessera.activity.models import Activity
from tessera.applications import services
from tessera.applications.models import Answer, Application, Status
from tessera.calls.models import Call
from tessera.messaging.models import Message
from tests.applications.asking import ANSWERS, WIDE
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, write_answers
from tests.factories.calls import CLOSES_AT, OPENS_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db


def begun(call=None, **more):
    call = call or CallFactory(form=WIDE)
    user = more.pop("user", None) or UserFactory()
    return services.start_application(call, call.strands.get().key, by=user, language="fr", at=NOW, **more)


def values(application):
    return dict(Answer.objects.filter(application=application).values_list("question", "value"))


def save(application, given, **more):
    return write_answers(application, given, **more)


def test_beginning_twice_gives_one_application_and_one_entry_in_the_log():
    call = CallFactory(form=WIDE)
    user = UserFactory()

    first = begun(call, user=user)
    second = begun(call, user=user)

    assert first == second
    assert (first.status, first.language, first.strand, first.email) == (
        "draft",
        "fr",
        call.strands.get().key,
        user.email,
    )
    log = Activity.objects.filter(object_type="application")
    assert list(log.values_list("verb", flat=True)) == ["application.started"]


@pytest.mark.parametrize("at", [OPENS_AT - timedelta(seconds=1), CLOSES_AT])
def test_nobody_begins_outside_the_dates(at):
    call = CallFactory(form=WIDE)

    with pytest.raises(services.NotOpen):
        services.start_application(call, call.strands.get().key, by=UserFactory(), language="en", at=at)

    assert Application.objects.count() == 0


def test_a_sister_call_leads_to_the_application_that_exists():
    one, other = CallFactory(sister_group="sisters", form=WIDE), CallFactory(sister_group="sisters", form=WIDE)
    mine = begun(one)

    with pytest.raises(services.SisterApplication) as refusal:
        begun(other, user=mine.applicant)

    assert refusal.value.application == mine
    assert str(refusal.value).startswith(f"You have an application to “{one.title['en']}” already")
    services.withdraw_application(mine, by=mine.applicant, at=NOW)
    assert begun(other, user=mine.applicant).call == other


def test_everything_is_saved_in_one_act_and_repeated_where_lists_need_it():
    mine = begun()

    saved = save(mine, ANSWERS)

    mine.refresh_from_db()
    assert (mine.name, mine.names_folded, mine.country_id, mine.institution) == (
        "Awa Grès", "awa gres", "SN", "Musée du Basalte")  # fmt: skip
    assert (mine.revision, mine.saved_at) == (1, NOW)
    assert set(saved.saved) == set(ANSWERS)
    assert values(mine)["posts"] == [{"title": "Conservatrice", "from_year": 2017, "place": "SN", "kind": "paid"}]
    assert values(mine)["years"] == 9


def test_the_same_save_again_changes_nothing():
    mine = begun()
    save(mine, ANSWERS)

    again = save(mine, ANSWERS, at=NOW + timedelta(minutes=5))

    mine.refresh_from_db()
    assert (again.saved, mine.revision, mine.saved_at) == ((), 1, NOW)


def test_what_cannot_be_read_is_kept_and_odd_signs_go():
    mine = begun()

    save(mine, {
        "birth_date": "31 février 1990", "years": "about ten", "country_of_work": "Atlantis",
        "letter": "=cmd|'/c calc'!A1 <script>alert(1)</script>\u202e\u200b " + "un " * 40,
        "full_name": "  Awa\u0000 \ufeffGrès ",
        "nobody_asks": "x",
    })  # fmt: skip

    assert values(mine) == {
        "birth_date": "31 février 1990", "years": "about ten", "country_of_work": "Atlantis",
        "letter": "=cmd|'/c calc'!A1 <script>alert(1)</script> " + " ".join(["un"] * 40),
        "full_name": "Awa Grès",
    }  # fmt: skip
    mine.refresh_from_db()
    assert mine.country_id is None


def test_a_text_beyond_all_measure_is_said_and_the_others_are_saved():
    mine = begun()

    saved = save(mine, {"letter": "x" * 100_001, "full_name": "Awa Grès"})

    assert saved.refused == {"letter": "This is too long to be kept: at most 100,000 characters fit here."}
    assert values(mine) == {"full_name": "Awa Grès"}


def test_an_answer_can_be_emptied():
    mine = begun()
    save(mine, {"full_name": "Awa", "topics": ["care"]})

    save(mine, {"full_name": "", "topics": []})

    assert values(mine) == {"full_name": None, "topics": None}


def marks(mine):
    return {key: services.digest_of(value) for key, value in values(mine).items()}


def test_two_devices_the_later_save_wins_by_field_and_is_told_what_it_replaced():
    mine = begun()
    save(mine, {"letter": "One", "full_name": "Awa"}, device="phone")
    shown = marks(mine)
    # Both pages are opened now, at revision 1; the laptop writes first.
    save(
        mine,
        {"letter": "Two", "full_name": "Awa"},
        device="laptop",
        revision=1,
        was=shown,
        at=NOW + timedelta(minutes=1),
    )

    saved = save(
        mine, {"letter": "Three", "full_name": "Awa G."}, device="phone", revision=1, was=shown,
        at=NOW + timedelta(minutes=2),
    )  # fmt: skip

    assert values(mine) == {"letter": "Three", "full_name": "Awa G."}
    assert [(e.question, e.value, e.replaced) for e in saved.elsewhere] == [("letter", "Two", True)]
    # The laptop is told in its turn, with whatever it saves next.
    told = save(mine, {"phone": "1234"}, device="laptop", revision=1, was=shown, at=NOW + timedelta(minutes=3))
    assert {(e.question, e.value, e.replaced) for e in told.elsewhere} == {
        ("letter", "Three", False), ("full_name", "Awa G.", False)}  # fmt: skip


def test_a_page_that_was_not_touched_replaces_nothing_that_another_device_saved():
    mine = begun()
    save(mine, {"letter": "One", "full_name": "Awa"}, device="phone")
    shown = marks(mine)
    save(mine, {"letter": "Two"}, device="laptop", revision=1, was=shown, at=NOW + timedelta(minutes=1))

    saved = save(
        mine,
        {"letter": "One", "full_name": "Awa Grès"},
        device="phone",
        revision=1,
        was=shown,
        at=NOW + timedelta(minutes=2),
    )

    assert values(mine) == {"letter": "Two", "full_name": "Awa Grès"}
    assert [(e.question, e.replaced) for e in saved.elsewhere] == [("letter", False)]


def test_a_device_may_take_its_own_change_back():
    mine = begun()
    save(mine, {"letter": "One"}, device="phone")
    shown = marks(mine)
    save(mine, {"letter": "Two"}, device="phone", revision=1, was=shown)

    saved = save(mine, {"letter": "One"}, device="phone", revision=1, was=shown)

    assert (values(mine), saved.elsewhere) == ({"letter": "One"}, ())


def test_text_sent_late_is_measured_by_the_page_it_was_written_on():
    """Written on a page of the phone at revision 1, sent from a later page at revision 2."""
    mine = begun()
    save(mine, {"letter": "One"}, device="phone")
    save(mine, {"letter": "Two", "full_name": "Awa"}, device="laptop", revision=1)
    late = {"device": "phone-again", "revision": 2, "bases": {"letter": (1, "phone")}}

    asked = save(mine, {"letter": "Late"}, over=False, **late)
    again = save(mine, {"letter": "Late"}, over=False, **late)

    told = [("letter", "Two", False, True)]
    assert [(e.question, e.value, e.replaced, e.held) for e in asked.elsewhere] == told
    assert [(e.question, e.value, e.replaced, e.held) for e in again.elsewhere] == told
    assert (values(mine), asked.saved) == ({"letter": "Two", "full_name": "Awa"}, ())
    replaced = save(mine, {"letter": "Late"}, **late)
    assert [(e.question, e.value, e.replaced, e.held) for e in replaced.elsewhere] == [("letter", "Two", True, False)]
    assert values(mine) == {"letter": "Late", "full_name": "Awa"}


def test_text_sent_late_over_one_of_the_same_page_or_over_what_was_seen_asks_nothing():
    mine = begun()
    save(mine, {"letter": "One"}, device="phone")
    seen = save(mine, {"letter": "Two"}, device="laptop", revision=1).application.revision

    own = save(
        mine, {"letter": "Three"}, device="other", revision=9, over=False, bases={"letter": (0, "laptop")}
    )  # fmt: skip
    after = save(
        mine, {"letter": "Four"}, device="other", revision=9, over=False, bases={"letter": (seen + 1, "phone")}
    )  # fmt: skip

    assert (own.elsewhere, after.elsewhere, values(mine)) == ((), (), {"letter": "Four"})


@pytest.mark.parametrize(("saved_before", "seconds", "taken"), [
    (True, -1, True), (True, 0, True), (True, 1799, True), (True, 1800, False), (False, 0, False),
])  # fmt: skip
def test_the_grace_is_for_drafts_that_were_saved_before(saved_before, seconds, taken):
    mine = begun()
    if saved_before:
        save(mine, {"letter": "Before"})
    at = CLOSES_AT + timedelta(seconds=seconds)
    Call.objects.filter(pk=mine.call_id).update(status="closed")
    if seconds < 0:
        Call.objects.filter(pk=mine.call_id).update(status="open")

    if taken:
        save(mine, {"letter": "After"}, at=at)
        save(mine, {"letter": "And again"}, at=at)  # the last save of the grace does not end it
        assert values(mine) == {"letter": "And again"}
    else:
        with pytest.raises(services.TooLate):
            save(mine, {"letter": "After"}, at=at)
        assert values(mine) == ({"letter": "Before"} if saved_before else {})


@pytest.mark.parametrize("status", ["submitted", "eligible", "withdrawn", "not_selected"])
def test_what_is_handed_in_or_withdrawn_is_not_written(status):
    mine = ApplicationFactory(call=CallFactory(form=WIDE), submitted=True, status=status)

    with pytest.raises(services.NotWritable):
        save(mine, {"letter": "Late"})

    assert values(mine) == {}


def test_saving_costs_the_same_for_one_answer_and_for_all(django_assert_num_queries):
    mine, other = begun(), begun()

    # savepoint, application, strand with call, number of the form, form, answers, upsert, the task that confirms the
    # first save, application, release
    with django_assert_num_queries(10):
        save(mine, {"letter": "One"})
    with django_assert_num_queries(10):
        save(other, ANSWERS)
    with django_assert_num_queries(8):  # the form is known by now
        save(mine, {"letter": "Two"})


def test_withdrawing_is_said_once_and_can_be_taken_up_while_the_call_is_open():
    mine = ApplicationFactory(call=CallFactory(form=WIDE), submitted=True)

    for _n in (1, 2):
        services.withdraw_application(mine, by=mine.applicant, at=NOW, reason="Another plan")

    mine.refresh_from_db()
    assert (mine.status, mine.status_reason) == ("withdrawn", "Another plan")
    assert [m.template for m in Message.objects.all()] == ["application_withdrawn"]
    again = services.take_up_again(mine, by=mine.applicant, at=NOW)
    assert (again.status, again.submitted_at) == ("draft", None)
    assert list(
        Activity.objects.filter(object_type="application").order_by("pk").values_list("verb", "before", "after")
    ) == [
        ("application.withdrawn", "submitted", "withdrawn"),
        ("application.taken_up_again", "withdrawn", "draft"),
    ]


@pytest.mark.parametrize("status", ["accepted", "declined", "expired"])
def test_after_an_answer_to_the_offer_nothing_is_withdrawn(status):
    mine = ApplicationFactory(submitted=True, status=status)

    with pytest.raises(services.CannotWithdraw):
        services.withdraw_application(mine, by=mine.applicant, at=NOW)

    mine.refresh_from_db()
    assert (mine.status, Message.objects.count()) == (status, 0)


def test_nothing_is_taken_up_after_the_deadline():
    mine = ApplicationFactory(call=CallFactory(form=WIDE), submitted=True, status="withdrawn")

    with pytest.raises(services.TooLate):
        services.take_up_again(mine, by=mine.applicant, at=CLOSES_AT + timedelta(hours=1))

    mine.refresh_from_db()
    assert (mine.status, mine.submitted_at) == ("withdrawn", NOW)


def test_drafts_become_incomplete_after_the_grace_and_drafts_again_with_an_extension():
    call = CallFactory(form=WIDE)
    mine, untouched = begun(call), begun(call)
    save(mine, {"letter": "Before"})
    handed_in = ApplicationFactory(call=call, submitted=True)

    assert services.close_drafts(at=CLOSES_AT - timedelta(seconds=1)) == 0
    assert services.close_drafts(at=CLOSES_AT + timedelta(minutes=29)) == 1  # never saved: no grace
    assert services.close_drafts(at=CLOSES_AT + timedelta(minutes=30)) == 1
    assert services.close_drafts(at=CLOSES_AT + timedelta(minutes=31)) == 0
    for row in (mine, untouched, handed_in):
        row.refresh_from_db()
    assert [mine.status, untouched.status, handed_in.status] == ["incomplete", "incomplete", "submitted"]

    later = datetime(2026, 3, 20, 12, tzinfo=UTC)
    Call.objects.filter(pk=call.pk).update(closes_at=later, last_closes_at=later, status="open")
    save(mine, {"letter": "Again"}, at=CLOSES_AT + timedelta(hours=20))  # the writer is faster than the task
    assert services.close_drafts(at=CLOSES_AT + timedelta(hours=21)) == 1
    assert set(Application.objects.filter(call=call).values_list("status", flat=True)) == {"draft", "submitted"}


def test_returned_files_have_their_own_time():
    mine = ApplicationFactory(call=CallFactory(form=WIDE, status="in_review"), submitted=True)
    office = UserFactory(roles=["office"])
    at = CLOSES_AT + timedelta(days=3)
    until = at + timedelta(days=5)

    for _n in (1, 2):
        services.return_for_completion(
            mine, text="The CV is empty.", questions=["cv", "nothing"], until=until, by=office, at=at
        )

    mine.refresh_from_db()
    assert mine.status == Status.RETURNED
    assert mine.completion == {"until": until.isoformat(), "questions": ["cv"], "text": "The CV is empty."}
    message = Message.objects.get()
    assert (message.template, message.language) == ("item_missing", "fr")
    assert "The CV is empty." in message.text
    assert "Your CV (fr)" in message.text
    save(mine, {"letter": "Encore"}, at=until - timedelta(seconds=1))
    with pytest.raises(services.TooLate):
        save(mine, {"letter": "Trop tard"}, at=until + timedelta(minutes=30))
    assert services.close_drafts(at=until + timedelta(minutes=31)) == 1
    mine.refresh_from_db()
    assert (mine.status, mine.submitted_at) == ("incomplete", NOW)


@pytest.mark.parametrize(
    ("text", "hours", "status", "refusal"),
    [
        ("", 48, "submitted", services.SayWhatIsMissing),
        ("The CV", 23, "submitted", services.TooShort),
        ("The CV", 48, "selected", services.CannotReturn),
    ],
)
def test_a_return_says_what_and_gives_time(text, hours, status, refusal):
    mine = ApplicationFactory(call=CallFactory(form=WIDE), submitted=True, status=status)

    with pytest.raises(refusal):
        services.return_for_completion(mine, text=text, until=NOW + timedelta(hours=hours), by=None, at=NOW)

    mine.refresh_from_db()
    assert (mine.status, mine.completion, Message.objects.count()) == (status, {}, 0)
