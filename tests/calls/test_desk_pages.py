"""The desk's pages of calls."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from tessera.accounts.models import Role
from tessera.activity.models import Activity
from tessera.calls import services
from tessera.calls.documents import call_document
from tessera.calls.models import Call, DateChange
from tessera.calls.queries import calls_whole, latest_form
from tessera.calls.questions.bank import default_form
from tessera.calls.questions.reading import to_document
from tessera.messaging.models import Message
from tests.factories.accounts import OfficeUserFactory, RoleGrantFactory, UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import CLOSES_AT, FORM, make_call
from tests.factories.grants import make_table
from tests.factories.moments import NOW
from tests.factories.pages import filled
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db

PAGES = (
    "call_clone",
    "call_steps",
    "call_timeline",
    "call_extend",
    "call_postpone",
    "call",
    "call_publish",
    "call_history",
)


def page(name, *arguments):
    return reverse(f"calls:{name}", args=arguments)


def saved():
    return call_document(calls_whole().get())


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    codes = [make_call().code for _ in range(n)]
    client.get(page("calls"))

    # session, user, grants; count, calls with their trainings
    with django_assert_num_queries(5):
        html = client.get(page("calls")).content.decode()

    assert [code for code in codes if page("call", code) in html] == codes
    assert "16 March 2026, 11:59 UTC" in html
    assert "16 March 2026, 12:00 UTC" not in html


def test_list_is_narrowed_by_words_status_and_rehearsal(client, office):
    make_call(id="heat", title={"en": "Heat"})
    make_call(id="open", title={"en": "Light"}, status="open")
    play = make_training(rehearsal=True, dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])
    make_call(id="play", title={"en": "Play"}, training=play.slug)

    def found(query):
        html = client.get(page("calls") + query).content.decode()
        return [code for code in ("heat", "open", "play") if page("call", code) in html]

    assert found("") == ["heat", "open", "play"]
    assert found("?q=heat") == ["heat"]
    assert found("?status=open") == ["open"]
    assert found("?rehearsal=only") == ["play"]
    assert found("?rehearsal=no") == ["heat", "open"]


def test_host_sees_and_edits_drafts_in_scope_and_takes_no_step(client):
    here = make_training(places=[{"country": "SN"}], dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])
    make_call(id="here", training=here.slug)
    make_call(id="there")
    make_call(id="public", training=here.slug, status="open")
    user = UserFactory()
    RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="SN")
    client.force_login(user)

    html = client.get(page("calls")).content.decode()
    assert [code for code in ("here", "there", "public") if page("call", code) in html] == ["here"]
    answers = {name: client.get(page(name, "here")).status_code for name in PAGES}
    allowed = {"call", "call_timeline"}
    assert answers == {name: 200 if name in allowed else 403 for name in PAGES}
    assert client.get(page("call_edit", "here", "texts")).status_code == 200
    assert client.get(page("call_edit", "there", "texts")).status_code == 404
    assert client.get(page("call_edit", "public", "texts")).status_code == 403
    client.post(page("call_steps", "public"), {"status": "cancelled", "reason": "No.", "sure": "on"})
    assert Call.objects.get(code="public").status == "open"


@pytest.mark.parametrize("role", [None, *(role for role in Role.values if role not in ("office", "host"))])
def test_nobody_else_reaches_the_desk_of_calls(client, role):
    make_call(id="draft")
    make_call(id="public", status="open")
    user = UserFactory(roles=[role] if role else [])
    client.force_login(user)

    assert client.get(page("calls")).status_code == 403
    assert {client.get(page(name, "draft")).status_code for name in PAGES} == {404}
    assert {client.get(page(name, "public")).status_code for name in PAGES} <= (
        {200, 403} if role == "admin" else {403}
    )


def test_a_new_call_begins_with_the_usual_questions_or_without(client, office):
    training = make_training(dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])
    asked = {"name_en": "Heat", "training": training.slug, "main_language": "es"}

    answer = client.post(page("call_new"), {**asked, "usual": "on"})

    call = Call.objects.get()
    assert answer.url == page("call_edit", call.code, "texts")
    assert (call.code, call.training, call.main_language, call.status) == ("heat", training, "es", "draft")
    assert latest_form(call).document == to_document(default_form(2026))
    client.post(page("call_new"), asked)
    assert latest_form(Call.objects.get(code="heat-2")) is None
    assert client.post(page("call_new"), {"name_en": "Cold"}).status_code == 422
    assert Call.objects.count() == 2


def test_sections_write_dates_strands_packages_and_limits(client, office):
    make_table()
    code = make_call().code

    def send(section, **changes):
        opened = client.get(page("call_edit", code, section))
        return client.post(page("call_edit", code, section), {**filled(opened, css="section", **changes), "do": "save"})

    assert (
        send("dates", opens__day="2026-02-09", deadline__time="18:30", deadline__zone="Africa/Dakar").status_code == 302
    )
    document = saved()
    assert document["opens"] == {"day": "2026-02-09", "time": "09:00"}
    assert document["deadline"] == {"day": "2026-03-15", "time": "18:30", "zone": "Africa/Dakar"}
    refused = send("dates", deadline__time="midnight")
    assert refused.status_code == 422
    assert "23:59" in refused.content.decode()
    assert saved() == document
    package = {
        "packages-rows": "1", "packages-0-was": "", "packages-0-name--en": "Full", "packages-0-key": "",
        "packages-0-components--travel": "office", "packages-0-components--visa": "no",
        "packages-0-components--travel-most--minor": "900", "packages-0-components--travel-most--currency": "EUR",
        "packages-0-ceiling--minor": "1 500,50", "packages-0-ceiling--currency": "EUR",
        "packages-0-condition--table": "dues", "packages-0-condition--categories": ["four"],
        "packages-0-condition--cities": "Dakar\nThiès", "fee--minor": "0", "fee--currency": "EUR",
        "version": str(calls_whole().get().version), "do": "save",
    }  # fmt: skip
    visa = {"packages-0-components--visa-most--minor": "50", "packages-0-components--visa-most--currency": "EUR"}
    refused = client.post(page("call_edit", code, "packages"), package | visa)
    assert refused.status_code == 422
    assert 'id="id_packages-0-components--visa-most--minor_error"' in refused.content.decode()
    assert "What is not covered has no ceiling." in refused.content.decode()
    assert "packages" not in saved()
    assert client.post(page("call_edit", code, "packages"), package).status_code == 302
    assert saved()["packages"] == [
        {
            "key": "package_1", "name": {"en": "Full"},
            "components": [
                {"kind": "travel", "covered": True, "books": "office", "ceiling": {"minor": 90_000, "currency": "EUR"}},
                {"kind": "visa", "covered": False, "books": "participant", "ceiling": None},
            ],
            "ceiling": {"minor": 150_050, "currency": "EUR"},
            "condition": {"table": "dues", "categories": ["four"], "cities": ["Dakar", "Thiès"]},
        }
    ]  # fmt: skip
    assert saved()["fee"] == {"minor": 0, "currency": "EUR"}
    again = client.get(page("call_edit", code, "packages"))
    assert client.post(page("call_edit", code, "packages"), {**filled(again), "do": "save"}).status_code == 302
    assert len(saved()["packages"]) == 1
    assert send("conditions", channel="endorsed", limits__accepted_per_country="2").status_code == 302
    assert (saved()["channel"], saved()["limits"]) == ("endorsed", {"accepted_per_country": 2})
    assert send("strands", **{"strands-0-places--max": "30", "strands-0-packages": ["package_1"]}).status_code == 302
    assert saved()["strands"] == [{"key": "all", "places": {"max": 30}, "packages": ["package_1"]}]


def test_dates_of_a_public_call_are_refused_at_their_field(client, office):
    call = make_call(status="open")
    opened = client.get(page("call_edit", call.code, "dates"))

    answer = client.post(
        page("call_edit", call.code, "dates"), {**filled(opened, deadline__day="2026-03-20"), "do": "save"}
    )

    assert answer.status_code == 422
    assert "dates are moved by “Extend” or “Postpone”" in answer.content.decode()
    assert calls_whole().get().closes_at == CLOSES_AT


def test_an_opening_without_a_clock_is_refused_at_the_time_zone_and_what_was_typed_stays(client, office):
    call = make_call(opens={}, deadline={"time": "23:59", "zone": "Etc/GMT+12"})
    before = call_document(call)
    opened = client.get(page("call_edit", call.code, "dates"))

    answer = client.post(
        page("call_edit", call.code, "dates"),
        {**filled(opened, css="section", opens__day="2026-02-09", deadline__zone=""), "do": "save"},
    )

    assert answer.status_code == 422
    html = answer.content.decode()
    error = re.search(r'id="id_deadline--zone_error"[^>]*>(.*?)</', html, re.DOTALL)
    assert error is not None
    assert "write for example America/Lima, or Etc/GMT+12 for anywhere on Earth." in error[1]
    assert filled(answer, css="section")["opens--day"] == "2026-02-09"
    assert call_document(calls_whole().get()) == before
    assert calls_whole().get().version == call.version


def test_timeline_takes_the_usual_days_where_none_is_set_or_everywhere(client, office):
    code = make_call(opens={}, deadline={"time": "23:59", "zone": "Etc/GMT+12"}, timeline={"offers": "2026-06-10"}).code
    address = page("call_timeline", code)

    assert "not set" in client.get(address).content.decode()
    client.post(address, {"do": "empty"})

    document = saved()
    assert document["opens"] == {"day": "2026-03-09", "time": "09:00"}  # 26 weeks before 7 September
    assert document["deadline"]["day"] == "2026-04-20"
    assert document["timeline"]["offers"] == "2026-06-10"
    assert document["timeline"]["follow_up_12"] == "2027-09-10"  # 52 weeks after 11 September
    client.post(address, {"do": "all"})
    assert saved()["timeline"]["offers"] == "2026-06-01"


def test_timeline_warns_of_a_short_call_and_a_short_way_to_the_visa(client, office):
    call = make_call(opens={"day": "2026-03-05", "time": "09:00"}, timeline={"visa_letters": "2026-07-01"})

    html = client.get(page("call_timeline", call.code)).content.decode()

    assert "The call is open for 10 days; people need at least 4 weeks." in html
    assert "There are 68 days between the letters for visas and the training" in html
    assert "16 March 2026, 11:59" in html
    assert "14 days left" in html


@pytest.mark.parametrize(
    ("status", "past"),
    [
        ("draft", ["Publish the call", "Deadline for applications", "Decisions and offers", "Tickets booked"]),
        ("open", []),
        ("closed", ["Decisions and offers", "Tickets booked"]),
        ("in_review", ["Decisions and offers", "Tickets booked"]),
        ("decided", ["Tickets booked"]),
        ("archived", []),
        ("cancelled", []),
    ],
)
def test_what_is_done_already_is_not_past(client, office, status, past):
    days = {"publish": "2026-02-02", "offers": "2026-06-01", "tickets": "2026-06-20"}
    call = make_call(status="draft" if status == "draft" else "open", timeline=days)
    if status not in ("draft", "open"):
        Call.objects.update(status=status)
    on = "2026-03-16 11:00" if status == "open" else "2026-07-01 11:00"  # still the 15th anywhere on Earth
    with time_machine.travel(f"{on}+00:00", tick=False):
        client.force_login(office)
        html = client.get(page("call_timeline", call.code)).content.decode()

    found = re.findall(r"“([^”]*)” is past", html)

    assert found == past


def test_the_page_of_a_call_counts_what_questions_and_rules_lack_in_each_language(client, office):
    rule = {"kind": "by_person", "weight": "person"}
    group = {
        "key": "either", "kind": "any_of", "weight": "hard", "reason": {"fr": "L’un suffit."},
        "rules": [{"key": "old", "kind": "age_at", "params": {"on": "2026-09-07", "max": 45}, "reason": {"en": "Young."}}],
    }  # fmt: skip
    rows = {
        "key": "posts", "type": "rows", "label": {"en": "Posts"}, "purpose": {},
        "columns": [{"key": "level", "type": "choice", "label": {"en": "Level", "fr": "Niveau"},
                     "options": [{"key": "low", "label": {"en": "Low", "es": "Bajo"}}]}],
    }  # fmt: skip
    step = {
        "key": "work",
        "title": {"en": "Work", "fr": "Travail", "es": "Trabajo"},
        "help": {"fr": "Aide"},
        "questions": [rows],
    }
    call = make_call(form={"steps": [*FORM["steps"], step]}, rules=[rule | {"key": "a", "reason": {"en": "A"}}, group])

    def told():
        html = client.get(page("call", call.code)).content.decode()
        note = re.search(r'aria-labelledby="unwritten">.*?</section>', html, re.DOTALL)
        found = re.findall(r"<li>(.*?): <a href=\"(.*?)\">(.*?)</a></li>", note[0]) if note else []
        return [(language, address.rsplit("/", 2)[1], said) for language, address, said in found]

    assert told() == [
        ("English", "questions", "1 text of the questions is missing"),
        ("English", "rules", "1 reason of the rules is missing"),
        ("French", "questions", "2 texts of the questions are missing"),
        ("French", "rules", "2 reasons of the rules are missing"),
        ("Spanish", "questions", "4 texts of the questions are missing"),
        ("Spanish", "rules", "3 reasons of the rules are missing"),
    ]
    Call.objects.update(status="in_review")
    assert told() == []


def test_timeline_says_which_usual_days_are_past_before_they_are_filled_in(client, office):
    soon = make_training(id="soon", dates={"edtf": "2026-06-01/2026-06-05"}, phases=[])
    code = make_call(training=soon.slug, opens={}, deadline={"time": "23:59", "zone": "Etc/GMT+12"}).code

    html = client.get(page("call_timeline", code)).content.decode()

    said, buttons = html.index("These usual days are past already."), html.index("Fill the empty days")
    past = [re.sub("<[^>]*>", "", item) for item in re.findall(r"<li>(.*?)</li>", html[said:buttons])]
    assert past == ["Publish the call: 1 December 2025", "Deadline for applications: 12 January 2026",
                    "Decisions and offers: 23 February 2026"]  # fmt: skip
    call = make_call(id="later")
    assert "These usual days" not in client.get(page("call_timeline", call.code)).content.decode()
    make_call(training=soon.slug, id="gone", status="open")
    assert "These usual days" not in client.get(page("call_timeline", "gone")).content.decode()


def test_timeline_does_not_make_rough_dates_of_the_training_exact(client, office):
    rough = make_training(id="spring", dates={"edtf": "2026-09"}, phases=[])
    html = client.get(page("call_timeline", make_call(training=rough.slug).code)).content.decode()
    assert "The days of the training are not fixed yet" in html
    assert "The training begins on" not in html

    html = client.get(page("call_timeline", make_call(id="exact").code)).content.decode()
    assert "The training begins on" in html


def test_a_call_that_costs_nothing_needs_no_currency(client, office):
    call = make_call()
    address = page("call_edit", call.code, "packages")
    sent = {**filled(client.get(address), css="section"), "do": "save"}

    assert client.post(address, {**sent, "fee--minor": "12", "fee--currency": ""}).status_code == 422
    assert Call.objects.get().fee is None
    assert client.post(address, {**sent, "fee--minor": "0", "fee--currency": ""}).status_code == 302
    assert saved()["fee"] == {"minor": 0, "currency": "EUR"}


def test_publish_page_says_what_is_lacking_and_publishes(client, office):
    call = make_call(summary={})

    assert "Title and summary are not ready" in client.get(page("call_publish", call.code)).content.decode()
    client.post(page("call_publish", call.code), {"do": "publish"})
    assert Call.objects.get().status == "draft"
    services.save_call({**call_document(calls_whole().get()), "summary": {"en": "Come."}}, by=None, at=NOW)
    client.post(page("call_publish", call.code), {"do": "publish"})
    assert Call.objects.get().status == "open"


def test_the_page_of_a_call_says_that_its_deadline_is_over_before_anybody_publishes(client, office):
    call = make_call()
    over = "Its deadline is over: write a later one."
    assert over not in client.get(page("call", call.code)).content.decode()

    with time_machine.travel(CLOSES_AT, tick=False):
        client.force_login(office)
        shown = [client.get(page(name, call.code)).content.decode().count(over) for name in ("call", "call_publish")]

    assert shown == [1, 1]


def test_the_page_of_a_call_shows_its_deadlines_on_every_clock(client, office):
    office.time_zone = "Asia/Tokyo"
    office.save()
    own = {
        "key": "host",
        "name": {"en": "Hosts"},
        "deadline": {"day": "2026-03-10", "time": "18:00", "zone": "Africa/Dakar"},
    }
    call = make_call(strands=[{"key": "all", "name": {"en": "Region"}}, own])

    html = client.get(page("call", call.code)).content.decode()

    section = html[html.index('id="deadline"') :]
    section = section[section.index("</h2>") : section.index("</section>")]
    lines = [re.sub("<[^>]*>", "", line) for line in re.split("<br>|</p>", section)]
    assert [line for line in lines if line] == [
        "Sunday 15 March 2026, 23:59, anywhere on Earth (UTC−12)",
        "Monday 16 March 2026, 20:59, Tokyo time (UTC+9)",
        "Monday 16 March 2026, 11:59, universal time (UTC)",
        "14 days left",
        "Hosts",
        "Tuesday 10 March 2026, 18:00, Dakar time (UTC)",
        "Wednesday 11 March 2026, 03:00, Tokyo time (UTC+9)",
        "8 days left",
    ]
    assert "Time zone of the deadline" not in html.split("Strands</h2>")[0]
    undated = make_call(deadline={"time": "23:59", "zone": "Etc/GMT+12"}, id="undated")
    assert 'id="deadline"' not in client.get(page("call", undated.code)).content.decode()


def test_steps_page_offers_what_is_possible_and_asks_twice_before_the_end(client, office):
    call = make_call(status="open")
    ApplicationFactory(call=call, strand="all", submitted=True)
    address = page("call_steps", call.code)

    html = client.get(address).content.decode()
    assert 'value="cancelled"' in html
    assert 'value="closed"' not in html
    assert "Cancelling writes to 1 person" in html
    assert client.post(address, {"status": "cancelled", "reason": "Rain."}).status_code == 422
    assert client.post(address, {"status": "cancelled", "sure": "on"}).status_code == 422
    assert Call.objects.get().status == "open"
    assert client.post(address, {"status": "cancelled", "reason": "Rain.", "sure": "on"}).status_code == 302
    assert (Call.objects.get().status, Message.objects.count()) == ("cancelled", 1)


def test_extending_is_shown_first_and_then_confirmed(client, office):
    call = make_call(status="open")
    ApplicationFactory(call=call, strand="all")
    address = page("call_extend", call.code)
    asked = {"day": "2026-03-22", "time": "23:59", "zone": "Etc/GMT+12", "reason": "Storms."}

    looked = client.post(address, {**asked, "do": "look"})
    assert (looked.status_code, Call.objects.get().closes_at) == (200, CLOSES_AT)
    assert "Monday 23 March 2026, 11:59" in looked.content.decode()
    for wrong in ({"day": "2026-03-01"}, {"day": "2026-03-15"}, {"time": "24:00"}):  # earlier, the same, no time
        answers = [client.post(address, {**asked, **wrong, "do": do}) for do in ("look", "confirm")]
        assert [answer.status_code for answer in answers] == [422, 422]
        assert ["Is this the moment you mean?" in answer.content.decode() for answer in answers] == [False, False]
    assert (DateChange.objects.count(), Message.objects.count()) == (0, 0)
    assert client.post(address, {**asked, "do": "confirm"}).url == page("call", call.code)
    assert Call.objects.get().closes_at == CLOSES_AT + timedelta(days=7)
    assert Message.objects.count() == 1


REPEATS = [
    ("open", "call_extend", {"day": "2026-03-22", "time": "23:59", "zone": "Etc/GMT+12", "reason": "Storms."},
     ["The deadline is extended; 1 person was told.",
      "The deadline was extended to this moment already: nobody was told again."]),
    ("open", "call_postpone", {"day": "2026-03-22", "time": "23:59", "zone": "Etc/GMT+12", "reason": "Storms."},
     ["It is postponed; 1 person was told.", "It was postponed in the same words already: nobody was told again."]),
    ("decided", "call_postpone", {"reason": "Elections.", "accept_by": "2026-04-01"},
     ["It is postponed; 1 person was told.", "It was postponed in the same words already: nobody was told again."]),
]  # fmt: skip


@pytest.mark.parametrize(("status", "act", "asked", "sentences"), REPEATS)
def test_confirming_the_same_twice_says_what_is_true_and_writes_nothing_twice(
    client, office, status, act, asked, sentences
):
    call = make_call(status=status)
    facts = {"submitted": True, "status": "accepted"} if status == "decided" else {}
    ApplicationFactory(call=call, strand="all", **facts)

    for said in sentences:
        answer = client.post(page(act, call.code), {**asked, "do": "confirm"}, follow=True)
        html = answer.content.decode()
        assert (answer.status_code, [text in html for text in sentences]) == (200, [text == said for text in sentences])

    assert (DateChange.objects.count(), Message.objects.count()) == (1, 1)
    verb = "call.extended" if act == "call_extend" else "call.postponed"
    assert Activity.objects.filter(verb=verb).count() == 1


def test_postponing_is_shown_first_and_then_confirmed(client, office):
    call = make_call(status="decided")
    ApplicationFactory(call=call, strand="all", submitted=True, status="accepted")
    address = page("call_postpone", call.code)

    for do in ("look", "confirm"):
        refused = client.post(address, {"reason": "Elections.", "do": do})
        assert refused.status_code == 422
        assert "Mails cannot be taken back." not in refused.content.decode()
    looked = client.post(address, {"reason": "Elections.", "accept_by": "2026-04-01", "do": "look"})
    assert "Mails cannot be taken back." in looked.content.decode()
    assert DateChange.objects.count() == 0
    client.post(address, {"reason": "Elections.", "accept_by": "2026-04-01", "do": "confirm"})
    assert (DateChange.objects.get().kind, Message.objects.get().template) == ("postponement", "call_accept_again")


def test_copy_page_makes_a_draft_for_another_training(client, office):
    call = make_call(status="open")
    other = make_training(dates={"edtf": "2027-09-06/2027-09-10"}, phases=[])

    assert client.post(page("call_clone", call.code), {"training": ""}).status_code == 422
    client.post(page("call_clone", call.code), {"training": other.slug})

    fresh = Call.objects.exclude(pk=call.pk).get()
    assert (fresh.training, fresh.status) == (other, "draft")
    assert Activity.objects.get(object_key=fresh.code, verb="call.cloned").by == office


def test_preview_shows_the_draft_and_writes_nothing(client, office):
    call = make_call(offer={"en": "A week."})
    typed = filled(client.get(page("call_edit", call.code, "texts")), offer__en="Two weeks.")

    assert "A week." in client.get(reverse("portal:desk_call_preview", args=[call.code])).content.decode()
    posted = client.post(reverse("portal:desk_call_preview", args=[call.code]) + "?section=texts", typed)

    assert "Two weeks." in posted.content.decode()
    assert saved()["offer"] == {"en": "A week."}


def test_all_parts_of_a_call_are_tabs_of_each_other(client, office):
    code = make_call().code
    parts = [
        "Texts",
        "Dates",
        "Strands",
        "Packages and fee",
        "Way of applying and limits",
        "Questions",
        "Rules",
        "Timeline",
    ]
    places = {
        "Dates": page("call_edit", code, "dates"), "Questions": page("call_form", code), "Rules": page("call_rules", code),
        "Timeline": page("call_timeline", code),
    }  # fmt: skip

    for name, address in places.items():
        html = client.get(address).content.decode()
        tabs = html[html.index('aria-label="Parts of this record"') :]
        found = re.findall(r'<a href="([^"]*)"( aria-current="page")?>([^<]*)</a>', tabs[: tabs.index("</nav>")])
        assert [words for _href, _now, words in found] == parts
        assert [(words, href) for href, now, words in found if now] == [(name, address)]
        assert {words: href for href, _now, words in found}.items() >= places.items()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Where it stands"), ("fr", "Où elle en est"), ("es", "En qué punto está")],
)
def test_steps_are_those_of_the_form_alone(client, office, language, words):
    call = make_call()
    with override(language):
        html = client.get(page("call", call.code)).content.decode()
        state = client.get(page("call_steps", call.code)).content.decode()
        link = f'href="{page("call_steps", call.code)}">{words}</a>'
    assert link in html
    assert f"<title>{words}" in state


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_zone_of_a_deadline_is_written_in_words_and_read_in_any_language(client, office, language):
    call = make_call()
    with override(language):
        address = page("call_edit", call.code, "dates")
    opened = client.get(address)
    assert "Etc/GMT" not in opened.content.decode()
    written = filled(opened)["deadline--zone"]
    assert written == {
        "en": "anywhere on Earth (UTC−12)", "fr": "n’importe où sur Terre (UTC−12)",
        "es": "en cualquier lugar de la Tierra (UTC−12)",
    }[language]  # fmt: skip

    for zone in (written, "AoE", "n’importe où  sur terre", "Etc/GMT+12"):
        client.post(address, {**filled(opened, deadline__zone="Asia/Tokyo"), "do": "save"})
        assert saved()["deadline"]["zone"] == "Asia/Tokyo"
        opened = client.get(address)
        client.post(address, {**filled(opened, deadline__zone=zone), "do": "save"})
        assert saved()["deadline"]["zone"] == "Etc/GMT+12"
        opened = client.get(address)


def test_extending_shows_the_zone_in_words_and_takes_it(client, office):
    call = make_call(status="open")
    opened = client.get(page("call_extend", call.code))
    (zone,) = re.findall(r'name="zone" value="([^"]*)"', opened.content.decode())
    asked = {"day": "2026-03-22", "time": "23:59", "zone": zone, "reason": "Storms."}
    assert zone == "anywhere on Earth (UTC−12)"

    client.post(page("call_extend", call.code), {**asked, "do": "confirm"})

    assert saved()["deadline"] == {"day": "2026-03-22", "time": "23:59", "zone": "Etc/GMT+12"}
