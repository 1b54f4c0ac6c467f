"""Forms over documents: what is read, what is written, what stays."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import override

from tessera.core.folding import fold
from tessera.web.sections import (
    Edtf,
    Flag,
    Found,
    Line,
    Lines,
    Number,
    Pick,
    Picks,
    Reference,
    Rows,
    Section,
    SectionForm,
    Translations,
    field_name,
    label_of,
    row_action,
    shown_at,
)
from tessera.web.sections.fields import AmountField


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("", None), ("1200", "1200"), ("0,125", "0.125"), ("1200.500", "1200.500"), ("1 200", "1200"), ("92,12", "92.12")],
)
def test_an_amount_is_read(typed, amount):
    assert AmountField(required=False).clean(typed) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1.200", "“1.200” can be read in two ways: write 1200, or cents of two digits."),
        ("12,345", "“12,345” can be read in two ways: write 12345, or cents of two digits."),
        ("1.200,50", "Write the amount in figures, for example 1200.50."),
        ("many", "Write the amount in figures, for example 1200.50."),
        ("NaN", "Write the amount in figures, for example 1200.50."),
        ("-3", "Ensure this value is greater than or equal to 0."),
    ],
)
def test_an_amount_that_could_be_another_is_refused(typed, sentence):
    with pytest.raises(ValidationError) as refused:
        AmountField(required=False).clean(typed)
    assert refused.value.messages == [sentence]


@pytest.mark.parametrize("amount", ["1200", "0.5", "1.234", "100.250", "1200.00"])
def test_an_amount_that_is_shown_is_read_again_as_it_was(amount):
    field = AmountField()
    assert field.clean(field.prepare_value(Decimal(amount))) == Decimal(amount)


NAMES = {"icom": "ICOM", "tumo": "TUMO Center"}
FINDER = Found(
    similar=lambda text: [
        SimpleNamespace(slug=slug, label=name, detail="", rehearsal=False)
        for slug, name in NAMES.items()
        if fold(text) in fold(name)
    ],
    named=lambda slugs: {slug: NAMES[slug] for slug in slugs if slug in NAMES},
    address=lambda slug: f"/desk/{slug}/",
    permission="organisations.edit_organisation",
    may_create=True,
    types=lambda: [("museum", "Museum")],
)
SECTION = Section(
    "all",
    "All",
    (
        Translations("title", "Title", required=True, limit=20),
        Line("city", "City"),
        Number("capacity.max", "Places"),
        Flag("tentative", "Tentative"),
        Lines("issues", "Remarks"),
        Picks("methods", "Methods", choices=[("lecture", "Lecture"), ("workshop", "Workshop"), ("seminar", "Seminar")]),
        Rows(
            "phases",
            "Phases",
            items=(Edtf("edtf", "Dates"), Pick("mode", "Mode", choices=[("online", "Online"), ("hybrid", "Hybrid")])),
            row_label="Phase",
            blank=(("mode", "online"),),
        ),
        Rows("organisations", "Credits", items=(Reference("organisation", "Organisation", kind="organisation"),)),
    ),
)
DOCUMENT = {
    "id": "yerevan-2022",
    "title": {"en": "Risk", "fr": "Risques"},
    "city": None,
    "methods": ["workshop", "lecture"],
    "phases": [{"edtf": "2021-09/2021-12", "mode": "online", "precision": "month_range"}, {"edtf": "2022-04"}],
    "organisations": [{"organisation": "icom", "role": "organiser"}],
}


def form(data=None, document=DOCUMENT, **more):
    return SectionForm(
        SECTION, document, data, context={"finders": {"organisation": FINDER}, **more.pop("context", {})}, **more
    )


def posted(**changes):
    """What the page posts when nothing is touched, with ``changes``."""
    data = QueryDict(mutable=True)
    unbound = form()
    for name in unbound.fields:
        value = unbound[name].value()
        if isinstance(value, list):
            data.setlist(name, value)
        elif value not in (None, "", False):
            data[name] = str(value)
    data["phases-rows"], data["organisations-rows"] = "2", "1"
    for n in range(2):
        data[f"phases-{n}-was"] = str(n)
    data["organisations-0-was"] = "0"
    for name, value in changes.items():
        name = name.replace("__", "--").replace("_0_", "-0-").replace("_1_", "-1-").replace("_2_", "-2-")
        data.setlist(name, value) if isinstance(value, list) else data.__setitem__(name, value)
    return data


def test_section_form_untouched_changes_nothing():
    untouched = form(posted())

    assert untouched.is_valid(), untouched.errors
    assert untouched.patched() == DOCUMENT


def test_section_form_writes_answers_and_keeps_what_it_does_not_ask_for():
    answered = form(
        posted(title__es="Riesgos", city="Ereván", capacity__max="30", tentative="on", phases_1_edtf="2022-05")
    )

    assert answered.is_valid(), answered.errors
    assert answered.patched() == {
        **DOCUMENT,
        "title": {"en": "Risk", "fr": "Risques", "es": "Riesgos"},
        "city": "Ereván",
        "capacity": {"max": 30},
        "tentative": True,
        "phases": [DOCUMENT["phases"][0], {"edtf": "2022-05"}],
    }


def test_section_form_emptied_answers_go():
    emptied = form(posted(title__fr=""), {**DOCUMENT, "city": "Yerevan"})

    emptied.data["city"] = ""

    assert emptied.is_valid()
    assert emptied.patched()["title"] == {"en": "Risk"}
    assert emptied.patched()["city"] is None


def test_section_form_keeps_the_order_in_which_codes_were_taken():
    taken = form(posted(methods=["lecture", "workshop", "seminar"]))

    assert taken.is_valid()
    assert taken.patched()["methods"] == ["workshop", "lecture", "seminar"]


def test_section_form_refuses_and_keeps_what_was_typed():
    long = "A title far beyond twenty signs"
    refused = form(posted(title__en="", title__fr=long, phases_0_edtf="2022-02-30"))

    assert not refused.is_valid()
    assert refused.errors == {
        "title--en": ["This field is required."],
        "title--fr": ["This is 31 characters long. Please cut 11."],
        "phases-0-edtf": [
            "“2022-02-30” is a day that does not exist. If the day is not known, write the month: 2022-02."
        ],
    }
    assert refused["title--fr"].value() == long


@pytest.mark.parametrize(
    ("language", "typed", "refusal"),
    [
        ("en", "-1", "Write a whole number from 0 to 32767."),
        ("en", "32768", "Write a whole number from 0 to 32767."),
        ("en", "thirty", "Write a whole number in figures, for example 30."),
        ("en", "2.5", "Write a whole number in figures, for example 30."),
        ("fr", "32768", "Écrivez un nombre entier de 0 à 32767."),
        ("fr", "trente", "Écrivez un nombre entier en chiffres, comme 30."),
        ("es", "32768", "Escriba un número entero del 0 al 32767."),
        ("es", "treinta", "Escriba un número entero en cifras, por ejemplo 30."),
    ],
)
def test_number_refused_says_what_to_write(language, typed, refusal):
    with override(language):
        refused = form(posted(capacity__max=typed))

        assert refused.errors == {"capacity--max": [refusal]}
    assert refused["capacity--max"].value() == typed


def test_section_form_cleans_invisible_signs():
    cleaned = form(posted(city="Yere\u200bvan\x00 "))

    assert cleaned.is_valid()
    assert cleaned.patched()["city"] == "Yerevan"


@pytest.mark.parametrize(
    ("action", "expected", "focus"),
    [
        ("rows:phases:up:1", [{"edtf": "2022-04"}, DOCUMENT["phases"][0]], "phases-0-up"),
        ("rows:phases:down:0", [{"edtf": "2022-04"}, DOCUMENT["phases"][0]], "phases-1-down"),
        ("rows:phases:remove:0", [{"edtf": "2022-04"}], "phases-0-remove"),
        ("rows:phases:add", DOCUMENT["phases"], "phases-2"),
        ("rows:phases:up:0", DOCUMENT["phases"], "phases-add"),
        ("rows:phases:remove:9", DOCUMENT["phases"], "phases-add"),
    ],
)
def test_row_action_moves_rows_with_everything_in_them(action, expected, focus):
    data, there = row_action(posted(), action)
    moved = form(data)

    assert moved.is_valid(), moved.errors
    assert moved.patched()["phases"] == expected
    assert there == focus


def test_row_action_is_none_for_other_buttons():
    assert row_action(posted(), "save") is None
    assert row_action(posted(), "rows:phases:explode:1") is None


def test_rows_take_in_a_new_row_and_drop_an_empty_one():
    data, _focus = row_action(posted(), "rows:phases:add")
    data, _focus = row_action(data, "rows:phases:add")
    data["phases-3-edtf"] = "2023"
    grown = form(data)

    assert grown.is_valid()
    assert grown.patched()["phases"] == [*DOCUMENT["phases"], {"mode": "online", "edtf": "2023"}]


def test_rows_place_errors_at_the_row_that_was_posted():
    data, _focus = row_action(posted(), "rows:phases:add")
    data, _focus = row_action(data, "rows:phases:add")
    data["phases-3-edtf"] = "2023"
    grown = form(data)
    grown.is_valid()
    grown.patched()

    grown.place_errors({"phases[2].edtf": ["Too late."], "title.fr": ["Not French."], "elsewhere": ["Odd."]})

    assert grown.errors == {"phases-3-edtf": ["Too late."], "title--fr": ["Not French."], "__all__": ["Odd."]}


def test_reference_takes_the_record_that_was_chosen():
    data, _focus = row_action(posted(), "rows:organisations:add")
    data["organisations-1-organisation-text"], data["organisations-1-organisation-pick"] = "tumo", "tumo"
    chosen = form(data)

    assert chosen.is_valid()
    assert chosen.patched()["organisations"] == [DOCUMENT["organisations"][0], {"organisation": "tumo"}]


def test_reference_asks_to_choose_before_anything_is_made():
    data, _focus = row_action(posted(), "rows:organisations:add")
    data["organisations-1-organisation-text"] = "tumo"
    open_question = form(data)

    assert open_question.errors == {
        "organisations-1-organisation-text": ["Choose one of the records found, or make a new one."]
    }
    block = open_question.blocks[-1].parts["rows"][1]["blocks"][0]
    assert [match.slug for match in block.parts["matches"]] == ["tumo"]


def test_reference_to_a_new_record_needs_its_type():
    data, _focus = row_action(posted(), "rows:organisations:add")
    data["organisations-1-organisation-text"], data["organisations-1-organisation-pick"] = "Museo de Basalto", "new"

    assert form(data).errors == {"organisations-1-organisation-text": ["Say of what type the new record is."]}
    data["organisations-1-organisation-type"] = "museum"
    new = form(data)
    assert new.is_valid()
    assert [(c.field, c.kind, c.name, c.type) for c in new.creations] == [
        ("organisations-1-organisation", "organisation", "Museo de Basalto", "museum")
    ]


def test_reference_to_a_record_that_is_gone_is_refused():
    data = posted()
    data["organisations-0-organisation-pick"] = "never-there"

    assert form(data).errors == {
        "organisations-0-organisation-text": ["This record no longer exists. Look for it again."]
    }


def test_quiet_form_shows_what_was_posted_without_judging():
    quiet = form(posted(title__en="", city="Gyumri"), quiet=True)

    assert quiet.errors == {}
    assert quiet["city"].value() == "Gyumri"


def test_label_of_names_places_for_people():
    assert label_of((SECTION,), "phases[1].edtf") == "Phase 2: Dates"
    assert label_of((SECTION,), "title.fr") == "Title in French"
    assert label_of((SECTION,), "capacity.max") == "Places"
    assert label_of((SECTION,), "unknown.place") == "unknown.place"


def test_shown_at_words_codes():
    assert shown_at((SECTION,), "methods", ["lecture"]) == ["Lecture"]
    assert shown_at((SECTION,), "phases[0].mode", "online") == "Online"
    assert shown_at((SECTION,), "phases", [{"edtf": "2022", "mode": "hybrid"}]) == [{"Dates": "2022", "Mode": "Hybrid"}]


def test_field_name_leads_to_the_group_of_a_text():
    assert field_name("title") == "title"
    assert field_name("participants.planned") == "participants--planned"
    assert field_name("sessions[2].title") == "sessions-2-title"
