"""Short codes for people to read aloud, and slugs for addresses."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from tessera.core.folding import fold

# What stands in the site's own addresses where the code of a record may stand, as in /desk/calls/new/.
RESERVED = frozenset({"add", "compare", "file", "merges", "new", "upload"})
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_code(length: int = 8) -> str:
    """A random code of ``length`` signs that cannot be mistaken for one another (no 0 O 1 I L U)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def slug_of(text: str, *, limit: int = 80) -> str:
    """``text`` as a part of an address: folded, joined by hyphens; "" where no letter or digit is left."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text).replace("'", "")).strip("-")[:limit].rstrip("-")


def free_slug(text: str, taken: Callable[[str], bool], *, fallback: str) -> str:
    """The slug of ``text`` or, where ``taken`` says yes, the first of slug-2, slug-3, …; ``fallback`` if empty.

    None of `RESERVED`: the page of the record could not be reached.
    """
    base = slug_of(text) or fallback
    slug, n = base, 1
    while slug in RESERVED or taken(slug):
        n += 1
        slug = f"{base}-{n}"
    return slug
