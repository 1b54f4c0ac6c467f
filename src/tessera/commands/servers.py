"""Which web server answers, and how it is started. ``bench/web.py`` decides."""

from __future__ import annotations

import os
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from tessera.commands.failure import CommandFailed

APPLICATION = "tessera.config.wsgi:application"
SERVERS = ("gunicorn", "granian")
CHOSEN = "gunicorn"


def serve(*, host: str, port: int, workers: int, threads: int, server: str = CHOSEN, quiet: bool = False) -> int:
    """Answer requests until a signal ends it; Django must be set up. Returns the exit status, or ends the process."""
    if server == "granian":
        command = granian_command(host=host, port=port, workers=workers, threads=threads, quiet=quiet)
        os.execv(command[0], command)  # noqa: S606  this process becomes the server
    return _gunicorn(host=host, port=port, workers=workers, threads=threads, quiet=quiet)


def granian_command(*, host: str, port: int, workers: int, threads: int, quiet: bool = False) -> list[str]:
    """The argument list that starts granian."""
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(threads), "--workers-kill-timeout", "10",
        "--respawn-failed-workers", APPLICATION,
    ]  # fmt: skip
    return [*command, "--log-level", "warning"] if quiet else command


def _gunicorn(*, host: str, port: int, workers: int, threads: int, quiet: bool) -> int:
    """Run gunicorn in this process: its workers are forks of it and need not import everything again."""
    from django.db import connections
    from gunicorn.app.base import BaseApplication

    class Site(BaseApplication):
        def load_config(self) -> None:
            self.cfg.set("bind", f"{_bracketed(host)}:{port}")
            self.cfg.set("workers", workers)
            self.cfg.set("threads", threads)
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("control_socket_disable", True)
            self.cfg.set("graceful_timeout", 10)
            self.cfg.set("keepalive", 5)
            self.cfg.set("loglevel", "warning" if quiet else "info")
            # A worker's sign of life in memory, not on a disk that may be slow.
            self.cfg.set("worker_tmp_dir", "/dev/shm" if Path("/dev/shm").is_dir() else None)  # noqa: S108
            self.cfg.set("post_worker_init", _end_once)

        def load(self) -> Any:
            module, _, name = APPLICATION.partition(":")
            return getattr(import_module(module), name)

    connections.close_all()  # a connection does not survive a fork
    Site().run()
    return 0


def _end_once(worker: Any) -> None:
    """Let a worker end when its master says so, after the answers that it has begun.

    A terminal's Ctrl-C reaches master and workers, and the master then signals the workers again: gunicorn's own
    handler shuts the thread pool down both times, and hangs if the second signal comes while it holds the pool's lock.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, worker.handle_exit)


def require_free(host: str, port: int) -> None:
    """CommandFailed, in one sentence, where ``port`` cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sentence = (
                f"Port {port} of {host} cannot be used ({error.strerror or error}): stop what listens there, "
                f"or name another one, for example PORT={port + 1 if port < 65535 else 8000}."
            )
            raise CommandFailed(sentence) from error


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
