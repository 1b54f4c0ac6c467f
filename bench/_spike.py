"""A deadline, on the database at hand: what an application costs, the last minute of a call, and kills in it.

Applicants come over HTTP to the product's own server with two workers; the call and the sessions are made before.
Whoever is refused anything, or acknowledged and not found again, counts as an error.
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench._after import files_astray, files_that_differ, lost_of, receipts_missing, rows_that_differ, tidy_after  # noqa: E402
from bench._applicant import Applicant  # noqa: E402
from bench._figures import Figure, arguments, report  # noqa: E402
from bench._server import Connection, Server, running  # noqa: E402
from tests.applications.papers import pdf  # noqa: E402
from tests.messaging.smtp_sink import SmtpSink  # noqa: E402
from tests.own_site import free_port  # noqa: E402

APPLICANTS, LAST_S, MEASURED, KILLS = 500, 60, 20, 5
# 0.1 s of processor time where a bare insert costs 0.58 ms, as on two quiet cores: on a shared machine both grow together.
GOAL = 172  # bare inserts
SAVE_GOAL = 9  # bare inserts, for one answer that is saved by itself: session, person, application, answers, one upsert
WITH_A_FILE = 5  # of so many applicants in the kills one sends a file: each is looked into by a process of its own
WORKERS = 2


def main() -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument(
        "--quick",
        action="store_true",
        help="only for trying out: fewer rounds, a tenth of the applicants; costs are told and not judged",
    )
    parser.add_argument("--applicants", type=int, default=APPLICANTS, help="how many come")
    parser.add_argument("--seconds", type=float, default=LAST_S, help="in how long before the deadline")
    parser.add_argument("--kills", type=int, default=KILLS, help="how often server and worker are killed")
    parser.add_argument("--only", choices=("cost", "spike", "kill"), help="one part of it")
    asked = parser.parse_args()
    crowd, last_s = (asked.applicants // 10, asked.seconds / 3) if asked.quick else (asked.applicants, asked.seconds)
    with tempfile.TemporaryDirectory(prefix="tessera-bench-") as folder, SmtpSink() as sink:
        data = Path(folder)
        prepare(data, sink.port)
        from django.db import connection

        on = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
        parts: dict[str, Callable[[], list[Figure]]] = {
            "cost": lambda: cost(data, rounds=3 if asked.quick else 7, judged=not asked.quick),
            "spike": lambda: [*spike(data, crowd, last_s, False), *spike(data, crowd, last_s, True)],
            "kill": lambda: killed(data, sink, crowd, last_s, asked.kills),
        }
        named: list[Figure] = []
        for part, measure in parts.items():
            if asked.only in (None, part):
                some = [Figure(f"{on}: {one.what}", one.measured, one.unit, one.at_most) for one in measure()]
                with redirect_stdout(sys.stderr):  # a long bench that is cut short has told what it knew
                    report(some, as_json=False)
                named += some
    return report(named, as_json=asked.json)


def prepare(data: Path, smtp_port: int) -> None:
    """Tables and static files; a call is made for each part of the bench."""
    os.environ |= {
        "TESSERA_DATA": str(data), "DJANGO_SETTINGS_MODULE": "bench._settings",
        "TESSERA_SECRET_KEY": "of a bench, and of nothing else, but long enough",
        "TESSERA_SMTP_HOST": "127.0.0.1", "TESSERA_SMTP_PORT": str(smtp_port), "TESSERA_SMTP_TLS": "false",
        "TESSERA_MAIL_LEASE_S": "3", "TESSERA_TASK_LOCK_S": "3",
    }  # fmt: skip
    os.environ.pop("TESSERA_PUBLIC_HOST", None)
    import django

    django.setup()

    from tessera.commands.preparation import prepare_database, prepare_static_files

    prepare_database()
    prepare_static_files()


def open_call(
    applicants: int, *, closes_in_s: float | None = None, rules: Sequence[Any] = ()
) -> tuple[str, list[str], dict[str, Any]]:
    """A call that is open, with a session for each of ``applicants`` who have begun: (code, sessions, choices)."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from tessera.accounts.models import User
    from tessera.accounts.receivers import SEEN
    from tessera.applications.services import start_application
    from tessera.calls import services
    from tessera.calls.documents import new_call_document
    from tessera.calls.models import Call
    from tessera.calls.questions import default_document
    from tests.factories.programmes import make_training

    now = timezone.now()
    numbers = Call.objects.count()
    starts = (now + timedelta(days=250)).date()
    training = make_training(dates={"edtf": f"{starts}/{starts + timedelta(days=4)}"}, phases=[])
    document = new_call_document(training.slug, main_language="fr") | {
        "title": {"fr": f"Un appel sous charge {numbers}"}, "summary": {"fr": "Pour mesurer."},
        "audience": {"fr": "Pour tout le monde."},
    }  # fmt: skip
    document["opens"] = {"day": (now - timedelta(days=2)).date().isoformat(), "time": "09:00"}
    document["deadline"] |= {"day": (now + timedelta(days=2)).date().isoformat()}
    call = services.save_call(document, by=None, at=now).obj
    form = default_document(now.year)
    for question in (q for step in form["steps"] for q in step["questions"]):
        question["required"] = bool(question.get("required")) and question["type"] != "file"
    services.save_form(call, form, by=None, at=now)
    services.save_rules(call, {"rules": list(rules)}, by=None, at=now)
    call = services.publish_call(call, by=None, at=now)
    strand, sessions = call.strands.get().key, []
    for n in range(applicants):
        user = User.objects.create_user(f"applicant{numbers}-{n}@example.org", language="fr")
        store = SessionStore()
        store.update({
            "_auth_user_id": str(user.pk), "_auth_user_backend": "tessera.accounts.backends.AccountBackend",
            "_auth_user_hash": user.get_session_auth_hash(), SEEN: int(time.time()),
        })  # fmt: skip
        store.create()
        sessions.append(store.session_key)
        start_application(call, strand, by=user, language="fr", at=now)
    if closes_in_s is not None:
        ends = timezone.now() + timedelta(seconds=closes_in_s)
        Call.objects.filter(pk=call.pk).update(closes_at=ends, last_closes_at=ends)
    choices = {
        step["key"]: {
            question["key"]: {"": question["options"][0]["key"]}
            for question in step["questions"]
            if question["type"] in ("choice", "choices") and question.get("stage", "apply") == "apply"
        }
        for step in form["steps"]
    }
    return call.code, sessions, choices


