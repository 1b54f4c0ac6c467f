"""Handing in: one act, with everything that it was judged on, and a receipt that comes once."""

from datetime import timedelta

import pytest
from django.utils import translation

from tessera.activity.models import Activity
from tessera.applications import receipts, services
from tessera.applications.models import Verdict
from tessera.applications.wording import answer_text
from tessera.calls.models import Call
from tessera.calls.questions.model import Question, Type
from tessera.core.translated import Translated
from tessera.messaging.models import Message
from tests.applications.asking import ANSWERS, WIDE
from tests.applications.papers import pdf, sent
from tests.factories.accounts import UserFactory
from tests.factories.applications import write_answers
from tests.factories.calls import CLOSES_AT, CallFactory, FormVersionFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db

AGE = {"key": "age", "kind": "age_at", "weight": "hard", "params": {"on": "2026-12-31", "max": 45},
       "reason": {"en": "The training is for mid-career.", "fr": "Pour le milieu de carrière."}}  # fmt: skip
SENEGAL = {"key": "country", "kind": "country_of_work", "weight": "priority", "params": {"countries": ["TG"]}}
NATIONALITY = {"key": "flag", "kind": "nationality", "weight": "person", "params": {"flagged": ["FR"]}}


def complete(rules=(), answers=ANSWERS, *, file=True):
    call = CallFactory(form=WIDE, rules=list(rules))
    mine = services.start_application(call, call.strands.get().key, by=UserFactory(), language="fr", at=NOW)
    write_answers(mine, answers)
    if file:
        services.take_file(mine, "cv", sent("cv.pdf", pdf(2)), by=mine.applicant, at=NOW)
    return mine


def submit(mine, at=NOW):
    return services.submit_application(mine, by=mine.applicant, at=at)


def test_a_complete_file_is_submitted_with_what_it_was_judged_on():
    mine = complete([AGE, SENEGAL, NATIONALITY])

    done = submit(mine)

    done.refresh_from_db()
    assert (done.status, done.submitted_at, done.form_version.number, done.rule_version.number) == (
        "submitted",
        NOW,
        1,
        1,
    )
    assert done.profile["birth_date"] == "1985-07-30"
    assert done.profile["nationality"] == ["FR", "SN"]
    assert len(done.receipt_sha256) == 64
    assert dict(Verdict.objects.values_list("rule", "outcome")) == {
        "age": "met",
        "country": "not_met",
        "flag": "person",
    }
    kept = Verdict.objects.get(rule="age").document
    assert kept["reason"] == AGE["reason"]
    assert set(kept["sentence"]) == {"en", "fr", "es"}
    assert Activity.objects.filter(verb="application.submitted").values_list("before", "after", "changes").get() == (
        "draft", "submitted", {})  # fmt: skip


def test_submitting_twice_keeps_the_first_time_and_sends_one_receipt():
    mine = complete()

    for minutes in (0, 5):
        submit(mine, NOW + timedelta(minutes=minutes))

    mine.refresh_from_db()
    message = Message.objects.get()
    assert mine.submitted_at == NOW
    assert (message.template, message.to, message.language) == ("application_received", mine.applicant, "fr")
    assert mine.number in message.subject
    assert f"/fr/apply/{mine.number}/" in message.text
    assert "Musée du Basalte" not in message.text  # a link instead of data


def test_everything_that_is_missing_is_said_at_once_and_nothing_is_written():
    mine = complete(answers={"letter": "un " * 25, "member": "yes"}, file=False)

    with pytest.raises(services.NotComplete) as refusal:
        submit(mine)

    assert [(p.step, p.question, p.code) for p in refusal.value.problems] == [
        ("you", "full_name", "missing"), ("work", "member_number", "missing"), ("why", "letter", "too_long"),
        ("why", "cv", "missing"), ("promise", "attend", "missing"), ("promise", "signature", "missing"),
    ]  # fmt: skip
    assert str(refusal.value.problems[2].sentence) == "Cut 5 words from “Why you?”: it has 25, and at most 20 fit."
    mine.refresh_from_db()
    assert (mine.status, mine.submitted_at, Verdict.objects.count(), Message.objects.count()) == ("draft", None, 0, 0)


def test_a_question_that_is_hidden_is_never_demanded():
    mine = complete(answers={**ANSWERS, "member": "no"})

    assert submit(mine).status == "submitted"


