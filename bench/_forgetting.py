"""Makes the process that answers forget what it made before, as right after a change or a start."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

ASKED = "forget="


class ForgettingMiddleware:
    """An address with ``forget=`` is answered by a process that keeps no map, no sums of the clock, no catalogue."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if ASKED in request.META.get("QUERY_STRING", ""):
            from tessera.portal.ground import forget_ground
            from tessera.publications.shelf import forget_shelf
            from tessera.web import tilemap

            forget_ground()
            forget_shelf()
            tilemap.svg.cache_clear()
        return self.get_response(request)
