"""What the page of a plan says where the time was up, nothing was found, money differs or an offer is gone."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override

from tessera.accounts.models import Person
from tessera.places.queries import WORKING_SCHEME, reference
from tessera.planning.models import AcceptedLine, Scenario
from tessera.planning.problems import world
from tessera.planning.queries import telling
from tessera.planning.queries.comparing import prices
from tessera.planning.queries.scenarios import limits_in_words, plan_in_words
from tessera.planning.services import acceptance, proposals, scenarios
from tessera.programmes.models import Training
from tests.factories.accounts import OfficeUserFactory, PersonFactory
from tests.factories.moments import NOW
from tests.factories.planning import ask, computed, limits, make_profile, make_proposal
from tests.factories.programmes import make_programme, make_topic, make_training

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _programme():
    make_programme()


@pytest.fixture
def shown(client):
    """The text of a scenario's page in a language, its spaces plain."""
    client.force_login(OfficeUserFactory())

    def call(scenario, language="en"):
        page = client.get(f"/{language}" + reverse("planning:scenario", args=[scenario.code])[3:])
        assert page.status_code == 200
        text = re.sub(r"<[^>]+>", " ", unescape(page.content.decode().partition('id="scenario"')[2]))
        return re.sub(r"[\s\u00a0\u202f]+", " ", text)

    return call


def changed(scenario, **result):
    """The same scenario with another stored result."""
    scenario.result = {**scenario.result, **result}
    scenario.save(update_fields=["result"])
    return scenario


@pytest.mark.parametrize(
    ("language", "found", "fits"),
    [
        ("en", "No plan was found in the time.", "No training fits these limits."),
        ("fr", "Aucun plan n’a été trouvé dans le temps donné.", "Aucune formation ne tient dans ces limites."),
        ("es", "No se encontró ningún plan en el tiempo dado.", "Ninguna formación cabe en estos límites."),
    ],
)
def test_a_search_that_found_nothing_in_time_is_not_called_a_plan(shown, language, found, fits):
    scenario = changed(computed(), status="unknown", levels=[], lines=[])

    said = shown(scenario, language)

    assert (found in said, fits in said) == (True, False)
    page = plan_in_words(scenario)
    assert (page.unknown, page.proven, page.impossible, page.summary) == (True, False, False, "")


@pytest.mark.parametrize(
    ("language", "bounds"),
    [
        (
            "en",
            [
                "No plan does better than 812.",
                "No plan does better than 1/7.",
                "No plan does better than €9,000.",
                "How much better a plan may be is not known.",
            ],
        ),
        (
            "fr",
            [
                "Aucun plan ne fait mieux que 812.",
                "Aucun plan ne fait mieux que 1/7.",
                "mieux que 9 000 €.",
                "On ne sait pas de combien un plan peut être meilleur.",
            ],
        ),
        (
            "es",
            [
                "Ningún plan mejora 812.",
                "Ningún plan mejora 1/7.",
                "Ningún plan mejora 9.000 €.",
                "No se sabe cuánto mejor",
            ],
        ),
    ],
)
def test_a_level_that_is_not_proved_says_how_good_the_best_may_be(shown, language, bounds):
    found = computed()
    levels = [
        {"key": "windows", "value": 6, "bound": 6, "proven": True},
        {"key": "days", "value": 900, "bound": 812, "proven": False},
        {"key": "need", "value": "1/8", "bound": "1/7", "proven": False},
        {"key": "reached", "value": 30, "bound": None, "proven": False},
        {"key": "cost", "value": 10_000_00, "bound": 9_000_00, "proven": False},
        {"key": "early", "value": 40, "bound": 20, "proven": False},
    ]

    said = shown(changed(found, status="feasible", levels=levels), language)

    assert [bound for bound in bounds if bound in said] == bounds
    told = [beyond for _said, _proven, beyond in plan_in_words(found).levels]
    assert [bool(one) for one in told] == [False, True, True, True, True, False]


