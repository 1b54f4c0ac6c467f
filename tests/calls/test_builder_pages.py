"""The builders of forms and rules on the desk, the test bench, and the self-check of strangers."""

import re
from copy import deepcopy

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tessera.accounts.models import Role
from tessera.activity.models import Activity
from tessera.calls import services
from tessera.calls.eligibility import Profile, judge, read_rules
from tessera.calls.models import FormVersion, RuleVersion
from tessera.calls.queries import latest_form, latest_rules
from tessera.calls.questions import bank, default_document, editing, read_form, to_document
from tessera.calls.questions.model import Type
from tessera.core.errors import InvalidDocument
from tessera.core.models import Draft
from tessera.places.models import RegionAssignment
from tessera.places.queries import reference
from tessera.places.services import places_changed
from tessera.publications.models import PublicRecord
from tests.factories.accounts import OfficeUserFactory, RoleGrantFactory, UserFactory
from tests.factories.calls import FORM, make_call
from tests.factories.grants import make_table
from tests.factories.moments import NOW
from tests.factories.pages import filled, forms_of
from tests.factories.programmes import make_programme, make_training

pytestmark = pytest.mark.django_db

AGE = {"key": "age", "kind": "age_at", "weight": "hard", "params": {"on": "2026-12-31", "max": 45}}
DUES = {
    "key": "dues", "kind": "membership", "weight": "hard",
    "params": {"years": [2026], "or_commits_by": "2026-06-01"}, "reason": {"en": "Members pay the dues."},
}  # fmt: skip


def page(name, *arguments):
    return reverse(f"calls:{name}", args=arguments)


def desk_pages(code, question="letter", step="you", rule="age"):
    return {
        page("call_form", code), page("call_form_add", code), page("call_form_question_new", code) + "?type=file",
        page("call_form_question", code, question), page("call_form_question_remove", code, question),
        page("call_form_step_new", code), page("call_form_step", code, step), page("call_form_step_remove", code, step),
        page("call_form_history", code), reverse("portal:desk_call_form_preview", args=[code]),
        page("call_rules", code), page("call_rule_new", code, "-") + "?kind=age_at", page("call_rule", code, "-", rule),
        page("call_rule_remove", code, "-", rule), page("call_rules_bench", code), page("call_rules_history", code),
    }  # fmt: skip


def keys(call):
    return [[question["key"] for question in step["questions"]] for step in latest_form(call).document["steps"]]


def told_in(response):
    """(place, before, after) of each change that the page tells."""
    rows = re.findall(r"<div><dt[^>]*>(.*?)</dt><dd>(.*?)</dd></div>", response.content.decode(), re.DOTALL)
    plain = lambda html: " ".join(re.sub(r'<span class="vh">.*?</span>|<[^>]+>', " ", html).split())  # noqa: E731
    return [(plain(label), *(plain(side) for side in sides.split("→"))) for label, sides in rows]


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_host_builds_drafts_in_scope_and_nothing_else(client):
    here = make_training(places=[{"country": "SN"}], dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])
    make_call(id="here", training=here.slug, rules=[AGE])
    make_call(id="there", rules=[AGE])
    make_call(id="public", training=here.slug, status="open", rules=[AGE])
    user = UserFactory()
    RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="SN")
    client.force_login(user)

    assert {client.get(address).status_code for address in desk_pages("here")} == {200}
    assert {client.get(address).status_code for address in desk_pages("there")} == {404}
    assert {client.get(address).status_code for address in desk_pages("public")} == {403}
    client.post(page("call_form_question_remove", "public", "letter"), {"version": "1"})
    client.post(page("call_rule_remove", "public", "-", "age"), {"version": "1", "reason": "No."})
    assert (FormVersion.objects.count(), RuleVersion.objects.count()) == (3, 3)
    assert client.get(reverse("grants:tables")).status_code == 403


@pytest.mark.parametrize("role", [None, *(role for role in Role.values if role not in ("office", "host"))])
def test_nobody_else_reaches_the_builders(client, role):
    make_call(id="draft", rules=[AGE])
    make_call(id="public", status="open", rules=[AGE])
    client.force_login(UserFactory(roles=[role] if role else []))

    assert {client.get(address).status_code for address in desk_pages("draft")} == {404}
    assert {client.get(address).status_code for address in desk_pages("public")} == {403}
    assert client.get(reverse("grants:tables")).status_code == 403
    client.post(page("call_form", "public"), {"do": "down:name"})
    assert FormVersion.objects.count() == 2


def many(n):
    form = deepcopy(FORM)
    form["steps"][0]["questions"] += [
        {
            "key": f"more_{i}",
            "type": "choice",
            "label": {"en": f"More {i}"},
            "options": [{"key": "a", "label": {"en": "A"}}],
        }
        for i in range(n)
    ]
    rules = [{**AGE, "key": f"age_{i}"} for i in range(n)]
    rules += [
        {"key": f"where_{i}", "kind": "country_of_work", "params": {"table": "dues", "categories": ["one"]}}
        for i in range(n)
    ]
    return make_call(form=form, rules=rules)


