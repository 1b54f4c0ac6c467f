"""What a device keeps of an application: it arrives before anything is handed in, over nothing unseen, in no other application."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from playwright.sync_api import expect

from tessera.accounts.models import User
from tessera.applications.models import Answer, Application
from tessera.applications.sheets import forget_sheets
from tests.browser.applying import enter, open_call, phones
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]
DUE, DONE = "[data-save-state].due", "[data-save-state].done"
SAVE = re.compile(r"/save/$")
WAIT = 20_000


@pytest.fixture
def phone(browser, live_server):
    open_call()
    with phones(browser, live_server) as open_page:
        yield open_page


@pytest.fixture
def page(phone):
    """Awa's phone, in the first step."""
    page = phone(scripts=True)
    enter(page, "awa.gres@example.org")
    return page


def as_user(page, live_server, user):
    """Signed in as ``user`` without a mail."""
    client = Client()
    client.force_login(user)
    page.context.add_cookies([
        {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": live_server.url}
    ])  # fmt: skip
    return page


def offline(page):
    page.context.route(SAVE, lambda route: route.abort("internetdisconnected"))


def online(page):
    page.context.unroute(SAVE)


def leave_unsent(page, key, text):
    """Write without a line, until the page says that it is kept here, and leave."""
    offline(page)
    page.locator(f"#q-{key}").fill(text)
    expect(page.locator(DUE)).to_be_visible(timeout=WAIT)
    page.goto("about:blank")
    online(page)


def kept_on(page):
    return page.evaluate("Object.keys(localStorage)")


def wait_for_kept(page, number):
    for _n in range(100):
        if len(kept_on(page)) == number:
            return
        page.wait_for_timeout(200)
    raise AssertionError(kept_on(page))


def answers(user="awa.gres@example.org"):
    return dict(Answer.objects.filter(application__applicant__email=user).values_list("question", "value"))


def ask_nothing():
    """Nothing is required, so that all can be handed in."""
    version = Application.objects.get().call.form_versions.get()
    for step in version.document["steps"]:
        for question in step["questions"]:
            question["required"] = False
    version.save()
    forget_sheets()


def test_nothing_is_handed_in_without_what_is_still_on_the_device(page):
    ask_nothing()
    leave_unsent(page, "full_name", "Awa Grès")
    offline(page)
    page.goto("/fr/apply/sea/review/")
    expect(page.locator(DUE)).to_contain_text(
        "Elle est envoyée d’abord\u00a0: rien n’est déposé sans elle.", timeout=WAIT
    )
    page.locator("form[data-persist] button").click()
    page.wait_for_timeout(1500)
    assert (Application.objects.get().status, answers()) == ("draft", {})
    online(page)
    page.wait_for_url("**/review/?arrived", timeout=30_000)

    expect(page.get_by_text("n’est arrivée que maintenant")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Awa Grès")).to_be_visible()
    assert (Application.objects.get().status, answers(), kept_on(page)) == ("draft", {"full_name": "Awa Grès"}, [])
    page.locator("form[data-persist] button").click()
    page.wait_for_url("**/status/", timeout=WAIT)
    assert Application.objects.get().status == "submitted"


def test_an_edit_of_an_answer_that_was_saved_before_is_handed_in_too(page):
    ask_nothing()
    page.locator("#q-full_name").fill("Awa")
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    leave_unsent(page, "full_name", "Awa Grès")
    lost = []

    def lose_the_first(route):
        lost.append(route.request.url)
        route.abort("connectionreset") if len(lost) == 1 else route.continue_()

    page.route(SAVE, lose_the_first)
    page.goto("/fr/apply/sea/review/")
    page.locator("form[data-persist] button").click()
    page.wait_for_url("**/review/?arrived", timeout=WAIT)
    page.locator("form[data-persist] button").click()
    page.wait_for_url("**/status/", timeout=WAIT)

    assert (len(lost), Application.objects.get().status, answers()) == (2, "submitted", {"full_name": "Awa Grès"})


def write_on_laptop(phone, live_server, text):
    laptop = as_user(phone(scripts=True), live_server, User.objects.get(email="awa.gres@example.org"))
    laptop.goto("/fr/apply/sea/step/why/")
    laptop.locator("#q-letter").fill(text)
    expect(laptop.locator(DONE)).to_be_visible(timeout=WAIT)
    return laptop


def test_text_kept_on_a_phone_shows_what_a_laptop_wrote_since_before_it_goes_over_it(page, phone, live_server):
    page.goto("/fr/apply/sea/step/why/")
    leave_unsent(page, "letter", "Old, on the phone.")
    write_on_laptop(phone, live_server, "Newer, on the laptop.")
    sent = []

    def lose_the_first(route):
        sent.append(answers()["letter"])
        if len(sent) > 1:
            route.continue_()
        else:
            route.fetch()
            route.abort("connectionreset")  # done, and its answer never arrives

    page.route(SAVE, lose_the_first)
    page.goto("/fr/apply/sea/step/why/")
    expect(page.locator("#o-letter")).to_be_visible(timeout=WAIT)
    expect(page.locator("#o-letter p").last).to_have_text("Newer, on the laptop.")
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)

    # Asked twice while the laptop's text stood, as the first answer was lost; over it only once it was shown.
    assert sent == ["Newer, on the laptop."] * 3
    assert (answers()["letter"], kept_on(page)) == ("Old, on the phone.", [])
    expect(page.locator("#o-letter")).to_be_visible()
    page.locator("#q-letter").fill("Old, on the phone, and more.")
    expect(page.locator("[data-save-state].part")).to_be_visible()
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    expect(page.locator("#o-letter p").last).to_have_text("Newer, on the laptop.")
    assert answers()["letter"] == "Old, on the phone, and more."


def test_another_page_does_not_send_it_over_what_a_laptop_wrote_since(page, phone, live_server):
    ask_nothing()
    page.goto("/fr/apply/sea/step/why/")
    leave_unsent(page, "letter", "Old, on the phone.")
    write_on_laptop(phone, live_server, "Newer, on the laptop.")
    page.goto("/fr/apply/sea/review/")
    stuck = page.locator("[data-save-state].late")
    expect(stuck).to_contain_text("Pas encore déposée", timeout=WAIT)
    page.locator("form[data-persist] button").click()
    page.wait_for_timeout(1500)

    assert (Application.objects.get().status, answers()) == ("draft", {"letter": "Newer, on the laptop."})
    stuck.get_by_role("link", name="Pourquoi cette formation").click()
    page.wait_for_url("**/step/why/")
    expect(page.locator("#o-letter p").last).to_have_text("Newer, on the laptop.", timeout=WAIT)
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    assert (answers()["letter"], kept_on(page)) == ("Old, on the phone.", [])


def test_what_was_written_while_the_step_is_sent_again_and_again_is_not_lost(page):
    tries = []

    def fail_twice(route):
        if route.request.method != "POST":
            route.continue_()
            return
        tries.append(route.request.post_data)
        route.abort("connectionreset") if len(tries) < 3 else route.continue_()

    page.route("**/step/you/", fail_twice)
    page.locator("#q-full_name").fill("Awa")
    page.locator("button[value=next].btn").click()
    expect(page.locator(DUE)).to_be_visible(timeout=WAIT)
    page.locator("#q-full_name").fill("Awa Grès, of the museum")
    page.wait_for_url("**/step/work/", timeout=30_000)
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    page.wait_for_timeout(1000)

    assert (answers()["full_name"], kept_on(page)) == ("Awa Grès, of the museum", [])


@pytest.mark.parametrize("way", ["link", "back", "tab"])
def test_text_of_the_last_second_is_there_again(page, way):
    page.goto("/fr/apply/sea/step/why/")
    offline(page)
    page.locator("#q-letter").fill("Le dernier mot.")
    if way == "link":
        page.locator(".head .kick a").click()
        page.wait_for_url("**/status/")
    elif way == "back":
        page.go_back()
        page.wait_for_url("**/step/you/")
    else:
        context = page.context
        page.close()
        page = context.new_page()
        page.goto("/fr/apply/sea/step/you/")
    assert answers() == {}
    online(page)
    page.goto("/fr/apply/sea/step/why/")

    expect(page.locator("#q-letter")).to_have_value("Le dernier mot.")
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    assert (answers(), kept_on(page)) == ({"letter": "Le dernier mot."}, [])


NO_STORAGE = {
    "full": "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };",
    "forbidden": "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } });",
}


@pytest.mark.parametrize("device", NO_STORAGE)
def test_a_device_that_keeps_nothing_sends_what_is_written_and_warns_while_it_cannot(page, device):
    page.add_init_script(NO_STORAGE[device])
    page.goto("/fr/apply/sea/step/why/")
    page.locator("#q-letter").fill("Écrit sans mémoire.")
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    assert answers() == {"letter": "Écrit sans mémoire."}
    offline(page)
    page.locator("#q-letter").fill("Écrit sans mémoire et sans réseau.")
    expect(page.locator("[data-save-state].late")).to_contain_text("Laissez cette page ouverte.", timeout=WAIT)
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator(".head .kick a").click()
    page.wait_for_timeout(500)
    assert (asked, page.url.endswith("/step/why/")) == (["beforeunload"], True)
    online(page)
    expect(page.locator(DONE)).to_be_visible(timeout=30_000)

    assert answers() == {"letter": "Écrit sans mémoire et sans réseau."}
    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/step/promise/")


def test_an_expired_sign_in_brings_the_text_back_after_signing_in(page, live_server):
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("#q-full_name").fill("Awa Grès")
    expect(page.locator("[data-save-state].late a")).to_be_visible(timeout=WAIT)
    page.locator("button[value=next].btn").click()
    expect(page.locator("[data-save-state].late a")).to_be_visible(timeout=WAIT)
    assert (answers(), page.url.endswith("/step/you/")) == ({}, True)
    as_user(page, live_server, User.objects.get(email="awa.gres@example.org"))
    page.goto("/fr/apply/sea/step/you/")

    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    assert (answers(), kept_on(page)) == ({"full_name": "Awa Grès"}, [])


def other_person(page, live_server):
    """Kofi signs in on Awa's phone, with an application of his own to the same call."""
    kofi = UserFactory(email="kofi.silex@example.org")
    first = Application.objects.get()
    Application.objects.create(
        number="KOFI-0001", call=first.call, strand=first.strand, applicant=kofi, email=kofi.email,
        language="fr", origin=first.origin, started_at=first.started_at, status_at=first.status_at,
    )  # fmt: skip
    return as_user(page, live_server, kofi)


def test_text_of_one_account_never_reaches_the_application_of_another_on_the_same_device(page, live_server):
    mine = f"tessera:draft:apply:{Application.objects.get().number}:you"
    leave_unsent(page, "full_name", "Awa Grès")
    other_person(page, live_server)
    for path in ("step/you/", "step/work/", "review/"):
        page.goto(f"/fr/apply/sea/{path}")
        page.wait_for_timeout(1000)
        assert page.get_by_text("Awa Grès").count() == 0
    page.goto("/fr/apply/sea/step/you/")
    expect(page.locator("#q-full_name")).to_have_value("")

    assert (Answer.objects.count(), kept_on(page)) == (0, [mine])
    as_user(page, live_server, User.objects.get(email="awa.gres@example.org"))
    page.goto("/fr/apply/sea/step/work/")  # and once she is back it goes where it belongs
    wait_for_kept(page, 0)
    assert (answers(), answers("kofi.silex@example.org")) == ({"full_name": "Awa Grès"}, {})


def test_a_page_that_was_open_when_another_signed_in_saves_nothing_in_the_application_of_the_other(page, live_server):
    """Both the autosave and the button; the text stays on the device."""
    other_person(page, live_server)
    page.locator("#q-full_name").fill("Awa Grès")
    expect(page.locator("[data-save-state].late")).to_be_visible(timeout=WAIT)
    page.locator("button[value=next].btn").click()
    page.wait_for_timeout(1500)

    assert Answer.objects.count() == 0
    number = Application.objects.get(applicant__email="awa.gres@example.org").number
    assert kept_on(page) == [f"tessera:draft:apply:{number}:you"]


def test_two_applications_on_one_device_keep_their_texts_apart(page):
    leave_unsent(page, "full_name", "Awa, pour la mer")
    open_call("lake")
    page.goto("/fr/apply/lake/")
    page.get_by_role("main").locator("form button").click()
    page.wait_for_url("**/lake/step/you/")
    expect(page.locator("#q-full_name")).to_have_value("")
    leave_unsent(page, "full_name", "Awa, pour le lac")
    page.goto("/fr/apply/sea/step/work/")
    wait_for_kept(page, 1)
    page.goto("/fr/apply/lake/step/you/")
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)

    told = Answer.objects.values_list("application__call__code", "value")
    assert set(told) == {("sea", "Awa, pour la mer"), ("lake", "Awa, pour le lac")}
    assert kept_on(page) == []


