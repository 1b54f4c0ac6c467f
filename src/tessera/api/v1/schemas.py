"""The shapes of what version 1 answers. A published contract: what is here is only ever added to."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema

Text = dict[str, str]
TEXT = "by language (BCP 47); only languages in which the text is published, one with `lang`"


class Coded(Schema):
    """A code with its name."""

    code: str
    name: Text = Field(description=TEXT)


class Named(Schema):
    """Another record: its id and its name."""

    id: str
    name: Text = Field(description=TEXT)


class Role(Named):
    """An organisation with its role in a training."""

    role: str = Field(
        description="organiser, partner, supporter, initiator, host_venue, study_visit or rights_holder",
    )


class Known(Schema):
    """A person: id and name, as the person writes it."""

    id: str
    name: str


class PersonRole(Known):
    """A person with the role in a training."""

    role: str = Field(description="trainer, mentor, needs_originator or photographer")


class Dates(Schema):
    """Dates as exactly as they are known."""

    edtf: str = Field(description="Extended Date/Time Format: 2019-11 is some day of November 2019")
    precision: str = Field(description="day, month, month_range, season, year or mixed")
    earliest: date = Field(description="the earliest day on which it can begin")
    latest: date = Field(description="the latest day on which it can end")
    tentative: bool = Field(default=False, description="may still change")


class Place(Schema):
    country: Coded
    city: str | None


class Participants(Schema):
    """How many people; `differ` where sources contradict each other."""

    kind: str = Field(description="planned, reported or recorded")
    min: int | None
    max: int | None
    differ: bool = False


class Training(Schema):
    """A training as lists show it."""

    id: str = Field(description="the name of the training in addresses; it never changes")
    url: Text = Field(description="address of the page by language")
    title: Text = Field(description=TEXT)
    subtitle: Text
    summary: Text
    status: str = Field(
        description="planned, announced, in_delivery, delivered, followed_up, closed, postponed or cancelled",
    )
    dates: Dates | None = Field(description="null where no date is known")
    format: str = Field(description="in_person, online or hybrid")
    places: list[Place]
    scope: str = Field(description="audience: national, regional or interregional")
    regions: list[Coded] = Field(description="regions reached, of the programme's scheme")
    countries: list[Coded] = Field(description="countries that the audience names; often none")
    areas: list[Coded] = Field(description="UN M49 areas that the audience names; often none")
    languages: list[Coded] = Field(description="teaching languages")
    topics: list[Named]
    participants: Participants | None
    participant_countries: int | None
    organisations: list[Role] = Field(description="in the order of the credits")
    people: list[PersonRole]
    changed_at: datetime


class FormerDates(Schema):
    """Dates that were given up."""

    edtf: str
    reason: Text = Field(description="in the language it was written in alone; under `und` where nobody said which")
    changed_on: date | None


class Phase(Schema):
    mode: str = Field(description="in_person, online or hybrid")
    dates: Dates | None
    sessions: int | None = Field(description="how many, where the source says so without listing them")
    time_zone: str | None


class Session(Schema):
    title: Text
    kind: str = Field(description="workshop, topic or session_block")
    phase: int | None = Field(description="position in `phases`")
    starts: datetime | None
    ends: datetime | None
    trainers: list[Known]


class Capacity(Schema):
    min: int | None
    max: int | None


class Reported(Schema):
    """One number of participants, as one source gives it."""

    value: int
    source: str | None


class Source(Schema):
    code: str
    title: str | None
    publisher: str | None
    url: str | None
    language: str | None


class TrainingWhole(Training):
    """A training with everything its page shows."""

    need: Text
    objectives: Text
    outcomes: Text
    approach: Text
    title_origin: Text = Field(description="source, official or translation, by language")
    former_dates: list[FormerDates] = Field(description="oldest first")
    phases: list[Phase]
    sessions: list[Session]
    duration_days: int | None
    format_reason: Text
    interpretation: list[Coded] = Field(description="languages of interpretation")
    methods: list[str]
    capacity: Capacity | None
    reported: list[Reported]
    study_visits: list[Named]
    sources: list[Source]


class TrainingInRole(Schema):
    """A training in which a person or an organisation has a role."""

    id: str
    title: Text
    role: str


class Person(Schema):
    """A person of the public record."""

    id: str
    url: Text
    name: str
    position: Text
    country: Coded | None = Field(description="country of work")
    changed_at: datetime


class Affiliation(Schema):
    """A post; dates are EDTF."""

    organisation: str = Field(description="as written at the time")
    id: str | None = Field(description="the organisation's id, where it has a record")
    title: str | None
    since: str | None
    until: str | None
    current: bool


class PersonWhole(Person):
    """A person with biography, posts and trainings."""

    given_name: str
    family_name: str
    other_names: list[str]
    biography: Text
    biography_as_of: str | None
    affiliations: list[Affiliation]
    trainings: list[TrainingInRole]


class Organisation(Schema):
    """An organisation of the public record."""

    id: str
    url: Text
    name: Text
    type: str
    country: Coded | None
    city: str | None
    changed_at: datetime


class OrganisationWhole(Organisation):
    """An organisation with its other names, its parent and its trainings."""

    also_named: list[str]
    parent: Named | None
    website: str | None
    trainings: list[TrainingInRole]


class Topic(Schema):
    """What trainings are about."""

    id: str
    url: Text
    name: Text
    description: Text
    changed_at: datetime


class Region(Schema):
    """A region of a scheme with the codes of its countries."""

    code: str
    name: Text
    within: str | None = Field(description="of a working area: the region it lies in")
    countries: list[str] = Field(description="ISO 3166-1 alpha-2")


class Scheme(Schema):
    """A way of grouping countries."""

    code: str
    name: Text
    version: int
    kind: str = Field(description="coverage, working, statistics or alliance")
    partition: bool = Field(description="every country lies in exactly one region")


class SchemeWhole(Scheme):
    regions: list[Region]


class MissedWindow(Schema):
    """Days on which the region should have been reached and was not."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")
    days: int
    open: bool = Field(description="it had not ended on the day asked")


