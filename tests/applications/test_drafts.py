"""Mails about a draft: that it is kept, said once after its first save; that it is withdrawn."""

import re
from datetime import timedelta

import pytest
import time_machine
from django_ox.testing import run_tasks

from tessera.applications import services
from tessera.applications.services.drafts import confirm_draft
from tessera.messaging.models import Message
from tests.applications.asking import WIDE
from tests.applications.papers import pdf, sent
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, write_answers
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db

SUBJECTS = {
    "en": "Your draft {} is saved",
    "fr": "Votre brouillon {} est enregistré",
    "es": "Su borrador {} está guardado",
}
WITHDRAWN = {
    "en": "Your draft {} is withdrawn",
    "fr": "Votre brouillon {} est retiré",
    "es": "Su borrador {} ha sido retirado",
}
UNTIL = {
    "en": "Sunday 15 March 2026 at 23:59",
    "fr": "dimanche 15 mars 2026 à 23:59",
    "es": "domingo 15 de marzo de 2026 a las 23:59",
}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def begun(language="fr", **facts):
    call = CallFactory(form=WIDE, code="sea")
    # The language of the account is another one: the application is written in the one it was begun in.
    user = UserFactory(language="en" if language != "en" else "fr", **facts)
    return services.start_application(call, call.strands.get().key, by=user, language=language, at=NOW)


def mails():
    run_tasks(raise_failures=True)
    return [(m.template, m.to, m.language, m.subject) for m in Message.objects.order_by("pk")]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_first_save_of_a_draft_is_confirmed_in_the_language_of_the_applicant(language):
    mine = begun(language)
    assert mails() == []

    write_answers(mine, {"letter": "Parce que"})

    assert mails() == [("draft_saved", mine.applicant, language, SUBJECTS[language].format(mine.number))]
    text = Message.objects.get().text
    assert f"/{language}/apply/{mine.number}/" in text
    assert [line for line in text.splitlines() if UNTIL[language].split(" ")[1] in line]
    assert mine.call.title[language] in text


def test_saving_again_sends_nothing_more():
    mine = begun()
    for text in ("One", "Two", "Two"):
        write_answers(mine, {"letter": text})
        mails()
    write_answers(mine, {"full_name": "Awa"}, at=NOW + timedelta(days=1))
    services.take_file(mine, "cv", sent("cv.pdf", pdf()), by=mine.applicant, at=NOW)
    confirm_draft(mine.pk, at=NOW)

    assert [template for template, *_ in mails()] == ["draft_saved"]


def test_a_file_may_be_the_first_thing_saved():
    mine = begun()
    services.take_file(mine, "cv", sent("cv.pdf", pdf()), by=mine.applicant, at=NOW)

    assert [template for template, *_ in mails()] == ["draft_saved"]


@pytest.mark.parametrize("facts", [
    {"submitted": True}, {"status": "withdrawn"}, {"status": "incomplete"}, {"saved_at": None}, {"applicant": None},
])  # fmt: skip
def test_nothing_is_said_of_what_is_no_draft_by_then(facts):
    mine = ApplicationFactory(call=CallFactory(form=WIDE), **facts)

    assert confirm_draft(mine.pk, at=NOW) is False
    assert Message.objects.count() == 0


def test_nothing_is_said_after_the_deadline_nor_of_what_is_gone():
    mine = ApplicationFactory(call=CallFactory(form=WIDE))

    assert [confirm_draft(mine.pk, at=CLOSES_AT), confirm_draft(mine.pk + 1, at=NOW)] == [False, False]
    assert Message.objects.count() == 0


def test_a_draft_that_was_withdrawn_and_taken_up_again_is_not_confirmed_anew():
    mine = begun()
    write_answers(mine, {"letter": "One"})
    mails()
    services.withdraw_application(mine, by=mine.applicant, at=NOW)
    services.take_up_again(mine, by=mine.applicant, at=NOW)
    write_answers(mine, {"letter": "Two"})

    assert [template for template, *_ in mails()] == ["draft_saved", "application_withdrawn"]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_withdrawing_a_draft_is_confirmed_once_in_the_language_of_the_applicant(language):
    mine = ApplicationFactory(call=CallFactory(form=WIDE), language=language)

    for _n in (1, 2):
        services.withdraw_application(mine, by=mine.applicant, at=NOW)

    assert mails() == [
        ("application_withdrawn", mine.applicant, language, WITHDRAWN[language].format(mine.number))
    ]  # fmt: skip


def test_withdrawing_what_was_handed_in_speaks_of_the_application():
    mine = ApplicationFactory(call=CallFactory(form=WIDE), submitted=True, language="en")

    services.withdraw_application(mine, by=mine.applicant, at=NOW)

    assert [subject for *_, subject in mails()] == [f"Your application {mine.number} is withdrawn"]
    assert "It takes no further part in the selection." in Message.objects.get().text


@pytest.mark.parametrize(
    ("language", "today", "later"),
    [
        ("en", "Saved at 09:00 UTC", "Saved: 2 March 2026, 09:00 UTC"),
        ("fr", "Enregistré à 09:00 UTC", "Enregistré\u00a0: 2 mars 2026, 09:00 UTC"),
        ("es", "Guardado a las 09:00 UTC", "Guardado: 2 de marzo de 2026, 09:00 UTC"),
    ],
)
def test_a_step_says_when_it_was_saved_and_the_day_where_it_was_another(client, language, today, later):
    mine = begun()
    write_answers(mine, {"institution": "Musée du Basalte"}, at=NOW)
    client.force_login(mine.applicant)

    def said():
        page = client.get(f"/{language}/apply/sea/step/work/").content.decode()
        return re.sub(r"<[^>]+>", "", re.search(r"data-save-state>(.*?)</span>", page, re.DOTALL)[1]).strip()

    assert said() == today
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        client.force_login(mine.applicant)
        assert said() == later
