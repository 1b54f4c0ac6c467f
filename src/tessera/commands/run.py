"""``tessera run``: the whole site in one foreground process group, with its archive and rehearsal data."""

from __future__ import annotations

import argparse
import signal
import threading
import time
import urllib.error
import urllib.request
from typing import Any

from tessera.commands import servers, site
from tessera.commands.arguments import port_number
from tessera.commands.children import Children
from tessera.commands.failure import CommandFailed
from tessera.commands.first_data import load_first_data
from tessera.commands.preparation import prepare_database, prepare_static_files
from tessera.commands.welcome import welcome

READY_WITHIN_S = 90.0
HOST = "127.0.0.1"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "run",
        help="prepare everything and start web server and worker",
        description="Bring the database up to date, load the archive and the rehearsal data into an empty one, start "
        "web server and worker, and end both on Ctrl-C. PORT and TESSERA_DATA are honoured; what people wrote stays.",
    )
    parser.add_argument("--host", default=HOST, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=port_number, help="port to listen on (default: PORT, or 8000)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 after Ctrl-C or SIGTERM, raises CommandFailed where a child ends by itself."""
    ended = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda _number, _frame: ended.set())
    site.start(arguments.port)
    from django.conf import settings
    from django.db import connections

    port = settings.PORT
    servers.require_free(arguments.host, port)
    if prepare_database():
        print("The database is ready.", flush=True)
    prepare_static_files()
    if ended.is_set():
        return 0
    for line in load_first_data():
        print(line, flush=True)
    lines = welcome(f"http://localhost:{port}")
    connections.close_all()
    if ended.is_set():
        return 0

    children = Children()
    try:
        children.start("web server", "serve", "--host", arguments.host, "--port", str(port), "--quiet")
        children.start("worker", "worker")
        _wait_until_ready(children, f"http://{_local(arguments.host)}:{port}/readyz", ended)
        if not ended.is_set():
            print("\n".join(lines), flush=True)
        while not ended.wait(0.3):
            _require_alive(children)
    finally:
        children.end()
    return 0


def _local(host: str) -> str:
    return "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104


def _require_alive(children: Children) -> None:
    dead = children.dead()
    if dead:
        name, status = dead
        sentence = f"The {name} ended by itself (status {status}); its last words are above. Everything else was ended."
        raise CommandFailed(sentence)


def _wait_until_ready(children: Children, address: str, ended: threading.Event) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    answer = "no answer"
    while not ended.is_set() and time.monotonic() < deadline:
        _require_alive(children)
        try:
            with opener.open(address, timeout=5):
                return
        except urllib.error.HTTPError as error:
            answer = error.read().decode(errors="replace")
        except OSError:
            pass
        ended.wait(0.1)
    if not ended.is_set():
        sentence = f"The site was not ready within {READY_WITHIN_S:.0f} seconds ({answer})."
        raise CommandFailed(sentence)
