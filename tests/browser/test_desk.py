"""What the office must be able to finish on the desk, with scripts and without."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tessera.core.models import Draft
from tessera.programmes.models import Training
from tests.factories.accounts import OfficeUserFactory
from tests.factories.calls import make_call
from tests.factories.organisations import make_organisation
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(browser, live_server):
    """Opens a signed-in browser of one more person of the office: ``desk(scripts=False)``."""
    opened = []

    def enter(*, scripts=True, width=1280):
        user = OfficeUserFactory()
        client = Client()
        client.force_login(user)
        client.get(reverse("portal:desk"))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            locale="en-GB",
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        opened.append(context)
        page = context.new_page()
        page.refusals = []
        page.on("console", lambda message: page.refusals.append(message.text) if message.type == "error" else None)
        return page

    yield enter
    for context in opened:
        context.close()


def edit(slug, section):
    return reverse("programmes:training_edit", args=[slug, section])


def text(page, label):
    return page.get_by_label(label, exact=True)


def test_office_writes_in_three_languages_publishes_meets_a_second_editor_and_restores(desk, live_server):
    make_training(id="stone", title={"en": "Stone"}, summary={}, published=False)
    first, second = desk(), desk()

    first.goto(edit("stone", "texts"))
    text(first, "Title: English").fill("The care of stone")
    text(first, "Title: Français").fill("Le soin de la pierre")
    text(first, "Title: Español").fill("El cuidado de la piedra")
    text(first, "Summary: English").fill("Five days among basalt.")
    text(first, "Summary: Français").fill("Cinq jours dans le basalte.")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_text("Saved.", exact=True)).to_be_visible()
    first.get_by_role("button", name="Current Title, Français").click()
    first.get_by_role("button", name="Reviewed Summary, Français").click()
    first.get_by_role("button", name="Current Title, Español").click()
    assert first.goto("/en/trainings/stone/").status == 404

    first.goto(reverse("programmes:training_publish", args=["stone"]))
    first.get_by_role("button", name="Publish").click()
    expect(first.get_by_text("The care of stone is on the public site.")).to_be_visible()

    for language, title in [
        ("en", "The care of stone"),
        ("fr", "Le soin de la pierre"),
        ("es", "El cuidado de la piedra"),
    ]:
        first.goto(f"/{language}/trainings/stone/")
        expect(first.get_by_role("heading", level=1)).to_have_text(title)

    # Two open the same text; the second is told and decides.
    first.goto(edit("stone", "texts"))
    second.goto(edit("stone", "texts"))
    text(first, "Title: English").fill("The care of granite")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_text("Saved.", exact=True)).to_be_visible()
    text(second, "Title: English").fill("The care of marble")
    text(second, "Subtitle: English").fill("A workshop")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("Someone else saved this record while you were writing")).to_be_visible()
    assert Training.objects.get().title["en"] == "The care of granite"
    second.get_by_label("Write it from both").check()
    second.get_by_label("The text from both").fill("The care of granite and marble")
    second.get_by_role("button", name="Save what was chosen").click()
    expect(second.get_by_text("Saved.", exact=True)).to_be_visible()
    second.goto("/en/trainings/stone/")
    expect(second.get_by_role("heading", level=1)).to_have_text("The care of granite and marble")
    expect(second.get_by_text("A workshop")).to_be_visible()

    # The first version of the day comes back.
    first.goto(reverse("programmes:training_history", args=["stone"]))
    first.get_by_role("link", name="Version 2").click()
    first.get_by_role("button", name="Bring this version back").click()
    expect(first.get_by_text(re.compile("Version 2 is back"))).to_be_visible()
    first.goto("/en/trainings/stone/")
    expect(first.get_by_role("heading", level=1)).to_have_text("The care of stone")
    assert [m for m in first.refusals + second.refusals if "404" not in m and "409" not in m] == []


def test_without_scripts_rows_and_finder_work_by_buttons(desk):
    make_training(id="stone")
    make_organisation(id="basalt", name={"en": "Basalt Museum"})
    page = desk(scripts=False, width=360)

    page.goto(edit("stone", "people"))
    page.get_by_role("button", name="Add an organisation").click()
    page.get_by_role("searchbox", name="Organisation").fill("bazalt museum")
    page.get_by_role("button", name="Find Organisation").click()
    page.get_by_label("Basalt Museum").check()
    page.get_by_role("button", name="Move up Organisation 2").click()
    page.get_by_role("button", name="Save", exact=True).first.click()

    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.goto("/en/trainings/stone/")
    expect(page.get_by_role("link", name="Basalt Museum")).to_be_visible()
    credits = [credit.organisation.slug for credit in Training.objects.get().credits.order_by("order")]
    assert credits[0] == "basalt"


def test_with_scripts_rows_keep_the_page_the_focus_and_what_is_typed(desk):
    make_training(id="stone")
    make_organisation(id="basalt", name={"en": "Basalt Museum"})
    page = desk()

    page.goto(edit("stone", "people"))
    page.evaluate("window.unreloaded = true")
    page.get_by_role("button", name="Add an organisation").focus()
    page.keyboard.press("Enter")
    search = page.get_by_role("searchbox", name="Organisation")
    expect(search).to_be_focused()
    page.keyboard.type("basalt")
    page.get_by_label("Basalt Museum").check()
    page.get_by_role("button", name="Move up Organisation 2").click()
    expect(page.get_by_label("Basalt Museum")).to_be_checked()
    assert page.evaluate("window.unreloaded") is True
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert Training.objects.get().credits.count() == 2
    assert page.refusals == []


def test_text_is_kept_while_it_is_written_and_offered_again(desk):
    make_training(id="stone", title={"en": "Stone"})
    page = desk()

    page.goto(edit("stone", "texts"))
    text(page, "Title: English").fill("Half a sentence")
    expect(page.get_by_text(re.compile(r"^Kept, not saved yet"))).to_be_visible()
    assert Draft.objects.get().data["title--en"] == ["Half a sentence"]
    assert Training.objects.get().title["en"] == "Stone"

    page.reload()
    page.get_by_role("link", name="Take it").click()
    expect(text(page, "Title: English")).to_have_value("Half a sentence")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert Draft.objects.count() == 0


def test_offline_text_stays_on_the_device_until_it_is_taken_or_the_person_signs_out(desk):
    make_training(id="stone", title={"en": "Stone"})
    page = desk()
    page.goto(edit("stone", "texts"))

    page.route("**/draft/**", lambda route: route.abort())
    text(page, "Title: English").fill("Written on a train")
    expect(page.get_by_text("Offline: your text is kept on this device")).to_be_visible()
    assert Draft.objects.count() == 0

    page.unroute("**/draft/**")
    page.reload()
    expect(page.get_by_text("This device has text of yours that was not saved.")).to_be_visible()
    page.get_by_role("button", name="Take it").click()
    expect(text(page, "Title: English")).to_have_value("Written on a train")

    page.route("**/draft/**", lambda route: route.abort())
    text(page, "Title: English").fill("Written in a tunnel")
    expect(page.get_by_text("Offline: your text is kept on this device")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('tessera:draft:')).length") == 1
    page.goto(reverse("accounts:home"))
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_load_state()
    assert asked == ["confirm"]
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('tessera:draft:')).length") == 0


def test_the_rest_of_the_desk_is_folded_under_more_and_folds_up_again(desk):
    for scripts in (True, False):
        page = desk(scripts=scripts, width=360)
        page.goto("/fr/desk/")
        menu = page.get_by_role("navigation", name="Principal")
        expect(menu.get_by_role("link", name="Personnes", exact=True)).to_be_hidden()
        menu.get_by_text("Plus", exact=True).click()
        menu.get_by_role("link", name="Personnes", exact=True).click()
        expect(page).to_have_url(re.compile("/fr/desk/people/$"))
        expect(menu.locator("[aria-current=page]")).to_be_hidden()
        if not scripts:
            continue
        menu.get_by_text("Plus", exact=True).click()
        page.keyboard.press("Escape")
        expect(menu.get_by_role("link", name="Personnes", exact=True)).to_be_hidden()
        expect(menu.locator("summary")).to_be_focused()
        assert page.refusals == []


def test_the_menu_under_more_opens_inside_the_page(desk):
    page, outside = desk(), []
    for language in ("en", "fr", "es"):
        page.goto(f"/{language}/desk/")
        page.locator(".more summary").click()
        for width in (320, 390, 410, 480, 560, 600, 959, 961, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            box = page.locator(".more ul").bounding_box()
            widest = page.evaluate("document.documentElement.scrollWidth")
            if box["x"] < 0 or box["x"] + box["width"] > width or widest > width:
                outside.append((language, width))
    assert outside == []


def test_answers_about_a_package_are_read_whole_and_a_table_shows_that_it_goes_on(desk):
    code = make_call(packages=[{"key": "full", "name": {"en": "Full"}}]).code
    page = desk()
    for language in ("en", "fr", "es"):
        page.goto(f"/{language}/desk/calls/{code}/edit/packages/")
        room = page.locator(".covers select").evaluate_all(
            """(all) => all.map((select) => {
                const style = getComputedStyle(select), line = document.createElement("canvas").getContext("2d");
                line.font = `${style.fontSize} ${style.fontFamily}`;
                const longest = Math.max(...[...select.options].map((one) => line.measureText(one.text).width));
                const arrow = 20;
                return select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow - longest;
            })"""
        )
        assert len(room) == 9
        assert min(room) >= 0, language

    narrow = desk(width=360)
    narrow.goto(f"/en/desk/calls/{code}/timeline/")
    table = narrow.get_by_role("region", name="Days of the call")
    assert table.evaluate("(one) => one.scrollWidth > one.clientWidth")
    assert table.evaluate("(one) => getComputedStyle(one).backgroundAttachment") == "local, local, scroll, scroll"
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 360
