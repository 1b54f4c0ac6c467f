"""Postponed at the desk, and then told in public: the dates that were given up, and why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from tessera.planning.problems import world
from tessera.planning.queries import coverage_report
from tessera.portal.ground import ground
from tessera.programmes.models import Training
from tests.factories.accounts import OfficeUserFactory
from tests.factories.pages import filled
from tests.factories.planning import limits
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db

BEFORE = datetime(2026, 5, 3, 12, tzinfo=UTC)
PERU_AND_MEXICO = {"scope": "regional", "countries": ["MX", "PE"], "unesco_regions": ["LAC"]}


@pytest.fixture(autouse=True)
def _in_time():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


def step(client, slug, **posted):
    path = reverse("programmes:training_status", args=[slug])
    assert client.post(path, filled(client.get(path), css="panel", **posted)).status_code == 302


def told(client, slug, language):
    """The sentences about former dates on the page in ``language``; that of the desk's preview is the same."""
    pages = [client.get(f"/{language}/trainings/{slug}/"), client.get(f"/{language}/desk/trainings/{slug}/preview/")]
    assert [page.status_code for page in pages] == [200, 200]
    found = [
        [part.partition("</p>")[0] for part in page.content.decode().split('<p class="mute">')[1:]] for page in pages
    ]
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize(
    ("written_in", "sentences", "reason"),
    [
        (
            "fr",
            {
                "en": 'First planned for 4 to 8 May 2026. <span lang="fr">Crues &amp; grèves.</span>',
                "fr": "D’abord prévue du 4 au 8 mai 2026. Crues &amp; grèves.",
                "es": 'Prevista en un principio del 4 al 8 de mayo de 2026. <span lang="fr">Crues &amp; grèves.</span>',
            },
            {"fr": "Crues & grèves."},
        ),
        (
            "",
            {
                "en": 'First planned for 4 to 8 May 2026. <span lang="und">Crues &amp; grèves.</span>',
            },
            {"und": "Crues & grèves."},
        ),
    ],
)
def test_postponed_and_announced_again_says_why_in_the_language_it_was_written_in(
    client, office, written_in, sentences, reason
):
    make_training(id="late", status="announced")

    step(client, "late", status="postponed", reason="Crues & grèves.", language=written_in)
    waiting = client.get("/api/v1/trainings/late").json()
    for language, sentence in sentences.items():  # when is in the first sentence of the page already
        assert told(client, "late", language) == [sentence.partition("2026. ")[2]]
    step(client, "late", status="announced", dates="2026-11")

    for language, sentence in sentences.items():
        assert told(client, "late", language) == [sentence]
    assert waiting["former_dates"] == client.get("/api/v1/trainings/late").json()["former_dates"]
    assert waiting["former_dates"] == [{"edtf": "2026-05-04/2026-05-08", "reason": reason, "changed_on": "2026-05-03"}]


def test_the_form_takes_the_reason_to_be_in_the_reader_s_language(client, office):
    make_training(id="late", status="announced")
    path = reverse("programmes:training_status", args=["late"])

    offered = filled(client.get(path.replace("/en/", "/es/")), css="panel")

    assert offered["language"] == "es"


def test_earlier_dates_typed_at_the_desk_are_told(client, office):
    make_training(id="late", status="announced")
    edit = reverse("programmes:training_edit", args=["late", "dates"])
    row = {"former_dates-rows": "1", "former_dates-0-edtf": "2025-05", "former_dates-0-reason": "Storm."}

    answer = client.post(edit, {**filled(client.get(edit)), **row, "do": "save"})

    assert answer.status_code == 302
    assert told(client, "late", "en") == ['First planned for May 2025. <span lang="und">Storm.</span>']
    assert client.get("/api/v1/trainings/late").json()["former_dates"] == [
        {"edtf": "2025-05", "reason": {"und": "Storm."}, "changed_on": None}
    ]


@pytest.mark.parametrize("published", [True, False])
def test_earlier_dates_without_dates_are_refused_at_the_field(client, office, published):
    make_training(id="late", status="announced", published=published)
    edit = reverse("programmes:training_edit", args=["late", "dates"])
    row = {"former_dates-rows": "1", "former_dates-0-edtf": "", "former_dates-0-reason": "Storm."}

    answer = client.post(edit, {**filled(client.get(edit)), **row, "do": "save"})

    assert answer.status_code == 422
    assert 'href="#id_former_dates-0-edtf"' in answer.content.decode()
    assert "This may not be empty." in answer.content.decode()
    assert Training.objects.get().former_dates == []
    Training.objects.update(former_dates=[{"edtf": "", "reason": "Storm."}])  # as it could be saved before
    assert client.get("/en/desk/trainings/late/preview/").status_code == 200


