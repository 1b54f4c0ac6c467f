"""Forms, answers and what blocks submission: exact cases."""

from datetime import date

import pytest
from django.utils import translation

from tessera.calls.eligibility import usual_option_names
from tessera.calls.questions import (
    answer_problems,
    asked_answers,
    bank,
    changes_allowed,
    clean_answer,
    default_document,
    default_form,
    problems,
    read_form,
    shown,
    to_document,
    word_count,
)
from tessera.calls.questions.model import Question
from tessera.core.errors import InvalidDocument
from tessera.core.translated import Translated

LABEL = {"en": "Question", "fr": "Question FR", "es": "Pregunta"}


def question(type_: str, **settings) -> dict:
    return {"key": "q", "type": type_, "label": LABEL} | settings


def form(*questions: dict):
    return read_form({"steps": [{"key": "step", "title": {"en": "Step"}, "questions": list(questions)}]})


def stepped(*steps: tuple[dict | None, list[dict]]):
    """A form of steps, each with its condition and its questions."""
    return read_form({
        "steps": [
            {"key": f"step_{n}", "title": {"en": f"Step {n}"}, "questions": questions}
            | ({"show_if": condition} if condition else {})
            for n, (condition, questions) in enumerate(steps)
        ]
    })  # fmt: skip


def one(type_: str, **settings) -> Question:
    return form(question(type_, **settings)).questions[0]


def options(*keys: str) -> list[dict]:
    return [{"key": key, "label": {"en": key.title()}} for key in keys]


NONE = {"key": "none", "label": {"en": "None of these"}, "alone": True}


def codes(asked: Question, raw) -> list[str]:
    return [code for code, _sentence in answer_problems(asked, raw)]


def refused(*questions: dict) -> dict[str, list[str]]:
    with pytest.raises(InvalidDocument) as found:
        form(*questions)
    return found.value.errors


# ---------------------------------------------------------------- documents


def test_the_default_form_has_every_text_in_three_languages_and_goes_round():
    made = default_form(2027)

    assert [step.key for step in made.steps] == [
        "person", "work", "motivation", "documents", "commitments", "after_selection",
    ]  # fmt: skip
    assert read_form(to_document(made)) == made
    for step in made.steps:
        assert set(step.title) == {"en", "fr", "es"}
    for asked in made.questions:
        texts = [asked.label, asked.purpose, *([asked.help] if asked.help else [])]
        texts += [option.label for option in asked.options]
        assert all(set(text) == {"en", "fr", "es"} and all(text.values()) for text in texts), asked.key


def test_every_question_of_the_bank_says_what_it_is_for_in_three_languages():
    spoken = {row.document["key"]: set(row.document.get("purpose", {})) for row in bank(2027)}
    assert {key for key, languages in spoken.items() if languages != {"en", "fr", "es"}} == set()


def test_personal_questions_of_the_bank_are_hidden_from_reviewers():
    for row in bank(2027):
        if row.document.get("identity"):
            assert row.document["seen_by"] in ("committee", "office"), row.document["key"]
    personal = {"full_name", "birth_date", "gender", "nationality", "photo", "needs_grant", "phone", "passport"}
    for row in bank(2027):
        if row.document["key"] in personal:
            assert row.document["identity"]


@pytest.mark.parametrize("key", ["birth_date", "gender", "diet", "access_needs", "passport", "emergency_contact"])
def test_what_the_rules_and_totals_alone_need_and_what_is_sensitive_is_read_by_the_office_alone(key):
    asked = default_form(2027).question(key)

    assert asked.seen_by == "office"
    assert all("{" not in text and len(text) > 20 for text in asked.purpose.values())


def test_notices_of_the_bank_say_who_reads_the_answer():
    alone = {"en": "The programme office alone reads", "fr": "Seul le bureau du programme l", "es": "Solo l"}
    found = {
        row.document["key"]
        for row in bank(2027)
        if all(words in row.document["purpose"][language] for language, words in alone.items())
    }

    assert found == {"birth_date", "gender", "diet", "access_needs"}
    assert {row.document["seen_by"] for row in bank(2027) if row.document["key"] in found} == {"office"}