def cost(data: Path, *, rounds: int, judged: bool = True) -> list[Figure]:
    """Processor time of a whole application (every step opened and saved, review, submission, status), of one whose
    answers the page's script also saves one by one, and of a bare insert; they take turns."""
    code, sessions, choices = open_call(2 * MEASURED * rounds + 8)
    seen: dict[str, list[float]] = {"scripts": [], "plain": [], "insert": []}
    with running("gunicorn", data, workers=WORKERS) as server:
        todo = [Applicant(server.port, code, key, choices=choices) for key in sessions]
        for n in range(8):  # every process and thread has seen it
            todo.pop().apply(autosave=bool(n % 2))
        insert(server, 50)
        asked: dict[str, int] = {}
        for _round in range(rounds):
            for what in ("scripts", "plain"):
                some = [todo.pop() for _n in range(MEASURED)]
                pids = server.pids
                before = server.cpu(pids)
                for one in some:
                    one.apply(autosave=what == "scripts")
                seen[what].append((server.cpu(pids) - before) / MEASURED * 1000)
                asked[what] = len(some[0].waits)
            seen["insert"].append(insert(server, 400))
    whole, plain, bare = (statistics.median(seen[what]) for what in ("scripts", "plain", "insert"))
    saves = asked["scripts"] - asked["plain"]
    return [
        Figure("bare view that inserts one row", bare, "ms"),
        Figure(f"whole application, step by step ({asked['plain']} requests)", plain, "ms"),
        Figure("whole application, step by step / bare insert", plain / bare, "x", GOAL if judged else None),
        Figure(f"whole application, every answer also saved by itself ({asked['scripts']} requests)", whole, "ms"),
        Figure(
            "one answer saved by itself / bare insert",
            (whole - plain) / saves / bare,
            "x",
            SAVE_GOAL if judged else None,
        ),
        Figure(
            "whole application, every answer also saved by itself / bare insert",
            whole / bare,
            "x",
            GOAL + saves * SAVE_GOAL if judged else None,
        ),
    ]


def insert(server: Server, times: int) -> float:
    """Milliseconds of processor time of one bare insert."""
    line, pids = Connection(server.port), server.pids
    before = server.cpu(pids)
    for n in range(times):
        content = f"key={n}".encode()
        kind = ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(content)}"]
        status, _head, body = line.send("POST", "/bare/insert", content, *kind)
        if status != 200:
            raise RuntimeError(body[:300])
    line.close()
    return (server.cpu(pids) - before) / times * 1000


