"""What somebody sends arrives whole or counts as not sent.

A web server that is told of 9,000 bytes and gets 5,000 before the line breaks hands on 5,000 as if they were all: a text
would be kept without its end, in the place of the whole one that was kept before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

type Environ = dict[str, Any]
type Application = Callable[[Environ, Any], Iterable[bytes]]


class WholeBody:
    """The body of a request. Reading is an OSError once it ends before the ``length`` that was promised.

    Django takes that for a form without fields, which changes nothing.
    """

    def __init__(self, stream: Any, length: int) -> None:
        self.stream, self.left = stream, length

    def read(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        return self._counted(self.stream.read(wanted), wanted)

    def readline(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        line = self.stream.readline(wanted)
        return self._counted(line, len(line) if line.endswith(b"\n") else wanted)

    def _counted(self, data: bytes, wanted: int) -> bytes:
        if len(data) < wanted:
            raise OSError(f"The body ended {self.left - len(data)} bytes early.")
        self.left -= len(data)
        return data


def whole_bodies(application: Application) -> Application:
    """``application`` for which a posted form is whole. A piece of a file that is put may be cut: it says from where."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if environ.get("REQUEST_METHOD") == "POST" and length.isascii() and length.isdecimal() and len(length) < 16:
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return answer