def test_needs_are_asked_with_explicit_consent_only_which_nobody_has_to_give():
    form = default_form(2027)
    consent, needs = form.question("needs_consent"), ("diet", "access_needs")

    assert (consent.type, consent.required, consent.stage) == ("commitment", False, "after_selection")
    assert [one.key for one in shown(form, {}, "after_selection")] == ["passport", "needs_consent", "emergency_contact"]
    agreed = {"needs_consent": {"agreed": True, "wording": 1}}
    assert [one.key for one in shown(form, agreed, "after_selection")] == [
        "passport", "needs_consent", *needs, "emergency_contact",
    ]  # fmt: skip
    assert [form.question(key).required for key in needs] == [False, False]


def test_the_whole_bank_is_one_sound_form():
    document = {"steps": [{"key": "all", "title": {"en": "All"}, "questions": [row.document for row in bank(2027)]}]}
    made = read_form(document)
    assert len(made.questions) == 48
    assert [option.key for option in made.question("dues_years").options] == ["2027", "2026", "2025"]


def test_options_are_named_without_a_year():
    names = usual_option_names()
    assert set(names) == {
        "membership", "post_level", "employer_kind", "earlier_grant", "certificates", "team", "prior_editions",
    }  # fmt: skip
    assert names["membership"]["will_join"] == next(
        dict(option.label) for option in default_form(2027).question("membership").options if option.key == "will_join"
    )


def test_the_bank_is_not_changed_by_those_who_take_from_it():
    default_document(2027)["steps"][0]["questions"][0]["label"]["en"] = "Changed"
    assert default_document(2027)["steps"][0]["questions"][0]["label"]["en"] == "Your full name"


def test_identity_is_never_for_reviewers():
    assert refused(question("short_text", identity=True, seen_by="reviewers")) == {
        "steps[0].questions[0].seen_by": [
            "This says who the applicant is: reviewers never see it. Choose the committee or the office."
        ]
    }
    assert one("short_text", identity=True).seen_by == "committee"
    # An address, a signature, a birth date say who it is, whatever the document forgets to say.
    for told in (one("email"), one("phone"), one("signature"), one("date", fact="birth_date")):
        assert (told.identity, told.seen_by) == (True, "committee")
    assert list(refused(question("countries", fact="nationality", seen_by="reviewers"))) == [
        "steps[0].questions[0].seen_by"
    ]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (question("essay"), "type"),
        (question("short_text", key="Q 1"), "key"),
        (question("short_text", label={}), "label"),
        (question("short_text", label={"xx": "?"}), "label.xx"),
        (question("short_text", options=options("a")), "options"),
        (question("choice"), "options"),
        (question("choice", options=options("a", "a")), "options[1].key"),
        (question("short_text", limit={"unit": "pages", "max": 3}), "limit.unit"),
        (question("long_text", limit={"unit": "words", "max": 10, "min": 20}), "limit.max"),
        (question("number", min=3, max=1), "max"),
        (question("date", min="2027-02-30"), "min"),
        (question("country", among=["FR", "ZZ"]), "among[1]"),
        (question("file", max_mb=400), "max_mb"),
        (question("file", accepts=["exe"]), "accepts[0]"),
        (question("rows"), "columns"),
        (question("rows", columns=[{"key": "a", "type": "file", "label": LABEL}]), "columns[0].type"),
        (question("short_text", fact="birth_date"), "fact"),
        (question("short_text", fact="shoe_size"), "fact"),
        (question("choice", fact="membership", options=options("member", "friend")), "options[1].key"),
        (question("short_text", required="yes"), "required"),
        (question("short_text", stage="later"), "stage"),
        (question("short_text", show_if={"question": "nobody", "op": "answered"}), "show_if.question"),
        (question("short_text", show_if={"question": "q", "op": "answered"}), "show_if.question"),
        (question("short_text", show_if={"all": []}), "show_if"),
        ("text", ""),
        (None, "key"),
    ],
)
def test_a_form_that_is_not_sound_is_refused_by_path(document, path):
    errors = refused(document)
    where = "steps[0].questions[0]" + (f".{path}" if path else "")
    assert where in errors, errors


