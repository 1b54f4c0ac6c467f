"""What is rendered for one reader, compressed for the line; pages of everybody are compressed once, by who keeps them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

COMPRESSED = ("text/", "application/json", "application/ld+json", "image/svg+xml")


class PersonalPageMiddleware(GZipMiddleware):
    """Django's compression, with its padding of random length, for texts; files go out as they are, with their length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith(COMPRESSED):
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer
