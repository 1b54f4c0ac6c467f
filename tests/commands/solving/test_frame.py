"""What the commands that choose and plan have in common: files, faults, cancelling, no database."""

import io
import json
import math
import os
import shlex
import signal
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tessera.commands import main, parser
from tessera.commands.failure import CommandFailed
from tessera.commands.solving import Answer, give, search
from tessera.commands.tables.writing import Result
from tests.own_site import ROOT

EXAMPLES = ROOT / "examples"
COMMANDS = {
    "cohort": ["applicants.csv", "rules.toml"],
    "lottery": ["applicants.csv", "rules.toml"],
    "assign": ["files.csv", "reviewers.csv"],
    "calibrate": ["scores.csv"],
    "plan": ["trainings.csv", "limits.toml"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_an_input_is_never_written_over(said, folder, name):
    paths = [EXAMPLES / name / file for file in COMMANDS[name]]
    own = folder / "own.csv"
    own.write_bytes(paths[0].read_bytes())
    before = own.read_bytes()

    status, out, err = said(name, "own.csv", *map(str, paths[1:]), "-o", "./own.csv")

    assert (status, out) == (2, "")
    assert err == "tessera: “own.csv” is an input: it is not written over.\n"
    assert own.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["own.csv"]


@pytest.mark.parametrize("name", COMMANDS)
def test_missing_files_are_all_named_and_nothing_is_written(said, folder, name):
    missing = [f"no-{file}" for file in COMMANDS[name]]

    status, out, err = said(name, *missing, "-o", "out.json")

    assert (status, out) == (2, "")
    lines = err.splitlines()
    assert all(line.endswith(": cannot be read: No such file or directory.") for line in lines[:-1])
    assert lines[-1].endswith("in what was given; nothing was worked out and nothing written.")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_faults_are_json_where_json_is_asked_for(said, name):
    status, out, _err = said(name, *[f"no-{file}" for file in COMMANDS[name]], "--json")

    told = json.loads(out)
    assert (status, told["ok"]) == (2, False)
    assert {(one["file"], one["line"]) for one in told["faults"]} <= {(f"no-{file}", None) for file in COMMANDS[name]}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("cohort", "a.csv", "b.toml", "-o", "c.ods"), "tessera: The result can be written to a file that ends in"),
        (("cohort", "a.csv", "b.toml", "-o", "no/c.csv"), "tessera: There is no folder to write “no/c.csv” into."),
        (("cohort", "a.csv", "b.toml", "--time-limit", "0"), "tessera cohort: argument --time-limit: “0” is not"),
        (("cohort", "a.csv", "b.toml", "--seats", "-1"), "tessera cohort: argument --seats: "),
        (
            ("assign", "a.csv", "b.csv", "--load", "5-2"),
            "tessera assign: argument --load: “5-2” is not a range like 3-8.",
        ),
        (
            ("lottery", "a.csv", "b.toml", "--seed", "-1"),
            "tessera lottery: argument --seed: “-1” is not a whole number",
        ),
        (("plan", "a.csv", "b.toml", "--seed", "9999999999"), "tessera plan: argument --seed: “9999999999” is not a"),
        (
            ("cohort", "a.csv", "b.toml", "-o", "c.json", "--record", "./c.json"),
            "tessera: “c.json” cannot hold both the result and the record: give each a name.",
        ),
        (("lottery",), "tessera: Two files are wanted: APPLICANTS and RULES; or --draw RECORD."),
        (("lottery", "a.csv", "b.toml", "--record", "c.json"), "tessera: --record needs --source"),
        (("lottery", "--draw", "c.json"), "tessera: --draw needs --value"),
        (("calibrate", "a.csv", "--ridge", "0"), "tessera calibrate: argument --ridge: “0” is not a number above 0."),
        (("verify-selection", "none.json"), "tessera: “none.json” cannot be read: No such file or directory."),
    ],
)
def test_options_that_make_no_sense_get_one_sentence(said, arguments, sentence):
    status, out, err = said(*arguments)

    assert (status, out) == (2, "")
    assert err.startswith(sentence)
    assert len(err.splitlines()) == 1


def test_no_command_sets_django_up_or_opens_a_database(tmp_path):
    script = """
import sys
from tessera.commands import main
status = main(sys.argv[1:])
loaded = sorted(name for name in sys.modules if name == "django" or name.startswith("django."))
sys.exit(status or bool(loaded) and f"loaded {loaded[:3]}")
"""
    environment = {name: value for name, value in os.environ.items() if name[:7] not in ("TESSERA", "DJANGO_")}
    for name, files in COMMANDS.items():
        paths = [str(EXAMPLES / name / file) for file in files]
        extra = ["--load", "0-4"] if name == "assign" else []
        done = subprocess.run(
            [sys.executable, "-c", script, name, *paths, *extra],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), name
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_a_search_and_writes_nothing():
    def work(watch):
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            watch.check()
            time.sleep(0.01)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(CommandFailed) as cancelled:
        search(work, 60)

    assert (str(cancelled.value), cancelled.value.status) == ("Cancelled; nothing was written.", 130)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_search_that_fails_tells_its_own_error():
    def work(_watch):
        raise CommandFailed("This is why.", status=2)

    with pytest.raises(CommandFailed, match="This is why"):
        search(work, 60)