def test_conditions_name_answers_that_exist_and_come_before():
    first = question("choice", key="first", options=options("yes", "no"))
    path = "steps[0].questions[1].show_if"
    asked = {"question": "first", "op": "is", "values": ["maybe"]}
    assert list(refused(first, question("short_text", show_if=asked))) == [f"{path}.values"]
    assert list(refused(question("short_text", show_if=asked | {"values": ["yes"]}), first)) == [
        "steps[0].questions[0].show_if.question"
    ]
    text = question("short_text", key="first")
    assert list(refused(text, question("short_text", show_if=asked))) == [f"{path}.values"]
    later = question("choice", key="first", options=options("maybe"), stage="after_selection")
    assert list(refused(later, question("short_text", show_if=asked))) == [f"{path}.question"]


@pytest.mark.parametrize(
    "document", [None, [], "x", {"steps": "x"}, {"steps": [None]}, {"steps": [[]]}, {"more": 1}, {"steps": []}]
)
def test_what_is_no_form_is_refused(document):
    with pytest.raises(InvalidDocument):
        read_form(document)


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("asked", "raw", "kept"),
    [
        (one("short_text"), "  Ana\u202e\u0000 María\u200b ", "Ana María"),
        (one("short_text"), "\u200b \u202e", None),
        (one("short_text"), "=cmd|' /C calc'!A0 <script>", "=cmd|' /C calc'!A0 <script>"),
        (one("long_text"), "a\r\nb\u2028c \ud800", "a\nb\nc"),
        (one("long_text"), "e\u200b\u0301", "é"),
        (one("email"), " ana @ museo.pe ", "ana@museo.pe"),
        (one("date"), "1985-7-3", "1985-07-03"),
        (one("date"), "30 February 1985", "30 February 1985"),
        (one("number"), "12", 12),
        (one("number"), 0, 0),
        (one("number"), "0", 0),
        (one("number"), "12,50", "12.5"),
        (one("number"), "١٢", 12),
        (one("number"), "1 200", 1200),
        (one("number"), "1,200", "1,200"),
        (one("number"), "many", "many"),
        (one("choice", options=options("a")), "gone", "gone"),
        (one("choices", options=options("a", "b")), ["b", "a", "b", ""], ["b", "a"]),
        (one("choices", options=options("a", "b")), "a", ["a"]),
        (one("choices", options=options("a")), [], None),
        (one("country"), "côte d’ivoire", "CI"),
        (one("country"), "España", "ES"),
        (one("country"), "fr", "FR"),
        (one("country"), "Atlantis", "Atlantis"),
        (one("commitment", wording=3), "on", {"agreed": True, "wording": 3}),
        (one("commitment", wording=3), {"agreed": True, "wording": 2}, {"agreed": True, "wording": 2}),
        (one("commitment"), "", None),
        (one("commitment"), False, None),
        (one("referee"), {"name": " Rosa ", "email": "R @x.org", "age": 3}, {"name": "Rosa", "email": "R@x.org"}),
        (one("signature"), "Ana", {"name": "Ana"}),
        (
            one("language_table"),
            [{"language": "Français", "spoken": "b2", "written": ""}, {"language": ""}, "x"],
            [{"language": "fr", "spoken": "B2"}],
        ),
        (one("short_text"), None, None),
        (one("short_text"), {"a": 1}, None),
        (one("long_text"), ["one", "two"], "one\ntwo"),
    ],
)
def test_answers_are_kept_clean_and_whole(asked, raw, kept):
    assert clean_answer(asked, raw) == kept


def test_a_text_over_the_limit_is_kept_marked_and_says_how_much_to_cut():
    asked = one("long_text", limit={"unit": "words", "max": 60})
    text = "word " * 75
    assert clean_answer(asked, text) == text.strip()
    assert [str(sentence) for _code, sentence in answer_problems(asked, text)] == [
        "Cut 15 words from “Question”: it has 75, and at most 60 fit."
    ]
    assert word_count("l’été – 3 musées, c’est ça") == 5