@pytest.mark.parametrize("n", [1, 3])
def test_query_counts_do_not_grow(client, office, n):
    make_table()
    code = many(n).code
    counts = {}
    for name in ("call_form", "call_form_history", "call_rules", "call_rules_history"):
        client.get(page(name, code))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(name, code)).status_code == 200
        counts[name] = len(queries)

    # Each: session, user, grants, call, its latest version. Then other calls; versions; strands, venues, credits and the
    # call again, questions, and the tables of categories as choices and as a lookup; questions and sister calls for words.
    assert counts == {"call_form": 6, "call_form_history": 6, "call_rules": 18, "call_rules_history": 13}


def test_every_type_is_made_from_its_page_and_saves_nothing_when_posted_unchanged(client, office):
    call = make_call(form=default_document(2026))
    for question in editing.question_keys(latest_form(call).document):
        address = page("call_form_question", call.code, question)
        fields = filled(client.get(address))
        assert client.post(address, {**fields, "do": "save"}).status_code == 302, question
    assert latest_form(call).number == 1
    assert latest_form(call).document == to_document(read_form(default_document(2026)))

    extra = {
        "options": {"options-rows": "2", "options-0-was": "", "options-0-label--en": "Yes", "options-1-was": "",
                    "options-1-label--en": "No", "options-1-key": "nope", "options-1-alone": "on"},
        "columns": {"columns-rows": "1", "columns-0-was": "", "columns-0-label--en": "Post", "columns-0-type": "choice",
                    "columns-0-lines--en": "Head\nOther", "columns-0-lines--fr": "Direction\nAutre"},
    }  # fmt: skip
    for kind in Type:
        address = page("call_form_question_new", call.code) + f"?type={kind}&step=work"
        fields = filled(client.get(address), label__en=f"New {kind}")
        for prefix, more in extra.items():
            if f"{prefix}-rows" in fields:
                fields |= more
        answer = client.post(address, {**fields, "do": "save"})
        assert answer.status_code == 302, (kind, answer.content.decode())
    form = read_form(latest_form(call).document)
    made = {str(question.type): question for question in form.questions if question.key.startswith("new_")}
    assert set(made) == set(Type)
    assert [(option.key, option.alone) for option in made["choice"].options] == [("yes", False), ("nope", False)]
    assert [(option.key, option.alone) for option in made["choices"].options] == [("yes", False), ("nope", True)]
    column = made["rows"].columns[0]
    assert [(option.key, dict(option.label)) for option in column.options] == [
        ("head", {"en": "Head", "fr": "Direction"}), ("other", {"en": "Other", "fr": "Autre"}),
    ]  # fmt: skip
    assert made["email"].identity
    assert made["email"].seen_by == "committee"


def test_reviewers_are_never_offered_and_never_given_what_tells_who_it_is(client, office):
    call = make_call()
    address = page("call_form_question_new", call.code) + "?type=phone"
    html = client.get(address).content.decode()
    assert 'value="reviewers"' not in html
    fields = filled(client.get(page("call_form_question", call.code, "name")), seen_by="reviewers")

    answer = client.post(page("call_form_question", call.code, "name"), {**fields, "do": "save"})

    assert answer.status_code == 422
    assert "reviewers never see it" in answer.content.decode()
    assert latest_form(call).number == 1


def test_questions_move_by_buttons_and_by_dragging_and_are_removed_after_a_look(client, office):
    call = make_call()
    address = page("call_form", call.code)
    client.post(address, {"do": "down:name", "version": "1"})
    assert keys(call) == [[], ["name", "letter"]]
    client.post(address, {"do": "place:letter:you:0", "version": "2"})
    assert keys(call) == [["letter"], ["name"]]
    client.post(address, {"do": "step_down:you", "version": "3"})
    assert keys(call) == [["name"], ["letter"]]
    assert client.post(address, {"do": "up:nothing"}).status_code == 302
    assert client.post(address, {"do": "nonsense"}).status_code == 422
    assert latest_form(call).number == 4

    gone = page("call_form_question_remove", call.code, "letter")
    assert "Why you?" in client.get(gone).content.decode()
    assert client.post(gone, {"version": "3"}).url == gone
    assert latest_form(call).number == 4
    client.post(gone, {"version": "4"})
    assert keys(call) == [["name"], []]
    log = Activity.objects.filter(verb="call.form_saved", object_key=call.code)
    assert log.count() == 5
    html = client.get(page("call_form_history", call.code)).content.decode()
    assert "Version 5" in html
    assert "<p>Question: <del>Why you?</del>" in html
    assert "Only the order differs." in html


def test_a_form_begins_from_the_usual_one_or_from_another_calls(client, office):
    source, usual, other = make_call(), make_call(form=None), make_call(form=None)
    client.post(page("call_form", usual.code), {"do": "usual"})
    assert latest_form(usual).document == to_document(read_form(default_document(2026)))
    client.post(page("call_form", other.code), {"do": "other", "other": source.code})
    assert latest_form(other).document == latest_form(source).document
    client.post(page("call_form", usual.code), {"do": "other", "other": source.code})
    assert latest_form(usual).number == 1


def test_a_question_that_does_not_say_why_it_is_asked_is_pointed_out(client, office):
    call = make_call()
    html = client.get(page("call_form", call.code)).content.decode()
    assert html.count("does not say why it is asked") == len(keys(call)[0] + keys(call)[1]) == 2
    client.post(page("call_form_add", call.code), {"step": "motivation", "question": "motivation"})

    assert client.get(page("call_form", call.code)).content.decode().count("does not say why it is asked") == 2
    assert keys(call) == [["name"], ["letter", "motivation"]]


