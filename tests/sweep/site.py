"""The site as its readers meet it: fetched in the process, or served to a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.test import Client
from django.test.testcases import LiveServerThread
from django.urls import reverse
from django.utils import translation

from tests.sweep.markup import Node, parse
from tests.sweep.pages import Page
from tests.sweep.readers import client_of

LANGUAGES = ("en", "fr", "es")


@dataclass
class Fetched:
    """One answer of the site, with its tree where it is a page."""

    page: Page
    language: str
    path: str
    status: int
    headers: dict[str, str]
    body: bytes

    @cached_property
    def tree(self) -> Node:
        return parse(self.body)

    @property
    def is_html(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")


class Site:
    """The site on the loaded database; what was fetched once is kept."""

    def __init__(self, keys: dict[str, Any]) -> None:
        self.keys = keys
        self._clients: dict[str, Client] = {}
        self._fetched: dict[tuple[Page, str], Fetched] = {}
        self._server: LiveServerThread | None = None

    def client(self, reader: str = "") -> Client:
        if reader not in self._clients:
            self._clients[reader] = client_of(reader)
        return self._clients[reader]

    def path(self, page: Page, language: str) -> str:
        arguments = {
            name: self.keys[value[1:]] if isinstance(value, str) and value.startswith("@") else value
            for name, value in page.arguments.items()
        }
        with translation.override(language):
            return reverse(page.route, kwargs=arguments or None) + page.query

    def fetch(self, page: Page, language: str) -> Fetched:
        """The page, fetched when it is first asked for."""
        if (page, language) not in self._fetched:
            cache.clear()  # the sweep is no reader whom a limit should stop
            path = self.path(page, language)
            answer: Any = self.client(page.reader).get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            self._fetched[page, language] = Fetched(
                page, language, path, answer.status_code, dict(answer.headers), body
            )
        return self._fetched[page, language]

    def cookies(self, reader: str) -> list[dict[str, str]]:
        """The cookies that make a browser this reader."""
        jar = self.client(reader).cookies
        name = settings.SESSION_COOKIE_NAME
        return [{"name": name, "value": jar[name].value, "url": self.url}] if name in jar else []

    @property
    def url(self) -> str:
        """The address of a server of this site, started when it is first asked for."""
        if self._server is None:
            self._server = LiveServerThread("127.0.0.1", _as_it_is)  # type: ignore[arg-type]
            self._server.daemon = True
            self._server.start()
            self._server.is_ready.wait()
            if self._server.error:
                raise self._server.error
        return f"http://127.0.0.1:{self._server.port}"

    def close(self) -> None:
        if self._server is not None:
            self._server.terminate()


def _as_it_is(application: Callable[..., Any]) -> Callable[..., Any]:
    """The application itself, which serves its static files as in production."""
    assert staticfiles_storage.hashed_files  # type: ignore[attr-defined]  # the static files are collected
    return application
