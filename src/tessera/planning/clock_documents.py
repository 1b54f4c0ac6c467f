"""A training of the archive's shape, as the coverage clock sees it. Pure Python."""

from collections.abc import Mapping
from typing import Any

from tessera.core import edtf
from tessera.places import datafiles
from tessera.places.audiences import Audience, resolve_audience
from tessera.planning.clock_types import ClockPhase, ClockTraining


def clock_training(
    document: Mapping[str, Any],
    *,
    areas: Mapping[str, frozenset[str]] | None = None,
    regions: Mapping[str, frozenset[str]] | None = None,
) -> ClockTraining:
    """Read a training's document (`id`, `status`, `dates`, `phases`, `audience`, `format`).

    ``areas`` and ``regions`` resolve the audience: M49 areas and the regions of the programme's own
    scheme, by default those that ship with the project. A training without any date has no phase
    and counts nowhere. A date that cannot be read raises `tessera.core.edtf.EdtfError`.
    """
    told = document["audience"]
    audience = Audience(
        scope=told["scope"],
        countries=frozenset(told.get("countries") or ()),
        areas=frozenset(told.get("m49_subregions") or ()),
        regions=frozenset(told.get("unesco_regions") or ()),
    )
    resolved = resolve_audience(
        audience,
        areas=datafiles.area_countries() if areas is None else areas,
        regions=datafiles.region_countries() if regions is None else regions,
    )
    return ClockTraining(
        key=document["id"],
        status=document["status"],
        scope=audience.scope,
        countries=resolved.countries,
        phases=_phases(document),
        stated={"unesco": audience.regions, "m49_subregions": audience.areas},
    )


def _phases(document: Mapping[str, Any]) -> tuple[ClockPhase, ...]:
    dated = [phase for phase in document.get("phases") or () if phase.get("edtf")]
    if dated:
        return tuple(ClockPhase(edtf.parse(phase["edtf"]), phase.get("mode") or "in_person") for phase in dated)
    text = (document.get("dates") or {}).get("edtf")
    mode = (document.get("format") or {}).get("value") or "in_person"
    return (ClockPhase(edtf.parse(text), mode),) if text else ()
