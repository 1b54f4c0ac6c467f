"""E-mail alerts: asked for twice, sent once for each piece of news, ended by one click."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction

from tessera.core.versions import bump_content_version
from tessera.messaging.models import Message
from tessera.portal import services
from tessera.portal.models import Alert
from tests.factories.moments import NOW
from tests.portal import published

pytestmark = pytest.mark.django_db
CELIA = "celia.pizarra@example.org"
SPRING = published.dated("2027-05", "2027-05-01", "2027-05-31", "month")


@pytest.fixture(autouse=True)
def _at_noon():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def path_in(message: Message) -> str:
    return re.search(r"https?://[^/]+(/\S+)", message.text)[1]


def running(query: str = "", address: str = CELIA, language: str = "en") -> Alert:
    alert = services.ask_alert(address, query, language, at=NOW)
    services.confirm_alert(alert, at=NOW)
    Message.objects.all().delete()
    alert.refresh_from_db()
    return alert


def news(slug: str = "granite-2023", **changes) -> None:
    published.training(slug, **changes)
    bump_content_version()


def test_an_alert_starts_only_after_its_mail_was_answered(client):
    page = client.get("/fr/alerts/new/?region=LAC&q=")
    assert (page.status_code, page["Location"]) == (302, "/fr/alerts/new/?region=LAC")
    answer = client.post("/fr/alerts/new/?region=LAC", {"email": f" {CELIA.upper()} "})
    assert (answer.status_code, answer["Location"]) == (302, "/fr/alerts/sent/")
    alert, message = Alert.objects.get(), Message.objects.get()
    assert (alert.address, alert.query, alert.language, alert.confirmed_at) == (CELIA, "region=LAC", "fr", None)
    assert (message.address, message.template, message.language) == (CELIA, "alert_confirm", "fr")

    link = path_in(message)
    assert client.get(link).status_code == 200
    alert.refresh_from_db()
    assert alert.confirmed_at is None  # mail programs open links by themselves

    started = client.post(link, follow=True)
    alert.refresh_from_db()
    assert (started.status_code, alert.confirmed_at) == (200, NOW)


@pytest.mark.parametrize("written", ["", "no address", "a@b", "x" * 260 + "@example.org"])
def test_a_wrong_address_is_refused_at_its_field(client, written):
    answer = client.post("/en/alerts/new/", {"email": written})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert (Alert.objects.count(), Message.objects.count()) == (0, 0)


def test_the_answer_does_not_tell_whether_an_alert_runs(client):
    running()
    known = client.post("/en/alerts/new/", {"email": CELIA})
    unknown = client.post("/en/alerts/new/", {"email": "hugo.granito@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [m.template for m in Message.objects.order_by("pk")] == ["alert_exists", "alert_confirm"]
    assert Alert.objects.filter(address=CELIA).count() == 1


def test_asking_again_and_again_is_limited(client):
    for _n in range(7):
        assert client.post("/en/alerts/new/", {"email": CELIA})["Location"] == "/en/alerts/sent/"
    assert Message.objects.count() == 5
    answers = [client.post("/en/alerts/new/", {"email": f"a{n}@example.org"}).status_code for n in range(15)]
    assert answers == [302] * 13 + [429] * 2


def test_what_stands_when_an_alert_starts_is_no_news():
    news("old-stone")
    running()
    assert services.send_alerts(at=NOW) == 0
    bump_content_version()
    assert services.send_alerts(at=NOW) == 0
    assert Message.objects.count() == 0


def test_a_new_training_of_the_list_is_told_once():
    alert = running("region=LAC", language="fr")
    news("granite-2027", status="announced", dates=published.dated("2027-05-03/2027-05-07", "2027-05-03", "2027-05-07"))
    news("elsewhere", regions=["AFR"], facets={"region": ["AFR"]})
    assert services.send_alerts(at=NOW) == 1
    assert services.send_alerts(at=NOW) == 0
    message = Message.objects.get()
    assert (message.address, message.language) == (CELIA, "fr")
    assert "Annoncée. A lieu du 3 au 7 mai 2027." in message.text
    assert "/fr/trainings/granite-2027/" in message.text
    assert "elsewhere" not in message.text
    assert message.headers["List-Unsubscribe"].endswith("/end/>")
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    alert.refresh_from_db()
    assert (alert.known, alert.mails) == ({"granite-2027": "announced"}, 1)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"status": "announced", "dates": {**SPRING, "tentative": True}, "former_dates": []},
         "Is expected to take place in May 2027; the date is not final."),
        ({"status": "postponed", "dates": SPRING, "former_dates": [{"edtf": "2023-03", "precision": "month"}]},
         "Postponed. Was planned for March 2023; is now planned for May 2027."),
    ],
)  # fmt: skip
def test_the_mail_says_of_the_dates_what_the_page_says(client, facts, said):
    running()
    news("granite", **facts)

    services.send_alerts(at=NOW)

    assert said in Message.objects.get().text
    assert f"<p>{said}</p>" in client.get("/en/trainings/granite/").content.decode()


def test_a_change_of_status_is_told_and_a_change_of_words_is_not():
    news("granite", status="announced")
    running()
    news("granite", status="announced", title={"en": "Another title"})
    assert services.send_alerts(at=NOW) == 0
    news("granite", status="cancelled")
    assert services.send_alerts(at=NOW) == 1
    assert Message.objects.get().subject == "Cancelled: Museums <and> their neighbours"


def test_rehearsal_trainings_are_never_told():
    running()
    news("rehearsed", rehearsal=True)
    assert services.send_alerts(at=NOW) == 0


def test_a_run_that_is_killed_before_it_ends_sends_nothing_twice():
    running()
    news("granite")
    with transaction.atomic():
        assert services.send_alerts(at=NOW) == 1
        transaction.set_rollback(True)
    assert Message.objects.count() == 0
    assert services.send_alerts(at=NOW) == 1
    assert Message.objects.count() == 1


def test_one_click_ends_the_alert_without_cookies(client):
    running()
    news("granite")
    services.send_alerts(at=NOW)
    link = re.search(r"<https?://[^/]+([^>]+)>", Message.objects.get().headers["List-Unsubscribe"])[1]
    strict = type(client)(enforce_csrf_checks=True)
    assert strict.get(link).status_code == 200
    assert Alert.objects.count() == 1
    assert strict.post(link, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded").status_code == 200
    assert Alert.objects.count() == 0
    assert strict.post(link).status_code == 200  # a second click says the same
    assert strict.get(link)["Location"] == "/en/alerts/ended/"


def test_the_button_on_the_page_ends_it_and_says_so(client):
    alert = running()
    answer = client.post(services.end_path(alert), {"shown": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/en/alerts/ended/")
    assert Alert.objects.count() == 0


def test_alerts_of_one_address_are_managed_together(client):
    first, second = running(), running("region=AFR")
    other = running(address="hugo.granito@example.org")
    page = client.get(services.manage_path(first)).content.decode()
    assert "all trainings" in page
    assert page.count("Region: ") == 2  # in words, and in the name of its button
    assert client.post(services.manage_path(first), {"end": str(other.pk)}).status_code == 302
    assert Alert.objects.filter(pk=other.pk).exists()  # another's alert is not ended
    client.post(services.manage_path(first), {"end": str(second.pk)})
    assert set(Alert.objects.values_list("pk", flat=True)) == {first.pk, other.pk}
    ended = client.post(services.manage_path(first), {"all": "1"})
    assert ended["Location"] == "/en/alerts/ended/"
    assert list(Alert.objects.values_list("pk", flat=True)) == [other.pk]


@pytest.mark.parametrize("token", ["nonsense", "WzEsIngiXQ:1abcde:xyz", "a" * 300])
def test_a_link_that_is_not_ours_shows_a_neutral_page_and_changes_nothing(client, token):
    running()
    for path in (f"/en/alerts/{token}/", f"/en/alerts/confirm/{token}/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"all": "1"}).status_code == 404
    assert client.post(f"/en/alerts/{token}/end/").status_code == 200
    assert Alert.objects.count() == 1


def test_a_link_to_confirm_is_too_old_after_a_week(client):
    alert = services.ask_alert(CELIA, "", "en", at=NOW)
    link = services.confirm_path(alert)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        assert client.post(link).status_code == 404
        assert services.tidy_alerts(at=NOW + timedelta(days=8)) == 1
    assert Alert.objects.count() == 0


def test_a_link_to_confirm_does_not_manage(client):
    token = services.confirm_path(services.ask_alert(CELIA, "", "en", at=NOW)).split("/")[-2]
    assert client.get(f"/en/alerts/{token}/").status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_queries_of_a_run_without_news_do_not_grow_with_trainings(django_assert_num_queries, n):
    for number in range(n):
        published.training(f"stone-{number}")
    running()
    bump_content_version()
    services.send_alerts(at=NOW)
    with django_assert_num_queries(2):  # version, alerts that wait
        assert services.send_alerts(at=NOW) == 0


def test_alerts_stand_on_the_privacy_page_and_go_with_an_erasure():
    from tessera.accounts.holdings import holdings
    from tessera.accounts.models import User

    running("q=museo")
    running(address="hugo.granito@example.org")
    celia = User.objects.create_user(CELIA)
    held = next(holding for holding in holdings() if holding.name == "portal.alerts")
    assert held.read(celia) == [
        {"about": "“museo”", "asked_at": NOW.isoformat(), "confirmed_at": NOW.isoformat(), "mails": 0}
    ]
    held.erase(celia, NOW)
    assert list(Alert.objects.values_list("address", flat=True)) == ["hugo.granito@example.org"]
