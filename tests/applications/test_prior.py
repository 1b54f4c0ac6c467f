"""What is on record of the person who applies: for the office alone, at the same cost for every number."""

from datetime import timedelta

import pytest

from tessera.applications.file_page import file_page, files
from tessera.applications.prior import prior_of
from tessera.applications.queries import file_for_reviewer
from tessera.programmes.models import Engagement
from tests.factories.accounts import OfficeUserFactory, PersonFactory, RoleGrantFactory, UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW
from tests.factories.programmes import make_training

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]


@pytest.fixture
def office():
    return OfficeUserFactory(language="en")


@pytest.fixture
def applicant():
    return UserFactory(email="awa.gres@example.org", person=PersonFactory(display="Awa Grès"))


@pytest.fixture
def mine(applicant):
    return ApplicationFactory(applicant=applicant, submitted=True)


def earlier(title, year, **facts):
    call = CallFactory(title={"en": title})
    at = NOW.replace(year=year)
    return ApplicationFactory(**{"call": call, "submitted": True, "submitted_at": at} | facts)


def page_of(client, user, row):
    client.force_login(user)
    return client.get(f"/en/desk/applications/files/{row.number}/").content.decode()


def test_the_file_shows_other_applications_and_roles_with_their_links(client, office, applicant, mine):
    came = earlier("Care of stores", 2023, applicant=applicant, status="accepted")
    not_chosen = earlier("Loans", 2024, applicant=applicant, status="not_selected")
    training = make_training(title={"en": "Labels"}, dates={"edtf": "2022-09-05/2022-09-09"}, phases=[])
    Engagement.objects.create(training=training, person=applicant.person, role="trainer", order=9)

    prior = prior_of(mine, office)
    page = page_of(client, office, mine)

    assert [(row.number, row.call, row.year, row.state, row.took_part, row.by_address) for row in prior.applications] == [
        (not_chosen.number, "Loans", 2024, "Not selected", False, False),
        (came.number, "Care of stores", 2023, "Accepted", True, False),
    ]  # fmt: skip
    assert [(row.role, row.training, row.title, row.year) for row in prior.roles] == [
        ("Trainer", training.slug, "Labels", 2022)
    ]
    assert prior.person == applicant.person.slug
    for path in (
        f"files/{came.number}/", f"files/{not_chosen.number}/", f"trainings/{training.slug}/",
        f"people/{applicant.person.slug}/",
    ):  # fmt: skip
        assert f'/{path}"' in page
        link = page.partition(f'/{path}"')[0].rpartition('"')[2] + f"/{path}"
        assert client.get(link).status_code == 200


def test_what_is_nobody_s_business_is_not_on_record(office, applicant, mine):
    earlier("Somebody else", 2023)
    earlier("A draft", 2023, applicant=applicant, status="draft", submitted_at=None)
    earlier("Erased", 2023, applicant=applicant, erased_at=NOW)
    earlier("Rehearsed", 2023, applicant=applicant, rehearsal=True)

    prior = prior_of(mine, office)

    assert (prior.applications, prior.roles) == ([], [])


@pytest.mark.parametrize("kind", ["paper", "other account"])
def test_the_same_address_is_said_to_be_no_more_than_that(client, office, mine, kind):
    facts = {"applicant": None, "origin": "paper"} if kind == "paper" else {}
    row = earlier("By post", 2021, email="AWA.GRES@example.org", **facts)

    prior = prior_of(mine, office)

    assert [(one.number, one.by_address) for one in prior.applications] == [(row.number, True)]
    assert "same address, other account" in page_of(client, office, mine)


def test_a_paper_without_address_is_nobody_else_s(office):
    row = ApplicationFactory(applicant=None, email="", origin="paper", submitted=True)
    ApplicationFactory(applicant=None, email="", origin="paper", submitted=True)

    prior = prior_of(row, office)

    assert (prior.person, prior.applications, prior.roles) == ("", [], [])


@pytest.mark.parametrize("kind", ["committee", "reviewer", "applicant", "endorser"])
def test_nobody_but_the_office_reads_it(client, applicant, mine, kind):
    earlier("Care of stores", 2023, applicant=applicant)
    user = applicant if kind == "applicant" else UserFactory()
    if kind in ("committee", "reviewer"):
        RoleGrantFactory(user=user, role=kind, scope_kind="training", scope_key=mine.call.training.slug)
    elif kind == "endorser":
        RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="SN")

    page = page_of(client, user, mine)

    assert [words for words in ("Care of stores", "This person on record") if words in page] == []
    assert "Care of stores" not in repr(file_for_reviewer(mine))


def test_nothing_on_record_is_said(client, office, mine):
    assert "Nothing else is on record." in page_of(client, office, mine)


@pytest.mark.parametrize("n", [1, 3])
def test_it_costs_the_same_for_every_number(office, applicant, mine, n, django_assert_num_queries):
    for number in range(n):
        earlier(f"Call {number}", 2020 + number, applicant=applicant)
        training = make_training(phases=[])
        Engagement.objects.create(training=training, person=applicant.person, role="mentor", order=9)
    row = files().get(pk=mine.pk)

    with django_assert_num_queries(2):  # applications with their calls, roles with their trainings
        prior = prior_of(row, office)

    assert (len(prior.applications), len(prior.roles)) == (n, n)


@pytest.mark.parametrize("n", [1, 3])
def test_the_whole_page_costs_the_same_for_every_number(office, applicant, mine, n, django_assert_num_queries):
    for number in range(n):
        earlier(f"Call {number}", 2020 + number, applicant=applicant, submitted_at=NOW - timedelta(days=number + 1))
    row = files().get(pk=mine.pk)
    file_page(row, office, office=True)  # names of places are kept

    with django_assert_num_queries(7):  # notes, marks, pairs, other applications, roles, periods, history
        file_page(row, office, office=True)
