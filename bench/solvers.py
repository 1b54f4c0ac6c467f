#!/usr/bin/env python3
"""What the solvers must hold: proofs, times and ratios, each from one run.

    python bench/solvers.py [--json] [--quick] [PART ...]

Times are processor time of one thread, medians of repeated runs over several generated problems, so that a busy
machine does not count. What is compared runs in the same process, one after the other.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported: one thread is what is measured

from bench._figures import Figure, arguments, read_figures, report  # noqa: E402

PARTS = ("cohort", "lottery", "assignment", "planner")


def main() -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer runs: rough figures")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these: {', '.join(PARTS)}")
    asked = parser.parse_args()
    unknown = [part for part in asked.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    if len(asked.parts) == 1:
        part = importlib.import_module(f"bench._{asked.parts[0]}")
        return report(list(part.figures(quick=asked.quick)), as_json=asked.json)
    figures: list[Figure] = []
    for name in asked.parts or PARTS:  # each in a process of its own, so that memory and caches are its own too
        command = [sys.executable, __file__, "--json", *(["--quick"] if asked.quick else []), name]
        figures += read_figures(subprocess.run(command, stdout=subprocess.PIPE, check=False))
    return report(figures, as_json=asked.json)


if __name__ == "__main__":
    sys.exit(main())
