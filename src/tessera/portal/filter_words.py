"""The filters of a list in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from tessera.places.queries import reference
from tessera.portal.filters import RECORDS as KINDS
from tessera.portal.naming import Names
from tessera.portal.wording import has, text
from tessera.publications.queries import Filters, cards
from tessera.web.punctuation import labelled, listed

SWITCHES = {
    "rule": gettext_lazy("Trainings for one country"),
    "reading": gettext_lazy("Rough dates"),
    "online": gettext_lazy("Online phases"),
}
LABELS = {
    "region": gettext_lazy("Region"),
    "country": gettext_lazy("Country or territory"),
    "language": gettext_lazy("Language"),
    "topic": pgettext_lazy("of a training", "Subject"),
    "year": gettext_lazy("Year"),
    "format": gettext_lazy("Format"),
    "status": pgettext_lazy("of a training", "Status"),
    "trainer": gettext_lazy("Trainer"),
    "organisation": gettext_lazy("Organisation"),
}


def value_name(key: str, value: str, names: Names) -> str:
    """What a facet's value is called, as plain text."""
    if key == "region":
        return names.region(value)
    if key == "country":
        return names.country(value)
    if key == "language":
        return names.spoken(value)
    if key in ("format", "status"):
        return text(f"{key}.{value}", names.language) if has(f"{key}.{value}") else value
    if key in KINDS and names.known(KINDS[key], value):
        return names.plain(KINDS[key], value)
    return value


def left_out_words(left_out: Iterable[tuple[str, str]]) -> list[str]:
    """One sentence for each (filter, value) that an address asks for and nothing has."""
    words = {**LABELS, "sort": gettext_lazy("Order"), "scheme": gettext_lazy("Scheme of regions"), **SWITCHES}
    return [
        _("%(filter)s: there is no “%(value)s” here.") % {"filter": words.get(key, key), "value": value}
        for key, value in left_out
    ]


def filter_words(filters: Filters, language: str) -> str:
    """ "Region: Africa; Language: French, Spanish"; "all trainings" where nothing is narrowed."""
    wanted = {KINDS[key]: values for key, values in filters.facets.items() if key in KINDS}
    names = Names(reference(), language, cards(wanted))
    with override(language):
        parts = [f"“{filters.text}”"] if filters.text else []
        for key, values in filters.facets.items():
            said = ", ".join(value_name(key, value, names) for value in values)
            parts.append(labelled(LABELS[key], said))
        return listed(parts) or _("all trainings")
