"""Write THIRD-PARTY-NOTICES.md: what ships with Tessera or runs beside it, by name, version and licence.

The list is the lock's (requirements/run.txt), the licences are those the installed packages declare. Packages that
only developers install are not distributed and not listed. ``--check`` compares and writes nothing.
"""

import argparse
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "THIRD-PARTY-NOTICES.md"
PIN = re.compile(r"^([a-z0-9._-]+)==([^\s;\\]+)\s*(;[^\\]*)?", re.IGNORECASE)
VENDORED = re.compile(r"^\| `([^`]+)` \| ([^|]+) (\S+) \| ([^|]+) \|", re.MULTILINE)
# Packages of another platform are in the lock but not in this environment, so that their licence is known here.
ELSEWHERE = {"colorama": "BSD-3-Clause", "tzdata": "Apache-2.0", "winloop": "MIT", "async-timeout": "Apache-2.0"}
# What the package's metadata leave out or say in a whole text.
DECLARED = {
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    "qrcode": "BSD-3-Clause",
    "sqlparse": "BSD-3-Clause",
}
CLASSIFIERS = {
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
}

HEAD = """# Third-party notices

Tessera is licensed under the Apache License 2.0 (see `LICENSE`). It stands on the work below, each under its own
licence, whose text comes with the package. Written by `make notices` from the lock; do not edit.

## Python packages

| package | version | licence |
| --- | --- | --- |
"""


def licence(name: str) -> str:
    if name in DECLARED:
        return DECLARED[name]
    try:
        metadata = distribution(name).metadata
    except PackageNotFoundError:
        if name in ELSEWHERE:
            return ELSEWHERE[name]
        raise SystemExit(f"{name} is in the lock but not installed: run make setup.") from None
    if expression := metadata.get("License-Expression"):
        return expression
    found = [
        line.rsplit(" :: ", 1)[-1] for line in metadata.get_all("Classifier", []) if line.startswith("License :: ")
    ]
    names = [CLASSIFIERS.get(text, text) for text in found if text != "OSI Approved"]
    text = (metadata.get("License") or "").strip()
    if text and "\n" not in text and len(text) < 60 and (not names or names == ["BSD"]):
        names = [CLASSIFIERS.get(text, text)]
    if not names:
        raise SystemExit(f"{name} declares no licence: name it in tools/notices.py.")
    return " OR ".join(names)


def notices() -> str:
    rows = []
    for line in (ROOT / "requirements" / "run.txt").read_text().splitlines():
        if pin := PIN.match(line):
            rows.append(f"| {pin[1]} | {pin[2]} | {licence(pin[1])} |")
    text = (
        HEAD + "\n".join(rows) + "\n\n## Files in this repository\n\n| file | from | licence |\n| --- | --- | --- |\n"
    )
    for readme in sorted(ROOT.glob("src/tessera/**/vendor/README.md")):
        folder = readme.parent.relative_to(ROOT).as_posix()
        found = VENDORED.findall(readme.read_text())
        missing = [file for file, *_ in found if not (readme.parent / file).exists()]
        if missing:
            raise SystemExit(f"{folder}/README.md names {missing[0]}, which is not there.")
        text += "".join(
            f"| `{folder}/{file}` | {package} {version} | {terms} |\n" for file, package, version, terms in found
        )
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 where the file is not what it should be")
    text = notices()
    if parser.parse_args().check:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
            print("THIRD-PARTY-NOTICES.md is not what the lock says: run make notices.", file=sys.stderr)
            return 1
        return 0
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
