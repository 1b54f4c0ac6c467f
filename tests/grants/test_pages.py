"""The desk's pages of country categories."""

import pytest
from django.urls import reverse

from tessera.accounts.models import Role
from tessera.activity.models import Activity
from tessera.grants.models import CategoryTable
from tessera.grants.queries import category_choices, tables
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.grants import make_table
from tests.factories.pages import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


def row(n, code, name, countries):
    return {
        f"categories-{n}-was": "", f"categories-{n}-code": code, f"categories-{n}-name--en": name,
        f"categories-{n}-countries": countries,
    }  # fmt: skip


def test_a_table_is_made_filled_and_changed(client, office):
    made = client.post(reverse("grants:table_new"), {"name_en": "Income", "name_fr": "Revenu"})
    address = reverse("grants:categorytable_edit", args=["income", "categories"])
    assert made.url == address
    fields = {**filled(client.get(address)), "categories-rows": "2", "do": "save"}
    fields |= row(0, "A", "Low", ["NE", "BF"]) | row(1, "B", "Middle", ["PE"])
    assert client.post(address, fields).status_code == 302
    assert tables() == {"income": {"BF": "A", "NE": "A", "PE": "B"}}
    assert list(CategoryTable.objects.get().categories.values_list("code", "order")) == [("A", 0), ("B", 1)]

    assert category_choices() == [("A", "Low (Income)"), ("B", "Middle (Income)")]
    swapped = {
        **filled(client.get(address)),
        "categories-0-countries": ["PE"],
        "categories-1-countries": ["NE"],
        "do": "save",
    }
    assert client.post(address, swapped).status_code == 302
    assert tables() == {"income": {"NE": "B", "PE": "A"}}
    log = Activity.objects.filter(object_type="categorytable").order_by("pk").values_list("verb", flat=True)
    assert list(log) == ["categorytable.created", "categorytable.edited", "categorytable.edited"]
    assert client.get(reverse("grants:categorytable_history", args=["income"])).status_code == 200
    assert client.get(reverse("grants:categorytable", args=["income"])).status_code == 200


def test_a_country_in_two_categories_is_refused_and_nothing_changes(client, office):
    make_table()
    address = reverse("grants:categorytable_edit", args=["dues", "categories"])
    before = tables()
    answer = client.post(address, {**filled(client.get(address)), "categories-1-countries": ["FR"], "do": "save"})
    assert answer.status_code == 422
    assert "FR is in category one already." in answer.content.decode()
    assert tables() == before


def test_two_editors_of_a_table_are_told(client, office):
    make_table()
    address = reverse("grants:categorytable_edit", args=["dues", "categories"])
    fields = {**filled(client.get(address)), "do": "save"}
    client.post(address, {**fields, "name--en": "Theirs"})
    assert client.post(address, {**fields, "name--en": "Mine"}).status_code == 409
    assert CategoryTable.objects.get().name["en"] == "Theirs"


@pytest.mark.parametrize("role", [None, *(role for role in Role.values if role != "office")])
def test_only_the_office_reaches_the_tables(client, role):
    make_table()
    client.force_login(UserFactory(roles=[role] if role else []))
    for name in ("tables", "table_new"):
        assert client.get(reverse(f"grants:{name}")).status_code == 403
    assert client.get(reverse("grants:categorytable", args=["dues"])).status_code == 404
    client.post(reverse("grants:table_new"), {"name_en": "Mine"})
    assert CategoryTable.objects.count() == 1


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    for i in range(n):
        make_table(f"table-{i}")
    client.get(reverse("grants:tables"))
    # session, user, grants; count, tables with their counts
    with django_assert_num_queries(5):
        html = client.get(reverse("grants:tables")).content.decode()
    assert all(f"table-{i}" in html for i in range(n))
