"""What is counted while one writes is what the server counts: invisible signs, accents apart, emoji, ends of lines."""

import sys
import unicodedata

import pytest
from playwright.sync_api import expect

from tessera.calls.questions import character_count, word_count
from tessera.core.folding import clean
from tests.applications.asking import question
from tests.browser.applying import enter, open_call, phones
from tests.factories.calls import FormVersionFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]
FORM = {
    "steps": [
        {
            "key": "you", "title": {"en": "You", "fr": "Vous", "es": "Usted"},
            "questions": [
                question("words", "long_text", limit={"unit": "words", "max": 300}),
                question("signs", "long_text", limit={"unit": "characters", "max": 300}),
                question("line", "short_text", limit={"unit": "characters", "max": 300}),
            ],
        }
    ]
}  # fmt: skip
SIGNS = [chr(n) for n in range(sys.maxunicode + 1)]
MARKS = " ".join("a" + sign for sign in SIGNS if unicodedata.category(sign)[0] == "M")
NUMBERS = " ".join(sign for sign in SIGNS if unicodedata.category(sign)[0] == "N")

# The text, its words, its characters, and those of it in a field of one line, into which no browser lets an end of a line.
TEXTS = [
    ("", 0, 0, 0),
    ("   \n ", 0, 0, 0),
    ("Deux mots", 2, 9, 9),
    ("Deux  mots ", 2, 10, 9),
    ("l’été, déjà !", 2, 13, 13),
    ("e\u0301te\u0301", 1, 3, 3),  # é, typed apart, becomes one
    ("q\u0307\u0323", 1, 1, 1),  # no such letter is one sign: the dots do not count
    ("a\u0345b\u0334c", 1, 3, 3),
    ("नमस्ते", 1, 5, 5),  # the virama does not count, the vowel signs do
    ("שָׁלוֹם", 1, 4, 4),
    ("สวัสดี", 1, 6, 6),
    ("👍", 0, 1, 1),
    ("👩\u200d👩\u200d👧", 0, 5, 5),  # a joiner is a sign: Persian and Indic scripts need it
    ("❤\ufe0f", 0, 2, 2),
    ("un\r\ndeux\rtrois\u2028quatre", 4, 20, 18),
    ("un  \n  deux", 2, 9, 7),
    ("mo\u00adts co\u200bllés", 2, 11, 11),
    ("\ufeffun\u202e\u2066", 1, 2, 2),
    ("\u0001a\u0085b", 2, 3, 3),
    ("x² ½ Ⅷ ٣", 4, 8, 8),
    ("— … ! un", 1, 8, 8),
]
WRITE = """([key, text]) => {
  const box = document.querySelector(`[data-question=${key}]`);
  const area = box.querySelector("[data-limit]");
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  return Number(box.querySelector("[data-count]").textContent.match(/\\d+/)[0]);
}"""


def one_line(text):
    return text.replace("\r", "").replace("\n", "")


def test_the_page_counts_as_the_server_does(browser, live_server):
    FormVersionFactory(call=open_call(), number=2, document=FORM)
    with phones(browser, live_server) as phone:
        page = phone(scripts=True)
        enter(page, "kofi.silex@example.org")
        expect(page.locator("[data-question=words][data-enhanced]")).to_have_count(1)
        page.route("**/save/", lambda route: route.abort())

        def shown(text):
            return tuple(page.evaluate(WRITE, [key, text]) for key in ("words", "signs", "line"))

        found = {text: shown(text) for text, *_numbers in TEXTS}
        many = {text: shown(text)[:2] for text in (MARKS, NUMBERS)}

    assert found == {text: tuple(numbers) for text, *numbers in TEXTS}
    assert found == {
        text: (
            word_count(clean(text)),
            character_count(clean(text)),
            character_count(clean(one_line(text), lines=False)),
        )
        for text, *_numbers in TEXTS
    }
    assert many == {text: (word_count(clean(text)), character_count(clean(text))) for text in (MARKS, NUMBERS)}
