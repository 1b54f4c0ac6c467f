"""The programme, topics and trainings for tests, saved as the desk saves them."""

from __future__ import annotations

import itertools
from typing import Any

from tessera.activity import documents
from tessera.programmes import services
from tessera.programmes.documents import new_training_document
from tessera.programmes.models import Programme, Series, Source, Topic, Training
from tessera.programmes.services.records import trainings
from tests.factories.moments import NOW
from tests.factories.organisations import make_organisation

_numbers = itertools.count(10_001)  # of one length, so that names sort as they were made


def make_programme(**changes: Any) -> Programme:
    """The programme, made once and then changed."""
    document = {
        "name": {"en": "Regional Trainings", "fr": "Formations régionales", "es": "Formaciones regionales"},
        "owner": None,
        "goals": [
            {
                "id": "all_regions_two_years",
                "rule": {"every_region_reached_within_months": 24},
                "statement": {"en": "Reach each region."},
            }
        ],
        "cadence": {},
        "official_languages": ["en", "fr", "es"],
        "language_rule": {},
        **changes,
    }
    return services.save_programme(document, by=None, at=NOW).obj


def make_topic(*, by: Any = None, published: bool = True, rehearsal: bool = False, **changes: Any) -> Topic:
    n = next(_numbers)
    document = {"id": f"topic-{n}", "name": {"en": f"Topic {n}", "fr": f"Thème {n}", "es": f"Tema {n}"}, **changes}
    return services.save_topic(document, by=by, at=NOW, published=published, rehearsal=rehearsal).obj


def make_series(slug: str = "series") -> Series:
    return services.save_series({"id": slug, "name": {"en": slug.title()}}, by=None, at=NOW).obj


def make_source(code: str, kind: str = "external") -> Source:
    return services.save_source({"id": code, "kind": kind, "title": f"Source {code}"}, by=None, at=NOW).obj


def training_document(**changes: Any) -> dict[str, Any]:
    """A planned workshop of five days in Mexico for Latin America, with title and summary in three languages."""
    n = next(_numbers)
    return {
        **new_training_document(),
        "id": f"training-{n}",
        "title": {"en": f"Workshop {n}", "fr": f"Atelier {n}", "es": f"Taller {n}"},
        "summary": {"en": "Five days.", "fr": "Cinq jours.", "es": "Cinco días."},
        "status": "planned",
        "dates": {"edtf": "2026-05-04/2026-05-08"},
        "phases": [{"mode": "in_person", "edtf": "2026-05-04/2026-05-08"}],
        "places": [{"country": "MX", "city": "Oaxaca"}],
        "audience": {"scope": "regional", "countries": [], "unesco_regions": ["LAC"]},
        **changes,
    }


def make_training(
    *, by: Any = None, published: bool = True, rehearsal: bool = False, organised: bool = True, **changes: Any
) -> Training:
    """A training in any status, published unless said otherwise, with an organiser of its own unless not."""
    if not Programme.objects.exists():
        make_programme()
    if organised and "organisations" not in changes:
        organiser = make_organisation(rehearsal=rehearsal)
        changes["organisations"] = [{"organisation": organiser.slug, "role": "organiser"}]
    saved = documents.save(
        trainings,
        training_document(**changes),
        by=by,
        at=NOW,
        creation={"rehearsal": rehearsal, "published": published},
        context={"any_status": True, "rehearsal": rehearsal},
    )
    return saved.obj
