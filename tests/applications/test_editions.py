"""Earlier participation as the records of this programme know it, beside what the applicant says."""

import pytest

from tessera.applications.models import Application
from tessera.applications.reading import answers_of, form_of
from tessera.applications.services.verdicts import judged
from tests.factories.accounts import UserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory
from tests.factories.calls import CallFactory, make_call
from tests.factories.moments import NOW
from tests.factories.programmes import make_series, make_training

pytestmark = pytest.mark.django_db
RULES = [{"key": "first", "kind": "prior_participation", "weight": "hard", "params": {"last": 2, "most": 0}}]
QUESTION = {
    "key": "before", "type": "choices", "label": {"en": "Before?"}, "fact": "prior_editions",
    "options": [{"key": "none", "label": {"en": "No"}, "alone": True}, {"key": "1", "label": {"en": "The last"}}],
}  # fmt: skip


def form(*questions):
    name = {"key": "name", "type": "short_text", "label": {"en": "Name"}, "seen_by": "committee", "identity": True}
    return {"steps": [{"key": "you", "title": {"en": "You"}, "questions": [name, *questions]}]}


@pytest.fixture
def editions():
    """Three that were held, the latest first, and one that was called off."""
    days = ["2025-05-05/2025-05-09", "2024-05-06/2024-05-10", "2023-05-01/2023-05-05"]
    held = [make_training(dates={"edtf": day}, phases=[], status="delivered") for day in days]
    make_training(dates={"edtf": "2025-10-06/2025-10-10"}, phases=[], status="cancelled")
    return held


def verdict(user, *questions, answer=None, **facts):
    call = make_call(status="open", form=form(*questions), rules=RULES, **facts)
    mine = ApplicationFactory(call=call, applicant=user, submitted=True)
    if answer:
        AnswerFactory(application=mine, question="before", value=answer)
    mine = Application.objects.select_related("call__training").get(pk=mine.pk)
    found = judged(mine, mine.call.rule_versions.get(), form_of(mine), answers_of(mine), at=NOW)
    return found.known.prior_editions, [str(one.outcome) for one in found.verdicts]


def had_a_place(user, training, status="accepted"):
    ApplicationFactory(
        call=CallFactory(training=training, status="decided"), applicant=user, submitted=True, status=status
    )


@pytest.mark.parametrize(
    ("edition", "status", "found"),
    [
        (0, "accepted", (frozenset({1}), ["not_met"])),
        (1, "accepted", (frozenset({2}), ["not_met"])),
        (2, "accepted", (frozenset({3}), ["met"])),
        (0, "not_selected", (frozenset(), ["met"])),
    ],
)
def test_a_place_in_an_earlier_edition_is_on_record(editions, edition, status, found):
    user = UserFactory()
    had_a_place(user, editions[edition], status)
    had_a_place(UserFactory(), editions[0])

    assert verdict(user) == found


def test_what_the_applicant_says_stands_beside_the_record(editions):
    user = UserFactory()
    had_a_place(user, editions[1])

    assert verdict(user, QUESTION, answer=["none"]) == (frozenset({2}), ["not_met"])


def test_without_record_and_answer_nothing_is_known_where_it_is_asked(editions):
    assert verdict(UserFactory(), QUESTION) == (None, ["unknown"])
    assert verdict(UserFactory(), QUESTION, answer=["1"]) == (frozenset({1}), ["not_met"])


def test_a_place_in_another_series_says_nothing_of_this_one_where_it_is_asked(editions):
    make_series("granite")
    other = make_training(dates={"edtf": "2025-06-02/2025-06-06"}, phases=[], status="delivered", series="granite")
    named = [make_training(dates={"edtf": "2026-09-07/2026-09-11"}, phases=[], series="granite").slug for _ in "123"]
    elsewhere, here = UserFactory(), UserFactory()
    had_a_place(elsewhere, editions[0])
    had_a_place(here, other)

    assert verdict(elsewhere, QUESTION, training=named[0]) == (None, ["unknown"])
    assert verdict(elsewhere, training=named[1]) == (frozenset(), ["met"])
    assert verdict(here, QUESTION, training=named[2]) == (frozenset({1}), ["not_met"])