def test_postponed_with_its_new_dates_says_both(client, office):
    make_training(id="late", status="announced")

    step(client, "late", status="postponed", reason="Storm.", dates="2027-02")

    for language, said in {
        "en": "Postponed. Was planned for 4 to 8 May 2026; is now planned for February 2027.",
        "fr": "Reportée. Était prévue du 4 au 8 mai 2026\u00a0; est maintenant prévue en février 2027.",
        "es": "Aplazada. Estaba prevista del 4 al 8 de mayo de 2026; ahora está prevista para febrero de 2027.",
    }.items():
        for path in ("trainings/late/", "desk/trainings/late/preview/"):
            assert f"<p>{said}</p>" in client.get(f"/{language}/{path}").content.decode()


def test_new_dates_that_are_over_are_refused_at_the_field(client, office):
    make_training(id="late", status="announced")

    page = "/en/desk/trainings/late/status/"
    typed = {"status": "postponed", "reason": "Storm.", "dates": "2026-04"}

    answer = client.post(page, filled(client.get(page), css="panel", **typed))

    assert answer.status_code == 422
    assert 'href="#id_dates"' in answer.content.decode()
    assert "These dates are over (2026-04): write the new ones." in answer.content.decode()
    assert Training.objects.get().status == "announced"


@pytest.mark.parametrize(
    ("on", "dates", "shown"),
    [
        ("2026-05-03", "2027-02", True),
        ("2027-02-28", "2027-02", True),
        ("2027-03-01", "2027-02", False),
        ("2026-05-03", "", False),
    ],
)
@pytest.mark.parametrize("path", ["next/?region=LAC", "regions/lac/", ""])
def test_postponed_with_its_new_dates_is_to_come_until_they_are_over(client, office, on, dates, shown, path):
    make_training(id="late", status="announced")
    step(client, "late", status="postponed", reason="Storm.", dates=dates)

    with time_machine.travel(on, tick=False):
        html = client.get(f"/en/{path}").content.decode()

    to_come = html[: html.index('id="trainings"')] if path.startswith("regions") else html
    assert ("None planned" not in to_come) == shown
    if path:
        assert ("/en/trainings/late/" in to_come) == shown


@pytest.mark.parametrize(
    ("on", "awaited"), [("2026-05-03", True), ("2027-01-31", True), ("2027-02-01", False), ("2027-03-01", False)]
)
def test_postponed_with_its_new_dates_is_planned_for_the_clock_and_never_held(client, office, on, awaited):
    make_training(id="late", status="announced", audience=PERU_AND_MEXICO)
    step(client, "late", status="postponed", reason="Storm.", dates="2027-02-01/2027-02-05")

    with time_machine.travel(on, tick=False):
        day = datetime.now(tz=UTC).date()
        clocks = [found.region("LAC") for found in (coverage_report(day).coverage, ground(day).coverage)]
        client.force_login(office)
        desk = client.get(reverse("portal:desk")).content.decode()
        board = client.get(reverse("portal:board")).content.decode()
        coverage = client.get("/en/coverage/").content.decode()

    expected = [("late", "planned", "2027-02-01")] if awaited else []
    for clock in clocks:
        assert [(p.training, p.status, str(p.start)) for p in clock.projections] == expected
        assert (clock.reaches, clock.state) == ((), "overdue")
    assert desk.count("A training is planned that reaches it, but too late.") == len(expected)
    for html in (board, coverage):
        assert ("1 to 5 February 2027" in html) == awaited


def test_a_plan_builds_on_a_postponed_training_with_its_new_dates(client, office):
    make_training(id="late", status="announced", audience=PERU_AND_MEXICO)
    step(client, "late", status="postponed", reason="Storm.", dates="2027-02-01/2027-02-05")

    assert [host.key for host in world(limits(on="2026-12-01")).problem.hosts] == ["training:late"]
    assert world(limits(on="2027-02-06")).problem.hosts == ()


def test_postponed_without_new_dates_is_awaited_by_no_clock(client, office):
    make_training(id="late", status="announced", audience=PERU_AND_MEXICO)
    step(client, "late", status="postponed", reason="Storm.")

    found = coverage_report(BEFORE.date()).coverage.region("LAC")

    assert (found.projections, found.reaches) == ((), ())
    assert world(limits(on="2026-12-01")).problem.hosts == ()
