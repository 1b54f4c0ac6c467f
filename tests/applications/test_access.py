"""Each address of applying by each role: nobody reads another's file, and reviewers no name."""

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from tessera.accounts.models import Role
from tessera.activity.models import Activity
from tessera.applications import services
from tessera.applications.models import Application, Upload
from tessera.applications.queries import file_for_reviewer
from tests.applications.asking import ANSWERS, WIDE
from tests.applications.papers import pdf, picture, sent
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.applications import RequestFactory, write_answers
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
OTHERS = ["nobody", *(role for role in Role.values if role not in ("office", "admin")), "host of Senegal"]


@pytest.fixture(scope="module")
def written(django_db_setup, django_db_blocker, tmp_path_factory):
    """An application with its files, each of which a process of its own took; taken back after the module."""
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")),
        time_machine.travel(NOW, tick=False),
        transaction.atomic(),
    ):
        call = CallFactory(form=WIDE, code="sea")
        row = services.start_application(call, call.strands.get().key, by=UserFactory(), language="en", at=NOW)
        write_answers(row, ANSWERS)
        for question in ("cv", "work_sample", "pay_slip"):
            services.take_file(row, question, sent("Awa Grès.pdf", pdf(1)), by=row.applicant, at=NOW)
        yield row.pk
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _at_noon(written):
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mine(written, db):
    return Application.objects.get(pk=written)


def reader(kind, mine):
    user = UserFactory(language="en")
    if kind == "host of Senegal":
        RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="SN")
    elif kind != "nobody":
        RoleGrantFactory(user=user, role=kind)
    return user


PAGES = ["step/you/", "review/", "status/"]
ACTS = ["save/", "review/", "withdraw/", "again/", "step/you/", "upload/"]


@pytest.mark.parametrize("kind", [None, *OTHERS])
def test_another_person_s_pages_show_and_change_nothing(mine, client, kind):
    upload = services.begin_upload(mine, "cv", "new.pdf", 100, by=mine.applicant, at=NOW)
    before = (mine.revision, dict(mine.answers.values_list("question", "value")), Activity.objects.count())
    if kind is not None:
        client.force_login(reader(kind, mine))

    for page in PAGES:
        answer = client.get(f"/en/apply/sea/{page}", follow=True)
        assert "Awa" not in answer.content.decode()
        assert mine.number not in answer.content.decode()
    for path in ("copy.pdf", "copy.txt", "withdraw/"):
        assert client.get(f"/en/apply/sea/{path}").status_code == (404 if kind else 302)
    for act in ACTS:
        given = {"q-full_name": "Somebody else", "was-full_name": "x", "question": "cv", "name": "x.pdf", "size": "10"}
        assert client.post(f"/en/apply/sea/{act}", given).status_code in (302, 404)
    for method in (client.get, client.put, client.post):
        assert method(f"/en/apply/upload/{upload.pk}/").status_code == (404 if kind else 302)
    assert client.get(f"/en/apply/{mine.number}/").status_code == (404 if kind else 302)

    mine.refresh_from_db()
    upload.refresh_from_db()
    assert mine.status == "draft"
    assert (mine.revision, dict(mine.answers.values_list("question", "value"))) == (mine.revision, before[1])
    assert (upload.received, Upload.objects.count()) == (0, 1)
    assert Activity.objects.filter(object_key=mine.number).count() == Activity.objects.filter(
        object_key=mine.number, by=mine.applicant
    ).count()  # fmt: skip


# Which of three files each role may open, once the application is handed in and an endorsement of Senegal was asked.
# Whoever endorses reads what reviewers read.
EXPECTED = {
    "applicant": {"cv", "work_sample", "pay_slip"},
    "office": {"cv", "work_sample", "pay_slip"},
    "committee": {"cv", "work_sample"},
    "host of Senegal": {"work_sample"},
}


