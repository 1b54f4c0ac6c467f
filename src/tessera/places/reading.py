"""A region scheme as a person hands it in: JSON, or a table with a line for each country."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tessera.core.folding import clean
from tessera.places.models import Country, RegionScheme
from tessera.places.schemes import AssignmentRow, RegionRow, scheme_errors
from tessera.places.services import scheme_document, tile_codes

MAX_ROWS = 5000


@dataclass
class Read:
    """What was read, as a document for ``save_scheme``; ``errors`` are sentences that name their line."""

    regions: list[dict[str, Any]] = field(default_factory=list)
    name: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def read_scheme(text: str, *, partition: bool, before: RegionScheme | None) -> Read:
    """Read ``text`` whole and check it whole: every line that is wrong is named, and nothing is written.

    Regions that the version ``before`` knows keep their names and labels where the text gives none.
    """
    text = text.lstrip("\ufeff").strip()
    if not text:
        return Read(errors=[_("Give a file, or paste the rows.")])
    known = {region["code"]: region for region in scheme_document(before)["regions"]} if before else {}
    read, regions, assignments = _read_json(text) if text[0] in "[{" else _read_table(text)
    if read.errors:
        return read
    for region in read.regions:
        old = known.get(region["code"], {})
        region["name"] = region["name"] or old.get("name") or {}
        region["label"] = old.get("label") or []
        region["within"] = region.get("within") or old.get("within") or ""
        if not any(region["name"].values()):
            read.errors.append(
                _("The region %(code)s has no name: write it in the column name_%(language)s.")
                % {"code": region["code"], "language": settings.MAIN_LANGUAGE}
            )
    found = scheme_errors(
        regions,
        assignments,
        countries=Country.objects.values_list("code", flat=True),
        required=tile_codes(),
        partition=partition,
    )
    for error in found:
        sentence = _(error.message) % error.params
        read.errors.append(
            _("Row %(row)s: %(sentence)s") % {"row": error.row, "sentence": sentence} if error.row else sentence
        )
    return read


def table_of(scheme: RegionScheme) -> str:
    """A version of a scheme as the table that ``read_scheme`` takes, to change and hand in again."""
    out = io.StringIO()
    names = [f"name_{code}" for code in settings.CONTENT_LANGUAGES]
    writer = csv.writer(out)
    writer.writerow(["region", "country", "within", *names])
    for region in scheme_document(scheme)["regions"]:
        for country in region["countries"]:
            told = [region["name"].get(code, "") for code in settings.CONTENT_LANGUAGES]
            writer.writerow([region["code"], country, region["within"], *told])
    return out.getvalue()


def _read_table(text: str) -> tuple[Read, list[RegionRow], list[AssignmentRow]]:
    read = Read()
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    columns = [cell.strip().lower() for cell in rows[0]]
    if "region" not in columns or "country" not in columns:
        read.errors.append(_("Row 1: the columns “region” and “country” are needed; the first row names the columns."))
        return read, [], []
    regions: dict[str, RegionRow] = {}
    assignments: list[AssignmentRow] = []
    for number, cells in enumerate(rows[1 : MAX_ROWS + 1], start=2):
        cell = {name: clean(value, lines=False) for name, value in zip(columns, cells, strict=False)}
        if not any(cell.values()):
            continue
        code, country = cell.get("region", "").upper(), cell.get("country", "").upper()
        if not code or not country:
            read.errors.append(_("Row %(row)s: the region or the country is missing.") % {"row": number})
            continue
        if code not in regions:
            regions[code] = RegionRow(number, code)
            read.regions.append({"code": code, "name": {}, "within": cell.get("within", ""), "countries": []})
        region = next(r for r in read.regions if r["code"] == code)
        region["name"] |= {
            lang: cell[f"name_{lang}"] for lang in settings.CONTENT_LANGUAGES if cell.get(f"name_{lang}")
        }
        region["countries"].append(country)
        assignments.append(AssignmentRow(number, country, code))
    return read, list(regions.values()), assignments


def _read_json(text: str) -> tuple[Read, list[RegionRow], list[AssignmentRow]]:
    read = Read()
    try:
        told = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        read.errors.append(_("This is not JSON: line %(line)s cannot be read.") % {"line": line})
        return read, [], []
    rows = told.get("regions") if isinstance(told, Mapping) else told
    if isinstance(told, Mapping) and isinstance(told.get("name"), Mapping):
        read.name = _texts(told["name"])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        read.errors.append(_("A list of regions is needed, each with its code and its countries."))
        return read, [], []
    regions: list[RegionRow] = []
    assignments: list[AssignmentRow] = []
    for number, row in enumerate(rows[:MAX_ROWS], start=1):
        code = str(row.get("code") or "").strip().upper()
        countries = _codes([*_listed(row.get("countries")), *_listed(row.get("territories"))])
        if not code:
            read.errors.append(_("Row %(row)s: the region has no code.") % {"row": number})
            continue
        name = row.get("name")
        read.regions.append(
            {
                "code": code,
                "name": _texts(name) if isinstance(name, Mapping) else {},
                "within": str(row.get("within") or ""),
                "countries": countries,
            }
        )
        regions.append(RegionRow(number, code))
        assignments += [AssignmentRow(number, country, code) for country in countries]
    return read, regions, assignments


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _codes(values: Iterable[Any]) -> list[str]:
    return [str(value).strip().upper() for value in values]


def _texts(told: Mapping[str, Any]) -> dict[str, str]:
    return {code: clean(str(told[code]), lines=False) for code in settings.CONTENT_LANGUAGES if told.get(code)}
