"""The office's list of applications: what is counted by state, country and strand, and what each column says."""

from urllib.parse import urlencode

import pytest
import time_machine
from django.core.cache import cache
from django.utils.translation import override

from tessera.applications.models import Status
from tests.applications.asking import WIDE
from tests.factories.accounts import UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    DocumentFactory,
    RequestFactory,
    VerdictFactory,
)
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW
from tests.sweep.markup import parse

pytestmark = pytest.mark.django_db
LIST = "/desk/applications/calls/sea/"
STRANDS = [
    {"key": "north", "name": {"en": "The north", "fr": "Le nord", "es": "El norte"}},
    {"key": "south", "name": {"en": "The south", "fr": "Le sud", "es": "El sur"}},
]


@pytest.fixture(autouse=True)
def _today(client):
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        client.force_login(UserFactory(roles=["office"]))
        yield


@pytest.fixture
def call():
    """Five that were handed in, and what is nobody's business here: drafts, another call."""
    made = CallFactory(code="sea", form=WIDE, strands=STRANDS)
    facts = {"call": made, "submitted": True}
    ApplicationFactory(
        name="Awa Grès",
        names_folded="awa gres",
        strand="north",
        country_id="SN",
        institution="Musée du Basalte",
        **facts,
    )
    ApplicationFactory(name="Binta Marbre", strand="north", country_id="TG", status="eligible", **facts)
    ApplicationFactory(name="Celia Onyx", strand="south", country_id="TG", status="eligible", **facts)
    ApplicationFactory(name="Dario Jaspe", strand="south", country_id="TG", status="ineligible", **facts)
    ApplicationFactory(name="Esi Agate", strand="south", country_id=None, status="eligible", **facts)
    ApplicationFactory(call=made, strand="north", name="Draft Person")
    ApplicationFactory(call=made, strand="south", status="withdrawn", name="Gone Person")
    ApplicationFactory(submitted=True)
    return made


def page(client, query="", language="en"):
    answer = client.get(f"/{language}{LIST}?{query}")
    assert answer.status_code == 200
    return parse(answer.content)


def counted(tree, key):
    section = next(node for node in tree.all("section") if node.get("aria-labelledby") == f"count-{key}")
    found = []
    for item in section.all("li"):
        links = item.all("a")
        name = (links or item.all("span"))[0].text
        found.append((" ".join(name.split()), item.all("span")[-1].text, links[0].get("href") if links else ""))
    return found


def table(tree):
    (found,) = tree.all("table")
    head = [" ".join(cell.text.split()) for cell in found.all("thead")[0].all("th")]
    rows = [[" ".join(cell.text.split()) for cell in row.all("th", "td")] for row in found.all("tbody")[0].all("tr")]
    return head, rows


def test_what_was_handed_in_is_counted_by_state_country_and_strand_the_most_first(client, call):
    tree = page(client)

    assert counted(tree, "state") == [
        ("Eligible", "3", "?state=eligible"), ("Not eligible", "1", "?state=ineligible"),
        ("Submitted", "1", "?state=submitted"),
    ]  # fmt: skip
    assert counted(tree, "country") == [
        ("Togo", "3", "?country=TG"), ("Senegal", "1", "?country=SN"), ("not said", "1", ""),
    ]  # fmt: skip
    assert counted(tree, "strand") == [("The south", "3", "?strand=south"), ("The north", "2", "?strand=north")]


@pytest.mark.parametrize(("language", "country", "strand"), [("fr", "Togo", "Le sud"), ("es", "Togo", "El sur")])
def test_the_counts_speak_the_language_of_the_reader(client, call, language, country, strand):
    tree = page(client, language=language)
    with override(language):
        state = str(Status.ELIGIBLE.label)
    assert state not in ("Eligible", "")

    assert [counted(tree, key)[0][:2] for key in ("state", "country", "strand")] == [
        (state, "3"), (country, "3"), (strand, "3"),
    ]  # fmt: skip


def test_counts_stay_those_of_the_whole_call_while_the_list_is_narrowed(client, call):
    assert counted(page(client, "state=eligible&q=onyx"), "state") == counted(page(client), "state")


def test_the_usual_columns_come_without_being_asked_for(client, call):
    head, rows = table(page(client, "q=awa"))

    assert head == ["Choose", "Applicant", "State", "Country or territory", "Institution", "Conditions", "Submitted"]
    assert [row[2:] for row in rows] == [
        ["Submitted", "Senegal", "Musée du Basalte", "nothing judged", "2 March 2026, 09:00 UTC"]
    ]