def test_questions_come_from_the_bank_once(client, office):
    call = make_call()
    address = page("call_form_add", call.code)
    first = bank(2026)[1].document["key"]
    html = client.get(address + "?step=motivation").content.decode()
    assert f'value="{first}"' in html
    client.post(address, {"step": "motivation", "question": first})
    client.post(address, {"step": "motivation", "question": first})
    client.post(address, {"step": "motivation", "question": "dues_years"})
    assert keys(call) == [["name"], ["letter", first, "dues_years"]]
    assert latest_form(call).document["steps"][1]["questions"][2]["show_if"] is None
    assert client.get(address + "?step=nowhere").status_code == 404


def test_a_condition_is_written_with_selects_in_two_looks(client, office):
    choice = {
        "key": "grant", "type": "choice", "label": {"en": "Grant?"},
        "options": [{"key": "yes", "label": {"en": "Yes"}}, {"key": "no", "label": {"en": "No"}}],
    }  # fmt: skip
    call = make_call(form=editing.with_question(FORM, choice, "you"))
    address = page("call_form_question", call.code, "letter")
    row = {"show--rows-rows": "1", "show--rows-0-was": "", "show--rows-0-question": "grant", "show--rows-0-op": "is"}
    fields = {**filled(client.get(address)), **row}

    looked = client.post(address, {**fields, "do": "look:show--rows-0-values"})
    assert 'value="yes"' in looked.content.decode()
    assert looked.content.decode().count("asked only where an earlier answer calls for it") == 1
    assert latest_form(call).number == 1
    assert client.post(address, {**fields, "do": "save"}).status_code == 422
    answer = client.post(address, {**fields, "show--rows-0-values": ["yes"], "do": "save"})
    assert answer.status_code == 302
    assert editing.question_in(latest_form(call).document, "letter")["show_if"] == {
        "question": "grant", "op": "is", "values": ["yes"],
    }  # fmt: skip
    assert client.post(address, {**filled(client.get(address)), "do": "save"}).status_code == 302
    assert latest_form(call).number == 2


def test_two_tabs_on_one_question_the_second_is_told_and_keeps_what_it_wrote(client, office):
    call = make_call()
    address = page("call_form_question", call.code, "letter")
    fields = filled(client.get(address))
    client.post(address, {**fields, "label--en": "Theirs", "do": "save"})

    answer = client.post(address, {**fields, "label--en": "Mine", "do": "save"})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Mine</textarea>" in html
    assert told_in(answer) == [("Question in English", "Why you?", "Theirs")]
    assert editing.question_in(latest_form(call).document, "letter")["label"]["en"] == "Theirs"
    over = {**filled(answer), "do": "save"}
    assert client.post(address, over).status_code == 302
    assert editing.question_in(latest_form(call).document, "letter")["label"]["en"] == "Mine"


def test_the_versions_of_the_questions_are_told_in_words(client, office):
    form = deepcopy(FORM)
    form["steps"][0]["questions"].append({
        "key": "grant", "type": "choice", "label": {"en": "Grant?"},
        "options": [{"key": "yes", "label": {"en": "Yes, please"}}, {"key": "no", "label": {"en": "No"}}],
    })  # fmt: skip
    call = make_call(form=form)
    address = page("call_form_question", call.code, "letter")
    changed = {
        "step": "you", "seen_by": "committee", "limit--max": "200", "show--rows-rows": "1", "show--rows-0-was": "",
        "show--rows-0-question": "grant", "show--rows-0-op": "is", "show--rows-0-values": ["yes"], "do": "save",
    }  # fmt: skip
    client.post(address, {**filled(client.get(address)), **changed})
    step = page("call_form_step", call.code, "you")
    client.post(step, {**filled(client.get(step)), "title--fr": "Vous-même", "do": "save"})

    answer = client.get(page("call_form_history", call.code))

    assert told_in(answer) == [
        ("Title in French", "Vous", "Vous-même"),
        ("In the step", "Motivation", "About you"),
        ("At most", "300", "200"),
        ("Who reads the answer", "reviewers, the committee and the office", "the committee and the office"),
        ("Asked only if", "nothing", "“Grant?” is: Yes, please"),
    ]
    html = answer.content.decode()
    assert "<p>Question: <b>Why you?</b></p>" in html
    assert "<p>Step: <b>About you</b></p>" in html
    assert "<code>" not in html.split("<h2", 1)[1]


def test_what_is_typed_about_a_question_is_kept_offered_and_gone_once_saved(client, office):
    call = make_call()
    address = page("call_form_question", call.code, "letter")
    fields = filled(client.get(address))

    kept = client.post(f"{address}?keep=1", {**fields, "label--en": "Half a thought"})

    assert kept.json() == {"kept": True, "at": NOW.isoformat()}
    assert latest_form(call).number == 1
    offered = client.get(address)
    assert "You have unsaved text here." in offered.content.decode()
    assert "Half a thought" not in offered.content.decode()
    taken = client.get(f"{address}?draft=take")
    assert "Half a thought</textarea>" in taken.content.decode()
    saved = client.post(address, {**filled(taken), "do": "save"})
    assert saved.url == page("call_form", call.code) + "?saved=question%3Aletter#q-letter"
    assert f'data-saved-draft="{office.pk}:call:{call.code}:question:letter"' in client.get(saved.url).content.decode()
    assert editing.question_in(latest_form(call).document, "letter")["label"]["en"] == "Half a thought"
    assert not Draft.objects.exists()

    new = page("call_form_question_new", call.code) + "?type=phone&step=you"
    client.post(f"{new}&keep=1", {**filled(client.get(new)), "label--en": "Telephone"})
    assert "You have unsaved text here." in client.get(new).content.decode()
    other = page("call_form_question_new", call.code) + "?type=email&step=you"
    assert "You have unsaved text here." not in client.get(other).content.decode()
    assert client.post(f"{new}&keep=1", {"do": "discard"}).url == new
    assert not Draft.objects.exists()
    for kept_address in (
        page("call_form_step", call.code, "you"), page("call_rule_new", call.code, "-") + "?kind=age_at",
    ):  # fmt: skip
        client.get(kept_address)
        there = f"{kept_address}{'&' if '?' in kept_address else '?'}keep=1"
        assert client.post(there, filled(client.get(kept_address))).json()["kept"]
    assert Draft.objects.count() == 2


