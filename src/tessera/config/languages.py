"""Languages that Django has no name for: CLDR has one."""

from __future__ import annotations

from collections.abc import Iterable

from babel import Locale
from babel.core import UnknownLocaleError
from django.conf.locale import LANG_INFO


def make_known(codes: Iterable[str]) -> None:
    """Let ``get_language_info`` answer for each of ``codes``; one that CLDR does not know either is its own name."""
    for code in codes:
        if code not in LANG_INFO and code.partition("-")[0] not in LANG_INFO:
            LANG_INFO[code] = _described(code)


def english_name(code: str) -> str:
    """The name by which Django's own catalogues know a language that was made known."""
    known = LANG_INFO.get(code) or LANG_INFO[code.partition("-")[0]]
    return str(known["name"] if "name" in known else LANG_INFO[known["fallback"][0]]["name"])


def _described(code: str) -> dict[str, str | bool]:
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return {"code": code, "name": code, "name_local": code, "bidi": False}
    return {
        "code": code,
        "name": locale.english_name or code,
        "name_local": locale.display_name or code,
        "bidi": locale.text_direction == "rtl",
    }
