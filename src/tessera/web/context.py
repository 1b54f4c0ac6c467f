"""What the base template needs on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Alternate:
    """This page in one language: ``code`` for people ("EN"), its own ``name``, its address."""

    language: str
    code: str
    name: str
    path: str
    current: bool


def theme_of(request: HttpRequest) -> str:
    """The theme the reader chose ("light", "dark"), or "" to follow the device."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


def alternates_of(request: HttpRequest) -> list[Alternate]:
    """This address in every language of the interface; where it names no language, the home pages."""
    head, _, rest = request.path.lstrip("/").partition("/")
    inside = head in settings.INTERFACE_LANGUAGES
    query = f"?{request.META['QUERY_STRING']}" if inside and request.META.get("QUERY_STRING") else ""
    active = get_language()
    return [
        Alternate(
            language=code,
            code=code.upper(),
            name=get_language_info(code)["name_local"].capitalize(),
            path=f"/{code}/{rest}{query}" if inside else f"/{code}/",
            current=code == active,
        )
        for code in settings.INTERFACE_LANGUAGES
    ]


def absolute(request: HttpRequest, path: str) -> str:
    """``path`` with the public address of the site (the request's own in an embedded deployment)."""
    return settings.SITE_ADDRESS + path if settings.SITE_ADDRESS else request.build_absolute_uri(path)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Theme, names and this page's other languages."""
    language = get_language() or settings.MAIN_LANGUAGE
    return {
        "theme": theme_of(request),
        "programme_name": settings.PROGRAMME_NAME,
        "alternates": alternates_of(request),
        "language": language,
        "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
        "home_path": f"/{language}/",
        "accent": bool(settings.ACCENT or settings.ACCENT_DARK),
        "embedded": settings.EMBEDDED,
    }
