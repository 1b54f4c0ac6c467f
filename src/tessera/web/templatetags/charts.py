"""Charts of the design: the tile map, the coverage clock, timelines and bars, each with its words beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from tessera.web import dates, lanes

register = template.Library()


@register.inclusion_tag("components/tile_map.html", takes_context=True)
def tile_map(context: Context, view: Any, table: bool = True) -> dict[str, Any]:
    """The map, its legend and "The map as a table"; a link to draw it where the reader has switched maps off."""
    request = context["request"]
    drawn = request.COOKIES.get("map") != "no" or request.GET.get("map") == "yes"
    query = request.GET.copy()
    query["map"] = "yes"
    return {"view": view, "drawn": drawn, "table": table, "show_query": query.urlencode()}


@register.inclusion_tag("components/coverage_clock.html")
def coverage_clock(view: Any) -> dict[str, Any]:
    """The coverage clock: one lane a region, the most urgent first."""
    return {"view": view}


@register.inclusion_tag("components/timeline.html")
def timeline(svg: Any, said: Any = "") -> dict[str, Any]:
    """Trainings on one line of years, with what it cannot show in words."""
    return {"svg": svg, "said": said}


@register.simple_tag
def bar(months: int | None, band: str) -> SafeString:
    """Months as a bar; the mark on it is the goal."""
    return lanes.bar(months, band)


@register.filter
def in_words(value: dates.Dated) -> str:
    """A day or an EDTF date in words, in the reader's language."""
    return dates.in_words(value)


@register.filter
def as_time(value: dates.Dated) -> SafeString:
    """The same with ``time`` elements."""
    return dates.time_words(value)


@register.filter
def day(value: date) -> str:
    """A day in words: "11 July 2023"."""
    return dates.in_words(value)