def test_what_was_left_behind_when_it_was_handed_in_is_shown_copied_and_forgotten(page):
    ask_nothing()
    page.goto("/fr/apply/sea/step/why/")
    leave_unsent(page, "letter", "Le dernier mot.")
    application = Application.objects.get()
    Application.objects.update(status="submitted", submitted_at=application.started_at)  # the button, before the script
    page.goto("/fr/apply/sea/status/")

    left = page.locator("[data-left]")
    expect(left).to_be_visible()
    expect(left.locator("dd")).to_have_text(["Le dernier mot."])
    assert (answers(), len(kept_on(page))) == ({}, 1)
    page.once("dialog", lambda dialog: dialog.dismiss())
    left.locator("[data-forget]").click()
    expect(left).to_be_visible()
    assert len(kept_on(page)) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    left.locator("[data-forget]").click()
    expect(left).to_be_hidden()
    assert kept_on(page) == []


def test_the_page_of_a_draft_does_not_say_that_everything_is_saved_where_it_is_not(page):
    ask_nothing()
    page.goto("/fr/apply/sea/step/why/")
    leave_unsent(page, "letter", "Le dernier mot.")
    page.goto("/fr/apply/sea/status/")
    expect(page.locator("[data-left]")).to_contain_text("Le dernier mot.")
    expect(page.get_by_text("Tout ce que vous avez écrit est enregistré")).to_be_hidden()
    online(page)
    page.get_by_role("link", name="Continuer d’écrire").click()
    wait_for_kept(page, 0)

    assert answers() == {"letter": "Le dernier mot."}
    page.goto("/fr/apply/sea/status/")
    expect(page.get_by_text("Tout ce que vous avez écrit est enregistré")).to_be_visible()


