"""Letters of referees as files: by the link, looked into, kept from the applicant, and gone with the application."""

import copy
from datetime import timedelta

import pytest

from tessera.accounts.holdings import held_files, holdings
from tessera.activity.models import Activity
from tessera.applications.files import store
from tessera.applications.models import Letter, Request
from tessera.applications.services import requests as services
from tessera.applications.services.erasing import delete_files, erase_application, forget_author
from tessera.applications.services.requests.letter_files import MOST_MB
from tessera.messaging.models import Message
from tests.applications.papers import pdf, picture, sent, zipped
from tests.applications.test_requests import FORM, REFEREE, TEXT, application_naming
from tests.factories.accounts import OfficeUserFactory, RoleGrantFactory, UserFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "clock_stands")]


def call_that_takes(how):
    form = copy.deepcopy(FORM)
    form["steps"][0]["questions"][2]["letter"] = how
    return CallFactory(form=form)


def asked(how="either", **facts):
    """A reference that was asked and the path of its link."""
    mine = application_naming(call_that_takes(how), referee=REFEREE, submitted=True, **facts)
    made = services.ask(mine, "referee", by=None, at=NOW)
    return made, f"/en/requests/{services.token_of(made)}/"


def post(client, link, name="letter.pdf", data=None, **more):
    given = {"opinion": "full", "text": "", **more}
    if name:
        given["letter"] = sent(name, pdf(1) if data is None else data)
    return client.post(link, {key: value for key, value in given.items() if value is not None})


def files_on_disk(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def letter_path(letter):
    return f"/en/desk/applications/files/{letter.request.application.number}/letters/{letter.key}/"


@pytest.mark.parametrize(("how", "field"), [("text", False), ("file", True), ("either", True)])
def test_the_page_asks_for_a_file_where_the_question_does(client, how, field):
    _made, link = asked(how)

    page = client.get(link).content.decode()

    assert ('type="file"' in page, 'enctype="multipart/form-data"' in page) == (field, field)
    assert "is missing" not in page


@pytest.mark.parametrize(
    ("how", "letter", "text", "taken"),
    [
        ("text", False, True, True), ("text", False, False, False),
        ("file", True, False, True), ("file", False, True, False), ("file", True, True, True),
        ("either", True, False, True), ("either", False, True, True), ("either", False, False, False),
    ],
)  # fmt: skip
def test_what_has_to_be_there_follows_from_the_question(client, how, letter, text, taken):
    made, link = asked(how)

    answer = post(client, link, "letter.pdf" if letter else "", text=TEXT if text else "")

    made.refresh_from_db()
    assert (answer.status_code, made.state) == ((302, "given") if taken else (422, "asked"))
    assert made.text == (TEXT if taken and text else "")
    assert Letter.objects.count() == (1 if letter else 0)


def test_a_letter_that_came_is_kept_though_something_else_is_missing(client, settings):
    made, link = asked("file")

    answer = post(client, link, opinion=None)
    page = client.get(link).content.decode()
    again = post(client, link, name="")

    made.refresh_from_db()
    assert (answer.status_code, "letter.pdf" in answer.content.decode(), "letter.pdf" in page) == (422, True, True)
    assert (again.status_code, made.state) == (302, "given")
    letter = Letter.objects.get()
    assert (letter.name, letter.kind, letter.pages, letter.sha256) == (
        "letter.pdf", "pdf", 1, store.sha256_of(store.place(letter.path)),
    )  # fmt: skip
    assert files_on_disk(settings) == [store.place(letter.path)]


def test_another_file_takes_the_place_of_the_first_and_one_can_be_taken_back(
    client, settings, django_capture_on_commit_callbacks
):
    made, link = asked("either")
    post(client, link, opinion=None)
    with django_capture_on_commit_callbacks(execute=True):
        post(client, link, "second.pdf", opinion=None)
    assert (Letter.objects.get().name, len(files_on_disk(settings))) == ("second.pdf", 1)

    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            assert client.post(link, {"remove_letter": "1"}).status_code == 302

    made.refresh_from_db()
    assert (made.state, Letter.objects.count(), files_on_disk(settings)) == ("asked", 0, [])
    log = Activity.objects.filter(verb__startswith="application.letter_").order_by("pk")
    assert list(log.values_list("verb", "actor", "by")) == [
        ("application.letter_received", "Moussa Silex", None), ("application.letter_received", "Moussa Silex", None),
        ("application.letter_removed", "Moussa Silex", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.pdf", b"", "empty"),
        ("word.pdf", zipped, "word processor"),
        ("page.pdf", b"<script>alert(1)</script>", "is not what it should be"),
        ("locked.pdf", lambda: pdf(1, password="x"), "protected by a password"),
        ("long.pdf", lambda: pdf(21), "21 pages"),
        ("huge.pdf", b"%PDF-1.4" + b"x" * (MOST_MB * 1_000_000), "at most 5 MB"),
    ],
)
def test_a_file_is_looked_into_and_what_was_written_stays(client, settings, name, data, says):
    made, link = asked("either")

    answer = post(client, link, name, data() if callable(data) else data, text=TEXT)

    page = answer.content.decode()
    made.refresh_from_db()
    assert (answer.status_code, says in page, TEXT in page) == (422, True, True)
    assert (made.state, Letter.objects.count(), files_on_disk(settings)) == ("asked", 0, [])


def test_a_photo_of_a_letter_is_fine(client):
    _made, link = asked("file")

    assert post(client, link, "photo.jpg", picture()).status_code == 302

    assert (Letter.objects.get().kind, Letter.objects.get().name) == ("jpeg", "photo.jpg")


def test_where_a_text_is_asked_for_no_file_is_taken(client, settings):
    made, link = asked("text")

    with pytest.raises(services.NoLetterAsked):
        services.take_letter(made, sent("letter.pdf", pdf(1)), by=None, at=NOW)
    post(client, link, text=TEXT)

    assert (Letter.objects.count(), files_on_disk(settings)) == (0, [])


@pytest.mark.parametrize("how", ["used", "expired", "forged"])
def test_a_dead_link_takes_no_file(client, settings, how):
    made, link = asked("either")
    if how == "used":
        services.give(made, opinion="full", text=TEXT, rank=None, by=None, at=NOW)
    elif how == "expired":
        Request.objects.filter(pk=made.pk).update(expires_at=NOW)
    else:
        link = "/en/requests/" + "A" * 43 + "/"

    answer = post(client, link)

    assert (answer.status_code, Letter.objects.count(), files_on_disk(settings)) == (410, 0, [])
    if how != "forged":
        with pytest.raises(services.CannotAnswer):
            services.take_letter(made, sent("letter.pdf", pdf(1)), by=None, at=NOW)
        assert (Letter.objects.count(), files_on_disk(settings)) == (0, [])


READERS = {
    "office": 200, "committee": 200, "applicant": 404, "reviewer": 404, "host": 404, "national committee": 404,
    "nobody": 404, "anonymous": 302,
}  # fmt: skip


def reader(kind, application):
    if kind == "office":
        return OfficeUserFactory()
    if kind == "applicant":
        return application.applicant
    user = UserFactory()
    if kind == "national committee":
        RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="SN")
    elif kind != "nobody":
        RoleGrantFactory(user=user, role=kind, scope_kind="training", scope_key=application.call.training.slug)
    return user


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("given", [True, False])
def test_it_is_opened_by_those_who_read_what_a_referee_writes_once_it_is_given(client, kind, given):
    made, link = asked("file")
    post(client, link, opinion="full" if given else None)
    letter = Letter.objects.get()
    if kind != "anonymous":
        client.force_login(reader(kind, made.application))

    answer = client.get(letter_path(letter))

    expected = READERS[kind] if given or READERS[kind] != 200 else 404
    assert answer.status_code == expected
    assert Activity.objects.filter(verb="application.letter_read").count() == (1 if expected == 200 else 0)
    if expected == 200:
        assert answer.headers["Content-Disposition"] == 'attachment; filename="letter.pdf"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content).startswith(b"%PDF-")
        assert "letter.pdf" in client.get(letter_path(letter).partition("letters/")[0]).content.decode()


