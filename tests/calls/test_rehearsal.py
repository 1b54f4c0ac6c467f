"""The rehearsal call and its applications: loaded once, removed whole."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tessera.accounts.models import User
from tessera.activity.models import Activity
from tessera.applications.models import Application, Request
from tessera.calls.models import Call, FormVersion, RuleVersion
from tessera.calls.queries import calls_whole
from tessera.calls.questions.bank import default_form
from tessera.calls.questions.reading import to_document
from tessera.calls.services import lacking
from tessera.core.models import TranslationState
from tessera.messaging.models import Message
from tessera.programmes import rehearsal
from tessera.programmes.archive import load
from tessera.publications.models import PublicRecord
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import make_call
from tests.factories.moments import NOW

ARCHIVE = Path("src/tessera/programmes/data/archive.json")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _archive():
    load(json.loads(ARCHIVE.read_text("utf-8")), at=NOW)


def test_rehearsal_has_an_open_call_with_the_usual_questions_and_applications():
    report = rehearsal.load_rehearsal(NOW)

    call = calls_whole().get(code="rehearsal-call-la-paz")
    assert (call.status, call.rehearsal, lacking(call, NOW)) == ("open", True, [])
    assert call.is_open(NOW)
    assert FormVersion.objects.get(call=call).document == to_document(default_form(2026))
    assert len(RuleVersion.objects.get(call=call).document["rules"]) == 5
    assert {row.status for row in Application.objects.filter(call=call)} == {"draft", "submitted", "withdrawn"}
    assert [made for made in report.created if made.startswith("call ")] == [
        "call rehearsal-call-la-paz", "call rehearsal-call-dakar", "call rehearsal-call-listening",
    ]  # fmt: skip
    record = PublicRecord.objects.get(kind="call", slug=call.code)
    assert (record.rehearsal, set(record.facts["title"])) == (True, {"en", "fr", "es"})
    again = rehearsal.load_rehearsal(NOW + timedelta(days=1))
    assert [made for made in again.created if made.startswith(("call ", "application "))] == []


def test_rehearsal_has_a_call_whose_applications_a_host_transmits_and_a_draft_of_that_host(client):
    rehearsal.load_rehearsal(NOW)

    call = calls_whole().get(code="rehearsal-call-dakar")
    assert (call.status, call.channel, lacking(call, NOW)) == ("open", "transmitted", [])
    host = User.objects.get(email="amina-jaspe@rehearsal.example")
    states = {
        request.application.number: (request.state, request.rank, request.email == host.email, request.fallback)
        for request in Request.objects.filter(application__call=call).select_related("application")
    }
    assert states == {
        "RHRSL8A5": ("asked", None, True, False),
        "RHRSL9B3": ("given", 1, True, False),
        "RHRSL1C6": ("asked", None, False, True),
    }
    client.force_login(host)
    page = client.get("/fr/requests/country/").content.decode()
    assert ("Awa Grès" in page, "Ibra Ocre" in page, "Mariam Talc" in page) == (True, True, False)
    assert page.count('<span class="tag">Répétition</span>') == 2
    assert "Écouter les publics" in client.get("/fr/desk/calls/").content.decode()
    assert set(Message.objects.values_list("rehearsal", flat=True)) == {True}


def test_removing_the_rehearsal_leaves_real_calls_and_nothing_of_the_other():
    rehearsal.load_rehearsal(NOW)
    real = ApplicationFactory(call=make_call(status="open"), strand="all")

    removed = rehearsal.remove_rehearsal(NOW)

    assert (removed.counts["call"], removed.counts["application"]) == (3, 7)
    assert list(Call.objects.all()) == [real.call]
    assert list(Application.objects.all()) == [real]
    assert list(PublicRecord.objects.filter(kind="call").values_list("slug", flat=True)) == [real.call.code]
    for rows in (Activity, TranslationState):
        assert not rows.objects.filter(object_type="call", object_key__startswith="rehearsal-call-").exists()
    assert not Activity.objects.filter(object_type="application", object_key__startswith="RHRSL").exists()
    assert not Request.objects.exists()
    assert not Message.objects.exists()