def test_text_posted_after_the_session_had_ended_is_there_again(client, office):
    call = make_call()
    address = page("call_form_question", call.code, "letter")
    fields = filled(client.get(address))
    client.logout()
    client.post(address, {**fields, "label--en": "Written late", "do": "save"})
    session = client.session["kept_text"]
    client.force_login(office)
    later = client.session
    later["kept_text"] = session
    later.save()

    html = client.get(address).content.decode()

    assert "Written late</textarea>" in html
    assert "This is your unsaved text." in html
    assert latest_form(call).number == 1


def test_a_look_at_a_question_runs_as_its_language_does(client, office, settings):
    call = make_call()
    settings.CONTENT_LANGUAGES = ["en", "ar"]

    html = client.get(page("call_form_question", call.code, "letter")).content.decode()

    assert re.findall(r'<div class="panel phone"([^>]*)>', html) == [' lang="en"', ' lang="ar" dir="rtl"']
    assert re.findall(r'<h3 class="as4"([^>]*)>', html) == [' lang="en"', ' lang="ar" dir="rtl"']


def test_a_question_is_looked_at_as_it_is_written_in_each_language_without_being_saved(client, office):
    call = make_call()
    address = page("call_form_question", call.code, "letter")
    opened = client.get(address)
    assert opened.content.decode().count('class="panel phone"') == 3
    fields = filled(opened)

    looked = client.post(address, {**fields, "label--es": "¿Por qué no?", "limit--max": "120", "do": "look:preview"})

    looks = re.findall(
        r'<div class="panel phone" lang="(\w+)">(.*?)</div>\s*</div>', looked.content.decode(), re.DOTALL
    )
    assert looked.status_code == 200
    assert [language for language, _html in looks] == ["en", "fr", "es"]
    assert ["Why you?" in looks[0][1], "Pourquoi vous" in looks[1][1], "¿Por qué no?" in looks[2][1]] == [True] * 3
    assert "120" in looks[0][1]
    assert '<form method="post" action=' not in "".join(html for _language, html in looks)
    assert latest_form(call).number == 1
    wrong = client.post(address, {**fields, "limit--max": "-3", "do": "look:preview"})
    assert wrong.status_code == 422
    assert "Write a whole number from 1 to 30000." in wrong.content.decode()
    new = page("call_form_question_new", call.code) + "?type=choice&step=you"
    options = {"options-rows": "1", "options-0-was": "", "options-0-label--en": "A van"}
    looked = client.post(new, {**filled(client.get(new)), **options, "label--en": "How?", "do": "look:preview"})
    assert looked.content.decode().count("A van") == 4
    assert latest_form(call).number == 1


def test_two_tabs_on_two_questions_are_both_in(client, office):
    call = make_call()
    letter, name = (page("call_form_question", call.code, key) for key in ("letter", "name"))
    one, other = filled(client.get(letter)), filled(client.get(name))
    client.post(letter, {**one, "label--en": "Letter anew", "do": "save"})
    assert client.post(name, {**other, "label--en": "Name anew", "do": "save"}).status_code == 302
    document = latest_form(call).document
    assert [q["label"]["en"] for step in document["steps"] for q in step["questions"]] == ["Name anew", "Letter anew"]


def test_an_open_call_takes_harmless_changes_and_says_why_not_to_others(client, office):
    call = make_call(status="open")
    address = page("call_form_question", call.code, "letter")
    fields = filled(client.get(address))

    refused = client.post(address, {**fields, "limit--max": "100", "do": "save"})
    assert refused.status_code == 422
    assert "cannot become stricter" in refused.content.decode()
    client.post(page("call_form_question_remove", call.code, "letter"), {"version": "1"})
    client.post(page("call_form_step_remove", call.code, "you"), {"version": "1"})
    assert latest_form(call).number == 1
    said = client.get(page("call_form", call.code)).content.decode()
    assert "it stays until the call is closed" in said
    assert client.post(address, {**fields, "limit--max": "400", "reason": "Asked.", "do": "save"}).status_code == 302
    assert (latest_form(call).number, latest_form(call).reason) == (2, "Asked.")


