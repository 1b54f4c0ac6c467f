"""Text made comparable (folding) and harmless (cleaning)."""

from __future__ import annotations

import re
import unicodedata

# Letters that NFKD leaves whole, and signs that people type in several ways.
_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h",
        "ŋ": "n", "ŧ": "t", "ə": "e", "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "´": "'", "“": '"', "”": '"',
        "«": '"', "»": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "·": " ", "•": " ",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_BREAK = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\ufdd0-\ufdef\ufffe\uffff]"
)


def fold(text: str) -> str:
    """``text`` without case, accents and typographic variants, for comparison and search; never for display."""
    lowered = text.casefold().translate(_LETTERS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return " ".join(plain.translate(_LETTERS).split())


def words(text: str) -> list[str]:
    """The folded words of ``text`` in order; punctuation separates, an apostrophe too ("l'avenir": l, avenir)."""
    return _WORD.findall(fold(text))


def clean(text: str, *, lines: bool = True) -> str:
    """``text`` as kept: NFC, invisible and control characters removed, ends trimmed; one line unless ``lines``.

    Zero-width joiner and non-joiner stay: Persian and Indic scripts need them.
    """
    kept = unicodedata.normalize("NFC", _INVISIBLE.sub("", _BREAK.sub("\n", text)))  # what was parted may now compose
    if not lines:
        return " ".join(kept.split())
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip()
