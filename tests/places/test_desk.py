"""The desk's pages of region schemes."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tessera.activity.models import Activity
from tessera.places.models import RegionScheme
from tessera.places.queries import reference
from tessera.places.services import scheme_document
from tests.factories.accounts import AdminUserFactory, OfficeUserFactory, UserFactory
from tests.factories.places import halves_document, make_scheme
from tests.factories.programmes import make_programme, make_training
from tests.factories.publications import public

pytestmark = pytest.mark.django_db


def page(name, *arguments):
    return reverse(f"places:{name}", args=arguments)


@pytest.fixture
def admin(client):
    user = AdminUserFactory()
    client.force_login(user)
    return user


def table(document, *drop):
    lines = ["region,country,name_en"]
    for region in document["regions"]:
        lines += [f"{region['code']},{code},{region['name']['en']}" for code in region["countries"] if code not in drop]
    return "\n".join(lines)


def posted(text, **changes):
    return {"code": "halves", "kind": "coverage", "name_en": "Halves", "partition": "on", "text": text, **changes}


def test_schemes_and_a_version_are_shown(client, admin):
    html = client.get(page("schemes")).content.decode()
    assert page("scheme", "unesco", 1) in html

    html = client.get(page("scheme", "unesco", 1)).content.decode()

    assert "Latin America and the Caribbean" in html
    assert "Martinique" in html
    assert '<svg class="map"' in html


def test_table_of_a_version_can_be_handed_in_again(client, admin):
    text = client.get(page("scheme_table", "unesco", 1)).content.decode()

    answer = client.post(page("scheme_new"), posted(text, code="unesco", name_en="UNESCO regions"))

    assert answer["Location"] == page("scheme", "unesco", 2)
    first, second = (RegionScheme.objects.get(code="unesco", version=n) for n in (1, 2))
    one, two = scheme_document(first)["regions"], scheme_document(second)["regions"]
    assert [(r["code"], sorted(r["countries"]), r["label"]) for r in two] == [
        (r["code"], sorted(r["countries"]), r["label"]) for r in one
    ]
    assert (first.active, second.active) == (True, False)


def test_version_is_handed_in_as_a_file_of_json(client, admin):
    file = SimpleUploadedFile("halves.json", json.dumps(halves_document()).encode(), "application/json")

    answer = client.post(page("scheme_new"), {**posted(""), "file": file})

    assert answer["Location"] == page("scheme", "halves", 1)
    assert RegionScheme.objects.get(code="halves").regions.count() == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Give a file, or paste the rows."),
        ("{", "This is not JSON: line 1 cannot be read."),
        ("land,region_code\nFR,A", "the columns “region” and “country” are needed"),
        ("region,country,name_en\nA,,Half", "Row 2: the region or the country is missing."),
        ("region,country,name_en\nA,ZZ,Half", "Row 2: "),
        ("[1, 2]", "A list of regions is needed"),
    ],
)
def test_what_cannot_be_read_is_named_by_row_and_nothing_is_written(client, admin, text, sentence):
    before, log = RegionScheme.objects.count(), Activity.objects.count()

    answer = client.post(page("scheme_new"), posted(text))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert (RegionScheme.objects.count(), Activity.objects.count()) == (before, log)


def test_country_left_out_and_country_twice_are_named(client, admin):
    text = table(halves_document(), "FR") + "\nN-Z,AM,N to Z"

    answer = client.post(page("scheme_new"), posted(text))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "FR" in html
    assert f"Row {len(text.splitlines())}: " in html
    assert not RegionScheme.objects.filter(code="halves").exists()


def test_new_version_is_put_in_force_and_the_old_one_again(client, admin):
    make_programme(coverage={})
    make_training(id="stone", audience={"scope": "national", "countries": ["MX"], "unesco_regions": []})
    assert public("training", "stone").card["regions"] == ["LAC"]
    document = scheme_document(RegionScheme.objects.get(code="unesco", active=True))
    moved = next(region["countries"] for region in document["regions"] if region["code"] == "LAC")
    moved.remove("MX")
    next(region for region in document["regions"] if region["code"] == "ENA")["countries"].append("MX")
    client.post(page("scheme_new"), posted(json.dumps(document), code="unesco"))
    assert reference().region_of("MX") == "LAC"

    address = reverse("programmes:scheme_activate", args=["unesco", 2])
    assert "It takes the place of version 1." in client.get(address).content.decode()
    client.post(address, {"reason": "Asked for."})

    assert reference().region_of("MX") == "ENA"
    assert public("training", "stone").card["regions"] == ["ENA"]
    client.post(reverse("programmes:scheme_activate", args=["unesco", 1]))
    assert reference().region_of("MX") == "LAC"


def test_invalid_version_is_not_put_in_force(client, admin):
    document = halves_document()
    document["regions"][0]["countries"].remove("FR")
    make_scheme(regions=document["regions"])

    assert "This version cannot be put in force." in client.get(page("scheme", "halves", 1)).content.decode()
    answer = client.post(reverse("programmes:scheme_activate", args=["halves", 1]))

    assert answer.status_code == 422
    assert RegionScheme.objects.get(code="halves").active is False


@pytest.mark.parametrize("role", ["nobody", "host", "trainer", "office"])
def test_other_roles_cannot_change_schemes(client, role):
    make_scheme()
    client.force_login(
        UserFactory() if role == "nobody" else OfficeUserFactory() if role == "office" else UserFactory(roles=[role])
    )

    answers = [
        client.post(page("scheme_new"), posted(table(halves_document()))),
        client.post(reverse("programmes:scheme_activate", args=["halves", 1])),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert list(RegionScheme.objects.filter(code="halves").values_list("version", "active")) == [(1, False)]
    assert client.get(page("schemes")).status_code == (200 if role == "office" else 403)