@pytest.mark.parametrize(
    ("area", "spoken", "sentences"),
    [
        ("AFR-FR", "fr", ("find a host in Africa in French by the end of June 2027",
                          "trouver un hôte (Afrique en français) avant la fin de juin 2027",
                          "encontrar una institución anfitriona (África en francés) antes del fin de junio de 2027")),
        ("AFR-FR", "en", ("find a host in Africa in French, in English, by the end of June 2027",
                          "trouver un hôte (Afrique en français), en anglais, avant la fin de juin 2027",
                          "encontrar una institución anfitriona (África en francés), en inglés, antes del fin de junio de 2027")),
        ("AFR-PT", "pt", ("find a host in Africa in Portuguese or Spanish, in Portuguese, by the end of June 2027",
                          "trouver un hôte (Afrique en portugais ou en espagnol), en portugais, avant la fin de juin 2027",
                          ("encontrar una institución anfitriona (África en portugués o en español), en portugués, antes del "
                          "fin de junio de 2027"))),
        ("LAC-LA", "es", ("find a host in Latin America, in Spanish, by the end of June 2027",
                          None, None)),
    ],
)  # fmt: skip
def test_a_language_that_the_name_of_the_area_says_is_not_said_twice(area, spoken, sentences):
    area = next((one.code for one in reference().regions(WORKING_SCHEME) if one.code == area), None) or next(
        one.code for one in reference().regions(WORKING_SCHEME) if one.name.best("en")[0] == "Latin America"
    )
    found = {"kind": "host", "amount": 1, "subject": area, "language": spoken, "first": 1}
    for language, sentence in zip(("en", "fr", "es"), sentences, strict=True):
        if sentence is not None:
            with override(language):
                said = telling.easing(found, date(2027, 1, 1), "EUR", {})
            assert re.sub(r"[\u00a0\u202f]", " ", said) == sentence


@pytest.mark.parametrize(
    ("progress", "sentences"),
    [
        ({"step": "cost", "value": 1_200_000.0, "bound": 900_000.0},
         ("Best found so far: €12,000. No plan does better than €9,000.",
          "Le meilleur trouvé jusqu’ici : 12 000 €. Aucun plan ne fait mieux que 9 000 €.",
          "Lo mejor encontrado hasta ahora: 12.000 €. Ningún plan mejora 9.000 €.")),
        ({"step": "days", "value": 1200.0, "bound": 811.2},
         ("Best found so far: 1,200 days beyond a due day. No plan does better than 812 days beyond a due day.",
          ("Le meilleur trouvé jusqu’ici : 1 200 jours au-delà d’une échéance. Aucun plan ne fait mieux que 812 jours au-delà "
          "d’une échéance."),
          ("Lo mejor encontrado hasta ahora: 1200 días más allá de un vencimiento. Ningún plan mejora 812 días más allá de "
          "un vencimiento."))),
        ({"step": "windows", "value": 1.0, "bound": 1.0},
         ("Best found so far: 1 window without a training, proved best.",
          "Le meilleur trouvé jusqu’ici : 1 fenêtre sans formation, prouvé le meilleur.",
          "Lo mejor encontrado hasta ahora: 1 ventana sin formación, demostrado el mejor.")),
        ({"step": "changes", "value": 2.0},
         ("Best found so far: 2 lines that differ.", "Le meilleur trouvé jusqu’ici : 2 lignes différentes.",
          "Lo mejor encontrado hasta ahora: 2 líneas distintas.")),
        ({"step": "early", "value": 40.0, "bound": 20.0}, ("", "", "")),
        ({"step": "model"}, ("", "", "")),
    ],
)  # fmt: skip
def test_what_is_found_so_far_is_told_while_a_plan_is_computed(shown, progress, sentences):
    scenario = ask()
    Scenario.objects.filter(pk=scenario.pk).update(state="running", started_at=NOW, progress=progress)
    scenario.refresh_from_db()
    for language, sentence in zip(("en", "fr", "es"), sentences, strict=True):
        with override(language):
            assert re.sub(r"[\u00a0\u202f]", " ", telling.standing(progress, "EUR")) == sentence
        assert sentence in shown(scenario, language)


