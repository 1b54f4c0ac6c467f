"""What applying weighs on the line: the form of a regional training, on a phone, with scripts."""

import pytest
from django_ox.testing import run_tasks
from playwright.sync_api import expect

from tessera.applications.models import Application
from tessera.calls.questions import default_document
from tessera.web.weight import asset_weight
from tests.applications.papers import pdf
from tests.applications.test_lean import ANSWERS, FORM, STEPS, first_options
from tests.browser.applying import enter, open_call, phones

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]
MOST_BYTES, MOST_OF_ALL = 40_000, 150_000


class Line:
    """The bytes that come to a tab: those of its pages and saves as they came, those of its assets as the site serves them."""

    def __init__(self, tab):
        self.pages, self.assets, self._addresses = {}, set(), {}
        session = tab.context.new_cdp_session(tab)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", lambda event: self._sent(event["requestId"], event["request"]["url"]))
        session.on("Network.loadingFinished", lambda event: self._came(event["requestId"], event["encodedDataLength"]))

    def _sent(self, request, address):
        self._addresses[request] = address

    def _came(self, request, length):
        address = self._addresses.get(request, "")
        if "/static/" in address:
            self.assets.add(address.partition("/static/")[2].partition("?")[0])
        else:
            self.pages[request] = length

    def total(self):
        return sum(self.pages.values()) + sum(asset_weight(name) for name in self.assets)


@pytest.mark.slow
def test_a_whole_application_to_a_regional_training_is_under_150_kb(browser, live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    open_call(form=default_document(2026))
    with phones(browser, live_server) as phone:
        tab = phone(scripts=True)
        line = Line(tab)
        enter(tab, "awa.gres@example.org", first=STEPS[0])
        for key, after in zip(STEPS, [*STEPS[1:], "review"], strict=True):
            _fill(tab, key)
            if key == "documents":
                tab.locator("#q-cv").set_input_files(
                    {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": pdf(1)}
                )
                expect(tab.locator("[data-way] .done").first).to_be_visible()
            expect(tab.locator("[data-save-state].done")).to_be_visible()
            tab.locator("button[value=next].btn").click()
            tab.wait_for_url(f"**/{after}/")
        tab.locator("form[data-persist] button").click()
        tab.wait_for_url("**/status/")
        run_tasks(raise_failures=True)

    assert Application.objects.get().status == "submitted"
    heaviest = max(line.pages.values()) + sum(asset_weight(name) for name in line.assets)
    assert heaviest < MOST_BYTES, (heaviest, line.assets)
    assert line.total() < MOST_OF_ALL, (sorted(line.pages.values()), line.assets)


def _fill(tab, key):
    """Answer every question of the step that has to be answered, and those that `test_lean` answers too."""
    asked = {one["key"]: one for step in FORM["steps"] if step["key"] == key for one in step["questions"]}
    for name, value in (first_options(FORM) | ANSWERS).items():
        if not any(name == f"q-{one}" or name.startswith(f"q-{one}-") for one in asked):
            continue
        fields = tab.locator(f"[name='{name}']:visible")
        if not fields.count():
            continue
        kind = fields.first.evaluate("node => node.tagName === 'SELECT' ? 'select' : node.type")
        if kind in ("radio", "checkbox"):
            tab.locator(f"[name='{name}'][value='{value}']").first.check()
        elif kind == "select":
            fields.first.select_option(value)
        else:
            fields.first.fill(value)
