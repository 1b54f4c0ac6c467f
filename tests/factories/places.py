"""Schemes for tests; countries, languages and the project's own schemes are always there (see `places.apps`)."""

from __future__ import annotations

from typing import Any

from tessera.places import services
from tessera.places.models import RegionScheme
from tests.factories.moments import NOW


def halves_document(**changes: Any) -> dict[str, Any]:
    """A valid coverage scheme of two regions: the tiles up to country code M, and the rest."""
    tiles = sorted(services.tile_codes())
    return {
        "code": "halves",
        "kind": "coverage",
        "name": {"en": "Halves", "fr": "Moitiés", "es": "Mitades"},
        "partition": True,
        "regions": [
            {"code": "A-M", "name": {"en": "A to M"}, "countries": [c for c in tiles if c < "N"]},
            {"code": "N-Z", "name": {"en": "N to Z"}, "countries": [c for c in tiles if c >= "N"]},
        ],
        **changes,
    }


def make_scheme(**changes: Any) -> RegionScheme:
    """A saved scheme that is not in force."""
    return services.save_scheme(halves_document(**changes), by=None, at=NOW)
