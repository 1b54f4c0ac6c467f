"""The virus scanner, where the site names one (``TESSERA_CLAMD``): clamd's own protocol over a socket."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

NOT_REACHED = "not reached"
TIMEOUT_S = 30
PIECE = 64 * 1024


def scan(path: Path) -> str:
    """The name of what was found, "" where nothing was; NOT_REACHED where the scanner does not answer."""
    try:
        with _connected(settings.CLAMD_ADDRESS) as link:
            link.sendall(b"zINSTREAM\0")
            with path.open("rb") as file:
                while piece := file.read(PIECE):
                    link.sendall(struct.pack("!L", len(piece)) + piece)
            link.sendall(struct.pack("!L", 0))
            answer = link.recv(4096).rstrip(b"\0").decode(errors="replace")
    except OSError as error:
        log.error("clamd_not_reached", error=str(error))
        return NOT_REACHED
    if answer.endswith("OK"):
        return ""
    if answer.endswith("FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    log.error("clamd_refused", answer=answer)
    return NOT_REACHED


def _connected(address: str) -> socket.socket:
    """A connection to "/path/of/socket" or "host:port"."""
    if address.startswith("/"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(TIMEOUT_S)
        link.connect(address)
        return link
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=TIMEOUT_S)
