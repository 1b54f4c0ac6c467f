"""From the outbox to the mail server."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.test import override_settings
from django.utils import timezone
from django_ox.models import OxTask
from django_ox.testing import run_tasks

from tessera.accounts.models import User
from tessera.activity.models import Activity
from tessera.messaging.models import Message
from tessera.messaging.services import deliver_message, queue_message, sweep_outbox
from tessera.messaging.services.delivery import BACKOFF
from tests.factories.messaging import NOON, MessageFactory
from tests.messaging.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db
CONTEXT = {"name": "Celia Pizarra", "link": "https://example.org/"}


@pytest.fixture
def sink(settings, mail_folder):
    with (
        SmtpSink() as sink,
        override_settings(
            MAILERS={
                "default": {
                    "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                    "OPTIONS": {"host": "127.0.0.1", "port": sink.port, "timeout": 5},
                },
                "folder": {
                    "BACKEND": "tessera.messaging.backends.FolderBackend",
                    "OPTIONS": {"folder": str(mail_folder)},
                },
            }
        ),
    ):
        yield sink


def states():
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def tasks_of(message):
    return OxTask.objects.filter(kwargs={"message_id": message.pk}).order_by("enqueued_at")


def test_deliver_sends_text_and_html_to_the_folder_once(mail_folder):
    message = queue_message("letter", to="celia@example.org", context=CONTEXT, headers={"X-Kind": "letter"})

    run_tasks(raise_failures=True)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.error, message.claim) == ("sent", 1, "", "")
    [path] = mail_folder.iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert (mail["Message-ID"], mail["To"], mail["Subject"]) == (
        message.message_id,
        "celia@example.org",
        "Yes, Celia Pizarra",
    )
    assert (mail["Auto-Submitted"], mail["Content-Language"], mail["X-Kind"]) == ("auto-generated", "en", "letter")
    assert mail.get_body(("plain",)).get_content() == message.text
    assert mail.get_body(("html",)).get_content().strip() == message.html.strip()
    assert [a.verb for a in Activity.objects.order_by("pk")] == ["message.queued", "message.sent"]


def test_a_repeat_overwrites_its_own_file(mail_folder):
    message = MessageFactory()
    deliver_message(message.pk, at=NOON)
    Message.objects.update(state="queued")
    deliver_message(message.pk, at=NOON)

    assert len(list(mail_folder.iterdir())) == 1


def test_deliver_twice_sends_once(sink):
    message = MessageFactory()

    assert [deliver_message(message.pk, at=NOON) for _ in range(2)] == ["sent", "sent"]
    assert sink.message_ids == [message.message_id]


@pytest.mark.parametrize("state", ["waiting_approval", "sent", "dead", "cancelled", "bounced"])
def test_deliver_leaves_alone_what_is_not_to_be_sent(state, sink):
    message = MessageFactory(state=state, sent_at=NOON)

    assert deliver_message(message.pk, at=NOON) == state
    assert (sink.message_ids, states()) == ([], [state])


def test_deliver_before_its_time_sends_nothing(sink):
    message = MessageFactory(next_attempt_at=NOON + timedelta(seconds=1))

    assert deliver_message(message.pk, at=NOON) == "queued"
    assert sink.message_ids == []


def test_deliver_leaves_alone_what_a_living_worker_is_sending(sink, settings):
    message = MessageFactory(sending=True)

    almost = NOON + timedelta(seconds=settings.MAIL_LEASE_S - 1)
    assert deliver_message(message.pk, at=almost) == "sending"
    assert sink.message_ids == []


def test_deliver_takes_over_from_a_dead_worker_with_the_same_message_id(sink, settings):
    message = MessageFactory(sending=True)

    assert deliver_message(message.pk, at=NOON + timedelta(seconds=settings.MAIL_LEASE_S)) == "sent"
    assert sink.message_ids == [message.message_id]


def test_a_failure_is_tried_again_after_a_while_and_then_given_up(sink):
    sink.data_answer = (451, "try later")
    message = MessageFactory()

    for number, pause in enumerate(BACKOFF, start=1):
        before = timezone.now()
        Message.objects.update(next_attempt_at=NOON)
        assert deliver_message(message.pk, at=NOON) == "failed"
        message.refresh_from_db()
        assert (message.attempts, message.error) == (number, "451 try later")
        assert before + pause <= message.next_attempt_at <= timezone.now() + pause
        assert message.task_due_at == message.next_attempt_at
        assert tasks_of(message).last().run_after == message.next_attempt_at
    Message.objects.update(next_attempt_at=NOON)

    assert deliver_message(message.pk, at=NOON) == "dead"
    assert tasks_of(message).count() == len(BACKOFF)
    assert [a.verb for a in Activity.objects.order_by("pk")] == ["message.failed"] * 6 + ["message.dead"]


def test_an_address_refused_for_good_bounces(sink):
    sink.refuse["celia@example.org"] = (550, "no such person")
    message = MessageFactory(address="celia@example.org")

    assert deliver_message(message.pk, at=NOON) == "bounced"
    message.refresh_from_db()
    assert message.error == "550 no such person"
    assert not tasks_of(message).exists()


def test_an_address_refused_for_now_is_tried_again(sink):
    sink.refuse["celia@example.org"] = (450, "busy")

    assert deliver_message(MessageFactory(address="celia@example.org").pk, at=NOON) == "failed"


def test_no_mail_server_is_tried_again(sink):
    sink.server.shutdown()
    sink.server.server_close()
    message = MessageFactory()

    assert deliver_message(message.pk, at=NOON) == "failed"
    message.refresh_from_db()
    assert message.error.startswith("ConnectionRefusedError: ")


def test_the_text_of_a_confidential_message_is_forgotten_once_it_is_sent(mail_folder):
    message = queue_message("letter", to="celia@example.org", context=CONTEXT, confidential=True)

    run_tasks(raise_failures=True)

    message.refresh_from_db()
    assert (message.state, message.text, message.html) == ("sent", "", "")
    assert "https://example.org/" in next(mail_folder.iterdir()).read_text()


def test_mail_to_invented_people_never_reaches_a_mail_server(sink, mail_folder):
    hugo = User.objects.create_user("hugo@example.org", rehearsal=True)
    queue_message("letter", to=hugo, context=CONTEXT)

    run_tasks(raise_failures=True)

    assert (states(), sink.message_ids, len(list(mail_folder.iterdir()))) == (["sent"], [], 1)


def test_sweep_hands_over_again_what_lost_its_task_and_only_once(settings):
    long_ago = timezone.now() - timedelta(seconds=settings.MAIL_LEASE_S + 60)
    recent = timezone.now() - timedelta(seconds=5)
    lost = MessageFactory(next_attempt_at=long_ago, task_due_at=long_ago)
    left = MessageFactory(sending=True, claimed_at=long_ago, task_due_at=long_ago)
    MessageFactory(next_attempt_at=recent, task_due_at=recent)
    MessageFactory(sending=True, claimed_at=recent, task_due_at=long_ago)
    MessageFactory(sent=True, next_attempt_at=long_ago, task_due_at=long_ago)
    MessageFactory(waiting=True)

    assert sweep_outbox(at=timezone.now()) == 2
    assert sweep_outbox(at=timezone.now()) == 0
    assert sorted(task.kwargs["message_id"] for task in OxTask.objects.all()) == sorted([lost.pk, left.pk])

    run_tasks(raise_failures=True)
    lost.refresh_from_db()
    left.refresh_from_db()
    assert (lost.state, left.state) == ("sent", "sent")
