"""What is asked of those selected only: asked from the place that is taken to the end, and kept apart from what was submitted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django_ox.testing import run_tasks

from tessera.accounts.holdings import holdings
from tessera.activity.models import Activity
from tessera.applications import receipts, services
from tessera.applications.file_page import file_page, files
from tessera.applications.later import later_of
from tessera.applications.models import Answer, Application, Document, Request, Upload
from tessera.applications.queries import document_for, file_for_reviewer
from tessera.applications.requesting import request_page
from tessera.applications.services import keeping, requests
from tessera.applications.services.erasing import erase_application
from tessera.applications.windows import later_until, may_answer_later
from tessera.calls.questions import default_document
from tessera.messaging.models import Message
from tessera.programmes.models import Training
from tessera.programmes.services import set_status
from tests.applications.asking import question
from tests.applications.papers import pdf, sent
from tests.applications.selected import FORM, SUBMITTED, call_with_questions, chosen
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.applications import ApplicationFactory, RequestFactory, write_answers
from tests.factories.calls import CallFactory, FormVersionFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def mine():
    return chosen()


def values(row):
    return dict(Answer.objects.filter(application=row).values_list("question", "value"))


def state(row):
    """All that a refused save leaves as it was."""
    fresh = Application.objects.filter(pk=row.pk).values().get()
    return fresh, values(row), Document.objects.count(), Upload.objects.count(), Activity.objects.count()


def take(row, question="passport", name="passport.pdf", at=NOW):
    return services.take_file(row, question, sent(name, pdf()), by=row.applicant, at=at)


def missing(row):
    later = later_of(Application.objects.get(pk=row.pk), on=NOW)
    return None if later is None else [(one.step, one.question, one.code) for one in later.problems]


# When


def test_a_draft_takes_no_answer_to_what_is_asked_later():
    row = chosen(call_with_questions(status="open"), status="draft")
    before = state(row)

    with pytest.raises(services.AskedLater, match=r"What you do not eat.*once they have accepted"):
        write_answers(row, {"letter": "Other words.", "diet": "Nuts"})
    with pytest.raises(services.AskedLater):
        take(row)
    with pytest.raises(services.AskedLater):
        services.begin_upload(row, "passport", "passport.pdf", 900, by=row.applicant, at=NOW)
    with pytest.raises(services.AskedLater):
        services.remove_file(row, "passport", by=row.applicant, at=NOW)

    assert (state(row), missing(row)) == (before, None)


@pytest.mark.parametrize(
    "status", ["submitted", "ineligible", "selected", "reserve", "offered", "declined", "expired", "withdrawn"]
)
def test_nobody_is_asked_before_the_place_is_taken_or_without_one(status):
    row = chosen(status=status)
    before = state(row)

    with pytest.raises(services.NotWritable):
        write_answers(row, {"diet": "Nuts"})
    with pytest.raises(services.NotWritable):
        take(row)

    assert (state(row), missing(row)) == (before, None)


def test_what_was_submitted_takes_no_other_answer_once_the_place_is_taken(mine):
    before = state(mine)

    with pytest.raises(services.AskedBefore, match=r"Why you.*cannot be changed"):
        write_answers(mine, {"diet": "Nuts", "letter": "Other words."})
    with pytest.raises(services.AskedBefore):
        take(mine, "cv", "cv.pdf")
    with pytest.raises(services.AskedBefore):
        services.begin_upload(mine, "cv", "cv.pdf", 900, by=mine.applicant, at=NOW)
    with pytest.raises(services.AskedBefore):
        services.remove_file(mine, "cv", by=mine.applicant, at=NOW)

    assert state(mine) == before


def test_a_file_that_was_on_its_way_when_it_was_submitted_comes_in_no_more():
    row = chosen(call_with_questions(status="open"), status="draft")
    upload = services.begin_upload(row, "cv", "cv.pdf", 900, by=row.applicant, at=NOW)
    Application.objects.filter(pk=row.pk).update(status="accepted", submitted_at=NOW)
    upload.refresh_from_db()

    with pytest.raises(services.AskedBefore):
        services.take_piece(upload, 0, b"x" * 100, at=NOW)

    upload.refresh_from_db()
    assert upload.received == 0


def test_answers_and_files_are_taken_once_the_place_is_taken(mine):
    assert missing(mine) == [("papers", "passport", "missing"), ("papers", "diet", "missing")]

    saved = write_answers(mine, {"diet": "Nuts", "arrival": "2026-09-06"}, at=NOW + DAY)
    take(mine, at=NOW + DAY)

    assert (saved.stage, saved.saved) == ("after_selection", ("arrival", "diet"))
    assert set(values(mine)) == {*SUBMITTED, "diet", "arrival", "passport"}
    assert missing(mine) == []
    again = write_answers(mine, {"diet": "Nuts"}, at=NOW + 2 * DAY)
    assert (again.saved, again.saved_at) == ((), NOW + DAY)


def test_a_file_in_pieces_is_taken_and_taken_back(mine):
    data = pdf(weight=3000)
    upload = services.begin_upload(mine, "passport", "passport.pdf", len(data), by=mine.applicant, at=NOW)
    for at in (0, 1500):
        upload = services.take_piece(upload, at, data[at : at + 1500] if not at else data[at:], at=NOW)
    document = services.finish_upload(upload, by=mine.applicant, at=NOW)

    assert (document.state, document.question, missing(mine)) == ("ready", "passport", [("papers", "diet", "missing")])
    for _twice in range(2):
        services.remove_file(mine, "passport", by=mine.applicant, at=NOW)
    assert values(mine)["passport"] is None
    assert missing(mine) == [("papers", "passport", "missing"), ("papers", "diet", "missing")]


def test_a_file_that_is_too_large_is_refused_and_loses_nothing(mine):
    take(mine)

    with pytest.raises(services.FileRefused):
        services.take_file(mine, "passport", sent("p.pdf", pdf(weight=1_200_000)), by=mine.applicant, at=NOW)

    assert Document.objects.current().get().state == "ready"


def test_nothing_of_what_was_submitted_changes_with_it(mine):
    mine.profile = {"facts": {"country_of_work": "SN"}}
    mine.save()
    kept = ("name", "institution", "country_id", "email", "profile", "submitted_at", "status", "status_at",
            "form_version_id", "rule_version_id", "receipt_sha256", "completion")  # fmt: skip
    before = Application.objects.filter(pk=mine.pk).values(*kept).get()
    steps = receipts.copy_of(mine)["steps"]

    write_answers(mine, {"diet": "Nuts", "needs": "no"})
    take(mine)

    assert Application.objects.filter(pk=mine.pk).values(*kept).get() == before
    copy = receipts.copy_of(mine)
    assert copy["steps"][:1] == steps
    assert [step["title"] for step in copy["steps"]] == ["About you", "Questions to those selected: Papers"]
    assert copy["steps"][1]["answers"] == [
        {"question": "Your passport", "lines": ["passport.pdf"]},
        {"question": "What you do not eat", "lines": ["Nuts"]},
        {"question": "Do you need a room alone?", "lines": ["No"]},
    ]
    assert Message.objects.count() == 0


@pytest.mark.parametrize("status", ["delivered", "followed_up", "closed", "cancelled"])
def test_nothing_is_taken_once_the_training_is_over_or_called_off(mine, status):
    write_answers(mine, {"diet": "Nuts"})
    Training.objects.filter(pk=mine.call.training_id).update(status=status)
    before = state(mine)

    with pytest.raises(services.TrainingOver, match="kept and can be read"):
        write_answers(mine, {"diet": "Fish"})
    with pytest.raises(services.TrainingOver):
        take(mine)

    assert state(mine) == before


@pytest.mark.parametrize("status", ["cancelled", "archived"])
def test_nothing_is_taken_in_a_call_that_is_over(mine, status):
    mine.call.status = status
    mine.call.save(update_fields=["status"])
    before = state(mine)

    with pytest.raises(services.TrainingOver):
        write_answers(mine, {"diet": "Fish"})

    assert state(mine) == before


def test_answers_are_taken_until_the_last_day_is_over_on_the_clock_of_the_call(mine):
    end = datetime(2026, 9, 12, 12, tzinfo=UTC)  # the 11th ends here, anywhere on Earth

    assert [may_answer_later(mine, at) for at in (NOW, end - timedelta(seconds=1), end)] == [True, True, False]
    Training.objects.update(dates="", starts_on=None, ends_on=None)
    fresh = Application.objects.get(pk=mine.pk)
    assert (may_answer_later(fresh, end), later_until(fresh, end)) == (True, None)


def test_the_day_is_that_of_the_letters_for_visas_then_the_eve_of_the_training(mine):
    assert later_until(mine, NOW) == date(2026, 9, 6)
    mine.call.timeline = {"visa_letters": "2026-06-15"}

    days = [later_until(mine, datetime(2026, *day, tzinfo=UTC)) for day in ((6, 16, 11), (6, 16, 12), (9, 7, 12))]

    assert days == [date(2026, 6, 15), date(2026, 9, 6), None]


def test_those_who_are_asked_to_accept_again_answer_once_they_have(mine):
    write_answers(mine, {"diet": "Nuts"})
    Application.objects.update(status="offered")
    with pytest.raises(services.NotWritable):
        write_answers(mine, {"diet": "Fish"})
    Application.objects.update(status="accepted")

    write_answers(mine, {"diet": "Fish"})

    assert values(mine)["diet"] == "Fish"


# What


def test_the_questions_are_those_of_the_form_that_was_submitted(mine):
    later = {**FORM["steps"][2]["questions"][0], "key": "hotel", "required": False}
    document = {"steps": [*FORM["steps"][:2], {**FORM["steps"][2], "questions": [later]}]}
    FormVersionFactory(call=mine.call, number=2, document=document)

    saved = write_answers(mine, {"hotel": [{"number": "1"}], "flight": [{"number": "AF 1"}]})

    assert (saved.saved, "hotel" in values(mine)) == (("flight",), False)


def test_conditions_look_at_what_was_submitted_and_at_what_is_asked_now():
    row = chosen(answers=SUBMITTED | {"visa": "no"})
    assert missing(row) == [("papers", "diet", "missing")]

    write_answers(row, {"needs": "yes", "diet": "One two three four five six"})

    assert missing(row) == [("papers", "diet", "too_long"), ("papers", "why_alone", "missing")]
    assert values(row)["diet"] == "One two three four five six"


def test_a_form_without_such_questions_asks_nothing():
    row = ApplicationFactory(call=CallFactory(), submitted=True, status="accepted")

    assert missing(row) is None
    with pytest.raises(services.AskedBefore):
        write_answers(row, {"letter": "Other words."})


def test_the_history_says_once_that_all_is_answered(mine):
    write_answers(mine, {"diet": "Nuts"})
    assert not Activity.objects.filter(verb="application.later_answered").exists()
    take(mine)
    write_answers(mine, {"diet": "Fish"})

    row = Activity.objects.get(verb="application.later_answered")
    assert (row.by, row.object_key) == (mine.applicant, mine.number)


def test_nobody_is_written_to_whom_those_selected_name():
    later = {"stage": "after_selection", "required": True}
    asked = [
        question("contact", "referee", "Whom to call", **later),
        question("mandate", "endorsement", "Who sends you?", channel="national_committee", **later),
    ]
    form = {"steps": [*FORM["steps"][:2], {**FORM["steps"][2], "questions": asked}]}
    call = call_with_questions(status="open", form=form)
    row = chosen(call, status="draft")
    services.submit_application(row, by=row.applicant, at=NOW)
    run_tasks(raise_failures=True)
    assert (requests.asked_questions(row), Request.objects.count()) == ([], 0)
    Application.objects.filter(pk=row.pk).update(status="accepted")

    write_answers(row, {"contact": {"name": "Moussa Silex", "post": "Director", "email": "moussa@example.org"}})

    with pytest.raises(requests.CannotAsk):
        requests.ask(row, "contact", by=row.applicant, at=NOW)
    assert (values(row)["contact"]["name"], Request.objects.count()) == ("Moussa Silex", 0)
    assert ("trip", "contact", "missing") not in missing(row)


# Who reads it


def test_reviewers_and_endorsers_read_none_of_it_and_a_committee_what_is_for_it(mine):
    write_answers(mine, {"diet": "Nuts", "arrival": "2026-09-06"})
    passport = take(mine)
    committee, host = UserFactory(), UserFactory()
    training = mine.call.training.slug
    RoleGrantFactory(user=committee, role="committee", scope_kind="training", scope_key=training)
    RoleGrantFactory(user=host, role="host", scope_kind="country", scope_key="SN")
    office = UserFactory(roles=["office"])
    asked = RequestFactory(application=mine, endorsement=True)
    row = files().get(pk=mine.pk)

    def told(steps):
        return [question.question.key for step in steps for question in step.questions]

    assert told(file_for_reviewer(mine).steps) == ["letter", "visa"]
    assert told(request_page(asked).steps) == []  # it is not to be endorsed any more
    page = file_page(row, committee, office=False)
    assert (told(page.steps), told(page.later)) == (["full_name", "letter", "visa", "cv"], ["arrival"])
    assert (page.later_missing, page.documents) == (None, [])
    page = file_page(row, office, office=True)
    assert told(page.later) == ["arrival", "passport", "diet", "needs", "flight"]
    assert (page.later_missing, [one.document for one in page.documents]) == (0, [passport])
    opens = {name: document_for(user, passport.key) is not None for name, user in {
        "applicant": mine.applicant, "office": office, "committee": committee, "host": host, "anybody": UserFactory(),
    }.items()}  # fmt: skip
    assert opens == {"applicant": True, "office": True, "committee": False, "host": False, "anybody": False}


def test_of_the_usual_form_a_committee_reads_neither_birth_date_nor_gender_and_the_office_needs_agreed_to():
    call = call_with_questions(form=default_document(2026))
    mine = chosen(call, answers={"birth_date": "1985-07-30", "gender": "not_said", "post": "Conservatrice"})
    committee, office = UserFactory(), UserFactory(roles=["office"])
    RoleGrantFactory(user=committee, role="committee", scope_kind="training", scope_key=call.training.slug)
    agreed = {"needs_consent": {"agreed": "yes", "wording": 1}}

    def told(user, is_office):
        page = file_page(files().get(pk=mine.pk), user, office=is_office)
        return {one.question.key for steps in (page.steps, page.later) for step in steps for one in step.questions}

    personal = {"birth_date", "gender", "needs_consent", "diet", "access_needs", "emergency_contact"}
    before = told(office, True)
    write_answers(mine, agreed | {"diet": "Nuts"})
    agreed_to = told(office, True)
    write_answers(mine, {"needs_consent": None})
    taken_back = told(office, True)

    assert told(committee, False) & (personal | {"post"}) == {"post"}
    needs = {"diet", "access_needs"}
    assert [found & personal for found in (before, agreed_to, taken_back)] == [
        personal - needs,
        personal,
        personal - needs,
    ]


# What becomes of it


def test_what_is_sensitive_of_it_goes_30_days_after_the_end_and_is_not_missed(mine, django_capture_on_commit_callbacks):
    write_answers(mine, {"diet": "Nuts", "arrival": "2026-09-06"})
    path = take(mine).path
    goes = datetime(2026, 10, 11, 9, tzinfo=UTC)  # 30 days after 11 September
    held = next(one for one in holdings() if one.name == "applications.mine")
    assert held.read(mine.applicant)[0]["deleted"] == {"sensitive": "2026-10-11", "application": "2028-10-23"}

    with django_capture_on_commit_callbacks(execute=True):
        runs = [keeping.keep_retention(at=at) for at in (goes - 14 * DAY, goes)]

    assert [{what: n for what, n in run.items() if n} for run in runs] == [{"announced": 1}, {"sensitive": 1}]
    assert (set(values(mine)), default_storage.exists(path)) == ({*SUBMITTED, "arrival"}, False)
    assert Document.objects.get().state == "deleted"
    assert missing(mine) == []


def test_what_was_deleted_for_the_old_dates_is_asked_for_anew_with_new_ones(mine):
    write_answers(mine, {"diet": "Nuts", "arrival": "2026-09-06"})
    take(mine)
    office, moved = UserFactory(roles=["office"]), mine.call.training
    set_status(moved, "postponed", by=office, at=NOW, reason="The roof leaks.")
    goes = datetime(2026, 10, 11, 9, tzinfo=UTC)
    keeping.keep_retention(at=goes - 14 * DAY)
    assert keeping.keep_retention(at=goes)["sensitive"] == 1
    gone = missing(mine)
    dates = "2027-03-01/2027-03-05"
    set_status(moved, "announced", by=office, at=goes, dates=dates)

    assert gone == []
    assert missing(mine) == [("papers", "passport", "missing"), ("papers", "diet", "missing")]


def test_erasing_takes_it_along(mine, django_capture_on_commit_callbacks):
    write_answers(mine, {"diet": "Nuts"})
    path = take(mine).path

    with django_capture_on_commit_callbacks(execute=True):
        erase_application(mine, by=None, at=NOW)

    assert (values(mine), default_storage.exists(path), missing(mine)) == ({}, False, None)


def test_the_copy_of_ones_data_has_answers_and_files_of_it(mine):
    write_answers(mine, {"diet": "Nuts"})
    take(mine)
    held = next(one for one in holdings() if one.name == "applications.mine")

    (row,) = held.read(mine.applicant)

    assert (row["answers"]["diet"], row["files"]) == ("Nuts", ["passport.pdf"])
    (file,) = held.files(mine.applicant)
    assert (file.of, file.name) == (mine.number, "passport.pdf")