@pytest.mark.parametrize(
    ("asked", "raw", "found"),
    [
        (one("short_text", required=True), " \u200b", ["missing"]),
        (one("short_text", required=True), "x", []),
        (one("short_text"), "x" * 501, ["too_long"]),
        (one("long_text", limit={"unit": "characters", "min": 3}), "ab", ["too_short"]),
        (one("choice", options=options("a")), "b", ["no_option"]),
        (one("choices", options=options("a", "b", "c"), max=2), ["a", "b", "c"], ["too_many"]),
        (one("choices", options=options("a", "b", "c"), min=2), ["a"], ["too_few"]),
        (one("choices", options=[*options("a"), NONE]), ["a", "none"], ["not_alone"]),
        (one("choices", options=[*options("a"), NONE]), ["none"], []),
        (one("choices", options=[*options("a", "b"), NONE], min=2), ["none"], []),
        (one("choices", options=[*options("a", "b"), NONE], min=2), ["a"], ["too_few"]),
        (one("country", among=["FR", "BE"]), "PE", ["no_option"]),
        (one("country"), "Atlantis", ["no_country"]),
        (one("date"), "1985-02-30", ["no_day"]),
        (one("date"), "0033-04-03", ["too_early"]),
        (one("date", max="2010-12-31"), "2011-01-01", ["too_late"]),
        (one("number", max=70), 71, ["too_large"]),
        (one("number", min=1), 0, ["too_small"]),
        (one("number"), "1.5", ["not_whole"]),
        (one("number", whole=False), "1.5", []),
        (one("number"), "1,200", ["no_number"]),
        (one("number"), "many", ["no_number"]),
        (one("number"), "NaN", ["no_number"]),
        (one("email"), "ana@museo", ["no_address"]),
        (one("email"), "ana@museo.pe", []),
        (one("email"), "a@b@c.org", ["no_address"]),
        (one("phone"), "+51 (1) 234-5678", []),
        (one("phone"), "call me", ["no_number"]),
        (one("language_table"), [{"language": "fr"}], ["missing"]),
        (one("language_table"), [{"language": "fr", "spoken": "Z9"}], ["no_level"]),
        (one("language_table"), [{"language": "fr", "spoken": "B1"}, {"language": "fr", "spoken": "B1"}], ["twice"]),
        (one("language_table"), [{"language": "tlh", "spoken": "B1"}], ["no_language"]),
        (one("commitment", wording=2), {"agreed": True, "wording": 1}, ["other_wording"]),
        (one("file", required=True), {"name": "cv.pdf"}, ["missing"]),
        (one("file", required=True), {"document": "7", "name": "cv.pdf"}, []),
        (one("referee"), {"name": "Rosa"}, ["missing"]),
        (one("endorsement"), {"name": "Committee"}, []),
        (one("endorsement", channel="employer"), {"name": "Museum"}, ["missing"]),
        (one("signature"), {"name": "Ana"}, ["missing"]),
        (one("signature"), {"name": "Ana", "on": "2027-02-30"}, ["no_day"]),
        (one("signature"), {"name": "Ana", "on": "2027-02-28"}, []),
    ],
)
def test_what_is_wrong_with_an_answer(asked, raw, found):
    assert codes(asked, raw) == found


def test_rows_name_the_row_and_the_column():
    columns = [
        {"key": "title", "type": "short_text", "label": {"en": "Post"}, "required": True},
        {"key": "year", "type": "number", "label": {"en": "Year"}, "min": 1950},
    ]
    asked = one("rows", columns=columns, max=2)
    raw = [{"title": "Head", "year": "2019"}, {"title": " ", "year": " "}, {"year": 1900}]
    assert clean_answer(asked, raw) == [{"title": "Head", "year": 2019}, {"year": 1900}]
    assert [str(sentence) for _code, sentence in answer_problems(asked, raw)] == [
        "“Question”, row 2: “Post” is empty.",
        "“Question”, row 2: “Year”: 1900 is less than 1950.",
    ]


def test_the_applicant_is_no_referee_and_no_endorser():
    own = form(
        question("email", key="mail", identity=True),
        question("referee", key="referee"),
        question("endorsement", key="endorsement"),
    )
    answers = {
        "mail": "Ana@museo.pe",
        "referee": {"name": "Ana", "email": "ANA@MUSEO.PE"},
        "endorsement": {"name": "Ana", "email": "ana.two@museo.pe"},
    }
    found = problems(own, answers, email="Ana.Two@museo.pe")
    assert [(row.question, row.code) for row in found] == [("referee", "own_address"), ("endorsement", "own_address")]


