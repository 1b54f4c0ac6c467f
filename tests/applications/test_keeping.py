"""What is kept how long: announced 14 days before, deleted by the job, figures stay; drafts are reminded."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_ox.models import OxTask
from django_ox.testing import run_tasks

from tessera.accounts.holdings import holdings
from tessera.activity.models import Activity
from tessera.applications import tasks
from tessera.applications.demand import demand_of_calls
from tessera.applications.keeping import due_of, end_of, months_after, promises
from tessera.applications.models import Application, Document, Upload
from tessera.applications.services import close_drafts
from tessera.applications.services import keeping as services
from tessera.applications.services.one_by_one import RowsFailed
from tessera.calls.models import FormVersion
from tessera.messaging.background import as_failed_task, failed_tasks
from tessera.messaging.models import Message
from tessera.programmes.models import Training
from tessera.programmes.services import set_status
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.applications import (
    AnswerFactory,
    ApplicationFactory,
    DocumentFactory,
    NoteFactory,
    RequestFactory,
    VerdictFactory,
    WaiverFactory,
)
from tests.factories.calls import CLOSES_AT, CallFactory, FormVersionFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
DAY = timedelta(days=1)
TRAINING_ENDS = datetime(2026, 5, 8, 9, tzinfo=UTC)


def due(application):
    row = Application.objects.select_related("call__training").get(pk=application.pk)
    return [(one.what, one.at) for one in due_of(row, promises())]


def templates():
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


def run(at):
    return {name: count for name, count in services.keep_retention(at=at).items() if count}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"status": "draft"}, [("draft", CLOSES_AT + 90 * DAY)]),
        ({"status": "incomplete"}, [("draft", CLOSES_AT + 90 * DAY)]),
        ({"status": "submitted", "submitted": True}, []),
        ({"status": "under_review", "submitted": True}, []),
        (
            {"status": "not_selected", "submitted": True},
            [("files", datetime(2026, 9, 2, 9, tzinfo=UTC)), ("application", datetime(2028, 3, 2, 9, tzinfo=UTC))],
        ),
        (  # nobody is sure before the training is over
            {"status": "reserve", "submitted": True},
            [("files", months_after(TRAINING_ENDS, 6)), ("application", months_after(TRAINING_ENDS, 24))],
        ),
        ({"status": "accepted", "submitted": True}, [("application", datetime(2028, 6, 19, 9, tzinfo=UTC))]),
    ],
)
def test_each_state_has_its_dates(facts, expected):
    assert due(ApplicationFactory(**facts)) == expected


def test_the_selected_are_kept_24_months_after_the_final_report():
    mine = ApplicationFactory(submitted=True, status="accepted")
    mine.call.training.dates = "2026-09-07/2026-09-11"
    mine.call.training.save()
    assert due(mine) == [("application", datetime(2028, 10, 23, 9, tzinfo=UTC))]


@pytest.mark.parametrize(
    ("report", "reported"),
    [
        ("2026-09-15", datetime(2026, 9, 15, 9, tzinfo=UTC)),  # later than six weeks after the end
        ("2026-05-20", datetime(2026, 5, 20, 9, tzinfo=UTC)),  # earlier
        ("2026-04-01", TRAINING_ENDS),  # before the end: a mistake that deletes nothing sooner
        ("", TRAINING_ENDS + 42 * DAY),
    ],
)
def test_the_day_of_the_report_that_the_office_set_is_the_one_that_counts(report, reported):
    mine = ApplicationFactory(submitted=True, status="accepted")
    mine.call.timeline = {"report": report} if report else {}
    mine.call.save()

    assert due(mine) == [("application", months_after(reported, 24))]
    Training.objects.filter(pk=mine.call.training_id).update(dates="")
    alone = [("application", months_after(datetime.fromisoformat(f"{report}T09:00Z"), 24))] if report else []
    assert due(mine) == alone


def test_a_draft_is_announced_and_then_gone_with_its_files():
    mine = ApplicationFactory()
    path = default_storage.save("applications/test/draft", ContentFile(b"x"))
    DocumentFactory(application=mine, path=path)
    AnswerFactory(application=mine)
    end = CLOSES_AT + 90 * DAY

    assert run(end - 15 * DAY) == {}
    assert run(end - 14 * DAY) == {"announced": 1}
    assert [run(end - DAY), templates()] == [{}, ["draft_deletion"]]
    assert Message.objects.get().language == "fr"
    assert run(end) == {"draft": 1}
    assert run(end) == {}

    assert (Application.objects.count(), Document.objects.count()) == (0, 0)
    assert Activity.objects.filter(object_key=mine.number).count() == 0


def test_nothing_goes_that_was_not_announced_14_days_before():
    mine = ApplicationFactory()
    late = CLOSES_AT + 400 * DAY

    assert run(late) == {"announced": 1}
    assert run(late + 13 * DAY) == {}
    assert Application.objects.filter(pk=mine.pk).exists()
    assert run(late + 14 * DAY) == {"draft": 1}


def test_files_go_after_6_months_and_the_person_after_24(django_capture_on_commit_callbacks):
    mine = ApplicationFactory(
        submitted=True, status="not_selected", name="Awa Grès", profile={"birth_date": "1990-01-01"}
    )
    path = default_storage.save("applications/test/cv", ContentFile(b"x"))
    DocumentFactory(application=mine, path=path, name="cv-awa-gres.pdf")
    AnswerFactory(application=mine)
    NoteFactory(application=mine)
    RequestFactory(application=mine)
    VerdictFactory(application=mine)
    WaiverFactory(application=mine)
    half, two = datetime(2026, 9, 2, 9, tzinfo=UTC), datetime(2028, 3, 2, 9, tzinfo=UTC)
    number = mine.number

    assert run(half - 14 * DAY) == {"announced": 1}
    assert default_storage.exists(path)
    with django_capture_on_commit_callbacks(execute=True):
        assert run(half) == {"files": 1}
    assert not default_storage.exists(path)
    assert Document.objects.values_list("state", "name", "path").get() == ("deleted", "", "")
    assert mine.answers.count() == 1
    assert due(mine) == [("application", two)]

    assert run(two - 14 * DAY) == {"announced": 1}
    assert run(two) == {"application": 1}
    assert run(two + 400 * DAY) == {}

    mine.refresh_from_db()
    assert (mine.name, mine.email, mine.applicant, mine.profile, mine.erased_at) == ("", "", None, {}, two)
    assert (mine.country_id, mine.status) == ("SN", "not_selected")
    left = [rows.count() for rows in (mine.answers, mine.notes, mine.requests, mine.verdicts, mine.waivers)]
    assert left == [0, 0, 0, 0, 0]
    assert mine.number != number
    assert Activity.objects.filter(object_key=number).count() == 0
    assert demand_of_calls([mine.call])[mine.call_id].total.eligible == 1  # figures stay
    assert templates() == ["files_deletion", "application_deletion"]


def sensitive_form(**more):
    asked = [
        {"key": "letter", "type": "long_text", "label": {"en": "Why?"}},
        {"key": "diet", "type": "short_text", "label": {"en": "Diet"}, **more},
        {"key": "passport", "type": "file", "label": {"en": "Passport"}, **more},
        {"key": "cv", "type": "file", "label": {"en": "CV"}},
    ]
    return {"steps": [{"key": "you", "title": {"en": "You", "fr": "Vous", "es": "Usted"}, "questions": asked}]}


def test_what_is_sensitive_goes_30_days_after_the_end_and_nothing_else(client, django_capture_on_commit_callbacks):
    call = CallFactory(form=sensitive_form(sensitive=True))
    mine = ApplicationFactory(call=call, submitted=True, status="accepted", name="Awa Grès")
    paths = [default_storage.save(f"applications/test/{key}", ContentFile(b"x")) for key in ("passport", "cv")]
    for path, key in zip(paths, ("passport", "cv"), strict=True):
        DocumentFactory(application=mine, question=key, path=path, name=f"{key}.pdf")
    for key in ("letter", "diet"):
        AnswerFactory(application=mine, question=key, value="Words.")
    goes = TRAINING_ENDS + 30 * DAY
    client.force_login(mine.applicant)
    page = client.get(f"/en/requests/of/{mine.number}/kept/").content.decode()
    assert ["30 days after the end of the training" in page, "7 June 2026" in page] == [True, True]

    assert run(goes - 15 * DAY) == {}
    assert run(goes - 14 * DAY) == {"announced": 1}
    assert run(goes - DAY) == {}
    assert mine.answers.count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert run(goes) == {"sensitive": 1}
    assert run(goes + 20 * DAY) == {}

    assert list(mine.answers.values_list("question", flat=True)) == ["letter"]
    assert [default_storage.exists(path) for path in paths] == [False, True]
    assert list(Document.objects.order_by("pk").values_list("state", flat=True)) == ["deleted", "ready"]
    assert templates() == ["sensitive_deletion"]
    assert Activity.objects.filter(verb="application.sensitive_deleted", object_key=mine.number).count() == 1
    mine.refresh_from_db()
    assert (mine.name, mine.erased_at) == ("Awa Grès", None)


def test_nobody_is_told_of_sensitive_answers_that_are_not_held():
    marked = ApplicationFactory(
        call=CallFactory(form=sensitive_form(sensitive=True)), submitted=True, status="accepted"
    )
    plain = ApplicationFactory(call=CallFactory(form=sensitive_form()), submitted=True, status="accepted")
    for one in (marked, plain):
        AnswerFactory(application=one, question="letter" if one == marked else "diet", value="Words.")

    assert run(TRAINING_ENDS + 60 * DAY) == {}

    assert (templates(), marked.answers.count(), plain.answers.count()) == ([], 1, 1)


def holding(question="diet", **more):
    made = ApplicationFactory(
        call=CallFactory(form=sensitive_form(sensitive=True)), submitted=True, status="accepted", **more
    )
    if question:
        AnswerFactory(application=made, question=question, value="Words.")
    return made


def test_sensitive_answers_that_come_after_the_day_of_the_notice_go_too():
    mine, goes = holding(question=""), TRAINING_ENDS + 30 * DAY
    assert run(goes - 14 * DAY) == {}
    AnswerFactory(application=mine, question="diet", value="Late words.")

    runs = [run(goes + days * DAY) for days in (-10, 0, 3, 4)]

    assert runs == [{"announced": 1}, {}, {}, {"sensitive": 1}]
    assert (templates(), mine.answers.count()) == (["sensitive_deletion"], 0)


@pytest.mark.parametrize("what", ["answer", "file", "upload"])
def test_sensitive_answers_that_come_after_the_deletion_are_announced_anew_and_go_too(client, what):
    mine, goes = holding(), TRAINING_ENDS + 30 * DAY
    assert [run(goes - 14 * DAY), run(goes)] == [{"announced": 1}, {"sensitive": 1}]
    kept = f"/en/requests/of/{mine.number}/kept/"
    client.force_login(mine.applicant)
    assert "7 June 2026" not in client.get(kept).content.decode()
    if what == "answer":
        AnswerFactory(application=mine, question="diet", value="Words from the paper.")
    elif what == "file":
        DocumentFactory(application=mine, question="passport", name="passport.pdf")
    else:
        Upload.objects.create(
            application=mine, question="passport", name="p.pdf", size=9, path="", started_at=goes, changed_at=goes
        )
    assert "7 June 2026" in client.get(kept).content.decode()

    runs = [run(goes + days * DAY) for days in (0, 1, 13, 14, 15, 40)]

    assert runs == [{"announced": 1}, {}, {}, {"sensitive": 1}, {}, {}]
    assert templates() == ["sensitive_deletion", "sensitive_deletion"]
    assert (mine.answers.count(), Document.objects.filter(state="ready").count(), Upload.objects.count()) == (0, 0, 0)
    assert Activity.objects.filter(verb="application.sensitive_deleted", object_key=mine.number).count() == 2


def test_what_was_deleted_costs_the_job_nothing_more_for_each_application(django_assert_num_queries):
    call = CallFactory(form=sensitive_form(sensitive=True))
    for _n in range(3):
        made = ApplicationFactory(call=call, submitted=True, status="accepted")
        AnswerFactory(application=made, question="diet", value="Words.")
    goes = TRAINING_ENDS + 30 * DAY
    assert [run(goes - 14 * DAY), run(goes)] == [{"announced": 3}, {"sensitive": 3}]

    with django_assert_num_queries(4):  # periods, applications, form of the call, who holds something
        assert run(goes + 20 * DAY) == {}


NATIONALITY = {"key": "nationality", "type": "country", "label": {"en": "Passport of"}, "fact": "nationality"}
LEVEL = {"key": "level", "type": "short_text", "label": {"en": "Level"}, "fact": "post_level"}
VERDICTS = {
    "funder": {"sentence": {"en": "A national of Mali."}, "facts": ["nationality"], "parts": []},
    "both": {"sentence": {"en": "Head; a national of Mali."}, "facts": ["post_level", "nationality"], "parts": [
        {"sentence": {"en": "Head."}, "facts": ["post_level"], "parts": []},
        {"sentence": {"en": "A national of Mali."}, "facts": ["nationality"], "parts": []},
    ]},
    "level": {"sentence": {"en": "Head."}, "facts": ["post_level"], "parts": []},
}  # fmt: skip


def with_facts(**more):
    asked = [NATIONALITY | {"sensitive": True}, LEVEL]
    call = CallFactory(form={"steps": [{"key": "you", "title": {"en": "You"}, "questions": asked}]})
    mine = ApplicationFactory(
        call=call, submitted=True, status="accepted", profile={"nationality": ["ML"], "post_level": "head"}, **more
    )
    for rule, document in VERDICTS.items():
        VerdictFactory(application=mine, rule=rule, outcome="met", document=document)
    return mine


@pytest.mark.parametrize("answered", [True, False])
def test_a_fact_goes_with_the_sensitive_answer_that_gave_it(answered):
    """Also where the answer went before: the job sees what is left of it."""
    mine, goes = with_facts(), TRAINING_ENDS + 30 * DAY
    if answered:
        AnswerFactory(application=mine, question="nationality", value="ML")
    else:
        mark = f"sensitive:{goes:%Y-%m-%d}"
        Application.objects.update(reminded=[f"deletion-{mark}:{(goes - 14 * DAY).isoformat()}", mark])

    runs = [run(goes + days * DAY) for days in (-14, 0, 14)]

    assert runs == [{"announced": 1}, {"sensitive": 1}, {}]
    mine.refresh_from_db()
    assert (mine.profile, mine.answers.count()) == ({"post_level": "head"}, 0)
    kept = {row.rule: (row.outcome, row.document) for row in mine.verdicts.all()}
    silent = VERDICTS["funder"] | {"sentence": {}}
    both = VERDICTS["both"] | {"sentence": {}, "parts": [VERDICTS["both"]["parts"][0], silent]}
    assert kept == {"funder": ("met", silent), "both": ("met", both), "level": ("met", VERDICTS["level"])}


def test_a_fact_that_another_question_gives_too_stays():
    mine = with_facts()
    version = FormVersion.objects.get(call=mine.call)
    version.document["steps"][0]["questions"].append(NATIONALITY | {"key": "origin"})
    version.save()
    AnswerFactory(application=mine, question="nationality", value="ML")
    goes = TRAINING_ENDS + 30 * DAY

    assert [run(goes - 14 * DAY), run(goes), run(goes + 30 * DAY)] == [{"announced": 1}, {"sensitive": 1}, {}]

    mine.refresh_from_db()
    assert (mine.profile, mine.answers.count()) == ({"nationality": ["ML"], "post_level": "head"}, 0)


def test_those_with_nothing_to_delete_take_nobodys_turn():
    for _n in range(3):
        holding(question="letter", status_at=NOW - 900 * DAY)
        ApplicationFactory(submitted=True, status="accepted", status_at=NOW - 900 * DAY)
    holding()

    assert services.keep_retention(at=TRAINING_ENDS + 16 * DAY, most=1)["announced"] == 1


def test_a_training_that_moves_after_the_notice_gets_another_one():
    mine, goes = holding(), TRAINING_ENDS + 30 * DAY
    assert run(goes - 14 * DAY) == {"announced": 1}
    Training.objects.filter(pk=mine.call.training_id).update(dates="2026-11-02/2026-11-06", ends_on="2026-11-06")
    later = datetime(2026, 12, 6, 9, tzinfo=UTC)

    runs = [run(at) for at in (goes, later - 14 * DAY, later - DAY, later)]

    assert runs == [{}, {"announced": 1}, {}, {"sensitive": 1}]
    told = list(Message.objects.order_by("pk").values_list("subject", flat=True))
    assert [("7 juin 2026" in one, "6 décembre 2026" in one) for one in told] == [(True, False), (False, True)]


def postpone(training, at, dates=""):
    set_status(training, "postponed", by=OfficeUserFactory(), at=at, reason="The roof leaks.", dates=dates)


def test_a_training_that_is_postponed_without_dates_keeps_the_days_that_were_promised(client):
    mine, goes = holding(), TRAINING_ENDS + 30 * DAY
    DocumentFactory(application=mine, question="passport", name="passport.pdf")
    postpone(mine.call.training, NOW + DAY)
    assert Training.objects.get(pk=mine.call.training_id).dates == ""
    office = OfficeUserFactory()
    for user, page in (
        (mine.applicant, f"/en/requests/of/{mine.number}/kept/"),
        (office, f"/en/desk/applications/calls/{mine.call.code}/kept/"),
        (office, f"/en/desk/applications/files/{mine.number}/"),
    ):
        client.force_login(user)
        html = client.get(page).content.decode()
        assert ["7 June 2026" in html, "19 June 2028" in html] == [True, True], page
        said = "Where a training is postponed without new dates, the end that was planned last counts" in html
        assert said == page.endswith("/kept/")

    # every month, as long as it has no dates
    runs = [run(goes + days * DAY) for days in (-44, -14, 0, 30, 60)]
    last = run(months_after(TRAINING_ENDS + 42 * DAY, 24) - 14 * DAY)

    assert runs == [{}, {"announced": 1}, {"sensitive": 1}, {}, {}]
    assert (mine.answers.count(), Document.objects.get().state, last) == (0, "deleted", {"announced": 1})
    text = " ".join(Message.objects.filter(template="sensitive_deletion").get().text.split())
    assert "7 juin 2026" in text
    assert templates() == ["sensitive_deletion", "application_deletion"]


def test_new_dates_of_a_postponed_training_move_what_was_not_deleted_yet():
    mine = holding()
    postpone(mine.call.training, NOW + DAY)
    set_status(mine.call.training, "announced", by=OfficeUserFactory(), at=NOW + 2 * DAY, dates="2026-11-02/2026-11-06")

    runs = [run(TRAINING_ENDS + days * DAY) for days in (16, 30)]
    later = datetime(2026, 12, 6, 9, tzinfo=UTC)

    assert runs == [{}, {}]
    assert [run(later - 14 * DAY), run(later), mine.answers.count()] == [{"announced": 1}, {"sensitive": 1}, 0]


@pytest.mark.parametrize(
    ("dates", "former", "status", "end"),
    [
        ("2026-05-04/2026-05-08", ["2025-05-04/2025-05-08"], "announced", TRAINING_ENDS),
        ("", ["2025-05-04/2025-05-08", "2026-05-04/2026-05-08"], "postponed", TRAINING_ENDS),
        ("", ["2026-05-04/2026-05-08", ""], "planned", TRAINING_ENDS),
        ("", ["2026-05"], "postponed", datetime(2026, 5, 31, 9, tzinfo=UTC)),
        ("", [], "postponed", NOW),  # when it came into its state
        ("", [], "cancelled", NOW),
        ("", [], "planned", None),
    ],
)
def test_the_end_that_counts_is_the_one_that_was_known_last(dates, former, status, end):
    mine = ApplicationFactory(submitted=True, status="accepted")
    told = [{"edtf": one, "reason": "", "language": "", "changed_on": "2026-03-01"} for one in former]
    Training.objects.filter(pk=mine.call.training_id).update(dates=dates, former_dates=told, status=status)

    assert end_of(Application.objects.select_related("call__training").get(pk=mine.pk)) == end


def test_nobody_on_the_reserve_list_is_over_before_the_end_that_was_planned_last():
    mine = ApplicationFactory(submitted=True, status="reserve")
    postpone(mine.call.training, NOW + DAY)

    assert due(mine) == [
        ("files", months_after(TRAINING_ENDS, 6)), ("application", months_after(TRAINING_ENDS, 24)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "said", "at_the_desk"),
    [
        (
            "accepted",
            "The date follows from the end of the training, which is not known yet.",
            "not before the end of the training is known",
        ),
        (
            "submitted",
            "The date follows from the decision, which is not made yet.",
            "not before it is decided",
        ),
    ],
)
def test_pages_say_what_a_date_waits_for(client, status, said, at_the_desk):
    mine = ApplicationFactory(submitted=True, status=status)
    Training.objects.filter(pk=mine.call.training_id).update(dates="", ends_on=None, status="planned")
    client.force_login(mine.applicant)

    html = client.get(f"/en/requests/of/{mine.number}/kept/").content.decode()

    assert html.count("The date follows from") == 1
    assert said in html
    client.force_login(OfficeUserFactory())
    html = client.get(f"/en/desk/applications/calls/{mine.call.code}/kept/").content.decode()
    assert html.count("not before") == 1
    assert at_the_desk in html


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("delivered", "The training of “Grès” is over."),
        ("closed", "The training of “Grès” is over."),
        ("cancelled", "The training of “Grès” was cancelled."),
        ("postponed", "The training of “Grès” is postponed."),
        ("announced", "The training of “Grès” was planned until 8 May 2026."),
    ],
)
def test_the_notice_says_of_the_training_what_became_of_it(status, sentence):
    mine = holding(language="en")
    type(mine.call).objects.update(title={"en": "Grès"})
    Training.objects.filter(pk=mine.call.training_id).update(status=status)

    run(TRAINING_ENDS + 16 * DAY)

    text = " ".join(Message.objects.get().text.split())
    assert sentence in text
    assert text.count("The training of") == 1


@pytest.mark.parametrize("ours", [True, False])
def test_pages_tell_of_what_any_version_of_the_questions_marked(client, ours):
    mine = holding()
    FormVersionFactory(call=mine.call, number=2, document=sensitive_form())
    user = mine.applicant if ours else OfficeUserFactory()
    client.force_login(user)
    Application.objects.filter(pk=mine.pk).update(form_version=mine.call.form_versions.get(number=2))
    kept = f"/en/requests/of/{mine.number}/kept/" if ours else f"/en/desk/applications/files/{mine.number}/"
    pages = [kept] if ours else [kept, f"/en/desk/applications/calls/{mine.call.code}/kept/"]

    assert ["7 June 2026" in client.get(page).content.decode() for page in pages] == [True] * len(pages)


@pytest.mark.parametrize("status", ["submitted", "returned", "eligible", "under_review"])
@pytest.mark.parametrize("ended", ["cancelled", "archived"])
def test_what_nobody_decided_on_is_over_with_its_call(status, ended):
    mine = ApplicationFactory(submitted=True, status=status)
    later = NOW + 40 * DAY
    type(mine.call).objects.filter(pk=mine.call_id).update(status=ended, changed_at=later)
    mine = Application.objects.get()

    assert due(mine) == [("files", months_after(later, 6)), ("application", months_after(later, 24))]


def test_more_than_one_run_can_hold_go_on_in_the_next():
    for _n in range(5):
        ApplicationFactory(submitted=True, status="not_selected")
    half = months_after(NOW, 6)

    runs = [services.keep_retention(at=half + days * DAY, most=2) for days in (-14, -13, -12, 0, 1, 2, 3)]

    assert [(run["announced"], run["files"]) for run in runs] == [
        (2, 0), (2, 0), (1, 0), (0, 2), (0, 2), (0, 1), (0, 0),
    ]  # fmt: skip


def test_one_that_fails_holds_up_no_other_and_is_told():
    first, unnumbered, third, fourth = (ApplicationFactory() for _n in range(4))
    Application.objects.filter(pk=unnumbered.pk).update(number="")  # a mail without it is not written
    undated = ApplicationFactory(submitted=True, status="accepted", status_at=NOW - 2000 * DAY)
    Training.objects.filter(pk=undated.call.training_id).update(dates="2026-99")
    end, told, left = CLOSES_AT + 90 * DAY, [], []

    for days in (-14, -13, 0, 1, 2):
        with pytest.raises(services.RetentionFailed) as failed:
            services.keep_retention(at=end + days * DAY, most=2)
        told.append((failed.value.failed, str(failed.value)))
        left.append((Message.objects.count(), set(Application.objects.values_list("pk", flat=True))))

    kept = {unnumbered.pk, undated.pk}
    everybody = kept | {first.pk, third.pk, fourth.pk}
    assert left == [(2, everybody), (3, everybody), (3, {*kept, fourth.pk}), (3, kept), (3, kept)]
    found = {undated.pk: "EdtfError", unnumbered.pk: "UnfilledPlaceholders"}
    said = f"application {undated.pk} (EdtfError), {unnumbered.pk} (UnfilledPlaceholders)"
    assert told == [(found, f"2 not looked after, the log says why: {said}")] * 5
    unnumbered.refresh_from_db()
    assert (unnumbered.status, unnumbered.reminded) == ("draft", [])


def test_a_run_in_which_one_failed_waits_for_a_person():
    broken = ApplicationFactory(submitted=True, status="accepted", status_at=NOW - 2000 * DAY)
    Training.objects.filter(pk=broken.call.training_id).update(dates="2026-99")
    tasks.keep_retention.enqueue()

    for _attempt in range(6):
        OxTask.objects.update(run_after=None)
        run_tasks()

    [failed] = [as_failed_task(row) for row in failed_tasks()]
    said = f"RetentionFailed: 1 not looked after, the log says why: application {broken.pk} (EdtfError)"
    assert (failed.name, failed.attempts) == ("keep_retention", 5)
    assert failed.error == f"tessera.applications.services.keeping.{said}"


def test_a_draft_that_cannot_be_reminded_or_closed_holds_up_no_other():
    lost, call = CallFactory(), CallFactory()
    type(call).objects.filter(pk=lost.pk).update(deadline_zone="Nowhere/Lost")  # its deadline cannot be put into words
    unsaid, other = (ApplicationFactory(call=one, saved_at=NOW) for one in (lost, call))
    odd = ApplicationFactory(call=call, submitted=True, status="returned", completion={"until": "never"})
    last = ApplicationFactory(call=call)

    with pytest.raises(RowsFailed) as failed:
        services.remind_drafts(at=CLOSES_AT - 2 * DAY)
    assert failed.value.failed == {unsaid.pk: "ZoneInfoNotFoundError"}
    told = Message.objects.order_by("to").values_list("template", "to")
    assert list(told) == [("draft_left", one.applicant_id) for one in (other, last)]

    with pytest.raises(RowsFailed) as failed:
        close_drafts(at=CLOSES_AT + DAY)
    assert str(failed.value) == f"1 not looked after, the log says why: application {odd.pk} (ValueError)"
    statuses = dict(Application.objects.values_list("pk", "status"))
    assert [statuses[one.pk] for one in (unsaid, other, odd, last)] == [
        "incomplete",
        "incomplete",
        "returned",
        "incomplete",
    ]


def test_what_is_still_decided_on_stays():
    for status in ("submitted", "eligible", "under_review", "returned"):
        ApplicationFactory(submitted=True, status=status)
    assert run(NOW + 2000 * DAY) == {}


def test_drafts_are_told_7_and_2_days_before_and_never_twice():
    call = CallFactory()
    mine = ApplicationFactory(call=call)
    ApplicationFactory(call=call, saved_at=None)
    ApplicationFactory(call=call, submitted=True)
    sent = [
        services.remind_drafts(at=CLOSES_AT - timedelta(days=days, minutes=minutes))
        for days, minutes in ((7, 1), (7, 0), (7, 0), (3, 0), (2, 0), (2, 0), (1, 0), (0, 0))
    ]
    assert sent == [0, 1, 0, 0, 1, 0, 0, 0]
    assert [(m.template, m.to, m.language) for m in Message.objects.order_by("pk")] == [
        ("draft_left", mine.applicant, "fr")
    ] * 2
    assert Message.objects.order_by("pk")[0].subject.endswith("7 jours pour votre candidature")


@pytest.mark.parametrize("kind", ["anonymous", "somebody else", "office"])
def test_only_the_applicant_sees_what_is_kept(client, kind):
    mine = ApplicationFactory(submitted=True)
    if kind != "anonymous":
        client.force_login(UserFactory(roles=["office"] if kind == "office" else []))
    assert client.get(f"/en/requests/of/{mine.number}/kept/").status_code == (302 if kind == "anonymous" else 404)


def test_the_applicant_reads_what_each_question_is_for_and_what_goes_when(client):
    form = {"steps": [{"key": "you", "title": {"en": "You", "fr": "Vous", "es": "Usted"}, "questions": [
        {"key": "letter", "type": "long_text", "label": {"en": "Why?"}, "purpose": {"en": "To choose who comes."}},
    ]}]}  # fmt: skip
    mine = ApplicationFactory(call=CallFactory(form=form), submitted=True, status="not_selected")
    AnswerFactory(application=mine)
    client.force_login(mine.applicant)

    page = client.get(f"/en/requests/of/{mine.number}/kept/").content.decode()

    assert [words in page for words in ("To choose who comes.", "2 September 2026", "2 March 2028")] == [True] * 3


def test_an_account_takes_its_applications_and_its_words_along():
    user = UserFactory(email="moussa.silex@example.org")
    mine = ApplicationFactory(applicant=user, submitted=True, status="eligible", name="Moussa Silex")
    AnswerFactory(application=mine, value="Our stores.")
    other = ApplicationFactory(submitted=True)
    waiting = RequestFactory(application=other, email="Moussa.Silex@example.org")
    given = RequestFactory(application=other, email=user.email, state="given", text="She is the best.", answered_at=NOW)
    held = {holding.name: holding for holding in holdings() if holding.name.startswith("applications.")}

    (row,) = held["applications.mine"].read(user)
    assert (row["number"], row["answers"]) == (mine.number, {"letter": "Our stores."})
    assert [one["text"] for one in held["applications.requests"].read(user)] == ["", "She is the best."]

    for holding in held.values():
        for _ in range(2):
            holding.erase(user, NOW)

    mine.refresh_from_db()
    given.refresh_from_db()
    assert (mine.name, mine.applicant, mine.status, mine.erased_at) == ("", None, "withdrawn", NOW)
    assert (given.name, given.email, given.text, given.state) == ("–", "erased@invalid.example", "", "given")
    assert not type(waiting).objects.filter(pk=waiting.pk).exists()
    assert Application.objects.get(pk=other.pk).name == "Awa Grès"
