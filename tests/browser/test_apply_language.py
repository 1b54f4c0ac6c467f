"""Switching the language of the interface in the middle of a sentence loses nothing, with scripts and without."""

import pytest
from playwright.sync_api import expect

from tessera.applications.models import Answer, Application
from tests.browser.applying import enter, open_call, phones

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(browser, live_server):
    open_call()
    with phones(browser, live_server) as open_page:
        yield open_page


def test_with_scripts_what_was_not_sent_yet_is_there_in_the_other_language(phone):
    page = phone(scripts=True)
    enter(page, "awa.gres@example.org")
    page.route("**/save/", lambda route: route.abort("internetdisconnected"))  # nothing arrives before the switch
    page.locator("#q-full_name").fill("Awa Gr")
    page.locator("header a[hreflang=es]").click()
    page.wait_for_url("**/es/apply/sea/step/you/")

    expect(page.locator("#q-full_name")).to_have_value("Awa Gr")
    assert Answer.objects.filter(question="full_name").count() == 0
    page.unroute("**/save/")
    page.locator("#q-full_name").fill("Awa Grès")
    expect(page.locator("[data-save-state].done")).to_be_visible(timeout=30_000)

    assert Answer.objects.get(question="full_name").value == "Awa Grès"
    page.locator("header a[hreflang=en]").click()
    page.wait_for_url("**/en/apply/sea/step/you/")
    expect(page.locator("#q-full_name")).to_have_value("Awa Grès")
    assert Application.objects.count() == 1


def test_saved_at_tells_one_clock_with_its_zone_before_and_after_the_page_is_opened_anew(phone):
    page = phone(scripts=True)
    zone = {"timezoneId": "America/Lima"}
    page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", zone)
    enter(page, "awa.gres@example.org")
    page.locator("#q-full_name").fill("Awa Grès")
    saved = page.locator("[data-save-state].done")
    expect(saved).to_contain_text("UTC−5", timeout=30_000)
    before = saved.text_content()
    page.reload()

    expect(saved).to_have_text(before)


def test_without_scripts_the_header_and_the_steps_save_first(phone):
    page = phone(scripts=False)
    enter(page, "awa.gres@example.org")
    page.locator("#q-full_name").fill("Awa Gr")
    page.locator("header").get_by_role("button", name="ES", exact=True).click()
    page.wait_for_url("**/es/apply/sea/step/you/")
    page.set_viewport_size({"width": 900, "height": 740})
    page.locator("#q-full_name").fill("Awa Grès")
    page.locator(".steps button").nth(1).click()
    page.wait_for_url("**/es/apply/sea/step/why/")
    page.locator("#q-referee-name").fill("Moussa Silex")
    page.locator("#q-referee-name").press("Enter")
    page.wait_for_url(lambda address: "/step/why/" not in address and "/es/" in address)

    assert Answer.objects.get(question="full_name").value == "Awa Grès"
    assert Answer.objects.get(question="referee").value == {"name": "Moussa Silex"}


def test_without_scripts_a_button_saves_and_goes_on_in_the_other_language(phone):
    page = phone(scripts=False)
    enter(page, "awa.gres@example.org")
    page.locator("#q-full_name").fill("Awa Gr")
    page.get_by_role("button", name="Español").click()
    page.wait_for_url("**/es/apply/sea/step/you/")

    assert Answer.objects.get(question="full_name").value == "Awa Gr"
    expect(page.locator("#q-full_name")).to_have_value("Awa Gr")
    expect(page.get_by_role("button", name="Guardar y continuar").locator("visible=true")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
