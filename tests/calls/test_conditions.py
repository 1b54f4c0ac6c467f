"""“Asked only if” on the page of a question: two layers as rows, deeper ones kept as they are."""

from copy import deepcopy

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tessera.calls import services
from tessera.calls.forms.questions.conditions import condition_of, flat_path, rows_of
from tessera.calls.queries import latest_form
from tessera.calls.questions import editing
from tests.factories.accounts import OfficeUserFactory
from tests.factories.calls import FORM, make_call
from tests.factories.pages import filled

pytestmark = pytest.mark.django_db


def asked(question, *values, op="is"):
    return {"question": question, "op": op} | ({"values": list(values)} if values else {})


A, B, C, D = asked("grant", "yes"), asked("visa", "no"), asked("team", "yes"), asked("grant", op="answered")
TWO = {"any": [A, {"all": [B, C]}, {"all": [C, D]}]}
DEEP = {"all": [A, {"any": [B, {"all": [C, D]}]}]}


@pytest.mark.parametrize(("condition", "rows"), [
    (None, None),
    (A, [A]),
    ({"any": [A, B]}, [A, B]),
    ({"all": [A, {"any": [B, C]}]}, [A, B | {"group": "a"}, C | {"group": "a"}]),
    (TWO, [A, B | {"group": "a"}, C | {"group": "a"}, C | {"group": "b"}, D | {"group": "b"}]),
])  # fmt: skip
def test_two_layers_are_rows_and_come_back_as_they_were(condition, rows):
    show = rows_of(condition)

    assert show.get("rows") == rows
    assert "nested" not in show
    assert condition_of(show) == condition


@pytest.mark.parametrize("condition", [
    DEEP, {"all": [A]}, {"all": [A, {"all": [B, C]}]}, {"all": [A, {"any": [B]}]}, {"all": [{"any": [A, B]}]},
    {"any": [{"all": [A, B]}] * 7},
])  # fmt: skip
def test_what_rows_cannot_say_is_kept_whole(condition):
    before = deepcopy(condition)
    show = rows_of(condition)

    assert show == {"how": "all", "nested": before}
    assert condition_of(show) == condition == before


LEAVES = st.sampled_from([A, B, C, D])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=4)).map(
        lambda pair: {pair[0]: pair[1]}
    ),
    max_leaves=12,
)


@given(condition=TREES)
def test_no_condition_is_changed_by_opening_and_saving_the_page(condition):
    assert condition_of(rows_of(condition)) == condition


def test_rows_of_one_group_are_gathered_wherever_they_stand():
    show = {"how": "all", "rows": [B | {"group": "b"}, A, C | {"group": "b"}, D | {"group": ""}]}

    assert condition_of(show) == {"all": [{"any": [B, C]}, A, D]}
    assert [
        flat_path(path, show)
        for path in ("label.en", "show_if", "show_if.all[0].any[1].values", "show_if.all[1].question", "show_if.all[2]")
    ] == ["label.en", "show.rows", "show.rows[2].values", "show.rows[1].question", "show.rows[3]"]
    assert flat_path("show_if.values", {"rows": [A]}) == "show.rows[0].values"
    assert flat_path("show_if.any[1].values", {"how": "any", "rows": [A, B]}) == "show.rows[1].values"


@pytest.fixture
def call(client):
    client.force_login(OfficeUserFactory())
    choices = [
        {
            "key": key, "type": "choice", "label": {"en": f"{key.title()}?"},
            "options": [{"key": "yes", "label": {"en": "Yes"}}, {"key": "no", "label": {"en": "No"}}],
        }
        for key in ("grant", "visa", "team")
    ]  # fmt: skip
    form = FORM
    for choice in choices:
        form = editing.with_question(form, choice, "you")
    return make_call(form=form)


def address(call):
    return reverse("calls:call_form_question", args=[call.code, "letter"])


