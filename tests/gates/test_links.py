"""Links of referees and endorsers: a good one shows what is asked and no more, every other shows one and the same page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache

from tests.gates.world import SECRETS, World, rows_of_everything

pytestmark = pytest.mark.django_db

GOOD = {"reference", "of another application", "endorsement"}
DEAD = (
    "used", "replaced", "expired", "of a withdrawn file", "of a file under review", "of who was a host", "forged", "invented",
    "a key", "a number", "long",
)  # fmt: skip
# Whoever holds a link; an account gives nothing more, not even that of the applicant.
HOLDERS = ("anonymous", "applicant", "nobody", "national committee", "committee", "office")
READ_BY_LINK = {
    "reference": {"name"},
    "of another application": {"another applicant"},
    "endorsement": {"name", "answer"},
}
# What differs for another reason than the link: the token of the form, and the weight of a page that names its address.
OWN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|This page: \d+ kB')


@pytest.fixture(autouse=True)
def _no_window_is_full(world: World) -> None:
    cache.clear()


def page(world: World, holder: str, link: str, data: Any = None) -> tuple[int, str]:
    client, path = world.clients[holder], f"/en/requests/{world.links[link]}/"
    response = client.get(path) if data is None else client.post(path, data)
    # The page names its own address, for other languages.
    return response.status_code, OWN.sub("", response.content.decode()).replace(world.links[link], "")


def test_every_link_is_tried(world: World) -> None:
    assert set(world.links) == GOOD | set(DEAD)


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("link", sorted(GOOD))
def test_a_good_link_shows_what_it_asks_and_nothing_else(world: World, link: str, holder: str) -> None:
    status, text = page(world, holder, link)

    main = text[text.index("<main") : text.index("</main>")]
    assert status == 200
    assert {name for name, word in SECRETS.items() if word in main} == READ_BY_LINK[link]


@pytest.mark.parametrize("holder", HOLDERS)
def test_dead_links_get_one_and_the_same_page_that_reveals_nothing(world: World, holder: str) -> None:
    found = {link: page(world, holder, link) for link in DEAD}

    assert set(found.values()) == {found["invented"]}
    status, text = found["invented"]
    main = text[text.index("<main") : text.index("</main>")]
    assert status == 410
    assert [name for name, word in SECRETS.items() if word in main] == []


def opened(world: World, holder: str, link: str) -> dict[str, int]:
    """What each file of the application that the endorsement is about answers to whoever holds a link."""
    client, token = world.clients[holder], world.links[link]
    return {
        key: client.get(f"/en/requests/{token}/files/{world.document('submitted', key).key}/").status_code
        for key in ("cv", "work_sample", "pay_slip")
    }


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_link_opens_what_its_page_lists_and_nothing_else(world: World, holder: str) -> None:
    found = {link: opened(world, holder, link) for link in world.links}

    nothing = dict.fromkeys(("cv", "work_sample", "pay_slip"), 410)
    assert found == dict.fromkeys(world.links, nothing) | {"endorsement": {**nothing, "work_sample": 200}}


def test_a_file_behind_a_dead_link_is_the_same_page_as_any_dead_link(world: World) -> None:
    key = world.document("submitted", "work_sample").key
    client = world.clients["anonymous"]
    before = rows_of_everything()

    found = {}
    for link in DEAD:
        response = client.get(f"/en/requests/{world.links[link]}/files/{key}/")
        text = OWN.sub("", response.content.decode()).replace(world.links[link], "").replace(f"files/{key}/", "")
        found[link] = (response.status_code, text)

    assert set(found.values()) == {page(world, "anonymous", "invented")}
    assert rows_of_everything() == before


@pytest.mark.parametrize("data", [{"opinion": "full", "text": "x"}, {"refuse": "1", "reason": "x"}])
def test_what_is_posted_to_a_dead_link_gets_the_same_page_and_changes_nothing(
    world: World, data: dict[str, str]
) -> None:
    before = rows_of_everything()

    found = {page(world, "anonymous", link, data) for link in DEAD}

    assert found == {page(world, "anonymous", "invented")}
    after = rows_of_everything()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