class RegionCoverage(Schema):
    code: str
    state: str = Field(description="on_time, due_soon (within 180 days) or overdue")
    last: date | None = Field(description="last day of the last training; null: no training on record")
    due: date = Field(description="the last day on time")
    missed: list[MissedWindow]


class Coverage(Schema):
    """The coverage clock on one day."""

    on: date
    scheme: str
    rule: str
    reading: str
    online: bool
    on_time: int = Field(description="how many regions are not overdue")
    regions: list[RegionCoverage]


class FacetValue(Schema):
    """A value and how many trainings it would leave under the other filters."""

    value: str
    name: Text
    count: int
    selected: bool


class Facets(Schema):
    """What a list of trainings can be narrowed by."""

    count: int = Field(description="trainings under all filters")
    facets: dict[str, list[FacetValue]]


class TrainingList(Schema):
    count: int = Field(description="how many there are in all")
    next: str | None = Field(description="address of the next part")
    previous: str | None = Field(description="address of the part before")
    results: list[Training]


class PersonList(Schema):
    count: int
    next: str | None
    previous: str | None
    results: list[Person]


class OrganisationList(Schema):
    count: int
    next: str | None
    previous: str | None
    results: list[Organisation]


class TopicList(Schema):
    count: int
    results: list[Topic]


class RegionList(Schema):
    scheme: str
    results: list[Region]


class SchemeList(Schema):
    count: int
    results: list[Scheme]


class Index(Schema):
    """Where everything is."""

    documentation: str
    openapi: str
    resources: dict[str, str]


class Wrong(Schema):
    """What is wrong with one parameter."""

    parameter: str
    code: str
    message: str = Field(description="a sentence in the reader's language")


class Problem(Schema):
    status: int
    code: str = Field(description="not_found, invalid, method_not_allowed or too_many_requests")
    message: str = Field(description="a sentence in the reader's language")
    fields: list[Wrong] = []


class Error(Schema):
    """Every error looks like this."""

    error: Problem
