"""Names of places, languages and other records for one reader, and the links to their pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tessera.core.translated import best
from tessera.places.cities import city_name
from tessera.places.queries import Reference, RegionInfo
from tessera.portal.addresses import page_path
from tessera.portal.wording import say
from tessera.programmes.queries import kept_scheme
from tessera.web.directions import in_language
from tessera.web.punctuation import labelled, listed

type Cards = Mapping[tuple[str, str], Mapping[str, Any]]


def shown(texts: Mapping[str, str] | None, language: str) -> SafeString:
    """A text as HTML: in another language, marked with its own ``lang`` and ``dir``, where the reader's is missing."""
    text, found = best(texts, language)
    if not text or found == language:
        return SafeString(escape(text))
    return in_language(text, found)


def written_in(text: str, language: str) -> dict[str, str]:
    """A text that stands in one language alone, by that language; by "und" (BCP 47) where nobody said which it is."""
    return {language or "und": text} if text else {}


@dataclass(frozen=True)
class Names:
    """What codes and slugs are called in ``language``; ``cards`` are those of records a page refers to."""

    places: Reference
    language: str
    cards: Cards

    def country(self, code: str) -> str:
        found = self.places.countries.get(code)
        return found.name.best(self.language)[0] if found else code

    def spoken(self, code: str) -> str:
        found = self.places.languages.get(code)
        return found.name.best(self.language)[0] if found else code

    def area(self, code: str) -> str:
        found = self.places.areas.get(code)
        return found.name.best(self.language)[0] if found else code

    def city(self, name: str, country: str | None) -> str:
        return city_name(name, country, self.language)

    def region_info(self, code: str) -> RegionInfo | None:
        """See `Reference.coverage_region`: cards name regions of the scheme that the programme counts by."""
        return self.places.coverage_region(code, kept_scheme(self.places).code)

    def region(self, code: str) -> str:
        found = self.region_info(code)
        return found.name.best(self.language)[0] if found else code

    def regions(self, codes: Iterable[str]) -> str:
        return listed((self.region(code) for code in codes), self.language)

    def region_link(self, code: str) -> SafeString:
        return format_html('<a href="{}">{}</a>', page_path("region", code.lower(), self.language), self.region(code))

    def known(self, kind: str, slug: str) -> bool:
        """Whether the record is public."""
        return (kind, slug) in self.cards

    def name(self, kind: str, slug: str) -> SafeString:
        """The name of a public record. A person's is the same in every language."""
        name = self.cards[kind, slug]["title" if kind in ("training", "call") else "name"]
        return SafeString(escape(name)) if isinstance(name, str) else shown(name, self.language)

    def plain(self, kind: str, slug: str) -> str:
        """The name of a public record as plain text."""
        name = self.cards[kind, slug]["title" if kind in ("training", "call") else "name"]
        return name if isinstance(name, str) else best(name, self.language)[0]

    def href(self, kind: str, slug: str) -> str:
        return page_path(kind, slug, self.language)

    def link(self, kind: str, slug: str) -> SafeString:
        """The name of a public record as a link to its page."""
        return format_html('<a href="{}">{}</a>', page_path(kind, slug, self.language), self.name(kind, slug))

    def links(self, kind: str, slugs: Iterable[str]) -> list[SafeString]:
        """Links to those of ``slugs`` that are public, in order."""
        return [self.link(kind, slug) for slug in slugs if self.known(kind, slug)]

    def place(self, place: Mapping[str, Any], *, country: bool = True) -> str:
        """ "Lagos, Nigeria"; the country alone where no town is known."""
        name = self.country(place["country"])
        if not place["city"]:
            return name
        city = self.city(place["city"], place["country"])
        return f"{city}, {name}" if country else city

    def audience(self, card: Mapping[str, Any]) -> str:
        """Whom a training is for: "Qatar only", "Caribbean", "Africa, in English"."""
        if card["scope"] == "national":
            countries = card["countries"] or [place["country"] for place in card["places"]]
            if len(countries) == 1:
                return say("scope.only", self.language, country=self.country(countries[0]))
        named = [self.area(code) for code in card["areas"]] or [self.region(code) for code in card["regions"]]
        words = listed(named, self.language)
        if card.get("language_area"):
            words = say("scope.spoken", self.language, where=words, spoken=self.spoken(card["language_area"]))
        return words

    def audience_whole(self, card: Mapping[str, Any]) -> str:
        """The same with the countries that are named: "Latin America and the Caribbean: Colombia; Mexico"."""
        words = self.audience(card)
        if card["scope"] == "national" or not card["countries"]:
            return words
        countries = listed(sorted(self.country(code) for code in card["countries"]), self.language)
        return labelled(words, countries, self.language) if words else countries


def initials(name: str) -> str:
    """Two letters for a person's tile: those of the first and of the last word of the name."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    return (words[0][0] + words[-1][0] if len(words) > 1 else name[:2]).upper()


def languages_shown(texts: Iterable[Mapping[str, str] | None], language: str) -> list[str]:
    """The other languages in which some of ``texts`` are shown to a reader of ``language``, in the settings' order."""
    found = {best(text, language)[1] for text in texts if text} - {language, ""}
    return [code for code in settings.CONTENT_LANGUAGES if code in found] + sorted(
        found - set(settings.CONTENT_LANGUAGES)
    )
