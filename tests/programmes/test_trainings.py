import json
from datetime import date, timedelta

import pytest

from tessera.activity.models import Activity, Revision
from tessera.core.errors import DomainError, InvalidDocument, StaleVersion
from tessera.core.models import TranslationState
from tessera.programmes import services
from tessera.programmes.documents import new_training_document
from tessera.programmes.models import Credit, Session, Training
from tessera.programmes.queries import trainings_whole
from tessera.programmes.services.records import trainings
from tessera.publications import queries
from tests.factories.accounts import UserFactory
from tests.factories.moments import NOW
from tests.factories.organisations import make_organisation, make_person
from tests.factories.programmes import make_programme, make_series, make_topic, make_training, training_document
from tests.factories.publications import public

pytestmark = pytest.mark.django_db


def read(slug):
    return trainings.read(trainings_whole().get(slug=slug))


def whole_document():
    """A training that uses every key."""
    make_programme()
    make_organisation(id="host")
    make_organisation(id="visited")
    make_person(id="ada")
    make_topic(id="ethics")
    make_series("repeats")
    return training_document(
        id="whole",
        order_on_page=3,
        subtitle={"en": "More"},
        title_status={"en": "source", "fr": "translation"},
        need={"en": "Need"},
        objectives={"en": "One\n\nTwo"},
        outcomes={"fr": "Fin"},
        approach={"es": "Modo"},
        dates={
            "edtf": "2026-05/2026-09-12",
            "start": "2026-05",
            "end": "2026-09-12",
            "precision": "mixed",
            "basis": "stated",
        },
        tentative=True,
        former_dates=[{"edtf": "2025-05", "reason": "Storm.", "changed_on": "2025-04-01"}],
        phases=[
            {"mode": "online", "edtf": "2026-05", "precision": "month", "sessions": 4},
            {
                "mode": "in_person",
                "edtf": "2026-09-07/2026-09-12",
                "precision": "day",
                "time_zone": "America/Mexico_City",
            },
        ],
        duration_days={"value": 6, "basis": "inferred"},
        format={"value": "hybrid", "basis": "stated", "reason": {"en": "Far away"}},
        languages=[{"code": "es", "basis": "stated"}],
        interpretation=["en", "pt"],
        places=[
            {
                "country": "MX",
                "city": "Oaxaca",
                "basis": "stated",
                "note": "Old town.",
                "time_zone": "America/Mexico_City",
            }
        ],
        topics=["ethics"],
        methods=["lecture"],
        audience={
            "scope": "interregional",
            "countries": [],
            "unesco_regions": ["LAC", "ENA"],
            "m49_subregions": ["029"],
            "language_area": "es",
            "career_level": "mid_career",
            "disciplines": "mixed",
            "networks": ["diaspora"],
            "basis": "inferred",
            "note": "Ours.",
        },
        participants={
            "planned": {"min": 25, "max": 30},
            "reported": [{"value": 30, "where": "top"}, {"value": 27}],
            "resolved": None,
            "display_range": [27, 30],
            "countries_count": 9,
            "recorded": 28,
        },
        capacity={"min": 20, "max": 30},
        organisations=[
            {"organisation": "host", "role": "organiser", "basis": "stated"},
            {"organisation": "host", "role": "host_venue"},
        ],
        people=[{"person": "ada", "role": "trainer", "basis": "stated"}, {"person": "ada", "role": "mentor"}],
        media_credits=[{"credit": "© Ada"}],
        sessions=[
            {
                "title": {"en": "Opening"},
                "title_status": {"en": "source"},
                "kind": "workshop",
                "phase": 1,
                "starts": "2026-09-07T09:00",
                "ends": "2026-09-07T10:30",
                "room": "1",
                "trainers": ["ada"],
            },
            {"title": {"en": "Later"}, "kind": "topic"},
        ],
        study_visits=["visited"],
        commitments={"dissemination": {"required": True}},
        has_detail_page=True,
        issues=["Look again."],
        series="repeats",
    )