def test_what_was_left_behind_is_shown_without_a_line_too_and_goes_with_the_application_that_is_taken_up(page):
    ask_nothing()
    page.goto("/fr/apply/sea/step/why/")
    leave_unsent(page, "letter", "Le dernier mot.")
    Application.objects.update(status="withdrawn")
    page.route("**/left/", lambda route: route.abort("internetdisconnected"))
    page.goto("/fr/apply/sea/status/")
    expect(page.locator("[data-left]")).to_contain_text("Le dernier mot.")
    page.get_by_role("button", name="La reprendre").click()
    page.goto("/fr/apply/sea/step/you/")

    wait_for_kept(page, 0)
    assert answers() == {"letter": "Le dernier mot."}


def test_signing_out_asks_before_it_forgets_what_did_not_arrive(page):
    leave_unsent(page, "full_name", "Awa Grès")
    page.goto("/fr/apply/")
    button = page.locator("form[action$='/sign-out/'] button").first
    page.once("dialog", lambda dialog: dialog.dismiss())
    button.click()
    page.wait_for_timeout(500)
    assert (page.url.endswith("/fr/apply/"), len(kept_on(page))) == (True, 1)
    page.once("dialog", lambda dialog: dialog.accept())
    button.click()
    page.wait_for_url(lambda url: not url.endswith("/fr/apply/"))
    assert kept_on(page) == []