def test_an_answer_that_its_solver_does_not_let_through_ends_in_a_sentence():
    def work(_watch):
        raise ArithmeticError("Level days is 363 for the solver and 454 for the check.")

    with pytest.raises(CommandFailed) as ended:
        search(work, 1.0)
    said = "The answer does not pass its check and is not given out: Level days is 363 for the solver and 454 for the check."
    assert (str(ended.value), ended.value.status) == (said, 1)


def test_the_time_limit_is_that_of_the_watch():
    assert search(lambda watch: watch.time_limit, 7) == 7


def test_without_a_result_no_file_is_written(folder, capsys):
    arguments = type("Given", (), {"output": folder / "out.csv", "json": False})()

    status = give(
        arguments, "cohort", Answer(False, ("No.",), (Result("people", ("id",), ()),)), beside={folder / "r.json": 1}
    )

    assert status == 1
    assert list(folder.iterdir()) == []
    assert capsys.readouterr().out == f"No.\nNothing was written to {folder / 'out.csv'}.\n"


def test_where_the_result_cannot_be_written_the_record_is_not_either(said, folder):
    files = [str(EXAMPLES / "cohort" / name) for name in COMMANDS["cohort"]]
    (folder / "out-gauges.csv").mkdir()

    status, out, err = said("cohort", *files, "-o", "out.csv", "--record", "record.json", "--reasons", "0")

    assert (status, out, err) == (1, "", "tessera: “out-gauges.csv” cannot be written: Is a folder.\n")
    assert [path.name for path in folder.iterdir()] == ["out-gauges.csv"]


def mutated(data, text):
    """``text`` with a few characters changed."""
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        end = at + data.draw(st.integers(0, 6))
        text = text[:at] + data.draw(st.text("\"';,=-[]{}#.\n\t 0123456789abéN∞", max_size=5)) + text[end:]
    return text


@pytest.mark.parametrize("name", COMMANDS)
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_never_make_a_command_fail_without_a_sentence(tmp_path_factory, capsys, name, data):
    folder = tmp_path_factory.mktemp("damaged")
    paths = []
    for file in COMMANDS[name]:
        text = (EXAMPLES / name / file).read_text("utf-8")
        path = folder / file
        path.write_text(mutated(data, text) if data.draw(st.booleans()) else text, encoding="utf-8")
        paths.append(str(path))

    status = main([name, *paths, "--time-limit", "5", "-o", str(folder / "out.json")])

    captured = capsys.readouterr()
    written = (folder / "out.json").exists()
    assert status in (0, 1, 2)
    assert written == (status == 0 or (name == "plan" and status == 1 and "Written: " in captured.out))
    assert (captured.err != "") == (status == 2)


@pytest.mark.parametrize("looked_at", [True, False])
def test_progress_is_shown_to_a_person_only(monkeypatch, looked_at):
    stream = io.StringIO()
    stream.isatty = lambda: looked_at
    monkeypatch.setattr(sys, "stderr", stream)

    search(lambda watch: watch.say("sift", 3250.0, 5000.0, done=1, of=2), 60)

    shown = "\r0 s, sift, 1 of 2, found 3.25, bound 5, gap 1.75\x1b[K\r\x1b[K"
    assert stream.getvalue() == (shown if looked_at else "")


def test_what_a_solver_has_found_is_shown_while_it_searches(monkeypatch):
    stream = io.StringIO()
    stream.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", stream)
    noted = threading.Event()

    def work(watch):
        watch.say("cost")

        def solver():
            watch.note(1500.0, math.inf)
            time.sleep(0.4)
            watch.note(1500.0, 1200.0)
            time.sleep(0.4)
            noted.set()

        watch.run(solver, lambda: None)

    search(work, 60)

    assert noted.is_set()
    assert "cost, found 15\x1b" in stream.getvalue()
    assert "cost, found 15, bound 12, gap 3\x1b" in stream.getvalue()


def documented():
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    return [line.strip() for line in text.splitlines() if line.startswith("    tessera ")]


@pytest.mark.parametrize("line", documented())
def test_every_command_of_the_documentation_is_understood(line):
    arguments = parser().parse_args(shlex.split(line)[1:])

    assert callable(arguments.run)
