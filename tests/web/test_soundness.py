"""Texts come in UTF-8, whatever a request says of itself."""

import pytest

from tessera.config.wsgi import application
from tessera.web.soundness import utf_8_alone


def said(wrapped, content_type):
    heads = []
    b"".join(wrapped({"CONTENT_TYPE": content_type}, lambda status, _headers: heads.append(status)))
    return heads


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data; boundary=x; charset=hex",
        "multipart/form-data; boundary=x; charset=unicode_escape",
        "application/x-www-form-urlencoded; CHARSET=utf-16",
        'text/plain; charset="utf-7"',
        "text/plain; charset=",
    ],
)
def test_another_coding_is_a_bad_request(content_type):
    assert said(utf_8_alone(lambda _environ, _start: pytest.fail("asked")), content_type) == ["400 Bad Request"]
    assert said(application, content_type) == ["400 Bad Request"]


@pytest.mark.parametrize(
    "content_type",
    ["", None, "text/plain", "application/json; charset=UTF-8", "multipart/form-data; boundary=charset"],
)
def test_utf_8_and_nothing_said_pass(content_type):
    asked = []
    said(utf_8_alone(lambda environ, _start: asked.append(environ) or []), content_type)

    assert len(asked) == 1
