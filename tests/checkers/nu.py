"""The Nu HTML checker as a server of its own on loopback."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

JARS = Path(__file__).resolve().parents[2] / ".cache" / "vnu"
MISSING = "The Nu HTML checker needs a Java runtime and tools/get_vnu.sh."

_open = build_opener(ProxyHandler({})).open


def find_jar() -> Path | None:
    """The jar that tools/get_vnu.sh fetched, or None where it or Java is missing."""
    jars = sorted(JARS.glob("vnu-*.jar"))
    return jars[-1] if jars and shutil.which("java") else None


class NuChecker:
    def __init__(self, url: str) -> None:
        self.url = url

    def errors(self, html: str | bytes) -> list[str]:
        """Errors and warnings found in a whole HTML page, one readable line each; none is an empty list."""
        body = html.encode() if isinstance(html, str) else html
        request = Request(f"{self.url}?out=json", data=body, headers={"Content-Type": "text/html; charset=utf-8"})
        with _open(request, timeout=60) as answer:
            messages = json.load(answer)["messages"]
        return [
            f"line {message.get('lastLine', '?')}: {message['message']} [{message.get('extract', '').strip()}]"
            for message in messages
            if message["type"] != "info" or message.get("subType") == "warning"
        ]


@contextmanager
def nu_checker(jar: Path) -> Iterator[NuChecker]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["java", "-Xmx384m", "-Xss16m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    command += ["-Dnu.validator.servlet.bind-address=127.0.0.1", "-cp", os.fspath(jar)]
    command += ["nu.validator.servlet.Main", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    checker = NuChecker(f"http://127.0.0.1:{port}/")
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                checker.errors("<!doctype html><html lang=en><title>Ready</title><p>Ready.")
                break
            except (URLError, ConnectionError):
                if time.monotonic() > deadline or server.poll() is not None:
                    raise
                time.sleep(0.2)
        yield checker
    finally:
        server.kill()
        server.wait()
