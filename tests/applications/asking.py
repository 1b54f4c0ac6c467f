"""A form that asks one question of every type, and answers to it."""

from __future__ import annotations

from typing import Any


def _texts(en: str, fr: str = "", es: str = "") -> dict[str, str]:
    return {"en": en, "fr": fr or f"{en} (fr)", "es": es or f"{en} (es)"}


def question(key: str, kind: str, label: str = "", **more: Any) -> dict[str, Any]:
    name = label or key.replace("_", " ").capitalize()
    return {"key": key, "type": kind, "label": _texts(name), "required": False, "stage": "apply", **more}


def options(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "label": _texts(key.capitalize())} for key in keys]


WIDE: dict[str, Any] = {
    "steps": [
        {
            "key": "you",
            "title": _texts("About you", "Vous", "Usted"),
            "questions": [
                question("full_name", "short_text", "Full name", required=True, identity=True, seen_by="committee"),
                question("birth_date", "date", "Date of birth", identity=True, seen_by="committee", fact="birth_date"),
                question("nationality", "countries", identity=True, seen_by="committee", fact="nationality"),
                question("country_of_work", "country", "Country of work", fact="country_of_work"),
                question("institution", "short_text"),
                question("phone", "phone", identity=True, seen_by="committee"),
                question("email", "email", "Another address", identity=True, seen_by="committee"),
            ],
        },
        {
            "key": "work",
            "title": _texts("Your work", "Votre travail", "Su trabajo"),
            "questions": [
                question("years", "number", "Years of experience", fact="years_of_experience", max=60),
                question("posts", "rows", columns=[
                    {"key": "title", "type": "short_text", "label": _texts("Title"), "required": True},
                    {"key": "from_year", "type": "number", "label": _texts("From year")},
                    {"key": "place", "type": "country", "label": _texts("Place")},
                    {"key": "kind", "type": "choice", "label": _texts("Kind"), "options": options("paid", "unpaid")},
                ]),
                question("languages", "language_table", fact="languages"),
                question("member", "choice", "Are you a member?", options=options("yes", "no"), required=True),
                question(
                    "member_number", "short_text", "Number of your card", required=True,
                    show_if={"question": "member", "op": "is", "values": ["yes"]},
                ),
                question("topics", "choices", options=options("care", "loans", "other")),
            ],
        },
        {
            "key": "why",
            "title": _texts("Why this training", "Pourquoi cette formation", "Por qué esta formación"),
            "questions": [
                question("letter", "long_text", "Why you?", required=True, limit={"unit": "words", "max": 20}),
                question("cv", "file", "Your CV", required=True, seen_by="committee", max_mb=5, max_pages=20),
                question("work_sample", "file", "A sample of your work", accepts=["pdf", "jpeg"]),
                question("pay_slip", "file", "A pay slip", identity=True, seen_by="office"),
                question("referee", "referee", "Who recommends you?", seen_by="committee"),
            ],
        },
        {
            "key": "promise",
            "title": _texts("Promises", "Engagements", "Compromisos"),
            "questions": [
                question("attend", "commitment", "I attend every day.", required=True),
                question("signature", "signature", required=True, identity=True, seen_by="committee"),
            ],
        },
        {
            "key": "later",
            "title": _texts("After selection"),
            "questions": [question("diet", "short_text", stage="after_selection", identity=True, seen_by="office")],
        },
    ]
}  # fmt: skip

# What makes WIDE complete, without the files.
ANSWERS: dict[str, Any] = {
    "full_name": "Awa Grès",
    "birth_date": "1985-07-30",
    "nationality": ["SN", "FR"],
    "country_of_work": "SN",
    "institution": "Musée du Basalte",
    "phone": "+221 33 000 00 00",
    "years": "9",
    "posts": [{"title": "Conservatrice", "from_year": "2017", "place": "SN", "kind": "paid"}],
    "languages": [{"language": "fr", "spoken": "C1", "written": "C1"}],
    "member": "no",
    "topics": ["care", "other"],
    "letter": "Parce que nos réserves sont pleines.",
    "attend": {"agreed": "yes", "wording": 1},
    "signature": {"name": "Awa Grès", "on": "2026-03-02"},
}
