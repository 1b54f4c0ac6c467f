"""The ``tessera`` command: one module a subcommand."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from tessera.commands.failure import CommandFailed, refusals

SUBCOMMANDS = (
    "run", "serve", "worker", "migrate", "doctor", "load", "dump", "rehearsal", "coverage", "user", "backup", "restore",
    "cohort", "lottery", "assign", "calibrate", "plan", "verify-selection",
)  # fmt: skip


class Parser(argparse.ArgumentParser):
    """Answers bad input with one sentence, not with the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See “{self.prog} --help”.\n")


def parser() -> Parser:
    """The parser of every subcommand; needs no settings and no database."""
    whole = Parser(
        prog="tessera",
        description="The record of a travelling training programme.",
        epilog="Each subcommand has its own --help. Settings are environment variables that start with TESSERA_.",
    )
    subparsers = whole.add_subparsers(title="subcommands", metavar="SUBCOMMAND", required=True)
    for name in SUBCOMMANDS:
        import_module(f"tessera.commands.{name.replace('-', '_')}").add_parser(subparsers)
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit status: 0 done, 1 refused or failed, 2 not understood."""
    arguments = parser().parse_args(argv)
    try:
        with refusals():
            return arguments.run(arguments)
    except CommandFailed as failure:
        print(f"tessera: {failure}", file=sys.stderr)
        return failure.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
