"""Parameters of version 1: bounded, and refusing what no database stores."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from tessera.api.errors import nearest
from tessera.core.folding import clean
from tessera.places.queries import reference
from tessera.portal.addresses import root_of
from tessera.portal.open_data import Names, Shaper
from tessera.publications.queries import FACETS, Filters

MOST, FURTHEST, VALUES = 100, 100_000, 20


def _sound(text: str) -> str:
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise PydanticCustomError("unsound_text", "NUL and lone surrogates are refused")
    return clean(text, lines=False)


def _told(day: date) -> date:
    if not 1 < day.year < 9000:
        raise PydanticCustomError("no_such_day", "years 2 to 8999")
    return day


def _year(text: str) -> str:
    if not (text.isascii() and text.isdigit()):
        raise PydanticCustomError("int_parsing", "a year is a whole number")
    return text


Word = Annotated[str, Field(max_length=120), AfterValidator(_sound)]
Words = Annotated[list[Word], Field(max_length=VALUES)]
Years = Annotated[list[Annotated[Word, AfterValidator(_year)]], Field(max_length=VALUES)]
CallStatus = Literal["published", "open", "closed", "in_review", "decided", "archived", "cancelled"]
Day = Annotated[date, AfterValidator(_told)]


class Language(Schema):
    lang: Word = Field("", description="give each text once, in this language (BCP 47) or the nearest there is")


class Paging(Schema):
    limit: int = Field(30, ge=1, le=MOST, description="how many")
    offset: int = Field(0, ge=0, le=FURTHEST, description="how many to leave out before them")


class TrainingFilters(Schema):
    """Filters of trainings. Of one filter any of its values will do; all filters must hold."""

    q: Word = Field("", description="words, each the beginning of a word of the training in any language")
    region: Words = Field([], description="code of a region of the programme's scheme")
    country: Words = Field([], description="country of a place or of the audience (ISO 3166-1 alpha-2)")
    language: Words = Field([], description="teaching language (BCP 47)")
    topic: Words = Field([], description="id of a topic")
    year: Years = Field([], description="year in which it takes place")
    format: Words = Field([], description="in_person, online or hybrid")
    status: Words = Field([], description="planned, announced, in_delivery, delivered, …")
    trainer: Words = Field([], description="id of a person who teaches")
    organisation: Words = Field([], description="id of an organisation, in any role")
    sort: Literal["newest", "oldest", "title"] = Field("newest", description="order")

    @property
    def filters(self) -> Filters:
        facets = {facet: values for facet in FACETS if (values := getattr(self, facet))}
        return Filters(text=self.q, facets=facets, sort=self.sort)


class TrainingQuery(Paging, TrainingFilters, Language):
    pass


class FacetQuery(TrainingFilters, Language):
    pass


class PeopleQuery(Paging, Language):
    q: Word = Field("", description="beginnings of names")
    country: Words = Field([], description="country of work (ISO 3166-1 alpha-2)")
    organisation: Words = Field([], description="id of an organisation in which they hold or held a post")


class OrganisationQuery(Paging, Language):
    q: Word = Field("", description="beginnings of names")
    country: Words = Field([], description="ISO 3166-1 alpha-2")
    type: Words = Field([], description="kind of organisation")


class CallQuery(Paging, Language):
    """Filters of calls; ``status`` has values of its own, not those of trainings."""

    OWN: ClassVar[frozenset[str]] = frozenset({"status"})

    q: Word = Field("", description="words, each the beginning of a word of the call in any language")
    status: list[CallStatus] = Field(
        [], max_length=VALUES, description="published, open, closed, in_review, decided, archived or cancelled"
    )
    training: Words = Field([], description="id of the training")


class RegionQuery(Language):
    scheme: Word = Field("unesco", description="code of a scheme in force")


class CoverageQuery(Schema):
    on: Day | None = Field(None, description="the day (YYYY-MM-DD); today where it is left out")
    rule: Literal["strict", "lenient"] = Field(
        "strict", description="strict: a training for one country counts for that country only"
    )
    reading: Literal["kind", "harsh"] = Field("kind", description="how dates known only roughly are read")
    online: bool = Field(True, description="whether online phases count")
    scheme: Word = Field("", description="code of a coverage scheme in force; the programme's where it is left out")


def shaper(request: HttpRequest, names: Names, lang: str = "") -> Shaper:
    """Writes records for this request; one query."""
    return Shaper(names, reference(), root_of(request), nearest(lang) if lang else "")
