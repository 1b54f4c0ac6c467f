"""Cities that are called differently from language to language.

Pure Python. A record keeps a city as it was written; only what a reader is shown is translated.
"""

from collections.abc import Mapping
from functools import cache

from tessera.core.folding import fold
from tessera.places.datafiles import read


def city_name(city: str, country: str | None, language: str) -> str:
    """What ``city`` is called in ``language``, whichever of its names was written; as written where none is known."""
    return _names().get((country, fold(city)), {}).get(language, city)


def city_names(city: str, country: str | None) -> list[str]:
    """``city`` as written and its other names, none twice."""
    return list(dict.fromkeys([city, *_names().get((country, fold(city)), {}).values()]))


@cache
def _names() -> Mapping[tuple[str | None, str], Mapping[str, str]]:
    """Names by country and folded name: two countries may have cities of the same name."""
    return {
        (city["country"], fold(name)): city["name"]
        for city in read("cities")["cities"]
        for name in city["name"].values()
    }
