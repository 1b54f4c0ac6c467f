"""With scripts the bar of steps follows what is answered: a step under a condition comes and goes at once."""

import pytest
from playwright.sync_api import expect

from tessera.applications.models import Answer
from tessera.calls.models import Call
from tests.applications.test_no_answer import FORM as OPTIONAL
from tests.applications.test_steps_shown import FORM
from tests.browser.applying import enter, open_call, phones
from tests.factories.calls import FormVersionFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]


@pytest.fixture
def phone(browser, live_server):
    FormVersionFactory(call=open_call(), number=2, document=FORM)
    with phones(browser, live_server) as open_page:
        yield open_page


def test_the_bar_shows_a_step_as_soon_as_an_earlier_answer_calls_for_it(phone):
    page = phone(scripts=True)
    enter(page, "awa.gres@example.org")
    bar = page.locator("ol.steps")
    assert bar.get_attribute("data-path") == "you,why"

    page.locator("#q-member").get_by_role("radio", name="Yes (fr)").check()
    expect(bar).to_have_attribute("data-path", "you,card,why", timeout=30_000)
    expect(bar.locator("a", has_text="Your card")).to_have_count(1)
    expect(page.locator("#q-member").get_by_role("radio", name="Yes (fr)")).to_be_checked()
    page.locator("#q-member").get_by_role("radio", name="No (fr)").check()
    expect(bar).to_have_attribute("data-path", "you,why", timeout=30_000)


def test_an_optional_choice_is_taken_back_and_saved_so(phone):
    FormVersionFactory(call=Call.objects.get(), number=3, document=OPTIONAL)
    page = phone(scripts=True)
    enter(page, "awa.gres@example.org")
    choice, saved = page.locator("#q-member"), page.locator("[data-save-state].done")

    choice.get_by_role("radio", name="Yes (fr)").check()
    expect(saved).to_be_visible(timeout=30_000)
    assert Answer.objects.get().value == "yes"
    with page.expect_response("**/save/"):
        choice.get_by_role("radio", name="Pas de réponse").check()
    expect(saved).to_be_visible(timeout=30_000)

    assert Answer.objects.get().value is None
    page.reload()
    expect(choice.get_by_role("radio", name="Pas de réponse")).to_be_checked()
