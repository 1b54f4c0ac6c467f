"""The desk's other pages of trainings, topics and the programme."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from tessera.activity.history import changes_shown
from tessera.activity.models import Activity
from tessera.activity.services import record
from tessera.core.documents import changes
from tessera.core.models import TranslationState
from tessera.organisations.forms import ORGANISATION, PERSON
from tessera.organisations.models import Organisation
from tessera.programmes import services
from tessera.programmes.forms.kinds import TRAINING
from tessera.programmes.models import Source, Topic, Training
from tessera.programmes.queries import trainings_whole
from tessera.programmes.services.records import topics, trainings
from tests.factories.accounts import OfficeUserFactory, RoleGrantFactory, UserFactory
from tests.factories.organisations import make_organisation, make_person
from tests.factories.pages import filled
from tests.factories.programmes import make_programme, make_topic, make_training
from tests.factories.publications import public

ARCHIVE = Path("src/tessera/programmes/data/archive.json")
pytestmark = pytest.mark.django_db
AFTER = datetime(2026, 6, 1, 12, tzinfo=UTC)


def page(name, *arguments):
    return reverse(f"programmes:{name}", args=arguments)


def document(slug):
    return trainings.read(trainings_whole().get(slug=slug))


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    slugs = [make_training().slug for _ in range(n)]
    client.get(page("trainings"))  # places are read once for the process

    # session, user, grants; count, trainings, venues, countries
    with django_assert_num_queries(7):
        html = client.get(page("trainings")).content.decode()

    assert [slug for slug in slugs if page("training", slug) in html] == slugs


def test_list_is_narrowed_by_words_status_state_and_rehearsal(client, office):
    make_training(id="mexico", title={"en": "Xálapa"}, status="delivered")
    make_training(id="draft", title={"en": "Élan"}, published=False)
    make_training(id="play", title={"en": "Play"}, rehearsal=True)

    def found(query):
        html = client.get(page("trainings") + query).content.decode()
        return [slug for slug in ("mexico", "draft", "play") if page("training", slug) in html]

    assert found("") == ["mexico", "draft", "play"]
    assert found("?q=xalapa") == ["mexico"]
    assert found("?q=oaxaca") == ["mexico", "draft", "play"]
    assert found("?q=%C3%89lan") == ["draft"]
    assert found("?status=delivered") == ["mexico"]
    assert found("?state=draft") == ["draft"]
    assert found("?rehearsal=only") == ["play"]
    assert found("?rehearsal=no") == ["mexico", "draft"]
    assert "Nothing fits this" in client.get(page("trainings") + "?q=basalt").content.decode()


def test_host_sees_only_drafts_of_their_scope(client):
    make_training(id="here", published=False)
    make_training(id="public")
    make_training(id="there", published=False, places=[{"country": "FR", "city": "Lyon"}])
    user = UserFactory()
    RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="MX")
    client.force_login(user)

    html = client.get(page("trainings")).content.decode()

    assert [slug for slug in ("here", "public", "there") if page("training", slug) in html] == ["here"]
    assert client.get(reverse("portal:desk"))["Location"] == page("trainings")


def test_host_without_a_draft_is_told_what_to_do(client):
    make_training(id="public")
    user = UserFactory()
    RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="MX")
    client.force_login(user)

    html = client.get(page("trainings")).content.decode()

    assert "No draft waits for you" in html
    assert f'href="{reverse("propose:form")}"' in html
    assert "Nothing here yet" not in html


@pytest.mark.parametrize(
    ("name", "language", "words"),
    [
        ("programmes:training_new", "en", "New training"),
        ("programmes:training_new", "fr", "Nouvelle formation"),
        ("programmes:training_new", "es", "Formación nueva"),
        ("programmes:topic_new", "fr", "Nouveau thème"),
        ("organisations:person_new", "fr", "Nouvelle personne"),
        ("organisations:organisation_new", "es", "Organización nueva"),
        ("planning:proposal_new", "fr", "Nouvelle proposition"),
        ("planning:scenario_new", "es", "Nuevo escenario"),
    ],
)
def test_page_that_makes_a_record_names_it_with_its_gender(client, office, name, language, words):
    make_programme()
    with override(language):
        address = reverse(name)

    html = client.get(address).content.decode()

    trail = re.search(r'<nav class="crumbs".*?</nav>', html, re.DOTALL)[0]
    assert re.sub(r"<[^>]+>|\s+", " ", trail).strip().endswith(words)


def test_new_training_begins_as_a_draft(client, office):
    make_programme()

    refused = client.post(page("training_new"), {"format": "in_person"})
    assert (refused.status_code, Training.objects.count()) == (422, 0)

    answer = client.post(page("training_new"), {"name_fr": "Conserver la pierre", "format": "hybrid"})

    made = Training.objects.get()
    assert answer["Location"] == page("training_edit", made.slug, "texts")
    assert (made.slug, made.title, made.status, made.published) == (
        "conserver-la-pierre", {"fr": "Conserver la pierre"}, "proposed", False,
    )  # fmt: skip


@pytest.mark.parametrize(("asked", "regions"), [("APA", ["APA"]), ("XXX", [])])
def test_new_training_begins_for_the_region_asked_for(client, office, asked, regions):
    make_programme()

    client.post(f"{page('training_new')}?region={asked}", {"name_en": "Stone", "format": "online"})

    assert document("stone")["audience"]["unesco_regions"] == regions


@pytest.mark.parametrize("n", [1, 3])
def test_record_and_its_history_name_the_records_they_mention(client, office, n):
    hosts = [make_organisation(id=f"house-{k}", name={"en": f"Stone House {k}"}).slug for k in range(n)]
    people = [make_person(id=f"celia-{k}", name={"display": f"Celia Pizarra {k}"}).slug for k in range(n)]
    make_training(
        id="told",
        organisations=[{"organisation": slug, "role": "study_visit"} for slug in hosts],
        people=[{"person": slug, "role": "trainer"} for slug in people],
        study_visits=hosts,
    )
    changed = {**document("told"), "people": [], "study_visits": []}
    services.save_training(changed, by=office, at=AFTER)
    services.save_training({**changed, "organisations": []}, by=office, at=AFTER)
    client.get(page("training", "told"))

    with CaptureQueriesContext(connection) as asked:
        history = client.get(page("training_history", "told")).content.decode()
    named = [q for q in asked.captured_queries if '"slug" IN' in q["sql"]]
    version = client.get(page("training_version", "told", 1)).content.decode()
    credited = [{"organisation": slug, "role": "host_venue"} for slug in hosts]
    services.save_training({**document("told"), "organisations": credited}, by=office, at=AFTER)
    shown = client.get(page("training", "told")).content.decode()

    for html in (history, shown):
        assert [k for k in range(n) if f"Stone House {k}" in html] == list(range(n))
        assert "house-0" not in html
    for html in (history, version):
        assert [k for k in range(n) if f"Celia Pizarra {k}" in html] == list(range(n))
        assert "celia-0" not in html
    assert len(named) == 2  # people, organisations


def test_record_tells_outside_facts_by_name(client, office):
    Source.objects.create(code="annual", kind="report", title="Annual report")
    make_training(
        id="told",
        external=[
            {
                "source": "annual",
                "facts": {
                    "planned_participants": {"min": 25, "max": 30},
                    "call_published": "2023-07-05",
                    "participant_countries": ["BJ", "DZ"],
                    "postponed": True,
                    "own_word": "kept",
                },
            }
        ],
    )

    html = client.get(page("training", "told")).content.decode()

    for pair in (
        "<dt>Places</dt><dd>25–30</dd>",
        "<dt>Call published</dt><dd>5 July 2023</dd>",
        "<dt>Participants from</dt><dd>Benin, Algeria</dd>",
        "<dt>Postponed</dt><dd>yes</dd>",
        "<dt><code>own_word</code></dt><dd>kept</dd>",
    ):
        assert pair in html
    assert "planned_participants" not in html


def test_history_has_words_for_every_place_of_the_archive():
    whole = json.loads(ARCHIVE.read_text("utf-8"))
    labels = {
        change.label
        for part, kind in (("trainings", TRAINING), ("people", PERSON), ("organisations", ORGANISATION))
        for record in whole[part]
        for one, other in ((record, {}), ({}, record))
        for change in changes_shown(kind.name, changes({**one, "id": "same"}, {**other, "id": "same"}))
    }

    assert {label for label in labels if re.search(r"[a-z][._][a-z]|^[a-z]", label)} == set()
    assert {"Dates of the whole training", "Status", "Format", "For whom"} <= labels


def test_merge_page_and_its_history_name_the_records(client, office):
    for n in (1, 2):
        make_organisation(id=f"house-{n}", name={"en": f"Stone House {n}"})
    make_organisation(id="kept", name={"en": "Museum"}, parent="house-1")
    make_organisation(id="other", name={"en": "The Museum"}, parent="house-2")

    compared = client.get(f"{page('organisation_merge', 'kept')}?other=other").content.decode()
    client.post(f"{page('organisation_merge', 'kept')}?other=other", {"reason": "The same house"})
    log = client.get(reverse("activity:log")).content.decode()

    assert "<td>Stone House 1</td><td>Stone House 2</td>" in compared
    assert "The Museum → Museum" in log


def test_the_log_calls_a_record_by_its_name_in_the_language_of_the_page(client, office):
    with override("fr"):
        make_training(id="stone", title={"en": "Stone", "fr": "Pierre", "es": "Piedra"}, status="planned")
        record("training.changed", Training.objects.get(), by=office, at=AFTER)

    logs = {language: client.get(f"/{language}/desk/activity/").content.decode() for language in ("en", "fr", "es")}

    assert {language: [word in log for word in (">Stone<", ">Pierre<", ">Piedra<")] for language, log in logs.items()} == {
        "en": [True, False, False], "fr": [False, True, False], "es": [False, False, True],
    }  # fmt: skip


def test_copy_takes_texts_and_no_dates(client, office):
    make_training(id="old", status="delivered")

    answer = client.post(page("training_clone", "old"))

    made = Training.objects.exclude(slug="old").get()
    assert answer["Location"] == page("training", made.slug)
    assert (made.status, made.dates, made.published) == ("proposed", "", False)


@time_machine.travel(AFTER, tick=False)
def test_status_is_set_with_its_activity(client, office):
    make_training(id="held", status="announced")

    answer = client.post(page("training_status", "held"), {"status": "delivered", "reason": "The host says so."})

    assert answer.status_code == 302
    assert Training.objects.get().status == "delivered"
    done = Activity.objects.latest("pk")
    assert (done.verb, done.before, done.after, done.reason, done.by) == (
        "training.status_set", "announced", "delivered", "The host says so.", office,
    )  # fmt: skip
    assert public("training", "held").card["status"] == "delivered"


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"status": "cancelled", "reason": "Storm."}, "Cancelling is final: tick this to confirm it."),
        ({"status": "cancelled", "sure": "on"}, "Give the reason: participants and readers will ask."),
        ({"status": "postponed"}, "Give the reason: participants and readers will ask."),
        ({"status": "closed"}, "That step is not possible any more: choose among those shown now."),
        ({}, "This field is required."),
    ],
)
def test_status_refuses_with_a_sentence_and_changes_nothing(client, office, posted, sentence):
    make_training(id="planned")
    before = Activity.objects.count()

    answer = client.post(page("training_status", "planned"), posted)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert (Training.objects.get().status, Activity.objects.count()) == ("planned", before)


def test_postponing_keeps_the_old_dates(client, office):
    make_training(id="late")

    client.post(page("training_status", "late"), {"status": "postponed", "reason": "Storm.", "dates": "2027-03"})

    found = document("late")
    assert found["dates"]["edtf"] == "2027-03"
    assert [item["edtf"] for item in found["former_dates"]] == ["2026-05-04/2026-05-08"]


def test_nothing_follows_a_cancelled_training(client, office):
    make_training(id="gone", status="cancelled")

    html = client.get(page("training_status", "gone")).content.decode()

    assert "This is the last step of a training: nothing follows." in html


def test_publishing_says_what_is_lacking_and_then_shows_it(client, office):
    make_training(id="draft", published=False, dates=None, phases=[])
    html = client.get(page("training_publish", "draft")).content.decode()
    assert "The dates are missing: a month is enough." in html

    refused = client.post(page("training_publish", "draft"), {"do": "publish"})
    assert (refused.status_code, Training.objects.get().published) == (422, False)
    assert "The dates are missing: a month is enough." in refused.content.decode()

    edit = page("training_edit", "draft", "dates")
    client.post(edit, {**filled(client.get(edit), dates__edtf="2026-05"), "do": "save"})
    client.post(page("training_publish", "draft"), {"do": "publish"})
    assert Training.objects.get().published is True
    assert client.get(reverse("portal:training", args=["draft"])).status_code == 200

    client.post(page("training_publish", "draft"), {"do": "unpublish", "reason": "Not yet."})
    assert client.get(reverse("portal:training", args=["draft"])).status_code == 404


def test_draft_is_deleted_and_brought_back(client, office):
    make_training(id="draft", published=False, title={"en": "Stone"})

    answer = client.post(page("training_delete", "draft"), follow=True)
    assert Training.objects.count() == 0
    assert page("training_bring_back", "draft") in answer.content.decode()

    client.post(page("training_bring_back", "draft"))
    assert str(Training.objects.get(slug="draft")) == "Stone"


def test_public_training_is_not_deleted(client, office):
    make_training(id="public")

    answer = client.post(page("training_delete", "public"))

    assert (answer.status_code, Training.objects.count()) == (422, 1)
    assert "it can be hidden, not deleted" in answer.content.decode()


def test_nothing_that_is_there_is_brought_back(client, office):
    make_training(id="public")

    assert client.get(page("training_bring_back", "public")).status_code == 404
    assert client.get(page("training_bring_back", "never-there")).status_code == 404


def test_history_tells_differences_and_restores(client, office):
    make_training(id="told", title={"en": "Before the flood"})
    edit = page("training_edit", "told", "texts")
    client.post(edit, {**filled(client.get(edit), title__en="After the flood and the storm"), "do": "save"})

    html = client.get(page("training_history", "told")).content.decode()
    assert "Title in English" in html
    assert '<del><span class="vh"> taken out: </span>Before</del>' in html
    version = client.get(page("training_version", "told", 1)).content.decode()
    assert "What bringing it back would change" in version

    answer = client.post(page("training_version", "told", 1), {"reason": "Wrong title."}, follow=True)

    assert "Version 1 is back. To undo this, bring version 2 back." in answer.content.decode()
    assert Training.objects.get().title["en"] == "Before the flood"
    assert Activity.objects.latest("pk").verb == "training.restored"
    client.post(page("training_version", "told", 2))
    assert Training.objects.get().title["en"] == "After the flood and the storm"


def test_history_is_read_by_admins_who_cannot_restore(client):
    make_training(id="told")
    client.force_login(UserFactory(roles=["admin"]))

    assert client.get(page("training_history", "told")).status_code == 200
    assert client.post(page("training_version", "told", 1)).status_code == 403
    assert Training.objects.get().version == 1


@pytest.mark.parametrize("n", [1, 3])
def test_history_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    make_training(id="told")
    edit = page("training_edit", "told", "texts")
    for number in range(n):
        client.post(edit, {**filled(client.get(edit), title__en=f"Title {number}"), "do": "save"})

    # session, user, grants; training, count, activities with revisions
    with django_assert_num_queries(6):
        html = client.get(page("training_history", "told")).content.decode()

    assert html.count("edited it") == n


def test_preview_shows_what_is_typed_and_saves_nothing(client, office):
    make_training(id="draft", published=False)
    edit = page("training_edit", "draft", "texts")
    preview = reverse("portal:desk_preview", args=["draft"])
    data = filled(client.get(edit), title__en="Not saved yet")
    before = (document("draft"), Activity.objects.count())

    answer = client.post(preview + "?section=texts", {**data, "do": "preview"})

    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>Not saved yet</h1>" in html
    assert "Nothing was saved" in html
    assert (document("draft"), Activity.objects.count()) == before
    assert "<h1>Not saved yet</h1>" not in client.get(preview).content.decode()


def test_preview_of_wrong_answers_goes_back_to_the_form(client, office):
    make_training(id="draft", published=False)
    edit = page("training_edit", "draft", "dates")
    data = filled(client.get(edit), dates__edtf="2026-13")

    answer = client.post(reverse("portal:desk_preview", args=["draft"]) + "?section=dates", {**data, "do": "preview"})

    assert answer.status_code == 422
    assert "names a month that does not exist" in answer.content.decode()


def test_topics_are_listed_made_published_and_deleted(client, office):
    make_topic(id="ethics", name={"en": "Ethics"})

    answer = client.post(page("topic_new"), {"name_en": "Stone care", "name_es": "Cuidado de la piedra"})
    made = Topic.objects.get(slug="stone-care")
    assert answer["Location"] == page("topic_edit", "stone-care", "texts")
    assert (made.published, made.name) == (False, {"en": "Stone care", "es": "Cuidado de la piedra"})
    client.post(page("topic_publish", "stone-care"), {"do": "publish"})
    assert public("topic", "stone-care").card["name"]["en"] == "Stone care"
    client.post(page("topic_publish", "stone-care"), {"do": "unpublish"})

    client.post(page("topic_delete", "stone-care"))

    html = client.get(page("topics")).content.decode()
    assert "Ethics" in html
    assert f'href="{page("topic", "stone-care")}"' not in html


def test_copy_of_a_topic_is_a_draft_with_the_description_and_its_states(client, office):
    make_topic(id="ethics", order=3, name={"en": "Ethics"}, description={"en": "What is right.", "fr": "Le juste."})
    make_topic(id="last", order=7)
    make_training(topics=["ethics"])
    described = {"object_type": "topic", "object_key": "ethics", "field": "description", "language": "fr"}
    TranslationState.objects.filter(**described).update(state="reviewed")

    answer = client.post(page("topic_clone", "ethics"), {"name_en": "Duties", "name_fr": "Devoirs"})

    made = Topic.objects.get(slug="duties")
    assert answer["Location"] == page("topic", "duties")
    assert (made.published, made.rehearsal, made.version) == (False, False, 1)
    assert topics.read(made) == {
        "id": "duties", "name": {"en": "Duties", "fr": "Devoirs"}, "order": 8,
        "description": {"en": "What is right.", "fr": "Le juste."},
    }  # fmt: skip
    states = TranslationState.objects.filter(object_type="topic", object_key="duties")
    assert {(row.field, row.language, row.state) for row in states} == {
        ("name", "en", "current"), ("name", "fr", "draft"),
        ("description", "en", "current"), ("description", "fr", "reviewed"),
    }  # fmt: skip
    assert made.training_links.count() == 0
    done = Activity.objects.get(object_type="topic", object_key="duties")
    assert (done.verb, done.reason, done.by) == ("topic.cloned", "From “Ethics”.", office)


def test_copy_of_a_topic_without_a_name_or_by_another_role_makes_nothing(client, office):
    make_topic(id="ethics")
    before = list(Topic.objects.values())

    nameless = client.post(page("topic_clone", "ethics"), {"name_en": " "})
    client.force_login(UserFactory(roles=["admin"]))
    refused = client.post(page("topic_clone", "ethics"), {"name_en": "Duties"})

    assert (nameless.status_code, refused.status_code) == (422, 403)
    assert list(Topic.objects.values()) == before


def test_preview_of_a_topic_shows_what_is_typed_and_saves_nothing(client, office):
    make_topic(id="ethics", published=False, name={"en": "Ethics"})
    make_training(title={"en": "Right and wrong"}, topics=["ethics"])
    preview = reverse("portal:desk_topic_preview", args=["ethics"])
    data = filled(client.get(page("topic_edit", "ethics", "texts")), name__en="Not saved yet")
    before = (list(Topic.objects.values()), Activity.objects.count())

    html = client.post(preview + "?section=texts", {**data, "do": "preview"}).content.decode()

    assert "<h1>Not saved yet</h1>" in html
    assert "Right and wrong" in html
    assert "Nothing was saved" in html
    assert (list(Topic.objects.values()), Activity.objects.count()) == before
    assert "<h1>Ethics</h1>" in client.get(preview).content.decode()
    client.force_login(UserFactory(roles=["host"]))
    assert client.get(preview).status_code == 403


def test_copy_of_a_training_keeps_what_is_out_of_date_out_of_date(client, office):
    make_training(id="old", summary={"en": "Five days.", "fr": "Cinq jours."})
    edit = page("training_edit", "old", "texts")
    client.post(edit, {**filled(client.get(edit), summary__en="Six days."), "do": "save"})

    client.post(page("training_clone", "old"))

    made = Training.objects.exclude(slug="old").get()
    row = TranslationState.objects.get(object_key=made.slug, field="summary", language="fr")
    assert (row.state, row.source_language, row.source_text) == ("stale", "en", "Five days.")


def test_programme_is_edited(client, office):
    make_programme()
    make_organisation(id="icom", name={"en": "ICOM"})
    edit = page("programme_edit", "regional-trainings", "goals")
    data = filled(client.get(edit))
    data["goals-0-rule--every_region_reached_within_months"] = "36"

    answer = client.post(edit, {**data, "do": "save"})

    assert answer.status_code == 302
    assert client.get(page("programmes"))["Location"] == page("programme", "regional-trainings")
    assert "36" in client.get(page("programme", "regional-trainings")).content.decode()


def test_organisations_are_compared_merged_and_parted(client, office):
    kept = make_organisation(id="tumo", name={"en": "TUMO"})
    make_organisation(id="tumo-centre", name={"en": "TUMO Centre"}, city="Yerevan")
    make_training(id="told", organisations=[{"organisation": "tumo-centre", "role": "organiser"}])
    address = page("organisation_merge", "tumo")
    assert "?other=tumo-centre" in client.get(address).content.decode()
    compared = client.get(address + "?other=tumo-centre").content.decode()
    assert "Yerevan" in compared
    assert Organisation.objects.get(slug="tumo-centre").merged_into is None

    client.post(address + "?other=tumo-centre", {"reason": "The same."})

    merged = Organisation.objects.get(slug="tumo-centre")
    assert merged.merged_into == kept
    assert document("told")["organisations"][0]["organisation"] == "tumo"
    html = client.get(address).content.decode()
    undo = page("organisation_unmerge", merged.pk and kept.pk and _latest_merge())
    assert undo in html

    client.post(undo)

    assert Organisation.objects.get(slug="tumo-centre").merged_into is None
    assert document("told")["organisations"][0]["organisation"] == "tumo-centre"


def _latest_merge():
    from tessera.organisations.models import OrganisationMerge

    return OrganisationMerge.objects.latest("pk").pk


def test_people_are_merged_and_parted(client, office):
    from tessera.accounts.models import MergeRecord

    kept = make_person(id="ada", name={"given": "Ada", "family": "Stone", "display": "Ada Stone"})
    other = make_person(id="a-stone", name={"given": "A.", "family": "Stone", "display": "A. Stone"})

    client.post(page("person_merge", "ada") + "?other=a-stone")
    other.refresh_from_db()
    assert other.merged_into == kept

    client.post(page("person_unmerge", MergeRecord.objects.get().pk))
    other.refresh_from_db()
    assert other.merged_into is None


@pytest.mark.parametrize("role", ["nobody", "host", "admin", "trainer"])
def test_other_roles_cannot_merge(client, role):
    make_organisation(id="one")
    make_organisation(id="two")
    client.force_login(UserFactory(roles=[] if role == "nobody" else [role]))

    answer = client.post(page("organisation_merge", "one") + "?other=two")

    assert answer.status_code == 403
    assert Organisation.objects.exclude(merged_into=None).count() == 0


@pytest.fixture
def host(client):
    user = UserFactory()
    RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="MX")
    client.force_login(user)
    return user


def credit_form(client, **typed):
    edit = page("training_edit", "draft", "people")
    data = filled(client.get(edit)) | {f"organisations-0-organisation{name}": text for name, text in typed.items()}
    return edit, data


def test_host_finds_public_records_only_and_makes_none(client, host):
    make_training(id="draft", published=False)
    make_organisation(id="hidden", published=False, name={"en": "Hidden Slate House"})
    make_organisation(id="shown", name={"en": "Public Slate House"})
    before = list(Organisation.objects.order_by("slug").values_list("slug", flat=True))
    credited = Training.objects.get().credits.get().organisation.slug

    edit, data = credit_form(client, **{"-text": "Slate House"})
    html = client.post(edit, {**data, "do": "find:organisations-0-organisation"}).content.decode()
    assert ("Public Slate House" in html, "Hidden Slate House" in html, "Make a new record" in html) == (
        True,
        False,
        False,
    )
    edit, data = credit_form(client, **{"-text": "Nowhere"})
    html = client.post(edit, {**data, "do": "find:organisations-0-organisation"}).content.decode()
    assert "Only public records are found here. The office makes new ones: ask it." in html

    tries = [
        {"-text": "Mine", "-pick": "new", "-type": "museum"},
        {"-text": "Hidden Slate House", "-pick": "hidden"},
        {"": "hidden"},
    ]
    for typed in tries:
        edit, data = credit_form(client, **typed)
        assert client.post(edit, {**data, "do": "save"}).status_code == 422, typed
    assert list(Organisation.objects.order_by("slug").values_list("slug", flat=True)) == before
    assert Training.objects.get().credits.get().organisation.slug == credited

    edit, data = credit_form(client, **{"-text": "Public Slate House", "-pick": "shown"})
    assert client.post(edit, {**data, "do": "save"}).status_code == 302
    assert Training.objects.get().credits.get().organisation.slug == "shown"


def test_host_keeps_what_is_named_already_though_it_is_hidden(client, host):
    make_organisation(id="hidden", published=False, name={"en": "Hidden Slate House"})
    make_training(id="draft", published=False, organisations=[{"organisation": "hidden", "role": "organiser"}])
    edit = page("training_edit", "draft", "people")

    answer = client.post(edit, {**filled(client.get(edit)), "organisations-0-role": "host_venue", "do": "save"})

    assert answer.status_code == 302
    assert list(Training.objects.get().credits.values_list("organisation__slug", "role")) == [("hidden", "host_venue")]


def test_copy_with_a_new_first_day_has_moved_dates(client, office):
    make_training(id="old", dates={"edtf": "2026-09-07/2026-09-12"}, phases=[])

    refused = client.post(page("training_clone", "old"), {"starts_on": "soon"})
    assert (refused.status_code, Training.objects.count()) == (422, 1)

    made = client.post(page("training_clone", "old"), {"starts_on": "2028-03-06"})

    fresh = Training.objects.exclude(slug="old").get()
    assert made["Location"] == page("training", fresh.slug)
    assert (fresh.dates, fresh.tentative, fresh.status) == ("2028-03-06/2028-03-11", True, "proposed")


def test_copy_outside_the_calendar_is_refused_in_words(client, office):
    make_training(id="old", dates={"edtf": "2026-09-07/2026-09-12"}, phases=[])

    refused = client.post(page("training_clone", "old"), {"starts_on": "9999-12-31"})

    assert refused.status_code == 422
    assert "These dates lie outside the calendar." in refused.content.decode()
    assert Training.objects.get().slug == "old"


def test_copy_says_what_does_not_fit_and_was_left_out(client, office):
    make_training(
        id="old",
        dates={"edtf": "2019-10"},
        phases=[{"mode": "in_person", "edtf": "2019-10", "time_zone": "Europe/Paris"}],
        sessions=[{"title": {"en": "End"}, "kind": "topic", "phase": 0, "starts": "2019-10-28T09:00"}],
    )

    answer = client.post(page("training_clone", "old"), {"starts_on": "2020-10-05"}, follow=True)

    assert Training.objects.exclude(slug="old").get().dates == "2020-10"
    assert [str(said) for said in answer.context["messages"]] == [
        "This is the copy: a proposed training. Nobody else sees it yet.",
        "Left out, for it does not fit in the copy: Session 1: Begins",
    ]
