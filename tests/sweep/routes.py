"""The addresses of the site, read from the URL resolver itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern


@dataclass(frozen=True)
class Route:
    """One address: its name with its namespaces (or its pattern, where it has no name), and what it takes."""

    name: str
    pattern: str
    arguments: tuple[str, ...]
    localized: bool
    view: Callable[..., Any]


def routes() -> list[Route]:
    """Every address the site answers, in the order in which they are tried."""
    return list(_walk(get_resolver("tessera.config.urls").url_patterns, "", "", localized=False))


def _walk(patterns: list[Any], namespace: str, before: str, *, localized: bool) -> Iterator[Route]:
    for entry in patterns:
        inside = localized or isinstance(entry.pattern, LocalePrefixPattern)
        # The prefix pattern spells itself in the active language; the address is the same in all of them.
        own = "" if isinstance(entry.pattern, LocalePrefixPattern) else str(entry.pattern)
        pattern = before + own.removeprefix("^").removesuffix("$")
        if isinstance(entry, URLResolver):
            within = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, within, pattern, localized=inside)
        elif isinstance(entry, URLPattern):
            yield Route(
                name=namespace + entry.name if entry.name else pattern,
                pattern=pattern,
                arguments=tuple(entry.pattern.regex.groupindex),
                localized=inside,
                view=entry.callback,
            )


def is_public(route: Route) -> bool:
    """Whether the view answers readers who are not signed in."""
    return not getattr(route.view, "login_required", True)
