"""From the offer to the last answer of those selected, in French on a phone 360 px wide: with a script and without."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from tessera.applications.models import Answer, Application, Document
from tests.applications.papers import pdf
from tests.applications.selected import FORM, SUBMITTED, chosen
from tests.browser.applying import phones
from tests.factories.calls import CallFactory
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db(transaction=True)
DONE = "[data-save-state].done"
STATUS = "/fr/apply/sea/status/"
WAIT = 20_000


@pytest.fixture
def mine(settings, tmp_path):
    """A place is offered, in a training 60 days from today by the clock that the browser also has."""
    settings.MEDIA_ROOT = tmp_path / "kept"
    cache.clear()
    first = (datetime.now(UTC) + timedelta(days=60)).date()
    training = make_training(dates={"edtf": f"{first}/{first + timedelta(days=4)}"}, phases=[])
    return chosen(CallFactory(code="sea", form=FORM, status="decided", training=training), status="offered")


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "passeport.pdf"
    path.write_bytes(pdf(1, weight=300_000))
    return path


@pytest.fixture
def phone(browser, live_server, mine):
    """Opens the page of the application: ``phone(scripts=False)``."""
    client = Client()
    client.force_login(mine.applicant)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    with phones(browser, live_server) as open_page:

        def open_status(*, scripts):
            page = open_page(scripts=scripts)
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
            page.goto(STATUS)
            return page

        yield open_status


def values():
    return dict(Answer.objects.values_list("question", "value"))


def section(page):
    return page.get_by_role("region", name="Questions aux personnes retenues")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= 360


def test_whoever_takes_the_place_answers_what_those_selected_are_asked(phone, mine, paper):
    page = phone(scripts=True)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    expect(section(page)).to_have_count(0)
    page.get_by_role("button", name="J’accepte la place").click()
    expect(section(page)).to_contain_text("2 réponses manquent encore")
    assert fits(page)
    section(page).get_by_role("link", name="Répondre aux questions").click()
    page.wait_for_url("**/step/papers/")
    assert fits(page)

    # Each answer is sent by itself, a condition shows its question, and a file comes in pieces.
    page.locator("#q-diet").fill("Ni noix ni poisson")
    page.locator("[name=q-needs][value=yes]").check()
    expect(page.locator("#q-why_alone")).to_be_visible(timeout=WAIT)
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    assert (values()["diet"], values()["needs"]) == ("Ni noix ni poisson", "yes")
    page.locator("#q-passport").set_input_files(paper)
    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/step/trip/", timeout=WAIT)
    assert Document.objects.get().size == paper.stat().st_size

    # The line breaks: the text stays here, the page of the application says so, and it arrives later.
    page.goto("/fr/apply/sea/step/papers/")
    page.context.route(re.compile(r"/save/$"), lambda route: route.abort("internetdisconnected"))
    page.locator("#q-why_alone").fill("Je ronfle.")
    expect(page.locator("[data-save-state].due")).to_be_visible(timeout=WAIT)
    page.goto(STATUS)
    note = page.locator("[data-left]:visible")
    expect(note).to_have_count(1)
    expect(note).to_contain_text("Je ronfle.")
    assert "why_alone" not in values()
    page.context.unroute(re.compile(r"/save/$"))
    section(page).get_by_role("link", name="Répondre aux questions").click()
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    assert values()["why_alone"] == "Je ronfle."

    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/step/trip/")
    page.locator("#q-flight-0-number").fill("AF 718")
    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/status/#selected")
    expect(section(page)).to_contain_text("Il ne manque rien")
    assert fits(page)
    row = Application.objects.get()
    assert (row.status, {key: values()[key] for key in SUBMITTED}, errors) == ("accepted", SUBMITTED, [])


def test_text_of_the_application_that_never_arrived_is_not_sent_with_it(phone, mine):
    Application.objects.update(status="accepted")
    page = phone(scripts=True)
    left = '{"letter": [["was-letter", "x"], ["q-letter", "Trop tard."]]}'
    page.evaluate(f"localStorage.setItem('tessera:draft:apply:{mine.number}:you', '{left}')")

    page.goto("/fr/apply/sea/step/papers/")
    page.locator("#q-diet").fill("Ni noix ni poisson")
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)

    assert (values()["letter"], values()["diet"]) == (SUBMITTED["letter"], "Ni noix ni poisson")
    page.goto(STATUS)
    expect(page.locator("[data-left]:visible")).to_contain_text("Trop tard.")


def test_it_works_without_scripts(phone, mine, paper):
    page = phone(scripts=False)
    page.get_by_role("button", name="J’accepte la place").click()
    section(page).get_by_role("link", name=re.compile("Your passport")).click()
    page.wait_for_url("**/step/papers/?check=1#q-passport")
    expect(page.locator(".err", has_text="Pas encore de fichier")).to_be_visible()
    page.locator("#q-passport").set_input_files(paper)
    page.locator("#q-diet").fill("Ni noix ni poisson")
    page.locator("button[value=stay]").click()
    expect(page.get_by_role("link", name="passeport.pdf")).to_be_visible()
    assert fits(page)
    page.goto(STATUS)

    expect(section(page)).to_contain_text("Il ne manque rien")
    assert (values()["diet"], Document.objects.get().state) == ("Ni noix ni poisson", "ready")