def row(n, question, value, group=""):
    name = f"show--rows-{n}"
    return {
        f"{name}-was": "", f"{name}-question": question, f"{name}-op": "is", f"{name}-values": [value],
        f"{name}-group": group,
    }  # fmt: skip


def condition(call):
    return editing.question_in(latest_form(call).document, "letter")["show_if"]


def test_groups_are_built_without_scripts(client, call):
    place = address(call)
    fields = filled(client.get(place)) | {"show--rows-rows": "3", "show--how": "any"}
    fields |= row(0, "grant", "yes") | row(1, "visa", "no", "a") | row(2, "team", "yes", "a")

    assert client.post(place, {**fields, "do": "save"}).status_code == 302

    assert condition(call) == {"any": [A, {"all": [B, C]}]}
    number = latest_form(call).number
    assert client.post(place, {**filled(client.get(place)), "do": "save"}).status_code == 302
    assert (latest_form(call).number, condition(call)) == (number, {"any": [A, {"all": [B, C]}]})


def test_a_row_of_a_group_that_says_too_little_is_marked_where_it_stands(client, call):
    place = address(call)
    fields = filled(client.get(place)) | {"show--rows-rows": "3", "show--how": "all"}
    fields |= row(0, "visa", "no", "b") | row(1, "grant", "yes") | row(2, "team", "yes", "b")
    del fields["show--rows-2-values"]

    answer = client.post(place, {**fields, "do": "save"})

    assert answer.status_code == 422
    html = answer.content.decode()
    assert [f'id="id_show--rows-{n}-values_error"' in html for n in range(3)] == [False, False, True]
    assert condition(call) is None


def test_a_deeper_condition_is_said_in_words_and_stays_through_a_save(client, call):
    document = deepcopy(latest_form(call).document)
    editing.question_in(document, "letter")["show_if"] = DEEP
    services.save_form(call, document, by=None, at=call.changed_at)
    place = address(call)

    page = client.get(place)
    words = (
        "all of these hold: “Grant?” is: Yes; (one of these holds: “Visa?” is: No; "
        "(all of these hold: “Team?” is: Yes; “Grant?” is answered))"
    )
    assert f"<b>{words}</b>" in page.content.decode()
    client.post(place, {**filled(page), "label--en": "Why, then?", "do": "save"})
    assert condition(call) == DEEP
    assert editing.question_in(latest_form(call).document, "letter")["label"]["en"] == "Why, then?"

    client.post(place, {**filled(client.get(place)), "do": "without_condition"})
    assert condition(call) is None


# The condition of a step


def step_page(call, step="motivation"):
    return reverse("calls:call_form_step", args=[call.code, step])


def step_condition(call):
    return editing.step_in(latest_form(call).document, "motivation").get("show_if")


def test_a_step_gets_a_condition_on_what_is_asked_before_it(client, call):
    place = step_page(call)
    page = client.get(place)
    fields = filled(page) | {"show--rows-rows": "3", "show--how": "any"}
    fields |= row(0, "grant", "yes") | row(1, "visa", "no", "a") | row(2, "team", "yes", "a")

    assert client.post(place, {**fields, "do": "save"}).status_code == 302

    assert step_condition(call) == {"any": [A, {"all": [B, C]}]}
    number = latest_form(call).number
    assert client.post(place, {**filled(client.get(place)), "do": "save"}).status_code == 302
    assert (latest_form(call).number, step_condition(call)) == (number, {"any": [A, {"all": [B, C]}]})
    home = client.get(reverse("calls:call_form", args=[call.code])).content.decode()
    assert home.count("only under a condition") == 1
    history = client.get(reverse("calls:call_form_history", args=[call.code])).content.decode()
    words = "one of these holds: “Grant?” is: Yes; (all of these hold: “Visa?” is: No; “Team?” is: Yes)"
    assert history.count(words) == 1
    client.post(place, {**filled(client.get(place)), "show--rows-rows": "0", "do": "save"})
    assert step_condition(call) is None