def test_the_applicant_sees_the_state_alone(client):
    made, link = asked("file")
    post(client, link)
    mine = made.application
    client.force_login(mine.applicant)

    pages = [
        client.get(path).content.decode(errors="replace")
        for path in (
            f"/en/requests/of/{mine.number}/", f"/en/apply/{mine.call.code}/status/", f"/en/requests/of/{mine.number}/kept/",
            f"/en/apply/{mine.call.code}/copy.txt",
        )
    ]  # fmt: skip

    assert [page for page in pages if "letter.pdf" in page] == []
    assert client.get(f"/en/apply/file/{Letter.objects.get().key}/").status_code == 404
    assert "letter.pdf" not in repr([holding.read(mine.applicant) for holding in holdings()])
    assert held_files(mine.applicant) == []


def test_a_referee_with_an_account_finds_it_in_their_copy(client):
    _made, link = asked("file")
    post(client, link)
    user = UserFactory(email=REFEREE["email"])

    assert [(file.name, file.size) for _holding, file in held_files(user)] == [
        ("letter.pdf", Letter.objects.get().size)
    ]
    assert held_files(UserFactory()) == []


@pytest.mark.parametrize("how", ["files", "application", "author", "refused", "replaced"])
def test_it_goes_with_the_application_its_files_or_its_author(
    client, settings, how, django_capture_on_commit_callbacks
):
    made, link = asked("either")
    kept = how in ("files", "application", "author")
    post(client, link, opinion="full" if kept else None)
    assert len(files_on_disk(settings)) == 1

    with django_capture_on_commit_callbacks(execute=True):
        if how == "files":
            delete_files(made.application, at=NOW)
        elif how == "application":
            erase_application(made.application, by=None, at=NOW)
        elif how == "author":
            forget_author(REFEREE["email"], at=NOW)
        elif how == "refused":
            services.refuse(made, text="", by=None, at=NOW)
        else:
            made.application.answers.filter(question="referee").update(value={**REFEREE, "email": "other@example.org"})
            services.ask(made.application, "referee", by=None, at=NOW + timedelta(hours=1))

    assert (Letter.objects.count(), files_on_disk(settings)) == (0, [])


def test_the_mail_says_that_a_file_can_be_sent():
    asked("file", language="en")
    asked("text", language="en")

    first, second = (m.text for m in Message.objects.filter(template="reference_request").order_by("pk"))
    assert ["You can send a letter as a file" in first, "You can send a letter as a file" in second] == [True, False]
