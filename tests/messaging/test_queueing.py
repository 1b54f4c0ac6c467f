"""Writing a message into the outbox."""

import pytest
from django.db import transaction
from django_ox.models import OxTask

from tessera.accounts.models import User
from tessera.activity.models import Activity
from tessera.core.translated import Translated
from tessera.core.versions import content_version
from tessera.messaging.models import Message
from tessera.messaging.rendering import UnfilledPlaceholders, render_mail
from tessera.messaging.services import NotAnAddress, queue_message
from tests.factories.messaging import NOON

pytestmark = pytest.mark.django_db
CONTEXT = {"name": "Celia Pizarra", "link": "https://example.org/a?b=1&c=2"}


def test_queue_message_writes_it_in_the_language_of_its_recipient():
    celia = User.objects.create_user("celia@example.org", language="fr")
    version = content_version()

    message = queue_message("letter", to=celia, context=CONTEXT, reason="You asked for it.", at=NOON)

    assert (message.to, message.address, message.language) == (celia, "celia@example.org", "fr")
    assert message.text == (
        "Celia Pizarra & https://example.org/a?b=1&c=2\n\n--\nTessera\nhttp://localhost:8000/fr/\n\nYou asked for it.\n"
    )
    assert (message.state, message.created_at, message.next_attempt_at) == ("queued", NOON, NOON)
    assert [(task.task_path, task.kwargs) for task in OxTask.objects.all()] == [
        ("tessera.messaging.services.delivery.deliver", {"message_id": message.pk})
    ]
    assert [(a.verb, a.object_key) for a in Activity.objects.all()] == [("message.queued", str(message.pk))]
    assert content_version() == version  # a mail changes no public page


def test_queue_message_html_holds_the_words_and_fetches_nothing():
    message = queue_message("letter", to="celia@example.org", context={**CONTEXT, "name": "<b>Celia"}, at=NOON)

    assert "&lt;b&gt;Celia" in message.html
    assert 'href="https://example.org/a?b=1&amp;c=2"' in message.html
    assert 'lang="en"' in message.html
    for fetched in ("<img", "src=", "@import", "<link", "url(", "fonts.googleapis"):
        assert fetched not in message.html
    assert len(message.html.encode()) < 200_000


def test_queue_message_without_an_html_template_makes_it_from_the_text():
    message = queue_message("plain", to="celia@example.org", context={"name": "Celia"}, at=NOON)

    assert message.subject == "Plain, Celia"
    assert 'href="https://example.org/a?b=1&amp;c=2"' in message.html
    assert "Celia" in message.html


def test_queue_message_same_key_twice_queues_once():
    first = queue_message("letter", to="celia@example.org", context=CONTEXT, key="welcome:1", at=NOON)
    second = queue_message("letter", to="celia@example.org", context=CONTEXT, key="welcome:1", at=NOON)

    assert first == second
    assert Message.objects.count() == OxTask.objects.count() == 1


@pytest.mark.parametrize(
    ("context", "names"),
    [
        ({"name": "Celia"}, ["link"]),
        ({"name": " ", "link": "x"}, ["name"]),
        ({"name": None, "link": "x"}, ["name"]),
        ({"name": Translated(en="Call", fr=""), "link": "x"}, ["name (fr)"]),
        ({"name": "Celia", "link": "x", "items": [{"title": ""}]}, ["items.1.title"]),
        ({}, ["link", "name"]),
    ],
)
def test_queue_message_with_an_unfilled_placeholder_queues_nothing(context, names):
    with pytest.raises(UnfilledPlaceholders) as refusal:
        queue_message("letter", to="celia@example.org", context=context, language="fr", at=NOON)

    assert refusal.value.names == names
    assert Message.objects.count() == OxTask.objects.count() == Activity.objects.count() == 0


def test_an_optional_value_is_left_out():
    assert "note" not in render_mail("letter", CONTEXT, language="en").text
    assert "All is well." in render_mail("letter", {**CONTEXT, "note": "All is well."}, language="en").text


def test_queue_message_to_no_address_is_refused():
    with pytest.raises(NotAnAddress) as refusal:
        queue_message("letter", to="celia at example", context=CONTEXT, at=NOON)

    assert str(refusal.value) == "“celia at example” is not an e-mail address."
    assert Message.objects.count() == 0


def test_queue_message_rolled_back_leaves_neither_message_nor_task():
    with transaction.atomic():
        queue_message("letter", to="celia@example.org", context=CONTEXT, at=NOON)
        transaction.set_rollback(True)

    assert Message.objects.count() == OxTask.objects.count() == Activity.objects.count() == 0


def test_a_subject_is_one_line_whatever_fills_it():
    message = queue_message("plain", to="celia@example.org", context={"name": "Celia\r\nBcc: all@example.org"}, at=NOON)

    assert message.subject == "Plain, Celia Bcc: all@example.org"


def test_each_message_has_a_message_id_of_its_own_from_the_start():
    ids = {queue_message("letter", to="a@example.org", context=CONTEXT, at=NOON).message_id for _ in range(3)}

    assert len(ids) == 3
    assert all(i.startswith("<") and i.endswith("@localhost.localdomain>") for i in ids)


def test_mail_to_invented_people_is_marked():
    hugo = User.objects.create_user("hugo@example.org", rehearsal=True)

    assert queue_message("letter", to=hugo, context=CONTEXT, at=NOON).rehearsal is True
