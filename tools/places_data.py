#!/usr/bin/env python3
"""Make the data files of src/tessera/places/data from their sources.

    python tools/places_data.py CLDR_CORE ARCHIVE REGIONS TILEGRID [TARGET]

CLDR_CORE is an unpacked npm package cldr-core (`npm pack cldr-core@48.2.0`), ARCHIVE the facts of
the ten trainings (src/tessera/programmes/data/archive.json), REGIONS the table of the five regions
with the places of their labels, TILEGRID the table of the map. Babel gives the names.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError

LANGUAGES = ("en", "fr", "es")
ORDER = ("AFR", "ARB", "APA", "ENA", "LAC")  # as the archive lists them

# Territories without a tile take the region in which they lie, whoever governs them.
TERRITORIES = {
    "AFR": "RE SH YT",
    "ARB": "EH",
    "APA": "AS CC CX GU HK MO MP NF PN TK WF",
    "ENA": "AX BM FO GG GI IM JE PM SJ",
    "LAC": "AI BL BQ FK KY MF MS SX TC VG VI",
}
OUTSIDE = "AQ BV GS HM IO TF UM"
NORTH_AMERICA = "021"

# Names as the United Nations use them, where CLDR has another.
UNITED_NATIONS_NAMES = {
    "CD": ("Democratic Republic of the Congo", "République démocratique du Congo", "República Democrática del Congo"),
    "CG": ("Congo", "Congo", "Congo"),
    "CV": ("Cabo Verde", "Cabo Verde", "Cabo Verde"),
    "HK": ("Hong Kong", "Hong Kong", "Hong Kong"),
    "KP": (
        "Democratic People’s Republic of Korea",
        "République populaire démocratique de Corée",
        "República Popular Democrática de Corea",
    ),
    "KR": ("Republic of Korea", "République de Corée", "República de Corea"),
    "MM": ("Myanmar", "Myanmar", "Myanmar"),
    "MO": ("Macao", "Macao", "Macao"),
    "PS": ("State of Palestine", "État de Palestine", "Estado de Palestina"),
    "TL": ("Timor-Leste", "Timor-Leste", "Timor-Leste"),
    "VN": ("Viet Nam", "Viet Nam", "Viet Nam"),
}

# code, region, languages, names, countries: codes, M49 areas, or None for the rest of the region
WORKING_AREAS: tuple[tuple[str, tuple[str, ...], tuple[str, str, str], str | None], ...] = (
    (
        "AFR-FR",
        ("fr",),
        ("Africa in French", "Afrique en français", "África en francés"),
        "BJ BF BI CM CF TD KM CG CD CI DJ GA GN MG ML NE RW SN SC TG",
    ),
    (
        "AFR-PT",
        ("pt", "es"),
        (
            "Africa in Portuguese or Spanish",
            "Afrique en portugais ou en espagnol",
            "África en portugués o en español",
        ),
        "AO CV GW GQ MZ ST",
    ),
    ("AFR-EN", ("en",), ("Africa in English", "Afrique en anglais", "África en inglés"), None),
    ("ARB-MAG", (), ("Maghreb", "Maghreb", "Magreb"), "DZ LY MA MR TN"),
    ("ARB-MAS", (), ("Mashreq and Gulf", "Machrek et Golfe", "Máshreq y Golfo"), None),
    ("APA-SEA", (), ("South-East Asia", "Asie du Sud-Est", "Asia Sudoriental"), "035"),
    ("APA-PAC", (), ("Pacific", "Pacifique", "Pacífico"), "009"),
    ("APA-EAS", (), ("East Asia", "Asie de l’Est", "Asia Oriental"), "030"),
    ("APA-CEN", (), ("Central Asia and Iran", "Asie centrale et Iran", "Asia Central e Irán"), "143 IR"),
    ("APA-SOU", (), ("South Asia", "Asie du Sud", "Asia Meridional"), "034"),
    ("LAC-CAR", (), ("Caribbean", "Caraïbes", "Caribe"), "029"),
    ("LAC-LAT", (), ("Latin America", "Amérique latine", "América Latina"), None),
    ("ENA-NAM", (), ("North America", "Amérique du Nord", "América del Norte"), "021"),
    ("ENA-CAU", (), ("Caucasus and Türkiye", "Caucase et Turquie", "Cáucaso y Turquía"), "AM AZ GE TR"),
    (
        "ENA-CEE",
        (),
        (
            "Central, Eastern and South-East Europe",
            "Europe centrale, orientale et du Sud-Est",
            "Europa Central, Oriental y Sudoriental",
        ),
        "151 AL BA HR ME MK RS SI GR CY XK",
    ),
    (
        "ENA-WNS",
        (),
        (
            "Western, Northern and Southern Europe",
            "Europe occidentale, septentrionale et méridionale",
            "Europa Occidental, Septentrional y Meridional",
        ),
        None,
    ),
)

# The United Nations' own names where CLDR's say less or other than the area holds.
UN_NAMES = {
    "035": ("South-eastern Asia", "Asie du Sud-Est", "Asia Sudoriental"),
    "053": ("Australia and New Zealand", "Australie et Nouvelle-Zélande", "Australia y Nueva Zelandia"),
    "057": ("Micronesia", "Micronésie", "Micronesia"),
    "419": ("Latin America and the Caribbean", "Amérique latine et Caraïbes", "América Latina y el Caribe"),
}

LANGUAGE_CODES = (
    "af ak am ar as az be bg bm bn bo br bs ca ckb cs cy da de dz ee el en eo es et eu fa ff fi fil fo fr fy ga gd "
    "gl gu ha haw he hi hr hu hy id ig is it ja jv ka kab ki kk kl km kn ko ks ku ky lb lg ln lo lt lv mg mi mk ml "
    "mn mr ms mt my nb nd ne nl nn no nus om or os pa pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sn so sq sr "
    "su sv sw ta te tg th ti tk to tr tt ug uk ur uz vi wo xh yi yo yue zgh zh zu"
).split()
# Languages of which CLDR has the name in English, French and Spanish, but no locale of their own.
OWN_NAMES = {
    "ay": "aymar aru",
    "bi": "Bislama",
    "dv": "ދިވެހިބަސް",
    "fj": "na vosa vakaviti",
    "gn": "avañe’ẽ",
    "ht": "kreyòl ayisyen",
    "la": "Latina",
    "nr": "isiNdebele",
    "nso": "Sesotho sa Leboa",
    "ny": "Chichewa",
    "oc": "occitan",
    "pap": "Papiamentu",
    "sm": "gagana Samoa",
    "srn": "Sranantongo",
    "ss": "siSwati",
    "st": "Sesotho",
    "tet": "tetun",
    "tn": "Setswana",
    "tpi": "Tok Pisin",
    "ts": "Xitsonga",
    "ty": "reo Tahiti",
    "ve": "Tshivenḓa",
}
RIGHT_TO_LEFT = {"dv"}

Names = dict[str, str]
NAMED = {language: Locale(language) for language in LANGUAGES}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cldr_core", type=Path)
    parser.add_argument("archive", type=Path)
    parser.add_argument("regions", type=Path)
    parser.add_argument("tilegrid", type=Path)
    default = Path(__file__).resolve().parent.parent / "src/tessera/places/data"
    parser.add_argument("target", type=Path, nargs="?", default=default)
    args = parser.parse_args()
    supplemental = args.cldr_core / "supplemental"
    containment = load(supplemental / "territoryContainment.json")["supplemental"]["territoryContainment"]
    codes = load(supplemental / "codeMappings.json")["supplemental"]["codeMappings"]
    archive, tiles = load(args.archive), load(args.tilegrid)

    unesco = unesco_scheme(load(args.regions), archive, tiles)
    everywhere = {c for region in unesco["regions"] for c in region["countries"] + region["territories"]}
    countries = sorted(everywhere | set(OUTSIDE.split()))
    m49 = m49_areas(containment, archive, set(countries))
    files = {
        "unesco": unesco,
        "unesco_split": split_scheme(unesco, m49),
        "m49": m49,
        "countries": {"countries": country_rows(countries, codes, m49, archive)},
        "languages": {"languages": language_rows()},
        "working_areas": working_areas(unesco, m49),
    }
    args.target.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (args.target / f"{name}.json").write_text(text_of(content), encoding="utf-8")
    (args.target / "tilegrid.json").write_text(args.tilegrid.read_text(encoding="utf-8"), encoding="utf-8")
    print(f"{len(tiles)} tiles, {len(countries)} countries, {len(m49['areas'])} areas in {args.target}")
    return 0


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def text_of(content: Any) -> str:
    """Readable and stable: two levels spread out, what lies deeper on one line."""
    return spread(content, 0) + "\n"


def spread(value: Any, depth: int) -> str:
    inner, outer = " " * (depth + 1), " " * depth
    if depth < 2 and isinstance(value, dict) and value:
        rows = [f"{inner}{json.dumps(key)}: {spread(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{outer}}}"
    if depth < 2 and isinstance(value, list) and value and not isinstance(value[0], str):
        return "[\n" + ",\n".join(inner + spread(item, depth + 1) for item in value) + f"\n{outer}]"
    return json.dumps(value, ensure_ascii=False)


def names(*texts: str) -> Names:
    return dict(zip(LANGUAGES, texts, strict=True))


def unesco_scheme(table: Any, archive: Any, tiles: Any) -> dict[str, Any]:
    known = archive["region_schemes"]["unesco"]
    rows = {row["id"].upper(): row for row in table["regions"]}
    regions = [
        {
            "code": code,
            "name": known["regions"][code],
            "label": rows[code]["label"],
            "countries": sorted(rows[code]["iso"].split()),
            "territories": TERRITORIES[code].split(),
        }
        for code in ORDER
    ]
    placed = [country for region in regions for country in region["countries"]]
    require(sorted(placed) == sorted(tiles), "the five regions are no partition of the tiles")
    for country, fact in archive["countries"].items():
        home = next(region["code"] for region in regions if country in region["countries"])
        require(home == fact["unesco_region"], f"{country} is in {home}, the archive says {fact['unesco_region']}")
    return {
        "code": "unesco",
        "version": 1,
        "name": known["name"],
        "partition": True,
        "regions": regions,
        "outside": OUTSIDE.split(),
    }


def split_scheme(unesco: dict[str, Any], m49: dict[str, Any]) -> dict[str, Any]:
    north = countries_of(m49, NORTH_AMERICA)
    regions = []
    for region in unesco["regions"]:
        if region["code"] != "ENA":
            regions.append(region)
            continue
        for code, name, label, inside in (
            ("EUR", names("Europe", "Europe", "Europa"), [9.65, 1.65, "end"], False),
            ("NAM", names("North America", "Amérique du Nord", "América del Norte"), region["label"], True),
        ):
            parts = {
                key: [country for country in region[key] if (country in north) is inside]
                for key in ("countries", "territories")
            }
            regions.append({"code": code, "name": name, "label": label, **parts})
    name = names(
        "UNESCO regions, Europe and North America apart",
        "Régions de l’UNESCO, Europe et Amérique du Nord séparées",
        "Regiones de la UNESCO, con Europa y América del Norte separadas",
    )
    return {**unesco, "code": "unesco_split", "name": name, "regions": regions}


def m49_areas(containment: Any, archive: Any, countries: set[str]) -> dict[str, Any]:
    """Every area with its parent; the partition are the areas that hold countries directly."""
    known = archive["region_schemes"]["m49_subregions"]["regions"]
    areas: list[dict[str, Any]] = []

    def add(code: str, parent: str | None) -> None:
        held = containment[code]["_contains"]
        # The United Nations put Sub-Saharan Africa and Latin America between; CLDR keeps them aside.
        for group in containment.get(f"{code}-status-grouping", {}).get("_contains", ()):
            if group in ("202", "419"):
                inside = containment[group]["_contains"]
                held = [group, *(area for area in held if area not in inside)]
        areas.append(
            {
                "code": code,
                "parent": parent,
                "name": known.get(code) or area_names(code),
                "countries": sorted(country for country in held if country in countries),
            }
        )
        for area in sorted(area for area in held if area.isdigit()):
            add(area, code)

    add("001", None)
    return {
        "code": "m49_subregions",
        "version": 1,
        "name": names(
            "United Nations M49 sub-regions",
            "Sous-régions M49 des Nations Unies",
            "Subregiones M49 de las Naciones Unidas",
        ),
        "partition": True,
        "areas": areas,
    }


def area_names(code: str) -> Names:
    if code in UN_NAMES:
        return names(*UN_NAMES[code])
    english, french, spanish = (NAMED[language].territories[code] for language in LANGUAGES)
    # In Spanish the archive, like the United Nations, writes every word of an area with a capital.
    spanish = " ".join(capital(word) for word in spanish.split())
    return names(capital(english), capital(french), spanish)


def capital(text: str) -> str:
    return text[0].upper() + text[1:]


def countries_of(m49: dict[str, Any], code: str) -> set[str]:
    own = next(area for area in m49["areas"] if area["code"] == code)
    inside = [countries_of(m49, area["code"]) for area in m49["areas"] if area["parent"] == code]
    return set(own["countries"]).union(*inside)


def country_rows(codes: list[str], mappings: Any, m49: dict[str, Any], archive: Any) -> dict[str, Any]:
    home = {country: area["code"] for area in m49["areas"] for country in area["countries"]}
    rows = {}
    for code in codes:
        rows[code] = {
            "alpha3": mappings[code]["_alpha3"],
            "m49": None if code == "XK" else mappings[code]["_numeric"],
            "subregion": home.get(code),
            "name": names(*(NAMED[language].territories[code] for language in LANGUAGES)),
        }
    for code, (english, french, spanish) in UNITED_NATIONS_NAMES.items():
        rows[code]["name"] = names(english, french, spanish)
    for code, fact in archive["countries"].items():
        row = rows[code]
        told = (fact["alpha3"], fact["m49"], fact["m49_subregion"])
        require((row["alpha3"], row["m49"], row["subregion"]) == told, f"{code}: {row} is not {told}")
        row["name"] = fact["name"]
    return rows


def language_rows() -> dict[str, Any]:
    rows = {}
    for code in sorted([*LANGUAGE_CODES, *OWN_NAMES]):
        found = [NAMED[language].languages.get(code) for language in LANGUAGES]
        require(all(found), f"{code} has no name in every language: {found}")
        try:
            own = Locale(code)
        except UnknownLocaleError:
            own = None
        endonym = OWN_NAMES.get(code) or (own and own.languages.get(code))
        require(bool(endonym), f"{code} has no name of its own")
        right = code in RIGHT_TO_LEFT or (own is not None and own.character_order == "right-to-left")
        rows[code] = {
            "name": names(*(name for name in found if name)),
            "endonym": endonym,
            "dir": "rtl" if right else "ltr",
        }
    return rows


def working_areas(unesco: dict[str, Any], m49: dict[str, Any]) -> dict[str, Any]:
    """Each area takes its countries in turn from what its region still has; "rest" areas take what is left."""
    left = {region["code"]: set(region["countries"]) for region in unesco["regions"]}
    found: dict[str, set[str]] = {}
    # Countries named one by one come first: Iran is in 034 too, the Balkans are in 039.
    for code, _, _, parts in sorted(WORKING_AREAS, key=lambda area: (area[3] is None, not named(area[3]))):
        region = code[:3]
        wanted = set(left[region]) if parts is None else set()
        for part in (parts or "").split():
            wanted |= countries_of(m49, part) & left[region] if part.isdigit() else {part}
        require(wanted <= left[region], f"{code}: {sorted(wanted - left[region])} are not free in {region}")
        found[code] = wanted
        left[region] -= wanted
    require(not any(left.values()), f"in no working area: {left}")
    return {
        "code": "working_areas",
        "version": 1,
        "name": names("Working areas", "Zones de travail", "Zonas de trabajo"),
        "partition": True,
        "regions": [
            {
                "code": code,
                "region": code[:3],
                "name": names(*texts),
                "languages": list(languages),
                "countries": sorted(found[code]),
            }
            for code, languages, texts, _ in WORKING_AREAS
        ],
    }


def named(parts: str | None) -> bool:
    return any(not part.isdigit() for part in (parts or "").split())


def require(holds: bool, sentence: str) -> None:
    if not holds:
        sys.exit(f"places_data: {sentence}")


if __name__ == "__main__":
    sys.exit(main())
