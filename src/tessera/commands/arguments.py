"""Kinds of arguments, each refusing bad input in words."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any


def positive(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        msg = f"“{text}” is not a whole number of at least 1"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def port_number(text: str) -> int:
    """A port: 1 to 65535."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        msg = f"“{text}” is not a port (1 to 65535)"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def day(text: str) -> date:
    """A day as YYYY-MM-DD."""
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        msg = f"“{text}” is not a day (YYYY-MM-DD)"
        raise argparse.ArgumentTypeError(msg) from None


def readable_file(text: str) -> Path:
    """A file that exists."""
    path = Path(text)
    if not path.is_file():
        msg = f"there is no file “{text}”"
        raise argparse.ArgumentTypeError(msg)
    return path


def print_json(value: Any) -> None:
    """``value`` for programs, on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")
