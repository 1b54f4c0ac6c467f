"""schema.org data: its shape, and that every fact in it is the record's."""

import json
import re

import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from tessera.publications import queries
from tests.portal import published
from tests.portal.published import dated
from tests.sweep.linked_data import shapeless

pytestmark = pytest.mark.django_db

HERE = "http://testserver/en"


def graph_of(tag, language="en", **context):
    request = RequestFactory().get(f"/{language}/")
    with translation.override(language):
        html = Template("{% load machine %}" + tag).render(Context({"request": request, **context}))
    found = re.fullmatch(r'<script type="application/ld\+json">(.*)</script>', html, re.DOTALL)
    assert found
    assert not set("<>&") & set(found[1])
    data = json.loads(found[1])
    assert list(shapeless(data)) == []
    return data["@graph"]


def described(language="en", **changes):
    """(Course, CourseInstance) of a training with ``changes``."""
    published.surroundings()
    record = published.training(**changes)
    names = queries.cards(
        {"topic": ["ethics"], "organisation": ["basalt", "slate", "secret"], "person": ["celia", "hugo"]}
    )
    course, crumbs = graph_of("{% training_jsonld record names %}", language, record=record, names=names)
    assert (course["@type"], crumbs["@type"]) == ("Course", "BreadcrumbList")
    return course, course["hasCourseInstance"]


def basalt():
    return {
        "@type": "Organization",
        "@id": f"{HERE}/organisations/basalt/",
        "name": "Museum of Basalt",
        "url": f"{HERE}/organisations/basalt/",
    }


def person(slug, name):
    address = f"{HERE}/people/{slug}/"
    return {"@type": "Person", "@id": address, "name": name, "url": address, "jobTitle": "Curator"}


GRANITO = {
    "@type": "Place",
    "name": "Granito",
    "address": {"@type": "PostalAddress", "addressLocality": "Granito", "addressCountry": "MX"},
}


def test_course_says_what_the_record_says():
    course, _instance = described()
    course.pop("hasCourseInstance")
    assert course == {
        "@type": "Course",
        "@id": f"{HERE}/trainings/granite-2023/#course",
        "url": f"{HERE}/trainings/granite-2023/",
        "name": "Museums <and> their neighbours",
        "alternateName": "A week of cases",
        "description": "Five days & five cases.",
        "provider": [basalt()],
        "about": [{"@type": "DefinedTerm", "name": "Ethics", "url": f"{HERE}/topics/ethics/"}],
        "audience": {
            "@type": "Audience",
            "geographicArea": [{"@type": "AdministrativeArea", "name": "Latin America and the Caribbean"}],
        },
        "image": f"{HERE}/trainings/granite-2023/share.png",
        "dateModified": "2024-03-05T09:30:00+00:00",
    }


def test_where_no_organiser_is_on_record_whoever_began_the_training_provides_it_and_organises_nothing():
    course, instance = described(organisations=[["slate", "partner"], ["basalt", "initiator"]])
    assert course["provider"] == [basalt()]
    assert "organizer" not in instance


def test_instance_says_what_the_record_says_and_names_no_record_that_is_not_public():
    _course, instance = described()
    contributors = instance.pop("contributor")
    phases = instance.pop("subEvent")
    assert instance == {
        "@type": ["CourseInstance", "EducationEvent"],
        "@id": f"{HERE}/trainings/granite-2023/#training",
        "url": f"{HERE}/trainings/granite-2023/",
        "name": "Museums <and> their neighbours",
        "description": "Five days & five cases.",
        "courseMode": "Onsite",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "eventStatus": "https://schema.org/EventScheduled",
        "startDate": "2023-10-16",
        "endDate": "2023-10-20",
        "duration": "P5D",
        "inLanguage": ["es"],
        "location": [GRANITO],
        "organizer": [basalt()],
        "instructor": [person("celia", "Celia Pizarra")],
        "maximumAttendeeCapacity": 30,
    }
    assert [(role["roleName"], role["contributor"]["name"]) for role in contributors] == [
        ("Partner", "House of Slate"),
        ("Mentor", "Hugo Granito"),
    ]
    assert [(phase["startDate"], phase["endDate"], phase["location"]) for phase in phases] == [
        ("2023-10-16", "2023-10-20", [GRANITO])
    ]