def test_a_training_with_every_key_reads_back_as_it_was():
    document = whole_document()
    services.save_training(document, by=None, at=NOW)
    assert read("whole") == document
    session = Session.objects.get(room="1")
    assert str(session.starts_at) == "2026-09-07 15:00:00+00:00"
    training = Training.objects.get()
    assert (str(training.starts_on), str(training.ends_on)) == ("2026-05-01", "2026-09-12")


def test_saving_again_changes_nothing_and_parts_keep_their_ids():
    document = whole_document()
    services.save_training(document, by=None, at=NOW)
    before = (Activity.objects.count(), sorted(Credit.objects.values_list("pk", "role")))
    assert services.save_training(read("whole"), by=None, at=NOW).changed is False
    turned = {**document, "organisations": document["organisations"][::-1]}
    services.save_training(turned, by=None, at=NOW)
    assert read("whole")["organisations"] == turned["organisations"]
    assert sorted(Credit.objects.values_list("pk", "role")) == before[1]
    assert Activity.objects.count() == before[0] + 1


def test_the_empty_document_of_the_form_lacks_only_its_title():
    make_programme()
    with pytest.raises(InvalidDocument) as refusal:
        services.save_training(new_training_document(), by=None, at=NOW)
    assert refusal.value.errors == {"title": ["Write the title in at least one language."]}
    saved = services.save_training({**new_training_document(), "title": {"fr": "Été à Saïda"}}, by=None, at=NOW)
    assert (saved.obj.slug, saved.obj.status, saved.obj.dates) == ("ete-a-saida", "proposed", "")


EDTF_HELP = "“May 2026” is not a date that can be read: write for example 2019-10-07, 2019-10 or 2019-10-07/2019-10-11."
END_FIRST = "The end is before the start: 2026-05-08 comes after 2026-05-04."


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"dates": {"edtf": "2026-05-08/2026-05-04"}, "phases": []}, {"dates.edtf": [END_FIRST]}),
        (
            {"dates": {"edtf": "2026-02-30"}, "phases": []},
            {
                "dates.edtf": [
                    "“2026-02-30” is a day that does not exist. If the day is not known, write the month: 2026-02."
                ]
            },
        ),
        (
            {"dates": {"edtf": "May 2026"}, "phases": []},
            {"dates.edtf": [EDTF_HELP]},
        ),
        (
            {"phases": [{"mode": "in_person", "edtf": "2026-05-07/2026-05-09"}]},
            {
                "phases[0].edtf": [
                    "The phase (2026-05-07/2026-05-09) lies outside the dates of the training (2026-05-04/2026-05-08)."
                ]
            },
        ),
        (
            {
                "phases": [{"mode": "online", "edtf": "2026-05-04", "time_zone": "UTC"}],
                "sessions": [
                    {
                        "title": {"en": "S"},
                        "kind": "topic",
                        "phase": 0,
                        "starts": "2026-05-05T09:00",
                        "ends": "2026-05-05T08:00",
                    }
                ],
            },
            {
                "sessions[0].starts": ["2026-05-05 lies outside the phase (2026-05-04)."],
                "sessions[0].ends": [
                    "The end is before the start: 09:00 comes after 08:00.",
                    "2026-05-05 lies outside the phase (2026-05-04).",
                ],
            },
        ),
        (
            {
                "phases": [{"mode": "online", "edtf": "2026-05-04"}],
                "sessions": [{"title": {"en": "S"}, "kind": "topic", "phase": 0, "starts": "2026-05-04T09:00"}],
            },
            {"phases[0].time_zone": ["Times need a time zone: write for example America/Mexico_City."]},
        ),
        (
            {"people": [{"person": "ada-agatha", "role": "trainer"}]},
            {"people[0].person": ["There is no person “ada-agatha”. Nearest: ada-agata (Ada Agata)."]},
        ),
        (
            {"languages": [{"code": "spanish"}]},
            {"languages[0].code": ["“spanish” is not the tag of a language. Nearest: es (Spanish)."]},
        ),
        (
            {"audience": {"scope": "national", "countries": [], "unesco_regions": ["LAC"]}},
            {"audience.countries": ["A training for one country names that country."]},
        ),
        (
            {"audience": {"scope": "regional", "unesco_regions": ["LAK"]}},
            {
                "audience.unesco_regions[0]": [
                    "There is no region “LAK”. Nearest: LAC (Latin America and the Caribbean)."
                ]
            },
        ),
        (
            {"status": "delivered"},
            {"status": ["A new training is proposed or planned; the next steps are taken one by one."]},
        ),
        ({"capacity": {"min": 30, "max": 20}}, {"capacity.max": ["The most is less than the least."]}),
        (
            {"participants": {"planned": {"value": 0}}},
            {"participants.planned.value": ["Here a whole number from 1 to 100000 is expected."]},
        ),
        ({"series": "none"}, {"series": ["There is no series “none”."]}),
    ],
)
def test_save_training_refuses_by_path_and_writes_nothing(changes, errors):
    make_programme()
    make_person(id="ada-agata", name={"display": "Ada Agata"})
    before = Activity.objects.count()
    with pytest.raises(InvalidDocument) as refusal:
        services.save_training(training_document(**changes), by=None, at=NOW)
    assert refusal.value.errors == errors
    assert (Training.objects.count(), Activity.objects.count()) == (0, before)


