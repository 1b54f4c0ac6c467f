"""Scenarios: what the records ask of the solver, computed once, stopped, accepted line by line and taken back."""

import hashlib
import random
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from tessera.activity.models import Activity
from tessera.places.queries import reference
from tessera.planning import outcomes
from tessera.planning.clock import quarter_after
from tessera.planning.models import OTHER_THEME, AcceptedLine, Proposal, Scenario
from tessera.planning.needs import Need
from tessera.planning.problems import world
from tessera.planning.queries import demand
from tessera.planning.queries.scenarios import plan_in_words
from tessera.planning.services import acceptance, scenarios
from tessera.planning.services import proposals as proposal_services
from tessera.programmes import services as programmes
from tessera.programmes.models import Topic, Training
from tessera.solvers.coverage import plan
from tessera.solvers.coverage.model import Funder
from tessera.solvers.linear import Linear
from tessera.solvers.watch import Cancelled, Progress, Watch
from tests.factories.accounts import AdminUserFactory, OfficeUserFactory, PersonFactory, UserFactory
from tests.factories.moments import NOW
from tests.factories.planning import ask, computed, limits, make_profile, make_proposal
from tests.factories.programmes import make_programme, make_topic, make_training

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _programme():
    make_programme()


@pytest.mark.parametrize(
    ("on", "first"),
    [
        ("2023-11-01", "2024-01-01"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-02", "2024-04-01"),
        ("2026-12-31", "2027-01-01"),
    ],
)
def test_a_plan_begins_with_the_first_whole_quarter(on, first):
    assert quarter_after(date.fromisoformat(on)) == date.fromisoformat(first)


def test_without_a_proposal_regions_and_quarters_are_planned():
    found = computed()
    assert (found.state, found.result["status"], found.result["faults"]) == ("done", "optimal", [])
    assert {line["proposal"] for line in found.result["lines"]} == {""}
    assert found.result["clock"]["on_time"] == 5
    text = scenarios.canonical(found.problem)
    assert found.problem_sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_an_announced_training_is_fixed_and_moves_the_due_day():
    make_training(id="lima", status="announced", dates={"edtf": "2027-02-01/2027-02-05"}, phases=[], published=False)
    found = world(limits())
    assert [(f.quarter, f.host) for f in found.fixed] == [(0, "training:lima")]
    lines = computed().result["lines"]
    assert [line["edtf"] for line in lines if line["training"] == "lima"] == ["2027-02-01/2027-02-05"]
    assert len([line for line in lines if line["starts"] < "2028"]) == 4  # it takes one of the four places


def test_a_training_for_one_country_takes_a_place_and_reaches_nobody():
    told = {"scope": "national", "countries": ["MX"], "unesco_regions": ["LAC"]}
    make_training(
        id="mexico",
        status="announced",
        dates={"edtf": "2027-02-01/2027-02-05"},
        phases=[],
        audience=told,
        published=False,
    )
    problem = world(limits()).problem
    assert (problem.hosts, [(y.year, y.trainings) for y in problem.limits.years]) == ((), [(2027, 3)])
    lenient = world(limits(rule="lenient"))
    assert [f.host for f in lenient.fixed] == ["training:mexico"]


def test_proposals_are_taken_in_or_left_out_with_the_reason():
    fits, late = make_proposal(), make_proposal(dates="2035-01")
    other, outside = make_proposal(currency="USD", dates=""), make_proposal(country_id="AQ")
    codes = [p.code for p in (fits, late, other, outside)]
    found = world(limits(proposals=codes))
    hosts = {host.key: host for host in found.problem.hosts}
    assert set(hosts) == {f"proposal:{fits.code}", f"proposal:{other.code}"}
    assert (hosts[f"proposal:{fits.code}"].areas, hosts[f"proposal:{fits.code}"].quarters) == (("AFR-FR",), (0, 1))
    assert (hosts[f"proposal:{fits.code}"].cost, hosts[f"proposal:{other.code}"].cost) == (24_000_00, 0)
    assert set(found.left_out) == {(late.code, "dates"), (other.code, "currency"), (outside.code, "outside")}


def test_an_offer_is_preferred_to_a_host_still_to_be_found():
    offer = make_proposal()
    lines = computed(proposals=[offer.code]).result["lines"]
    assert [line["areas"] for line in lines if line["proposal"] == offer.code] == [["AFR-FR"]]


def test_trainers_are_taken_in_where_they_are_free():
    person = PersonFactory(rehearsal=False)
    make_profile(person)
    trainer = world(limits(trainers=[person.slug], trainers_each=1)).problem.trainers[0]
    assert (trainer.key, trainer.languages, trainer.fee) == (person.slug, ("es", "fr"), 1_500_00)
    assert trainer.quarters == (0, 1, 2, 3, 4, 5, 6, 7)  # April and September still hold free weeks
    make_profile(person, version=1, periods=[("cannot", date(2027, 1, 1), date(2027, 3, 31), "")])
    assert world(limits(trainers=[person.slug])).problem.trainers[0].quarters == (1, 2, 3, 4, 5, 6, 7)


def test_the_need_of_an_area_is_the_sum_of_its_parts():
    make_training(
        id="rabat", status="delivered", dates={"edtf": "2025-10-06/2025-10-10"}, phases=[], published=False,
        languages=[{"code": "fr", "basis": "inferred"}],
        audience={"scope": "regional", "countries": ["SN", "BW", "AO"], "unesco_regions": []},
    )  # fmt: skip
    make_training(
        id="lusaka", status="delivered", dates={"edtf": "2023-05-01/2023-05-05"}, phases=[], published=False,
        audience={"scope": "regional", "countries": ["ZM", "MA"], "unesco_regions": []},
    )  # fmt: skip
    for _ in range(2):
        make_proposal(country_id="BW")
    make_proposal(country_id="BW", rehearsal=True)
    make_proposal(country_id="BW", state="declined")
    for _ in range(5):
        make_proposal(country_id="SN", state="accepted")
    found = {need.area: need for need in world(limits()).needs}
    assert found["AFR-FR"] == Need("AFR-FR", years=1, never=False, language_gap=False, wishes=3)
    assert found["AFR-EN"] == Need("AFR-EN", years=1, never=False, language_gap=True, wishes=2)
    assert found["AFR-PT"] == Need("AFR-PT", years=1, never=False, language_gap=True, wishes=0)
    assert found["ARB-MAG"] == Need("ARB-MAG", years=3, never=False, language_gap=False, wishes=0)
    assert found["APA-PAC"] == Need("APA-PAC", years=8, never=True, language_gap=False, wishes=0)
    assert {code: need.weight for code, need in found.items() if code[:3] in ("AFR", "ARB")} == {
        "AFR-FR": 5, "AFR-EN": 5, "AFR-PT": 3, "ARB-MAG": 4, "ARB-MAS": 10,
    }  # fmt: skip
    problem = world(limits()).problem
    assert {area.key: area.need for area in problem.areas} == {code: need.weight for code, need in found.items()}


def test_a_language_is_heard_until_the_goal_has_passed():
    make_training(
        id="dakar", status="delivered", dates={"edtf": "2024-12-01/2024-12-01"}, phases=[], published=False,
        languages=[{"code": "fr", "basis": "inferred"}],
        audience={"scope": "regional", "countries": ["SN", "ML"], "unesco_regions": []},
    )  # fmt: skip
    gaps = [
        {need.area: need.language_gap for need in world(limits(on=on)).needs}["AFR-FR"]
        for on in ("2026-12-01", "2026-12-02")
    ]
    assert gaps == [False, True]


def test_wishes_that_another_app_declares_count_with_the_proposals(monkeypatch):
    monkeypatch.setattr(demand, "_wishes", dict(demand._wishes))
    make_proposal(country_id="SN")
    demand.declare_wishes("calls.turned_away", lambda rehearsal: {} if rehearsal else {"SN": 1, "FJ": 2})
    assert demand.unmet_demand() == {"SN": 2, "FJ": 2}
    assert demand.unmet_demand(rehearsal=True) == {}


def test_an_announced_training_serves_the_areas_that_understand_it():
    make_training(
        id="gaborone", status="announced", dates={"edtf": "2027-02-01/2027-02-05"}, phases=[], published=False,
        languages=[{"code": "en", "basis": "inferred"}, {"code": "pt", "basis": "inferred"}],
        audience={"scope": "regional", "countries": ["SN", "BW", "AO"], "unesco_regions": []},
    )  # fmt: skip
    host = world(limits()).problem.hosts[0]
    assert (host.areas, host.languages) == (("AFR-EN", "AFR-PT"), ("en", "pt"))
    found = computed(languages={"pt": 1})
    assert found.result["faults"] == []
    lines = [line for line in plan_in_words(found).lines if line.training]
    assert [(line.training.slug, line.language) for line in lines] == [("gaborone", "English and Portuguese")]


def test_languages_trainers_and_funders_reach_the_problem():
    person = PersonFactory(rehearsal=False)
    make_profile(person)
    money = {"name": "Fund of Stone", "amount": 5_000_00, "cap": None, "minimum": 2, "region": "AFR", "language": "fr",
             "year": 2027}  # fmt: skip
    other = {"name": "Fund of Slate", "amount": 100, "cap": 150}  # as scenarios kept it before there was more to say
    asked = limits(languages={"fr": 1, "ar": 2}, trainers=[person.slug], trainers_each=1, funders=[money, other])
    problem = world(asked).problem
    assert (problem.limits.languages, problem.trainers_each) == ((("ar", 2), ("fr", 1)), 1)
    assert problem.funders == (
        Funder("Fund of Stone", 5_000_00, 5_000_00 * 1000, 2, ("AFR",), (), ("fr",), (), (2027,)),
        Funder("Fund of Slate", 100, 150),
    )
    assert world(limits(trainers=[person.slug])).problem.trainers_each == 2


def test_a_least_number_in_a_language_is_kept_by_the_plan():
    found = computed(languages={"ar": 2})
    assert (found.result["status"], found.result["faults"]) == ("optimal", [])
    assert sum(line["language"] == "ar" for line in found.result["lines"]) == 2


def test_days_missed_that_are_not_those_of_the_clock_are_a_fault():
    asked = world(limits(per_year=2))
    found = plan(asked.problem, fixed=asked.fixed)
    assert found.missed
    assert outcomes.outcome(asked, found)["faults"] == []
    gone = found.missed[0]
    with pytest.raises(ArithmeticError) as wrong:
        outcomes.outcome(asked, replace(found, missed=found.missed[1:]))
    assert str(wrong.value) == f"{gone.region}: missed from {gone.start_on} to {gone.end_on} by the clock only."


@pytest.mark.parametrize(
    ("on", "status", "dates"),
    [
        ("2026-12-01", "announced", "2027-02"),
        ("2026-12-01", "announced", "2027-01-15/2027-05"),
        ("2027-01-15", "planned", "2027"),
    ],
)
def test_a_plan_on_trainings_of_rough_dates_is_compared_with_the_clock_too(on, status, dates):
    make_training(id="lima", status=status, dates={"edtf": dates}, phases=[], published=False)
    asked = world(limits(per_year=2, on=on))
    found = plan(asked.problem, fixed=asked.fixed)
    told = outcomes.outcome(asked, found)
    assert [(line["training"], line["exact"]) for line in told["lines"] if line["training"]] == [("lima", False)]
    gone = found.missed[0]
    with pytest.raises(ArithmeticError, match=f"{gone.region}: missed from {gone.start_on} to {gone.end_on} by the"):
        outcomes.outcome(asked, replace(found, missed=found.missed[1:]))


@pytest.mark.parametrize(
    ("on", "dates", "due"),
    [
        ("2026-02-01", "2028", "2020-09-01"),  # in the plan or after it: nobody plans on it
        ("2026-12-01", "2026-05-04/2026-05-08", "2020-09-01"),  # its day went by: nobody plans on it
        ("2026-12-01", "2026-12-07/2026-12-11", "2028-12-11"),  # before the plan begins, and still to come
        ("2026-12-01", "2026-12", "2028-12-31"),
        ("2027-01-01", "2027-01-01/2027-01-05", "2020-09-01"),  # on the very day: one of the plan's own
    ],
)
def test_a_planned_training_counts_for_the_clock_as_far_as_it_counts_for_the_plan(on, dates, due):
    make_training(id="lima", status="planned", dates={"edtf": dates}, phases=[], published=False)
    asked = world(limits(on=on))
    assert [str(region.due_on) for region in asked.problem.regions if region.key == "LAC"] == [due]

    ended = computed(on=on)

    assert (ended.state, ended.result.get("faults"), ended.result.get("status")) == ("done", [], "optimal")


@pytest.mark.parametrize("status", ["announced", "planned"])
def test_a_training_to_come_ends_the_wait_of_its_area_whether_announced_or_planned(status):
    make_training(
        id="gaborone", status=status, dates={"edtf": "2027-02-01/2027-02-05"}, phases=[], published=False,
        audience={"scope": "regional", "countries": ["BW"], "unesco_regions": []},
    )  # fmt: skip
    areas = sorted(area.key for area in world(limits()).problem.areas)
    assert areas[:2] == ["AFR-EN", "AFR-FR"]

    found = computed(only_proposed=True)

    assert [line["areas"] for line in found.result["lines"]] == [["AFR-EN"]]
    assert found.result["clock"]["longest"] == ["AFR-FR", "2018-09-01", True]


def test_a_plan_with_which_the_clock_disagrees_fails_and_nothing_of_it_is_kept(monkeypatch):
    def forgetful(*args, **kwargs):
        found = plan(*args, **kwargs)
        return replace(found, missed=found.missed[1:])

    monkeypatch.setattr("tessera.solvers.coverage.plan", forgetful)
    ended = computed(per_year=2)

    assert (ended.state, ended.result.keys(), ended.result["of"]) == ("failed", {"faults", "of"}, "solver")
    with pytest.raises(acceptance.NoSuchLine):
        acceptance.accept_line(ended, 0, by=OfficeUserFactory(), at=NOW)
    assert (Training.objects.count(), AcceptedLine.objects.count()) == (0, 0)


def test_only_with_hosts_that_have_proposed_says_where_one_is_needed_and_by_when():
    spoken = {"scope": "regional", "unesco_regions": []}
    make_training(
        id="thies", status="delivered", dates={"edtf": "2025-07-01/2025-07-04"}, phases=[], published=False,
        audience={**spoken, "countries": ["SN"]},
    )  # fmt: skip
    for number, country in enumerate(("MA", "PE", "FJ", "AL")):
        make_training(
            id=f"soon-{number}", status="announced", dates={"edtf": f"2027-02-0{number + 1}"}, phases=[],
            published=False, audience={**spoken, "countries": [country]},
        )  # fmt: skip
    late = make_proposal(dates="2028-04/2028-06")

    found = computed(proposals=[late.code], only_proposed=True, per_year=6)

    assert (found.result["status"], found.result["faults"]) == ("optimal", [])
    assert [line["proposal"] for line in found.result["lines"] if not line["training"]] == [late.code]
    for language, sentence in (
        ("en", "Find a host in Africa in French by the end of June 2027."),
        ("fr", "Trouver un hôte (Afrique en français) avant la fin de juin 2027."),
        ("es", "Encontrar una institución anfitriona (África en francés) antes del fin de junio de 2027."),
    ):
        with override(language):
            told = plan_in_words(found).relaxations
        assert sentence in [re.sub(r"[\u00a0\u202f]", " ", one) for one in told]


FUND = {"name": "Fund of Stone", "amount": 4_000_00, "cap": None, "minimum": None, "region": "", "area": "", "topic": "",
        "language": "", "year": None}  # fmt: skip


def test_a_funder_pays_for_its_topic_and_its_area_alone():
    stone, slate = make_topic(id="stone").slug, make_topic(id="slate").slug
    other = make_proposal(topic_id=Topic.objects.get(slug=slate).pk)
    asked = {"proposals": [other.code], "open_cost": 10_000_00, "years": 1, "per_year": 4}

    plain = computed(**asked)
    area = next(line["areas"][0] for line in plain.result["lines"] if not line["proposal"])
    by_topic = computed(funders=[{**FUND, "topic": stone, "cap": 8_000_00}], **asked)
    by_area = computed(funders=[{**FUND, "area": area}], **asked)
    by_both = computed(funders=[{**FUND, "area": area, "topic": stone}], **asked)

    for found in (by_topic, by_area, by_both):
        assert (found.state, found.result["status"], found.result["faults"]) == ("done", "optimal", [])
    paid = [line for line in by_topic.result["lines"] if line["grants"]]
    assert ({line["theme"] for line in paid}, sum(amount for line in paid for _name, amount in line["grants"])) == (
        {stone}, 8_000_00,
    )  # fmt: skip
    assert {line["theme"] for line in by_topic.result["lines"]} <= {stone, slate, None}
    assert [line["areas"] for line in by_area.result["lines"] if line["grants"]] == [[area]]
    assert [(line["areas"], line["theme"]) for line in by_both.result["lines"] if line["grants"]] == [([area], stone)]
    assert "Fund of Stone" in " ".join(line.money for line in plan_in_words(by_both).lines)


def test_a_topic_that_a_funder_names_is_not_asked_of_every_trainer():
    topic = make_topic(id="stone")
    knowing, other = make_profile(topics=[topic.slug], languages=["en", "fr"]), make_profile(languages=["en", "fr"])
    trainers = sorted(one.person.slug for one in (knowing, other))

    asked = world(limits(trainers=trainers, trainers_each=1, funders=[{**FUND, "topic": "stone"}]))

    assert asked.problem.themes == ("stone", OTHER_THEME)
    assert {one.key: one.themes for one in asked.problem.trainers} == {
        knowing.person.slug: ("stone", OTHER_THEME), other.person.slug: (OTHER_THEME,),
    }  # fmt: skip
    assert world(limits(trainers=trainers, trainers_each=1)).problem.themes == ()


def test_a_funder_for_an_area_that_is_not_planned_for_gives_nothing():
    assert world(limits(funders=[{**FUND, "area": "ANT-XX"}])).problem.funders == ()


def test_limits_that_no_plan_keeps_are_named():
    found = computed(languages={"fr": 9})
    assert (found.state, found.result["status"], found.result["lines"]) == ("done", "infeasible", [])
    conflict = found.result["conflict"]
    assert {rule["kind"] for rule in conflict["core"]} == {"language", "per_year"}
    ways = [[(one["kind"], one["amount"]) for one in way["easings"]] for way in conflict["relaxations"]]
    assert sorted(ways) == [[("language", 1)], [("per_year", 1)], [("per_year", 1)]]
    page = plan_in_words(found)
    assert (page.impossible, page.proven) == (True, False)
    assert "At least 9 trainings have to be in French." in page.core


def test_computing_twice_changes_nothing():
    found = computed()
    before = Scenario.objects.values().get()
    assert scenarios.compute_scenario(found.pk, at=NOW) is None
    assert Scenario.objects.values().get() == before


def test_a_dead_worker_leaves_the_scenario_to_the_next():
    scenario = ask()
    Scenario.objects.update(state="running", started_at=NOW)
    with pytest.raises(scenarios.StillRunning):
        scenarios.compute_scenario(scenario.pk, at=NOW + timedelta(seconds=10))
    assert scenarios.compute_scenario(scenario.pk, at=NOW + timedelta(minutes=1)).state == "done"


def test_a_waiting_scenario_is_stopped_at_once_and_a_running_one_by_its_worker():
    office, waiting, running = OfficeUserFactory(), ask(), ask()
    assert scenarios.stop_scenario(waiting, by=office, at=NOW).state == "cancelled"
    assert scenarios.compute_scenario(waiting.pk, at=NOW) is None
    Scenario.objects.filter(pk=running.pk).update(state="running", started_at=NOW)
    assert scenarios.stop_scenario(running, by=office, at=NOW).cancel_asked
    scenarios.compute_scenario(running.pk, at=NOW + timedelta(minutes=2))
    running.refresh_from_db()
    assert (running.state, running.result) == ("cancelled", None)
    with pytest.raises(scenarios.AlreadyOver):
        scenarios.stop_scenario(running, by=office, at=NOW)


def test_a_wish_to_stop_is_seen_and_life_is_shown_while_a_solver_is_silent():
    scenario = ask()
    Scenario.objects.update(state="running", started_at=NOW)
    reporter = scenarios._Reporter(scenario.pk)
    assert reporter.is_stopped() is False
    first = Scenario.objects.get().progress["at"]
    scenarios.stop_scenario(scenario, by=OfficeUserFactory(), at=NOW)
    hard = Linear(maximise=True)
    dice = random.Random(3)  # noqa: S311 - figures for a test, no secret
    hard.add_columns([dice.randrange(50, 100) for _ in range(120)])
    for _row in range(25):
        hard.add_row(range(120), [float(dice.randrange(20, 90)) for _ in range(120)], high=1500)
    with pytest.raises(Cancelled):  # nothing is reported meanwhile; it would take minutes
        hard.solve(Watch(120, reporter.report, reporter.is_stopped))
    assert Scenario.objects.get().progress["at"] > first


def test_the_best_found_and_the_bound_are_kept_while_a_solver_searches():
    scenario = ask()
    Scenario.objects.update(state="running", started_at=NOW)
    reporter = scenarios._Reporter(scenario.pk)

    reporter.report(Progress("cost", 3.0, 120_000.0, 90_000.0))
    assert {key: one for key, one in Scenario.objects.get().progress.items() if key != "at"} == {
        "step": "cost", "seconds": 3.0, "value": 120_000.0, "bound": 90_000.0,
    }  # fmt: skip
    reporter.report_step("reasons")
    assert set(Scenario.objects.get().progress) == {"step", "at"}


def test_a_change_is_priced_against_its_base():
    base = computed()
    changed = computed("Five a year", base=base, per_year=5)
    one, other = base.result["clock"], changed.result["clock"]
    assert changed.result["status"] == "optimal"
    assert other["missed_days"] <= one["missed_days"]
    assert [level["key"] for level in changed.result["levels"]][-2:] == ["changes", "early"]


def test_accepting_a_line_with_an_offer_accepts_the_offer_and_undo_leaves_it_free():
    office, offer = OfficeUserFactory(), make_proposal()
    scenario = computed(proposals=[offer.code])
    number = next(n for n, line in enumerate(scenario.result["lines"]) if line["proposal"])
    accepted = acceptance.accept_line(scenario, number, by=office, at=NOW)
    offer.refresh_from_db()
    assert (offer.state, offer.training, accepted.training.status) == ("accepted", accepted.training, "planned")
    assert accepted.training.need == {"fr": offer.need}
    for refused in (acceptance.LineAccepted,):
        with pytest.raises(refused):
            acceptance.accept_line(scenario, number, by=office, at=NOW)
    acceptance.undo_line(accepted, by=office, at=NOW)
    acceptance.undo_line(accepted, by=office, at=NOW)
    offer.refresh_from_db()
    assert (Training.objects.count(), offer.state, offer.training) == (0, "accepted", None)
    assert [a.verb for a in Activity.objects.filter(object_type="scenario").order_by("pk")] == [
        "scenario.asked", "scenario.computed", "scenario.line_accepted", "scenario.line_undone"]  # fmt: skip
    assert acceptance.accept_line(scenario, number, by=office, at=NOW).training.status == "planned"


def test_a_training_that_went_further_is_not_taken_back():
    office, scenario = OfficeUserFactory(), computed()
    accepted = acceptance.accept_line(scenario, 0, by=office, at=NOW)
    programmes.set_status(accepted.training, "announced", by=office, at=NOW)
    with pytest.raises(acceptance.CannotUndo):
        acceptance.undo_line(accepted, by=office, at=NOW)
    assert (Training.objects.count(), AcceptedLine.objects.get().undone_at) == (1, None)


@pytest.mark.parametrize("number", [-1, 99])
def test_a_line_that_is_not_there_is_refused(number):
    scenario = computed()
    with pytest.raises(acceptance.NoSuchLine):
        acceptance.accept_line(scenario, number, by=OfficeUserFactory(), at=NOW)
    assert (Training.objects.count(), AcceptedLine.objects.count()) == (0, 0)


def test_a_training_is_made_of_an_accepted_proposal_only_and_once():
    office, proposal = OfficeUserFactory(), make_proposal()
    with pytest.raises(acceptance.NotAccepted):
        acceptance.training_of_proposal(proposal, by=office, at=NOW)
    proposal_services.accept_proposal(proposal, by=office, at=NOW)
    training = acceptance.training_of_proposal(proposal, by=office, at=NOW)
    with pytest.raises(acceptance.NotAccepted):
        acceptance.training_of_proposal(proposal, by=office, at=NOW)
    assert (list(Training.objects.all()), Proposal.objects.get().training) == ([training], training)


def test_scenarios_are_the_offices_alone():
    ask()
    counts = {
        user: Scenario.objects.visible_to(user).count()
        for user in (OfficeUserFactory(), AdminUserFactory(), UserFactory())
    }
    assert list(counts.values()) == [1, 0, 0]


def test_a_programme_that_counts_by_other_regions_is_planned_shown_and_accepted_by_them(client):
    make_programme(coverage={"scheme": "unesco_split"})
    office, offer = OfficeUserFactory(), make_proposal(country_id="FR", city="Lyon")
    found = computed(proposals=[offer.code], per_year=6, funders=[{**FUND, "region": "NAM"}])

    assert (found.state, found.result["status"], found.result["faults"]) == ("done", "optimal", [])
    assert (found.result["clock"]["regions"], found.result["clock"]["on_time"]) == (6, 6)
    lines = found.result["lines"]
    assert {code for line in lines for code in line["regions"]} == {"AFR", "ARB", "APA", "EUR", "NAM", "LAC"}
    assert [line["regions"] for line in lines if line["proposal"]] == [["EUR"]]
    paid = {tuple(line["regions"]) for line in lines if line["grants"]}
    assert paid == {("NAM",)}

    client.force_login(office)
    page = client.get("/en" + reverse("planning:scenario", args=[found.code])[3:])
    assert "North America" in page.content.decode()
    board = client.get(reverse("portal:board") + f"?plan={found.code}")
    assert {more.code for _row, more in board.context["rows"] if more.proposed != "–"} == {
        "AFR", "ARB", "APA", "EUR", "NAM", "LAC",
    }  # fmt: skip

    number = next(n for n, line in enumerate(lines) if line["regions"] == ["NAM"])
    training = acceptance.accept_line(found, number, by=office, at=NOW).training
    assert training.audience["countries"] == sorted(reference().scheme("unesco_split").by_code["NAM"].countries)
    assert training.audience["unesco_regions"] == []


def test_areas_that_shared_a_training_before_may_share_one_of_the_plan():
    make_training(
        id="lyon", status="delivered", dates={"edtf": "2024-05-06/2024-05-10"}, phases=[], published=False,
        audience={"scope": "interregional", "unesco_regions": [], "countries": ["FR", "HT"]},
    )  # fmt: skip
    alone, shared = world(limits()), world(limits(shared=2))
    assert alone.problem.shares == ()
    assert shared.problem.shares == (("ENA-WNS", "LAC-CAR"),)
    assert shared.problem.limits.shared == 2

    found = computed(shared=1, per_year=2)
    assert (found.result["status"], found.result["faults"]) == ("optimal", [])
    together = [(line["areas"], line["regions"]) for line in found.result["lines"] if len(line["areas"]) > 1]
    assert together == [(["ENA-WNS", "LAC-CAR"], ["ENA", "LAC"])]
