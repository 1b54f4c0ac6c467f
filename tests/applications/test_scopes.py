"""Who sees an application, its requests and its notes."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from tessera.accounts.models import Role
from tessera.accounts.permissions import has_perm
from tessera.applications.models import Application, Document, Note, Request, Status
from tessera.applications.reading import reader_of
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.applications import (
    AnswerFactory,
    ApplicationFactory,
    DocumentFactory,
    LikenessFactory,
    NoteFactory,
    RequestFactory,
    UploadFactory,
    VerdictFactory,
    WaiverFactory,
)
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db

READERS = [
    "anonymous",
    "nobody",
    *Role.values,
    "applicant",
    "committee of the training",
    "host of Senegal",
    "host of Togo",
]


def reader(kind, mine):
    if kind == "anonymous":
        return AnonymousUser()
    if kind == "applicant":
        return mine.applicant
    user = UserFactory()
    scopes = {
        "committee of the training": ("committee", "training", mine.call.training.slug),
        "host of Senegal": ("host", "country", "SN"),
        "host of Togo": ("host", "country", "TG"),
    }
    if kind in scopes:
        role, scope_kind, scope_key = scopes[kind]
        RoleGrantFactory(user=user, role=role, scope_kind=scope_kind, scope_key=scope_key)
    elif kind in Role.values:
        RoleGrantFactory(user=user, role=kind)
    return user


@pytest.mark.parametrize("kind", READERS)
def test_visible_applications_are_those_the_view_permission_allows(kind):
    call = CallFactory()
    mine = ApplicationFactory(number="mine", call=call)
    for status in Status.values:
        if status not in ("draft", "incomplete"):
            ApplicationFactory(number=status, call=call, submitted=True, status=status)
    ApplicationFactory(number="draft", call=call)
    ApplicationFactory(number="incomplete", call=call, status="incomplete")
    ApplicationFactory(number="elsewhere", submitted=True)
    asked = ApplicationFactory(number="asked", call=call, submitted=True)
    RequestFactory(application=asked, endorsement=True)
    over = ApplicationFactory(number="over", call=call, submitted=True, status="under_review")
    RequestFactory(application=over, endorsement=True)
    decided = ApplicationFactory(number="decided", call=CallFactory(status="decided"), submitted=True)
    RequestFactory(application=decided, endorsement=True)
    back = ApplicationFactory(number="taken back", call=call, submitted=True, status="withdrawn")
    RequestFactory(application=back, endorsement=True)
    replaced = ApplicationFactory(number="replaced", call=call, submitted=True)
    RequestFactory(application=replaced, endorsement=True, replaced_at=NOW)
    RequestFactory(application=replaced)
    employer = ApplicationFactory(number="an employer", call=call, submitted=True)
    RequestFactory(application=employer, endorsement=True, committee=False)
    early = ApplicationFactory(number="early", call=call)
    RequestFactory(application=early, endorsement=True)
    user = reader(kind, mine)

    visible = set(Application.objects.visible_to(user).values_list("number", flat=True))

    assert visible == {
        row.number for row in Application.objects.all() if has_perm(user, "applications.view_application", row)
    }
    assert visible == {row.number for row in Application.objects.all() if reader_of(user, row)}
    here = set(Status.values) - {"draft", "incomplete"} | {"asked", "over", "taken back", "replaced", "an employer"}
    expected = {
        "applicant": {"mine"},
        "office": here | {"elsewhere", "decided"},
        "committee": here | {"elsewhere", "decided"},
        "committee of the training": here,
        "host of Senegal": {"asked"},
    }
    assert visible == expected.get(kind, set())


def test_inactive_applicant_sees_nothing():
    mine = ApplicationFactory(applicant=UserFactory(is_active=False))

    assert Application.objects.visible_to(mine.applicant).count() == 0
    assert has_perm(mine.applicant, "applications.view_application", mine) is False


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("applicant", {"applicant"}),
        ("office", {"office", "committee", "applicant"}),
        ("committee of the training", {"committee", "applicant"}),
        ("host of Senegal", set()),
        ("anonymous", set()),
    ],
)
def test_notes_are_seen_by_those_whom_they_are_meant_for(kind, seen):
    mine = ApplicationFactory(submitted=True)
    for visibility in Note.Visibility.values:
        NoteFactory(application=mine, visibility=visibility)
    user = reader(kind, mine)

    assert set(Note.objects.visible_to(user).values_list("visibility", flat=True)) == seen


def test_one_application_per_person_and_call_one_answer_per_question_one_file_per_slot():
    mine = ApplicationFactory()
    AnswerFactory(application=mine)
    DocumentFactory(application=mine)

    for again in (
        lambda: ApplicationFactory(call=mine.call, applicant=mine.applicant),
        lambda: AnswerFactory(application=mine),
        lambda: DocumentFactory(application=mine),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            again()
    DocumentFactory(application=mine, replaced_at=NOW)
    assert Document.objects.current().filter(application=mine).count() == 1
    # Without accounts, as from paper, there may be any number.
    ApplicationFactory(call=mine.call, applicant=None, submitted=True)
    ApplicationFactory(call=mine.call, applicant=None, submitted=True)


def test_requests_wait_until_they_are_answered_replaced_or_over():
    mine = ApplicationFactory()
    asked = RequestFactory(application=mine)
    RequestFactory(application=mine, state="given", answered_at=NOW)
    RequestFactory(application=mine, replaced_at=NOW)

    assert list(Request.objects.waiting()) == [asked]
    assert asked.may_be_answered(NOW) is True
    assert asked.may_be_answered(asked.expires_at) is False


def test_rows_of_screening_name_their_application():
    verdict, waiver, likeness, upload = VerdictFactory(), WaiverFactory(), LikenessFactory(), UploadFactory()

    assert [str(row) for row in (verdict, waiver)] == [
        f"{verdict.application_id}: age met",
        f"{waiver.application_id}: age",
    ]
    assert (likeness.state, upload.received) == ("open", 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        WaiverFactory(reason="")
