"""Run the worked examples of ``examples/`` as a person would type them, and write what they give to ``expected/``.

Seconds, versions and what is a digest of them are left out of what is kept, and a workbook is kept as the text of its cells.
"""

import csv
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
LEFT_OUT = "(left out)"
CHANGING = re.compile(
    r"""(?P<csv>^(?:seconds|version),.*$)|(?P<head0>"(?:seconds|version|sha256)":)(?:[\d.e-]+|"[^"]*")|(?P<json>(?P<head>\{\s*"what":\s*"(?:seconds|version)",\s*"value":\s*)[^}]*?(?P<tail>\s*\}))""",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Example:
    """One command with what it should do; ``kept`` are the names under ``expected/``."""

    name: str
    folder: str
    command: str
    files: tuple[str, ...]
    status: int

    @property
    def arguments(self):
        return shlex.split(self.command)[1:]

    @property
    def expected(self):
        return EXAMPLES / self.folder / "expected"


@dataclass(frozen=True)
class Outcome:
    """What a run gave: exit status, both streams, and each file by name as text; ``others`` are files nobody asked for."""

    status: int
    out: str
    err: str
    files: dict[str, str]
    others: tuple[str, ...]


def examples():
    """All of them, in the order of ``examples.toml``."""
    told = tomllib.loads((EXAMPLES / "examples.toml").read_text("utf-8"))["example"]
    return [
        Example(one["name"], one["folder"], one["command"], tuple(one.get("files", ())), one.get("status", 0))
        for one in told
    ]


def run(example, folder):
    """Run an example in a copy of its folder, ``folder``, that holds nothing else."""
    shutil.copytree(EXAMPLES / example.folder, folder, dirs_exist_ok=True)
    before = {path.relative_to(folder) for path in folder.rglob("*")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TESSERA_", "DJANGO_"))}
    done = subprocess.run(  # noqa: PLW1510  the status is compared
        [sys.executable, "-m", "tessera.commands", *example.arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    made = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.relative_to(folder) not in before)
    files = {name: as_text(folder / name) for name in example.files if (folder / name).exists()}
    others = tuple(name for name in made if name not in example.files)
    return Outcome(done.returncode, done.stdout, done.stderr, files, others)


def as_text(path):
    """The content of a result without what changes from run to run."""
    text = workbook_text(path) if path.suffix == ".xlsx" else path.read_text("utf-8-sig")
    return CHANGING.sub(_left_out, text.replace("\r\n", "\n"))


def _left_out(found):
    if found["csv"]:
        return f"{found['csv'].partition(',')[0]},{LEFT_OUT}"
    if found["head0"]:
        return f'{found["head0"]}"{LEFT_OUT}"'
    return f'{found["head"]}"{LEFT_OUT}"{found["tail"]}'


def workbook_text(path):
    """Every sheet of a workbook as CSV under its name."""
    from python_calamine import CalamineWorkbook

    out = io.StringIO()
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        out.write(f"[{name}]\n")
        csv.writer(out, lineterminator="\n").writerows(book.get_sheet_by_name(name).to_python())
    return out.getvalue()


def kept(example, outcome):
    """What is kept of an outcome, by the name under ``expected/``."""
    streams = CHANGING.sub(_left_out, outcome.out) + (f"-- error output --\n{outcome.err}" if outcome.err else "")
    named = {
        f"{Path(name).name}.txt" if name.endswith(".xlsx") else Path(name).name: text
        for name, text in outcome.files.items()
    }
    return {f"{example.name}.txt": streams, **named}


def main():
    faults = 0
    for example in examples():
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(example, Path(folder))
        wrong = outcome.status != example.status or outcome.others or set(outcome.files) != set(example.files)
        print(f"{'WRONG' if wrong else 'ok':6}{example.name}: status {outcome.status}")
        if wrong:
            faults += 1
            print(outcome.out, outcome.err, outcome.others)
            continue
        example.expected.mkdir(exist_ok=True)
        for name, text in kept(example, outcome).items():
            (example.expected / name).write_text(text, encoding="utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
