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
    "used", "replaced", "expired", "of a withdrawn file", "forged", "invented", "a key", "a number", "long",
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


@pytest.mark.parametrize("data", [{"opinion": "full", "text": "x"}, {"refuse": "1", "reason": "x"}])
def test_what_is_posted_to_a_dead_link_gets_the_same_page_and_changes_nothing(
    world: World, data: dict[str, str]
) -> None:
    before = rows_of_everything()

    found = {page(world, "anonymous", link, data) for link in DEAD}

    assert found == {page(world, "anonymous", "invented")}
    after = rows_of_everything()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
