"""Pages for what went wrong: 400, 403, 404, 429, 500 and a failed CSRF check."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _

# A language tag (BCP 47) as far as an address may begin with one: "de", "PT-br", "zh-Hant".
TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"web/{status}.html", status=status)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page in the nearest language where the address begins with a language there is none of; else 404."""
    if request.method in ("GET", "HEAD") and (found := _in_nearest_language(request)):
        return found
    return _page(request, 404)


def _in_nearest_language(request: HttpRequest) -> HttpResponse | None:
    head, _slash, rest = request.path.lstrip("/").partition("/")
    if not TAG.fullmatch(head) or head in (*settings.INTERFACE_LANGUAGES, "api"):
        return None
    base = head.lower().partition("-")[0]
    known = base in settings.INTERFACE_LANGUAGES
    language = base if known else get_language_from_request(request)
    path = f"/{language}/{rest}"
    with translation.override(language):
        if not is_valid_path(path):
            return None
        if not known:
            messages.info(request, _("There is no page in the language of that address; this is the nearest."))
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(escape_leading_slashes(f"{path}?{query}" if query else path))
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@login_not_required
def too_many_requests(request: HttpRequest) -> HttpResponse:
    return _page(request, 429)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "web/csrf.html", status=403)