@pytest.mark.parametrize("status", [404, 413])
def test_what_is_refused_for_good_is_not_tried_for_ever(page, status):
    tries = []

    def refuse(route):
        tries.append(1)
        route.fulfill(status=status, content_type="text/html", body="<p>no")

    page.route(SAVE, refuse)
    page.locator("#q-full_name").fill("Awa")
    refused = page.locator("form[data-apply]").get_attribute("data-refused")
    expect(page.locator("[data-save-state].late")).to_have_text(refused, timeout=WAIT)
    page.wait_for_timeout(2500)
    assert (len(tries), len(kept_on(page))) == (1, 1)
    page.unroute(SAVE)
    page.locator("#q-full_name").fill("Awa Grès")
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    assert answers() == {"full_name": "Awa Grès"}


def test_a_server_with_too_much_to_do_is_asked_again(page):
    tries = []

    def busy(route):
        tries.append(1)
        route.fulfill(status=429, content_type="text/html", body="<p>later") if len(tries) == 1 else route.continue_()

    page.route(SAVE, busy)
    page.locator("#q-full_name").fill("Awa")
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    assert (len(tries), answers()) == (2, {"full_name": "Awa"})


def test_what_is_written_after_a_save_without_sign_in_is_newer_than_what_that_save_kept(page, live_server):
    page.goto("/fr/apply/sea/step/why/")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("#q-letter").fill("Enregistré trop tard.")
    page.locator("button[value=next].btn").click()
    expect(page.locator("[data-save-state].late a")).to_be_visible(timeout=WAIT)
    page.locator("#q-letter").fill("Enregistré trop tard, et la suite.")
    page.wait_for_timeout(300)
    # As the sign-in leaves it: what was posted goes from the session without a user into the one with.
    held = page.context.cookies()
    session = next(one["value"] for one in held if one["name"] == settings.SESSION_COOKIE_NAME)
    posted = SessionStore(session)["kept_text"]
    as_user(page, live_server, User.objects.get(email="awa.gres@example.org"))
    inside = next(one["value"] for one in page.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)
    store = SessionStore(inside)
    store["kept_text"] = posted
    store.save()
    page.goto("/fr/apply/sea/step/why/")

    expect(page.locator("form[data-again]")).to_have_count(1)
    expect(page.locator("#q-letter")).to_have_value("Enregistré trop tard, et la suite.")
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    assert (posted["fields"]["q-letter"], answers()["letter"]) == (
        ["Enregistré trop tard."], "Enregistré trop tard, et la suite."
    )  # fmt: skip
    assert kept_on(page) == []


