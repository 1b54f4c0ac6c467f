"""Putting a scheme in force, with what follows for the pages of trainings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tessera.places import services as places
from tessera.places.models import RegionScheme
from tessera.programmes.services.records import rebuild_trainings


@transaction.atomic
def activate_scheme(scheme: RegionScheme, *, by: Any, at: datetime, reason: str = "") -> RegionScheme:
    """Put a version of a scheme in force and bring the regions of every public training in line.

    ``places.services.InvalidScheme`` lists the rows that do not hold; nothing is then changed.
    """
    fresh = places.activate_scheme(scheme, by=by, at=at, reason=reason)
    rebuild_trainings(at)
    return fresh