@pytest.mark.parametrize(("born", "outcome"), [("1981-12-31", "submitted"), ("1980-12-30", "draft")])
def test_a_hard_rule_blocks_with_the_numbers_and_the_reason(born, outcome):
    mine = complete([AGE], {**ANSWERS, "birth_date": born})

    if outcome == "submitted":
        submit(mine)
    else:
        with pytest.raises(services.NotComplete) as refusal:
            submit(mine)
        assert refusal.value.problems == []
        (verdict,) = refusal.value.verdicts
        assert "46" in str(verdict.sentence)
        assert str(verdict.reason) == "The training is for mid-career."
    mine.refresh_from_db()
    assert mine.status == outcome


def test_a_fact_that_is_not_known_blocks_too():
    mine = complete([AGE], {**ANSWERS, "birth_date": ""})

    with pytest.raises(services.NotComplete) as refusal:
        submit(mine)

    assert str(refusal.value.verdicts[0].sentence) == "Not known yet: date of birth."


@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, True), (1799, True), (1800, False)])
def test_the_deadline_to_the_second(seconds, taken):
    mine = complete()
    at = CLOSES_AT + timedelta(seconds=seconds)
    Call.objects.filter(pk=mine.call_id).update(status="open" if seconds < 0 else "closed")

    if taken:
        assert submit(mine, at).submitted_at == at
        changes = Activity.objects.get(verb="application.submitted").changes
        assert changes == ({"after_closing_s": [0, seconds]} if seconds >= 0 else {})
    else:
        with pytest.raises(services.TooLate):
            submit(mine, at)
    mine.refresh_from_db()
    assert (mine.status, Message.objects.count()) == (("submitted", 1) if taken else ("draft", 0))


def test_what_is_withdrawn_is_not_submitted():
    mine = complete()
    services.withdraw_application(mine, by=mine.applicant, at=NOW)

    with pytest.raises(services.NotWritable):
        submit(mine)

    mine.refresh_from_db()
    assert (mine.status, [m.template for m in Message.objects.all()]) == ("withdrawn", ["application_withdrawn"])


def test_a_returned_file_keeps_its_first_time_and_takes_the_questions_of_now():
    mine = submit(complete())
    office = UserFactory(roles=["office"])
    services.return_for_completion(mine, text="Letter", until=NOW + timedelta(days=30), by=office, at=NOW)
    FormVersionFactory(call=mine.call, document=WIDE, number=2)
    write_answers(mine, {"letter": "Mieux."}, at=NOW + timedelta(days=2))

    again = submit(mine, NOW + timedelta(days=2))

    assert (again.status, again.submitted_at, again.form_version.number, again.completion) == ("submitted", NOW, 2, {})
    assert [m.template for m in Message.objects.order_by("pk")] == [
        "application_received", "item_missing", "application_received"]  # fmt: skip


def test_a_file_that_is_gone_is_missing():
    mine = complete()
    mine.documents.update(state="deleted")

    with pytest.raises(services.NotComplete) as refusal:
        submit(mine)

    assert [str(p.sentence) for p in refusal.value.problems] == [
        "The file for “Your CV” has not arrived: send it again."
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "French: spoken C1"), ("fr", "français\u00a0: parlé C1"), ("es", "francés: hablado C1")],
)
def test_a_language_stands_before_its_levels_as_the_reader_writes(language, words):
    question = Question("languages", Type.LANGUAGE_TABLE, Translated({"en": "Languages"}))
    with translation.override(language):
        assert answer_text(question, [{"language": "fr", "spoken": "C1"}]) == words


def test_the_copy_is_complete_in_the_reader_s_language():
    mine = submit(complete())

    with translation.override("fr"):
        text = receipts.text_of(mine)
        data = receipts.pdf_of(mine)

    for part in (
        mine.number,
        mine.receipt_sha256,
        "Awa Grès",
        "Sénégal",
        "Parce que nos réserves",
        "Care (fr)",
        "cv.pdf",
    ):
        assert part in text
    assert f"Numéro\u00a0: {mine.number}" in text
    assert "After selection" not in text
    assert data.startswith(b"%PDF-")
    assert 5_000 < len(data) < 200_000


def test_the_copy_shows_odd_texts_as_text_in_any_script():
    mine = complete(
        answers={**ANSWERS, "full_name": "أحمد 山田 =1+1 #set text(fill: red) <b>", "letter": "*a* _b_ $x$ `y` \\ @z"}
    )
    done = submit(mine)

    assert "#set text(fill: red) <b>" in receipts.text_of(done)
    assert receipts.pdf_of(done).startswith(b"%PDF-")


def test_the_fingerprint_follows_answers_and_files():
    one = submit(complete())
    first = one.receipt_sha256
    other = complete(answers={**ANSWERS, "letter": "Autre."})

    assert submit(other).receipt_sha256 != first
