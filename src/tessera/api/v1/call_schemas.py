"""The shapes of calls that version 1 answers; as `schemas`, only ever added to."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema

from tessera.api.v1.schemas import TEXT, Capacity, Coded, Named, Text


class Money(Schema):
    """A sum in minor units: 150000 EUR are 1,500 euros."""

    minor: int
    currency: str = Field(description="ISO 4217")


class Deadline(Schema):
    """The last minute on its own clock, and the first instant after it."""

    day: date
    time: str = Field(description="the last hour and minute that count, on the clock of `time_zone`")
    time_zone: str = Field(description="IANA name; Etc/GMT+12 is anywhere on Earth")
    closes_at: datetime = Field(description="the instant from which on nothing is taken any more")


class Strand(Schema):
    """A group inside a call, with its own places and dates."""

    key: str
    name: Text = Field(description=TEXT)
    audience: Text
    places: Capacity | None
    packages: list[str] = Field(description="keys of `packages`")
    opens_at: datetime | None
    deadline: Deadline | None


class Call(Schema):
    """A call for applications as lists show it."""

    id: str = Field(description="the code of the call in addresses; it never changes")
    url: Text = Field(description="address of the page by language")
    title: Text = Field(description=TEXT)
    summary: Text
    status: str = Field(
        description="published, open, closed, in_review, decided, archived or cancelled; to the minute by the instants"
    )
    training: Named | None = Field(description="null where the training is not public")
    opens_at: datetime | None = Field(description="when the first strand opens")
    closes_at: datetime | None = Field(description="the instant from which on no strand takes anything any more")
    deadline: Deadline | None = Field(description="the last of the strands' deadlines")
    main_language: Coded = Field(description="language that the texts are translated from")
    answer_languages: list[Coded] = Field(description="languages in which applications are written")
    strands: list[Strand]
    changed_at: datetime


class Package(Schema):
    """What is paid for. Whom it is for, besides the strands that name it, stands on the page."""

    key: str
    name: Text
    covered: list[str] = Field(description="travel, lodging, meals, visa, insurance, …")
    not_covered: list[str]
    ceiling: Money | None
    fee: Money | None


class DateChange(Schema):
    kind: str = Field(description="extension or postponement")
    on: date


class CallWhole(Call):
    """A call with its texts, packages and days."""

    audience: Text
    offer: Text
    process: Text
    questions: Text = Field(description="address of the page with all questions, by language")
    channel: str = Field(description="individual, endorsed or transmitted")
    contact: str | None = Field(description="e-mail address for questions")
    timeline: dict[str, date] = Field(description="days that follow, by key: offers, visa_letters, …")
    limits: dict[str, int] = Field(description="people of one country or institution, and of the host country")
    fee: Money | None
    packages: list[Package]
    date_changes: list[DateChange] = Field(description="oldest first")


class CallList(Schema):
    count: int = Field(description="how many there are in all")
    next: str | None = Field(description="address of the next part")
    previous: str | None = Field(description="address of the part before")
    results: list[Call]
