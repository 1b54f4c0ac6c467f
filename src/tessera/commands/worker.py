"""``tessera worker``: background work alone."""

from __future__ import annotations

import argparse
import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from tessera.commands import site
from tessera.commands.arguments import positive

SAME_WISH_S = 2.0


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "worker",
        help="do background work: mail, files, schedules",
        description="Do background work in the foreground, as many workers as are started. Ends on SIGTERM or Ctrl-C "
        "once the work in hand is done; a second signal ends it at once, and what was in hand is done again later.",
    )
    parser.add_argument("--concurrency", type=positive, default=2, help="tasks at a time (default: %(default)s)")
    parser.add_argument("--once", action="store_true", help="end when nothing is due any more")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    site.start()
    from django.conf import settings
    from django_ox.worker import worker_class

    settings.WORKER_HEARTBEAT.parent.mkdir(parents=True, exist_ok=True)
    worker = worker_class("default")(
        concurrency=arguments.concurrency,
        poll_interval=0.5,
        batch=arguments.once,
        heartbeat_file=str(settings.WORKER_HEARTBEAT),
    )
    _end_on_signals(worker.request_stop)
    worker.run()
    if worker.recycling:  # a thread that its timeout could not stop would be waited for
        logging.shutdown()
        sys.stdout.flush()
        os._exit(1)
    return 0


def _end_on_signals(stop: Callable[[], None]) -> None:
    """Drain on the first signal, end at once on a later one.

    A terminal's Ctrl-C reaches the whole process group and ``tessera run`` sends its own signal after it, so a
    second signal within ``SAME_WISH_S`` is the same wish. The handler takes no lock: it may run while one is held.
    """
    asked: queue.SimpleQueue[int] = queue.SimpleQueue()
    first: list[float] = []

    def on_signal(signum: int, _frame: Any) -> None:
        now = time.monotonic()
        if first and now - first[0] > SAME_WISH_S:
            os._exit(130)
        first.append(now)
        asked.put(signum)

    def act() -> None:
        asked.get()
        stop()

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, on_signal)
    threading.Thread(target=act, name="stop", daemon=True).start()
