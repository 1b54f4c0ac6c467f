"""Requests that no browser makes, answered before anything is read of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseBase

UTF_8 = frozenset({"utf-8", "utf8"})


class SoundnessMiddleware:
    """Nothing is at an address with NUL in it, and whoever names a coding other than UTF-8 made a bad request.

    PostgreSQL takes no NUL; and by a coding of its own choice a body could say what UTF-8 cannot, lone surrogates
    among them, or name what is no coding of texts at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Before the check of tokens, which is the first to read a body."""
        if "\0" in request.path_info:
            raise Http404
        params = request.content_params or {}
        if params.get("charset", "utf-8").strip().lower() not in UTF_8:
            raise BadRequest
