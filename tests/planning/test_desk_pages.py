"""The office's pages of planning: who gets them, what they show, in how many queries."""

import hashlib
import json
import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from tessera.accounts.models import Person
from tessera.planning.models import AcceptedLine, Proposal, Scenario
from tessera.planning.services import scenarios
from tessera.programmes.models import Training
from tests.factories.accounts import AdminUserFactory, OfficeUserFactory, PersonFactory, UserFactory
from tests.factories.moments import NOW
from tests.factories.organisations import make_person
from tests.factories.planning import ask, computed, limits, make_profile, make_proposal
from tests.factories.programmes import make_programme, make_topic, make_training

pytestmark = pytest.mark.django_db
PAGES = ["portal:board", "planning:proposals", "planning:proposal_new", "planning:roster", "planning:trainer_add",
         "planning:scenarios", "planning:scenario_new", "planning:compare"]  # fmt: skip


@pytest.fixture(autouse=True)
def _programme():
    make_programme()


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    client.get(reverse("portal:board"))  # the session is there
    return user


@pytest.mark.parametrize("name", PAGES)
def test_page_is_closed_to_everybody_but_the_office(client, name):
    assert client.get(reverse(name)).status_code == 302
    for user in (UserFactory(roles=["host"]), AdminUserFactory()):
        client.force_login(user)
        assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_page_is_there_without_any_record(client, office, name, language):
    page = client.get(f"/{language}" + reverse(name)[3:])
    assert page.status_code == 200


@pytest.mark.parametrize("n", [1, 3])
def test_list_of_proposals_takes_the_same_queries_for_any_length(client, office, django_assert_num_queries, n):
    made = [make_proposal().organisation for _ in range(n)]
    client.get(reverse("planning:proposals"))
    with django_assert_num_queries(6):  # places, session, user, roles; count, page
        html = client.get(reverse("planning:proposals")).content.decode()
    assert [name for name in made if name in html] == made


@pytest.mark.parametrize("n", [1, 3])
def test_roster_takes_the_same_queries_for_any_length(client, office, django_assert_num_queries, n):
    people = [PersonFactory() for _ in range(n)]
    for person in people:
        make_profile(person)
    client.get(reverse("planning:roster"))
    with django_assert_num_queries(11):  # as above, then profiles with topics and periods, trainings, languages
        html = client.get(reverse("planning:roster")).content.decode()
    assert [p.display for p in people if p.display in html] == [p.display for p in people]


@pytest.mark.parametrize("n", [1, 3])
def test_list_of_scenarios_takes_the_same_queries_for_any_length(client, office, django_assert_num_queries, n):
    names = [ask(f"Plan {number}").name for number in range(n)]
    client.get(reverse("planning:scenarios"))
    with django_assert_num_queries(5):  # places, session, user, roles; count and page in one
        html = client.get(reverse("planning:scenarios")).content.decode()
    assert [name for name in names if name in html] == names


def test_filters_narrow_the_list_of_proposals(client, office):
    africa, americas = (
        make_proposal(),
        make_proposal(country_id="CO", organisation="House of Slate", capacity="committee"),
    )
    found = {
        query: [
            p.code
            for p in (africa, americas)
            if p.code in client.get(reverse("planning:proposals") + query).content.decode()
        ]
        for query in ("?region=AFR", "?region=LAC-LAT", "?capacity=committee", "?q=slate", "?state=declined")
    }
    assert found == {"?region=AFR": [africa.code], "?region=LAC-LAT": [americas.code],
                     "?capacity=committee": [americas.code], "?q=slate": [americas.code], "?state=declined": []}  # fmt: skip


def test_hidden_proposal_does_not_exist_for_the_office(client, office):
    draft = make_proposal(state="draft")
    assert client.get(reverse("planning:proposal", args=[draft.code])).status_code == 404
    assert client.post(reverse("planning:proposal_accept", args=[draft.code])).status_code == 404


def test_office_accepts_and_makes_a_training(client, office):
    proposal = make_proposal()
    page = client.post(reverse("planning:proposal_accept", args=[proposal.code]), {"role": "host"}, follow=True)
    assert page.status_code == 200
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("accepted", office)
    client.post(reverse("planning:proposal_training", args=[proposal.code]))
    proposal.refresh_from_db()
    training = Training.objects.get()
    assert (proposal.training, training.status, training.dates, training.published) == (
        training, "planned", "2027-03/2027-05", False)  # fmt: skip


