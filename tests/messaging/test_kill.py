"""Server and worker are killed twenty times in the middle of writes and sends: nothing is lost, nothing sent twice."""

import json
import os
import random
import signal
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from http.client import HTTPException
from types import SimpleNamespace

import pytest

from tests.factories.pages import filled
from tests.messaging.smtp_sink import SmtpSink
from tests.own_site import ROOT, command, own_environment

KILLS = 20
WRITERS = 3
CONCURRENCY = 2
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Site:
    """``tessera serve`` and ``tessera worker``, each in a process group of its own."""

    def __init__(self, environment, log):
        self.environment, self.log = environment, log
        self.address = f"http://127.0.0.1:{environment['PORT']}"
        self.groups = []

    def start(self):
        serve = ("serve", "--workers", "1", "--threads", "4", "--quiet")
        self.groups = [self._start(*serve), self._start("worker", "--concurrency", str(CONCURRENCY))]

    def kill(self):
        for process in self.groups:
            os.killpg(process.pid, signal.SIGKILL)
        for process in self.groups:
            process.wait()

    def call(self, path, method="GET"):
        with OPENER.open(urllib.request.Request(self.address + path, method=method), timeout=10) as answer:
            return json.load(answer)

    def run(self, *arguments):
        subprocess.run(
            command(*arguments), env=self.environment, cwd=ROOT, check=True, stdout=self.log, stderr=self.log
        )

    def _start(self, *arguments):
        return subprocess.Popen(
            command(*arguments),
            env=self.environment, cwd=ROOT, stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip


class Writers:
    """Readers of the site who keep writing; what the server acknowledged is remembered."""

    def __init__(self, site):
        self.site, self.acknowledged, self.unanswered = site, {}, 0
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def end(self):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def _write(self, writer):
        number = 0
        while not self.ended.is_set():
            key = f"w{writer}-{number}"
            try:
                self.acknowledged[key] = self.site.call(f"/write/{key}/", "POST")["message_id"]
                number += 1
            except (OSError, ValueError, HTTPException):  # refused, or cut off within the answer: sent again
                self.unanswered += 1
            self.ended.wait(0.1)


class Editor:
    """Somebody of the office who saves a topic on the desk again and again, as a browser without scripts does."""

    def __init__(self, site):
        self.site, self.acknowledged, self.unanswered = site, [], 0
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._edit)

    def begin(self):
        self._send("/sign-in/editor@example.org/", {})
        page, _address = self._send("/en/desk/topics/new/")
        self._send("/en/desk/topics/new/", filled(page, css="after", name_en="Kept 0"))
        self.thread.start()

    def end(self):
        self.ended.set()
        if self.thread.ident:
            self.thread.join()

    def _edit(self):
        address, number = "/en/desk/topics/kept-0/edit/texts/", 0
        while not self.ended.is_set():
            number += 1
            name = f"Kept {number}"
            try:
                page, _address = self._send(address)
                _page, arrived = self._send(address, filled(page, name__en=name))
                assert "saved=1" in arrived
                self.acknowledged.append(name)
            except (OSError, HTTPException):  # refused or cut off: perhaps saved, perhaps not
                self.unanswered += 1
            self.ended.wait(0.1)

    def _send(self, path, fields=None):
        data = None if fields is None else urllib.parse.urlencode(fields, doseq=True).encode()
        with self.opener.open(self.site.address + path, data, timeout=10) as answer:
            return SimpleNamespace(content=answer.read()), answer.url


def wait_for(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} took more than {seconds} s"
        time.sleep(0.02)


@pytest.mark.slow
def test_killed_twenty_times_nothing_is_lost_and_nothing_sent_twice(tmp_path, migrated):
    chance = random.Random(20)  # noqa: S311
    with (
        SmtpSink(pause_s=0.05) as sink,
        own_environment(
            tmp_path / "data",
            begun=migrated,
            DJANGO_SETTINGS_MODULE="tests.messaging.killing.settings",
            TESSERA_SMTP_HOST="127.0.0.1",
            TESSERA_SMTP_PORT=str(sink.port),
            TESSERA_SMTP_TLS="false",
            TESSERA_MAIL_LEASE_S="3",
            TESSERA_TASK_LOCK_S="3",
        ) as environment,
        (tmp_path / "log").open("wb") as log,
    ):
        site = Site(environment, log)
        site.run("migrate")
        site.run("user", "add", "editor@example.org", "--role", "office")
        writers, editor = Writers(site), Editor(site)
        site.start()
        wait_for(lambda: site_answers(site), 60, "the first start")
        editor.begin()
        writers.start()
        try:
            for _kill in range(KILLS):
                written, saved, sent = len(writers.acknowledged), len(editor.acknowledged), len(sink.message_ids)
                wait_for(lambda: len(writers.acknowledged) > written + 1, 60, "the first write")  # noqa: B023
                wait_for(lambda: len(editor.acknowledged) > saved, 60, "the first save")  # noqa: B023
                wait_for(lambda: len(sink.message_ids) > sent, 60, "the first mail")  # noqa: B023
                time.sleep(chance.uniform(0, 0.3))
                site.kill()
                site.start()
            wait_for(lambda: site_answers(site), 60, "the last start")
            writers.end()
            editor.end()
            wait_for(
                lambda: {m["state"] for m in site.call("/outbox/")["messages"]} == {"sent"}, 60, "sending the rest"
            )
            outbox = site.call("/outbox/")
            versions = site.call("/versions/topic/kept-0/")["versions"]
        finally:
            writers.end()
            editor.end()
            site.kill()
            accepted = [(str(mail["X-Key"]), str(mail["Message-ID"])) for mail in sink.accepted]

    in_outbox = {message["key"]: message["message_id"] for message in outbox["messages"]}
    # No acknowledged write is lost, and no message was written without its activity.
    assert {key: in_outbox.get(key) for key in writers.acknowledged} == writers.acknowledged
    assert outbox["logged"] == len(in_outbox)
    # No mail is lost, none was made up, and whatever came twice came under the same Message-ID.
    own = {key: identity for key, identity in in_outbox.items() if not key.startswith("invitation-")}
    [invited] = set(in_outbox.items()) - set(own.items())
    assert set(accepted) == {*own.items(), ("None", invited[1])}
    # A repeat is one that a kill cut off between the server's acceptance and the record: at most one a hand a kill.
    repeats = Counter(accepted).total() - len(in_outbox)
    assert repeats <= KILLS * CONCURRENCY
    # No acknowledged save of the desk is lost, doubled or out of order, and each is in the history.
    kept = [document["name"]["en"] for document, _verb, _actor in versions]
    assert [name for name in kept if name in editor.acknowledged] == editor.acknowledged
    assert kept == sorted(set(kept), key=lambda name: int(name.split()[1]))
    assert {actor for _document, _verb, actor in versions} == {"editor@example.org"}
    # And the kills did hit: writes were cut off, and messages were found half sent.
    assert writers.unanswered > 0
    assert sum(message["attempts"] > 1 for message in outbox["messages"]) > 0


def site_answers(site):
    try:
        return site.call("/healthz")["ok"]
    except (OSError, ValueError):
        return False
