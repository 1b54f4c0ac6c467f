"""Sources: recorded and edited by the office, and chosen where a number names its source."""

import pytest
from django.urls import reverse

from tessera.activity.models import Activity
from tessera.programmes import services
from tessera.programmes.models import Source, Training
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.moments import NOW
from tests.factories.pages import filled
from tests.factories.programmes import make_training
from tests.factories.publications import public

pytestmark = pytest.mark.django_db
NEW = {
    "title": "Museum news, 3 May 2026", "kind": "external", "url": "https://news.example/3", "state": "Read on 4 May 2026.",
}  # fmt: skip


def page(name, *arguments):
    return reverse(f"programmes:{name}", args=arguments)


def make_source(code, kind="external"):
    return services.save_source({"id": code, "kind": kind, "title": f"Source {code}"}, by=None, at=NOW).obj


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    codes = [make_source(f"X{i}").code for i in range(n)]

    with django_assert_num_queries(4):  # session, user, grants, sources
        html = client.get(page("sources")).content.decode()

    assert [code for code in codes if page("source", code) in html] == codes


def test_new_source_gets_the_next_code_of_its_kind(client, office):
    make_source("S1", "primary")
    make_source("X9")
    make_source("Xtra")

    answers = [client.post(page("source_new"), {**NEW, "kind": kind}) for kind in ("external", "primary")]

    assert [answer["Location"] for answer in answers] == [page("source", "X10"), page("source", "S2")]
    made = Source.objects.get(code="X10")
    assert (made.title, made.kind, made.url, made.state, made.version) == (
        "Museum news, 3 May 2026", "external", "https://news.example/3", "Read on 4 May 2026.", 1,
    )  # fmt: skip
    assert Activity.objects.get(object_type="source", object_key="X10").by == office


def test_source_is_chosen_for_a_number_and_what_it_is_now_shows_at_once(client, office):
    reported = {"planned": None, "reported": [{"value": 28}], "resolved": None, "countries_count": None}
    make_training(id="stone", participants=reported)
    client.post(page("source_new"), NEW)
    edit = page("training_edit", "stone", "numbers")

    client.post(edit, {**filled(client.get(edit)), "participants--reported-0-source": "X1", "do": "save"})

    assert Training.objects.get().participants["reported"] == [{"value": 28, "source": "X1"}]
    assert public("training", "stone").facts["sources"]["X1"]["title"] == "Museum news, 3 May 2026"

    edit = page("source_edit", "X1", "facts")
    client.post(edit, {**filled(client.get(edit), title="News of museums", publisher="The news"), "do": "save"})

    made = Source.objects.get()
    assert (made.title, made.publisher, made.state, made.version) == ("News of museums", "The news", NEW["state"], 2)
    assert public("training", "stone").facts["sources"]["X1"]["title"] == "News of museums"
    assert "edited it" in client.get(page("source_history", "X1")).content.decode()


@pytest.mark.parametrize("change", [{"title": " "}, {"kind": "other"}, {"url": "no address"}, {"title": "x" * 301}])
def test_source_that_is_not_whole_is_refused_at_the_field(client, office, change):
    answer = client.post(page("source_new"), {**NEW, **change})

    assert (answer.status_code, Source.objects.count()) == (422, 0)
    assert list(answer.context["form"].errors) == list(change)


@pytest.mark.parametrize("role", ["nobody", "applicant", "trainer", "host", "funder", "committee", "admin"])
def test_other_roles_are_refused_and_nothing_changes(client, role):
    make_source("X1")
    client.force_login(UserFactory(roles=[] if role == "nobody" else [role]))
    before = list(Source.objects.values())

    answers = [
        client.post(page("source_new"), NEW),
        client.post(page("source_edit", "X1", "facts"), {"title": "Mine", "version": "1", "do": "save"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert list(Source.objects.values()) == before
    assert client.get(page("sources")).status_code == (200 if role == "admin" else 403)
