"""No page says anything in another language than its own without saying so."""

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from tests.sweep.pages import IN_PROCESS
from tests.sweep.rules import no_faults
from tests.sweep.site import LANGUAGES
from tests.sweep.words import WORD, Record, left_over

# Said in the same words in both languages.
SAME = {"fr": set[str](), "es": set[str]()}


@pytest.fixture(scope="module")
def record(site):
    return Record()


@pytest.mark.parametrize("entry", IN_PROCESS, ids=lambda entry: entry.key)
def test_a_page_says_nothing_in_another_language(site, record, entry):
    found = [site.fetch(entry, language) for language in LANGUAGES]
    no_faults(f"{one.path}: {fault}" for one in found for fault in left_over(site, record, one))


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_translation_differs_from_its_source(language):
    with (settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file)
    same = {
        message.id
        for message in catalogue
        if isinstance(message.id, str) and message.id == message.string
        and len(WORD.findall(re.sub(r"%\(\w+\)s|\{\w*\}|<[^>]*>|https?://\S+", " ", message.id))) > 1
    }  # fmt: skip
    assert same == SAME[language]
