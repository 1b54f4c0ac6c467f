"""What the house relies on from the task backend: rollback, retry, death of a worker, schedules. On both databases."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.tasks import task_backends
from django.utils import timezone
from django_ox.models import OxTask
from django_ox.testing import run_tasks

from tessera.messaging.background import as_failed_task, failed_tasks, failed_tasks_count
from tests.messaging.killing.tasks import fail_until
from tests.own_site import ROOT, command, own_environment, tessera


@pytest.mark.django_db(transaction=True)
def test_a_task_of_a_rolled_back_transaction_never_was(tmp_path):
    with transaction.atomic():
        fail_until.enqueue(path=str(tmp_path / "count"), times=0)
        transaction.set_rollback(True)
    with transaction.atomic():
        kept = fail_until.enqueue(path=str(tmp_path / "other"), times=0)

    run_tasks(raise_failures=True)

    assert [str(row.pk) for row in OxTask.objects.all()] == [kept.id]
    assert not (tmp_path / "count").exists()
    assert (tmp_path / "other").read_text() == "1"


@pytest.mark.django_db
def test_a_task_that_fails_is_tried_again_after_a_while(tmp_path):
    before = timezone.now()
    result = fail_until.enqueue(path=str(tmp_path / "count"), times=1)

    run_tasks()

    row = OxTask.objects.get(pk=result.id)
    assert (row.status, row.attempts, row.max_attempts) == ("READY", 1, 5)
    assert before + timedelta(seconds=3) <= row.run_after <= timezone.now() + timedelta(seconds=10)
    assert row.errors[0]["traceback"].rstrip().endswith("ValueError: attempt 1")

    OxTask.objects.update(run_after=before)
    run_tasks(raise_failures=True)
    row.refresh_from_db()
    assert (row.status, row.attempts, row.return_value) == ("SUCCESSFUL", 2, 2)
    assert failed_tasks_count() == 0


@pytest.mark.django_db
def test_a_task_that_fails_every_time_waits_for_a_person(tmp_path):
    fail_until.enqueue(path=str(tmp_path / "count"), times=99)

    for _attempt in range(6):
        OxTask.objects.update(run_after=None)
        run_tasks()

    [row] = failed_tasks()
    failed = as_failed_task(row)
    assert (failed.name, failed.attempts, failed.error) == ("fail_until", 5, "ValueError: attempt 5")
    assert failed.arguments == f"path={tmp_path / 'count'}, times=99"


@pytest.mark.django_db
def test_a_task_for_later_waits(tmp_path):
    later = fail_until.using(run_after=timezone.now() + timedelta(hours=1))
    later.enqueue(path=str(tmp_path / "count"), times=0)

    assert run_tasks() == []
    assert not (tmp_path / "count").exists()


def test_every_schedule_names_a_task_that_is_there():
    assert [error for error in task_backends["default"].check() if error.level >= 40] == []
    assert set(task_backends["default"].options["SCHEDULES"]) >= {"outbox-sweep", "old-tasks", "old-sessions"}


@pytest.mark.slow
def test_a_killed_worker_s_task_is_done_by_another_and_schedules_run_once(tmp_path, migrated):
    """Two real workers; one is killed in the middle of a task."""
    told, log = tmp_path / "told", tmp_path / "log"
    with (
        own_environment(
            tmp_path / "data",
            begun=migrated,
            DJANGO_SETTINGS_MODULE="tests.messaging.killing.settings",
            TESSERA_TASK_LOCK_S="3",
        ) as environment,
        log.open("wb") as output,
    ):

        def script(lines):
            program = "import django; django.setup()\n" + lines
            done = subprocess.run(
                [sys.executable, "-c", program], env=environment, cwd=ROOT, check=True, capture_output=True, text=True
            )
            return done.stdout

        assert tessera(environment, "migrate").returncode == 0
        script(f"from tests.messaging.killing.tasks import write_slowly\nwrite_slowly.enqueue(path={str(told)!r})\n")
        started = time.monotonic()
        workers = [
            subprocess.Popen(
                command("worker", "--concurrency", "1"), env=environment, cwd=ROOT, stdout=output, stderr=output
            )
            for _ in range(2)
        ]
        try:
            wait_for(lambda: told.exists() and told.read_text(), "the task to begin")
            busy = int(told.read_text().split()[1])
            os.kill(busy, signal.SIGKILL)
            wait_for(lambda: "end" in told.read_text(), "the task to be done by the other")
            time.sleep(2)
        finally:
            for worker in workers:
                worker.terminate()
                worker.wait(timeout=30)
        elapsed = time.monotonic() - started
        rows = script(
            "from django_ox.models import OxTask, OxScheduleTick\n"
            "print(*OxTask.objects.filter(task_path__endswith='write_slowly').values_list('status', 'attempts').get())\n"
            "print(OxScheduleTick.objects.filter(task__isnull=False).count())\n"
            "print(OxTask.objects.filter(task_path__endswith='sweep').count())\n"
        ).split()

    words = told.read_text().split()
    assert (words[0], words[2], words[4:]) == ("begin", "begin", ["end"])
    assert words[1] != words[3]
    assert rows[:2] == ["SUCCESSFUL", "2"]
    ticks, sweeps = int(rows[2]), int(rows[3])
    assert 1 <= ticks == sweeps <= elapsed / 2 + 1  # every two seconds, however many workers look


def wait_for(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)
