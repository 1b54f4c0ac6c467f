"""The catalogue as somebody looks for a training in it: rows that follow what is typed, and the same without scripts."""

import json
import re

import pytest
from playwright.sync_api import expect

from tessera.commands.first_data import archive_file
from tessera.programmes import archive
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader(browser, live_server):
    """Opens a stranger's browser on the archive: ``reader(scripts=False)``."""
    archive.load(json.loads(archive_file().read_text("utf-8")), at=NOW)
    opened = []

    def enter(*, scripts=True):
        context = browser.new_context(base_url=live_server.url, java_script_enabled=scripts, locale="en-GB")
        opened.append(context)
        return context.new_page()

    yield enter
    for context in opened:
        context.close()


def rows(page):
    """The trainings in the list, by their addresses."""
    links = page.locator("#found h2 a, #found .as3 a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    return [link.partition("/trainings/")[2].strip("/") for link in links]


def test_rows_follow_what_is_typed_without_a_reload_and_back_finds_them_again(reader):
    page = reader()
    page.goto("/en/")
    page.goto("/en/trainings/")
    assert len(rows(page)) == 10
    page.evaluate("window.sameDocument = true")

    page.get_by_label("Place, person, word").press_sequentially("memoires")
    expect(page.get_by_role("status")).to_have_text("1 training")
    expect(page).to_have_url(re.compile(r"/en/trainings/\?q=memoires$"))
    assert rows(page) == ["colombia-2019"]
    expect(page.get_by_label("Place, person, word")).to_be_focused()
    assert page.get_by_label("Region").locator("option").all_inner_texts() == [
        "Any region",
        "Latin America and the Caribbean (1)",
    ]

    page.get_by_label("Place, person, word").fill("")
    expect(page.get_by_role("status")).to_have_text("10 trainings")
    expect(page).to_have_url(re.compile(r"/en/trainings/$"))

    page.get_by_label("Region").select_option("ARB")
    expect(page.get_by_role("status")).to_have_text("2 trainings")
    expect(page).to_have_url(re.compile(r"/en/trainings/\?region=ARB$"))
    assert rows(page) == ["morocco-2019", "qatar-2018"]
    assert page.evaluate("window.sameDocument") is True

    page.locator("#found .as3 a").first.click()
    expect(page).to_have_url(re.compile(r"/en/trainings/morocco-2019/$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/en/trainings/\?region=ARB$"))
    assert rows(page) == ["morocco-2019", "qatar-2018"]
    expect(page.get_by_label("Region")).to_have_value("ARB")
    page.go_back()  # what was typed in between is no page of its own
    expect(page).to_have_url(re.compile(r"/en/$"))


def links(page):
    """Where the page leads to the same list: its other languages, its other forms, and those that machines read."""
    texts = ("FR", "ES", "Table (CSV)", "Calendar (.ics)", "News feed (Atom)", "Data (JSON)")
    found = [page.get_by_role("link", name=text, exact=True).get_attribute("href") for text in texts]
    found.append(page.get_by_role("link", name="Write to me when one like these is announced").get_attribute("href"))
    machines = page.locator("link[rel=alternate], link[rel=canonical]")
    return found + machines.evaluate_all("all => all.map((one) => one.getAttribute('href'))")


def test_other_languages_and_forms_of_a_list_follow_what_is_typed(reader):
    page, asked = reader(), reader()
    page.goto("/en/trainings/")
    whole = links(page)
    assert len(whole) == 16
    assert {link.partition("?")[2] for link in whole} == {""}

    page.get_by_label("Place, person, word").press_sequentially("museo")
    page.get_by_label("Region").select_option("LAC")
    expect(page).to_have_url(re.compile(r"/en/trainings/\?q=museo&region=LAC$"))

    asked.goto("/en/trainings/?q=museo&region=LAC")
    expect(page).to_have_title(asked.title())
    assert links(page) == links(asked)
    assert {link.partition("?")[2] for link in links(page)} == {"q=museo&region=LAC"}

    page.get_by_role("link", name="FR", exact=True).click()
    expect(page).to_have_url(re.compile(r"/fr/trainings/\?q=museo&region=LAC$"))
    assert rows(page) == rows(asked)

    page.goto("/en/trainings/?q=museo")
    page.get_by_label("Place, person, word").fill("")
    expect(page).to_have_url(re.compile(r"/en/trainings/$"))
    assert links(page) == whole


def test_a_filter_that_was_left_out_is_no_longer_told_once_the_list_is_another(reader):
    page = reader()
    page.goto("/en/trainings/?region=NOWHERE")
    expect(page.get_by_role("alert")).to_contain_text("A filter is left out.")

    page.get_by_label("Place, person, word").press_sequentially("memoires")

    expect(page).to_have_url(re.compile(r"/en/trainings/\?q=memoires$"))
    expect(page.get_by_role("status")).to_have_text("1 training")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_same_is_asked_with_the_button_where_there_are_no_scripts(reader):
    page = reader(scripts=False)
    page.goto("/en/trainings/")

    page.get_by_label("Place, person, word").fill("memoires")
    assert len(rows(page)) == 10
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile(r"/en/trainings/\?q=memoires$"))
    expect(page.get_by_role("status")).to_have_text("1 training")
    assert rows(page) == ["colombia-2019"]

    page.go_back()
    expect(page).to_have_url(re.compile(r"/en/trainings/$"))
    assert len(rows(page)) == 10