@pytest.mark.parametrize(
    ("edtf", "refused"), [("2026", True), ("2026-21", True), ("2026-05", False), ("2026-05~", False)]
)
def test_an_announced_training_has_at_least_its_month(edtf, refused):
    make_programme()
    document = training_document(status="announced", dates={"edtf": edtf}, phases=[])
    _canonical, errors = trainings.check(document, None, any_status=True)
    assert (list(errors) == ["dates.edtf"]) is refused


def test_a_saved_training_does_not_change_its_status_with_its_text():
    training = make_training()
    with pytest.raises(InvalidDocument) as refusal:
        services.save_training({**read(training.slug), "status": "announced"}, by=None, at=NOW)
    assert list(refusal.value.errors) == ["status"]


def test_two_editors_of_one_text_are_told():
    training = make_training()
    opened = read(training.slug)
    services.save_training({**opened, "summary": {**opened["summary"], "en": "A"}}, by=None, at=NOW, expected_version=1)
    with pytest.raises(StaleVersion) as refusal:
        services.save_training(
            {**opened, "summary": {**opened["summary"], "en": "B"}}, by=None, at=NOW, expected_version=1
        )
    assert refusal.value.conflicts == ["summary.en"]
    merged = services.save_training(
        {**opened, "summary": {**opened["summary"], "fr": "C"}}, by=None, at=NOW, expected_version=1
    )
    assert (merged.merged, merged.document["summary"]) == (True, {"en": "A", "fr": "C", "es": "Cinco días."})


def test_sessions_keep_their_states_when_they_change_places():
    make_programme()
    first, second = ({"title": {"en": f"Session {n}", "fr": f"Séance {n}"}, "kind": "topic"} for n in (1, 2))
    training = make_training(sessions=[first, second])
    services.save_training(
        {**read(training.slug), "sessions": [second, first]},
        by=UserFactory(),
        at=NOW,
    )
    states = TranslationState.objects.filter(object_type="training", field__startswith="sessions")
    assert set(states.values_list("state", flat=True)) == {"current"}


def test_publish_training_says_what_is_lacking():
    make_organisation(id="hidden", name={"en": "Hidden"}, published=False)
    make_person(id="ada", name={"display": "Ada Agata"}, published=False)
    training = make_training(
        by=UserFactory(),
        published=False,
        status="proposed",
        title={"fr": "Atelier"},
        summary={},
        dates=None,
        phases=[],
        places=[],
        audience={"scope": "regional"},
        organisations=[{"organisation": "hidden", "role": "partner"}],
        people=[{"person": "ada", "role": "trainer"}],
    )
    with pytest.raises(services.Lacking) as refusal:
        services.publish_training(training, by=UserFactory(), at=NOW)
    assert refusal.value.lacking == [
        "It is only proposed: plan it first.",
        "Title and summary are not ready in any one language: write both and take them out of draft.",
        "The dates are missing: a month is enough.",
        "The country where people meet is missing.",
        "Say for whom it is: countries, an area or a region.",
        "Name at least one organiser.",
        "The organisation “Hidden” is not published: publish it, or take it out of the credits.",
        "Ada Agata is not published: publish the person's record, or take it out.",
    ]
    assert queries.record("training", training.slug) is None
    assert Training.objects.get().published is False


