"""The place data that ships with the project, read once.

Pure Python: what the database is first filled from, and what needs no database (the command line
over files, tests). Where the programme has schemes of its own, ask the database instead.
"""

import json
from functools import cache
from importlib import resources
from typing import Any

from tessera.places.schemes import Region, Scheme

SCHEMES = ("unesco", "unesco_split", "m49_subregions", "working_areas")


@cache
def read(name: str) -> Any:
    """The content of ``data/<name>.json``; shared, not to be changed."""
    return json.loads(resources.files("tessera.places").joinpath("data", f"{name}.json").read_text("utf-8"))


@cache
def scheme(code: str) -> Scheme:
    """A scheme of `SCHEMES` with all its countries, those without a tile included; KeyError otherwise."""
    if code not in SCHEMES:
        raise KeyError(code)
    return Scheme(code, tuple(Region(region, countries) for region, countries in region_countries(code).items()))


@cache
def region_countries(code: str = "unesco") -> dict[str, frozenset[str]]:
    """The countries of each region of a scheme, in its order. Of M49 only the areas that hold countries themselves."""
    if code == "m49_subregions":
        return {area["code"]: frozenset(area["countries"]) for area in read("m49")["areas"] if area["countries"]}
    return {
        region["code"]: frozenset(region["countries"]) | frozenset(region.get("territories", ()))
        for region in read(code)["regions"]
    }


@cache
def area_countries() -> dict[str, frozenset[str]]:
    """The countries of every M49 area, those of the areas inside it included."""
    areas = read("m49")["areas"]
    inside: dict[str, frozenset[str]] = {area["code"]: frozenset(area["countries"]) for area in areas}
    for area in reversed(areas):  # an area stands after its parent
        if area["parent"]:
            inside[area["parent"]] |= inside[area["code"]]
    return inside
