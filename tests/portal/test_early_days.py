"""The coverage pages of a site without trainings, on days long before the programme's first record."""

import re
from datetime import date

import pytest
from django.utils import timezone

from tessera.programmes.documents import programme_document
from tessera.programmes.queries import programme
from tessera.programmes.services import save_programme
from tests.factories.moments import NOW
from tests.factories.programmes import make_programme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", ["2010-01-01", "2015-06-01", "2016-06-01", "2017-12-31"])
def test_coverage_is_drawn_on_a_day_before_the_first_record(client, day):
    make_programme()
    assert programme().first_record_on == date(2018, 9, 1)

    answer = client.get(f"/en/coverage/?on={day}")

    html = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'dx="3" y="11">(\d*)</text>', html)[0] == "2018"
    assert not re.findall(r'(?:x|width)="-[\d.]+%"', html)


def test_coverage_is_drawn_where_the_first_record_is_years_ahead(client):
    document = {
        **programme_document(make_programme()),
        "coverage": {"first_record": f"{timezone.now().year + 4}-03-01"},
    }
    save_programme(document, by=None, at=NOW)

    for page in ("", "coverage/", "regions/", "regions/afr/"):
        assert client.get(f"/en/{page}").status_code == 200, page