def test_trainers_trainings_and_themes_stand_by_their_names(shown):
    trainer = PersonFactory(rehearsal=False)
    make_profile(trainer)
    topic = make_topic(id="stones", name={"en": "Caring for stones"})
    make_training(id="lima", status="announced", dates={"edtf": "2027-02-01/2027-02-05"}, phases=[], published=False)
    scenario = computed()
    scenario.limits["trainers"] = [trainer.slug]
    lines = [{**line, "trainers": [trainer.slug]} for line in scenario.result["lines"]]
    core = [
        {"kind": "trainer_year", "subject": trainer.slug, "amount": 2, "year": 2027},
        {"kind": "fixed", "subject": "training:lima", "first": 0},
    ]
    easing = {
        "kind": "trainer",
        "subject": "x",
        "amount": 2,
        "first": 0,
        "last": 0,
        "language": "fr",
        "theme": topic.slug,
    }
    ways = [{"easings": [easing]}, {"easings": [{**easing, "amount": 1, "theme": None}]}]
    told = {"core": core, "counts": [], "relaxations": ways, "overdue": []}

    page = plan_in_words(changed(scenario, lines=lines, conflict=told))

    assert {line.trainers for line in page.lines} == {trainer.display}
    assert page.core == (
        f"{trainer.display} gives at most 2 trainings in 2027.",
        f"{Training.objects.get()} is fixed in January to March 2027.",
    )
    assert page.relaxations == (
        "Find 2 trainers who teach in French and know the theme “Caring for stones” for January to March 2027.",
        "Find 1 trainer who teaches in French for January to March 2027.",
    )
    assert dict(limits_in_words(scenario.limits))["Trainers taken in"] == trainer.display
    Person.objects.filter(pk=trainer.pk).update(slug="gone")
    assert dict(limits_in_words(scenario.limits))["Trainers taken in"] == trainer.slug


def test_sums_in_two_currencies_are_not_weighed_against_each_other():
    base = changed(computed(open_cost=1_000_00), cost=8_000_00, grants=0)
    other = changed(computed("In dollars", base=base, currency="USD", open_cost=900_00), cost=7_000_00, grants=0)

    _limits, figures = prices(base, other)

    assert [(one.before, one.after, one.kind) for one in figures if one.name == "Cost less grants"] == [
        ("€8,000", "$7,000", "")
    ]


def test_the_price_of_a_change_names_windows_and_none_is_told_of_what_has_no_plan():
    base = computed()
    five = computed("Five a year", base=base, per_year=5)
    none = changed(computed("Nothing", base=base), status="infeasible", levels=[], lines=[])

    windows = [
        next(level["value"] for level in one.result["levels"] if level["key"] == "windows") for one in (base, five)
    ]

    assert [(one.before, one.after) for one in prices(base, five)[1] if one.name == "Windows without a training"] == [
        tuple(map(str, windows))
    ]
    assert prices(base, none)[1] == []


def test_a_computation_that_its_worker_left_is_stopped_at_once():
    office, left, alive = OfficeUserFactory(), ask(), ask()
    Scenario.objects.filter(pk=left.pk).update(state="running", started_at=NOW - timedelta(minutes=5))
    Scenario.objects.filter(pk=alive.pk).update(state="running", started_at=NOW - timedelta(seconds=5))

    stopped = [scenarios.stop_scenario(one, by=office, at=NOW) for one in (left, alive)]

    assert [(one.state, one.cancel_asked, one.ended_at) for one in stopped] == [
        ("cancelled", True, NOW), ("running", True, None),
    ]  # fmt: skip
    later = NOW + timedelta(minutes=1)  # asked before, and silent since
    assert scenarios.stop_scenario(alive, by=office, at=later).state == "cancelled"