def test_a_save_takes_nothing_off_the_device_that_another_tab_has_written_since(page):
    page.goto("/fr/apply/sea/step/why/")
    other = page.context.new_page()
    other.goto("/fr/apply/sea/step/why/")
    held = []
    page.route(SAVE, lambda route: held.append(route) if not held else route.continue_())
    page.locator("#q-letter").fill("Du premier onglet.")
    for _n in range(50):
        if held:
            break
        page.wait_for_timeout(100)
    other.route(SAVE, lambda route: route.abort("internetdisconnected"))
    other.locator("#q-letter").fill("Du second onglet.")
    other.wait_for_timeout(300)
    held[0].continue_()
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)

    assert (answers(), len(kept_on(page))) == ({"letter": "Du premier onglet."}, 1)
    other.close()
    page.goto("/fr/apply/sea/step/why/")
    expect(page.locator("#q-letter")).to_have_value("Du second onglet.")


def test_older_text_of_another_tab_never_arrives_after_newer_text(page):
    page.goto("/fr/apply/sea/step/why/")
    leave_unsent(page, "letter", "Vieux.")
    held = []
    page.route(SAVE, lambda route: held.append(route) if not held else route.continue_())
    page.goto("/fr/apply/sea/step/work/")  # sends what the other step left; the line is slow
    for _n in range(50):
        if held:
            break
        page.wait_for_timeout(100)
    other = page.context.new_page()
    other.goto("/fr/apply/sea/step/why/")
    expect(other.locator("#q-letter")).to_have_value("Vieux.")
    other.locator("#q-letter").fill("Vieux, puis neuf.")
    other.wait_for_timeout(2500)
    assert answers() == {}  # it waits for its turn
    held[0].continue_()
    expect(other.locator(DONE)).to_be_visible(timeout=WAIT)
    wait_for_kept(other, 0)

    assert answers() == {"letter": "Vieux, puis neuf."}