@pytest.mark.parametrize("kind", ["applicant", "office", *OTHERS])
def test_files_are_opened_by_those_who_may_and_that_is_logged(mine, client, kind):
    services.submit_application(mine, by=mine.applicant, at=NOW)
    RequestFactory(application=mine, endorsement=True)
    user = (
        mine.applicant
        if kind == "applicant"
        else UserFactory(roles=["office"])
        if kind == "office"
        else reader(kind, mine)
    )
    client.force_login(user)

    opened = set()
    for document in mine.documents.filter(state="ready"):
        answer = client.get(f"/en/apply/file/{document.key}/")
        if answer.status_code == 200:
            opened.add(document.question)
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert b"".join(answer.streaming_content).startswith(b"%PDF-")
        else:
            assert answer.status_code == 404

    assert opened == EXPECTED.get(kind, set())
    log = Activity.objects.filter(verb="application.file_read", by=user, object_key=mine.number)
    assert set(log.values_list("reason", flat=True)) == opened


@pytest.mark.parametrize("kind", ["office", "committee"])
def test_a_draft_s_files_are_its_writer_s_alone(mine, client, kind):
    client.force_login(reader(kind, mine))

    for document in mine.documents.all():
        assert client.get(f"/en/apply/file/{document.key}/").status_code in (302, 404)

    assert Activity.objects.filter(verb="application.file_read").count() == 0


def test_reviewers_see_no_identity_and_no_name_of_a_file(mine, django_assert_num_queries):
    services.submit_application(mine, by=mine.applicant, at=NOW)
    mine.refresh_from_db()

    with django_assert_num_queries(3):  # form, answers, files
        file = file_for_reviewer(mine)

    asked = {row.question.key for step in file.steps for row in step.questions}
    assert asked == {
        "country_of_work", "institution", "years", "posts", "languages", "member", "topics", "letter", "attend"}  # fmt: skip
    assert [(label, kind, pages) for label, _key, kind, pages in file.documents] == [
        ("A sample of your work", "pdf", 1)
    ]
    text = repr([(row.label, row.lines, row.raw) for step in file.steps for row in step.questions]) + repr(
        file.documents
    )
    for hidden in ("Awa", "Grès", "1985", "+221", mine.applicant.email):
        assert hidden not in text


# Who asks to be shown which file -> how it comes. Only the office sees files in its page; a picture needs no frame.
SHOWN = {
    ("office", "cv"): ("inline", "application/pdf", "SAMEORIGIN"),
    ("office", "photo"): ("inline", "image/jpeg", "DENY"),
    ("committee", "photo"): ("attachment", "image/jpeg", "DENY"),
    ("applicant", "photo"): ("attachment", "image/jpeg", "DENY"),
    ("committee", "cv"): ("attachment", "application/pdf", "DENY"),
    ("applicant", "cv"): ("attachment", "application/pdf", "DENY"),
}


@pytest.mark.parametrize(("kind", "file"), SHOWN)
def test_a_file_is_shown_in_the_page_of_the_office_alone(mine, client, kind, file):
    if file == "photo":
        services.take_file(mine, "work_sample", sent("photo.jpg", picture()), by=mine.applicant, at=NOW)
    services.submit_application(mine, by=mine.applicant, at=NOW)
    user = {"applicant": lambda: mine.applicant, "office": lambda: UserFactory(roles=["office"])}
    client.force_login(user.get(kind, lambda: reader(kind, mine))())
    document = mine.documents.current().get(question="work_sample" if file == "photo" else "cv", state="ready")

    answer = client.get(f"/en/apply/file/{document.key}/?show")

    disposition, content_type, frames = SHOWN[kind, file]
    assert answer.headers["Content-Disposition"].partition(";")[0] == disposition
    assert (answer.headers["Content-Type"], answer.headers["X-Frame-Options"]) == (content_type, frames)
    policy = answer.headers["Content-Security-Policy"]
    assert ("frame-ancestors 'self'" in policy, "sandbox" in policy) == (frames == "SAMEORIGIN", frames == "DENY")
    assert [answer.headers[name] for name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")] == [
        "nosniff", "same-origin",
    ]  # fmt: skip
