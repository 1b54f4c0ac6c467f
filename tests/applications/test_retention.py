"""Administrators set for how long applications are kept; nothing is kept longer than was promised when it was begun."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tessera.accounts.holdings import holdings
from tessera.activity.models import Activity
from tessera.applications.keeping import due_of, months_after, promises
from tessera.applications.models import Application, RetentionPeriods
from tessera.applications.periods import DEFAULTS, Periods, Promises
from tessera.applications.services import keeping
from tessera.applications.services.retention import (
    ChangedMeanwhile,
    FilesOutlast,
    OutOfBounds,
    effect_of,
    set_periods,
)
from tessera.messaging.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
DAY = timedelta(days=1)
PATH = "/desk/applications/retention/"
PATH = "/desk/applications/retention/"
PAGE = f"/en{PATH}"
SHORT = Periods(draft_days=30, files_months=2, application_months=12, selected_months=12)
LONG = Periods(draft_days=200, files_months=12, application_months=48, selected_months=60)


@pytest.fixture
def admin(client):
    user = UserFactory(roles=["admin"])
    client.force_login(user)
    return user


def put(periods, number=0, at=NOW, **more):
    return set_periods(periods, number=number, by=None, at=at, **more)


def due(row):
    found = Application.objects.select_related("call__training").get(pk=row.pk)
    return [(one.what, one.at) for one in due_of(found, promises())]


def sent(periods, number=0, **more):
    return {**periods.as_dict(), "number": number, "reason": "The auditors asked", **more}


def said(client, language="en", path=PATH):
    return client.get(f"/{language}{path}").content.decode()


def test_without_a_change_the_defaults_hold():
    assert (promises(), promises().now, promises().since(NOW)) == (Promises(), DEFAULTS, DEFAULTS)
    assert DEFAULTS.as_dict() == {
        "draft_days": 90, "files_months": 6, "application_months": 24, "selected_months": 24,
    }  # fmt: skip


def test_a_shorter_period_holds_for_what_is_kept_and_a_longer_one_from_then_on():
    draft = ApplicationFactory()
    refused = ApplicationFactory(submitted=True, status="not_selected")

    put(LONG, at=NOW + DAY)
    assert due(draft) == [("draft", CLOSES_AT + 90 * DAY)]
    assert due(refused) == [("files", months_after(NOW, 6)), ("application", months_after(NOW, 24))]
    later = ApplicationFactory(started_at=NOW + 2 * DAY, submitted=True, status="not_selected")
    assert due(later) == [("files", months_after(NOW, 12)), ("application", months_after(NOW, 48))]

    put(SHORT, number=1, at=NOW + 3 * DAY)
    for row in (refused, later):
        assert due(row) == [("files", months_after(NOW, 2)), ("application", months_after(NOW, 12))]
    assert due(draft) == [("draft", CLOSES_AT + 30 * DAY)]

    put(LONG, number=2, at=NOW + 4 * DAY)  # what was taken away is not given back
    assert due(draft) == [("draft", CLOSES_AT + 30 * DAY)]
    assert due(later) == [("files", months_after(NOW, 2)), ("application", months_after(NOW, 12))]


def test_the_selected_have_a_period_of_their_own():
    mine = ApplicationFactory(submitted=True, status="accepted")
    put(Periods(selected_months=12))

    assert due(mine) == [("application", datetime(2027, 6, 19, 9, tzinfo=UTC))]


def test_the_job_announces_and_deletes_by_the_periods_in_force():
    mine = ApplicationFactory()
    put(SHORT)
    end = CLOSES_AT + 30 * DAY

    assert keeping.keep_retention(at=end - 15 * DAY)["announced"] == 0
    assert keeping.keep_retention(at=end - 14 * DAY)["announced"] == 1
    assert keeping.keep_retention(at=end - DAY)["draft"] == 0
    assert "15 avril 2026" in Message.objects.get().text
    assert keeping.keep_retention(at=end)["draft"] == 1
    assert not Application.objects.filter(pk=mine.pk).exists()


def test_files_of_a_month_are_found_by_the_job():
    mine = ApplicationFactory(submitted=True, status="not_selected")
    put(Periods(files_months=1))
    end = months_after(NOW, 1)

    runs = [keeping.keep_retention(at=end - 14 * DAY), keeping.keep_retention(at=end)]

    assert [(run["announced"], run["files"]) for run in runs] == [(1, 0), (0, 1)]
    mine.refresh_from_db()
    assert "files" in mine.reminded


def test_what_was_announced_is_never_deleted_before_the_day_that_was_told():
    mine = ApplicationFactory()
    told = CLOSES_AT + 90 * DAY
    keeping.keep_retention(at=told - 14 * DAY)
    put(SHORT, at=told - 13 * DAY)

    assert keeping.keep_retention(at=told - DAY)["draft"] == 0
    assert Application.objects.filter(pk=mine.pk).exists()
    assert keeping.keep_retention(at=told)["draft"] == 1


def test_a_change_is_recorded_once_with_what_it_was():
    put(Periods(draft_days=60), reason=" The auditors asked ")
    put(Periods(draft_days=60))
    put(Periods(draft_days=60), number=1)

    assert list(RetentionPeriods.objects.values_list("number", "at", "draft_days", "files_months")) == [(1, NOW, 60, 6)]
    (row,) = Activity.objects.filter(object_type="retentionperiods")
    assert (row.verb, row.changes, row.reason) == (
        "retention.periods_set", {"draft_days": [90, 60]}, "The auditors asked",
    )  # fmt: skip


@pytest.mark.parametrize(("periods", "refusal", "text"), [
    (Periods(draft_days=29), OutOfBounds, "From 30 to 365."),
    (Periods(draft_days=366), OutOfBounds, "From 30 to 365."),
    (Periods(files_months=0), OutOfBounds, "From 1 to 24."),
    (Periods(application_months=61), OutOfBounds, "From 6 to 60."),
    (Periods(selected_months=11), OutOfBounds, "From 12 to 120."),
    (Periods(files_months=20, application_months=12), FilesOutlast, "Files cannot be kept longer than the rest of their application."),
])  # fmt: skip
def test_what_is_out_of_bounds_is_refused(periods, refusal, text):
    with pytest.raises(refusal) as refused:
        put(periods)

    assert str(refused.value) == text
    assert (RetentionPeriods.objects.count(), Activity.objects.filter(verb="retention.periods_set").count()) == (0, 0)


def test_of_two_changes_at_once_the_second_is_told():
    put(SHORT)

    with pytest.raises(ChangedMeanwhile):
        put(LONG)

    assert promises().now == SHORT


def test_a_preview_counts_what_would_go_earlier_what_soon_and_what_keeps_its_promise():
    call = CallFactory()
    for _n in range(3):
        ApplicationFactory(call=call)
    ApplicationFactory(submitted=True, status="not_selected")
    ApplicationFactory(submitted=True, status="accepted")
    ApplicationFactory(submitted=True)  # not decided: no day yet
    ApplicationFactory(submitted=True, status="not_selected", erased_at=NOW)
    at = CLOSES_AT + 20 * DAY

    found = effect_of(Periods(draft_days=30, files_months=12, selected_months=12), at=at)

    assert +found.earlier == Counter(draft=3, application=1)
    assert +found.soon == Counter(draft=3)
    assert +found.as_promised == Counter(files=1)
    assert RetentionPeriods.objects.count() == 0


@pytest.mark.parametrize("role", ["office", "committee", "host", None])
def test_only_an_administrator_sees_and_sets_them(client, role):
    client.force_login(UserFactory(roles=[role] if role else []))

    assert (client.get(PAGE).status_code, client.post(PAGE, sent(SHORT, do="set")).status_code) == (403, 403)
    assert RetentionPeriods.objects.count() == 0


def test_the_page_shows_the_default_and_the_bounds_beside_each(client, admin):
    page = said(client)

    for text in ("Default: 90 days. From 30 to 365.", "Default: 6 months. From 1 to 24.",
                 "Default: 24 months. From 6 to 60.", "Default: 24 months. From 12 to 120."):  # fmt: skip
        assert page.count(text) == 1
    assert "Par défaut\u00a0: 90 jours. De 30 à 365." in said(client, "fr")
    assert "Por defecto: 90 días. De 30 a 365." in said(client, "es")


def test_a_change_is_shown_first_and_then_put_in_force(client, admin):
    ApplicationFactory()

    shown = client.post(PAGE, sent(SHORT, do="preview"))
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "What this change would do" in page
    assert '<td class="r">1</td><td class="r">0</td><td class="r">0</td>' in page
    assert RetentionPeriods.objects.count() == 0

    done = client.post(PAGE, sent(SHORT, do="set"), follow=True).content.decode()
    assert promises().now == SHORT
    assert "The periods are in force." in done
    assert "changed for how long applications are kept" in done
    assert "The auditors asked" in done
    assert Activity.objects.get(verb="retention.periods_set").by == admin


@pytest.mark.parametrize(("wrong", "text"), [
    ({"draft_days": "3"}, "From 30 to 365."),
    ({"draft_days": "many"}, "Type a whole number."),
    ({"files_months": ""}, "Type a whole number."),
    ({"files_months": "20"}, "Files cannot be kept longer than the rest of their application."),
])  # fmt: skip
def test_the_page_refuses_and_keeps_what_was_typed(client, admin, wrong, text):
    answer = client.post(PAGE, sent(SHORT, do="set", **wrong))
    page = answer.content.decode()

    assert (answer.status_code, RetentionPeriods.objects.count()) == (422, 0)
    assert f">{text}<" in page
    ((name, value),) = wrong.items()
    assert not value or f'value="{value}"' in page
    assert "The auditors asked" in page


def test_whoever_comes_second_keeps_the_numbers_and_may_try_again(client, admin):
    put(SHORT)

    refused = client.post(PAGE, sent(LONG, do="set"))
    assert (refused.status_code, promises().now) == (422, SHORT)
    page = refused.content.decode()
    assert "Somebody changed the periods meanwhile." in page
    assert 'name="number" value="1"' in page
    assert 'value="200"' in page

    client.post(PAGE, sent(LONG, number=1, do="set"))
    assert promises().now == LONG


@pytest.mark.parametrize(("language", "texts"), [
    ("en", ["30 days after the deadline", "2 months after the decision", "12 months after the final report"]),
    ("fr", ["30 jours après la date", "2 mois après la décision", "12 mois après le rapport final"]),
    ("es", ["30 días después de la fecha límite", "2 meses después de la decisión", "12 meses después del informe final"]),
])  # fmt: skip
def test_every_page_that_prints_a_period_prints_the_one_in_force(client, language, texts):
    mine = ApplicationFactory(submitted=True, status="not_selected")
    before = said(client, language, "/privacy/")
    assert not any(text in before for text in texts)
    put(SHORT)

    assert [text in said(client, language, "/privacy/") for text in texts] == [True] * 3
    client.force_login(mine.applicant)
    for path in (f"/requests/of/{mine.number}/kept/", "/account/privacy/"):
        assert [text in said(client, language, path) for text in texts] == [True] * 3, path
    client.force_login(UserFactory(roles=["office"]))
    path = f"/desk/applications/calls/{mine.call.code}/kept/"
    assert [text in said(client, language, path) for text in texts] == [True] * 3


def test_the_sentence_of_the_privacy_page_is_a_whole_one():
    (mine,) = [holding for holding in holdings() if holding.name == "applications.mine"]
    assert str(mine.kept) == (
        "Drafts: 90 days after the deadline. Files: 6 months after the decision. The rest: 24 months after the decision. "
        "If you are selected: 24 months after the final report"
    )
    put(Periods(draft_days=60))
    assert str(mine.kept).startswith("Drafts: 60 days after the deadline.")


def test_a_person_reads_the_period_that_was_promised(client):
    mine = ApplicationFactory()
    put(LONG, at=NOW + DAY)
    client.force_login(mine.applicant)

    page = said(client, path=f"/requests/of/{mine.number}/kept/")

    assert "90 days after the deadline" in page
    assert "200 days" not in page


def test_the_office_reads_how_many_drafts_go_when_and_nothing_else_of_them(client):
    call = CallFactory(code="sea")
    ApplicationFactory(call=call, name="Kofi Silex")
    ApplicationFactory(call=call, status="incomplete", name="Nora Schiste")
    ApplicationFactory(call=call, submitted=True, name="Awa Grès", status="not_selected")
    put(Periods(draft_days=120), at=NOW + DAY)
    ApplicationFactory(call=call, started_at=NOW + 2 * DAY)
    ApplicationFactory()  # of another call
    client.force_login(UserFactory(roles=["office"]))

    page = said(client, path="/desk/applications/calls/sea/kept/")

    assert "<b>2</b> drafts: 14 June 2026" in page
    assert "<b>1</b> draft: 14 July 2026" in page
    assert [name in page for name in ("Awa Grès", "Kofi Silex", "Nora Schiste")] == [True, False, False]


@pytest.mark.parametrize("n", [1, 3])
def test_the_office_page_asks_no_more_for_more(client, n, django_assert_num_queries):
    call = CallFactory(code="sea")
    ApplicationFactory.create_batch(n, call=call)
    ApplicationFactory.create_batch(n, call=call, submitted=True, status="not_selected")
    client.force_login(UserFactory(roles=["office"]))
    said(client, path="/desk/applications/calls/sea/kept/")

    # session, user, roles, call with training, periods, questions, number of rows, rows, drafts
    with django_assert_num_queries(9):
        said(client, path="/desk/applications/calls/sea/kept/")
