"""Series: made, named and deleted by the office, and what the public reads of them."""

import pytest
from django.urls import reverse

from tessera.activity.documents import set_text_state
from tessera.activity.models import Activity
from tessera.core.models import TranslationState
from tessera.programmes.models import Series, Training
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.moments import NOW
from tests.factories.pages import filled
from tests.factories.programmes import make_series, make_training
from tests.factories.publications import public

pytestmark = pytest.mark.django_db


def page(name, *arguments):
    return reverse(f"programmes:{name}", args=arguments)


def read(client, slug):
    return client.get(reverse("portal:training", args=[slug]))


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    slugs = [make_series(f"series-{i}").slug for i in range(n)]
    make_training(series=slugs[0])

    with django_assert_num_queries(4):  # session, user, grants, series with the number of trainings
        html = client.get(page("series_list")).content.decode()

    assert [slug for slug in slugs if page("series", slug) in html] == slugs


def test_series_is_made_named_chosen_renamed_and_deleted(client, office):
    answer = client.post(page("series_new"), {"name_en": "Stone care", "name_fr": "La pierre", "name_es": "La piedra"})
    made = Series.objects.get()
    assert answer["Location"] == page("series", "stone-care")
    assert (made.name, made.version) == ({"en": "Stone care", "fr": "La pierre", "es": "La piedra"}, 1)

    make_training(id="first")
    edit = page("training_edit", "first", "places")
    client.post(edit, {**filled(client.get(edit)), "series": "stone-care", "do": "save"})
    assert Training.objects.get(slug="first").series == made
    assert public("training", "first").facts["series"] == {"slug": "stone-care", "name": {"en": "Stone care"}}

    edit = page("series_edit", "stone-care", "names")
    client.post(edit, {**filled(client.get(edit), name__en="Care of stone"), "do": "save"})
    assert public("training", "first").facts["series"]["name"] == {"en": "Care of stone"}

    refused = client.post(page("series_delete", "stone-care"))
    assert (refused.status_code, Series.objects.count()) == (422, 1)
    assert "Trainings are of this series: take them out of it first." in refused.content.decode()
    assert Training.objects.get(slug="first").series == made

    Training.objects.update(series=None)
    client.post(page("series_delete", "stone-care"))
    assert Series.objects.count() == TranslationState.objects.filter(object_type="series").count() == 0
    verbs = Activity.objects.filter(object_type="series").order_by("pk").values_list("verb", "by")
    assert list(verbs) == [(f"series.{done}", office.pk) for done in ("created", "edited", "deleted")]
    client.post(page("series_bring_back", "stone-care"))
    assert Series.objects.get().name["en"] == "Care of stone"


def test_translation_of_a_series_is_public_once_it_is_no_draft(client, office):
    series = make_series("repeats")
    make_training(id="first", series="repeats")
    edit = page("series_edit", "repeats", "names")
    client.post(edit, {**filled(client.get(edit), name__fr="Répétitions"), "do": "save"})
    assert public("training", "first").facts["series"]["name"] == {"en": "Repeats"}

    series.refresh_from_db()
    set_text_state(series, "name", "fr", "reviewed", by=office, at=NOW)

    assert public("training", "first").facts["series"]["name"] == {"en": "Repeats", "fr": "Répétitions"}


@pytest.mark.parametrize("answers", [{}, {"name_en": " "}, {"name_en": "x" * 121}])
def test_series_without_a_name_or_with_one_too_long_is_refused(client, office, answers):
    answer = client.post(page("series_new"), answers)

    assert (answer.status_code, Series.objects.count()) == (422, 0)
    assert answer.context["form"].errors


@pytest.mark.parametrize("role", ["nobody", "applicant", "trainer", "host", "funder", "committee", "admin"])
def test_other_roles_are_refused_and_nothing_changes(client, role):
    make_series("repeats")
    client.force_login(UserFactory(roles=[] if role == "nobody" else [role]))
    before = list(Series.objects.values())

    answers = [
        client.post(page("series_new"), {"name_en": "Mine"}),
        client.post(page("series_edit", "repeats", "names"), {"name--en": "Mine", "version": "1", "do": "save"}),
        client.post(page("series_delete", "repeats")),
        client.post(page("series_bring_back", "gone")),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert list(Series.objects.values()) == before
    assert client.get(page("series_list")).status_code == (200 if role == "admin" else 403)


def test_page_of_a_training_names_the_other_editions_of_its_series(client):
    make_series("repeats")
    make_series("others")
    make_training(id="first", series="repeats", title={"en": "First stone"}, dates={"edtf": "2024-05"}, phases=[])
    make_training(id="second", series="repeats", title={"en": "Second stone"})
    make_training(id="hidden", series="repeats", title={"en": "Hidden stone"}, published=False)
    make_training(id="practice", series="repeats", title={"en": "Invented stone"}, rehearsal=True)
    make_training(id="apart", series="others", title={"en": "Stone apart"})

    second, apart = (read(client, slug) for slug in ("second", "apart"))

    html = second.content.decode()
    assert [row.title for row in second.context["editions"]] == ["First stone"]
    assert '<h2 id="editions">Other editions</h2>' in html
    assert reverse("portal:training", args=["first"]) in html
    assert "Series: Repeats" in html
    assert apart.context["editions"] == []
    assert "Other editions" not in apart.content.decode()
    assert [row.title for row in read(client, "practice").context["editions"]] == ["Second stone", "First stone"]


@pytest.mark.parametrize("n", [1, 3])
def test_query_count_does_not_grow_with_the_editions(client, n, django_assert_num_queries):
    make_series("repeats")
    first = make_training(series="repeats").slug
    for _ in range(n):
        make_training(series="repeats")
    read(client, make_training().slug)  # places are read once for the process

    # content version, record, editions, names, calls
    with django_assert_num_queries(5):
        answer = read(client, first)

    assert len(answer.context["editions"]) == n


def test_preview_names_the_other_editions_too(client, office):
    make_series("repeats")
    make_training(series="repeats", title={"en": "First stone"})
    make_training(id="draft", series="repeats", published=False)

    answer = client.get(reverse("portal:desk_preview", args=["draft"]))

    assert [row.title for row in answer.context["editions"]] == ["First stone"]
    assert "Other editions" in answer.content.decode()
