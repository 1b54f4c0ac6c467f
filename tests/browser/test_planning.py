"""The planning board over the real archive, and a proposal from the public site to the office, with scripts and without."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tessera.commands.first_data import archive_file
from tessera.messaging.models import Message
from tessera.planning.models import Proposal, Scenario
from tessera.planning.services.scenarios import compute_scenario
from tessera.programmes import archive
from tessera.programmes.models import Training
from tests.factories.accounts import OfficeUserFactory
from tests.factories.planning import computed
from tests.factories.programmes import make_programme

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def reader(browser, live_server):
    """Opens a browser: a stranger's, or that of a person of the office."""
    opened = []

    def enter(*, office=False, scripts=True, width=1280, scheme="light"):
        context = browser.new_context(
            base_url=live_server.url, java_script_enabled=scripts, viewport={"width": width, "height": 900},
            color_scheme=scheme,
        )  # fmt: skip
        if office:
            client = Client()
            client.force_login(OfficeUserFactory())
            client.get(reverse("portal:desk"))
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        opened.append(context)
        return context.new_page()

    yield enter
    for context in opened:
        context.close()


# As of, all five on time together from, days missed, the sentence about it, and the cheapest change, in each language.
EXPECTED = {
    "2023-11-01": ("2024-03-31", 180, {"APA", "ARB"}),
    "2026-12-01": ("2028-03-31", 811, {"AFR", "APA", "ARB", "ENA", "LAC"}),
}
PROVED = {"en": "Proved best.", "fr": "Optimum prouvé.", "es": "Óptimo demostrado."}
WHY = {
    "2023-11-01": {
        "en": "Arab States: overdue since 1 July 2021, 1,004 days by then.",
        "fr": "États arabes\u00a0: en retard depuis le 1er juillet 2021",
        "es": "Estados Árabes: con retraso desde el 1 de julio de 2021",
    },
    "2026-12-01": {
        "en": "Allow 1 more training in 2027.",
        "fr": "Permettre 1 formation de plus en 2027.",
        "es": "Permitir 1 formación más en 2027.",
    },
}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_board_repairs_coverage_soonest_with_four_trainings_a_year(reader, scripts):
    archive.load(json.loads(archive_file().read_text(encoding="utf-8")), at=NOW)
    page = reader(office=True, scripts=scripts)
    for on, (all_from, days, late) in EXPECTED.items() if scripts else list(EXPECTED.items())[1:]:
        page.goto(reverse("portal:board"))
        page.get_by_role("link", name="New scenario").click()
        page.get_by_label("Name", exact=True).fill(f"Four a year, {on}")
        page.get_by_label("As of").fill(on)
        page.get_by_label("Trainings a year, at most").fill("4")
        page.get_by_role("button", name="Plan", exact=True).click()
        expect(page.get_by_text("The plan waits for a free worker.")).to_be_visible()
        scenario = Scenario.objects.latest("pk")
        found = compute_scenario(scenario.pk, at=NOW)
        clock = found.result["clock"]
        assert (found.result["status"], clock["all_from"], clock["missed_days"], clock["on_time"]) == (
            "optimal", all_from, days, 5)  # fmt: skip
        assert {code for code, _start, _end in clock["missed"]} == late
        assert found.result["faults"] == []
        for language in ("en", "fr", "es"):
            page.goto(f"/{language}" + reverse("planning:scenario", args=[scenario.code])[3:])
            expect(page.get_by_text(PROVED[language])).to_be_visible()
            expect(page.get_by_text(re.compile(re.escape(WHY[on][language]))).first).to_be_visible()
            assert page.locator("ol.list > li").count() == 8

    page.goto(reverse("planning:scenario", args=[scenario.code]))
    page.locator("ol.list > li").first.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("is now a planned training")).to_be_visible()
    assert Training.objects.filter(status="planned").count() == 1
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("Taken back: the planned training is gone.")).to_be_visible()
    assert Training.objects.filter(status="planned").count() == 0


