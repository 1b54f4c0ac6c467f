"""One-use tokens, short codes, and links that belong to a row. Of tokens and codes only the hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac

CODE_DIGITS = 6


def new_token() -> str:
    """A token for an address: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of a token. It is random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """A short code that a person can type."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def hash_of_code(key: uuid.UUID, code: str) -> str:
    """What is kept of a code: bound to its request and to the secret of the site, for six digits are soon guessed."""
    return salted_hmac("tessera.accounts.code", f"{key}:{code}", algorithm="sha256").hexdigest()


def code_matches(key: uuid.UUID, typed: str, kept: str) -> bool:
    """Whether ``typed`` (spaces and hyphens do not matter) is the code whose hash is ``kept``."""
    digits = "".join(c for c in typed if c.isdigit())
    return constant_time_compare(hash_of_code(key, digits), kept)


def link_token(row: Any, salt: str) -> str:
    """A signed token for a link that belongs to ``row`` and ends with it, or with its ``seed``."""
    return signing.dumps([row.pk, row.seed], salt=salt)


def row_of_link[Row: models.Model](
    token: str, rows: models.QuerySet[Row], salt: str, *, max_age: timedelta | None = None
) -> Row | None:
    """The row of ``rows`` to which a link belongs; None where it is gone, too old, or the link is not ours."""
    try:
        pk, seed = signing.loads(token, salt=salt, max_age=max_age)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return rows.filter(pk=pk, seed=seed).first()
