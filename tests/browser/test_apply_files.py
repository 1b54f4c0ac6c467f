"""Leaving a step while a file is under way, over a slow line: it waits, or goes on without, and nothing is lost."""

import re
from copy import deepcopy

import pytest
from playwright.sync_api import expect

from tessera.applications.models import Answer, Document, Upload
from tests.applications.asking import WIDE, options, question
from tests.applications.papers import pdf
from tests.browser.applying import enter, open_call, phones, slow_down
from tests.factories.calls import FormVersionFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]
NEXT = "button[value=next].btn"


def with_a_step_under_a_condition():
    form = deepcopy(WIDE)
    form["steps"][2]["questions"].append(question("late", "choice", options=options("yes", "no")))
    shown = {"question": "late", "op": "is", "values": ["yes"]}
    card = {
        "key": "card",
        "title": {"en": "Your card"},
        "questions": [question("card", "short_text")],
        "show_if": shown,
    }
    form["steps"].insert(4, card)
    return form


@pytest.fixture
def step(browser, live_server, settings, tmp_path):
    """The step with the files, on a phone at 50 kbit/s."""
    settings.MEDIA_ROOT = tmp_path / "kept"
    FormVersionFactory(call=open_call(), number=2, document=with_a_step_under_a_condition())
    with phones(browser, live_server) as phone:
        page = phone(scripts=True)
        enter(page, "kofi.silex@example.org")
        page.goto("/fr/apply/sea/step/why/")
        slow_down(page)
        yield page


@pytest.fixture
def paper(tmp_path):
    """About 70 kB: eleven seconds of that line."""
    path = tmp_path / "cv.pdf"
    path.write_bytes(pdf(1, weight=68_000))
    return path


def test_save_and_continue_waits_for_the_file_and_lets_one_write_on(step, paper):
    step.locator("#q-cv").set_input_files(paper)
    step.locator(NEXT).click()

    waits = step.locator("#waiting")
    expect(waits.get_by_role("status")).to_have_text(
        "La page suivante s’ouvrira dès que votre fichier sera arrivé. Vous pouvez continuer à écrire."
    )
    expect(waits.locator(".st")).to_have_text(re.compile(r"^cv\.pdf\s?: .+ \d+ %$"))
    assert step.evaluate("document.documentElement.scrollWidth") <= 360
    step.locator("#q-letter").fill("Écrit pendant que le fichier part.")
    step.wait_for_url("**/step/promise/", timeout=60_000)

    assert Document.objects.get().size == paper.stat().st_size
    assert Answer.objects.get(question="letter").value == "Écrit pendant que le fichier part."
    step.goto("/fr/apply/sea/step/why/")
    expect(step.get_by_role("link", name="cv.pdf")).to_be_visible()


def test_going_on_without_waiting_keeps_what_arrived_and_the_same_file_goes_on_from_there(step, paper):
    offsets = []
    step.on("request", lambda sent: offsets.append(sent.headers.get("upload-offset")) if sent.method == "PUT" else None)
    step.locator("#q-letter").fill("Parce que la mer monte.")
    step.locator("#q-cv").set_input_files(paper)
    step.locator(NEXT).click()
    expect(step.locator("#waiting .st")).to_have_text(re.compile(r": [1-9]\d* %$"), timeout=30_000)
    step.get_by_role("button", name="Continuer sans attendre").click()
    step.wait_for_url("**/step/promise/", timeout=30_000)

    there = Upload.objects.get()
    assert (there.done_at, Document.objects.count()) == (None, 0)
    assert 0 < there.received < paper.stat().st_size
    assert Answer.objects.get(question="letter").value == "Parce que la mer monte."
    offsets.clear()
    step.goto("/fr/apply/sea/step/why/")
    expect(step.get_by_text(f"{round(100 * there.received / there.size)} % arrivé")).to_be_visible()
    step.locator("#q-cv").set_input_files(paper)
    expect(step.locator("[data-way] .done")).to_be_visible(timeout=60_000)
    assert offsets[0] == str(there.received)
    assert Document.objects.get().size == paper.stat().st_size


def test_save_stays_on_the_page_while_the_file_goes_on(step, paper):
    step.locator("#q-letter").fill("Parce que.")
    step.locator("#q-cv").set_input_files(paper)
    step.locator("button[value=stay]").click()

    expect(step.locator("[data-save-state].done")).to_be_visible(timeout=30_000)
    expect(step.locator("#waiting")).to_have_count(0)
    expect(step.locator("[data-way] .done")).to_be_visible(timeout=60_000)
    assert step.url.endswith("/step/why/")
    assert Document.objects.get().size == paper.stat().st_size
    slot = step.locator("[data-question=cv] [data-slot]")  # drawn at once as it is after a reload
    expect(slot.get_by_role("link")).to_have_text("cv.pdf")
    slot.get_by_role("button", name="Retirer").click()
    expect(slot.get_by_role("link")).to_have_count(0)
    assert not Document.objects.current().exists()


def test_a_file_that_is_not_taken_keeps_one_on_the_step_and_says_why(step, tmp_path):
    wrong = tmp_path / "cv.pdf"
    wrong.write_bytes(b"PK\x03\x04" + b"0" * 40_000)
    step.locator("#q-cv").set_input_files(wrong)
    step.locator(NEXT).click()

    expect(step.locator("[data-way] .err")).to_be_visible(timeout=60_000)
    expect(step.locator("#waiting")).to_have_count(0)
    assert step.url.endswith("/step/why/")
    assert Document.objects.get().state == "refused"


@pytest.mark.parametrize("redrawn", [False, True])
def test_a_link_to_another_step_waits_as_well(step, paper, redrawn):
    step.set_viewport_size({"width": 1200, "height": 800})
    if redrawn:  # a condition draws the steps anew
        step.locator("#q-late").get_by_role("radio", name="Yes (fr)").check()
        expect(step.locator("ol.steps")).to_have_attribute("data-path", "you,work,why,promise,card", timeout=30_000)
    step.locator("#q-cv").set_input_files(paper)
    step.locator(".steps a").first.click()

    expect(step.locator("#waiting")).to_be_visible()
    step.wait_for_url("**/step/you/", timeout=60_000)
    assert Document.objects.get().size == paper.stat().st_size
