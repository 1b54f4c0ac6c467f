"""Requests that no browser makes, answered before anything is read of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.http import parse_header_parameters

UTF_8 = frozenset({"utf-8", "utf8"})


def utf_8_alone(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """``application``, asked in UTF-8 alone; another coding is a bad request.

    By a coding of its own choice a body could say what UTF-8 cannot, lone surrogates among them, and one that is no coding
    of texts ("hex") breaks Django before it has a request that it could answer.
    """

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        named = environ.get("CONTENT_TYPE") or ""
        if "charset" in named.lower():
            _kind, params = parse_header_parameters(named)
            if params.get("charset", "utf-8").strip().lower() not in UTF_8:
                start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
                return [b"Texts are sent in UTF-8.\n"]
        return application(environ, start_response)

    return answer


class SoundnessMiddleware:
    """Nothing is at an address with NUL in it, which PostgreSQL cannot be asked for. The interface says so itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if "\0" in request.path_info and not request.path_info.startswith("/api/"):
            raise Http404
