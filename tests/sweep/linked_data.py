"""schema.org data: what a thing of each kind cannot do without, wherever a page describes one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

REQUIRED = {
    "Course": {"name", "description", "provider", "url", "hasCourseInstance"},
    "CourseInstance": {"name", "courseMode"},
    "EducationEvent": {"name"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "Person": {"name", "url"},
    "Organization": {"name"},
    "Place": {"name", "address"},
    "PostalAddress": {"addressCountry"},
    "VirtualLocation": {"url"},
    "Country": {"name", "identifier"},
    "AdministrativeArea": {"name"},
    "Audience": {"geographicArea"},
    "DefinedTerm": {"name"},
    "Role": {"roleName", "contributor"},
    "WebSite": {"name", "url", "potentialAction"},
    "SearchAction": {"target", "query-input"},
    "EntryPoint": {"urlTemplate"},
}


def things(value: Any) -> Iterator[dict[str, Any]]:
    """Every thing that ``value`` describes, at any depth."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from things(part)
    elif isinstance(value, list):
        for part in value:
            yield from things(part)


def shapeless(data: Any) -> Iterator[str]:
    """What is wrong with the shape of a whole JSON-LD document, a line each."""
    if not isinstance(data, dict) or data.get("@context") != "https://schema.org":
        yield "JSON-LD without the context https://schema.org"
        return
    for thing in things(data.get("@graph", [{k: v for k, v in data.items() if k != "@context"}])):
        named = thing.get("@type")
        if not named:
            yield f"JSON-LD without a type: {str(thing)[:80]}"
            continue
        for kind in named if isinstance(named, list) else [named]:
            if kind not in REQUIRED:
                yield f"JSON-LD of the unknown kind {kind}"
            elif lacking := REQUIRED[kind] - thing.keys():
                yield f"JSON-LD: a {kind} without {', '.join(sorted(lacking))}"
        for key, part in thing.items():
            if part in (None, "", [], {}):
                yield f"JSON-LD: a {named} with an empty {key}"