def test_publish_training_shows_it_and_unpublish_hides_it():
    training = make_training(published=False)
    assert queries.record("training", training.slug) is None
    services.publish_training(training, by=UserFactory(), at=NOW)
    assert public("training", training.slug).card["regions"] == ["LAC"]
    services.unpublish_training(training, by=UserFactory(), at=NOW)
    assert queries.record("training", training.slug) is None
    verbs = Activity.objects.filter(object_type="training").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["training.created", "training.published", "training.unpublished"]


def test_clone_takes_everything_but_dates_status_counts_and_address():
    document = whole_document()
    services.save_training({**document, "title": {"en": "Whole work", "fr": "Le tout"}}, by=None, at=NOW)
    services.save_training({**read("whole"), "title": {"en": "Whole", "fr": "Le tout"}}, by=UserFactory(), at=NOW)
    clone = services.clone_training(Training.objects.get(), by=UserFactory(), at=NOW)
    found = read(clone.slug)
    assert (clone.slug, clone.status, clone.published, clone.version) == ("whole-2", "proposed", False, 1)
    same = (
        "subtitle",
        "need",
        "objectives",
        "outcomes",
        "approach",
        "format",
        "languages",
        "interpretation",
        "places",
        "topics",
        "methods",
        "audience",
        "capacity",
        "organisations",
        "people",
        "study_visits",
        "commitments",
        "series",
    )
    assert {key: found[key] for key in same} == {key: document[key] for key in same}
    assert found["dates"] is None
    assert found["participants"] == {"planned": None, "reported": [], "resolved": None, "countries_count": None}
    assert found["phases"] == [{"mode": "online"}, {"mode": "in_person", "time_zone": "America/Mexico_City"}]
    assert [sorted(session) for session in found["sessions"]] == [
        ["kind", "phase", "title", "title_status", "trainers"],
        ["kind", "title"],
    ]
    gone = {"order_on_page", "tentative", "former_dates", "title_source", "media_credits"}
    assert gone.isdisjoint(found)
    assert (found["issues"], found["external"]) == ([], [])


def test_clone_moves_dates_phases_and_sessions_to_the_new_first_day():
    services.save_training(whole_document(), by=None, at=NOW)
    source = Training.objects.get()
    old = read("whole")

    clone = services.clone_training(source, by=UserFactory(), at=NOW, starts_on=source.starts_on + timedelta(days=364))

    found = read(clone.slug)
    assert (clone.status, found["tentative"], found["dates"]["edtf"]) == ("proposed", True, "2027-04/2027-09-11")
    assert [phase["edtf"] for phase in found["phases"]] == ["2027-04", "2027-09-06/2027-09-11"]
    assert old["sessions"][0]["starts"] == "2026-09-07T09:00"
    assert [session.get("starts") for session in found["sessions"]] == ["2027-09-06T09:00", None]
    assert "former_dates" not in found
    assert clone.left_out == []


def dated_training(dates, phase, *starts):
    session = {"title": {"en": "Opening"}, "kind": "topic", "phase": 0}
    return make_training(
        dates={"edtf": dates},
        phases=[{"mode": "in_person", "edtf": phase, "time_zone": "Europe/Paris"}],
        sessions=[session | {"starts": f"{start}:00", "ends": f"{start}:30"} for start in starts],
    )


def test_clone_leaves_out_the_times_that_lie_outside_the_moved_phase():
    training = dated_training("2019-10", "2019-10", "2019-10-07T09", "2019-10-28T09")

    clone = services.clone_training(training, by=UserFactory(), at=NOW, starts_on=date(2020, 10, 5))

    found = read(clone.slug)
    assert (found["dates"]["edtf"], found["phases"][0]["edtf"]) == ("2020-10", "2020-10")
    assert [(s.get("starts"), s.get("ends")) for s in found["sessions"]] == [
        ("2020-10-11T09:00", "2020-10-11T09:30"),
        (None, None),
    ]
    assert clone.left_out == ["sessions[1].starts"]


