"""Deleted records that come back: as what they were, and never public by themselves."""

import pytest
from django.urls import reverse

from tessera.organisations.forms import ORGANISATION, PERSON
from tessera.programmes.forms.kinds import TOPIC, TRAINING
from tests.factories.accounts import AdminUserFactory, OfficeUserFactory
from tests.factories.organisations import make_organisation, make_person
from tests.factories.programmes import make_series, make_topic, make_training

pytestmark = pytest.mark.django_db
MAKERS = [(TRAINING, make_training), (TOPIC, make_topic), (ORGANISATION, make_organisation), (PERSON, make_person)]


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


def deleted_and_back(client, kind, key):
    """Delete the record on the desk and bring it back; returns the page that follows."""
    client.post(kind.address("delete", key))
    assert not kind.rows_model.objects.filter(slug=key).exists()
    return client.post(kind.address("bring_back", key), follow=True)


@pytest.mark.parametrize("rehearsal", [True, False])
@pytest.mark.parametrize(("kind", "make"), MAKERS, ids=lambda value: getattr(value, "name", ""))
def test_what_comes_back_is_a_draft_and_for_rehearsal_where_it_was(client, office, kind, make, rehearsal):
    make(id="first", published=False, rehearsal=rehearsal)

    answer = deleted_and_back(client, kind, "first")

    row = kind.rows_model.objects.get(slug="first")
    assert (row.published, row.rehearsal) == (False, rehearsal)
    assert "is back, as a draft." in answer.content.decode()


def test_what_was_deleted_twice_comes_back_as_what_it_was_last(client, office):
    make_topic(id="first", published=False, rehearsal=True)
    client.post(TOPIC.address("delete", "first"))
    make_topic(id="first", published=False)

    deleted_and_back(client, TOPIC, "first")

    assert TOPIC.rows_model.objects.get(slug="first").rehearsal is False


def test_series_is_neither_public_nor_a_draft_and_its_pages_say_so(client, office):
    make_series("repeats")
    asks = client.get(reverse("programmes:series_delete", args=["repeats"])).content.decode()
    client.post(reverse("programmes:series_delete", args=["repeats"]))

    before = client.get(reverse("programmes:series_bring_back", args=["repeats"])).content.decode()
    after = client.post(reverse("programmes:series_bring_back", args=["repeats"]), follow=True).content.decode()

    assert "Only a series that no training is of can be deleted. Its history stays" in asks
    assert "It comes back as the system saved it on" in before
    assert "“Repeats” is back." in after


def test_history_says_that_a_deleted_record_was_for_rehearsal(client, office):
    make_topic(id="first", published=False, rehearsal=True)
    deleted_and_back(client, TOPIC, "first")

    html = client.get(reverse("programmes:topic_history", args=["first"])).content.decode()

    assert "deleted it: Rehearsal</p>" in html


def test_log_leads_those_who_may_to_what_is_deleted(client, office):
    make_series("repeats")
    make_series("other")
    for slug in ("repeats", "other"):
        client.post(reverse("programmes:series_delete", args=[slug]))
    client.post(reverse("programmes:series_bring_back", args=["other"]))
    back = reverse("programmes:series_bring_back", args=["repeats"])

    html = client.get(reverse("activity:log")).content.decode()
    assert f'<a class="small" href="{back}">Bring it back<span class="vh"> Repeats</span></a>' in html
    assert reverse("programmes:series_bring_back", args=["other"]) not in html.partition('id="rows"')[2]

    client.force_login(AdminUserFactory())
    assert back not in client.get(reverse("activity:log")).content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_query_count_of_the_log_does_not_grow_with_the_deletions(client, office, n, django_assert_num_queries):
    for i in range(n):
        make_topic(id=f"topic-{i}", published=False)
        client.post(TOPIC.address("delete", f"topic-{i}"))
    client.get(reverse("activity:log"))  # what a deletion says to whoever did it is shown once

    with django_assert_num_queries(7):  # session, user, grants, count, activities, topics, versions of what is deleted
        html = client.get(reverse("activity:log")).content.decode()

    assert html.count("Bring it back") == n
