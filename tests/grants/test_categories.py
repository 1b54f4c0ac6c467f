"""Tables of country categories."""

import pytest
from django.db import IntegrityError, transaction

from tessera.accounts.models import Role
from tessera.accounts.permissions import has_perm
from tessera.grants.models import CategoryCountry, CategoryTable
from tests.factories.accounts import UserFactory
from tests.factories.grants import make_table

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role.values)
def test_tables_are_the_offices(role):
    table = make_table()
    user = UserFactory(roles=[role])

    assert CategoryTable.objects.visible_to(user).exists() == has_perm(user, "grants.edit_categories", table)
    assert CategoryTable.objects.visible_to(user).exists() == (role == "office")


def test_a_country_is_in_one_category_of_a_table():
    table = make_table(one=["FR"], four=["AM"])
    four = table.categories.get(code="four")

    with pytest.raises(IntegrityError), transaction.atomic():
        CategoryCountry.objects.create(table=table, category=four, country_id="FR")
    make_table("other", one=["FR"])
    assert CategoryCountry.objects.filter(country_id="FR").count() == 2
