#!/usr/bin/env python3
"""The last minute of a call, on both databases: what an application costs, 500 applicants, and kills among them.

    python bench/spike.py [--json] [--quick] [--only cost|spike|kill] [--applicants N] [--seconds S] [--kills K]

The kills alone, on both databases in two minutes: --only kill --applicants 12 --seconds 12 --kills 3.

--quick is only for trying out: its costs are told and not judged. PostgreSQL is one of its own, made for the bench and
without durability of its own; only server and worker are killed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench._figures import Figure, read_figures, report  # noqa: E402


def main() -> int:
    command = [sys.executable, str(ROOT / "bench" / "_spike.py"), *sys.argv[1:]]
    if {"-h", "--help"} & set(sys.argv[1:]):
        return subprocess.run(command, check=False).returncode
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TESSERA_", "DJANGO_"))}
    figures: list[Figure] = []
    for wrapper in ([], [str(ROOT / "tools" / "with_postgres.sh")]):
        done = subprocess.run(
            [*wrapper, *command, "--json"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=False
        )
        figures += read_figures(done)
    return report(figures, as_json="--json" in sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
