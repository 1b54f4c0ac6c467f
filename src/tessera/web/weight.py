"""What a page weighs on the line: itself and its own assets, compressed."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponseBase

WEIGHT_MARK = "@page-weight@"
_ASSET = re.compile(rb'(?:href|src)="/static/([^"?#]+\.(?:css|js|svg))"')
_HASHED = re.compile(r"\.[0-9a-f]{12}(\.[a-z]+)$")


def weighed(response: HttpResponseBase) -> HttpResponseBase:
    """The response with its weight in kB (1,000 bytes, rounded up) where it asks for it."""
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return response
    body: bytes = response.content  # type: ignore[attr-defined]
    if WEIGHT_MARK.encode() in body:
        body = body.replace(WEIGHT_MARK.encode(), str(-(-weight_of(body) // 1000)).encode())
        response.content = body  # type: ignore[attr-defined]
        if "Content-Length" in response.headers:
            response.headers["Content-Length"] = str(len(body))
    return response


def weight_of(body: bytes) -> int:
    """Bytes on the line of the page ``body`` and of its own assets, compressed, when nothing of it is there yet."""
    return len(gzip.compress(body, 6)) + sum(asset_weight(name.decode()) for name in set(_ASSET.findall(body)))


@cache
def asset_weight(name: str) -> int:
    """Compressed bytes of the static file ``name`` (hashed or not); 0 where there is none."""
    kept = Path(settings.STATIC_ROOT) / name
    found = str(kept) if kept.exists() else finders.find(_HASHED.sub(r"\1", name))
    return len(gzip.compress(Path(str(found)).read_bytes(), 6)) if found else 0
