"""What is a draft again, or back with its writer, is read by the form that it is written by: everywhere the same."""

from copy import deepcopy
from datetime import timedelta

import pytest

from tessera.applications import services
from tessera.applications.files import store
from tessera.applications.models import Answer, Application, Request
from tessera.applications.receipts import copy_of
from tessera.applications.services.requests import ask
from tests.applications.asking import question
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, DocumentFactory, write_answers
from tests.factories.calls import FORM, CallFactory, FormVersionFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "clock_stands")]
DAY = timedelta(days=1)
SILEX = {"name": "Moussa Silex", "post": "Director", "email": "moussa.silex@example.org"}
NEW = {"more": "Une réserve de plus.", "referee": SILEX}


def longer():
    """The form of the call as the office may change it while it is open: two questions more, neither demanded."""
    form = deepcopy(FORM)
    form["steps"][1]["questions"] += [
        question("more", "long_text", "What else?", seen_by="reviewers"),
        question("referee", "referee", "Who recommends you?", seen_by="committee"),
        question("sample", "file", "A sample", seen_by="committee"),
    ]
    return form


@pytest.fixture
def mine():
    """Submitted, with a receipt."""
    row = ApplicationFactory(call=CallFactory(code="sea-2026"), applicant__language="en", language="en")
    write_answers(row, {"name": "Awa Grès", "letter": "Nos réserves sont pleines."})
    return services.submit_application(row, by=row.applicant, at=NOW)


def withdrawn_and_taken_up(row):
    services.withdraw_application(row, by=row.applicant, at=NOW)
    return services.take_up_again(row, by=row.applicant, at=NOW)


def out_of_its_time_and_written_again(row):
    services.return_for_completion(row, text="The letter.", until=NOW + DAY, by=None, at=NOW)
    services.close_drafts(at=NOW + 2 * DAY)
    write_answers(row, {"letter": "Encore."}, at=NOW + 2 * DAY)
    return row


def out_of_its_time_and_taken_up(row):
    services.return_for_completion(row, text="The letter.", until=NOW + DAY, by=None, at=NOW)
    services.close_drafts(at=NOW + 2 * DAY)
    return services.take_up_again(row, by=row.applicant, at=NOW + 2 * DAY)


def returned(row):
    return services.return_for_completion(row, text="The letter.", until=NOW + 9 * DAY, by=None, at=NOW)


WAYS = {
    "draft": (withdrawn_and_taken_up, out_of_its_time_and_written_again, out_of_its_time_and_taken_up),
    "returned": (returned,),
}


def seen(row, client):
    """What the copy, the page of those who are asked and the page of what is kept say of the new questions."""
    client.force_login(row.applicant)
    copy = copy_of(Application.objects.get(pk=row.pk))
    lines = {one["question"]: one["lines"] for step in copy["steps"] for one in step["answers"]}
    asked = client.get(f"/en/requests/of/{row.number}/").content.decode()
    kept = client.get(f"/en/requests/of/{row.number}/kept/").content.decode()
    return lines.get("What else?"), lines.get("Who recommends you?"), "Moussa Silex" in asked, "What else?" in kept


@pytest.mark.parametrize(("state", "way"), [(state, way) for state, ways in WAYS.items() for way in ways])
def test_what_is_written_by_the_form_of_now_is_read_by_it(mine, client, state, way):
    FormVersionFactory(call=mine.call, number=2, document=longer())
    row = way(mine)

    write_answers(row, NEW, at=NOW + 2 * DAY)

    row = Application.objects.get(pk=row.pk)
    assert row.status == state
    assert seen(row, client) == (
        ["Une réserve de plus."], ["Moussa Silex, Director, moussa.silex@example.org"], True, True,
    )  # fmt: skip
    names = [name for name, _value in copy_of(row)["facts"]]
    assert names == (["Number", "Call", "Submitted"] if state == "returned" else ["Number", "Call"])

    made = ask(row, "referee", by=row.applicant, at=NOW + 2 * DAY)
    assert (made.email, Request.objects.count()) == ("moussa.silex@example.org", 1)


@pytest.mark.parametrize("way", WAYS["draft"])
def test_nothing_of_an_earlier_submission_stays_with_a_draft(mine, way):
    row = Application.objects.get(pk=way(mine).pk)

    assert (row.status, row.submitted_at, row.form_version, row.rule_version) == ("draft", None, None, None)
    assert (row.receipt_sha256, row.completion) == ("", {})


def test_what_was_withdrawn_as_it_was_submitted_keeps_its_form_and_its_fingerprint(mine, client):
    FormVersionFactory(call=mine.call, number=2, document=longer())
    row = services.withdraw_application(mine, by=mine.applicant, at=NOW)

    assert seen(row, client) == (None, None, False, False)
    assert copy_of(row)["facts"][-1] == ["Fingerprint (SHA-256)", mine.receipt_sha256]


def test_what_was_withdrawn_while_it_was_back_with_its_writer_shows_all_that_was_written(mine, client):
    FormVersionFactory(call=mine.call, number=2, document=longer())
    write_answers(returned(mine), NEW)
    row = services.withdraw_application(mine, by=mine.applicant, at=NOW)

    lines, referee, _asked, kept = seen(row, client)

    assert (lines, referee, kept) == (
        NEW["more"].splitlines(),
        ["Moussa Silex, Director, moussa.silex@example.org"],
        True,
    )


def test_a_draft_from_before_this_was_known_is_read_by_the_form_of_now(mine, client):
    FormVersionFactory(call=mine.call, number=2, document=longer())
    Application.objects.filter(pk=mine.pk).update(status="draft", submitted_at=None)  # form, rules and receipt are left
    Answer.objects.create(application=mine, question="more", value=NEW["more"], saved_at=NOW, revision=2)
    mine.refresh_from_db()

    assert seen(mine, client)[0] == ["Une réserve de plus."]
    assert [name for name, _value in copy_of(mine)["facts"]] == ["Number", "Call"]


def test_who_reads_a_returned_file_opens_what_it_is_completed_with(mine, client):
    FormVersionFactory(call=mine.call, number=2, document=longer())
    returned(mine)
    path = store.new_path("applications")
    store.place(path).write_bytes(b"%PDF-")
    made = DocumentFactory(application=mine, question="sample", path=path)
    client.force_login(UserFactory(roles=["committee"]))

    assert client.get(f"/en/apply/file/{made.key}/").status_code == 200


def test_the_office_returns_by_the_questions_that_are_asked_now(mine):
    FormVersionFactory(call=mine.call, number=2, document=longer())
    returned(mine)

    row = services.return_for_completion(
        mine, text="A sample.", questions=["sample"], until=NOW + 9 * DAY, by=None, at=NOW + DAY
    )

    assert row.completion["questions"] == ["sample"]