def test_declining_without_a_reason_is_refused_at_the_field(client, office):
    proposal = make_proposal()
    page = client.post(reverse("planning:proposal_decline", args=[proposal.code]), {"reason": " "})
    assert page.status_code == 422
    assert Proposal.objects.get().state == "received"


def test_office_writes_a_proposal_down(client, office):
    form = {"organisation": "House of Gneiss", "capacity": "host", "country": "PE", "need": "Stores.", "name": "Hugo Granito",
            "email": "Hugo.Granito@example.org ", "dates": "2027-04", "budget": "12000.50", "currency": "EUR",
            "languages": ["es"], "language": "es"}  # fmt: skip
    page = client.post(reverse("planning:proposal_new"), form)
    made = Proposal.objects.get()
    assert (page.status_code, made.state, made.budget, made.email, made.language) == (
        302, "received", 12_000_50, "hugo.granito@example.org", "es")  # fmt: skip
    bad = client.post(reverse("planning:proposal_new"), {**form, "dates": "2027-02-30", "currency": ""})
    assert (bad.status_code, Proposal.objects.count()) == (422, 1)


def test_office_keeps_what_is_known_of_a_trainer(client, office):
    person = PersonFactory()
    address = reverse("planning:trainer", args=[person.slug])
    form = {"languages": ["fr"], "periods": "- 2027-06-01/2027-08-31 field work\n+ 2027-01-01/2027-12-31", "fee": "1500",
            "currency": "EUR", "version": "0"}  # fmt: skip
    assert client.post(address, form).status_code == 302
    profile = person.trainer_profile
    assert (profile.languages, profile.fee, profile.periods.count(), profile.version) == (["fr"], 1500_00, 2, 1)
    stale = client.post(address, {**form, "languages": ["es"]})
    assert stale.status_code == 422
    profile.refresh_from_db()
    assert profile.languages == ["fr"]
    wrong = client.post(address, {**form, "version": "1", "periods": "2027-06-01\n- 2027-08-31/2027-06-01"})
    assert wrong.status_code == 422


def test_clashing_trainings_of_a_trainer_are_told(client, office):
    person = PersonFactory()
    for slug, dates in (
        ("one", "2027-03-01/2027-03-05"),
        ("two", "2027-03-04/2027-03-08"),
        ("three", "2027-03-18/2027-03-20"),
    ):
        make_training(id=slug, dates={"edtf": dates}, phases=[], people=[{"person": person.slug, "role": "trainer"}],
                      published=False)  # fmt: skip
    html = client.get(reverse("planning:trainer", args=[person.slug])).content.decode()
    assert len(re.findall("overlap", html)) == 1
    assert "Only 9 days lie between" in html
    assert "Only 12 days lie between" in html


@pytest.mark.parametrize("n", [1, 3])
def test_somebody_who_never_taught_is_found_and_put_on_the_roster(client, office, django_assert_num_queries, n):
    for slug in [*(f"stranger-{number}" for number in range(n)), "known"]:
        name = {"given": slug.title(), "family": "Quartzite", "display": f"{slug.title()} Quartzite"}
        make_person(id=slug, name=name, published=False)
    strangers = list(Person.objects.filter(slug__startswith="stranger").order_by("slug"))
    make_profile(Person.objects.get(slug="known"))
    address = reverse("planning:trainer_add")
    with django_assert_num_queries(6):  # session, user, roles; names, people, those on the roster
        page = client.get(address, {"q": "quartzit"})
    found = {one.slug: listed for one, listed in page.context["rows"]}
    assert found == {person.slug: False for person in strangers} | {"known": True}
    html = page.content.decode()
    assert f'href="{reverse("planning:trainer", args=[strangers[0].slug])}"' in html
    form = {"languages": ["fr"], "version": "0", "currency": ""}
    client.post(reverse("planning:trainer", args=[strangers[0].slug]), form)
    again = client.get(address, {"q": "quartzit"})
    assert {one.slug: listed for one, listed in again.context["rows"]}[strangers[0].slug] is True
    nobody = client.get(address, {"q": "Zzyzx"})
    assert (nobody.status_code, nobody.context["rows"]) == (200, [])


ASKED = {
    "name": "Four a year", "on": "2026-12-01", "years": "2", "per_year": "4", "rule": "strict", "currency": "EUR",
    "budget": "90000", "keep_dates": "on", "languages-rows": "2", "languages-0-language": "fr", "languages-0-least": "1",
    "languages-1-language": "", "languages-1-least": "", "funders-rows": "1", "funders-0-name": "Fund of Stone",
    "funders-0-amount": "5000", "funders-0-minimum": "2", "funders-0-region": "AFR", "funders-0-language": "fr",
    "funders-0-year": "2027",
}  # fmt: skip
FUNDER = {"name": "Fund of Stone", "amount": 5000_00, "cap": None, "minimum": 2, "region": "AFR", "area": "",
          "topic": "", "language": "fr", "year": 2027}  # fmt: skip


