"""Tickets that decide ties: anybody who knows the seed and the ids can draw them again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def ticket(seed: str, applicant: str) -> str:
    """HMAC-SHA256 with key ``seed`` of the id, both in UTF-8, in hexadecimal."""
    return hmac.new(seed.encode(), applicant.encode(), hashlib.sha256).hexdigest()


def called(seed: str, applicants: Iterable[str]) -> tuple[str, ...]:
    """The ids in the order in which they are called: lowest ticket first."""
    return tuple(sorted(applicants, key=lambda one: (ticket(seed, one), one)))
