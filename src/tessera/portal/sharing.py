"""The picture that stands for a page when its address is shared: the tile map, the tiles concerned set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from tessera.places import datafiles
from tessera.places.audiences import Audience, resolve_audience
from tessera.places.queries import Reference

SIZE = (1200, 630)
_PITCH, _FULL, _BED = 30, 27, 13
_GROUND, _LINE, _LAPIS, _OCHRE, _TERRACOTTA = "#f6f2e9", "#d9d1c0", "#23418f", "#b67e1f", "#a8432a"
_COLOURS = (_GROUND, _LINE, _LAPIS, _OCHRE, _TERRACOTTA)
# The mark of the house, in its own 24 x 24 units: two halves of a token.
_MARK = (
    (_LAPIS, ((2, 2), (16, 2), (16, 8), (12, 8), (12, 14), (8, 14), (8, 22), (2, 22))),
    (_TERRACOTTA, ((18, 2), (22, 2), (22, 22), (10, 22), (10, 16), (14, 16), (14, 10), (18, 10))),
)


def share_image(reached: Collection[str], venues: Collection[str] = ()) -> bytes:
    """A PNG of 1200 x 630: the map with a full tile for each country of ``reached``, ochre for those of ``venues``.

    Countries without a tile are left out. There are no words in it: a title in any script would need fonts
    that the project does not ship, and a shared address carries its title beside the picture.
    """
    picture = Image.new("P", SIZE)
    picture.putpalette([channel for colour in _COLOURS for channel in _channels(colour)])
    draw = ImageDraw.Draw(picture)
    grid = datafiles.read("tilegrid")
    left = (SIZE[0] - (max(column for column, _row in grid.values()) + 1) * _PITCH) // 2
    top = (SIZE[1] - (max(row for _column, row in grid.values()) + 1) * _PITCH) // 2
    for country, (column, row) in grid.items():
        size, colour = _BED, _LINE
        if country in venues:
            size, colour = _FULL, _OCHRE
        elif country in reached:
            size, colour = _FULL, _LAPIS
        x, y = left + column * _PITCH + (_PITCH - size) // 2, top + row * _PITCH + (_PITCH - size) // 2
        draw.rectangle((x, y, x + size - 1, y + size - 1), fill=_COLOURS.index(colour))
    for colour, corners in _MARK:
        draw.polygon(
            [(SIZE[0] - left - 96 + 4 * x, SIZE[1] - top - 96 + 4 * y) for x, y in corners], fill=_COLOURS.index(colour)
        )
    out = BytesIO()
    picture.save(out, "PNG", optimize=True, bits=4)
    return out.getvalue()


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def countries_of(facts: Mapping[str, Any], places: Reference) -> tuple[frozenset[str], frozenset[str]]:
    """(countries that the training's audience resolves to, countries of its places)."""
    audience = facts["audience"]
    resolved = resolve_audience(
        Audience(
            scope=audience["scope"],
            countries=frozenset(audience.get("countries") or ()),
            areas=frozenset(audience.get("areas") or ()),
            regions=frozenset(audience.get("regions") or ()),
        ),
        areas=places.area_countries,
        regions=places.home_regions,
    )
    return resolved.countries, frozenset(place["country"] for place in facts["places"])