def test_office_asks_for_a_plan(client, office):
    proposal, trainer = make_proposal(), make_profile(PersonFactory(rehearsal=False)).person.slug
    form = {**ASKED, "proposals": [proposal.code], "trainers": [trainer], "trainers_each": "1"}
    answer = client.post(reverse("planning:scenario_new"), form)
    made = Scenario.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("planning:scenario", args=[made.code]))
    assert made.limits == limits(
        budget=90_000_00, proposals=[proposal.code], trainers=[trainer], trainers_each=1, languages={"fr": 1},
        funders=[FUNDER],
    )  # fmt: skip
    for language, least, fund in (
        ("en", "French: 1", "Fund of Stone: €5,000 each (for at least 2 trainings, Africa, French, 2027)"),
        (
            "fr",
            "français : 1",
            "Fund of Stone : 5 000 € par formation (à partir de 2 formations, Afrique, français, 2027)",
        ),
        ("es", "francés: 1", "Fund of Stone: 5.000 € por formación (a partir de 2 formaciones, África, francés, 2027)"),
    ):
        html = client.get(f"/{language}" + answer["Location"][3:]).content.decode()
        said = re.sub(r"[\u00a0\u202f]", " ", unescape(html))
        assert (least in said, fund in said) == (True, True)
    again = client.get(reverse("planning:scenario_new") + f"?base={made.code}")
    shown = again.context["form"]
    assert [[str(field.value()) for field in row] for row in shown.language_rows] == [["fr", "1"]]
    assert [[str(field.value()) for field in row] for row in shown.funder_rows] == [
        ["Fund of Stone", "5000", "None", "2", "AFR", "", "", "fr", "2027"]
    ]


def test_money_of_a_funder_is_for_an_area_and_a_topic(client, office):
    topic = make_topic(id="repair", name={"en": "Repair", "fr": "Réparation", "es": "Reparación"})
    form = {
        **ASKED,
        "funders-0-area": "AFR-EN",
        "funders-0-topic": "repair",
        "funders-0-language": "",
        "funders-0-year": "",
    }

    answer = client.post(reverse("planning:scenario_new"), form)

    made = Scenario.objects.get()
    assert made.limits["funders"] == [{**FUNDER, "area": "AFR-EN", "topic": topic.slug, "language": "", "year": None}]
    for language, said in (
        ("en", "(for at least 2 trainings, Africa, Africa in English, Repair)"),
        ("fr", "(à partir de 2 formations, Afrique, Afrique en anglais, Réparation)"),
        ("es", "(a partir de 2 formaciones, África, África en inglés, Reparación)"),
    ):
        assert said in unescape(client.get(f"/{language}" + answer["Location"][3:]).content.decode())
    again = client.get(reverse("planning:scenario_new") + f"?base={made.code}").context["form"]
    assert [str(field.value()) for field in again.funder_rows[0]][4:7] == ["AFR", "AFR-EN", "repair"]


def test_money_for_a_topic_that_is_deleted_is_not_made_money_for_everything(client, office):
    topic = make_topic(id="repair", name={"en": "Repair", "fr": "Réparation", "es": "Reparación"})
    form = {**ASKED, "funders-0-topic": "repair"}
    client.post(reverse("planning:scenario_new"), form)
    base = Scenario.objects.get()
    topic.delete()
    address = reverse("planning:scenario_new") + f"?base={base.code}"

    again = client.get(address)
    refused = client.post(address, form)

    assert '<option value="repair" selected>repair</option>' in again.content.decode()
    assert refused.context["form"].errors == {"funders-0-topic": ["This is no longer there: choose something else."]}
    assert '<option value="repair" selected>repair</option>' in refused.content.decode()
    assert (refused.status_code, list(Scenario.objects.all())) == (422, [base])
    assert client.post(address, {**form, "funders-0-topic": ""}).status_code == 302


