"""A web server of its own for a bench, and what it costs: processor time of its processes, from Linux's /proc."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent


class Connection:
    """One keep-alive connection that reads whole answers and looks at nothing but status and length."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def get(self, path: str, *headers: str) -> tuple[int, bytes, bytes]:
        """(status, header block, body) of one GET, which may come compressed."""
        return self.send("GET", path, b"", "Accept-Encoding: gzip, deflate, br", *headers)

    def send(self, method: str, path: str, content: bytes, *headers: str) -> tuple[int, bytes, bytes]:
        """(status, header block, body) of one request; a connection the server closed is opened anew, once."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", *headers]
        request = ("\r\n".join(lines) + "\r\n\r\n").encode() + content
        for attempt in (1, 2):
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self.socket.sendall(request)
                return self._answer(self.socket)
            except (ConnectionError, EOFError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def _answer(self, line: socket.socket) -> tuple[int, bytes, bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            got += _some(line)
        head, _, body = got.partition(b"\r\n\r\n")
        status, lowered = int(head[9:12]), head.lower()
        if status == 304:
            return status, head, b""
        if b"\r\ntransfer-encoding: chunked" in lowered:
            return status, head, self._chunks(line, body)
        length = int(lowered.partition(b"\r\ncontent-length:")[2].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += _some(line)
        if b"\r\nconnection: close" in lowered:
            self.close()
        return status, head, body

    def _chunks(self, line: socket.socket, got: bytes) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in got:
                got += _some(line)
            size, _, got = got.partition(b"\r\n")
            length = int(size, 16)
            while len(got) < length + 2:
                got += _some(line)
            if not length:
                return body
            body, got = body + got[:length], got[length + 2 :]


def _some(line: socket.socket) -> bytes:
    chunk = line.recv(65536)
    if not chunk:
        raise EOFError
    return chunk


class Server:
    """A running server on ``port``; ``pids`` are all its processes."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    @property
    def pids(self) -> list[int]:
        found, known = [self.process.pid], {self.process.pid}
        for _generation in range(3):
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit() and int(entry.name) not in known and _parent(entry) in known:
                    known.add(int(entry.name))
                    found.append(int(entry.name))
        return found

    def cpu(self, pids: Sequence[int]) -> float:
        """Processor seconds that ``pids`` have used so far, all threads, user and system."""
        total = 0
        for pid in pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def cost(self, paths: Sequence[str], *headers: str, connections: int = 4) -> float:
        """Milliseconds of processor time for one of ``paths``, asked on several connections at once."""
        pids, errors = self.pids, []

        def ask(part: Sequence[str]) -> None:
            line = Connection(self.port)
            try:
                for path in part:
                    status, _head, _body = line.get(path, *headers)
                    if status not in (200, 304):
                        errors.append(f"{path}: {status}")
            except Exception as error:  # told below, in the main thread
                errors.append(f"{type(error).__name__}: {error}")
            finally:
                line.close()

        threads = [threading.Thread(target=ask, args=(paths[n::connections],)) for n in range(connections)]
        before = self.cpu(pids)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise RuntimeError(errors[0])
        return (self.cpu(pids) - before) / len(paths) * 1000


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return -1


@contextmanager
def running(name: str, data: Path, *, workers: int = 2, threads: int = 4) -> Iterator[Server]:
    """The server ``name`` ("gunicorn", "granian") with the bench's application."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(ROOT / "bench" / "_serve.py"), name, str(port), str(workers), str(threads)]
    environment = {**os.environ, "TESSERA_DATA": str(data), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=sys.stderr
    )
    try:
        _wait(process, port)
        yield Server(process, port)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the server ended while it started")
        try:
            if Connection(port).get("/bare/string")[0] == 200:
                return
        except (OSError, EOFError):
            time.sleep(0.2)
    raise RuntimeError("the server did not answer within a minute")