@pytest.mark.parametrize("status", ["draft", "open"])
@pytest.mark.parametrize(
    ("kind", "more", "why"),
    [
        ("date", {"fact": "birth_date"}, "The rules learn something from this answer"),
        ("referee", {}, "What somebody else wrote about an applicant is kept"),
        ("endorsement", {"channel": "employer"}, "What somebody else wrote about an applicant is kept"),
    ],
)
def test_what_lives_on_elsewhere_is_never_said_to_be_deleted_early(client, office, status, kind, more, why):
    form = deepcopy(FORM)
    form["steps"][1]["questions"].append({"key": "odd", "type": kind, "label": {"en": "Odd?"}, **more})
    call = make_call(status=status, form=form)
    address = page("call_form_question", call.code, "odd")

    answer = client.post(address, {**filled(client.get(address)), "sensitive": "on", "do": "save"})

    assert (answer.status_code, why in answer.content.decode()) == (422, True)
    assert FormVersion.objects.get(call=call).document["steps"][1]["questions"][1].get("sensitive") is None


@pytest.mark.parametrize("status", ["draft", "open"])
@pytest.mark.parametrize(
    ("kind", "more", "why"),
    [
        ("date", {"fact": "birth_date"}, "judge before anybody is selected"),
        ("referee", {}, "is written to when the application is sent"),
        ("endorsement", {"channel": "employer"}, "is written to when the application is sent"),
    ],
)
def test_what_is_needed_before_the_selection_is_not_asked_after_it(client, office, status, kind, more, why):
    call = make_call(status=status)
    asked = {"key": "odd", "type": kind, "label": {"en": "Odd?"}, **more}
    services.save_form(call, editing.with_question(FORM, asked, "you"), by=None, at=NOW)
    address = page("call_form_question", call.code, "odd")

    answer = client.post(address, {**filled(client.get(address)), "stage": "after_selection", "do": "save"})

    assert (answer.status_code, why in answer.content.decode()) == (422, True)
    assert (latest_form(call).number, editing.question_in(latest_form(call).document, "odd")["stage"]) == (2, "apply")


def test_what_is_asked_too_late_since_earlier_times_stays_in_its_call_and_is_asked_in_time_in_a_copy():
    odd = {"key": "odd", "type": "referee", "label": {"en": "Odd?"}}
    call = make_call(status="open", form={"steps": [{"key": "you", "title": {"en": "You"}, "questions": [odd]}]})
    row = FormVersion.objects.get(call=call)
    row.document["steps"][0]["questions"][0]["stage"] = "after_selection"
    row.save()
    changed = deepcopy(row.document)
    changed["steps"][0]["questions"][0]["help"] = {"en": "Who knows your work."}

    services.save_form(call, changed, by=None, at=NOW)
    copy = services.clone_call(call, call.training, by=None, at=NOW)

    assert [
        one["steps"][0]["questions"][0]["stage"]
        for one in FormVersion.objects.order_by("pk").values_list("document", flat=True)
    ] == ["after_selection", "after_selection", "apply"]
    assert FormVersion.objects.filter(call=copy).count() == 1


def test_a_mark_of_earlier_times_stays_in_its_call_and_is_left_out_of_a_copy():
    odd = {"key": "odd", "type": "date", "label": {"en": "Odd?"}, "fact": "birth_date"}
    call = make_call(status="open", form={"steps": [{"key": "you", "title": {"en": "You"}, "questions": [odd]}]})
    row = FormVersion.objects.get(call=call)
    row.document["steps"][0]["questions"][0]["sensitive"] = True
    row.save()
    changed = deepcopy(row.document)
    changed["steps"][0]["questions"][0]["help"] = {"en": "As in the passport."}

    services.save_form(call, changed, by=None, at=NOW)
    copy = services.clone_call(call, call.training, by=None, at=NOW)

    assert [
        one["steps"][0]["questions"][0].get("sensitive")
        for one in FormVersion.objects.order_by("pk").values_list("document", flat=True)
    ] == [True, True, None]
    assert FormVersion.objects.get(call=copy).document["steps"][0]["questions"][0]["fact"] == "birth_date"


def test_a_promise_worded_anew_gets_the_next_number(client, office):
    promise = {"key": "attend", "type": "commitment", "label": {"en": "I attend."}, "required": True}
    call = make_call(form=editing.with_question(FORM, promise, "you"), status="open")
    address = page("call_form_question", call.code, "attend")
    client.post(address, {**filled(client.get(address)), "label--fr": "J’assiste.", "do": "save"})
    assert editing.question_in(latest_form(call).document, "attend")["wording"] == 1
    client.post(address, {**filled(client.get(address)), "label--en": "I attend all of it.", "do": "save"})
    assert editing.question_in(latest_form(call).document, "attend")["wording"] == 2


def test_the_preview_draws_every_step_in_each_language_at_phone_width(client, office):
    call = make_call(form=default_document(2026))
    address = reverse("portal:desk_call_form_preview", args=[call.code])
    for step in latest_form(call).document["steps"]:
        for language in ("en", "fr", "es"):
            html = client.get(f"{address}?step={step['key']}&language={language}").content.decode()
            assert f'class="panel phone" lang="{language}"' in html
            assert all(f'data-question="{question["key"]}"' in html for question in step["questions"])
            assert step["title"][language] in html.replace("&#x27;", "'")
    assert client.get(reverse("portal:desk_call_form_preview", args=[make_call(form=None).code])).status_code == 404