def test_office_asks_for_hosts_that_have_proposed_only(client, office):
    proposal = make_proposal()
    form = {**ASKED, "languages-rows": "0", "funders-rows": "0", "proposals": [proposal.code]}
    for asked in ({}, {"only_proposed": "on"}):
        client.post(reverse("planning:scenario_new"), {**form, **asked})
    plain, only = Scenario.objects.order_by("pk")
    assert (plain.limits["only_proposed"], only.limits["only_proposed"]) == (False, True)
    for language, said in (
        ("en", "Only with a host that has proposed"),
        ("fr", "Seulement avec un hôte qui s’est proposé"),
        ("es", "Solo con una institución que se ha ofrecido"),
    ):
        pages = [
            client.get(f"/{language}" + reverse("planning:scenario", args=[one.code])[3:]).content.decode()
            for one in (plain, only)
        ]
        assert [said in unescape(page) for page in pages] == [False, True]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"on": "2026-02-30"}, {"on"}),
        ({"funders-0-amount": ""}, {"funders-0-amount"}),
        ({"funders-0-name": ""}, {"funders-0-name"}),
        ({"funders-0-year": "2031"}, {"funders-0-year"}),
        ({"funders-0-minimum": "-1"}, {"funders-0-minimum"}),
        ({"funders-0-area": "LAC-CAR"}, {"funders-0-area"}),
        ({"funders-0-area": "nowhere"}, {"funders-0-area"}),
        ({"funders-0-topic": "nothing"}, {"funders-0-topic"}),
        ({"funders-0-amount": "1.005"}, {"funders-0-amount"}),
        ({"languages-0-least": ""}, {"languages-0-least"}),
        ({"languages-1-least": "1"}, {"languages-1-language"}),
        ({"languages-1-language": "fr", "languages-1-least": "2"}, {"languages-1-language"}),
        ({"languages-0-language": "xx"}, {"languages-0-language"}),
    ],
)
def test_limits_that_make_no_sense_are_refused_at_their_field(client, office, changes, fields):
    page = client.post(reverse("planning:scenario_new"), {**ASKED, **changes})
    assert (page.status_code, set(page.context["form"].errors), Scenario.objects.count()) == (422, fields, 0)
    assert 'value="Fund of Stone"' in page.content.decode() or "funders-0-name" in changes


def test_rows_are_added_and_removed_by_buttons_without_losing_what_is_written(client, office):
    page = client.post(reverse("planning:scenario_new"), {**ASKED, "do": "rows:funders:add", "per_year": "many"})
    form = page.context["form"]
    assert (page.status_code, form.errors, len(form.funder_rows), Scenario.objects.count()) == (200, {}, 2, 0)
    assert form["per_year"].value() == "many"
    assert re.findall(r'<input[^>]*name="funders-1-name"[^>]*autofocus', page.content.decode())
    page = client.post(reverse("planning:scenario_new"), {**ASKED, "do": "rows:languages:remove:0"})
    form = page.context["form"]
    assert [[field.value() for field in row] for row in form.language_rows] == [["", ""]]


def test_a_plan_is_shown_compared_accepted_and_taken_back(client, office):
    make_proposal()
    first = computed(proposals=[Proposal.objects.get().code])
    second = computed("Five a year", base=first, per_year=5)
    for code in (first.code, second.code):
        for language in ("en", "fr", "es"):
            page = client.get(f"/{language}" + reverse("planning:scenario", args=[code])[3:])
            assert page.status_code == 200
    page = client.get(reverse("planning:compare") + f"?s={first.code}&s={second.code}&s=nothing")
    assert [name for name in ("Four a year", "Five a year") if name in page.content.decode()] == [
        "Four a year",
        "Five a year",
    ]
    shown = client.get(f"/en{reverse('planning:compare')[3:]}?s={first.code}&s={second.code}").context["limits"]
    assert [(str(row.name), [words for words, _n, _of in row.cells]) for row in shown] == [
        ("Trainings a year, at most", ["4", "5"]),
        ("Proposals taken in", [Proposal.objects.get().code, "none"]),
    ]
    board = client.get(reverse("portal:board") + f"?plan={first.code}")
    assert board.status_code == 200
    number = next(n for n, line in enumerate(first.result["lines"]) if not line["proposal"])
    client.post(reverse("planning:line_accept", args=[first.code, number]))
    training = Training.objects.get()
    assert (training.status, training.published, training.dates) == (
        "planned", False, first.result["lines"][number]["edtf"])  # fmt: skip
    client.post(reverse("planning:line_accept", args=[first.code, number]))
    assert Training.objects.count() == 1
    page = client.get(reverse("planning:scenario", args=[first.code])).content.decode()
    shown = re.findall(r'name="accepted" value="(\d+)"', page)
    assert shown == [str(AcceptedLine.objects.get().pk)]
    client.post(reverse("planning:line_undo", args=[first.code, number]), {"accepted": shown[0]})
    assert (Training.objects.count(), AcceptedLine.objects.get().undone_at is not None) == (0, True)


