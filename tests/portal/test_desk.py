"""Today, the worklist of texts, missing facts, the log."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from tessera.calls import services as call_services
from tessera.calls.services.records import calls as call_store
from tessera.core.models import TranslationState
from tessera.organisations.models import Organisation
from tessera.organisations.services import organisations, save_organisation
from tessera.portal.today import follow_up_end
from tessera.portal.worklist import worklist
from tessera.programmes import services
from tessera.programmes.documents import programme_document
from tessera.programmes.queries import trainings_whole
from tessera.programmes.services import merge_organisations
from tessera.programmes.services.records import trainings
from tests.factories.accounts import AdminUserFactory, OfficeUserFactory, RoleGrantFactory, UserFactory
from tests.factories.calls import make_call
from tests.factories.messaging import MessageFactory
from tests.factories.moments import NOW
from tests.factories.organisations import make_organisation, make_person
from tests.factories.programmes import make_programme, make_topic, make_training

pytestmark = pytest.mark.django_db
AFTER = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


def edit_title(slug, text, by=None):
    document = trainings.read(trainings_whole().get(slug=slug))
    services.save_training(
        {**document, "title": {**document["title"], "en": text}}, by=by or OfficeUserFactory(), at=NOW
    )


def html_of(client, name, query=""):
    return client.get(reverse(name) + query).content.decode()


@pytest.mark.parametrize(
    ("role", "led_to"),
    [("host", "programmes:trainings"), ("admin", "activity:log"), ("both", "programmes:trainings"), ("office", None)],
)
def test_whoever_has_a_part_of_the_desk_is_led_there_from_any_page(client, role, led_to):
    makers = {"host": UserFactory, "admin": AdminUserFactory, "both": AdminUserFactory, "office": OfficeUserFactory}
    user = makers[role]()
    if role in ("host", "both"):
        RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="SN")
    client.force_login(user)

    assert f'href="{reverse("portal:desk")}"' in html_of(client, "portal:about")
    answer = client.get(reverse("portal:desk"))

    assert (answer.status_code, answer.get("Location")) == ((302, reverse(led_to)) if led_to else (200, None))


@pytest.mark.parametrize("role", ["committee", "reviewer", "funder", "applicant"])
def test_whoever_has_no_part_of_the_desk_sees_no_link_to_it(client, role):
    user = UserFactory()
    RoleGrantFactory(user=user, role=role, scope_kind="training", scope_key="stone")
    client.force_login(user)

    assert reverse("portal:desk") not in html_of(client, "portal:about")
    assert client.get(reverse("portal:desk")).status_code == 403


@time_machine.travel(AFTER, tick=False)
def test_today_tells_overdue_regions_passed_dates_stale_texts_and_missing_facts(client, office):
    make_programme()
    make_training(id="told", title={"en": "Stone", "fr": "Pierre"}, status="announced")
    edit_title("told", "Stones")

    html = html_of(client, "portal:desk")

    assert "Africa is overdue" in html
    assert f'href="{reverse("programmes:training_new")}?region=AFR"' in html
    assert "Was “Stones” held?" in html
    assert "1 translation is out of date" in html
    assert "Facts are missing or differ in 1 training" in html
    assert "Announced" in html


@time_machine.travel(AFTER, tick=False)
def test_today_knows_what_is_planned_and_not_public_yet(client, office):
    make_programme()
    days = f"{AFTER.year + 1}-03-01/{AFTER.year + 1}-03-05"
    make_training(
        published=False, dates={"edtf": days}, phases=[{"mode": "in_person", "edtf": days}],
        places=[{"country": "SN", "city": "Dakar"}], audience={"scope": "regional", "unesco_regions": ["AFR"]},
    )  # fmt: skip

    html = html_of(client, "portal:desk")

    assert "Africa is overdue" in html
    assert "A training is planned that reaches it, but too late." in html
    assert f'href="{reverse("programmes:training_new")}?region=AFR"' not in html
    text, address = entry_of(html, "Africa is overdue")
    assert (text, address) == ("A training is planned that reaches it, but too late.", reverse("portal:board"))
    assert "1 to 5 March 2027" in client.get(address).content.decode()
    assert "March 2027" not in html_of(client, "portal:coverage")


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ("", "New dates to be found"),
        ("2026-05", "New dates to be found"),
        ("2026-06-01", "1 June 2026"),
        ("2027-02", "February 2027"),
    ],
)
@time_machine.travel(AFTER, tick=False)
def test_today_asks_for_new_dates_only_where_a_postponed_training_has_none_to_come(client, office, dates, said):
    make_training(
        status="postponed", phases=[], dates={"edtf": dates} if dates else None, former_dates=[{"edtf": "2026-04"}]
    )

    html = html_of(client, "portal:desk")

    assert said in html
    assert ("New dates to be found" in html) == (said == "New dates to be found")


def test_today_is_empty_where_nothing_waits(client, office, monkeypatch):
    with time_machine.travel(datetime(2018, 10, 1, tzinfo=UTC), tick=False):
        make_programme()
        client.force_login(office)
        html = html_of(client, "portal:desk")

    assert "Nothing needs you today" in html
    assert "No training in motion" in html


def entry_of(html, heading):
    """(words without the heading, where the entry leads) of the one entry of today with ``heading``."""
    found = [
        one for one in re.findall(r'<li class="entry act">.*?</li>', html, re.DOTALL) if f"<h3>{heading}</h3>" in one
    ]
    assert len(found) == 1
    text = re.search(r"</h3><p>(.*?)</p>", found[0], re.DOTALL)[1]
    return text, re.search(r'<a class="btn[^"]*" href="([^"]+)"', found[0])[1].replace("&amp;", "&")


def listed(client, address):
    return set(re.findall(r'<th scope="row"><a href="[^"]*/([a-z0-9-]+)/">', client.get(address).content.decode()))


def held(slug, edtf, status, **more):
    return make_training(id=slug, status=status, dates={"edtf": edtf}, phases=[], **more)


@time_machine.travel(AFTER, tick=False)
def test_today_counts_what_was_held_and_is_not_closed_and_leads_to_just_those(client, office):
    make_programme()
    held("long-ago", "2025-05-25/2025-05-30", "delivered")
    held("a-year-ago", "2025-05-28/2025-06-01", "followed_up")  # its follow-up ends today
    held("last-month", "2026-05-04/2026-05-08", "delivered")
    held("followed", "2025-01-06/2025-01-10", "followed_up")
    held("done", "2025-01-06/2025-01-10", "closed")
    held("to-come", "2026-10-05/2026-10-09", "announced")
    held("practice", "2025-01-06/2025-01-10", "delivered", rehearsal=True)

    text, address = entry_of(html_of(client, "portal:desk"), "4 trainings were held and are not closed")

    assert text == "The twelve months of follow-up are over for 2 trainings: say so, then close them."
    assert listed(client, address) == {"long-ago", "a-year-ago", "last-month", "followed"}


@time_machine.travel(AFTER, tick=False)
def test_today_says_when_the_first_follow_up_ends_and_the_motion_says_it_of_each(client, office):
    make_programme()
    held("last-month", "2026-05-04/2026-05-08", "delivered")
    held("in-autumn", "2025-10-06/2025-10-10", "followed_up")
    held("over", "2025-05-25/2025-05-31", "closed")

    html = html_of(client, "portal:desk")
    text, address = entry_of(html, "2 trainings were held and are not closed")

    assert text == "The follow-up lasts twelve months; the first can be closed after 10 October 2026."
    assert listed(client, address) == {"last-month", "in-autumn"}
    assert re.findall(r"Follow-up until ([^<]+)<", html) == ["10 October 2026", "8 May 2027"]


@pytest.mark.parametrize(
    ("ended", "until"),
    [("2023-10-20", "2024-10-20"), ("2024-02-10", "2025-02-10"), ("2024-02-29", "2025-02-28")],
)
def test_the_follow_up_ends_twelve_months_after_the_training(ended, until):
    assert follow_up_end(date.fromisoformat(ended)) == date.fromisoformat(until)


@time_machine.travel(AFTER, tick=False)
def test_today_names_twelve_passed_trainings_and_tells_how_many_more_there_are(client, office):
    make_programme()
    for number in range(14):
        held(f"passed-{number:02}", f"2026-03-{number + 1:02}", ("planned", "announced", "in_delivery")[number % 3])
    held("to-come", "2026-10-05/2026-10-09", "announced")

    html = html_of(client, "portal:desk")
    text, address = entry_of(html, "The dates of 2 more trainings are over")

    assert len(re.findall(r"<h3>Was “[^<]+” held\?</h3>", html)) == 12
    assert text == "Those whose dates were over first stand above."
    assert listed(client, address) == {f"passed-{number:02}" for number in range(14)}


@time_machine.travel(AFTER, tick=False)
def test_today_counts_mails_that_did_not_arrive_and_leads_to_them(client, office):
    make_programme()
    MessageFactory(dead=True, subject="Given up")
    MessageFactory(state="bounced", subject="Came back")
    MessageFactory(sent=True, subject="Arrived")

    text, address = entry_of(html_of(client, "portal:desk"), "2 mails did not arrive")
    failed = client.get(address).content.decode()

    assert text == "It came back, or was given up after several tries."
    assert [subject for subject in ("Given up", "Came back", "Arrived") if subject in failed] == [
        "Given up",
        "Came back",
    ]


@pytest.mark.parametrize("n", [1, 3])
@time_machine.travel(AFTER, tick=False)
def test_today_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    make_programme()
    for _ in range(n):
        make_training(status="announced")
        make_training(status="delivered")
    html_of(client, "portal:desk")

    # session, user, grants; the clock: programme, trainings and venues for their words and for their days; content
    # version; counts of trainings; missing facts: trainings, venues, credits, engagements; dates that passed; reports
    # due; calls of cancelled trainings; what nobody transmitted; batches, troubled mails, failed tasks; stale texts;
    # trainings in motion
    with django_assert_num_queries(23):
        html_of(client, "portal:desk")


def test_worklist_names_missing_draft_and_stale_texts(client, office):
    make_training(id="stone", title={"en": "Stone", "fr": "Pierre"}, summary={}, by=office)
    edit_title("stone", "Stones")

    html = html_of(client, "portal:worklist", "?kind=training")
    assert html.count("<tr>") == 1 + 2  # the draft and the missing one; a draft does not go stale

    row = TranslationState.objects.get(object_key="stone", language="fr")
    row.state = "current"
    row.save()
    edit_title("stone", "Rocks")
    stale = html_of(client, "portal:worklist", "?kind=training&state=stale")
    assert '<ins><span class="vh"> put in: </span>Rocks</ins>' in stale
    assert reverse("programmes:training_edit", args=["stone", "texts"]) + "#f-title" in stale
    missing = html_of(client, "portal:worklist", "?state=missing&language=es&kind=training")
    assert missing.count("<tr>") == 1 + 1
    assert "Nothing fits this" in html_of(client, "portal:worklist", "?state=reviewed&kind=topic")


def test_worklist_tells_what_changed_in_a_text_inside_a_list(client, office):
    session = {"kind": "session_block", "title": {"en": "Day one", "fr": "Premier jour"}}
    make_training(id="stone", title={"en": "Stone"}, sessions=[session], by=office)
    TranslationState.objects.update(state="current")  # the next edit makes the translation stale
    document = trainings.read(trainings_whole().get())
    changed = {**session, "title": {**session["title"], "en": "Day two"}}
    services.save_training({**document, "sessions": [changed]}, by=office, at=NOW)

    html = html_of(client, "portal:worklist", "?state=stale")

    assert '<ins><span class="vh"> put in: </span>two</ins>' in html
    assert '<del><span class="vh"> taken out: </span>Day</del>' not in html


def test_worklist_names_missing_texts_inside_lists(client, office):
    sessions = [{"kind": "session_block", "title": {"en": "Day one", "fr": "Premier jour"}},
                {"kind": "session_block", "title": {"en": "Day two"}}]  # fmt: skip
    make_training(id="stone", title={"en": "Stone", "fr": "Pierre"}, summary={}, sessions=sessions, by=office)
    TranslationState.objects.update(state="current")

    lines = worklist(language="fr", kind="training")

    assert [(line.field, line.state.state) for line in lines] == [("sessions[1].title", "missing")]
    assert lines[0].address == reverse("programmes:training_edit", args=["stone", "sessions"]) + "#f-sessions-1-title"
    assert lines[0].label == "Session 2: Title"
    assert worklist(language="fr", kind="training", state="stale") == []


def test_worklist_names_missing_statements_of_goals(client, office):
    own = make_programme()
    goals = [{"id": "reach", "statement": {"en": "Everywhere.", "es": "En todas partes."}}]
    services.save_programme({**programme_document(own), "goals": goals}, by=office, at=NOW)
    TranslationState.objects.update(state="current")

    assert "goals[0].statement" in [line.field for line in worklist(language="fr", kind="programme", state="missing")]
    assert "goals[0].statement" not in [line.field for line in worklist(language="es", kind="programme")]


def test_today_counts_the_texts_that_the_worklist_names_those_of_calls_too(client, office):
    call = make_call(title={"en": "Call", "fr": "Appel"}, summary={}, audience={})
    call_services.save_call({**call_store.read(call), "title": {"en": "A call", "fr": "Appel"}}, by=office, at=NOW)
    make_organisation(id="icom", name={"en": "ICOM", "fr": "Icom"})
    document = organisations.read(Organisation.objects.get(slug="icom"))
    save_organisation({**document, "name": {"en": "ICOM today", "fr": "Icom"}}, by=office, at=NOW)
    assert "2 translations are out of date" in html_of(client, "portal:desk")

    merge_organisations(make_organisation(), Organisation.objects.get(slug="icom"), by=office, at=NOW)

    assert "1 translation is out of date" in html_of(client, "portal:desk")
    listed = html_of(client, "portal:worklist", "?state=stale")
    assert listed.count("<tr>") == 1 + 1
    assert reverse("calls:call_edit", args=[call.code, "texts"]) + "#f-title" in listed


@pytest.mark.parametrize("n", [1, 3])
def test_worklist_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    for _ in range(n):
        make_training(title={"en": "Stone"})
        make_person(bio={"en": "Stone."})
        make_organisation(name={"en": "Stone"})
        make_topic(name={"en": "Stone"})

    # session, user, grants; states, records of eight kinds; whole trainings, with their texts in lists
    with django_assert_num_queries(21):
        html = html_of(client, "portal:worklist")

    assert html.count("Stone") >= n


def test_missing_facts_are_told_in_sentences(client, office):
    make_training(
        id="told",
        status="delivered",
        dates={"edtf": "2025-05"},
        phases=[],
        places=[{"country": "MX", "city": None}],
        participants={
            "planned": None,
            "reported": [{"value": 27}, {"value": 30}],
            "resolved": None,
            "countries_count": None,
        },
    )

    html = html_of(client, "portal:missing_facts")

    for sentence in (
        "Sources differ on the participants: 27 and 30.",
        "The dates are known by the month only.",
        "The city is not recorded.",
        "The teaching language is not recorded.",
        "No trainer is named.",
    ):
        assert sentence in html


@pytest.mark.parametrize(
    ("changes", "section"),
    [
        ({}, "places"),
        ({"participants": {"reported": [{"value": 27}, {"value": 30}], "resolved": None}}, "numbers"),
        ({"places": [{"country": "MX", "city": "Puebla"}], "languages": []}, "places"),
    ],
)
def test_missing_facts_lead_to_the_section_where_the_first_is_written(client, office, changes, section):
    make_training(id="told", **{"places": [{"country": "MX", "city": None}], **changes})

    html = html_of(client, "portal:missing_facts")

    assert re.findall(r"/told/edit/(\w+)/", html) == [section]


def test_rehearsal_and_drafts_lack_no_facts(client, office):
    make_training(id="play", rehearsal=True)
    make_training(id="draft", published=False)

    assert "No fact is missing" in html_of(client, "portal:missing_facts")


@pytest.mark.parametrize("n", [1, 3])
def test_missing_facts_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    for _ in range(n):
        make_training()

    # session, user, grants; trainings, venues, credits, engagements
    with django_assert_num_queries(7):
        html_of(client, "portal:missing_facts")


def test_log_shows_the_office_what_was_done_to_records_and_admins_everything(client, office):
    from tessera.accounts.models import RoleGrant
    from tessera.activity.services import record

    make_training(id="stone", title={"en": "Stone"}, by=office)
    record("user.role_granted", RoleGrant.objects.get(user=office), by=office, at=NOW)

    html = html_of(client, "activity:log")
    assert "Stone" in html
    assert "gave a role" not in html
    client.force_login(AdminUserFactory())
    assert "gave a role" in html_of(client, "activity:log")
    assert "gave a role" in html_of(client, "activity:log", "?kind=other")
    assert "Stone" not in html_of(client, "activity:log", "?kind=other")
    assert "Nothing fits this" in html_of(client, "activity:log", "?who=nobody-of-this-name")
    assert "Nothing fits this" in html_of(client, "activity:log", "?since=2030-01-01")


@pytest.mark.parametrize("n", [1, 3])
def test_log_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    for _ in range(n):
        make_topic(by=office)

    # session, user, grants; count, activities with revisions, topics that are still there
    with django_assert_num_queries(6):
        html = html_of(client, "activity:log", "?kind=topic")

    assert html.count("made it") == n


@pytest.mark.parametrize("role", ["nobody", "applicant", "trainer", "funder", "committee"])
def test_other_roles_are_refused(client, role):
    client.force_login(UserFactory(roles=[] if role == "nobody" else [role]))

    names = ["portal:desk", "portal:worklist", "portal:missing_facts", "activity:log", "programmes:trainings"]
    assert [client.get(reverse(name)).status_code for name in names] == [403] * 5


def test_admin_is_led_to_the_log(client):
    client.force_login(AdminUserFactory())

    assert client.get(reverse("portal:desk"))["Location"] == reverse("activity:log")


def test_nobody_signed_in_is_led_to_the_sign_in(client):
    answer = client.get(reverse("portal:desk"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("name", ["calls:calls", "organisations:organisations"])
@pytest.mark.parametrize("role", ["office", "host", "admin"])
def test_empty_list_says_who_makes_what_would_stand_there(client, role, name):
    client.force_login(UserFactory(roles=[role]))
    makes, reads = "What you make stands here, drafts too.", "The office makes what stands here."

    answer = client.get(reverse(name))

    if (role, name) in (("admin", "calls:calls"), ("host", "organisations:organisations")):
        assert answer.status_code == 403
    else:
        html = answer.content.decode()
        assert (makes in html, reads in html) == ((True, False) if role == "office" else (False, True))