def test_a_hidden_question_is_not_demanded_and_its_answer_does_not_count():
    made = form(
        question("choice", key="first", options=options("yes", "no"), required=True),
        question("choice", key="second", options=options("a"), required=True,
                 show_if={"question": "first", "op": "is", "values": ["yes"]}),
        question("short_text", key="third", required=True, show_if={"question": "second", "op": "answered"}),
        question("short_text", key="fourth", required=True, show_if={"question": "first", "op": "is_not", "values": ["yes"]}),
    )  # fmt: skip

    def asked(answers: dict) -> list[str]:
        return [row.key for row in shown(made, answers)]

    assert asked({}) == ["first"]
    assert asked({"first": "yes"}) == ["first", "second"]
    assert asked({"first": "yes", "second": "a"}) == ["first", "second", "third"]
    # What was answered behind a closed door opens no other.
    assert asked({"first": "no", "second": "a", "third": "x"}) == ["first", "fourth"]
    assert asked_answers(made, {"first": "no", "second": "a", "third": "x"}) == {"first": "no"}
    assert [row.question for row in problems(made, {"first": "no", "second": "a"})] == ["fourth"]


MEMBER = {"question": "member", "op": "is", "values": ["yes"]}
ASKS = question("choice", key="member", options=options("yes", "no"))


def test_the_condition_of_a_step_looks_back_and_not_at_its_own_questions():
    own = question("short_text", key="card")
    path = "steps[1].show_if"
    for condition, steps, where in (
        ({"question": "card", "op": "answered"}, ([ASKS], [own]), f"{path}.question"),
        ({"question": "later", "op": "answered"}, ([ASKS], [own]), f"{path}.question"),
        (MEMBER | {"values": ["maybe"]}, ([ASKS], [own]), f"{path}.values"),
        ({"all": []}, ([ASKS], [own]), path),
        (MEMBER, ([ASKS | {"stage": "after_selection"}], [own]), f"{path}.question"),
    ):
        with pytest.raises(InvalidDocument) as refusal:
            stepped((None, steps[0]), (condition, steps[1]))
        assert list(refusal.value.errors) == [where]
    with pytest.raises(InvalidDocument) as refusal:
        stepped((MEMBER, [ASKS]))
    assert list(refusal.value.errors) == ["steps[0].show_if.question"]
    after = [own | {"stage": "after_selection"}]
    assert stepped((None, [ASKS | {"stage": "after_selection"}]), (MEMBER, after)).steps[1].show_if is not None


def test_a_hidden_step_hides_its_questions_and_demands_nothing():
    made = stepped(
        (None, [ASKS]),
        (MEMBER, [question("short_text", key="card", required=True),
                  question("short_text", key="since", required=True, show_if={"question": "card", "op": "answered"})]),
        (None, [question("short_text", key="after", required=True, show_if={"question": "card", "op": "answered"}),
                question("short_text", key="last")]),
    )  # fmt: skip

    def asked(answers: dict) -> list[str]:
        return [row.key for row in shown(made, answers)]

    assert asked({}) == ["member", "last"]
    assert asked({"member": "yes"}) == ["member", "card", "last"]
    assert asked({"member": "yes", "card": "7"}) == ["member", "card", "since", "after", "last"]
    # What was answered in it is kept, counts for nothing and opens no door.
    kept = {"member": "no", "card": "7", "since": "2020"}
    assert asked(kept) == ["member", "last"]
    assert asked_answers(made, kept) == {"member": "no"}
    assert problems(made, kept) == []
    assert [row.question for row in problems(made, {"member": "yes"})] == ["card"]
    document = to_document(made)
    assert [step.get("show_if") for step in document["steps"]] == [None, MEMBER, None]
    assert read_form(document) == made


