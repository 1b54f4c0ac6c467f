"""Pages of the outbox."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_ox.models import OxTask

from tessera.messaging.models import Message
from tessera.messaging.services import Recipient, queue_batch
from tests.factories.accounts import AdminUserFactory, OfficeUserFactory, UserFactory
from tests.factories.messaging import NOON, BatchFactory, MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


def task(**values):
    values = {
        "status": "FAILED",
        "attempts": 5,
        "errors": [{"traceback": "Trace\nValueError: no <b>font</b>"}],
        **values,
    }
    return OxTask.objects.create(
        task_path="tessera.messaging.tasks.sweep", backend_name="default", enqueued_at=NOON, finished_at=NOON, **values
    )


def make_batch(by, n=1):
    recipients = [
        Recipient(f"stone{i}@example.org", {"name": "Onyx", "link": "https://example.org/"}) for i in range(n)
    ]
    return queue_batch("letter", recipients, by=by, at=NOON)


def a_message(**values):
    return MessageFactory(**values).pk


PAGES = {
    "outbox": lambda: reverse("messaging:outbox"),
    "batches": lambda: reverse("messaging:batches"),
    "failed": lambda: reverse("messaging:failed"),
    "message": lambda: reverse("messaging:message", args=[a_message()]),
    "message_html": lambda: reverse("messaging:message_html", args=[a_message()]),
    "edit": lambda: reverse("messaging:edit", args=[a_message(dead=True)]),
    "batch": lambda: reverse("messaging:batch", args=[make_batch(None).pk]),
}
ACTS = {
    "cancel": lambda: reverse("messaging:cancel", args=[a_message()]),
    "retry": lambda: reverse("messaging:retry", args=[a_message(dead=True)]),
    "bounced": lambda: reverse("messaging:bounced", args=[a_message(sent=True)]),
    "approve_batch": lambda: reverse("messaging:approve_batch", args=[make_batch(None).pk]),
    "cancel_batch": lambda: reverse("messaging:cancel_batch", args=[make_batch(None).pk]),
    "retry_task": lambda: reverse("messaging:retry_task", args=[task().pk]),
    "discard_task": lambda: reverse("messaging:discard_task", args=[task().pk]),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_for_the_office_and_for_administrators(client, name):
    address = PAGES[name]()
    for factory in (OfficeUserFactory, AdminUserFactory):
        client.force_login(factory())
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("roles", [[], ["host", "trainer", "committee", "funder", "reviewer", "mentor"]])
def test_page_is_closed_to_everybody_else(client, name, roles):
    client.force_login(UserFactory(roles=roles))

    assert client.get(PAGES[name]()).status_code == 403


@pytest.mark.parametrize("act", ACTS)
def test_act_is_closed_to_everybody_else_and_changes_nothing(client, act):
    client.force_login(UserFactory(roles=["host"]))
    address = ACTS[act]()
    before = (list(Message.objects.values()), list(OxTask.objects.values()))

    assert client.post(address, {"reason": "x"}).status_code == 403
    assert (list(Message.objects.values()), list(OxTask.objects.values())) == before


@pytest.mark.parametrize("name", [*PAGES, *ACTS])
def test_page_asks_strangers_to_sign_in(client, name):
    address = {**PAGES, **ACTS}[name]()

    response = client.post(address) if name in ACTS else client.get(address)
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, reverse("accounts:sign_in"))


@pytest.mark.parametrize("name", [name for name in PAGES if name != "message_html"])
def test_page_is_valid_html(client, office, html_errors, name):
    batch = make_batch(office, 2)
    MessageFactory(dead=True, batch=batch)
    MessageFactory(sent=True)
    task()

    assert html_errors(client.get(PAGES[name]()).content) == []


@pytest.mark.parametrize(("name", "queries"), [("outbox", 5), ("failed", 5), ("batches", 5)])
def test_list_query_count_does_not_grow(client, office, name, queries):
    # The page's own: filter or rows, count, three counts of the tabs; the rest is session, user and roles.
    counts = []
    for n in (1, 3):
        while Message.objects.filter(state="dead").count() < n:
            MessageFactory(dead=True, to=UserFactory(), batch=BatchFactory(made_by=UserFactory()))
            task()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(PAGES[name]()).status_code == 200
        counts.append(len([q for q in captured.captured_queries if "messaging_" in q["sql"] or "ox_" in q["sql"]]))

    assert counts[0] == counts[1] >= queries


def test_outbox_filters_by_the_address_bar(client, office):
    dead = MessageFactory(dead=True, template="plain", address="celia@example.org", subject="Dead to Celia")
    MessageFactory(dead=True, subject="Dead to another")
    MessageFactory(address="celia@example.org", subject="Alive to Celia")

    def shown(**query):
        return [row.subject for row, _kind in client.get(PAGES["outbox"](), query).context["rows"]]

    assert shown(state="dead", address="CELIA@") == [dead.subject]
    assert shown(template="plain") == [dead.subject]
    assert shown(state="nonsense") == ["Alive to Celia", "Dead to another", "Dead to Celia"]
    assert shown(address="nobody") == []


def test_outbox_shows_thirty_a_page(client, office):
    MessageFactory.create_batch(31)

    assert len(client.get(PAGES["outbox"]()).context["rows"]) == 30
    assert len(client.get(PAGES["outbox"](), {"page": "2"}).context["rows"]) == 1


def test_message_shows_its_text_and_never_its_markup(client, office):
    row = MessageFactory(subject="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>\n")

    html = client.get(reverse("messaging:message", args=[row.pk])).content.decode()

    assert "<script>alert" not in html
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_message_html_is_locked_in(client, office):
    response = client.get(PAGES["message_html"]())

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script-src" not in policy


def test_confidential_message_is_not_shown_to_the_office(client, office):
    row = MessageFactory(confidential=True, text="https://example.org/secret", html="<p>https://example.org/secret")

    assert b"example.org/secret" not in client.get(reverse("messaging:message", args=[row.pk])).content
    assert client.get(reverse("messaging:message_html", args=[row.pk])).status_code == 404
    assert client.get(reverse("messaging:edit", args=[row.pk])).status_code == 302


def test_edit_saves_and_keeps_what_was_typed_when_refused(client, office):
    row = MessageFactory(dead=True)
    address = reverse("messaging:edit", args=[row.pk])

    refused = client.post(address, {"address": "nobody", "subject": "New", "text": "Kept words"})
    assert refused.status_code == 422
    assert b"Kept words" in refused.content
    row.refresh_from_db()
    assert row.subject == "A letter"

    saved = client.post(address, {"address": "celia@example.org", "subject": "New", "text": "New words"})
    assert saved.headers["Location"] == reverse("messaging:message", args=[row.pk])
    row.refresh_from_db()
    assert (row.address, row.subject, row.text) == ("celia@example.org", "New", "New words\n")


def test_retry_from_the_list_of_what_failed_comes_back_to_it(client, office):
    row = MessageFactory(dead=True)

    response = client.post(reverse("messaging:retry", args=[row.pk]), {"from_failed": "1"})

    assert response.headers["Location"] == PAGES["failed"]()
    row.refresh_from_db()
    assert row.state == "queued"


def test_cancel_asks_for_the_reason(client, office):
    row = MessageFactory()
    address = reverse("messaging:cancel", args=[row.pk])

    client.post(address, {"reason": ""})
    row.refresh_from_db()
    assert row.state == "queued"

    client.post(address, {"reason": "Wrong person"})
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert b"Wrong person" in client.get(reverse("messaging:message", args=[row.pk])).content


def test_bounced_is_noted_with_what_came_back(client, office):
    row = MessageFactory(sent=True)

    client.post(reverse("messaging:bounced", args=[row.pk]), {"reason": "Mailbox full"})

    row.refresh_from_db()
    assert (row.state, row.error) == ("bounced", "Mailbox full")


def test_batch_is_approved_by_a_second_person(client, office):
    batch = make_batch(office, 2)
    page, approve = (reverse(f"messaging:{name}", args=[batch.pk]) for name in ("batch", "approve_batch"))

    assert approve not in client.get(page).content.decode()
    client.post(approve)
    assert set(batch.messages.values_list("state", flat=True)) == {"waiting_approval"}

    client.force_login(OfficeUserFactory())
    assert "Approve and send 2 messages" in client.get(page).content.decode()
    client.post(approve)
    assert set(batch.messages.values_list("state", flat=True)) == {"queued"}


def test_administrators_see_a_batch_but_do_not_approve_it(client):
    batch = make_batch(None)
    client.force_login(AdminUserFactory())

    assert client.get(reverse("messaging:batch", args=[batch.pk])).status_code == 200
    assert client.post(reverse("messaging:approve_batch", args=[batch.pk])).status_code == 403


def test_failed_task_is_shown_as_text_and_tried_again(client, office):
    row = task()
    html = client.get(PAGES["failed"]()).content.decode()
    assert "ValueError: no &lt;b&gt;font&lt;/b&gt;" in html

    client.post(reverse("messaging:retry_task", args=[row.pk]))
    row.refresh_from_db()
    assert (row.status, row.max_attempts) == ("READY", 6)


def test_failed_task_is_discarded_once(client, office):
    row = task(status="LOST")
    address = reverse("messaging:discard_task", args=[row.pk])

    client.post(address)
    row.refresh_from_db()
    assert row.status == "DISCARDED"
    response = client.post(address, follow=True)
    assert b"This task has not failed, or somebody has dealt with it already." in response.content


@pytest.mark.parametrize("status", ["READY", "RUNNING", "SUCCESSFUL"])
def test_task_that_did_not_fail_is_left_alone(client, office, status):
    row = task(status=status)

    client.post(reverse("messaging:discard_task", args=[row.pk]))

    row.refresh_from_db()
    assert row.status == status
