"""The processes of ``tessera run``: started together, ended together."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

PATIENCE_S = 20.0


@dataclass
class Children:
    """Child processes in this process's own group, so that a terminal's Ctrl-C reaches all of them."""

    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        """Start ``tessera`` with ``arguments`` as the child called ``name``."""
        command = [sys.executable, "-m", "tessera.commands", *arguments]
        self.processes[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_end_with_parent)  # noqa: PLW1509

    def dead(self) -> tuple[str, int] | None:
        """Name and exit status of a child that has ended, if any has."""
        for name, process in self.processes.items():
            status = process.poll()
            if status is not None:
                return name, status
        return None

    def end(self) -> None:
        """Ask every child to finish, wait, and end the deaf ones."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_S
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_parent() -> None:
    """On Linux, let the kernel end a child whose parent was killed without a chance to do so."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
