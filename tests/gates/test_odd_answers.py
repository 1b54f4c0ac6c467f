"""An application whose every answer is odd: each page of it opens, for its writer, the office and those who are asked."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tessera.applications.models import Answer, Application
from tests.gates.odd import ODD
from tests.gates.test_typed import form_of, sent_by
from tests.gates.world import World

pytestmark = pytest.mark.django_db

STEPS = ("you", "work", "why", "promise")
WHOLE = {"q-member": ["no"], "q-attend": ["1"]}


@pytest.fixture(params=ODD)
def odd(request: Any, world: World) -> Any:
    """The draft of the applicant with one odd value in every field, and that value."""
    value = ODD[request.param]
    cache.clear()
    with transaction.atomic():
        client, base = world.clients["applicant"], "/en/apply/gate-draft"
        for step in STEPS:
            data = sent_by(form_of(client.get(f"{base}/step/{step}/").content))
            data = {name: [value] if name.startswith("q-") else given for name, given in data.items()}
            assert client.post(f"{base}/step/{step}/", {**data, "do": "stay"}).status_code in (302, 422)
        yield value
        transaction.set_rollback(True)


def test_every_page_of_an_odd_application_opens_for_its_writer(world: World, odd: str) -> None:
    client, number = world.clients["applicant"], world.files["draft"].number
    pages = [*(f"step/{step}/?check" for step in STEPS), "review/", "status/", "copy.pdf", "copy.txt"]

    found = {page: client.get(f"/en/apply/gate-draft/{page}").status_code for page in pages}
    found["kept"] = client.get(f"/en/requests/of/{number}/kept/").status_code
    found["asked"] = client.get(f"/en/requests/of/{number}/").status_code
    found["mine"] = client.get("/en/apply/").status_code

    assert set(found.values()) == {200}
    assert client.post("/en/apply/gate-draft/review/").status_code in (302, 422)
    assert client.post(f"/en/requests/of/{number}/ask/referee/").status_code == 302


def test_every_page_of_an_odd_application_opens_for_those_who_read_it(world: World, odd: str) -> None:
    """However it got past the rules: from paper, or under an earlier form."""
    row = world.files["draft"]
    call = world.calls["draft"]
    Application.objects.filter(pk=row.pk).update(
        status="submitted", submitted_at=timezone.now(), form_version=call.form_versions.get(), country="SN",
        rule_version=call.rule_versions.get(), name=(Answer.objects.get(application=row, question="full_name").value or "")[:300],
    )  # fmt: skip
    office, base = world.clients["office"], "/en/desk/applications"

    assert office.get(f"{base}/files/{row.number}/").status_code == 200
    assert office.get(f"{base}/calls/gate-draft/", {"q": odd[:100]}).status_code == 200
    assert world.clients["committee"].get(f"{base}/files/{row.number}/").status_code == 200
    endorsement = row.requests.get(kind="endorsement")
    assert world.clients["national committee"].get(f"/en/requests/country/{endorsement.pk}/").status_code == 200
    assert office.post(f"{base}/files/{row.number}/eligible/").status_code == 302
    sheet = office.get(f"{base}/calls/gate-draft/export.csv").content.decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(sheet, newline="")) for cell in line]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    book = office.get(f"{base}/calls/gate-draft/export.xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3
