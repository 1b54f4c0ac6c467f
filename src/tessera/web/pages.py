"""Marks for public pages and what the shell needs to know of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

type View = Callable[..., HttpResponseBase]


def public_page(view: View) -> View:
    """Mark ``view`` as readable by everybody and, for readers who are not signed in, kept whole.

    Such a page shows nothing personal and holds no form that posts: what it says follows from the address,
    the theme, the day and the content version alone.
    """

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.keep_whole = True  # type: ignore[attr-defined]
        return response

    return login_not_required(marked)


def in_reading_language(path: str) -> str:
    """``path``, the address of one of our pages, in the language of the page that is read now."""
    rest = path.lstrip("/").partition("/")[2]
    return f"/{get_language() or settings.MAIN_LANGUAGE}/{rest}"
