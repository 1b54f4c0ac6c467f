"""The style guide shows every component."""

from pathlib import Path

import pytest
from django.urls import reverse

COMPONENTS = Path("src/tessera/web/templates")


@pytest.mark.django_db
def test_every_template_of_a_component_is_shown(client):
    answer = client.get(reverse("web:styleguide"))

    every = {str(path.relative_to(COMPONENTS)) for path in (COMPONENTS / "components").rglob("*.html")}
    assert answer.status_code == 200
    assert every - {template.name for template in answer.templates} == set()
