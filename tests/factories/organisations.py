"""Organisations and persons for tests, saved as the desk saves them."""

from __future__ import annotations

import itertools
from typing import Any

from tessera.accounts.models import Person
from tessera.organisations import services
from tessera.organisations.models import Organisation
from tests.factories.moments import NOW

_numbers = itertools.count(10_001)  # of one length, so that names sort as they were made


def organisation_document(**changes: Any) -> dict[str, Any]:
    """A museum in Mexico with a name in three languages."""
    n = next(_numbers)
    return {
        "id": f"museum-{n}",
        "type": "museum",
        "name": {"en": f"Museum {n}", "fr": f"Musée {n}", "es": f"Museo {n}"},
        "country": "MX",
        **changes,
    }


def person_document(**changes: Any) -> dict[str, Any]:
    """A person with a position and an approved biography in three languages."""
    n = next(_numbers)
    return {
        "id": f"person-{n}",
        "name": {"given": f"Given{n}", "family": f"Family{n}", "display": f"Given{n} Family{n}"},
        "position": {"en": "Curator", "fr": "Conservatrice", "es": "Conservadora"},
        "affiliations": [],
        "bio": {"en": "Keeps stones.", "fr": "Garde des pierres.", "es": "Guarda piedras."},
        "as_of": "2025",
        "approved_on": "2025-05-01",
        "work_country": "MX",
        **changes,
    }


def make_organisation(
    *, by: Any = None, published: bool = True, rehearsal: bool = False, **changes: Any
) -> Organisation:
    document = organisation_document(**changes)
    return services.save_organisation(document, by=by, at=NOW, published=published, rehearsal=rehearsal).obj


def make_person(*, by: Any = None, published: bool = True, rehearsal: bool = False, **changes: Any) -> Person:
    document = person_document(**changes)
    return services.save_person(document, by=by, at=NOW, published=published, rehearsal=rehearsal).obj