@pytest.mark.parametrize(
    ("scripts", "language", "link", "name", "send", "done"),
    [
        (True, "en", "Propose a training", "Organisation", "Send me the link", "Sent."),
        (False, "fr", "Proposer une formation", "Organisation", "M’envoyer le lien", "Envoyée."),
        (False, "es", "Proponer una formación", "Organización", "Enviarme el enlace", "Enviada."),
    ],
)
def test_a_committee_proposes_a_training(reader, scripts, language, link, name, send, done):
    cache.clear()
    make_programme()
    page = reader(scripts=scripts, width=360)
    page.goto(f"/{language}/coverage/")
    page.get_by_role("main").get_by_role("link", name=link).click()
    page.get_by_label(name, exact=True).fill("House of Basalt")
    page.locator("input[name=capacity][value=committee]").check()
    page.locator("select[name=country]").select_option("SN")
    page.locator("textarea[name=need]").fill("Stores are full.")
    page.locator("input[name=name]").fill("Celia Pizarra")
    page.get_by_role("button", name=send).click()
    errors = page.get_by_role("alert")
    expect(errors).to_be_visible()
    assert errors.get_by_role("link").count() == 1  # the address is missing; nothing is lost
    assert page.locator("textarea[name=need]").input_value() == "Stores are full."
    page.locator("input[name=email]").fill("celia.pizarra@example.org")
    page.get_by_role("button", name=send).click()
    page.wait_for_url(f"**/{language}/propose/sent/")
    mail = Message.objects.get()
    page.goto(re.search(r"https?://[^/]+(/\S*/confirm/\S+)", mail.text)[1])
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_text(re.compile(f"^{re.escape(done)}"))).to_be_visible()
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.language, mail.language) == ("received", language, language)
    office = reader(office=True, scripts=scripts)
    office.goto(reverse("planning:proposals"))
    office.get_by_role("link", name="House of Basalt").click()
    office.get_by_role("button", name="Accept").click()
    expect(office.get_by_text("Accepted. The proposer gets a mail.")).to_be_visible()
    assert Proposal.objects.get().state == "accepted"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_rows_of_a_scenario_come_by_buttons(reader, scripts):
    make_programme()
    page = reader(office=True, scripts=scripts)
    page.goto(reverse("planning:scenario_new"))
    page.get_by_label("Name", exact=True).fill("Two in French")
    page.get_by_role("button", name="Add a language").click()
    expect(page.get_by_label("Language", exact=True)).to_be_focused()
    page.get_by_label("Language", exact=True).select_option("fr")
    page.get_by_label("Trainings in it, at least").fill("2")
    page.get_by_role("button", name="Add a funder").click()
    page.get_by_role("button", name="Remove Funder 1").click()
    expect(page.get_by_label("Gives for each training")).to_have_count(0)
    page.get_by_label("Trainings a year, at most").press("Enter")
    expect(page.get_by_text("The plan waits for a free worker.")).to_be_visible()
    made = Scenario.objects.get()
    assert (made.name, made.limits["languages"], made.limits["funders"]) == ("Two in French", {"fr": 2}, [])


def test_a_printed_plan_holds_its_inputs_and_proof_and_no_ways_to_go(reader):
    make_programme()
    found = computed()
    page = reader(office=True, width=718)
    page.goto(reverse("planning:scenario", args=[found.code]))
    page.emulate_media(media="print")
    for words in ("Trainings a year, at most", "Digest of the input", "Each area weighs 1.", "Why:"):
        expect(page.get_by_text(words).first).to_be_visible()
    for role in ("navigation", "button"):
        assert [one.inner_text() for one in page.get_by_role(role).all() if one.is_visible()] == []
    assert page.get_by_role("link", name="What if?").is_hidden()
    broken = "[...document.querySelectorAll('li, tr, .panel')].filter(e => getComputedStyle(e).breakInside !== 'avoid').length"
    assert page.evaluate(broken) == 0
