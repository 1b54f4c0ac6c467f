"""A body that is cut on its way counts as not sent."""

import io
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client, RequestFactory

from tessera.applications import services
from tessera.applications.models import Answer
from tessera.config.wsgi import application
from tessera.web.whole_bodies import WholeBody, whole_bodies
from tests.applications.asking import WIDE
from tests.factories.accounts import UserFactory
from tests.factories.applications import write_answers
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

WHOLE = "We have three stores and no list of what is in them."


@pytest.fixture
def mine(db):
    with time_machine.travel(NOW, tick=False):
        call = CallFactory(form=WIDE, code="sea")
        row = services.start_application(call, call.strands.get().key, by=UserFactory(), language="en", at=NOW)
        write_answers(row, {"letter": WHOLE})
        yield row


def post(client, path, body, content_type, *, arrived):
    """What the site answers where ``arrived`` bytes of ``body`` come and then the line breaks."""
    client.get("/en/apply/sea/step/why/")
    token = client.cookies["csrftoken"].value
    made = RequestFactory().post(path, body, content_type, headers={"X-CSRFToken": token})
    environ = made.environ | {"wsgi.input": io.BytesIO(body[:arrived])}
    environ["HTTP_COOKIE"] = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
    return whole_bodies(lambda environ, _start: client.handler(environ))(environ, None).status_code


FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"


def typed(kind):
    fields = {"was-letter": "x", "step": "why", "q-letter": WHOLE + " And no money."}
    if kind == FORM:
        return urlencode(fields).encode()
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{fields[name]}\r\n' for name in fields]
    return "".join(parts).encode() + b"--x--\r\n"


@pytest.mark.parametrize("path", ["/en/apply/sea/save/", "/en/apply/sea/step/why/"])
@pytest.mark.parametrize("kind", [FORM, PARTS])
def test_half_a_text_does_not_take_the_place_of_the_whole(mine, kind, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(mine.applicant)
    body = typed(kind)

    for arrived in (len(body) - 30, len(body) // 2, 10, 0):
        assert post(client, path, body, kind, arrived=arrived) in (200, 302, 400, 403)
        assert Answer.objects.get(question="letter").value == WHOLE
    assert post(client, path, body, kind, arrived=len(body)) in (200, 302)

    assert Answer.objects.get(question="letter").value == WHOLE + " And no money."


def test_the_site_that_is_served_takes_whole_bodies_alone(db):
    environ = RequestFactory().post("/static/nothing", b"a=b", FORM).environ | {"wsgi.input": io.BytesIO(b"a")}
    list(application(environ, lambda _status, _headers: None))

    assert isinstance(environ["wsgi.input"], WholeBody)


def test_a_whole_body_reads_as_it_is():
    body = WholeBody(io.BytesIO(b"one\ntwo\nthree+more"), 13)

    assert [body.readline(), body.readline(2), body.readline(), body.read(2), body.read(), body.read()] == [
        b"one\n", b"tw", b"o\n", b"th", b"ree", b"",
    ]  # fmt: skip


@pytest.mark.parametrize("read", [lambda body: body.read(), lambda body: body.read(9), lambda body: body.readline()])
def test_a_body_that_ends_early_cannot_be_read(read):
    with pytest.raises(OSError, match="ended 5 bytes early"):
        read(WholeBody(io.BytesIO(b"1234"), 9))