def test_a_rule_is_made_grouped_moved_and_removed(client, office):
    call = make_call(rules=[AGE])
    new = page("call_rule_new", call.code, "-") + "?kind=membership"
    fields = {
        **filled(client.get(new)), "params--years": "2025, 2026", "params--or_commits_by": "2026-06-01",
        "reason--en": "Members pay.", "place": "any_of:age", "do": "save",
    }  # fmt: skip
    assert client.post(new, fields).status_code == 302
    assert latest_rules(call).document["rules"] == [
        {
            "key": "any_of", "kind": "any_of", "weight": "hard",
            "rules": [
                {"key": "age", "kind": "age_at", "params": {"on": "2026-12-31", "max": 45}},
                {
                    "key": "membership", "kind": "membership",
                    "params": {"years": [2025, 2026], "or_commits_by": "2026-06-01"}, "reason": {"en": "Members pay."},
                },
            ],
        }
    ]  # fmt: skip
    client.post(page("call_rules", call.code), {"do": "up:-:membership"})
    assert [rule["key"] for rule in latest_rules(call).document["rules"][0]["rules"]] == ["membership", "age"]
    for key in ("any_of", "membership", "age"):
        address = page("call_rule", call.code, "-", key)
        assert client.post(address, {**filled(client.get(address)), "do": "save"}).status_code == 302
    assert latest_rules(call).number == 3
    gone = page("call_rule_remove", call.code, "-", "any_of")
    assert "2 rules in it go with it." in client.get(gone).content.decode()
    client.post(gone, {"version": "3"})
    assert latest_rules(call).document == {"rules": []}


@pytest.mark.parametrize("scheme", ["unesco", "unesco_split"])
def test_a_rule_names_regions_of_the_programme_and_keeps_what_it_meant(client, office, scheme):
    make_programme(coverage={"scheme": scheme})
    places = reference().scheme("unesco_split").by_code
    earlier = {"key": "where", "kind": "country_of_work", "weight": "hard", "params": {"regions": ["ENA"]}}
    call = make_call(rules=[earlier])
    address = page("call_rule", call.code, "-", "where")
    html = client.get(address).content.decode()
    own = {"unesco": ["AFR", "ARB", "APA", "ENA", "LAC"], "unesco_split": [
        "unesco_split.AFR", "unesco_split.ARB", "unesco_split.APA", "unesco_split.EUR", "unesco_split.NAM",
        "unesco_split.LAC", "ENA",
    ]}[scheme]  # fmt: skip
    assert re.findall(r'name="params--regions" value="([\w.]+)"', html) == own
    ena = "Europe and North America" + ("" if scheme == "unesco" else " (UNESCO regions)")
    assert f"Regions: {ena}" in " ".join(client.get(page("call_rules", call.code)).content.decode().split())
    client.post(address, {**filled(client.get(address)), "do": "save"})
    assert (latest_rules(call).number, latest_rules(call).document) == (1, {"rules": [earlier]})

    if scheme == "unesco":
        return
    sent = {**filled(client.get(address)), "params--regions": ["ENA", "unesco_split.NAM"], "do": "save"}
    assert client.post(address, sent).status_code == 302
    params = {
        "regions": ["ENA", "unesco_split.NAM"], "region_countries": {"unesco_split.NAM": sorted(places["NAM"].countries)},
    }  # fmt: skip
    assert latest_rules(call).document == {"rules": [earlier | {"params": params}]}
    sent |= {"params--regions": ["unesco_split.NAM"], "version": "2"}
    assert client.post(address, sent).status_code == 302
    (rule,) = read_rules(latest_rules(call).document)
    verdicts = {code: judge([rule], Profile(country_of_work=code), on=NOW.date())[0].outcome for code in ("US", "FR")}
    assert verdicts == {"US": "met", "FR": "not_met"}
    assert "Regions: North America" in " ".join(client.get(page("call_rules", call.code)).content.decode().split())

    RegionAssignment.objects.filter(region__scheme__code="unesco_split", country="US").delete()
    places_changed()
    client.post(address, {**filled(client.get(address)), "reason--en": "Paid for there.", "do": "save"})
    assert read_rules(latest_rules(call).document)[0].params["region_countries"]["unesco_split.NAM"] == tuple(
        sorted(places["NAM"].countries)
    )


def test_a_region_that_no_scheme_has_is_refused(client, office):
    call = make_call(rules=[AGE])
    where = {"key": "where", "kind": "country_of_work", "weight": "hard", "params": {"regions": ["unesco_split.XX"]}}

    with pytest.raises(InvalidDocument) as refused:
        services.save_rules(call, {"rules": [where]}, by=office, at=NOW)

    assert refused.value.errors == {"rules[0].params.regions": ["“unesco_split.XX” is no region of a scheme in force."]}
    assert latest_rules(call).document == {"rules": [AGE]}


def test_a_rule_with_the_key_new_has_its_page_beside_that_of_a_new_one(client, office):
    call = make_call(rules=[AGE | {"key": "new"}])
    address = page("call_rule", call.code, "-", "new")

    answer = client.post(address, {**filled(client.get(address), params__max="50"), "do": "save"})

    assert answer.status_code == 302
    assert [(rule["key"], rule["params"]["max"]) for rule in latest_rules(call).document["rules"]] == [("new", 50)]
    services.save_rules(call, {"rules": []}, by=None, at=NOW)
    assert client.get(address).status_code == 404


