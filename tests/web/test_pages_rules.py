"""Every page, in every language, keeps the rules that its markup alone can show."""

import pytest

from tests.sweep import rules
from tests.sweep.pages import IN_PROCESS
from tests.sweep.rules import no_faults
from tests.sweep.site import LANGUAGES

pages = pytest.mark.parametrize("entry", IN_PROCESS, ids=lambda entry: entry.key)
RULES = [
    rules.answer,
    rules.language,
    rules.outline,
    rules.title,
    rules.policy,
    rules.data,
    rules.references,
    rules.forms,
    rules.links,
    rules.weight,
]


@pages
def test_a_page_keeps_the_rules_of_its_markup(site, entry):
    found = [site.fetch(entry, language) for language in LANGUAGES]
    no_faults(f"{one.path}: {fault}" for one in found for rule in RULES for fault in rule(one))


@pages
def test_a_page_is_valid_html(site, entry, html_errors):
    found = [site.fetch(entry, language) for language in LANGUAGES]
    no_faults(f"{one.path}: {fault}" for one in found for fault in html_errors(one.body))
