"""The tile-grid world map: one square for each country or territory.

Drawn as the prototype's tilemap.py draws it: four shades by age, smaller where overdue (the tile has come loose),
outlined where no training is on record, ringed where one is announced. Marks only: words and the table stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from django.utils.html import escape
from django.utils.safestring import SafeString

from tessera.web.punctuation import labelled

PITCH, FULL, LOOSE = 10, 9.0, 6.6
COLUMNS, ROWS = 37, 18
type Band = Literal["a", "b", "c", "d", "n"]


@dataclass(frozen=True, slots=True)
class Tile:
    """A country at its place in the grid, in the shade of its age.

    ``loose``: overdue, drawn smaller. ``ringed``: a training is announced.
    """

    code: str
    column: int
    row: int
    band: Band
    loose: bool = False
    ringed: bool = False


@dataclass(frozen=True, slots=True)
class TileGroup:
    """A region on the map. ``said`` tells its age in words, ``months`` in a figure (None: no training on record).

    ``label`` is where its name stands, in tiles, and which end of the name that is; None leaves the name out.
    """

    name: str
    said: str
    months: int | None
    label: tuple[float, float, str] | None
    tiles: tuple[Tile, ...]


@lru_cache(maxsize=64)
def svg(groups: tuple[TileGroup, ...], description: str, ident: str = "map") -> SafeString:
    """The map. ``description`` is the one sentence it shows; ``ident`` keeps its names unique on the page."""
    width, height = COLUMNS * PITCH, ROWS * PITCH
    parts = [
        f'<svg class="map" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{ident}-d">',
        f'<desc id="{ident}-d">{escape(description)}</desc>',
        f'<pattern id="{ident}-bed" width="{PITCH}" height="{PITCH}" patternUnits="userSpaceOnUse">',
        '<path class="bed" d="M4.6 4.6h.8v.8h-.8z"/></pattern>',
        f'<rect width="{width}" height="{height}" fill="url(#{ident}-bed)"/>',
    ]
    for group in groups:
        parts.append(f"<g><title>{escape(labelled(group.name, group.said))}</title>{_squares(group.tiles)}</g>")
    parts += ['<g class="iso" aria-hidden="true">', *_letters(t for g in groups for t in g.tiles), "</g>"]
    parts += ['<g class="rn" aria-hidden="true">', *(_name(g, g.label) for g in groups if g.label), "</g></svg>"]
    return SafeString("".join(parts))


def swatch(band: Band, *, ringed: bool = False) -> SafeString:
    """One tile for the legend."""
    square = {"n": "M.8 .8h8.4v8.4h-8.4z", "c": "M1.7 1.7h6.6v6.6h-6.6z", "d": "M1.7 1.7h6.6v6.6h-6.6z"}
    ring = '<path class="t-next" d="M.5 .5h9v9h-9z"/>' if ringed else ""
    path = f'<path class="t-{band}" d="{square.get(band, "M.5 .5h9v9h-9z")}"/>'
    return SafeString(f'<svg viewBox="0 0 10 10" aria-hidden="true">{path}{ring}</svg>')


def _squares(tiles: Iterable[Tile]) -> str:
    paths: dict[str, str] = {}
    ring = ""
    for tile in tiles:
        size = LOOSE if tile.loose else FULL
        paths[tile.band] = paths.get(tile.band, "") + _square(tile, size)
        if tile.ringed:
            ring += _square(tile, FULL)
    drawn = "".join(f'<path class="t-{band}" d="{path}"/>' for band, path in sorted(paths.items()))
    return drawn + (f'<path class="t-next" d="{ring}"/>' if ring else "")


def _square(tile: Tile, size: float) -> str:
    gap = (PITCH - size) / 2
    return f"M{tile.column * PITCH + gap:g} {tile.row * PITCH + gap:g}h{size:g}v{size:g}h-{size:g}z"


def _letters(tiles: Iterable[Tile]) -> list[str]:
    return [
        f'<text class="k{t.band}" x="{t.column * PITCH + 5}" y="{t.row * PITCH + 6.3:g}">{t.code}</text>'
        for t in sorted(tiles, key=lambda t: (t.row, t.column))
    ]


def _name(group: TileGroup, label: tuple[float, float, str]) -> str:
    x, y, anchor = label
    figure = f" <tspan>{group.months}</tspan>" if group.months is not None else ""
    return (
        f'<text x="{x * PITCH:g}" y="{y * PITCH:g}" text-anchor="{escape(anchor)}">{escape(group.name)}{figure}</text>'
    )
