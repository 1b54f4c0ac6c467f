"""Short codes for people to read aloud, and slugs for addresses."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from tessera.core.folding import fold

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_code(length: int = 8) -> str:
    """A random code of ``length`` signs that cannot be mistaken for one another (no 0 O 1 I L U)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def slug_of(text: str, *, limit: int = 80) -> str:
    """``text`` as a part of an address: folded, joined by hyphens; "" where no letter or digit is left."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text).replace("'", "")).strip("-")[:limit].rstrip("-")


def free_slug(text: str, taken: Callable[[str], bool], *, fallback: str) -> str:
    """The slug of ``text`` or, where ``taken`` says yes, the first of slug-2, slug-3, …; ``fallback`` if empty."""
    base = slug_of(text) or fallback
    slug, n = base, 1
    while taken(slug):
        n += 1
        slug = f"{base}-{n}"
    return slug
