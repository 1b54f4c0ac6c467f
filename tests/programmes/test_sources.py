"""Sources: recorded and edited by the office, and chosen where a number names its source."""

import pytest
from django.urls import reverse

from tessera.activity.models import Activity
from tessera.programmes.models import Source, Training
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.pages import filled
from tests.factories.programmes import make_source, make_training
from tests.factories.publications import public

pytestmark = pytest.mark.django_db
NEW = {
    "title": "Museum news, 3 May 2026", "kind": "external", "url": "https://news.example/3", "state": "Read on 4 May 2026.",
}  # fmt: skip


def page(name, *arguments):
    return reverse(f"programmes:{name}", args=arguments)


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
        client.post(page("source_delete", "X1")),
        client.post(page("source_bring_back", "X2")),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert list(Source.objects.values()) == before
    assert client.get(page("sources")).status_code == (200 if role == "admin" else 403)


def test_source_is_deleted_after_a_question_and_brought_back(client, office):
    make_source("X1")
    asks = client.get(page("source_delete", "X1")).content.decode()
    assert "Delete “Source X1”?" in asks
    assert "Only a source that no training names can be deleted." in asks
    assert Source.objects.count() == 1

    client.post(page("source_delete", "X1"), {"reason": "Written twice."})
    assert Source.objects.count() == 0
    done = Activity.objects.get(verb="source.deleted")
    assert (done.object_key, done.reason, done.by) == ("X1", "Written twice.", office)

    client.post(page("source_bring_back", "X1"))
    assert Source.objects.get().title == "Source X1"


@pytest.mark.parametrize(
    "facts",
    [
        {"title_source": {"en": "X1"}},
        {"languages": [{"code": "es", "source": "X1"}]},
        {"external": [{"source": "X1", "facts": {"city": "Oaxaca"}}]},
        {
            "participants": {
                "planned": None, "reported": [{"value": 28, "source": "X1"}], "resolved": None, "countries_count": None,
            }
        },
    ],
    ids=lambda facts: next(iter(facts)),
)  # fmt: skip
def test_source_that_a_fact_names_is_not_deleted(client, office, facts):
    make_source("X1")
    make_training(title={"en": "Care of stone"}, published=False, **facts)
    make_training(title={"en": "Care of wood"}, rehearsal=True, **facts)
    make_training(title={"en": "Care of paper"})

    answer = client.post(page("source_delete", "X1"))

    assert (answer.status_code, Source.objects.count()) == (422, 1)
    html = answer.content.decode()
    assert "Trainings name this source, take it out of them first: Care of stone; Care of wood" in html
    assert "Care of paper" not in html
    assert not Activity.objects.filter(verb="source.deleted").exists()


def test_primary_source_is_of_every_real_training(client, office):
    make_source("S1", "primary")
    make_training(id="practice", rehearsal=True)
    assert public("training", "practice").facts["sources"] == {}
    make_training(id="stone")
    assert public("training", "stone").facts["sources"] == {"S1": {"title": "Source S1"}}

    refused = client.post(page("source_delete", "S1"))
    assert (refused.status_code, Source.objects.count()) == (422, 1)
    assert "Every training names a primary source. Make it an external one first." in refused.content.decode()

    edit = page("source_edit", "S1", "facts")
    client.post(edit, {**filled(client.get(edit), kind="external"), "do": "save"})
    client.post(page("source_delete", "S1"))
    assert Source.objects.count() == 0
    assert public("training", "stone").facts["sources"] == {}


def test_code_of_a_deleted_source_is_not_given_again(client, office):
    make_source("X4")
    client.post(page("source_delete", "X4"))

    answer = client.post(page("source_new"), NEW)

    assert answer["Location"] == page("source", "X5")


def test_version_that_names_a_deleted_source_does_not_come_back_and_says_why(client, office):
    make_source("X1")
    make_training(id="stone", languages=[{"code": "es", "source": "X1"}])
    make_training(id="stone", languages=[{"code": "es"}])
    client.post(page("source_delete", "X1"))

    answer = client.post(page("training_version", "stone", 1))

    assert (answer.status_code, Training.objects.get().languages) == (422, [{"code": "es"}])
    assert "There is no source “X1”." in answer.content.decode()
    assert "languages[0].source" not in answer.content.decode()


def test_title_is_asked_for_and_marked_in_the_language_that_the_public_reads_it_in(client, office):
    make_source("X1")

    asks = [client.get(page("source_new")), client.get(page("source_edit", "X1", "facts"))]
    listed = client.get(page("sources").replace("/en/", "/fr/")).content.decode()

    for answer in asks:
        assert "In English: who published it and what it is, with the day." in answer.content.decode()
    assert f'<a href="{page("source", "X1").replace("/en/", "/fr/")}" lang="en">Source X1</a>' in listed
