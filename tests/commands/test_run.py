"""``tessera run``: the whole site from one command, and its end."""

import email
import email.policy
import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.own_site import ROOT, command, free_port, tessera

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Running:
    """A ``tessera run`` that was started and answers; ``made`` by another command in another folder where given."""

    def __init__(self, environment, made=None, folder=ROOT, port=""):
        self.environment = environment
        self.address = f"http://localhost:{port or environment['PORT']}"
        self.process = subprocess.Popen(
            made or command("run"), env=environment, cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        self.lines = []
        begun = time.monotonic()
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.startswith("Ctrl-C"):
                self.seconds = time.monotonic() - begun
                return
        pytest.fail(f"The site did not start:\n{'\n'.join(self.lines)}")

    def status(self, path):
        try:
            with OPENER.open(self.address + path, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def family(self):
        """The processes of the group."""
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,pgid=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        return {int(row[0]): row[2] for row in rows if int(row[1]) == self.process.pid and "defunct" not in row[2]}

    def end(self, signum, *, group=False):
        (os.killpg if group else os.kill)(self.process.pid, signum)
        rest = self.process.communicate(timeout=60)[0]
        return self.process.returncode, rest

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.communicate()


@pytest.fixture
def run(environment):
    started = []

    def start(*how):
        started.append(Running(environment, *how))
        return started[-1]

    yield start
    for running in started:
        running.kill()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


@pytest.mark.slow
def test_run_starts_everything_ends_cleanly_and_starts_again_quickly(run, environment):
    first = run()
    said = "\n".join(first.lines)
    assert f"answers at {first.address}/en/" in said
    if "TESSERA_DATABASE_URL" not in environment:
        assert f"{first.address}/en/account/rehearsal/" in said
        assert f"{first.address}/en/mail/" in said
    assert [first.status(path) for path in ("/healthz", "/readyz")] == [200, 200]
    assert sum("worker" in arguments.split()[-1] for arguments in first.family().values()) == 1

    # The port is taken: one sentence, and what runs goes on.
    taken = tessera(environment, "run")
    assert (taken.returncode, taken.stdout) == (1, "")
    assert taken.stderr.startswith(f"tessera: Port {environment['PORT']} of 127.0.0.1 cannot be used")
    assert len(taken.stderr.splitlines()) == 1
    assert first.status("/healthz") == 200

    # Somebody writes, then a terminal's Ctrl-C reaches the whole group.
    assert tessera(environment, "user", "add", "celia@example.org", "--role", "office").returncode == 0
    status, rest = first.end(signal.SIGINT, group=True)
    assert (status, rest) == (0, "")
    assert (first.family(), listens(environment["PORT"])) == ({}, False)

    # The second run loads nothing, takes no longer, and changes nothing that was written.
    before = tessera(environment, "dump").stdout
    second = run()
    assert second.lines[0] == ""
    assert second.seconds <= max(first.seconds, 30)
    assert json.loads(tessera(environment, "user", "add", "celia@example.org", "--json").stdout)["created"] is False
    assert tessera(environment, "dump").stdout == before
    assert second.end(signal.SIGTERM)[0] == 0
    assert (second.family(), listens(environment["PORT"])) == ({}, False)

    # A child's death ends all, and that is a failure.
    third = run()
    [worker] = [pid for pid, arguments in third.family().items() if arguments.split()[-1] == "worker"]
    os.kill(worker, signal.SIGKILL)
    rest = third.process.communicate(timeout=60)[0]
    assert third.process.returncode == 1
    assert "tessera: The worker ended by itself (status -9)" in rest
    assert (third.family(), listens(environment["PORT"])) == ({}, False)


@pytest.mark.slow
@pytest.mark.skipif("TESSERA_DATABASE_URL" in os.environ, reason="mail becomes files with the embedded database only")
def test_run_on_a_port_of_its_own_names_it_in_the_links_of_mails(run, environment):
    port = str(free_port())
    running = run(command("run", "--port", port), ROOT, port)
    reader = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    address = f"{running.address}/en/alerts/new/"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', reader.open(address, timeout=20).read().decode())[1]
    asked = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "email": "celia@example.org"}).encode()
    assert reader.open(address, asked, timeout=20).url == f"{running.address}/en/alerts/sent/"

    deadline = time.monotonic() + 30
    while "celia@example.org" not in (mails := mails_of(environment)) and time.monotonic() < deadline:
        time.sleep(0.2)

    assert port != environment["PORT"]
    assert {address for said in mails.values() for address in re.findall(r"http://[^/\s]+", said)} == {running.address}
    assert f"{running.address}/en/alerts/confirm/" in mails["celia@example.org"]


def mails_of(environment):
    """The plain text of the mails that were written, one of each address."""
    folder = Path(environment["TESSERA_DATA"]) / "mail"
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.rglob("*.eml")]
    return {mail["To"]: mail.get_body(["plain"]).get_content() for mail in mails}


@pytest.mark.slow
@pytest.mark.skipif("TESSERA_DATABASE_URL" in os.environ, reason="make run is for the embedded database")
def test_make_run_sets_everything_up_in_a_fresh_copy_and_is_quick_the_second_time(run, environment, tmp_path):
    fresh = tmp_path / "fresh"
    copy_of_the_project(fresh)
    del environment["TESSERA_DATA"]

    first = run(["make", "run"], fresh)

    assert f"{first.address}/en/account/rehearsal/" in "\n".join(first.lines)
    for path in ("/en/trainings/mexico-2023/", "/fr/coverage/", "/es/", "/en/account/rehearsal/", "/en/mail/"):
        assert first.status(path) == 200, path
    assert {path.name for path in (fresh / "data").iterdir()} >= {"tessera.sqlite3", "static"}
    assert first.end(signal.SIGINT, group=True)[0] in (0, 2, -signal.SIGINT)  # as make says it
    assert (first.family(), listens(environment["PORT"])) == ({}, False)

    second = run(["make", "run"], fresh)

    assert second.seconds < min(first.seconds, 30)
    assert not [line for line in second.lines if "Installing" in line or "Making" in line]
    second.end(signal.SIGINT, group=True)
    assert (second.family(), listens(environment["PORT"])) == ({}, False)


def copy_of_the_project(folder):
    """What a clone holds, with what is not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        source = ROOT / name
        if source.is_file() and not Path(name).parts[0].startswith(".venv"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)


@pytest.mark.slow
@pytest.mark.skipif(not os.path.isdir("/proc"), reason="only Linux ends children whose parent was killed")  # noqa: PTH112
def test_run_killed_leaves_no_children(run, environment):
    running = run()

    os.kill(running.process.pid, signal.SIGKILL)

    deadline = time.monotonic() + 30
    while running.family() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert (running.family(), listens(environment["PORT"])) == ({}, False)
