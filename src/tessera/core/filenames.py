"""Names of files that people send, as they may be shown and written."""

from __future__ import annotations

import unicodedata

from tessera.core.folding import clean

LONGEST_NAME = 120
# What some systems take for a device, whatever the ending.
DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


def harmless_name(name: str, kind: str = "") -> str:
    """The name of a file as it may be shown: no folders, no invisible signs, no signs that a system reads; an ending
    that is true."""
    text = clean(name.replace("\\", "/").rpartition("/")[2], lines=False)
    kept = "".join(
        c if c not in '<>:"|?*\\/' and unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else "_" for c in text
    ).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > 5:
        stem, ending = kept, ""
    ending = {"jpeg": "jpg"}.get(kind, kind) or ending
    stem = stem[:LONGEST_NAME].strip(". ") or "file"
    if stem.partition(".")[0].strip().casefold() in DEVICES:
        stem = f"_{stem}"
    return f"{stem}.{ending}" if ending else stem