def test_clone_leaves_out_the_phase_that_lies_outside_the_moved_dates():
    training = dated_training("2019-10", "2019-10-30/2019-10-31")

    clone = services.clone_training(training, by=UserFactory(), at=NOW, starts_on=date(2026, 2, 9))

    assert (clone.dates, read(clone.slug)["phases"]) == (
        "2026-02",
        [{"mode": "in_person", "time_zone": "Europe/Paris"}],
    )
    assert clone.left_out == ["phases[0].edtf"]


def test_clone_leaves_out_an_end_that_comes_before_the_start():
    training = dated_training("2019-11-20/2019-23", "2019-11-20/2019-23")

    clone = services.clone_training(training, by=UserFactory(), at=NOW, starts_on=date(2019, 12, 20))

    assert (clone.dates, "edtf" in read(clone.slug)["phases"][0]) == ("2019-12-20", False)
    assert clone.left_out == ["dates.edtf", "phases[0].edtf"]


def test_clone_keeps_a_rough_start_before_a_day():
    training = dated_training("2019-10/2019-10-10", "2019-10-10")

    clone = services.clone_training(training, by=UserFactory(), at=NOW, starts_on=date(2019, 10, 21))

    assert (clone.dates, clone.left_out) == ("2019-10/2019-10-30", [])


@pytest.mark.parametrize(
    ("dates", "first"),
    [("2026-05-05/2026-05-09", date.max), ("2026-05-05/9999-12", date(2027, 3, 31)), ("2026-12", date.max)],
)
def test_clone_out_of_the_calendar_is_refused(dates, first):
    training = dated_training(dates, "2026-12-03" if dates == "2026-12" else "", "2026-12-03T09")

    with pytest.raises(DomainError, match="These dates lie outside the calendar"):
        services.clone_training(training, by=UserFactory(), at=NOW, starts_on=first)

    assert list(Training.objects.all()) == [training]


def test_clone_of_a_training_without_dates_has_no_day_to_count_from():
    training = make_training(dates=None, phases=[])
    with pytest.raises(DomainError, match="no first day"):
        services.clone_training(training, by=UserFactory(), at=NOW, starts_on=date(2027, 5, 3))
    assert list(Training.objects.all()) == [training]


def test_restore_keeps_the_status():
    training = make_training()
    first = Revision.objects.get(activity__object_key=training.slug)
    services.save_training({**read(training.slug), "summary": {"en": "New."}}, by=None, at=NOW)
    services.set_status(training, "announced", by=UserFactory(), at=NOW)
    saved = services.restore_revision(first, by=UserFactory(), at=NOW)
    assert (saved.obj.status, saved.obj.summary["en"], saved.obj.version) == ("announced", "Five days.", 4)


def test_delete_draft_only_before_anybody_saw_it():
    draft, public = make_training(published=False), make_training()
    services.delete_draft(draft, by=UserFactory(), at=NOW)
    with pytest.raises(services.InUse):
        services.delete_draft(public, by=UserFactory(), at=NOW)
    assert [t.slug for t in Training.objects.all()] == [public.slug]
    assert set(TranslationState.objects.filter(object_type="training").values_list("object_key", flat=True)) == {
        public.slug
    }


def test_delete_topic_only_where_no_training_has_it():
    used, unused = make_topic(), make_topic()
    make_training(topics=[used.slug])
    services.delete_topic(unused, by=UserFactory(), at=NOW)
    with pytest.raises(services.InUse):
        services.delete_topic(used, by=UserFactory(), at=NOW)
    assert [record.slug for record in queries.listed("topic")] == [used.slug]


def test_documents_are_plain_json():
    document = whole_document()
    saved = services.save_training(document, by=None, at=NOW)
    assert json.loads(json.dumps(saved.document)) == document


@pytest.mark.parametrize("n", [1, 3])
def test_trainings_whole_query_count_does_not_grow(n, django_assert_num_queries):
    for _ in range(n):
        make_training(topics=[make_topic().slug], people=[{"person": make_person().slug, "role": "trainer"}])
    with django_assert_num_queries(10):  # trainings, phases, sessions, venues, topics (2), credits (2), engagements (2)
        assert len([trainings.read(training) for training in trainings_whole()]) == n
