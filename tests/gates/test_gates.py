"""Nobody gets in who should not, nothing changes by whoever may not, and nothing hidden stands on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import resolve, reverse

from tessera.applications.models import Letter
from tessera.applications.queries import file_for_reviewer
from tests.gates.table import BY_LINK, GATES, Answer, Gate
from tests.gates.world import READ, READERS, SECRETS, STATES, UNSENT, World, rows_of_everything
from tests.sweep.routes import routes

pytestmark = pytest.mark.django_db

APPS = ("applications:", "apply:", "requests:", "calls:", "grants:")
DOCUMENTS = ("cv", "work_sample", "pay_slip", "passport")


@pytest.fixture(autouse=True)
def _no_window_is_full() -> None:
    cache.clear()


def test_the_table_names_every_address_of_calls_and_applications() -> None:
    found = {
        route.name
        for route in routes()
        if route.name.startswith(APPS) or (route.name.startswith("portal:") and "call" in route.name)
    }

    assert found == {name.partition(" ")[0] for name in GATES} | BY_LINK


def test_every_state_of_an_application_is_tried() -> None:
    from tessera.applications.models import Status

    assert {status for status, _sent in STATES.values()} == set(Status)


def states(gate: Gate) -> list[tuple[str, ...]]:
    if gate.over == "files":
        return [(state,) for state in STATES]
    if gate.over == "documents":
        return [(state, question) for state in STATES for question in DOCUMENTS]
    return [("draft",), ("open",)] if gate.over == "desk" else [()]


def address(world: World, name: str, gate: Gate, state: tuple[str, ...]) -> str:
    here = state[0] if state else ""
    known = {
        "code": lambda: world.calls[here].code,
        "number": lambda: world.files[here].number,
        "document": lambda: world.document(*state).key,
        "upload": lambda: world.files[here].uploads.get().pk,
        "endorsement": lambda: world.files[here].requests.get(kind="endorsement").pk,
        "letter_key": lambda: Letter.objects.get(request__application=world.files[here]).key,
        "desk": lambda: world.desk[here].code,
        "submitted": lambda: world.calls["submitted"].code,
        "likeness": lambda: world.likeness.pk,
        "filter": lambda: 1,
        "code_for_late": lambda: world.late_code.pk,
        "version": lambda: 1,
        "table": lambda: world.table.code,
    }
    path = reverse(name.partition(" ")[0], args=[known[word]() if word in known else word for word in gate.args])
    return f"{path}?{gate.query}" if gate.query else path


@pytest.fixture(scope="module")
def addresses(world: World) -> dict[tuple[str, tuple[str, ...]], str]:
    return {(name, state): address(world, name, gate, state) for name, gate in GATES.items() for state in states(gate)}


def expected(answers: Mapping[str, Answer], reader: str, state: tuple[str, ...]) -> Any:
    found: Any = answers[reader] if reader in answers else answers["*"]
    for step in state:
        if isinstance(found, Mapping):
            found = found[step] if step in found else found["*"]
    return found


def answered(response: Any) -> Any:
    if response.status_code != 302:
        return response.status_code
    path = response["Location"].partition("?")[0].partition("#")[0]
    name = resolve(path).view_name
    return "sign in" if name == "accounts:sign_in" else f"> {name}"


def body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


@pytest.mark.parametrize("reader", READERS)
def test_each_address_answers_each_role_as_it_should_and_shows_no_more(
    world: World, addresses: Mapping[Any, str], reader: str
) -> None:
    client = world.clients[reader]
    wrong, shown = [], {}

    for (name, state), path in addresses.items():
        response = client.get(path)
        wanted = expected(GATES[name].get, reader, state)
        if answered(response) != wanted:
            wrong.append((name, *state, answered(response), wanted))
        if response.status_code == 200:
            text = body(response)
            shown |= {secret: (name, *state) for secret, word in SECRETS.items() if word in text}

    assert wrong == []
    read = READ.get(reader, set())
    assert {secret: where for secret, where in shown.items() if secret not in read} == {}
    assert set(shown) == read


@pytest.mark.parametrize("reader", READERS)
def test_what_a_role_may_not_do_is_refused_and_changes_nothing(
    world: World, addresses: Mapping[Any, str], reader: str
) -> None:
    client = world.clients[reader]
    wrong = []
    before = rows_of_everything()

    for (name, state), path in addresses.items():
        gate = GATES[name]
        wanted = expected(gate.post, reader, state) if gate.post else None
        if wanted is None:
            continue
        if gate.method == "put":
            response = client.put(path, b"x" * 10, "application/octet-stream", headers=dict(gate.data))
        else:
            said = {"@row": str(world.files["submitted"].pk), "@training": world.training.slug}
            response = client.post(path, {key: said.get(value, value) for key, value in gate.data.items()})
        if answered(response) != wanted:
            wrong.append((name, *state, answered(response), wanted))

    assert wrong == []
    after = rows_of_everything()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}


@pytest.mark.parametrize("state", STATES)
def test_what_reviewers_will_read_says_in_no_state_who_it_is(world: World, state: str) -> None:
    file = file_for_reviewer(world.files[state])

    text = repr([(step.title, [(row.label, row.lines, row.raw) for row in step.questions]) for step in file.steps])
    text += repr(file.documents)
    assert (SECRETS["answer"] in text) == (state not in UNSENT)
    # The number is how a reviewer calls the file.
    assert [name for name, word in SECRETS.items() if name not in ("answer", "number") and word in text] == []
