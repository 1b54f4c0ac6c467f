"""The desk's form of a training: sections, rows, finder, drafts, two editors, refusals."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from tessera.activity.models import Activity
from tessera.core.models import Draft, TranslationState
from tessera.organisations.models import Organisation
from tessera.programmes import services
from tessera.programmes.models import Training
from tessera.programmes.queries import trainings_whole
from tessera.programmes.services.records import trainings
from tests.factories.accounts import OfficeUserFactory, RoleGrantFactory, UserFactory
from tests.factories.moments import NOW
from tests.factories.organisations import make_organisation, make_person
from tests.factories.pages import filled, forms_of
from tests.factories.programmes import make_topic, make_training
from tests.factories.publications import public

pytestmark = pytest.mark.django_db

SECTIONS = ["texts", "dates", "sessions", "places", "audience", "people", "numbers", "sources"]


def edit(slug, section):
    return reverse("programmes:training_edit", args=[slug, section])


def document(slug):
    return trainings.read(trainings_whole().get(slug=slug))


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def training():
    make_topic(id="ethics")
    trainer, host = make_person(id="ada"), make_organisation(id="host", name={"en": "Basalt Museum"})
    return make_training(
        id="yerevan",
        title={"en": "Risk", "fr": "Risques", "es": "Riesgos"},
        topics=["ethics"],
        languages=[{"code": "es", "basis": "inferred"}],
        organisations=[{"organisation": host.slug, "role": "organiser", "basis": "stated"}],
        people=[{"person": trainer.slug, "role": "trainer", "basis": "stated"}],
        participants={
            "planned": {"min": 25, "max": 30},
            "reported": [{"value": 27, "where": "outline"}, {"value": 30}],
            "resolved": None,
            "countries_count": None,
        },
        phases=[
            {"mode": "online", "edtf": "2026-05-04"},
            {"mode": "in_person", "edtf": "2026-05-06/2026-05-08", "time_zone": "America/Mexico_City"},
        ],
        sessions=[{"title": {"en": "Opening"}, "kind": "workshop", "phase": 1, "starts": "2026-05-06T09:00"}],
        issues=["City not sure."],
        former_dates=[{"edtf": "2025-05", "reason": "Storm."}],
        capacity={"min": 20, "max": 30},
    )


@pytest.mark.parametrize("section", SECTIONS)
def test_section_saved_untouched_changes_nothing(client, office, training, section):
    page = client.get(edit("yerevan", section))
    before, log = document("yerevan"), Activity.objects.count()

    answer = client.post(edit("yerevan", section), {**filled(page), "do": "save"}, follow=True)

    assert answer.status_code == 200
    assert "Nothing was changed, so nothing was saved." in answer.content.decode()
    assert (document("yerevan"), Activity.objects.count()) == (before, log)


def test_span_refused_says_what_to_write_and_writes_nothing(client, office, training):
    page = client.get(edit("yerevan", "numbers"))
    before = document("yerevan")

    answer = client.post(
        edit("yerevan", "numbers"),
        {**filled(page, participants__planned__min="0", participants__planned__max="about 30"), "do": "save"},
    )

    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Write a whole number from 1 to 32767." in html
    assert "Write a whole number in figures, for example 30." in html
    assert 'value="about 30"' in html
    assert document("yerevan") == before


def test_texts_are_saved_with_their_states_and_shown_in_public_at_once(client, office, training):
    page = client.get(edit("yerevan", "texts"))

    answer = client.post(edit("yerevan", "texts"), {**filled(page, title__en="Risk and care"), "do": "save"})

    assert answer.status_code == 302
    assert answer["Location"] == edit("yerevan", "texts") + "?saved=1"
    assert document("yerevan")["title"] == {"en": "Risk and care", "fr": "Risques", "es": "Riesgos"}
    assert public("training", "yerevan").card["title"]["en"] == "Risk and care"
    states = TranslationState.objects.filter(object_key="yerevan", field="title").order_by("language")
    assert [(row.language, row.state, row.source_text) for row in states] == [
        ("en", "current", ""), ("es", "stale", "Risk"), ("fr", "stale", "Risk"),
    ]  # fmt: skip
    html = client.get(edit("yerevan", "texts")).content.decode()
    assert '<ins><span class="vh"> put in: </span> and care</ins>' in html


def test_mark_button_saves_and_sets_the_state(client, office, training):
    page = client.get(edit("yerevan", "texts"))
    client.post(edit("yerevan", "texts"), {**filled(page, title__fr="Les risques"), "do": "save"})
    page = client.get(edit("yerevan", "texts"))
    assert (
        "mark:title.fr:reviewed"
        in next(f for f in forms_of(page) if "section" in f["attrs"].get("class", ""))["buttons"]
    )

    answer = client.post(
        edit("yerevan", "texts"), {**filled(page, summary__es="Cinco."), "do": "mark:title.fr:reviewed"}
    )

    assert answer["Location"] == edit("yerevan", "texts") + "?saved=1#f-title"
    assert document("yerevan")["summary"]["es"] == "Cinco."
    assert TranslationState.objects.get(object_key="yerevan", field="title", language="fr").state == "reviewed"


def test_wrong_dates_are_refused_at_the_field_and_nothing_is_lost(client, office, training):
    page = client.get(edit("yerevan", "dates"))
    before = document("yerevan")
    data = filled(page, dates__edtf="2026-05-09/2026-05-01")
    data["phases-0-edtf"] = "2026-02-30"

    answer = client.post(edit("yerevan", "dates"), {**data, "do": "save"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_dates--edtf"' in html
    assert "The end is before the start: 2026-05-09 comes after 2026-05-01." in html
    assert "“2026-02-30” is a day that does not exist. If the day is not known, write the month: 2026-02." in html
    assert filled(answer)["dates--edtf"] == "2026-05-09/2026-05-01"
    assert document("yerevan") == before


def test_what_the_document_refuses_is_shown_at_its_field(client, office, training):
    page = client.get(edit("yerevan", "dates"))
    data = filled(page)
    data["phases-1-edtf"] = "2026-06-01/2026-06-02"

    answer = client.post(edit("yerevan", "dates"), {**data, "do": "save"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_phases-1-edtf"' in html
    assert document("yerevan")["phases"][1]["edtf"] == "2026-05-06/2026-05-08"


def test_dates_are_derived_again_when_they_change(client, office, training):
    page = client.get(edit("yerevan", "dates"))

    client.post(edit("yerevan", "dates"), {**filled(page, dates__edtf="2026-05"), "do": "save"})

    assert document("yerevan")["dates"] == {
        "edtf": "2026-05", "start": "2026-05", "end": "2026-05", "precision": "month",
    }  # fmt: skip


def test_sessions_follow_their_phase_when_phases_move(client, office, training):
    page = client.get(edit("yerevan", "dates"))
    moved = client.post(edit("yerevan", "dates"), {**filled(page), "do": "rows:phases:up:1"})
    assert moved.status_code == 200
    assert document("yerevan")["phases"][0]["mode"] == "online"

    client.post(edit("yerevan", "dates"), {**filled(moved), "do": "save"})

    found = document("yerevan")
    assert [phase["mode"] for phase in found["phases"]] == ["in_person", "online"]
    assert found["sessions"][0]["phase"] == 0


def test_credit_is_found_before_it_is_made(client, office, training):
    make_organisation(id="tumo", name={"en": "TUMO Center"})
    address = edit("yerevan", "people")
    page = client.post(address, {**filled(client.get(address)), "do": "rows:organisations:add"})
    data = filled(page)
    data["organisations-1-organisation-text"] = "tumo centre"
    found = client.post(address, {**data, "do": "find:organisations-1-organisation"})
    assert 'value="tumo"' in found.content.decode()

    data = filled(found)
    data["organisations-1-organisation-pick"], data["organisations-1-role"] = "tumo", "study_visit"
    answer = client.post(address, {**data, "do": "save"})

    assert answer.status_code == 302
    assert document("yerevan")["organisations"] == [
        {"organisation": "host", "role": "organiser", "basis": "stated"},
        {"organisation": "tumo", "role": "study_visit", "basis": "stated"},
    ]
    assert Organisation.objects.count() == 2


def test_new_organisation_is_made_with_the_save(client, office, training):
    address = edit("yerevan", "people")
    data = filled(client.post(address, {**filled(client.get(address)), "do": "rows:organisations:add"}))
    data["organisations-1-organisation-text"] = "Museo de Granito"
    data["organisations-1-organisation-pick"] = "new"

    refused = client.post(address, {**data, "do": "save"})
    assert (refused.status_code, Organisation.objects.count()) == (422, 1)
    assert "Say of what type the new record is." in refused.content.decode()

    data["organisations-1-organisation-type"] = "museum"
    client.post(address, {**data, "do": "save"})

    made = Organisation.objects.get(slug="museo-de-granito")
    assert (made.published, made.type, str(made)) == (False, "museum", "Museo de Granito")
    assert document("yerevan")["organisations"][1]["organisation"] == "museo-de-granito"


def test_new_organisation_is_not_made_where_the_save_is_refused(client, office, training):
    address = edit("yerevan", "people")
    data = filled(client.post(address, {**filled(client.get(address)), "do": "rows:organisations:add"}))
    data |= {
        "organisations-1-organisation-text": "Museo de Granito",
        "organisations-1-organisation-pick": "new",
        "organisations-1-organisation-type": "museum",
        "organisations-1-role": "dancer",
    }

    answer = client.post(address, {**data, "do": "save"})

    assert (answer.status_code, Organisation.objects.count()) == (422, 1)


def test_second_editor_of_another_place_is_merged_and_told(client, office, training):
    page = client.get(edit("yerevan", "texts"))
    changed = {**document("yerevan"), "summary": {"en": "Changed by another."}}
    services.save_training(changed, by=OfficeUserFactory(), at=NOW)

    answer = client.post(edit("yerevan", "texts"), {**filled(page, subtitle__en="Mine"), "do": "save"}, follow=True)

    assert "their changes and yours are both in" in answer.content.decode()
    found = document("yerevan")
    assert (found["summary"], found["subtitle"]) == ({"en": "Changed by another."}, {"en": "Mine"})


def test_second_editor_of_the_same_place_chooses(client, office, training):
    address = edit("yerevan", "texts")
    page = client.get(address)
    services.save_training({**document("yerevan"), "title": {"en": "Theirs"}}, by=OfficeUserFactory(), at=NOW)

    conflict = client.post(address, {**filled(page, title__en="Mine", subtitle__en="Also mine"), "do": "save"})

    html = conflict.content.decode()
    assert conflict.status_code == 409
    assert document("yerevan")["title"] == {"en": "Theirs"}
    assert "Title in English" in html
    form = next(form for form in forms_of(conflict) if "resolve" in form["buttons"])
    fields = {name: values[0] if len(values) == 1 else values for name, values in form["fields"].items()}

    undecided = client.post(address, {**fields, "do": "resolve"})
    assert (undecided.status_code, document("yerevan")["title"]) == (409, {"en": "Theirs"})

    written = client.post(
        address,
        {**fields, "choose-0": "text", "text-0": "Ours", "choose-1": "theirs", "choose-2": "theirs", "do": "resolve"},
    )
    assert written.status_code == 302
    found = document("yerevan")
    assert (found["title"]["en"], found["subtitle"]) == ("Ours", {"en": "Also mine"})


def test_conflict_decided_against_an_older_version_is_asked_again(client, office, training):
    address = edit("yerevan", "texts")
    page = client.get(address)
    services.save_training({**document("yerevan"), "title": {"en": "Theirs"}}, by=OfficeUserFactory(), at=NOW)
    conflict = client.post(address, {**filled(page, title__en="Mine"), "do": "save"})
    form = next(form for form in forms_of(conflict) if "resolve" in form["buttons"])
    fields = {name: values[0] for name, values in form["fields"].items()}
    services.save_training({**document("yerevan"), "title": {"en": "Theirs again"}}, by=OfficeUserFactory(), at=NOW)

    answer = client.post(
        address, {**fields, "choose-0": "mine", "choose-1": "mine", "choose-2": "mine", "do": "resolve"}
    )

    assert (answer.status_code, document("yerevan")["title"]) == (409, {"en": "Theirs again"})


def test_dates_that_both_changed_are_asked_once(client, office, training):
    address = edit("yerevan", "dates")
    page = client.get(address)
    theirs = {**document("yerevan"), "dates": {"edtf": "2026-05-03/2026-05-08"}}
    services.save_training(theirs, by=OfficeUserFactory(), at=NOW)

    conflict = client.post(address, {**filled(page, dates__edtf="2026-05-01/2026-05-08"), "do": "save"})

    form = next(form for form in forms_of(conflict) if "resolve" in form["buttons"])
    assert [name for name in form["fields"] if name.startswith("conflict-")] == ["conflict-0"]
    assert "text-0" not in form["fields"]  # days are chosen between, not typed together in words
    fields = {name: values[0] for name, values in form["fields"].items()}
    client.post(address, {**fields, "choose-0": "mine", "do": "resolve"})
    assert document("yerevan")["dates"]["edtf"] == "2026-05-01/2026-05-08"


def test_draft_is_kept_offered_taken_and_gone_after_saving(client, office, training):
    draft = reverse("programmes:training_draft", args=["yerevan", "texts"])
    page = client.get(edit("yerevan", "texts"))

    kept = client.post(draft, filled(page, title__en="Half a ti"))

    assert kept.json() == {"kept": True, "at": Draft.objects.get().saved_at.isoformat()}
    assert document("yerevan")["title"]["en"] == "Risk"
    assert "You have unsaved text here." in client.get(edit("yerevan", "texts")).content.decode()
    taken = client.get(edit("yerevan", "texts") + "?draft=take")
    assert filled(taken)["title--en"] == "Half a ti"
    client.post(edit("yerevan", "texts"), {**filled(taken), "do": "save"})
    assert document("yerevan")["title"]["en"] == "Half a ti"
    assert Draft.objects.count() == 0


def test_draft_is_discarded_and_is_nobody_elses(client, office, training):
    draft = reverse("programmes:training_draft", args=["yerevan", "texts"])
    client.post(draft, filled(client.get(edit("yerevan", "texts")), title__en="Mine alone"))
    client.force_login(OfficeUserFactory())
    assert "You have unsaved text here." not in client.get(edit("yerevan", "texts")).content.decode()
    client.force_login(office)

    answer = client.post(draft, {"do": "discard"}, follow=True)

    assert "The unsaved text was discarded." in answer.content.decode()
    assert Draft.objects.count() == 0


def test_draft_of_a_novel_is_refused(client, office, training):
    draft = reverse("programmes:training_draft", args=["yerevan", "texts"])

    answer = client.post(draft, {"title--en": "x" * 500_000})

    assert (answer.status_code, Draft.objects.count()) == (413, 0)


def test_text_posted_after_the_session_ended_survives_the_sign_in(client, office, training):
    data = filled(client.get(edit("yerevan", "texts")), title__en="Written too long")
    Session.objects.all().delete()

    away = client.post(edit("yerevan", "texts"), {**data, "do": "save"})
    assert (away.status_code, document("yerevan")["title"]["en"]) == (302, "Risk")
    client.force_login(office)

    back = client.get(edit("yerevan", "texts"))
    assert "You have unsaved text here." in back.content.decode()
    assert filled(client.get(edit("yerevan", "texts") + "?draft=take"))["title--en"] == "Written too long"


@pytest.mark.parametrize("role", ["nobody", "applicant", "trainer", "reviewer", "committee", "funder", "admin", "host"])
def test_other_roles_are_refused_and_nothing_changes(client, training, role):
    user = UserFactory(roles=[] if role in ("nobody", "host") else [role])
    if role == "host":  # of this country, but the training is public
        RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="MX")
    client.force_login(user)
    before = Training.objects.values().get()

    answers = [
        client.get(edit("yerevan", "texts")),
        client.post(edit("yerevan", "texts"), {"title--en": "Mine now", "version": "1", "do": "save"}),
        client.post(reverse("programmes:training_draft", args=["yerevan", "texts"]), {"title--en": "Mine"}),
        client.post(reverse("programmes:training_status", args=["yerevan"]), {"status": "cancelled", "reason": "No."}),
        client.post(reverse("programmes:training_publish", args=["yerevan"]), {"do": "unpublish"}),
        client.post(reverse("programmes:training_delete", args=["yerevan"])),
        client.post(reverse("programmes:training_clone", args=["yerevan"])),
        client.post(reverse("programmes:training_new"), {"name_en": "Mine", "format": "online"}),
        client.post(reverse("portal:desk_preview", args=["yerevan"]) + "?section=texts", {"title--en": "Mine"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert Training.objects.values().get() == before
    assert Draft.objects.count() == 0


def test_a_host_reads_whom_a_draft_names_without_a_way_to_records_that_stay_closed(client, office):
    make_organisation(id="basalt", name={"en": "Basalt Museum"})
    credits = [{"organisation": "basalt", "role": "organiser", "basis": "stated"}]
    make_training(id="draft", published=False, organisations=credits)
    record = reverse("organisations:organisation", args=["basalt"])
    assert f'href="{record}"' in client.get(edit("draft", "people")).content.decode()
    user = UserFactory()
    RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="MX")
    client.force_login(user)

    page = client.get(edit("draft", "people")).content.decode()

    assert "Basalt Museum" in page
    assert f'href="{record}"' not in page


def test_host_edits_a_draft_in_their_country_and_cannot_publish_it(client):
    draft = make_training(id="draft", published=False)
    user = UserFactory()
    RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="MX")
    client.force_login(user)

    page = client.get(edit("draft", "texts"))
    client.post(edit("draft", "texts"), {**filled(page, title__en="By the host"), "do": "save"})
    answer = client.post(reverse("programmes:training_publish", args=["draft"]), {"do": "publish"})

    draft.refresh_from_db()
    assert (draft.title["en"], answer.status_code, draft.published) == ("By the host", 403, False)


def test_host_of_another_country_finds_no_draft(client):
    make_training(id="draft", published=False)
    user = UserFactory()
    RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="FR")
    client.force_login(user)

    assert client.get(edit("draft", "texts")).status_code == 404


def test_unknown_section_is_not_there(client, office, training):
    assert client.get(edit("yerevan", "secrets")).status_code == 404


def test_hostile_text_is_shown_as_text(client, office, training):
    page = client.get(edit("yerevan", "texts"))
    hostile = "<script>alert(1)</script> =cmd|' /C calc'!A0"

    client.post(edit("yerevan", "texts"), {**filled(page, title__en=hostile), "do": "save"})

    assert document("yerevan")["title"]["en"] == hostile
    for address in (edit("yerevan", "texts"), reverse("programmes:training", args=["yerevan"])):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_row_that_says_where_no_language_is_known_from_is_refused_at_the_field(client, office, training):
    page = client.get(edit("yerevan", "places"))
    before = document("yerevan")
    row = {"languages-rows": "2", "languages-1-code": "", "languages-1-basis": "stated"}

    answer = client.post(edit("yerevan", "places"), {**filled(page), **row, "do": "save"})

    assert answer.status_code == 422
    assert 'href="#id_languages-1-code"' in answer.content.decode()
    assert "This may not be empty." in answer.content.decode()
    assert document("yerevan") == before
