"""``tessera dump``: write the archive out."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from pathlib import Path
from typing import Any

from tessera.commands import site


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "dump",
        help="write the archive out",
        description="Write every real record as one archive file, hidden ones too, rehearsal left out. "
        "“tessera load” of it gives the same facts.",
    )
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="where to (default: standard output)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    site.start()
    from tessera.programmes.dumping import dump

    text = json.dumps(dump(), ensure_ascii=False, indent=1) + "\n"
    if arguments.file == "-":
        sys.stdout.write(text)
        return 0
    path = Path(arguments.file)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)  # whole or not at all
    return 0