def test_phases_and_sessions_are_parts_with_their_own_dates_and_places():
    _course, instance = described(
        format="hybrid",
        dates=dated("2021-09/2022-04-29", "2021-09-01", "2022-04-29", "mixed"),
        phases=[
            {"mode": "online", "dates": dated("2021-09/2021-12", "2021-09-01", "2021-12-31", "month_range")},
            {"mode": "in_person", "dates": dated("2022-04-27/2022-04-29", "2022-04-27", "2022-04-29")},
        ],
        sessions=[
            {"title": {"en": "Case one"}, "kind": "workshop", "starts": "2022-04-27T13:00:00+00:00",
             "ends": "2022-04-27T15:00:00+00:00", "trainers": ["celia", "secret"]},
        ],
    )  # fmt: skip
    online, there, session = instance["subEvent"]
    assert (instance["startDate"], instance["endDate"], instance["courseMode"]) == ("2021-09", "2022-04-29", "Blended")
    assert [place["@type"] for place in instance["location"]] == ["Place", "VirtualLocation"]
    assert (online["startDate"], online["endDate"], online["location"][0]["@type"]) == (
        "2021-09",
        "2021-12",
        "VirtualLocation",
    )
    assert online["name"] == "Museums <and> their neighbours (Online)"
    assert (there["startDate"], there["location"]) == ("2022-04-27", [GRANITO])
    assert session == {
        "@type": "EducationEvent",
        "name": "Case one",
        "startDate": "2022-04-27T13:00:00+00:00",
        "endDate": "2022-04-27T15:00:00+00:00",
        "performer": [person("celia", "Celia Pizarra")],
    }


FORMER = [{"edtf": "2023-03-06/2023-03-10", "precision": "day"}]
SPRING = dated("2023-21", "2023-03-01", "2023-05-31", "season")
UNDATED = {"dates": None, "phases": []}


@pytest.mark.parametrize(
    ("changes", "status", "start", "previous"),
    [
        ({**UNDATED, "status": "postponed", "former_dates": FORMER}, "EventPostponed", None, "2023-03-06"),
        ({"status": "announced", "former_dates": FORMER}, "EventRescheduled", "2023-10-16", "2023-03-06"),
        ({"status": "postponed", "former_dates": FORMER}, "EventRescheduled", "2023-10-16", "2023-03-06"),
        ({"status": "postponed"}, "EventRescheduled", "2023-10-16", None),
        ({"status": "postponed", "dates": SPRING, "former_dates": FORMER}, "EventPostponed", "2023", "2023-03-06"),
        ({"status": "cancelled"}, "EventCancelled", "2023-10-16", None),
        ({"status": "planned", "dates": SPRING}, "EventScheduled", "2023", None),
        ({"dates": dated("2019-11~", "2019-11-01", "2019-11-30", "month")}, "EventScheduled", "2019-11", None),
        (
            {"status": "announced", "former_dates": [*FORMER, {"edtf": "2023-06", "precision": "month"}]},
            "EventRescheduled", "2023-10-16", ["2023-03-06", "2023-06"],
        ),
    ],
)  # fmt: skip
def test_status_and_dates_follow_postponement_and_cancellation(changes, status, start, previous):
    with time_machine.travel("2023-10-20", tick=False):
        _course, instance = described(**changes)
    assert instance["eventStatus"] == f"https://schema.org/{status}"
    assert (instance.get("startDate"), instance.get("previousStartDate")) == (start, previous)


def test_words_are_those_of_the_readers_language():
    course, instance = described("fr", scope="national", countries=["MX"])
    assert course["name"] == "Les musées et leurs voisins"
    assert course["about"][0]["name"] == "Déontologie"
    assert course["audience"]["geographicArea"] == [{"@type": "Country", "name": "Mexique", "identifier": "MX"}]
    assert instance["url"] == "http://testserver/fr/trainings/granite-2023/"


def test_rehearsal_record_is_not_described():
    record = published.training("rehearsed", rehearsal=True)
    tag = "{% load machine %}{% training_jsonld record names %}"
    assert Template(tag).render(Context({"request": None, "record": record, "names": {}})) == ""


def test_person_page_describes_the_person():
    published.surroundings()
    record = queries.record("person", "celia")
    names = queries.cards({"organisation": ["basalt"]})
    celia, crumbs = graph_of("{% person_jsonld record names %}", record=record, names=names)
    assert celia == {
        **person("celia", "Celia Pizarra"),
        "givenName": "Celia",
        "familyName": "Pizarra",
        "worksFor": [basalt()],
        "workLocation": {"@type": "Country", "name": "Mexico", "identifier": "MX"},
    }
    assert [item["item"] for item in crumbs["itemListElement"]] == [
        f"{HERE}/",
        f"{HERE}/people/",
        f"{HERE}/people/celia/",
    ]


def test_organisation_page_describes_the_organisation():
    published.organisation("basalt", "Museum of Basalt")
    record = published.organisation("slate", "House of Slate", parent="basalt", website="https://slate.example/")
    names = queries.cards({"organisation": ["basalt"]})
    slate, _crumbs = graph_of("{% organisation_jsonld record names %}", record=record, names=names)
    assert slate == {
        "@type": "Organization",
        "@id": f"{HERE}/organisations/slate/",
        "name": "House of Slate",
        "url": f"{HERE}/organisations/slate/",
        "sameAs": "https://slate.example/",
        "address": {"@type": "PostalAddress", "addressLocality": "Granito", "addressCountry": "MX"},
        "parentOrganization": basalt(),
    }


def test_home_page_tells_how_to_search():
    (site,) = graph_of("{% home_jsonld %}")
    assert site["potentialAction"] == {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{HERE}/trainings/?q={{search_term_string}}"},
        "query-input": "required name=search_term_string",
    }
