"""Those who took a place are reminded of what they are asked and have not answered."""

from datetime import UTC, datetime, timedelta

import pytest

from tessera.applications import services
from tessera.applications.services import forms_due
from tessera.messaging.models import Message
from tessera.programmes.models import Training
from tests.applications.papers import pdf, sent
from tests.applications.selected import chosen
from tests.factories.applications import ApplicationFactory, write_answers
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def mine(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return chosen()


def mails():
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


DUE = datetime(2026, 9, 7, 12, tzinfo=UTC)  # the eve of the training ends here, anywhere on Earth


def test_what_is_missing_is_reminded_of_once_seven_days_before(mine):
    told = [
        forms_due.remind_of_forms(at=DUE - 7 * DAY + late) for late in (-timedelta(seconds=1), DAY * 0, DAY, 5 * DAY)
    ]

    assert (told, mails()) == ([0, 1, 0, 0], ["form_due"])
    text = Message.objects.get().text.replace("\xa0", " ")
    assert "d’ici au 6 septembre 2026" in text
    assert "« Your passport (fr) »" in text
    assert f"/fr/apply/{mine.number}/" in text


def test_nobody_is_reminded_of_whom_nothing_is_missing_who_just_accepted_or_has_no_place(mine):
    write_answers(mine, {"diet": "Nuts"})
    services.take_file(mine, "passport", sent("passport.pdf", pdf()), by=mine.applicant, at=NOW)
    chosen(mine.call, status_at=DUE - 2 * DAY)
    chosen(mine.call, status="offered")
    ApplicationFactory(submitted=True, status="accepted")

    assert (forms_due.remind_of_forms(at=DUE - 2 * DAY), mails()) == (0, [])
    assert (forms_due.remind_of_forms(at=DUE - DAY), mails()) == (1, ["form_due"])


def test_nobody_is_reminded_once_it_is_called_off(mine):
    Training.objects.update(status="cancelled")
    assert (forms_due.remind_of_forms(at=DUE - DAY), mails()) == (0, [])
