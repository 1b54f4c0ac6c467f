"""Public pages kept whole: an anonymous reader's page costs one query while nothing changed."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import brotli
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils import timezone

from tessera.core.versions import content_version
from tessera.web.weight import weighed

KEPT_PAGES = 400
# Whoever brings one of these is shown what is theirs: an account, or a notice that waits to be read once.
PERSONAL_COOKIES = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}
UNASKED = ("/static/", "/healthz", "/readyz")  # never kept, so the content version is not asked for
SHARED_HEADERS = {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers"}  # what lets other sites read it
KEPT_HEADERS = (
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Content-Disposition",
    "Content-Language",
    "Content-Security-Policy",
    "Content-Type",
    "Cross-Origin-Opener-Policy",
    "Link",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
)


@dataclass
class KeptPage:
    """A rendered page, its validator, and its bytes by content coding."""

    status: int
    headers: dict[str, str]
    etag: str
    bodies: dict[str, bytes] = field(default_factory=dict)

    def body(self, coding: str) -> bytes:
        if coding not in self.bodies:
            plain = self.bodies[""]
            self.bodies[coding] = (
                brotli.compress(plain, quality=5) if coding == "br" else gzip.compress(plain, 6, mtime=0)
            )
        return self.bodies[coding]


class PublicPageMiddleware:
    """Answers anonymous reads of public pages from memory, keyed by address, theme, day and content version.

    Every process keeps its own pages; the content version, read from the database each time, makes a changed
    fact show on the very next request of any process. Conditional requests answer 304.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.pages: OrderedDict[tuple[str, str], KeptPage] = OrderedDict()
        self.lock = threading.Lock()
        self.version = -1
        self.day = ""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or PERSONAL_COOKIES & request.COOKIES.keys():
            return weighed(self.get_response(request))
        if request.path.startswith(UNASKED) or "HTTP_HX_REQUEST" in request.META:
            return self.get_response(request)
        version, day = content_version(), timezone.now().date().isoformat()
        choices = request.COOKIES.get("theme", "") + request.COOKIES.get("map", "")
        key = (f"{request.scheme}://{request.get_host()}{request.get_full_path()}", choices)
        with self.lock:
            if (version, day) != (self.version, self.day):
                self.pages.clear()
                self.version, self.day = version, day
            page = self.pages.get(key)
        if page is None:
            response = weighed(self.get_response(request))
            page = self._keep(key, version, response)
            if page is None:
                return response
        return self._answer(request, page)

    def _keep(self, key: tuple[str, str], version: int, response: HttpResponseBase) -> KeptPage | None:
        if not getattr(response, "keep_whole", False) or response.status_code != 200 or response.cookies:
            return None
        if response.streaming:
            return None
        body = response.content  # type: ignore[attr-defined]
        page = KeptPage(
            status=200,
            headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
            etag=hashlib.sha256(body).hexdigest()[:24],
            bodies={"": body},
        )
        with self.lock:
            if version == self.version:
                self.pages[key] = page
                while len(self.pages) > KEPT_PAGES:
                    self.pages.popitem(last=False)
        return page

    def _answer(self, request: HttpRequest, page: KeptPage) -> HttpResponseBase:
        accepted = request.headers.get("Accept-Encoding", "")
        coding = "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""
        etag = f'W/"{page.etag}"'
        response: HttpResponse
        if etag in [part.strip() for part in request.headers.get("If-None-Match", "").split(",")]:
            response = HttpResponseNotModified()
            for name in SHARED_HEADERS & page.headers.keys():
                response.headers[name] = page.headers[name]
        else:
            response = HttpResponse(page.body(coding), status=page.status)
            for name, value in page.headers.items():
                response.headers[name] = value
            response.headers["Content-Length"] = str(len(response.content))
            if coding:
                response.headers["Content-Encoding"] = coding
        response.headers["ETag"] = etag
        response.headers["Vary"] = "Accept-Encoding, Cookie"
        response.headers["Cache-Control"] = "no-cache"
        return response