def test_an_old_page_takes_back_only_the_acceptance_that_it_shows(client, office):
    plan = computed()
    accept, undo = (reverse(f"planning:line_{name}", args=[plan.code, 0]) for name in ("accept", "undo"))
    client.post(accept, follow=True)
    old = AcceptedLine.objects.get().pk
    client.post(undo, {"accepted": old}, follow=True)
    client.post(accept, follow=True)
    kept = Training.objects.get().pk

    back = "That was taken back already: the plan is shown below as it is now."
    older = "The plan has changed since you opened it: it is shown below as it is now."
    for stale, said in [
        ({"accepted": old}, back), ({}, older), ({"accepted": ""}, older), ({"accepted": "²"}, older),
        ({"accepted": "9" * 30}, older), ({"accepted": "9" * 5000}, older),
    ]:  # fmt: skip
        page = client.post(undo, stale, follow=True)
        assert (page.status_code, [str(one) for one in page.context["messages"]]) == (200, [said])

    assert Training.objects.get().pk == kept
    assert AcceptedLine.objects.filter(undone_at=None, training=kept).count() == 1


def test_board_draws_planned_trainings_that_the_public_does_not_see(client, office):
    day = date.today().year + 1
    make_training(id="stone", status="planned", published=False, dates={"edtf": f"{day}-05"}, phases=[])
    html = client.get(reverse("portal:board")).content.decode()
    assert f"May {day}" in html


@pytest.mark.parametrize("months", [20, 2])
def test_a_goal_that_is_no_whole_number_of_quarters_is_refused_in_words(client, office, months):
    make_programme(coverage={"months": months})
    page = client.post("/en" + reverse("planning:scenario_new")[3:], ASKED)
    assert (page.status_code, page.context["form"].non_field_errors()) == (
        422,
        [str(scenarios.GoalNotInQuarters.message)],
    )
    assert "Plans are made by quarters, and the programme’s goal is no whole number of them" in unescape(
        page.content.decode()
    )
    assert Scenario.objects.count() == 0


def test_a_goal_changed_while_a_plan_waits_is_named_by_the_computation():
    waits = ask()
    make_programme(coverage={"months": 20})
    ended = scenarios.compute_scenario(waits.pk, at=NOW)
    assert (ended.state, ended.problem, ended.result) == (
        "failed", None, {"faults": ["The goal of 20 months is no whole number of quarters."]},
    )  # fmt: skip


def test_a_goal_of_other_quarters_is_planned_as_the_clock_judges():
    make_programme(coverage={"months": 21})
    found = computed()
    assert (found.state, found.result["status"], found.result["faults"]) == ("done", "optimal", [])


def test_the_input_of_a_plan_is_the_text_of_its_digest(client, office):
    made = computed()
    address = reverse("planning:scenario_problem", args=[made.code])
    assert address in client.get(reverse("planning:scenario", args=[made.code])).content.decode()

    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"], answer["Content-Disposition"]) == (
        200, "application/json", f'attachment; filename="{made.code}.json"',
    )  # fmt: skip
    assert hashlib.sha256(answer.content).hexdigest() == made.problem_sha256
    assert json.loads(answer.content) == made.problem
    assert client.get(reverse("planning:scenario_problem", args=[ask().code])).status_code == 404  # nothing read yet
    client.force_login(UserFactory())
    assert client.get(address).status_code == 403


def test_stop_on_the_page_ends_a_waiting_computation_once(client, office):
    waits = ask()
    html = client.get(reverse("planning:scenario", args=[waits.code])).content.decode()
    address = reverse("planning:scenario_cancel", args=[waits.code])
    assert f'action="{address}"' in html
    assert client.get(address).status_code == 405

    first = client.post(address, follow=True)
    waits.refresh_from_db()
    assert (waits.state, waits.cancel_asked, waits.result) == ("cancelled", True, None)
    assert [str(one) for one in first.context["messages"]] == ["The computation ends as soon as it can."]
    ended = waits.ended_at
    again = client.post(address, follow=True)
    waits.refresh_from_db()
    assert [str(one) for one in again.context["messages"]] == [str(scenarios.AlreadyOver.message)]
    assert waits.ended_at == ended
    client.force_login(UserFactory())
    other = ask()
    assert client.post(reverse("planning:scenario_cancel", args=[other.code])).status_code == 403
    other.refresh_from_db()
    assert (other.state, other.cancel_asked) == ("waiting", False)
