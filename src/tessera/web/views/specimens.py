"""Charts with invented contents, for the style guide."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tessera.web import lanes, tilemap

TODAY = date(2023, 7, 11)
SCALE = lanes.Scale(2020, 2025)
DATES = ("2023-10-16/2023-10-20", "2022-05-01", "2019-10", "2021-09/2022-04-29", "2020-21", "2019~", "2010/..")


def map_specimen() -> dict[str, Any]:
    """Two regions: one with every shade, one without a training on record."""
    bands: tuple[tilemap.Band, ...] = ("a", "b", "c", "d")
    tiles = tuple(
        tilemap.Tile(code, 4 + n % 6, 4 + n // 6, bands[n % 4], loose=n % 4 > 1, ringed=n == 11)
        for n, code in enumerate(("QM", "QN", "QO", "QP", "QQ", "QR", "QS", "QT", "QU", "QV", "QW", "QX"))
    )
    empty = tuple(tilemap.Tile(code, 20 + n, 6, "n") for n, code in enumerate(("XA", "XB", "XC", "XD")))
    near, far = _("Region of Granite"), _("Region of Slate")
    groups = (
        tilemap.TileGroup(near, _("specimen"), 15, (4.0, 3.5, "start"), tiles),
        tilemap.TileGroup(far, _("specimen"), None, (20.0, 5.5, "start"), empty),
    )
    legend = [(tilemap.swatch(band), _code(name)) for band, name in zip((*bands, "n"), "abcdn", strict=True)]
    row = {"name": near, "href": "#map", "countries": "12", "last": "2022", "months": "15", "bar": lanes.bar(15, "b")}
    return {
        "svg": tilemap.svg(groups, _("One of two invented regions is reached."), "specimen"),
        "legend": [*legend, (tilemap.swatch("d", ringed=True), _("announced"))],
        "rows": [row],
        "description": _("One of two invented regions is reached."),
    }


def _code(name: str) -> SafeString:
    """The name of a mark as the stylesheet knows it."""
    return format_html("<code>{}</code>", name)


def clock_specimen() -> dict[str, Any]:
    """A region on its way, one overdue, and a working area."""
    going = lanes.ClockLane(
        covered=((date(2021, 4, 2), date(2024, 4, 9)),),
        ahead=((date(2024, 4, 9), date(2025, 12, 1)),),
        due=(date(2024, 4, 9),),
        marks=(
            lanes.Mark(date(2021, 4, 2), "held"),
            lanes.Mark(date(2022, 4, 4), "unconfirmed"),
            lanes.Mark(date(2023, 10, 2), "announced"),
            lanes.Mark(date(2025, 3, 2), "proposed"),
        ),
    )
    late = lanes.ClockLane(
        overdue=((date(2021, 9, 1), TODAY),),
        waiting=((TODAY, date(2025, 12, 31)),),
        due=(date(2021, 9, 1),),
        marks=(lanes.Mark(date(2021, 2, 1), "national"),),
    )
    area = lanes.ClockLane(
        covered=((date(2021, 4, 2), date(2023, 4, 9)),), marks=(lanes.Mark(date(2021, 4, 2), "derived"),), small=True
    )
    return {
        "head": lanes.clock_head(SCALE),
        "legend": [(lanes.key(kind), _code(kind)) for kind in lanes.KEYS],
        "rows": [
            _row(_("Region of Slate"), _("Overdue since 2 September 2021."), _("679 days, open"), late),
            _row(_("Region of Granite"), _("Last reached in April 2022."), "0", going, (_("Granite hills"), area)),
        ],
    }


def strip_specimen() -> Any:
    """A timeline with a band, a gap and every sign."""
    kinds: tuple[lanes.MarkKind, ...] = ("held", "national", "unconfirmed", "announced", "proposed")
    blocks = [lanes.Block(date(2020 + n, 3, 1), date(2020 + n, 3, 5), kind) for n, kind in enumerate(kinds)]
    blocks.append(lanes.Block(date(2020, 9, 1), date(2021, 1, 31), "held", band=True))
    return lanes.timeline(
        blocks, [(date(2021, 4, 1), date(2022, 2, 1))], SCALE, _("Timeline of six invented trainings")
    )


def phases_specimen() -> Any:
    """Two online sessions and two days on site."""
    lane = lanes.MonthLane(
        date(2023, 9, 1), date(2023, 12, 31), ("9", "10", "11", "12"),
        bands=((date(2023, 9, 1), date(2023, 11, 1)),), numbers=(date(2023, 9, 15), date(2023, 10, 15)),
        days=((date(2023, 12, 5), 2),), joins=((date(2023, 11, 1), date(2023, 12, 1)),),
    )  # fmt: skip
    return lanes.month_lane(lane, _("Two online sessions, then two days on site"))


def _row(
    name: str, said: str, missed: str, lane: lanes.ClockLane, *areas: tuple[str, lanes.ClockLane]
) -> dict[str, Any]:
    return {
        "region": {"href": "#clock", "name": name, "said": said, "missed": missed},
        "lane": lanes.clock_lane(lane, SCALE, TODAY),
        "areas": [(title, lanes.clock_lane(small, SCALE, TODAY)) for title, small in areas],
    }
