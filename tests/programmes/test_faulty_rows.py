"""A record with a row that may not be any more: each act that is refused for it names the row and leads there."""

import pytest
from django.urls import reverse

from tessera.activity.models import Revision
from tessera.organisations.models import Organisation, OrganisationMerge
from tessera.programmes.models import Training
from tessera.programmes.queries import trainings_whole
from tessera.programmes.services.records import trainings
from tests.factories.accounts import OfficeUserFactory
from tests.factories.organisations import make_organisation
from tests.factories.pages import filled
from tests.factories.programmes import make_source, make_training

pytestmark = pytest.mark.django_db
EMPTY = "This may not be empty."
COUNT = "Write a number of people, or from which to which: for example 30 or 25–30."
FAULTS = [
    ("former_dates", [{"edtf": "", "reason": "Storm."}], "dates/#f-former_dates-0", "Dates and phases: Earlier dates 1: Dates", EMPTY),
    ("languages", [{"code": "", "basis": "stated"}], "places/#f-languages-0", "Places and format: Language 1: Language", EMPTY),
    ("external", [{"source": "X9", "facts": {"reported_participants": "about 30"}}], "sources/#f-external-0",
     "Remarks and sources: Source 1: Facts", COUNT),
]  # fmt: skip


def page(name, *arguments):
    return reverse(f"programmes:{name}", args=arguments)


def read():
    return trainings.read(trainings_whole().get(slug="odd"))


@pytest.fixture
def office(client):
    client.force_login(OfficeUserFactory())


def make_odd(field, rows):
    make_source("X9")
    make_training(id="odd", status="planned", dates={"edtf": "2026-05-04"}, phases=[])
    Training.objects.update(**{field: rows})


@pytest.mark.parametrize("act", ["edit", "preview", "status", "copy"])
@pytest.mark.parametrize(("field", "rows", "way", "place", "sentence"), FAULTS)
def test_an_act_names_the_row_and_leads_there(client, office, act, field, rows, way, place, sentence):
    make_odd(field, rows)
    before, address = read(), page("training_edit", "odd", "texts")
    if act == "edit":
        answer = client.post(address, {**filled(client.get(address)), "summary.en": "New.", "do": "save"})
    elif act == "preview":
        preview = reverse("portal:desk_preview", args=["odd"], query={"section": "texts"})
        answer = client.post(preview, filled(client.get(address)))
    elif act == "status":
        answer = client.post(
            page("training_status", "odd"), {"status": "cancelled", "reason": "No money.", "sure": "on"}
        )
    else:
        answer = client.post(page("training_clone", "odd"), {"starts_on": ""})

    taken = act == "copy" and field != "languages"  # a copy leaves those out
    assert answer.status_code == (302 if taken else 422)
    assert (read(), Training.objects.count()) == (before, 2 if taken else 1)
    if not taken:
        link = f'<a href="{page("training_edit", "odd", "x").removesuffix("x/")}{way}">{place}</a>: {sentence}'
        assert answer.content.decode().count(f"<li>{link}</li>") == 1


@pytest.mark.parametrize("act", ["merge", "undo"])
@pytest.mark.parametrize(("field", "rows", "way", "place", "sentence"), FAULTS)
def test_a_merge_names_the_training_and_leads_to_its_row(client, office, act, field, rows, way, place, sentence):
    make_organisation(id="tumo", name={"en": "TUMO"})
    make_organisation(id="tumo-centre", name={"en": "TUMO Centre"})
    make_source("X9")
    parts = [{"organisation": "tumo-centre", "role": "organiser"}]
    make_training(id="odd", title={"en": "Odd"}, status="planned", organisations=parts)
    address = page("organisation_merge", "tumo") + "?other=tumo-centre"
    if act == "undo":
        client.post(address)
        address = page("organisation_unmerge", OrganisationMerge.objects.get().pk)
    Training.objects.update(**{field: rows})
    before = read()

    answer = client.post(address)

    assert answer.status_code == 422
    link = f'<a href="{page("training_edit", "odd", "x").removesuffix("x/")}{way}">Odd: {place}</a>: {sentence}'
    assert answer.content.decode().count(f"<li>{link}</li>") == 1
    assert read() == before
    assert (Organisation.objects.get(slug="tumo-centre").merged_into is None) == (act == "merge")


@pytest.mark.parametrize(("field", "rows", "_way", "place", "sentence"), FAULTS)
def test_a_version_that_cannot_come_back_names_the_row(client, office, field, rows, _way, place, sentence):
    make_odd(field, [])
    revision = Revision.objects.get(activity__object_key="odd")
    Revision.objects.update(document=revision.document | {field: rows}, version=1)
    Training.objects.update(title={"en": "Now"}, version=2)

    answer = client.post(page("training_version", "odd", 1), {"reason": ""})

    assert (answer.status_code, Training.objects.get().title) == (422, {"en": "Now"})
    assert f"<li>{place}: {sentence}</li>" in answer.content.decode()