def test_the_condition_of_a_step_stays_once_people_have_answered():
    card, free = question("short_text", key="card", required=True), question("short_text", key="free")
    before = stepped((None, [ASKS]), (MEMBER, [card]), (None, [free]))
    other = MEMBER | {"values": ["no"]}

    def refusals(*steps) -> list[tuple[str, str]]:
        return [(row.path, str(row.sentence)) for row in changes_allowed(before, stepped(*steps))]

    step = "keeps its condition: it would be asked of people who have submitted, or hide answers."
    assert refusals((None, [ASKS]), (None, [card]), (None, [free])) == [("steps[1].show_if", f"“Step 1” {step}")]
    assert refusals((None, [ASKS]), (other, [card]), (None, [free])) == [("steps[1].show_if", f"“Step 1” {step}")]
    assert refusals((None, [ASKS]), (MEMBER, [card]), (MEMBER, [free])) == [("steps[2].show_if", f"“Step 2” {step}")]
    # A question that goes to another step goes to its condition.
    assert refusals((None, [ASKS]), (MEMBER, [card, free])) == [
        ("steps[1].questions[1].show_if", f"“Question” {step}"),
    ]
    assert refusals((None, [ASKS]), (MEMBER, []), (None, [free, card])) == [
        ("steps[2].questions[1].show_if", f"“Question” {step}"),
    ]
    # Where nothing is demanded a condition may go, and so may the step that said it.
    easy = stepped((None, [ASKS]), (MEMBER, [free]))
    assert changes_allowed(easy, stepped((None, [ASKS]), (None, [free]))) == []
    assert changes_allowed(easy, stepped((None, [ASKS, free]), (MEMBER, []))) == []
    new = question("short_text", key="new")
    assert changes_allowed(easy, stepped((None, [ASKS]), (MEMBER, [free]), (other, [new]))) == []


def test_a_condition_stays_where_others_look_at_the_question():
    first = question("choice", key="first", options=options("yes", "no"))
    second = question("short_text", key="second", show_if={"question": "first", "op": "is", "values": ["yes"]})
    third = question("short_text", key="third", required=True, show_if={"question": "second", "op": "answered"})
    # Whoever said no, and had written a second answer before, would lack the third.
    found = changes_allowed(form(first, second, third), form(first, second | {"show_if": None}, third))
    assert [row.path for row in found] == ["steps[0].questions[1].show_if"]
    assert changes_allowed(form(first, second), form(first, second | {"show_if": None})) == []


def test_only_the_questions_of_the_stage_are_demanded():
    made = form(
        question("short_text", required=True), question("file", key="passport", required=True, stage="after_selection")
    )
    assert [row.question for row in problems(made, {})] == ["q"]
    assert [row.question for row in problems(made, {}, "after_selection")] == ["passport"]


def test_problems_are_in_the_order_of_the_form_and_in_the_language_of_the_reader():
    found = problems(default_form(2027), {})
    assert (found[0].step, found[0].question) == ("person", "full_name")
    with translation.override("fr"):
        label = default_form(2027).question("full_name").label["fr"]
        assert str(found[0].sentence) == f"Sans réponse\u00a0: «\u00a0{label}\u00a0»."
    assert {row.step for row in found} == {"person", "work", "motivation", "documents", "commitments"}


# ---------------------------------------------------------------- changes to an open form

