"""Limits: so many in so long a time, counted in the cache that all processes share."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True)
class Window:
    """At most ``count`` of ``name`` for each key in ``seconds``, from one full window to the next."""

    name: str
    count: int
    seconds: int

    def admit(self, key: str) -> bool:
        """Count one more for ``key``; False where the window is full. Two processes never take the same place."""
        now = int(time.time())
        start = now - now % self.seconds
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        return any(
            cache.add(f"window:{self.name}:{digest}:{start}:{place}", 1, start + self.seconds - now + 1)
            for place in range(self.count)
        )


LINKS_PER_ADDRESS = Window("link-address", 4, 15 * 60)
LINKS_PER_ADDRESS_AND_DAY = Window("link-address-day", 20, 24 * 3600)
LINKS_PER_READER = Window("link-reader", 20, 15 * 60)
TOKENS_PER_READER = Window("token-reader", 30, 15 * 60)
PASSWORDS_PER_READER = Window("password-reader", 30, 15 * 60)
FORMS_PER_USER = Window("form-user", 20, 15 * 60)


def reader_of(request: HttpRequest) -> str:
    """The network address a request comes from, as far as the trusted proxies tell it."""
    return get_adapter().get_client_ip(request)
