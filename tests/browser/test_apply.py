"""Applying as people do: on a phone in French without scripts, and over a line that fails all the time."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django_ox.testing import run_tasks
from playwright.sync_api import expect

from tessera.activity.models import Activity
from tessera.applications.models import Application, Document, Upload
from tessera.messaging.models import Message
from tests.applications.papers import pdf
from tests.browser.applying import BadLine, enter, open_call, phones, slow_down

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return open_call()


@pytest.fixture
def phone(browser, live_server):
    with phones(browser, live_server) as open_page:
        yield open_page


def assert_receipt(mine, address):
    """The worker delivers one receipt to the applicant: number, link, no attachment (DOMAIN §7: a link in the place of data)."""
    run_tasks(raise_failures=True)
    (kept,) = Message.objects.filter(template="application_received")
    assert (kept.language, kept.state, kept.address) == ("fr", "sent", address)
    (sent,) = [one for one in mail.outbox if one.extra_headers["Message-ID"] == kept.message_id]
    assert (sent.to, sent.cc, sent.bcc, sent.attachments) == ([address], [], [], [])
    assert sent.subject == f"Reçue : votre candidature {mine.number}"
    assert [kind for _text, kind in sent.alternatives] == ["text/html"]
    assert [f"{word}\u00a0: {mine.number}" in sent.body for word in ("Numéro",)] == [True]
    assert f"/fr/apply/{mine.number}/" in sent.body


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
    assert_receipt(mine, "awa.gres@example.org")
    for kind, begins in (("pdf", b"%PDF-"), ("txt", mine.number.encode())):
        copy = page.request.get(f"/fr/apply/sea/copy.{kind}")
        assert (copy.status, begins in copy.body()[:4000]) == (200, True)


@pytest.mark.slow
def test_over_a_line_of_50_kbit_that_fails_one_time_in_ten_nothing_is_lost(phone, call, tmp_path):
    paper = tmp_path / "cv.pdf"
    paper.write_bytes(pdf(1) + b"%" + b"\n%0123456789abcdef" * 100)
    page = phone(scripts=True)
    enter(page, "kofi.silex@example.org")
    slow_down(page)
    line = BadLine(page)
    line.insist("/fr/apply/sea/step/you/")
    page.locator("#q-full_name").fill("Kofi Silex")
    page.locator("#q-birth_date").fill("1985-07-30")
    page.locator("#q-country_of_work").select_option("TG")
    line.go_on("/fr/apply/sea/step/work/")
    page.locator("[name=q-member][value=yes]").check()
    expect(page.locator("#q-member_number")).to_be_visible(timeout=60_000)
    page.locator("#q-member_number").fill("B-9")
    page.locator("#q-posts-0-title").fill("Guide")
    expect(page.locator("[data-save-state].done")).to_be_visible(timeout=60_000)
    line.go_on("/fr/apply/sea/step/why/")
    page.locator("#q-cv").set_input_files(paper)
    page.locator("#q-letter").press_sequentially("Parce que la mer monte et que nos vitrines sont basses.", delay=20)
    expect(page.locator("[data-way] .done")).to_be_visible(timeout=120_000)
    expect(page.locator("[data-save-state].done")).to_be_visible(timeout=60_000)
    # Offline, and the page is left: what was written is on the device, and arrives later.
    line.mend()
    page.route("**/save/", lambda route: route.abort("internetdisconnected"))
    page.locator("#q-letter").fill("Parce que la mer monte.")
    expect(page.locator("[data-save-state].due")).to_be_visible(timeout=60_000)
    page.unroute("**/save/")
    line.fail()
    line.insist("/fr/apply/sea/step/why/")
    expect(page.locator("#q-letter")).to_have_value("Parce que la mer monte.")
    expect(page.locator("[data-save-state].done")).to_be_visible(timeout=60_000)
    line.insist("/fr/apply/sea/step/promise/")
    page.locator("[name=q-attend]").check()
    page.locator("#q-signature-name").fill("Kofi Silex")
    page.locator("#q-signature-on").fill("2026-03-02")
    line.go_on("/fr/apply/sea/review/")
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
    line.mend()
    assert_receipt(mine, "kofi.silex@example.org")
    assert line.failed, "the line never failed: the test shows nothing"
    assert settings.MEDIA_ROOT


def test_an_answer_that_is_lost_on_its_way_leads_to_one_application_and_one_receipt(phone, call, tmp_path):
    """Each request was done and its answer dropped: beginning, a save, the pieces of a file, handing in."""
    paper = tmp_path / "cv.pdf"
    paper.write_bytes(pdf(1, weight=30_000))
    page = phone(scripts=True)
    done = []

    def lose_the_first(route):
        """Let the first such request be done, and drop its answer; the next ones go through."""
        asked = (route.request.method, route.request.url.partition("/apply/")[2])
        if asked[0] == "GET" or asked in [one[:2] for one in done]:
            route.continue_()
        else:
            done.append((*asked, route.fetch(max_redirects=0).status))
            route.abort("connectionreset")

    enter(page, "awa.gres@example.org")
    page.route("**/save/", lose_the_first)
    page.locator("#q-full_name").fill("Awa Grès")
    expect(page.locator("[data-save-state].due")).to_be_visible()
    expect(page.locator("[data-save-state].done")).to_be_visible(timeout=20_000)
    page.route("**/step/you/", lose_the_first)
    page.locator("#q-birth_date").fill("1985-07-30")
    page.locator("#q-country_of_work").select_option("SN")
    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/step/work/", timeout=20_000)
    run_tasks(raise_failures=True)
    page.locator("[name=q-member][value=no]").check()
    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/step/why/")
    page.locator("#q-letter").fill("Parce que nos réserves sont pleines.")
    page.route(re.compile(r"/apply/upload/[0-9a-f-]{36}/$"), lose_the_first)
    page.route("**/sea/upload/", lose_the_first)
    page.locator("#q-cv").set_input_files(paper)
    expect(page.locator("[data-way] .done")).to_be_visible(timeout=30_000)
    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/step/promise/")
    page.locator("[name=q-attend]").check()
    page.locator("#q-signature-name").fill("Awa Grès")
    page.locator("#q-signature-on").fill("2026-03-02")
    page.locator("button[value=next].btn").click()
    page.wait_for_url("**/review/")
    page.route("**/review/", lose_the_first)
    page.locator("form[data-persist] button").click()
    page.wait_for_url("**/status/", timeout=20_000)

    upload = f"upload/{Upload.objects.get().pk}/"
    assert done == [
        ("POST", "sea/save/", 200), ("POST", "sea/step/you/", 200), ("POST", "sea/upload/", 201), ("PUT", upload, 200),
        ("POST", upload, 200), ("POST", "sea/review/", 200),
    ]  # fmt: skip
    mine = Application.objects.get()
    assert (mine.status, mine.name) == ("submitted", "Awa Grès")
    assert Activity.objects.filter(verb="application.submitted").count() == 1
    assert (Document.objects.count(), Upload.objects.count()) == (1, 1)
    assert Document.objects.get().size == paper.stat().st_size
    assert_receipt(mine, "awa.gres@example.org")
    assert [m.template for m in Message.objects.exclude(template="sign_in_link").order_by("pk")] == [
        "draft_saved", "application_received",
    ]  # fmt: skip


def test_beginning_twice_because_the_answer_was_lost_begins_once(phone, call):
    page = phone(scripts=False)
    page.goto("/fr/apply/sea/")
    page.locator("#email").fill("awa.gres@example.org")
    page.locator("form:has(#email) button").click()
    page.wait_for_url("**/account/sign-in/sent/")
    run_tasks(raise_failures=True)
    page.goto(re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body).group(1))
    page.locator("main form button").first.click()
    page.wait_for_url("**/fr/apply/sea/")
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/fr/apply/sea/", lose)
    page.get_by_role("main").locator("form button").click()
    page.wait_for_url(re.compile("chrome-error:"))
    assert (lost, Application.objects.count()) == ([302], 1)
    page.goto("/fr/apply/sea/")  # once more by the link of the call

    page.wait_for_url("**/step/you/")
    assert Application.objects.count() == 1
    assert Activity.objects.filter(verb="application.started").count() == 1
