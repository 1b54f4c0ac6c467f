"""Every page in every language: its markup, its words, its links, and what its answer carries beside its text.

They are together because each asks of the same answers, which a process fetches once.
"""

import re
from collections import defaultdict
from urllib.parse import urljoin, urlsplit

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from tests.sweep import rules
from tests.sweep.pages import ACCOUNTS, DESK, IN_PROCESS, PUBLIC, RECORDS, TRAININGS
from tests.sweep.rules import no_faults
from tests.sweep.site import LANGUAGES
from tests.sweep.words import WORD, Record, left_over

pages = pytest.mark.parametrize("entry", IN_PROCESS, ids=lambda entry: entry.key)
public_pages = pytest.mark.parametrize("entry", [*PUBLIC, *TRAININGS], ids=lambda entry: entry.key)
one_database = pytest.mark.one_database

RULES = [
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
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A file shows its documents inside the page; nothing else frames anything.
FRAMING = {"applications:file"}
# Answers that are no pages.
OTHERS = [
    "/",
    "/healthz",
    "/readyz",
    "/en",
    "/no-such-page",
    "/en/trainings.ics",
    "/en/trainings.json",
    "/sitemap.xml",
    "/robots.txt",
]
# Said in the same words in both languages.
SAME = {"fr": set[str](), "es": set[str]()}


@pytest.fixture(scope="module")
def record(site):
    return Record()


@pages
def test_a_page_answers(site, entry):
    found = [site.fetch(entry, language) for language in LANGUAGES]
    no_faults(f"{one.path}: {fault}" for one in found for fault in rules.answer(one))


@one_database
@pages
def test_a_page_keeps_the_rules_of_its_markup(site, entry):
    found = [site.fetch(entry, language) for language in LANGUAGES]
    no_faults(f"{one.path}: {fault}" for one in found for rule in RULES for fault in rule(one))


@one_database
@pages
def test_a_page_is_valid_html(site, entry, html_errors):
    found = [site.fetch(entry, language) for language in LANGUAGES]
    no_faults(f"{one.path}: {fault}" for one in found for fault in html_errors(one.body))


@one_database
@pages
def test_a_page_says_nothing_in_another_language(site, record, entry):
    found = [site.fetch(entry, language) for language in LANGUAGES]
    no_faults(f"{one.path}: {fault}" for one in found for fault in left_over(site, record, one))


@one_database
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


@one_database
@pages
def test_a_page_carries_the_content_policy(site, entry):
    found = [site.fetch(entry, language) for language in LANGUAGES]
    policy = f"{POLICY}; frame-src 'self'" if entry.route in FRAMING else POLICY
    assert [one.headers.get("Content-Security-Policy") for one in found] == [policy] * len(LANGUAGES)


@one_database
@pytest.mark.parametrize("path", OTHERS)
def test_an_answer_that_is_no_page_carries_the_content_policy(site, path):
    assert site.client().get(path).headers.get("Content-Security-Policy") == POLICY


@one_database
@pages
def test_a_page_leads_to_itself_in_the_other_languages(site, entry):
    found = [site.fetch(entry, language) for language in LANGUAGES]
    no_faults(f"{one.path}: {fault}" for one in found for fault in rules.switches(one))


@one_database
@public_pages
def test_a_public_page_names_its_alternates(site, entry):
    found = [site.fetch(entry, language) for language in LANGUAGES]
    no_faults(f"{one.path}: {fault}" for one in found for fault in rules.alternates(site, one))


@one_database
@pytest.mark.parametrize(
    "entries", [[*PUBLIC, *TRAININGS], ACCOUNTS, [*DESK, *RECORDS]], ids=["public", "accounts", "desk"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_pages_have_the_same_title(site, language, entries):
    pages_of = defaultdict(set)
    for entry in entries:
        if entry.status == 200 and not entry.query and entry.note != "draft":  # a draft may be a copy
            found = site.fetch(entry, language)
            pages_of[found.tree.all("title")[0].text].add(found.path)
    assert {title: paths for title, paths in pages_of.items() if len(paths) > 1} == {}


@one_database
@pages
def test_the_links_of_a_page_lead_somewhere(site, entry):
    found = site.fetch(entry, "en")
    no_faults(f"{found.path}: {fault}" for fault in dead_links(site, entry, found))


def dead_links(site, entry, found):
    """Links inside the site that answer with anything but a page or a way to one."""
    seen = site.__dict__.setdefault("links_seen", {})
    for node in found.tree.all("a", "link"):
        address = urlsplit(urljoin(found.path, node.get("href")))
        if not node.get("href") or address.netloc or address.scheme or address.path.startswith(settings.STATIC_URL):
            continue
        if address.path == urlsplit(found.path).path or node.get("hreflang") in LANGUAGES:
            continue
        path = address.path + (f"?{address.query}" if address.query and "?" not in found.path else "")
        if (entry.reader, path) not in seen:
            seen[entry.reader, path] = site.client(entry.reader).get(path).status_code
        if seen[entry.reader, path] not in (200, 302):
            yield f"“{node.text or node.get('rel')}” to {path} answers {seen[entry.reader, path]}"
