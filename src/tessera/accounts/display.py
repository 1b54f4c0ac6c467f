"""How a reader wants pages to look: kept with the account, and in cookies that the shell reads."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase

YEAR_S = 365 * 24 * 3600


def remember_choices(response: HttpResponseBase, user: Any, *, secure: bool) -> None:
    """Set the cookies of language, theme and map to what ``user`` chose; a choice nobody made leaves its cookie."""
    choices = {
        settings.LANGUAGE_COOKIE_NAME: user.language,
        "theme": user.theme,
        "map": "no" if user.hide_map else "",
    }
    for name, value in choices.items():
        if value:
            response.set_cookie(name, value, max_age=YEAR_S, samesite="Lax", secure=secure, httponly=True)


def keep_choices(response: HttpResponseBase, user: Any, *, secure: bool) -> None:
    """As ``remember_choices``, for choices just made: what was taken back loses its cookie."""
    remember_choices(response, user, secure=secure)
    if not user.theme:
        response.delete_cookie("theme", samesite="Lax")
    if not user.hide_map:
        response.delete_cookie("map", samesite="Lax")
