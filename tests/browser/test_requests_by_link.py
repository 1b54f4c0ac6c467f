"""Who recommends and who endorses, each on a phone, without account and without scripts, by the link of a mail."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.cache import cache
from django_ox.testing import run_tasks
from playwright.sync_api import expect

from tessera.applications.models import Request
from tessera.applications.services import requests as services
from tests.browser.applying import open_call, phones
from tests.factories.applications import AnswerFactory, ApplicationFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]
LABEL = {"en": "Who?", "fr": "Qui ?", "es": "¿Quién?"}
FORM = {
    "steps": [{
        "key": "documents", "title": {"en": "Documents", "fr": "Documents", "es": "Documentos"},
        "questions": [
            {"key": "letter", "type": "long_text", "label": LABEL, "seen_by": "reviewers"},
            {"key": "referee", "type": "referee", "label": LABEL, "seen_by": "committee", "due_days": 3},
            {"key": "chief", "type": "endorsement", "label": LABEL, "seen_by": "committee", "channel": "employer", "due_days": 3},
        ],
    }]
}  # fmt: skip
REFEREE = {"name": "Moussa Silex", "post": "Director", "email": "moussa.silex@example.org"}
CHIEF = {"name": "Fatou Basalte", "organisation": "Musée du Fleuve", "email": "fatou.basalte@example.org"}
TEXT = "Elle tient nos réserves avec trois personnes, et les tient bien."


@pytest.fixture
def mine():
    made = ApplicationFactory(call=open_call(form=FORM), name="Awa Grès", submitted=True)
    answers = {"letter": "Nos réserves sont pleines.", "referee": REFEREE, "chief": CHIEF}
    for question, value in answers.items():
        AnswerFactory(application=made, question=question, value=value)
    for question in ("referee", "chief"):
        services.ask(made, question, by=made.applicant, at=datetime.now(UTC))
    return made


@pytest.fixture
def phone(browser, live_server):
    with phones(browser, live_server) as open_page:
        yield open_page(scripts=False)


def deliver():
    """What a page asked for, and the mails that come of it."""
    for _n in range(2):
        run_tasks(raise_failures=True)


def link_to(address):
    """The path of the newest link that was mailed to ``address``."""
    deliver()
    found = [re.search(r"https?://[^/]+(/\S*/requests/\S+)", one.body) for one in mail.outbox if one.to == [address]]
    return found[-1].group(1)


def states():
    return dict(Request.objects.values_list("question", "state"))


def test_a_recommendation_is_written_on_a_phone_and_its_link_says_no_more(phone, mine):
    link = link_to(REFEREE["email"])
    phone.goto(link)
    expect(phone.get_by_role("main")).to_contain_text("Awa Grès")
    expect(phone.get_by_role("main")).not_to_contain_text("Nos réserves sont pleines.")
    phone.locator("form.panel button").last.click()
    expect(phone.get_by_role("alert")).to_be_visible()
    phone.locator("textarea[name=text]").fill(TEXT)
    phone.locator("[name=opinion]").first.check()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.locator("form.panel button").last.click()
    phone.wait_for_url("**/requests/thanks/")

    assert (states(), Request.objects.get(question="referee").text) == ({"referee": "given", "chief": "asked"}, TEXT)
    phone.goto(link)
    expect(phone.get_by_role("main")).not_to_contain_text("Awa Grès")
    expect(phone.get_by_role("main")).not_to_contain_text(TEXT)


def test_an_endorser_reads_the_file_says_no_and_asks_for_a_new_link_in_vain(phone, mine):
    cache.clear()
    phone.goto(link_to(CHIEF["email"]))
    phone.get_by_role("main").locator("summary").first.click()
    expect(phone.get_by_text("Nos réserves sont pleines.")).to_be_visible()
    phone.locator("summary").last.click()
    phone.locator("textarea[name=reason]").fill("Nous ne pouvons pas la laisser partir.")
    phone.locator("button[name=refuse]").click()
    phone.wait_for_url("**/requests/thanks/")

    assert states() == {"referee": "asked", "chief": "refused"}
    before = len(mail.outbox)
    phone.goto("/fr/requests/new/")
    phone.locator("input[name=email]").fill(CHIEF["email"])
    phone.locator("main form button").click()
    phone.wait_for_url("**/sent/")
    deliver()
    assert [one.to for one in mail.outbox[before:] if one.to == [CHIEF["email"]]] == []


def test_a_link_that_was_lost_comes_again_and_opens_the_same_page(phone, mine):
    cache.clear()
    link = link_to(REFEREE["email"])
    before = len(mail.outbox)
    phone.goto("/fr/requests/new/")
    phone.locator("input[name=email]").fill(REFEREE["email"])
    phone.locator("main form button").click()
    phone.wait_for_url("**/sent/")
    deliver()

    assert [one.to for one in mail.outbox[before:]] == [[REFEREE["email"]]]
    assert link_to(REFEREE["email"]) == link
    phone.goto(link)
    expect(phone.get_by_role("main")).to_contain_text("Awa Grès")
