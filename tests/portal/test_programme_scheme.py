"""A programme that counts by another scheme of regions: its pages, lists, interface and map of addresses agree."""

import pytest

from tessera.places.models import RegionScheme
from tessera.places.queries import forget_reference, reference
from tessera.portal.ground import ground
from tessera.programmes.documents import programme_document
from tessera.programmes.models import Programme
from tessera.programmes.queries import programme, programme_scheme, scheme_of
from tessera.programmes.services import save_programme
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("archive")]


@pytest.fixture
def split():
    document = {**programme_document(programme()), "coverage": {"scheme": "unesco_split"}}
    save_programme(document, by=None, at=NOW)


def test_programme_scheme_is_the_one_that_was_chosen(split):
    held = programme_scheme(reference())
    assert held.code == "unesco_split"
    assert {region.code for region in held.regions} == {"AFR", "ARB", "APA", "EUR", "NAM", "LAC"}
    assert scheme_of(programme(), reference()) == held
    assert ground(NOW.date()).scheme == held


def test_programme_scheme_is_the_first_one_where_there_is_no_programme():
    assert scheme_of(None, reference()).code == "unesco"
    Programme.objects.update(slug="other")
    assert programme_scheme(reference()).code == "unesco"


def test_programme_scheme_is_the_first_one_where_its_own_is_not_in_force(split):
    RegionScheme.objects.filter(code="unesco_split").update(active=False)
    forget_reference()
    assert programme_scheme(reference()).code == "unesco"
    assert ground(NOW.date()).scheme.code == "unesco"