def test_chosen_columns_and_no_others_are_shown_in_the_order_of_the_list(client, call):
    awa = call.applications.get(name="Awa Grès")
    for question in ("cv", "work_sample"):
        DocumentFactory(application=awa, question=question)
    DocumentFactory(application=awa, replaced_at=NOW)
    RequestFactory(application=awa, endorsement=True, state="given", answered_at=NOW)
    VerdictFactory(application=awa, rule="age", outcome="not_met", document={"weight": "hard"})
    asked = "&".join(f"column={name}" for name in ("origin", "language", "files", "endorsement", "verdict", "strand"))

    head, rows = table(page(client, f"{asked}&strand=north"))

    assert head == [
        "Choose", "Applicant", "State", "Strand", "Conditions", "Endorsement", "Files", "Language", "Origin",
    ]  # fmt: skip
    assert sorted(row[1].split(" ")[0] for row in rows) == ["Awa", "Binta"]
    assert {row[1].split(" ")[0]: row[2:] for row in rows} == {
        "Awa": ["Submitted", "The north", "a condition is not met", "given", "2", "French", "written here"],
        "Binta": ["Eligible", "The north", "nothing judged", "–", "0", "French", "written here"],
    }


def test_a_single_column_is_the_only_one_beside_name_and_state(client, call):
    head, rows = table(page(client, "column=country&state=ineligible"))

    assert head == ["Choose", "Applicant", "State", "Country or territory"]
    assert [row[2:] for row in rows] == [["Not eligible", "Togo"]]


# What narrows it


def named(client, query):
    """The names in the list, narrowed by ``query``, in the order of the alphabet."""
    found = page(client, query).all("tbody")
    return sorted(row.all("a")[0].text for row in found[0].all("tr")) if found else []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("basalte", ["Awa Grès"]),
        ("Musée", ["Awa Grès", "Binta Marbre", "Celia Onyx"]),
        ("MUSEE", ["Awa Grès", "Binta Marbre", "Celia Onyx"]),
        ("Musée du Fleuve", ["Binta Marbre"]),
        ("fleuve musee", ["Binta Marbre"]),
        ("Écomusée", ["Celia Onyx"]),
        ("l'Île", ["Celia Onyx"]),
        ("gres musée", ["Awa Grès"]),
        ("Grès Fleuve", []),
        ("musée%", []),
    ],
)
def test_an_institution_is_found_with_its_accents_and_without(client, call, asked, found):
    institutions = {"Binta Marbre": "Musée du Fleuve", "Celia Onyx": "Écomusée de l’Île"}
    for name, institution in institutions.items():
        call.applications.filter(name=name).update(institution=institution)
    ApplicationFactory(call=call, name="Draft Person", institution="Musée du Fleuve")
    ApplicationFactory(call=CallFactory(), name="Elsewhere", institution="Musée du Fleuve", submitted=True)

    assert named(client, urlencode({"q": asked})) == found
    table = client.get(f"/en{LIST}export.csv?{urlencode({'q': asked})}").content.decode("utf-8-sig")
    assert len(table.splitlines()) == 1 + len(found)


def test_a_number_and_an_address_are_found_too(client, call):
    awa = call.applications.get(name="Awa Grès")
    call.applications.filter(pk=awa.pk).update(email="Awa.G@Example.ORG")

    assert [named(client, urlencode({"q": asked})) for asked in (awa.number.lower(), "awa.g@example")] == [
        ["Awa Grès"]
    ] * 2
    assert named(client, urlencode({"q": awa.number[:-1]})) == []  # a number is known whole


@pytest.mark.parametrize("n", [1, 3])
def test_searching_asks_as_often_for_three_as_for_one(client, call, n, django_assert_num_queries):
    for row in call.applications.order_by("pk")[:n]:
        call.applications.filter(pk=row.pk).update(institution="Musée du Fleuve")
    page(client)  # what is kept for all pages

    # session, user, roles; call, strands, the form, countries, rules, those selected, the words searched in, count, rows, saved
    # views, three counts, pairs, second factor
    with django_assert_num_queries(3 + 16):
        assert len(named(client, "q=mus%C3%A9e+fleuve")) == n


def test_a_view_that_was_kept_for_another_strand_narrows_to_nothing(client, call):
    other = CallFactory(code="lake", strands=[{"key": "east"}])
    ApplicationFactory(call=other, submitted=True)

    answer = client.get("/en/desk/applications/calls/lake/?strand=north")

    html = answer.content.decode()
    assert (answer.context["page"].paginator.count, 'name="act"' in html, "Nothing fits this" in html) == (
        0,
        False,
        True,
    )
    assert dict(answer.context["form"].fields["strand"].choices) == {"": "All", "east": "Everybody", "north": "north"}
    assert len(client.get("/en/desk/applications/calls/lake/export.csv?strand=north").content.splitlines()) == 1
    # What is no strand anywhere is not understood, and what is asked for without one is everybody's.
    for everybody in ("strand=", "strand=%3Cb%3E", ""):
        assert client.get(f"/en/desk/applications/calls/lake/?{everybody}").context["page"].paginator.count == 1


def test_a_strand_that_the_call_has_no_more_is_counted_and_found(client, call):
    call.strands.filter(key="north").delete()

    assert ("north", "2", "?strand=north") in counted(page(client), "strand")
    assert named(client, "strand=north") == ["Awa Grès", "Binta Marbre"]