def test_the_first_step_has_nothing_to_look_back_at(client, call):
    assert "Asked only if" not in client.get(step_page(call, "you")).content.decode()
    assert "Asked only if" in client.get(reverse("calls:call_form_step_new", args=[call.code])).content.decode()


def test_a_condition_of_a_step_that_says_too_little_is_marked_where_it_stands(client, call):
    fields = filled(client.get(step_page(call))) | {"show--rows-rows": "1", "show--how": "all"} | row(0, "grant", "yes")
    del fields["show--rows-0-values"]

    answer = client.post(step_page(call), {**fields, "do": "save"})

    assert (answer.status_code, step_condition(call)) == (422, None)
    assert 'id="id_show--rows-0-values_error"' in answer.content.decode()


def test_a_question_stays_while_a_step_asks_about_it_and_a_step_behind_it(client, call):
    document = deepcopy(latest_form(call).document)
    editing.step_in(document, "motivation")["show_if"] = A
    number = services.save_form(call, document, by=None, at=call.changed_at).number
    gone = reverse("calls:call_form_question_remove", args=[call.code, "grant"])

    told = client.post(gone, {"version": number}, follow=True).content.decode()
    moved = client.post(
        reverse("calls:call_form", args=[call.code]), {"do": "step_up:motivation", "version": number}, follow=True
    ).content.decode()

    sentence = "A condition asks about a question that comes before; “grant” does not."
    assert [sentence in told, sentence in moved, latest_form(call).number] == [True, True, number]


def test_a_deeper_condition_of_a_step_is_said_in_words_and_stays_through_a_save(client, call):
    document = deepcopy(latest_form(call).document)
    editing.step_in(document, "motivation")["show_if"] = DEEP
    services.save_form(call, document, by=None, at=call.changed_at)
    place = step_page(call)

    page = client.get(place)
    assert "<b>all of these hold: “Grant?” is: Yes; (one of these holds:" in page.content.decode()
    client.post(place, {**filled(page), "title--en": "Why, then?", "do": "save"})
    assert step_condition(call) == DEEP
    assert editing.step_in(latest_form(call).document, "motivation")["title"]["en"] == "Why, then?"

    client.post(place, {**filled(client.get(place)), "do": "without_condition"})
    assert step_condition(call) is None


def test_an_open_call_refuses_another_condition_of_a_step_at_its_place(client):
    client.force_login(OfficeUserFactory())
    grant = {
        "key": "grant", "type": "choice", "label": {"en": "Grant?"},
        "options": [{"key": "yes", "label": {"en": "Yes"}}, {"key": "no", "label": {"en": "No"}}],
    }  # fmt: skip
    opened = make_call(form=editing.with_question(FORM, grant, "you"), status="open")
    fields = (
        filled(client.get(step_page(opened))) | {"show--rows-rows": "1", "show--how": "all"} | row(0, "grant", "yes")
    )

    answer = client.post(step_page(opened), {**fields, "do": "save"})

    assert (answer.status_code, step_condition(opened)) == (422, None)
    assert "“Motivation” keeps its condition" in answer.content.decode()


def test_the_preview_and_the_printed_list_say_that_a_step_has_a_condition(client, call):
    document = deepcopy(latest_form(call).document)
    editing.step_in(document, "motivation")["show_if"] = A
    services.save_form(call, document, by=None, at=call.changed_at)
    services.publish_call(call, by=None, at=call.changed_at)
    note = "asked only where an earlier answer calls for it"
    preview = reverse("portal:desk_call_form_preview", args=[call.code])

    seen = [client.get(f"{preview}?step={step}").content.decode().count(note) for step in ("you", "motivation")]
    printed = client.get(reverse("portal:call_questions", args=[call.code])).content.decode()

    assert seen == [0, 1]
    assert [part.count(note) for part in printed.split("</h2>")[1:3]] == [0, 1]
