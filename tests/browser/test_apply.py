"""Applying as people do: on a phone in French without scripts, and over a line that fails all the time."""

import random

import pytest
from django.conf import settings
from playwright.sync_api import Error, expect

from tessera.applications.models import Application, Document
from tessera.messaging.models import Message
from tests.applications.papers import pdf
from tests.browser.applying import enter, open_call, phones

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return open_call()


@pytest.fixture
def phone(browser, live_server):
    with phones(browser, live_server) as open_page:
        yield open_page


def test_a_whole_application_in_french_on_a_phone_without_scripts(phone, call, tmp_path):
    paper = tmp_path / "Mon CV.pdf"
    paper.write_bytes(pdf(2))
    page = phone(scripts=False)
    enter(page, "awa.gres@example.org")

    page.locator("#q-full_name").fill("Awa Grès")
    page.locator("#q-birth_date").fill("1985-07-30")
    page.locator("#q-country_of_work").select_option("SN")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/step/work/")
    page.locator("#q-posts-0-title").fill("Conservatrice")
    page.locator("[name=q-member][value=yes]").check()
    page.locator("button[value=stay]").click()
    page.locator("#q-member_number").fill("A-7")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/step/why/")
    page.locator("#q-letter").fill("Parce que nos réserves sont pleines.")
    page.locator("#q-cv").set_input_files(paper)
    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/step/promise/")
    page.locator("[name=q-attend]").check()
    page.locator("#q-signature-name").fill("Awa Grès")
    page.locator("#q-signature-on").fill("2026-03-02")
    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/review/")
    expect(page.get_by_text("Parce que nos réserves sont pleines.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("form[data-persist] button").click()
    page.wait_for_url("**/status/")

    mine = Application.objects.get()
    assert (mine.status, mine.language, mine.name, mine.country_id) == ("submitted", "fr", "Awa Grès", "SN")
    expect(page.get_by_role("main").get_by_text(mine.number).first).to_be_visible()
    assert (Document.objects.get().pages, Document.objects.get().name) == (2, "Mon CV.pdf")
    receipt = Message.objects.get(template="application_received")
    assert (receipt.language, receipt.address) == ("fr", "awa.gres@example.org")


@pytest.mark.slow
def test_over_a_line_of_50_kbit_that_fails_one_time_in_ten_nothing_is_lost(phone, call, tmp_path):
    paper = tmp_path / "cv.pdf"
    paper.write_bytes(pdf(1) + b"%" + b"\n%0123456789abcdef" * 100)
    page = phone(scripts=True)
    enter(page, "kofi.silex@example.org")
    chance = random.Random(7)  # noqa: S311
    failed = []

    def sometimes(route):
        if chance.random() < 0.1:
            failed.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 300, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8,
    })  # fmt: skip
    page.route("**/*", sometimes)

    def insist(path):
        """Reload, as a person does after a look at the page of the browser's own, until the page is there with its script."""
        for _n in range(20):
            try:
                page.goto(path, wait_until="load", timeout=60_000)
                if page.locator("form[data-apply], form[data-persist]").count() and page.evaluate(
                    "performance.getEntriesByType('resource').filter(r => r.name.includes('apply') && r.responseStatus === 200).length"
                ):
                    return
            except Error:
                page.wait_for_timeout(
                    400
                )  # the browser shows that the line broke; to go on in the middle of that is in vain
        raise AssertionError(path)

    insist("/fr/apply/sea/step/you/")
    page.locator("#q-full_name").fill("Kofi Silex")
    page.locator("#q-birth_date").fill("1985-07-30")
    page.locator("#q-country_of_work").select_option("TG")
    expect(page.locator("[data-save-state].done")).to_be_visible(timeout=60_000)
    insist("/fr/apply/sea/step/work/")
    page.locator("[name=q-member][value=yes]").check()
    expect(page.locator("#q-member_number")).to_be_visible(timeout=60_000)
    page.locator("#q-member_number").fill("B-9")
    page.locator("#q-posts-0-title").fill("Guide")
    expect(page.locator("[data-save-state].done")).to_be_visible(timeout=60_000)
    insist("/fr/apply/sea/step/why/")
    page.locator("#q-cv").set_input_files(paper)
    page.locator("#q-letter").press_sequentially("Parce que la mer monte et que nos vitrines sont basses.", delay=20)
    expect(page.locator("[data-way] .done")).to_be_visible(timeout=120_000)
    expect(page.locator("[data-save-state].done")).to_be_visible(timeout=60_000)
    # Offline, and the page is left: what was written is on the device, and arrives later.
    page.unroute("**/*")
    page.route("**/save/", lambda route: route.abort("internetdisconnected"))
    page.locator("#q-letter").fill("Parce que la mer monte.")
    expect(page.locator("[data-save-state].due")).to_be_visible(timeout=60_000)
    page.unroute("**/save/")
    page.route("**/*", sometimes)
    insist("/fr/apply/sea/step/why/")
    expect(page.locator("#q-letter")).to_have_value("Parce que la mer monte.")
    expect(page.locator("[data-save-state].done")).to_be_visible(timeout=60_000)
    insist("/fr/apply/sea/step/promise/")
    page.locator("[name=q-attend]").check()
    page.locator("#q-signature-name").fill("Kofi Silex")
    page.locator("#q-signature-on").fill("2026-03-02")
    expect(page.locator("[data-save-state].done")).to_be_visible(timeout=60_000)
    insist("/fr/apply/sea/review/")
    page.locator("form[data-persist] button").click()
    for _n in range(600):
        if Application.objects.filter(status="submitted").exists():
            break
        page.wait_for_timeout(200)

    mine = Application.objects.get()
    answers = dict(mine.answers.values_list("question", "value"))
    assert mine.status == "submitted"
    assert {key: answers[key] for key in ("full_name", "member", "member_number", "letter", "posts")} == {
        "full_name": "Kofi Silex", "member": "yes", "member_number": "B-9", "letter": "Parce que la mer monte.",
        "posts": [{"title": "Guide"}],
    }  # fmt: skip
    assert Document.objects.current().get().state == "ready"
    assert Message.objects.filter(template="application_received").count() == 1
    assert failed, "the line never failed: the test shows nothing"
    assert settings.MEDIA_ROOT