OLD = question("choice", options=options("a", "b"), required=True)
SEVERAL = question("choices", options=[*options("a"), {"key": "none", "label": {"en": "None of these"}}])
TEXT = question("long_text", limit={"unit": "words", "max": 100})
FILE = question("file", accepts=["pdf", "png"], max_mb=5)
PROMISE = question("commitment", label={"en": "I will attend."})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (OLD, OLD | {"label": {"en": "Other words", "fr": "D’autres mots"}}),
        (OLD, OLD | {"required": False}),
        (OLD, OLD | {"options": options("b", "c", "a")}),
        (OLD, OLD | {"options": [{"key": "a", "label": {"en": "New"}}, {"key": "b", "label": {"fr": "Nouveau"}}]}),
        (OLD, OLD | {"seen_by": "office"}),
        (SEVERAL | {"options": [*options("a"), NONE]}, SEVERAL),
        (TEXT, TEXT | {"limit": {"unit": "words", "max": 200}}),
        (TEXT, TEXT | {"limit": None}),
        (FILE, FILE | {"accepts": ["pdf", "jpeg", "png"], "max_mb": 10}),
        (PROMISE, PROMISE | {"label": {"en": "I will attend.", "es": "Asistiré."}}),
        (PROMISE, PROMISE | {"label": {"en": "I shall attend."}, "wording": 2}),
        (question("country", among=["FR"]), question("country", among=["FR", "BE"])),
        (question("country", among=["FR"]), question("country")),
        (question("referee"), question("referee", letter="either")),
        (question("endorsement"), question("endorsement", ranked=True)),
    ],
)
def test_harmless_changes_are_allowed(before, after):
    assert changes_allowed(form(before), form(after)) == []


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        (OLD, OLD | {"type": "choices"}, "type"),
        (OLD, OLD | {"options": options("a", "c")}, "options"),
        (SEVERAL, SEVERAL | {"options": [*options("a"), NONE]}, "options"),
        (OLD | {"required": False}, OLD, "required"),
        (OLD, OLD | {"stage": "after_selection"}, "stage"),
        (OLD | {"seen_by": "office"}, OLD | {"seen_by": "committee"}, "seen_by"),
        (OLD | {"identity": True}, OLD | {"seen_by": "committee"}, "identity"),
        (OLD | {"sensitive": True}, OLD, "sensitive"),
        (OLD | {"fact": "post_level"}, OLD | {"fact": "employer_kind"}, "fact"),
        (TEXT, TEXT | {"limit": {"unit": "words", "max": 99}}, "limit"),
        (TEXT, TEXT | {"limit": {"unit": "characters", "max": 900}}, "limit"),
        (FILE, FILE | {"accepts": ["pdf"]}, "accepts"),
        (FILE, FILE | {"max_mb": 4}, "max_mb"),
        (FILE, FILE | {"max_pages": 4}, "max_pages"),
        (PROMISE, PROMISE | {"label": {"en": "I shall attend."}}, "wording"),
        (PROMISE | {"wording": 2}, PROMISE, "wording"),
        (question("country"), question("country", among=["FR"]), "among"),
        (question("number", max=9), question("number", max=8), "max"),
        (question("referee"), question("referee", due_days=9), "due_days"),
        (question("referee"), question("referee", letter="file"), "letter"),
        (question("referee", letter="either"), question("referee"), "letter"),
    ],
)
def test_changes_that_take_something_away_are_refused_with_the_reason(before, after, field):
    found = changes_allowed(form(before), form(after))
    assert [row.path for row in found] == [f"steps[0].questions[0].{field}"]
    for language in ("en", "fr", "es"):
        with translation.override(language):
            assert str(found[0].sentence)


def test_questions_may_move_and_optional_ones_be_added_but_none_removed_or_newly_required():
    one_, two = question("short_text", key="one"), question("short_text", key="two")
    assert changes_allowed(form(one_, two), form(two, question("date", key="three"), one_)) == []
    assert [row.path for row in changes_allowed(form(one_, two), form(two))] == ["steps"]
    assert [row.path for row in changes_allowed(form(one_), form(one_, two | {"required": True}))] == [
        "steps[0].questions[1].required"
    ]


def test_what_others_are_asked_is_read_with_its_settings_and_refused_where_it_is_none():
    found = form(question("referee", key="one", letter="file"), question("endorsement", key="two", ranked=True))
    assert [(row.letter, row.ranked) for row in found.questions] == [("file", False), ("text", True)]
    for wrong, path in (
        (question("referee", letter="fax"), "letter"), (question("endorsement", ranked="yes"), "ranked"),
        (question("endorsement", letter="file"), "letter"),
    ):  # fmt: skip
        with pytest.raises(InvalidDocument) as refusal:
            form(wrong)
        assert list(refusal.value.errors) == [f"steps[0].questions[0].{path}"]


def test_labels_of_a_read_form_follow_the_language():
    label = default_form(date(2027, 1, 1).year).question("birth_date").label
    assert isinstance(label, Translated)
    with translation.override("es"):
        assert str(label) == "Fecha de nacimiento"