def spike(data: Path, applicants: int, last_s: float, autosave: bool) -> list[Figure]:
    """All of them in the last ``last_s`` seconds before the call closes, with or without each answer saved by itself."""
    from django.db.models import F

    from tessera.applications.models import Application

    code, sessions, choices = open_call(applicants, closes_in_s=last_s + 8)
    with running("gunicorn", data, workers=WORKERS) as server:
        crowd = [Applicant(server.port, code, key, choices=choices) for key in sessions]
        errors = come(crowd, last_s, autosave=autosave)
    waits = sorted(wait for one in crowd for wait in one.waits)
    late = Application.objects.filter(call__code=code, submitted_at__gt=F("call__closes_at")).count()
    how = "every answer also saved by itself" if autosave else "step by step"
    name = f"{applicants} applicants in {last_s:.0f} s, {how}"
    return [
        Figure(f"{name}: requests", len(waits)),
        Figure(f"{name}: errors", errors, "", 0),
        Figure(f"{name}: acknowledged saves and submissions not found", lost_of(code, sessions, crowd), "", 0),
        Figure(f"{name}: handed in in the grace after the deadline", late),
        Figure(f"{name}: median of the answer times", statistics.median(waits) * 1000, "ms"),
        Figure(f"{name}: 99th percentile of the answer times", waits[int(len(waits) * 0.99)] * 1000, "ms"),
    ]


def killed(data: Path, sink: SmtpSink, applicants: int, last_s: float, kills: int) -> list[Figure]:
    """The same crowd while server and worker are killed with -9 again and again; then every receipt is waited for."""
    from tessera.messaging.models import Message

    code, sessions, choices = open_call(applicants)
    port = free_port()
    site = Site(data, port)
    site.start()
    # A process that died while it looked into a file is followed by another after a minute.
    crowd = [
        Applicant(
            port, code, key, choices=choices, patient=120, paper=b"" if n % WITH_A_FILE else pdf(1, weight=40_000 + n)
        )
        for n, key in enumerate(sessions)
    ]
    ended = threading.Event()

    def kill() -> None:
        chance = random.Random(4)  # noqa: S311
        for _n in range(kills):
            if ended.wait(last_s / (kills + 1) * chance.uniform(0.7, 1.1)):
                return
            site.kill()
            site.start()

    killer = threading.Thread(target=kill)
    killer.start()
    errors = come(crowd, last_s, autosave=True)
    ended.set()
    killer.join()
    missing = receipts_missing(code, patience_s=60)
    odd_rows = rows_that_differ(code, patience_s=60)
    site.kill()
    left = tidy_after()
    name = f"{applicants} applicants, server and worker killed {kills} times"
    sent = Counter(str(mail["Message-ID"]) for mail in sink.accepted)
    written = set(Message.objects.values_list("message_id", flat=True))
    return [
        Figure(f"{name}: requests sent again", sum(one.again for one in crowd)),
        Figure(f"{name}: errors", errors, "", 0),
        Figure(f"{name}: acknowledged saves and submissions not found", lost_of(code, sessions, crowd), "", 0),
        Figure(
            f"{name}: acknowledged files not found, or with other bytes",
            files_that_differ(code, sessions, crowd),
            "",
            0,
        ),
        Figure(f"{name}: files left by a kill, tidied", left),
        Figure(f"{name}: files that no row names, and rows without their file", files_astray(), "", 0),
        Figure(f"{name}: rows too many or too few", odd_rows, "", 0),
        Figure(f"{name}: receipts not sent", missing, "", 0),
        Figure(f"{name}: mails sent again under the same Message-ID", sent.total() - len(sent)),
        Figure(f"{name}: mails under a Message-ID that is not in the outbox", len(set(sent) - written), "", 0),
    ]


def come(crowd: Sequence[Applicant], last_s: float, *, autosave: bool) -> int:
    """Each begins at a moment of the first three quarters of ``last_s``; returns how many met an error, and prints them."""
    chance, begun = random.Random(500), time.monotonic()  # noqa: S311
    errors: list[str] = []

    def go(one: Applicant, at: float) -> None:
        time.sleep(max(0.0, begun + at - time.monotonic()))
        try:
            one.apply(autosave=autosave)
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        finally:
            one.line.close()

    threads = [threading.Thread(target=go, args=(one, chance.uniform(0, last_s * 0.75))) for one in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for text, times in Counter(errors).most_common(5):
        print(f"{times} x {text[:400]}", file=sys.stderr)
    return len(errors)


class Site:
    """``tessera serve`` with two workers and ``tessera worker``, each in a process group of its own."""

    def __init__(self, data: Path, port: int) -> None:
        self.environment = {**os.environ, "PORT": str(port), "TESSERA_DATA": str(data)}
        self.groups: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        serve = ("serve", "--workers", str(WORKERS), "--threads", "4", "--quiet")
        self.groups = [self._start(*serve), self._start("worker")]

    def kill(self) -> None:
        for process in self.groups:
            os.killpg(process.pid, signal.SIGKILL)
        for process in self.groups:
            process.wait()

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "tessera.commands", *arguments], cwd=ROOT, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
