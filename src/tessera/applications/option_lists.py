"""The options of a select as HTML: written once for each language, the chosen one marked in a copy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tessera.calls.questions.cleaning import NATIVE
from tessera.calls.questions.model import LEVELS
from tessera.core.folding import fold
from tessera.core.translated import best
from tessera.places import datafiles


def country_options(among: tuple[str, ...], chosen: str) -> SafeString:
    """Countries of the list, or all, by name in the reader's language; what is chosen and not in it comes first."""
    return _chosen(_country_options(get_language() or settings.MAIN_LANGUAGE, among), chosen)


def language_options(chosen: str) -> SafeString:
    return _chosen(_language_options(get_language() or settings.MAIN_LANGUAGE), chosen)


def level_options(chosen: str) -> SafeString:
    return _chosen(_level_options(get_language() or settings.MAIN_LANGUAGE), chosen)


@lru_cache(maxsize=64)
def _country_options(language: str, among: tuple[str, ...]) -> SafeString:
    rows = datafiles.read("countries")["countries"]
    return _sorted_options({code: rows[code]["name"] for code in among or rows if code in rows}, language)


@lru_cache(maxsize=8)
def _language_options(language: str) -> SafeString:
    return _sorted_options(
        {code: row["name"] for code, row in datafiles.read("languages")["languages"].items()}, language
    )


@lru_cache(maxsize=8)
def _level_options(language: str) -> SafeString:
    return _option_list([*((level, level) for level in LEVELS), (NATIVE, _("first language"))])


def _sorted_options(names: Mapping[str, Mapping[str, str]], language: str) -> SafeString:
    pairs = [(code, best(texts, language)[0]) for code, texts in names.items()]
    return _option_list(sorted(pairs, key=lambda pair: fold(pair[1])))


def _option_list(pairs: list[tuple[str, str]]) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', pairs)


def option_list(pairs: list[tuple[str, str]], chosen: str) -> SafeString:
    return _chosen(_option_list(pairs), chosen)


def _chosen(options: SafeString, chosen: str) -> SafeString:
    """The list with an empty first line and ``chosen`` marked; one that is not in it is added, so that it is not lost."""
    empty = SafeString('<option value="">–</option>')
    if not chosen:
        return empty + options
    plain = format_html('<option value="{}">', chosen)
    marked = format_html('<option value="{}" selected>', chosen)
    if plain not in options:
        return empty + marked + format_html("{}</option>", chosen) + options
    return empty + SafeString(options.replace(plain, marked, 1))  # both are made here
