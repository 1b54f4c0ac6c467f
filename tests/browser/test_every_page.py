"""Every page in a real browser: axe, weight, requests, console, narrow screens, and without scripts."""

import pytest

from tests.checkers.axe import axe_violations
from tests.sweep.pages import PAGES, PUBLIC, TRAININGS
from tests.sweep.rules import MOST_BYTES, no_faults
from tests.sweep.visits import NARROW, NIGHT, PLAIN, PRINTED, SHEET, SHOWN, SIDEWAYS, WIDE, Visitor, elsewhere

pytestmark = pytest.mark.one_database

LIGHT = [*PUBLIC, *TRAININGS]
MOST_REQUESTS = 8
# A passkey is asked for by a script, so without scripts its button is not there; every such page offers another way.
BY_SCRIPT = {
    "accounts:sign_in": ["Use a passkey"],
    "mfa_authenticate": ["Use a passkey"],
    "mfa_add_webauthn": ["name", "Add the passkey"],
}


@pytest.fixture(scope="module")
def visitor(browser, site):
    visitor = Visitor(browser, site)
    yield visitor
    visitor.close()


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.key)
@pytest.mark.parametrize("reader", [NIGHT, NARROW], ids=lambda reader: f"{reader.language}-{reader.colours}")
def test_a_page_holds_on_a_phone(visitor, entry, reader):
    tab, visit = visitor.open(entry, reader, first=entry in LIGHT)

    faults = faults_of(visitor, entry, tab, visit, contrast=reader is NIGHT)
    tab.set_viewport_size({"width": 320, "height": 900})
    faults += [f"wider than 320 px: {one}" for one in tab.evaluate(SIDEWAYS)]
    if reader is NIGHT:
        faults += faults_on_paper(tab)

    no_faults(faults)


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.key)
def test_a_page_holds_on_a_desk_and_is_whole_without_scripts(visitor, entry):
    tab, visit = visitor.open(entry, WIDE, first=entry in LIGHT)
    with_scripts = tab.evaluate(SHOWN)
    faults = faults_of(visitor, entry, tab, visit)
    tab, _visit = visitor.open(entry, PLAIN, first=False)
    without = tab.evaluate(SHOWN)

    no_faults(faults)
    assert without["headings"] == with_scripts["headings"]
    assert [one for one in with_scripts["links"] if one not in without["links"]] == []
    lacking = [one for one in with_scripts["controls"] if one not in without["controls"]]
    assert lacking == BY_SCRIPT.get(entry.route, [])
    assert without["text"] >= 0.9 * with_scripts["text"] > 0


@pytest.mark.parametrize("entry", TRAININGS, ids=lambda entry: entry.key)
def test_every_training_on_record_holds_on_a_phone(visitor, entry):
    tab, visit = visitor.open(entry, NARROW)

    faults = faults_of(visitor, entry, tab, visit)
    tab.set_viewport_size({"width": 320, "height": 900})
    faults += [f"wider than 320 px: {one}" for one in tab.evaluate(SIDEWAYS)]

    no_faults(faults)


def faults_on_paper(tab):
    """What is wrong with the page in ``tab`` when it is printed, by night as by day."""
    tab.set_viewport_size({"width": SHEET, "height": 900})
    tab.emulate_media(media="print")
    faults = [f"printed: {one}" for one in tab.evaluate(PRINTED)]
    faults += [f"printed, wider than the sheet: {one}" for one in tab.evaluate(SIDEWAYS)]
    tab.emulate_media(media="screen")
    return faults


def faults_of(visitor, entry, tab, visit, *, contrast=True):
    """What a visit shows to be wrong with the page in ``tab``, whoever reads it.

    The colours of the day are judged on the desk, those of the night on the phone.
    """
    faults = [f"fetched from elsewhere: {address}" for address in elsewhere(visit, visitor.site.url)]
    faults += [f"console: {text}" for text in visit.complaints if entry.status == 200]
    if entry in LIGHT and visit.weight > MOST_BYTES:
        faults.append(f"weighs {visit.weight} bytes: {visit.bytes}")
    if entry in LIGHT and len(visit.addresses) > MOST_REQUESTS:
        faults.append(f"takes {len(visit.addresses)} requests: {visit.addresses}")
    return faults + [f"axe: {violation}" for violation in axe_violations(tab, contrast=contrast)]