def test_an_answer_that_did_not_pass_its_check_is_not_blamed_on_the_limits(shown):
    scenario = ask()
    Scenario.objects.filter(pk=scenario.pk).update(state="failed", result={"faults": ["Cost."], "of": "solver"})

    said = shown(scenario)

    assert "The answer of the solver did not pass its check: nothing of it is kept." in said
    assert "These limits make no sense together." not in said


def test_a_plan_that_was_kept_with_a_fault_is_neither_called_proved_nor_accepted(shown):
    scenario = changed(computed(), faults=["AFR: missed from 2027-01-01 to 2027-01-02 by the clock only."])

    said = shown(scenario)

    assert "The check disagrees with this plan. Do not use it." in said
    assert "Proved best." not in said
    assert "Accept" not in said
    with pytest.raises(acceptance.CheckDisagrees):
        acceptance.accept_line(scenario, 0, by=OfficeUserFactory(), at=NOW)
    assert (Training.objects.count(), AcceptedLine.objects.count()) == (0, 0)


@pytest.mark.parametrize("how", ["declined", "withdrawn"])
def test_a_line_whose_offer_is_gone_is_not_offered_and_refused_in_words(how):
    office, offer = OfficeUserFactory(), make_proposal()
    scenario = computed(proposals=[offer.code])
    number = next(n for n, line in enumerate(scenario.result["lines"]) if line["proposal"])
    if how == "declined":
        proposals.decline_proposal(offer, by=office, at=NOW, reason="No budget.")
    else:
        proposals.withdraw_proposal(offer, by=None, at=NOW)

    assert plan_in_words(scenario).lines[number].may_accept is False
    with pytest.raises(acceptance.OfferGone):
        acceptance.accept_line(scenario, number, by=office, at=NOW)
    assert (Training.objects.count(), AcceptedLine.objects.count()) == (0, 0)


def test_the_dearest_proposal_that_can_be_sent_does_not_stop_the_planner(client):
    form = {
        "organisation": "House of Gold", "capacity": "host", "country": "SN", "need": "All of it.", "dates": "2027-03",
        "languages": ["fr"], "budget": "1000000000", "currency": "EUR", "name": "Celia Pizarra",
        "email": "celia.pizarra@example.org",
    }  # fmt: skip
    more = client.post("/en/propose/", {**form, "budget": "1000000001"})
    assert more.status_code == 422
    assert client.post("/en/propose/", form).status_code == 302
    offer = make_proposal(budget=10**12)

    found = scenarios.compute_scenario(ask(proposals=[offer.code]).pk, at=NOW)

    assert (found.state, found.result["status"], found.result["faults"]) == ("done", "optimal", [])


def test_what_is_not_known_is_never_a_silent_zero():
    dollars, mute, free = (PersonFactory(rehearsal=False) for _ in range(3))
    make_profile(dollars, currency="USD")
    make_profile(mute, languages=[])
    make_profile(free, fee=None, travel=None, currency="")
    offer = make_proposal(budget=None, currency="")

    found = computed(trainers=[one.slug for one in (dollars, mute, free)], trainers_each=1, proposals=[offer.code])

    assert set(plan_in_words(found).left_out) == {
        f"{offer.code}: it names no budget, so no cost was counted.",
        f"{dollars.display}: fee and travel are in another currency and were not counted.",
        f"{mute.display}: no language is recorded, so this trainer was not taken in.",
        f"{free.display}: no fee is recorded, so none was counted.",
    }


def test_a_training_that_has_its_trainers_needs_none_of_the_chosen_ones():
    own, chosen = PersonFactory(rehearsal=False), PersonFactory(rehearsal=False)
    make_profile(chosen, languages=["fr"], periods=[])
    make_training(
        id="lisbon", status="announced", dates={"edtf": "2027-02-01/2027-02-05"}, phases=[], published=False,
        languages=[{"code": "pt", "basis": "inferred"}], people=[{"person": own.slug, "role": "trainer"}],
    )  # fmt: skip

    found = computed(trainers=[chosen.slug], trainers_each=1)

    assert (found.result["status"], found.result["faults"]) == ("optimal", [])
    assert [line["trainers"] for line in found.result["lines"] if line["training"] == "lisbon"] == [[]]
    assert {tuple(line["trainers"]) for line in found.result["lines"] if not line["training"]} == {(chosen.slug,)}