def test_every_kind_has_its_page_and_wrong_settings_are_said_at_their_field(client, office):
    from tessera.calls.eligibility.reading import PARAMS

    call = make_call(form=default_document(2026))
    for kind in PARAMS:
        assert client.get(page("call_rule_new", call.code, "-") + f"?kind={kind}").status_code == 200
    assert client.get(page("call_rule_new", call.code, "-") + "?kind=magic").status_code == 404
    new = page("call_rule_new", call.code, "-") + "?kind=age_at"
    answer = client.post(new, {**filled(client.get(new)), "params--min": "50", "params--max": "40", "do": "save"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "The most is less than the least." in html
    assert 'id="id_params--on_error"' in html
    assert latest_rules(call).document == {"rules": []}


def test_the_versions_of_the_rules_are_told_in_words(client, office):
    call = make_call(rules=[AGE, DUES])
    address = page("call_rule", call.code, "-", "age")
    changed = {
        "params--max": "50",
        "params--on": "2027-01-31",
        "weight": "priority",
        "reason--en": "Mid-career.",
        "do": "save",
    }
    client.post(address, {**filled(client.get(address)), **changed})
    client.post(address, {**filled(client.get(address)), "place": "any_of:dues", "do": "save"})
    client.post(page("call_rule_remove", call.code, "-", "dues"), {"version": "3"})

    answer = client.get(page("call_rules_history", call.code))

    html = answer.content.decode()
    assert re.findall(r"<p>Rule: <(\w+)>(.*?)</", html) == [
        ("del", "Membership or a promise to join (Dues paid for the years: 2026; Or commits to join by: 1 June 2026)"),
        ("ins", "One of these is enough"),
        ("b", "Membership or a promise to join (Dues paid for the years: 2026; Or commits to join by: 1 June 2026)"),
        ("b", "Age on a day (On the day: 31 January 2027; At most, in years: 50)"),
        ("b", "Age on a day (On the day: 31 January 2027; At most, in years: 50)"),
    ]
    assert told_in(answer)[-4:] == [
        ("On the day", "31 December 2026", "31 January 2027"),
        ("At most, in years", "45", "50"),
        ("Weight", "hard: computed, and keeps from submitting", "priority: preferred, excludes nobody"),
        ("Reason", "nothing", "English Mid-career."),
    ]
    assert ("In the group", "nothing", "One of these is enough") in told_in(answer)
    history = client.get(reverse("calls:call_history", args=[call.code])).content.decode()
    assert "changed the rules" in history
    assert "params" not in history


def test_two_tabs_on_one_rule_the_second_keeps_what_it_wrote(client, office):
    call = make_call(rules=[AGE, DUES])
    address = page("call_rule", call.code, "-", "age")
    fields = filled(client.get(address))
    client.post(address, {**fields, "params--max": "40", "do": "save"})
    answer = client.post(address, {**fields, "params--max": "50", "do": "save"})
    assert answer.status_code == 409
    assert 'value="50"' in answer.content.decode()
    assert latest_rules(call).document["rules"][0]["params"]["max"] == 40
    client.post(address, {**filled(answer), "do": "save"})
    assert latest_rules(call).document["rules"][0]["params"]["max"] == 50


def test_rules_of_an_open_call_need_a_reason_and_never_begin_to_exclude(client, office):
    call = make_call(status="open", rules=[AGE])
    address = page("call_rule", call.code, "-", "age")
    fields = {**filled(client.get(address)), "params--max": "50", "do": "save"}
    assert client.post(address, fields).status_code == 422
    new = page("call_rule_new", call.code, "-") + "?kind=experience"
    strict = {**filled(client.get(new)), "params--min": "3", "reason": "Late.", "do": "save"}
    answer = client.post(new, strict)
    assert answer.status_code == 422
    assert "cannot begin to exclude people now" in answer.content.decode()
    assert latest_rules(call).number == 1
    assert client.post(address, {**fields, "reason": "Too narrow."}).status_code == 302
    assert (latest_rules(call).number, latest_rules(call).reason) == (2, "Too narrow.")


def test_the_list_warns_where_texts_audience_questions_and_rules_differ(client, office):
    training = make_training(
        audience={"scope": "regional", "countries": ["PE", "BO"], "unesco_regions": []},
        dates={"edtf": "2026-09-07/2026-09-11"}, phases=[],
    )  # fmt: skip
    where = {"key": "where", "kind": "country_of_work", "params": {"countries": ["PE"]}}
    call = make_call(training=training.slug, audience={"en": "For people aged 40 or less."}, rules=[AGE, where])
    html = client.get(page("call_rules", call.code)).content.decode()
    assert "The text says 40, the rule 45." in html
    assert "This rule turns away 1 country of the training: Bolivia" in html
    assert "No question of the form asks for this: date of birth." in html


def test_each_strand_is_warned_where_it_asks_for_no_country_or_for_more(client, office):
    training = make_training(
        audience={"scope": "regional", "countries": ["PE", "BO"], "unesco_regions": []},
        dates={"edtf": "2026-09-07/2026-09-11"}, phases=[],
    )  # fmt: skip
    strands = [{"key": "all", "name": {"en": "Region"}}, {"key": "host", "name": {"en": "Host"}}]
    call = make_call(training=training.slug, strands=strands, rules=[AGE])
    open_to_all = "The training is for 2 countries, but no hard rule asks for the country of work."
    assert client.get(page("call_rules", call.code)).content.decode().count(open_to_all) == 2

    only = {"key": "where", "kind": "country_of_work", "params": {"countries": ["PE"]}}
    more = {"key": "where", "kind": "country_of_work", "params": {"countries": ["PE", "BO", "CL"]}}
    services.save_rules(
        call, {"rules": [AGE], "strands": {"host": {"rules": [only]}, "all": {"rules": [more]}}}, by=None, at=NOW
    )
    html = client.get(page("call_rules", call.code)).content.decode()
    assert open_to_all not in html
    assert "turns away" not in html
    assert html.count("This rule lets in 1 country that the training is not for: Chile.") == 1


def test_the_bench_judges_an_imagined_person_and_keeps_nothing(client, office):
    call = make_call(rules=[AGE, DUES])
    before = Activity.objects.count()
    address = page("call_rules_bench", call.code)
    html = client.get(f"{address}?ask=1&birth_date=1970-05-01&membership=will_join").content.decode()
    assert "1 rule would keep this person from submitting." in html
    assert "Aged 56 on 31 December 2026; at most 45 is allowed." in html
    assert "Commits to join by 1 June 2026." in html
    assert "2 rules would keep" in client.get(f"{address}?ask=1").content.decode()
    assert "Not every hard condition is met yet." in client.get(f"{address}?ask=1").content.decode()
    assert client.get(f"{address}?ask=1&birth_date=never").status_code == 200
    assert Activity.objects.count() == before


def test_the_bench_without_any_rule_has_nothing_to_judge(client, office):
    call = make_call()
    empty = client.get(page("call_rules_bench", call.code)).content.decode()
    assert ("There is no rule to test yet." in empty, ">Judge</button>" in empty) == (True, False)

    strands = make_call(strands=[{"key": "all", "name": {"en": "Region"}}, {"key": "host", "name": {"en": "Host"}}])
    services.save_rules(strands, {"rules": [], "strands": {"host": {"rules": [AGE]}}}, by=None, at=NOW)
    other = client.get(page("call_rules_bench", strands.code)).content.decode()  # its first strand has none
    assert ("There is no rule to test yet." in other, ">Judge</button>" in other) == (True, True)


def test_the_preview_marks_its_step_its_language_and_its_width(client, office):
    address = reverse("portal:desk_call_form_preview", args=[make_call().code])

    html = client.get(f"{address}?step=motivation&language=fr&width=wide").content.decode()

    marked = re.findall(r'<a href="[^"]*"(?: lang="\w+")? aria-current="(?:page|true)">([^<]*)</a>', html)
    assert [words for words in marked if words in ("Motivation", "Français", "Wide", "As on a phone", "About you")] == [
        "Motivation", "Français", "Wide",
    ]  # fmt: skip


def test_the_bench_says_which_priorities_are_met_beside_the_hard_conditions(client, office):
    here = {"key": "here", "kind": "country_of_work", "weight": "priority", "params": {"countries": ["TG"]}}
    address = page("call_rules_bench", make_call(rules=[AGE, {**DUES, "weight": "priority"}, here]).code)

    met = client.get(f"{address}?ask=1&birth_date=1990-05-01&membership=none&country_of_work=TG").content.decode()
    none = client.get(f"{address}?ask=1&birth_date=1990-05-01&membership=none&country_of_work=PE").content.decode()

    assert "Every hard condition is met. Priorities met: 2 of 2." in met
    assert "Every hard condition is met. None of the 2 priorities is met." in none


def test_a_stranger_checks_without_an_account_and_nothing_is_stored(client):
    law = {"key": "law", "kind": "nationality", "weight": "person", "params": {"flagged": ["CU"]}}
    rules = [AGE, {**DUES, "weight": "priority"}, law]
    call = make_call(status="open", contact="office@example.org", rules=rules)
    address = reverse("portal:call_check", args=[call.code])
    counts = {model: model.objects.count() for model in (Activity, FormVersion, RuleVersion, PublicRecord)}
    asked = client.get(address)
    assert "a person decides, and nobody is excluded by a computer" in asked.content.decode()
    names = {name for form in forms_of(asked) for name in form["fields"]}
    assert {"birth_date", "membership", "dues_years", "nationality"} - names <= {"dues_years"}
    assert "endorsement" not in names

    answer = client.post(address, {"birth_date": "1970-05-01", "membership": "none", "nationality": "PE"})

    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Aged 56 on 31 December 2026; at most 45 is allowed." in html
    assert "1 rule keeps you from applying" in html
    assert "Members pay the dues." in html
    assert 'href="mailto:office@example.org"' in html
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.post(address, {"birth_date": "1990-01-01"}).content.decode().count("Nothing keeps you") == 1
    blank = client.post(address, {}).content.decode()
    assert ["keeps you from" in blank, "keeps from submitting" in blank] == [True, False]
    assert "So far nothing keeps you from applying." in blank
    assert "1 rule cannot be judged before you answer more below." in blank
    assert client.post(address, {"birth_date": "soon"}).status_code == 422
    odd = client.post(address, {"birth_date": "0001-01-01"})
    assert (odd.status_code, "Is this date right? It is before 1 January 1900." in odd.content.decode()) == (422, True)
    assert {model: model.objects.count() for model in counts} == counts
    assert "1970" not in str(list(client.session.items()))


def test_a_draft_has_no_self_check(client):
    call = make_call(rules=[AGE])
    assert client.get(reverse("portal:call_check", args=[call.code])).status_code == 404