def test_one_answer_that_the_server_cannot_take_keeps_none_of_the_others_back(page):
    sizes = []

    def limit(route):
        body = route.request.post_data or ""
        sizes.append(len(body) > 50_000)
        route.fulfill(status=413, content_type="text/html", body="<p>no") if sizes[-1] else route.continue_()

    page.route(SAVE, limit)
    page.evaluate("document.querySelector('#q-full_name').value = 'x'.repeat(60000)")
    page.locator("#q-full_name").dispatch_event("input")
    page.locator("#q-institution").fill("Musée de la Mer")
    expect(page.locator("[data-save-state].late")).to_be_visible(timeout=WAIT)
    for _n in range(50):
        if answers():
            break
        page.wait_for_timeout(200)
    page.wait_for_timeout(1500)

    assert answers() == {"institution": "Musée de la Mer"}
    assert sizes.count(True) == 2  # with the others, and by itself
    expect(page.locator("[data-save-state].late")).to_be_visible()
    page.locator("#q-full_name").fill("Awa Grès")
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    assert answers() == {"institution": "Musée de la Mer", "full_name": "Awa Grès"}


def test_a_text_of_another_step_that_is_too_large_keeps_no_other_back_and_is_found_again(page):
    ask_nothing()
    offline(page)
    page.evaluate("document.querySelector('#q-full_name').value = 'x'.repeat(60000)")
    page.locator("#q-full_name").dispatch_event("input")
    page.locator("#q-institution").fill("Musée de la Mer")
    expect(page.locator(DUE)).to_be_visible(timeout=WAIT)
    page.goto("about:blank")
    online(page)
    page.route(
        SAVE, lambda route: route.fulfill(status=413, content_type="text/html", body="<p>no")
        if len(route.request.post_data or "") > 50_000 else route.continue_()
    )  # fmt: skip
    page.goto("/fr/apply/sea/review/")
    stuck = page.locator("[data-save-state].late a")
    expect(stuck).to_have_attribute("href", re.compile("/step/you/$"), timeout=WAIT)
    page.locator("form[data-persist] button").click()
    page.wait_for_timeout(1500)

    assert (Application.objects.get().status, answers()) == ("draft", {"institution": "Musée de la Mer"})
    page.goto("/fr/apply/sea/step/why/")
    stuck = page.locator("[data-save-state].late a")
    expect(stuck).to_have_attribute("href", re.compile("/step/you/$"), timeout=WAIT)
    page.goto("/fr/apply/sea/step/you/")
    expect(page.locator("#q-full_name")).to_have_value("x" * 60000)


def test_of_two_texts_that_were_written_on_two_pages_none_is_dropped_unseen(page):
    number = Application.objects.get().number
    offline(page)
    for step, text in (("you", "Awa Grès"), ("gone", "Awa Basalte")):
        fields = {"full_name": [["was-full_name", ""], ["q-full_name", text]]}
        page.evaluate(
            "([name, it]) => localStorage.setItem(name, JSON.stringify(it))",
            [f"tessera:draft:apply:{number}:{step}", fields],
        )
    page.reload()

    expect(page.locator("#q-full_name")).to_have_value("Awa Grès")
    expect(page.locator("#t-full_name p").last).to_have_text("Awa Basalte")


def test_text_of_a_question_that_stands_on_another_step_since_is_restored_there(page, phone, live_server):
    page.goto("/fr/apply/sea/step/why/")
    leave_unsent(page, "letter", "Écrit avant.")
    write_on_laptop(phone, live_server, "Newer, on the laptop.")
    version = Application.objects.get().call.form_versions.get()
    steps = {step["key"]: step for step in version.document["steps"]}
    letter = next(one for one in steps["why"]["questions"] if one["key"] == "letter")
    steps["why"]["questions"].remove(letter)
    steps["you"]["questions"].append(letter)
    version.save()
    forget_sheets()
    page.goto("/fr/apply/sea/review/")
    stuck = page.locator("[data-save-state].late a")
    expect(stuck).to_have_attribute("href", re.compile("/step/you/$"), timeout=WAIT)
    stuck.click()

    expect(page.locator("#o-letter p").last).to_have_text("Newer, on the laptop.", timeout=WAIT)
    expect(page.locator(DONE)).to_be_visible(timeout=WAIT)
    assert (answers()["letter"], kept_on(page)) == ("Écrit avant.", [])
