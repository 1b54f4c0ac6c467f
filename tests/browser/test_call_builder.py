"""Three calls of the kind that offices really make, built through the screens alone, to their public page and self-check."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tessera.calls.models import Call
from tessera.calls.queries import latest_form, latest_rules
from tests.factories.accounts import OfficeUserFactory
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date.today()
OPENS, CLOSES, BEGINS = (TODAY + timedelta(days=days) for days in (-1, 60, 300))


@pytest.fixture
def office(browser, live_server):
    """Opens a browser of a signed-in person of the office."""
    opened = []

    def enter(*, scripts=True):
        client = Client()
        client.force_login(OfficeUserFactory())
        client.get(reverse("portal:desk"))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context = browser.new_context(
            base_url=live_server.url, java_script_enabled=scripts, viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        opened.append(context)
        return context.new_page()

    yield enter
    for context in opened:
        context.close()


@pytest.fixture
def stranger(browser, live_server):
    """Opens a browser of somebody without an account."""
    opened = []

    def enter():
        context = browser.new_context(base_url=live_server.url)
        context.set_default_timeout(20_000)
        opened.append(context)
        return context.new_page()

    yield enter
    for context in opened:
        context.close()


def training(slug, **changes):
    last = BEGINS + timedelta(days=4)
    return make_training(id=slug, dates={"edtf": f"{BEGINS.isoformat()}/{last.isoformat()}"}, phases=[], **changes)


def address(name, *arguments):
    return reverse(f"calls:{name}", args=arguments)


def save(page, name="Save"):
    """Press the button and wait for the page that follows."""
    page.get_by_role("button", name=name, exact=True).last.click()
    expect(page.get_by_text(re.compile(r"^(Saved\.|The table is made\.)"))).to_be_visible()


def begin(page, title, language, slug, *, usual):
    """Make the draft; returns its code."""
    page.goto(address("call_new"))
    page.get_by_label(f"Title in {language}").fill(title)
    page.get_by_label("Training", exact=True).select_option(slug)
    page.get_by_label("Main language of the call").select_option(label=language)
    box = page.get_by_label("Begin with the questions of a regional training")
    box.set_checked(usual)
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_text("A draft was made.")).to_be_visible()
    return Call.objects.get().code


def texts(page, code, own, **said):
    """Write the texts in one language, and say that they are current."""
    page.goto(address("call_edit", code, "texts"))
    for label, text in said.items():
        page.get_by_label(f"{label.replace('_', ' ')}: {own}", exact=True).fill(text)
    page.get_by_label("E-mail address for questions").fill("office@example.org")
    save(page)
    for label in ("Title", *(name.replace("_", " ") for name in said if name != "Title")):
        button = page.get_by_role("button", name=f"Current {label}, {own}")
        if button.count():
            button.click()
            expect(page.get_by_text("Saved.", exact=True)).to_be_visible()


def dates(page, code):
    page.goto(address("call_edit", code, "dates"))
    page.get_by_label("Opens on").fill(OPENS.isoformat())
    page.get_by_label("Opens at").fill("09:00")
    page.get_by_label("Deadline", exact=True).fill(CLOSES.isoformat())
    save(page)


def add_rule(page, code, part, kind):
    page.goto(address("call_rule_new", code, part) + f"?kind={kind}")


def publish(page, code):
    page.goto(reverse("calls:call_publish", args=[code]))
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is on the public site")).to_be_visible()
    assert Call.objects.get().status == "open"


def verdicts(page):
    """The marks and sentences of the rules, as they stand on the page."""
    rows = page.locator("section[aria-labelledby=v] > ul").first.locator("> li")
    return [" ".join(text.split()) for text in rows.all_inner_texts()]


def test_a_regional_call_in_spanish_with_age_membership_and_two_commitments(office, stranger):
    training("lima")
    page = office(scripts=False)
    code = begin(page, "Conservación preventiva", "Spanish", "lima", usual=True)
    texts(
        page, code, "Español", Summary="Cinco días en Lima.",
        Who_may_apply="Para profesionales de América Latina con 45 años o menos el 31 de diciembre.",
    )  # fmt: skip
    dates(page, code)
    page.goto(address("call_edit", code, "strands"))
    page.get_by_label("Least number of places").fill("25")
    page.get_by_label("Most places").fill("30")
    save(page)

    # Two commitments: one of the usual form is worded anew, one goes, one of our own comes.
    page.goto(address("call_form", code))
    page.get_by_role("link", name="Remove " + english(code, "pass_on")).click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Removed. Earlier versions keep it.")).to_be_visible()
    page.goto(address("call_form_question", code, "attend_all"))
    page.get_by_label("Question: Español").fill("Me comprometo a asistir a todas las sesiones.")
    save(page)
    page.goto(address("call_form_question_new", code) + "?step=commitments&type=commitment")
    page.get_by_label("Question: Español").fill("Me comprometo a formar a tres colegas.")
    page.get_by_label("An answer is required").check()
    save(page)
    page.get_by_role("button", name="Move up Me comprometo a formar a tres colegas.").click()
    commitments = latest_form(Call.objects.get()).document["steps"][4]["questions"]
    assert [(row["key"], row["type"], row["required"]) for row in commitments] == [
        ("attend_all", "commitment", True),
        ("me_comprometo_a_formar_a_tres_colegas", "commitment", True),
        ("signature", "signature", True),
    ]

    add_rule(page, code, "-", "age_at")
    page.get_by_label("On the day").fill("2026-12-31")
    page.get_by_label("At most, in years").fill("45")
    page.get_by_label("Reason: Español").fill("Es una formación para mitad de carrera.")
    save(page)
    add_rule(page, code, "-", "membership")
    page.get_by_label("Dues paid for the years").fill("2026")
    page.get_by_label("New members are admitted").check()
    page.get_by_label("Or commits to join by").fill(CLOSES.isoformat())
    save(page)
    page.goto(address("call_rules_bench", code))
    page.get_by_label("Date of birth").fill("1981-01-01")
    page.get_by_label("Membership", exact=True).select_option("none")
    page.get_by_role("button", name="Judge").click()
    expect(page.get_by_text("1 rule would keep this person from submitting.")).to_be_visible()
    expect(page.get_by_text("Aged 45 on 31 December 2026: within the limit of 45.")).to_be_visible()
    publish(page, code)

    public = stranger()
    public.goto(f"/es/calls/{code}/")
    expect(public.get_by_role("heading", level=1)).to_have_text("Conservación preventiva")
    public.goto(f"/en/calls/{code}/")
    expect(public.get_by_text("25 to 30 places")).to_be_visible()
    public.goto(f"/en/calls/{code}/questions/")
    expect(public.get_by_text("Me comprometo a formar a tres colegas.")).to_be_visible()
    public.goto(f"/en/calls/{code}/")
    public.get_by_role("link", name="May I apply? Check before you write").click()
    public.get_by_label("Date of birth").fill("1980-12-31")
    public.get_by_label("Membership", exact=True).select_option("will_join")
    public.get_by_role("button", name="Check").click()
    expect(public.get_by_text("1 rule keeps you from applying, as far as it can be seen.")).to_be_visible()
    assert [text.split(" ")[0] for text in verdicts(public)] == ["not", "met"]
    expect(public.get_by_text("Aged 46 on 31 December 2026; at most 45 is allowed.")).to_be_visible()
    expect(public.get_by_text("Es una formación para mitad de carrera.")).to_be_visible()
    expect(public.get_by_role("link", name="office@example.org")).to_be_visible()
    public.get_by_label("Date of birth").fill("1981-01-01")
    public.get_by_role("button", name="Check").click()
    expect(public.get_by_text("Nothing keeps you from applying.")).to_be_visible()
    assert Call.objects.get().status == "open"


def english(code, key):
    """The English words of a question, as the page that an English reader sees has them."""
    document = latest_form(Call.objects.get(code=code)).document
    return next(q["label"]["en"] for step in document["steps"] for q in step["questions"] if q["key"] == key)


def tick_countries(scope, region, *names):
    scope.get_by_text(region, exact=True).first.click()
    for name in names:
        scope.get_by_label(name, exact=True).check()


def test_a_call_in_french_for_named_countries_with_packages_by_city_and_documents_in_french(office, stranger):
    training("kinshasa")
    page = office()
    code = begin(page, "Gérer les collections", "French", "kinshasa", usual=False)
    texts(
        page, code, "Français", Summary="Une semaine à Kinshasa.", Who_may_apply="Pour quatre pays d’Afrique centrale."
    )
    texts(page, code, "English", Title="Managing collections", Summary="A week in Kinshasa.")
    dates(page, code)

    # Questions: two steps of our own, filled from the bank and with a file of our own.
    page.goto(address("call_form", code))
    page.get_by_role("link", name="Begin with an empty step").click()
    page.get_by_label("Title: Français").fill("Vous")
    page.get_by_label("Title: English").fill("About you")
    save(page)
    page.get_by_role("link", name="Add a step").click()
    page.get_by_label("Title: Français").fill("Vos documents")
    page.get_by_label("Title: English").fill("Your documents")
    save(page)
    for key in ("country_of_work", "city", "languages"):
        page.goto(address("call_form_add", code) + "?step=about_you")
        page.locator(f"button[name=question][value={key}]").click()
        expect(page.get_by_text("Added. Change what does not fit.")).to_be_visible()
    page.get_by_role("link", name="Add a question Your documents").click()
    page.get_by_role("link", name="A file").click()
    page.get_by_label("Question: Français").fill("Lettre de motivation")
    page.get_by_label("Question: English").fill("Letter of motivation")
    page.get_by_label("Help: English").fill("Write it in French.")
    page.get_by_label("An answer is required").check()
    page.get_by_label("PDF").check()
    page.get_by_label("French", exact=True).check()
    save(page)
    asked = latest_form(Call.objects.get()).document["steps"][1]["questions"][0]
    assert (asked["key"], asked["document_language"], asked["required"]) == ("letter_of_motivation", ["fr"], True)
    page.goto(reverse("portal:desk_call_form_preview", args=[code]) + "?step=your_documents&language=fr")
    expect(page.locator(".phone").get_by_text("Lettre de motivation")).to_be_visible()
    assert page.locator(".phone").bounding_box()["width"] <= 360

    add_rule(page, code, "-", "country_of_work")
    tick_countries(page.locator("form.section"), "Africa", "Cameroon", "Gabon", "Congo")
    save(page)
    where = latest_rules(Call.objects.get()).document["rules"][0]
    assert (where["kind"], where["weight"], where["params"]) == (
        "country_of_work", "hard", {"countries": ["CG", "CM", "GA"]},
    )  # fmt: skip
    add_rule(page, code, "-", "language_level")
    page.get_by_label("Language", exact=True).select_option("fr")
    page.get_by_label("Spoken, at least").select_option("B2")
    save(page)

    page.goto(address("call_edit", code, "packages"))
    for n, (name, covered, cities, field) in enumerate([
        ("Résidents", "Meals", "Kinshasa\nBrazzaville", "Only for people who live in"),
        ("Voyageurs", "Travel", "Kinshasa\nBrazzaville", "Not for people who live in"),
    ]):  # fmt: skip
        page.get_by_role("button", name="Add a package").click()
        row = page.locator(f"#f-packages-{n}")
        row.get_by_label("Name: Français").fill(name)
        row.get_by_label(covered, exact=True).select_option("office")
        row.get_by_label("Visa", exact=True).select_option("no")
        row.get_by_label("At most", exact=True).fill("450000")
        row.get_by_label("At most: currency", exact=True).select_option("XAF")
        row.get_by_label(field).fill(cities)
    save(page)
    for _package in range(2):
        button = page.get_by_role("button", name="Current Name, Français")
        if button.count():
            button.first.click()
            expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert [package["ceiling"] for package in Call.objects.get().packages] == [
        {"minor": 450_000, "currency": "XAF"}
    ] * 2
    publish(page, code)

    public = stranger()
    public.goto(f"/en/calls/{code}/")
    expect(public.get_by_role("heading", level=1)).to_have_text("Managing collections")
    expect(public.get_by_text("For people who live in: Kinshasa, Brazzaville", exact=True)).to_be_visible()
    expect(public.get_by_text("Not for people who live in: Kinshasa, Brazzaville")).to_be_visible()
    expect(public.get_by_text("Travel (booked by the programme office)")).to_be_visible()
    public.goto(f"/en/calls/{code}/questions/")
    expect(public.get_by_text("in French", exact=False).first).to_be_visible()
    public.goto(f"/en/calls/{code}/check/")
    public.get_by_label("Country of work").select_option("CM")
    public.get_by_label("City of residence").fill("BRAZZAVILLE")
    public.get_by_label("French, spoken").select_option("native")
    public.get_by_role("button", name="Check").click()
    expect(public.get_by_text("Nothing keeps you from applying.")).to_be_visible()
    expect(public.get_by_text("Lives in BRAZZAVILLE.", exact=True)).to_be_visible()
    public.get_by_label("Country of work").select_option("TD")
    public.get_by_label("City of residence").fill("N’Djamena")
    public.get_by_role("button", name="Check").click()
    expect(public.get_by_text("Works in Chad; the call is for people who work in")).to_be_visible()
    expect(public.get_by_text("Lives in N’Djamena, outside")).to_be_visible()


def test_two_strands_with_endorsement_host_share_country_limit_and_grants_by_category(office, stranger):
    training("hanoi", places=[{"country": "VN"}])
    page = office()
    page.goto(reverse("grants:table_new"))
    page.get_by_label("Name in English").fill("Income")
    page.get_by_role("button", name="Make it").click()
    for n, (letter, name, region, country) in enumerate([
        ("A", "Low", "Africa", "Niger"), ("B", "Middle", "Latin America and the Caribbean", "Peru"),
    ]):  # fmt: skip
        page.get_by_role("button", name="Add a category").click()
        row = page.locator(f"#f-categories-{n}")
        row.get_by_label("Code").fill(letter)
        row.get_by_label("Name: English").fill(name)
        tick_countries(row, region, country)
    save(page)

    code = begin(page, "Risk", "English", "hanoi", usual=True)
    texts(page, code, "English", Summary="Five days in Hanoi.", Who_may_apply="For museum people.")
    dates(page, code)
    page.goto(address("call_edit", code, "packages"))
    for n, (name, category) in enumerate([("Full grant", "A"), ("Partial grant", "B")]):
        page.get_by_role("button", name="Add a package").click()
        row = page.locator(f"#f-packages-{n}")
        row.get_by_label("Name: English").fill(name)
        row.get_by_label("Travel", exact=True).select_option("office" if n == 0 else "no")
        row.get_by_label("Only for countries by the table").select_option("income")
        row.locator(f"input[type=checkbox][value={category}]").check()
    save(page)
    page.goto(address("call_edit", code, "strands"))
    first = page.locator("#f-strands-0")
    first.get_by_label("Name: English").fill("Regional")
    first.get_by_label("Most places").fill("20")
    page.get_by_role("button", name="Add a strand").click()
    second = page.locator("#f-strands-1")
    second.get_by_label("Name: English").fill("Host country")
    second.get_by_label("Key").fill("host")
    second.get_by_label("Most places").fill("5")
    save(page)
    page.goto(address("call_edit", code, "conditions"))
    page.get_by_label("people apply themselves, with an endorsement").check()
    page.get_by_label("Most people accepted per country").fill("2")
    page.get_by_label("Least number of places for the host country").fill("3")
    page.get_by_label("Most places for the host country").fill("5")
    save(page)

    page.goto(address("call_form_add", code) + "?step=documents")
    page.locator("button[name=question][value=endorsement]").click()
    expect(page.get_by_text("Added. Change what does not fit.")).to_be_visible()
    assert latest_form(Call.objects.get()).document["steps"][3]["questions"][-1]["type"] == "endorsement"
    add_rule(page, code, "all", "endorsement")
    page.get_by_label("Who endorses").select_option("national_committee")
    page.get_by_label("Where nobody can endorse, a person of the office decides").check()
    save(page)
    add_rule(page, code, "host", "country_of_work")
    tick_countries(page.locator("form.section"), "Asia and the Pacific", "Viet Nam")
    save(page)
    assert latest_rules(Call.objects.get()).document["strands"] == {
        "all": {
            "rules": [{
                "key": "endorsement", "kind": "endorsement", "weight": "hard",
                "params": {"channel": "national_committee", "fallback": True},
            }]
        },
        "host": {
            "rules": [
                {"key": "country_of_work", "kind": "country_of_work", "weight": "hard", "params": {"countries": ["VN"]}}
            ]
        },
    }  # fmt: skip
    page.goto(address("call_rules_bench", code))
    page.get_by_label("Endorsement", exact=True).select_option("no_channel")
    page.get_by_role("button", name="Judge").click()
    expect(
        page.get_by_text("Nobody in the country can endorse: a person of the office decides instead.")
    ).to_be_visible()
    expect(page.get_by_text("Nothing would keep this person from submitting.")).to_be_visible()
    publish(page, code)

    public = stranger()
    public.goto(f"/en/calls/{code}/")
    expect(public.get_by_text("At most 2 people from one country are accepted.")).to_be_visible()
    expect(public.get_by_text("At least 3 places are for the host country.")).to_be_visible()
    expect(public.get_by_text("For people who work in a country of “Low”: Niger")).to_be_visible()
    public.goto(f"/en/calls/{code}/check/")
    public.get_by_label("Strand").select_option("all")
    public.get_by_role("button", name="Show what this strand asks").click()
    public.get_by_label("Country of work").select_option("PE")
    public.get_by_role("button", name="Check").click()
    expect(public.get_by_text("The endorsement is not asked for yet.")).to_be_visible()
    expect(public.get_by_text("Nothing keeps you from applying.")).to_be_visible()
    found = public.locator("section[aria-labelledby=v] > ul").last.locator("li:has(.st.done)").all_inner_texts()
    assert [text.split("\n")[0] for text in found] == ["Partial grant"]
    public.get_by_label("Strand").select_option("host")
    public.get_by_role("button", name="Show what this strand asks").click()
    public.get_by_label("Country of work").select_option("PE")
    public.get_by_role("button", name="Check").click()
    expect(public.get_by_text("Works in Peru; the call is for people who work in Viet Nam.")).to_be_visible()


def test_a_question_is_dragged_to_another_place_and_an_answer_added_without_leaving_the_page(office):
    page = office()
    training("quito")
    code = begin(page, "Light", "English", "quito", usual=True)
    page.goto(address("call_form", code))
    page.locator("#q-city").drag_to(page.locator("#q-birth_date"), target_position={"x": 20, "y": 2})
    page.wait_for_url(re.compile("#q-city$"))
    first = latest_form(Call.objects.get()).document["steps"][0]["questions"]
    assert [question["key"] for question in first[:3]] == ["full_name", "city", "birth_date"]

    page.goto(address("call_form_question", code, "gender"))
    page.get_by_label("Help: English").fill("Written and not saved yet.")
    page.get_by_role("button", name="Add an answer").click()
    expect(page.locator("#f-options-4")).to_be_visible()
    page.locator("#f-options-4").get_by_label("Answer: English").fill("I describe myself")
    expect(page.get_by_label("Help: English")).to_have_value("Written and not saved yet.")
    save(page)
    gender = next(q for q in latest_form(Call.objects.get()).document["steps"][0]["questions"] if q["key"] == "gender")
    assert gender["options"][-1] == {"key": "i_describe_myself", "label": {"en": "I describe myself"}}


def test_a_question_is_drawn_and_kept_while_it_is_written(office):
    page = office()
    training("quito")
    code = begin(page, "Light", "English", "quito", usual=True)
    page.goto(address("call_form_question", code, "gender"))
    page.get_by_label("Question: English").fill("How do you describe yourself?")
    looks = page.locator("#looks .phone")
    expect(looks.first).to_contain_text("How do you describe yourself?")
    expect(page.get_by_text("Kept, not saved yet")).to_be_visible()
    assert [look.get_attribute("lang") for look in looks.all()] == ["en", "fr", "es"]
    assert max(look.bounding_box()["width"] for look in looks.all()) <= 360

    page.reload()
    expect(page.get_by_text("You have unsaved text here.")).to_be_visible()
    page.get_by_role("link", name="Take it").click()
    expect(page.get_by_label("Question: English")).to_have_value("How do you describe yourself?")
    save(page)
    assert english(code, "gender") == "How do you describe yourself?"
    page.goto(address("call_form_question", code, "gender"))
    expect(page.get_by_text("unsaved text")).to_have_count(0)
    expect(page.get_by_text("This device has text of yours")).to_have_count(0)

    page.goto(address("call_form_question_new", code) + "?step=work&type=number")
    page.get_by_label("Question: English").fill("How many?")
    page.get_by_label("Smallest number").fill("2")
    page.get_by_role("button", name="Look at it").click()
    expect(looks.first).to_contain_text("How many?")
    page.get_by_label("Smallest number").fill("two")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Here a number is expected.").first).to_be_visible()
    expect(page.get_by_text("This device has text of yours")).to_have_count(0)


def test_without_scripts_a_question_is_looked_at_by_a_button(office):
    page = office(scripts=False)
    training("quito")
    code = begin(page, "Light", "English", "quito", usual=True)
    page.goto(address("call_form_question", code, "gender"))
    page.get_by_label("Question: Français").fill("Comment vous décrivez-vous ?")
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("#looks .phone[lang=fr]")).to_contain_text("Comment vous décrivez-vous ?")
    expect(page.get_by_label("Question: Français")).to_have_value("Comment vous décrivez-vous ?")
    save(page)