def test_what_a_trainer_teaches_already_counts_and_what_was_cancelled_does_not():
    trainer = PersonFactory(rehearsal=False)
    make_profile(trainer, periods=[])  # two a year at most
    for slug, dates, status in (
        ("one", "2027-02-01/2027-02-05", "announced"), ("two", "2027-05-03/2027-05-07", "cancelled"),
        ("three", "2028-02-07/2028-02-11", "postponed"), ("four", "2026-10-05/2026-10-09", "delivered"),
    ):  # fmt: skip
        make_training(id=slug, status=status, dates={"edtf": dates}, phases=[], published=False,
                      people=[{"person": trainer.slug, "role": "trainer"}])  # fmt: skip

    found = world(limits(trainers=[trainer.slug], trainers_each=1)).problem.trainers[0]

    assert (found.quarters, found.max_a_year, found.max_in) == ((1, 2, 3, 4, 5, 6, 7), 2, ((2027, 1),))


@pytest.mark.parametrize("address", [
    "planning:proposals ?q=%00", "planning:proposals ?region=%00", "planning:roster ?q=%00", "planning:roster ?language=%00",
    "planning:trainer_add ?q=%00", "planning:compare ?s=%00", "planning:scenario_new ?base=%00", "portal:board ?plan=%00",
])  # fmt: skip
def test_a_zero_byte_in_an_address_finds_nothing(client, address):
    """PostgreSQL keeps no text with one, and would refuse to look for it."""
    client.force_login(OfficeUserFactory())
    name, _space, query = address.partition(" ")

    page = client.get(reverse(name) + query)

    assert page.status_code == (404 if query.startswith("?plan") else 200)
    for path in ("scenarios", "proposals"):
        assert client.get(f"{reverse(f'planning:{path}')}%00/").status_code == 404


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        ("en", "At most 1 training may be held in January to March 2027.",
         "At most 2 trainings may be held in January to March 2027."),
        ("fr", "Au plus 1 formation peut se tenir : de janvier à mars 2027.",
         "Au plus 2 formations peuvent se tenir : de janvier à mars 2027."),
        ("es", "Como máximo puede celebrarse 1 formación: de enero a marzo de 2027.",
         "Como máximo pueden celebrarse 2 formaciones: de enero a marzo de 2027."),
    ],
)  # fmt: skip
def test_a_rule_that_allows_one_speaks_of_one(language, one, several):
    def said(amount):
        rule = {"kind": "per_quarter", "first": 0, "last": 0, "amount": amount}
        return re.sub(r"[\u00a0\u202f]", " ", telling.rule(rule, date(2027, 1, 1), "EUR", {}))

    with override(language):
        assert (said(1), said(2)) == (one, several)


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (-1, "Africa needs a training early in January to March 2027: it falls due before the quarter is over."),
        (0, "Africa needs a training in January to March 2027."),
        (1, "Africa needs a training between January to March 2027 and April to June 2027."),
    ],
)
def test_the_quarters_in_which_a_training_is_needed_never_run_backwards(last, sentence):
    rule = {"kind": "window", "subject": "AFR", "first": 0, "last": last}
    assert re.sub(r"[\u00a0\u2013]", " ", telling.rule(rule, date(2027, 1, 1), "EUR", {})) == sentence


def test_a_count_of_one_training_speaks_of_one():
    counted = {"kind": "due_by", "regions": ["AFR"], "needed": 1, "allowed": 0, "quarter": 0}
    assert telling.count(counted, date(2027, 1, 1)) == (
        "By the end of January to March 2027, 1 training falls due (Africa); only 0 may be held."
    )
    counted["kind"] = "hosts"
    assert telling.count(counted, date(2027, 1, 1)) == "Africa needs 1 training; its proposals allow 0."
