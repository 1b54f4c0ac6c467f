"""Odd values in every field and every parameter: an answer that is known, and never a page that broke."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.gates.odd import ODD
from tests.gates.table import GATES
from tests.gates.test_gates import address
from tests.gates.world import World

pytestmark = pytest.mark.django_db

KNOWN = {200, 302, 400, 404, 405, 409, 410, 413, 422}
SILENT = {"apply:left"}  # what a device lets go of: there is nothing to answer
# Parameters that addresses read, beside "page". Those of one group are read each for itself, and a value that is none is
# dropped without a look at the others: they are sent together.
LISTED = ("state", "country", "strand", "verdict", "origin", "transmission", "column", "order")
PARAMETERS: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "applications:list": ("q", LISTED),
    "applications:export": ("q", LISTED),
    "apply:step": ("more", "check"),
    "apply:step later": ("more", "check"),
    "apply:document": ("show",),
    "calls:calls": ("q", "status", "rehearsal"),
    "calls:call_new": ("training",),
    "calls:call_form_add": ("step",),
    "calls:call_form_question_new": ("type", "step"),
    "calls:call_rule_new": ("kind", "group"),
    "calls:call_edit": ("draft", "saved"),
    "portal:calls": ("q", "rehearsal", "zone"),
    "portal:call": ("zone",),
    "portal:call_check": ("strand",),
    "portal:desk_call_preview": ("section", "zone"),
    "portal:desk_call_form_preview": ("step", "language", "width"),
}
# Who gets in, and in which state most is possible.
STATE = {"files": ("submitted",), "documents": ("submitted", "cv"), "desk": ("draft",)}
OWN = ("apply:", "requests:")
FIELDS = {
    "apply:save": ("q-full_name", "q-birth_date", "q-nationality", "q-country_of_work", "q-posts-0-title",
                   "q-languages-0-language", "q-member", "q-attend", "q-signature-name", "q-referee-email",
                   "revision", "device", "step"),
    "apply:step": ("q-full_name", "q-birth_date", "q-nationality", "q-country_of_work", "revision", "device", "do"),
    "apply:save later": ("q-diet", "revision", "device", "step"),
    "apply:step later": ("q-diet", "revision", "device", "do"),
    "apply:upload": ("question", "name", "size"),
    "apply:start": ("strand",),
    "apply:withdraw": ("reason",),
    "requests:new_link": ("email",),
    "applications:import": ("confirm",),
    "applications:act": ("row", "act", "no-reason"),
    "calls:call_form": ("do",),
    "calls:call_rules": ("do",),
    "calls:call_edit": ("do", "version", "title-en"),
    "calls:call_draft": ("do", "version", "title-en"),
    "calls:call_form_question": ("do", "version", "over", "label-en"),
    "calls:call_form_step": ("version", "over", "title-en"),
    "calls:call_rule": ("do", "version", "over"),
    "calls:call_rules_bench": ("birth_date", "strand"),
    "portal:call_check": ("birth_date", "strand"),
    "portal:desk_call_preview": ("version", "title-en"),
}  # fmt: skip


def is_known(name: str, status: int) -> bool:
    """Whether an address may answer so, whatever it is sent."""
    return status in KNOWN or (status == 204 and name in SILENT)


def reader_of(name: str) -> str:
    if name == "applications:retention":
        return "admin"
    if name in ("apply:document", "requests:endorse"):
        return "office" if name == "apply:document" else "national committee"
    return "applicant" if name.startswith(OWN) else "office"


def place(world: World, name: str) -> str:
    gate = GATES[name]
    state = STATE.get(gate.over, ())
    if name.startswith("apply:") and gate.over == "files":
        state = ("accepted",) if name.endswith(" later") else ("draft",)
    return address(world, name, gate, state)


@pytest.fixture(autouse=True)
def _taken_back(world: World) -> Any:
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(GATES))
def test_odd_parameters_of_an_address(world: World, name: str) -> None:
    client, path = world.clients[reader_of(name)], place(world, name).partition("?")[0]
    found = {}

    for parameter in ("page", *PARAMETERS.get(name, ())):
        for kind, value in ODD.items():
            if name in PARAMETERS or kind in ("NUL", "huge number", "below zero", "not a number"):
                names = (parameter,) if isinstance(parameter, str) else parameter
                found[parameter, kind] = client.get(path, dict.fromkeys(names, value[:8000])).status_code

    assert {case: status for case, status in found.items() if not is_known(name, status)} == {}


@pytest.mark.parametrize("name", sorted(name for name, gate in GATES.items() if gate.post or name in FIELDS))
def test_odd_values_in_every_field_of_a_form(world: World, name: str) -> None:
    gate, client, path = GATES[name], world.clients[reader_of(name)], place(world, name)
    fields = [*FIELDS.get(name, ()), *(field for field in gate.data if field != "Upload-Offset")]
    found = {}

    for kind, value in ODD.items():
        cache.clear()
        with transaction.atomic():
            data = {field: [value, value] for field in fields}
            data |= {f"was-{field[2:].partition('-')[0]}": [value] for field in fields if field.startswith("q-")}
            if gate.method == "put":
                headers = {"Upload-Offset": value.encode().decode("latin-1").replace("\r", "").replace("\n", "")}
                found[kind] = client.put(path, b"x", "application/octet-stream", headers=headers).status_code
            else:
                found[kind] = client.post(path, data).status_code
            transaction.set_rollback(True)

    assert {kind: status for kind, status in found.items() if not is_known(name, status)} == {}


# How a body may come that is none: (content type, body) -> what each address answers.
BODIES: dict[str, tuple[str, bytes]] = {
    "json": ("application/json", b'{"q-letter": ["a", {"b": NaN}], "do": 1e999}'),
    "deep json": ("application/json", b"[" * 100_000),
    "xml": ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "plain": ("text/plain", b"q-letter=x"),
    "no type": ("", b"q-letter=x"),
    "not a type": ("a/b/c; ;;=", b"\xff\xfe"),
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n--x--"),
    "an odd boundary": ("multipart/form-data; boundary=" + "x" * 300, b"--x"),
    "another boundary": ("multipart/form-data; boundary=x", b"--y\r\nContent-Disposition: form-data\r\n\r\nz\r\n--y--"),
    "cut off": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="q-le'),
    "no names": ("multipart/form-data; boundary=x", b"--x\r\nA: b\r\n\r\nc\r\n--x--\r\n"),
    "broken base64": (
        "multipart/form-data; boundary=x",
        (b'--x\r\nContent-Disposition: form-data; name="q-cv"; filename="a.pdf"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n====!\r\n--x--\r\n"),
    ),
    "a text in base64": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="do"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n',
    ),
    "a file for a text": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="q-letter"; filename="a.pdf"\r\n\r\n%PDF\r\n--x--\r\n',
    ),
    "not utf-8": ("application/x-www-form-urlencoded", b"q-letter=%ff%fe&was-letter=%c3&do=\xff"),
    "lone surrogates": ("application/x-www-form-urlencoded", b"q-letter=%ed%a0%80&was-letter=x&strand=%ed%a0%80"),
    "3000 fields": ("application/x-www-form-urlencoded", b"&".join(b"q-%d=x" % n for n in range(3000))),
    "7 MB": ("application/x-www-form-urlencoded", b"q-letter=" + b"x" * 7_000_000),
    "200 files": (
        "multipart/form-data; boundary=x",
        b"".join(
            b'--x\r\nContent-Disposition: form-data; name="f%d"; filename="a"\r\n\r\n.\r\n' % n for n in range(200)
        ) + b"--x--\r\n",
    ),
}  # fmt: skip
REFUSED = {"no boundary", "an odd boundary", "broken base64", "3000 fields", "7 MB", "200 files"}  # fmt: skip
WRITTEN = sorted(name for name, gate in GATES.items() if gate.post and gate.method == "post")


@pytest.mark.parametrize("kind", BODIES)
def test_bodies_that_are_none(world: World, kind: str) -> None:
    content_type, body = BODIES[kind]
    found = {}

    for name in WRITTEN:
        cache.clear()
        with transaction.atomic():
            client = world.clients[reader_of(name)]
            found[name] = client.generic("POST", place(world, name), body, content_type).status_code
            transaction.set_rollback(True)

    assert {name: status for name, status in found.items() if not is_known(name, status)} == {}
    if kind in REFUSED:
        assert (found["apply:save"], found["apply:step"]) == (400, 400)


@pytest.mark.parametrize("path", ["desk/applications/files/%00/", "requests/of/a%00b/", "requests/%00/", "apply/%00/"])
def test_nothing_is_at_an_address_with_nul_in_it(world: World, path: str) -> None:
    assert world.clients["office"].get(f"/en/{path}").status_code == 404
    assert world.clients["office"].post(f"/en/{path}").status_code == 404
