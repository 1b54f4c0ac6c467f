"""What is held about people: shown, copied, corrected, erased."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from tessera.accounts import holdings, services
from tessera.accounts.models import DataExport, Person, PrivacyRequest, User
from tessera.activity.models import Activity, Revision
from tessera.activity.services import record
from tessera.core.models import Draft
from tessera.messaging.models import Message
from tessera.messaging.services import queue_message
from tessera.publications.models import PublicRecord
from tessera.publications.services import Publication, publish_record
from tests.factories.accounts import AdminUserFactory, PersonFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
PRIVACY = "/en/account/privacy/"


@pytest.fixture(autouse=True)
def _clean_registry():
    held, followers = dict(holdings._holdings), list(holdings._followers)
    yield
    holdings._holdings.clear()
    holdings._holdings.update(held)
    holdings._followers[:] = followers


def own_zip(client) -> zipfile.ZipFile:
    client.post(reverse("accounts:export"))
    export = DataExport.objects.latest("asked_at")
    answer = client.get(reverse("accounts:download_export", args=[export.key]))
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


# Reading and copying


def test_privacy_page_shows_what_is_held(client):
    user = UserFactory(person=PersonFactory(display="Nadège Basalte"), time_zone="Europe/Paris")
    RoleGrantFactory(user=user, role="host")
    client.force_login(user)

    html = client.get(PRIVACY).content.decode()

    words = (user.email, "Nadège Basalte", "Europe/Paris", "host or national coordinator")
    assert [word in html for word in words] == [True] * 4


def test_privacy_page_shows_what_another_app_declares(client):
    holdings.declare("delivery.attendance", lambda user: [{"day": "<b>Monday</b>"}], label="Your attendance")
    client.force_login(UserFactory())

    html = client.get(PRIVACY).content.decode()

    assert "Your attendance" in html
    assert "&lt;b&gt;Monday&lt;/b&gt;" in html


def test_copy_holds_everything_for_machines_and_people(client):
    user = UserFactory(person=PersonFactory(display="Nadège Basalte", biography={"en": "=cmd|' /C calc'!A0"}))
    Draft.objects.create(user=user, form="training:x", data={"title": "Mine"}, saved_at=timezone.now())
    client.force_login(user)

    files = own_zip(client)

    assert sorted(files.namelist()) == ["data.json", "what-we-hold.html", "what-we-hold.txt"]
    data = json.loads(files.read("data.json"))
    assert data["about"] == user.email
    assert set(data["holdings"]) == {holding.name for holding in holdings.holdings()}
    assert data["holdings"]["accounts.person"][0]["name"] == "Nadège Basalte"
    assert data["holdings"]["core.drafts"][0]["text"] == {"title": "Mine"}
    assert "Nadège Basalte" in files.read("what-we-hold.html").decode()
    assert "Nadège Basalte" in files.read("what-we-hold.txt").decode()


def test_copy_holds_no_secret(client):
    user = UserFactory(second_factor=True, password=make_password("nine stones in a row"))
    client.force_login(user)

    files = own_zip(client)

    text = "".join(files.read(name).decode() for name in files.namelist())
    assert [secret in text for secret in (user.password, "JBSWY3DP", "11112222")] == [False] * 3


def test_copy_is_valid_html(client, html_errors):
    client.force_login(UserFactory(person=PersonFactory(display="<Nadège> & Co")))

    files = own_zip(client)

    assert html_errors(files.read("what-we-hold.html")) == []


def test_copy_of_another_person_is_not_found(client):
    mine = services.request_export(UserFactory(), language="en", at=timezone.now())
    client.force_login(AdminUserFactory())

    assert client.get(reverse("accounts:download_export", args=[mine.key])).status_code == 404


def test_copy_goes_after_seven_days(client, later):
    user = UserFactory()
    export = services.request_export(user, language="en", at=timezone.now())
    later(days=8)
    client.force_login(user)

    assert client.get(reverse("accounts:download_export", args=[export.key])).status_code == 404
    services.privacy.tidy_accounts.func()
    assert DataExport.objects.count() == 0
    assert not default_storage.exists(export.file.name)


def test_large_copy_is_made_by_the_worker(client, mails, monkeypatch):
    holdings.declare("delivery.attendance", lambda user: [], label="Your attendance", count=lambda user: 5000)
    user = UserFactory()
    client.force_login(user)

    client.post(reverse("accounts:export"))

    assert DataExport.objects.get().ready_at is None
    assert [mail.subject for mail in mails(user.email)] == ["The copy of your data is ready"]
    export = DataExport.objects.get()
    assert client.get(reverse("accounts:download_export", args=[export.key])).status_code == 200
    services.privacy.build_export_later.func(str(export.key))
    assert Message.objects.count() == 1


# Correction


def test_correction_is_answered(client, mails):
    user, admin = UserFactory(), AdminUserFactory()
    client.force_login(user)
    assert client.post(reverse("accounts:correction"), {"text": " "}).status_code == 422
    client.post(reverse("accounts:correction"), {"text": "I am Basalte, not Granite."})
    asked = PrivacyRequest.objects.get()
    client.force_login(admin)
    path = reverse("accounts:privacy_request", args=[asked.pk])

    assert client.post(path, {"done": "1", "answer": ""}).status_code == 422
    client.post(path, {"done": "1", "answer": "It says Basalte now."})

    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.decided_by) == ("done", "It says Basalte now.", admin)
    assert "It says Basalte now." in mails(user.email)[0].body
    assert client.post(path, {"refuse": "1", "answer": "No."}).status_code == 422
    asked.refresh_from_db()
    assert asked.state == "done"


# Erasure


def ask(client, user):
    client.force_login(user)
    client.post(reverse("accounts:erasure"))
    return PrivacyRequest.objects.get(user=user, kind="erasure")


def test_erasure_is_announced_and_can_be_taken_back(client, mails, later):
    user = UserFactory()
    asked = ask(client, user)
    client.post(reverse("accounts:erasure"))

    assert PrivacyRequest.objects.count() == 1
    assert asked.due_at - asked.asked_at == timedelta(days=14)
    assert [mail.subject for mail in mails(user.email)] == ["Your data will be deleted in 14 days"]
    later(days=13)
    client.post(reverse("accounts:cancel_erasure", args=[asked.pk]))

    asked.refresh_from_db()
    assert asked.state == "cancelled"
    with pytest.raises(services.RequestIsClosed):
        services.carry_out_erasure(asked, by=AdminUserFactory(), at=timezone.now() + timedelta(days=30))
    assert User.objects.filter(pk=user.pk).exists()


def test_erasure_of_somebody_else_cannot_be_cancelled(client):
    asked = ask(client, UserFactory())
    client.force_login(UserFactory())

    assert client.post(reverse("accounts:cancel_erasure", args=[asked.pk])).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "requested"


def test_erasure_waits_fourteen_days(client, later):
    user, admin = UserFactory(), AdminUserFactory()
    asked = ask(client, user)
    later(days=13, hours=23)
    client.force_login(admin)

    answer = client.post(reverse("accounts:privacy_request", args=[asked.pk]), {"carry_out": "1"})

    assert answer.status_code == 422
    assert User.objects.filter(pk=user.pk).exists()
    asked.refresh_from_db()
    assert asked.state == "requested"


def test_erasure_deletes_account_and_person(client, mails, later):
    person = PersonFactory(published=False, slug="nadege-basalte", display="Nadège Basalte")
    user, admin = UserFactory(person=person, second_factor=True), AdminUserFactory()
    record("person.edited", person, by=user, at=timezone.now(), document={"name": "Nadège Basalte"}, version=1)
    record("training.edited", AdminUserFactory(), by=user, at=timezone.now())
    queue_message("address_taken", to=user, context={"link": "http://x/"})
    services.request_export(user, language="en", at=timezone.now())
    file = DataExport.objects.get().file.name
    asked = ask(client, user)
    mails(user.email)
    later(days=15)
    client.force_login(admin)

    client.post(reverse("accounts:privacy_request", args=[asked.pk]), {"carry_out": "1"})

    assert not User.objects.filter(pk=user.pk).exists()
    assert not Person.objects.filter(pk=person.pk).exists()
    assert not default_storage.exists(file)
    asked.refresh_from_db()
    assert (asked.state, asked.user, asked.answer) == ("done", None, "")
    last = mails(user.email)[-1]
    assert last.subject == "Your data are deleted"
    assert "your name and texts were taken out" not in last.body
    traces = [*Activity.objects.values_list("actor", "object_label", "object_key")]
    assert not [row for row in traces if "Nadège" in str(row) or user.email in str(row) or "nadege" in str(row)]
    assert Revision.objects.count() == 0
    kept = Message.objects.exclude(template="deletion_done")
    assert not [m for m in kept if user.email in (m.address + m.text)]


def test_erasure_of_a_public_person_anonymises_and_says_why(client, mails, later):
    followed = []
    holdings.on_anonymised(lambda slug, person, at: followed.append((slug, person.slug)))
    person = PersonFactory(slug="nadege-basalte", display="Nadège Basalte", biography={"en": "Bio"}, other_names=["N."])
    publish_record(Publication("person", "nadege-basalte", card={}, facts={}, names=["Nadège"]), at=timezone.now())
    user = UserFactory(person=person)
    asked = ask(client, user)
    later(days=14)

    said = services.carry_out_erasure(asked, by=AdminUserFactory(), at=timezone.now())

    person.refresh_from_db()
    assert (person.display, person.given, person.family, person.sort_name, person.other_names) == ("–", "", "", "–", [])
    assert (person.slug, person.published, person.anonymised_at is not None) == (f"erased-{person.pk}", False, True)
    assert (dict(person.biography), person.names_folded) == ({}, "")
    assert PublicRecord.objects.count() == 0
    assert followed[-1] == ("nadege-basalte", person.slug)
    assert len(said) == 1
    assert said[0] in mails(user.email)[-1].body
    assert not User.objects.filter(pk=user.pk).exists()


def test_erasure_follows_what_another_app_keeps(client, later):
    holdings.declare(
        "certificates.held", lambda user: [], label="Certificates", keeps=lambda user: ["You hold a certificate."]
    )
    person = PersonFactory(published=False)
    asked = ask(client, UserFactory(person=person))
    later(days=14)

    assert services.carry_out_erasure(asked, by=AdminUserFactory(), at=timezone.now()) == ["You hold a certificate."]
    person.refresh_from_db()
    assert person.anonymised_at is not None


def test_erasure_is_refused_with_a_reason(client, mails):
    user, admin = UserFactory(), AdminUserFactory()
    asked = ask(client, user)
    client.force_login(admin)
    path = reverse("accounts:privacy_request", args=[asked.pk])

    assert client.post(path, {"refuse": "1", "answer": ""}).status_code == 422
    client.post(path, {"refuse": "1", "answer": "A funder's audit runs until June."})

    asked.refresh_from_db()
    assert asked.state == "refused"
    assert User.objects.filter(pk=user.pk).exists()
    assert "A funder's audit runs until June." in mails(user.email)[-1].body


def test_erasure_of_the_last_administrator_is_refused(later):
    admin = AdminUserFactory()
    asked = services.ask_erasure(admin, at=timezone.now())

    with pytest.raises(services.LastAdministrator):
        services.carry_out_erasure(asked, by=admin, at=timezone.now() + timedelta(days=15))

    assert User.objects.filter(pk=admin.pk).exists()


def test_erasure_ends_every_session(client, later):
    user = UserFactory(secret="nine stones in a row")
    browser = type(client)()
    browser.post(reverse("accounts:sign_in"), {"email": user.email, "password": "nine stones in a row"})
    asked = services.ask_erasure(user, at=timezone.now())

    services.carry_out_erasure(asked, by=AdminUserFactory(), at=timezone.now() + timedelta(days=15))

    assert browser.get(PRIVACY).status_code == 302


# Choices


def test_choices_are_kept_with_the_account_and_in_cookies(client):
    user = UserFactory()
    client.force_login(user)
    data = {"theme": "dark", "language": "es", "time_zone": "America/Mexico_City", "hide_map": "on"}

    answer = client.post(reverse("accounts:home"), data)

    user.refresh_from_db()
    assert (user.theme, user.language, user.time_zone, user.hide_map) == ("dark", "es", "America/Mexico_City", True)
    assert answer.url == "/es/account/"
    assert {name: cookie.value for name, cookie in answer.cookies.items() if name != "messages"} == {
        "django_language": "es", "theme": "dark", "map": "no",
    }  # fmt: skip
    client.post(answer.url, data | {"theme": "", "hide_map": ""})
    assert [client.cookies[name].value for name in ("theme", "map")] == ["", ""]


@pytest.mark.parametrize("bad", [{"language": "xx"}, {"theme": "pink"}, {"time_zone": "Nowhere"}])
def test_unknown_choices_are_refused(client, bad):
    user = UserFactory()
    client.force_login(user)

    answer = client.post(reverse("accounts:home"), {"language": "fr", "theme": "", "time_zone": ""} | bad)

    user.refresh_from_db()
    assert (answer.status_code, user.language, user.theme) == (422, "en", "")
