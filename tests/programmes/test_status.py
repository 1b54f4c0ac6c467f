from datetime import UTC, date, datetime

import pytest

from tessera.activity.models import Activity
from tessera.core.errors import InvalidDocument
from tessera.programmes import services
from tessera.programmes.models import Training
from tessera.programmes.queries import trainings_whole
from tests.factories.accounts import UserFactory
from tests.factories.programmes import make_training
from tests.factories.publications import public

pytestmark = pytest.mark.django_db

BEFORE, FIRST, LAST, AFTER = (datetime(2026, 5, day, 12, tzinfo=UTC) for day in (3, 4, 8, 9))


def test_a_training_goes_through_its_life():
    training, user = make_training(status="proposed"), UserFactory()
    steps = [
        ("planned", BEFORE), ("announced", BEFORE), ("in_delivery", FIRST), ("delivered", LAST),
        ("followed_up", AFTER), ("closed", AFTER),
    ]  # fmt: skip
    for status, at in steps:
        training = services.set_status(training, status, by=user, at=at)
        assert public("training", training.slug).card["status"] == status
    found = Activity.objects.filter(verb="training.status_set").order_by("pk").values_list("before", "after")
    assert list(found) == [
        ("proposed", "planned"), ("planned", "announced"), ("announced", "in_delivery"),
        ("in_delivery", "delivered"), ("delivered", "followed_up"), ("followed_up", "closed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "then", "at", "sentence"),
    [
        ("proposed", "announced", BEFORE, "A training that is “Proposed” cannot become “Announced”."),
        ("closed", "planned", BEFORE, "A training that is “Closed” cannot become “Planned”."),
        ("cancelled", "planned", BEFORE, "A training that is “Cancelled” cannot become “Planned”."),
        ("planned", "dancing", BEFORE, "A training that is “Planned” cannot become “dancing”."),
        ("announced", "in_delivery", BEFORE, "It has not begun: its first day is 2026-05-04."),
        ("announced", "delivered", BEFORE, "It has not begun: its first day is 2026-05-04."),
        ("announced", "delivered", FIRST, "It is not over yet: say first that it began."),
        ("in_delivery", "delivered", FIRST, "It is not over before 2026-05-08."),
        ("planned", "postponed", BEFORE, "Give the reason: participants and readers will ask."),
        ("planned", "cancelled", BEFORE, "Give the reason: participants and readers will ask."),
    ],
)
def test_set_status_refuses_with_a_sentence_and_changes_nothing(now, then, at, sentence):
    training = make_training(status=now)
    before = Activity.objects.count()
    with pytest.raises(services.StatusRefused) as refusal:
        services.set_status(training, then, by=UserFactory(), at=at)
    assert str(refusal.value) == sentence
    fresh = Training.objects.get()
    assert (fresh.status, fresh.version, Activity.objects.count()) == (now, 1, before)


def test_only_a_person_says_that_it_was_held():
    training = make_training(status="in_delivery")
    with pytest.raises(services.StatusRefused) as refusal:
        services.set_status(training, "delivered", by=None, at=AFTER)
    assert str(refusal.value) == "Only a person says that a training began or was held."


def test_an_announced_training_past_its_end_may_be_said_to_have_been_held():
    training = make_training(status="announced")
    assert services.set_status(training, "delivered", by=UserFactory(), at=AFTER).status == "delivered"


def test_planned_becomes_announced_only_with_dates():
    training = make_training(status="planned", dates=None, phases=[])
    with pytest.raises(services.StatusRefused):
        services.set_status(training, "announced", by=UserFactory(), at=BEFORE)
    fresh = services.set_status(training, "announced", by=UserFactory(), at=BEFORE, dates="2026-06")
    assert (fresh.status, fresh.dates, str(fresh.ends_on)) == ("announced", "2026-06", "2026-06-30")


@pytest.mark.parametrize("dates", ["", "2026-05-04/2026-05-08"])
def test_postponed_is_announced_again_only_with_new_dates(dates):
    training = make_training(status="postponed", dates={"edtf": dates} if dates else None, phases=[])
    with pytest.raises(services.StatusRefused):
        services.set_status(training, "announced", by=UserFactory(), at=AFTER, dates=dates)
    assert (Training.objects.get().status, Training.objects.get().dates) == ("postponed", dates)
    assert services.set_status(training, "announced", by=UserFactory(), at=AFTER, dates="2026-11").dates == "2026-11"


def test_dates_too_rough_to_announce_are_refused():
    training = make_training(status="planned", dates={"edtf": "2026"}, phases=[])
    with pytest.raises(InvalidDocument) as refusal:
        services.set_status(training, "announced", by=UserFactory(), at=BEFORE)
    assert list(refusal.value.errors) == ["dates.edtf"]
    assert Training.objects.get().status == "planned"


def test_a_postponed_training_keeps_its_old_dates():
    training, user = make_training(status="announced"), UserFactory()
    fresh = services.set_status(training, "postponed", by=user, at=BEFORE, reason="Floods.")
    assert (fresh.dates, fresh.starts_on, fresh.former_dates) == (
        "",
        None,
        [{"edtf": "2026-05-04/2026-05-08", "reason": "Floods.", "changed_on": "2026-05-03"}],
    )
    assert [phase.dates for phase in trainings_whole().get().phases.all()] == [""]
    facts = public("training", training.slug).facts
    assert (facts["dates"], facts["former_dates"][0]["edtf"]) == (None, "2026-05-04/2026-05-08")
    again = services.set_status(fresh, "announced", by=user, at=AFTER, dates="2026-11")
    assert (again.dates, len(again.former_dates)) == ("2026-11", 1)


def test_a_postponed_training_may_get_its_new_dates_at_once():
    training = make_training(status="planned")
    fresh = services.set_status(training, "postponed", by=UserFactory(), at=BEFORE, reason="Visa.", dates="2027-02")
    assert (fresh.dates, [item["edtf"] for item in fresh.former_dates]) == ("2027-02", ["2026-05-04/2026-05-08"])


@pytest.mark.parametrize(("dates", "taken"), [("2026-05-09", True), ("2026-05-08", False), ("2026-04", False)])
def test_a_training_is_postponed_to_no_dates_that_are_over(dates, taken):
    training = make_training(status="announced")
    if not taken:
        with pytest.raises(services.StatusRefused) as refusal:
            services.set_status(training, "postponed", by=UserFactory(), at=AFTER, reason="Visa.", dates=dates)
        assert str(refusal.value) == f"These dates are over ({dates}): write the new ones."
        assert (Training.objects.get().status, Training.objects.get().version) == ("announced", training.version)
        return
    assert (
        services.set_status(training, "postponed", by=UserFactory(), at=AFTER, reason="Visa.", dates=dates).dates
        == dates
    )


@pytest.mark.parametrize(
    ("status", "on", "steps"),
    [
        ("proposed", date(2026, 5, 3), ["planned", "cancelled"]),
        ("announced", date(2026, 5, 3), ["postponed", "cancelled"]),
        ("announced", date(2026, 5, 5), ["in_delivery", "postponed", "cancelled"]),
        ("announced", date(2026, 5, 9), ["in_delivery", "delivered", "postponed", "cancelled"]),
        ("postponed", date(2026, 5, 9), ["planned", "announced", "cancelled"]),
        ("closed", date(2026, 5, 9), []),
    ],
)
def test_next_statuses(status, on, steps):
    assert services.next_statuses(make_training(status=status), on) == steps
