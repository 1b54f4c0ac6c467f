"""What every address of the interface does: open to all, read-only, readable from other sites, bounded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from tessera.accounts.windows import reader_of
from tessera.api import errors

type View = Callable[..., HttpResponseBase]

METHODS = "GET, HEAD, OPTIONS"
# What a reader may have computed in a minute by one process; answers kept whole are not counted.
PER_MINUTE = 600


class Pace:
    """Counts readers in this process's memory, a minute at a time: a kept count would cost more than the answer."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._minute = 0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def wait(self, reader: str) -> int:
        """Count one request; 0, or the seconds until the next minute where the reader had enough."""
        now = int(time.time())
        with self._lock:
            if now // 60 != self._minute:
                self._minute, self._counts = now // 60, {}
            self._counts[reader] = self._counts.get(reader, 0) + 1
            return 60 - now % 60 if self._counts[reader] > self.per_minute else 0


pace = Pace(PER_MINUTE)


def open_to_all(view: View) -> View:
    """Make ``view`` an address of the interface; what it answers with 200 is kept whole while nothing changes."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = "Accept-Language, If-None-Match"
            response.headers["Access-Control-Max-Age"] = "86400"
        elif request.method not in ("GET", "HEAD"):
            response = errors.method_not_allowed(request)
            response.headers["Allow"] = METHODS
        elif seconds := pace.wait(reader_of(request)):
            response = errors.too_many_requests(request, seconds)
            response.headers["Retry-After"] = str(seconds)
        else:
            request.method = "GET"  # the server leaves the body of an answer to HEAD out
            response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response.keep_whole = True  # type: ignore[attr-defined]
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        return response

    return login_not_required(csrf_exempt(answer))
