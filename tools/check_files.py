"""Refuse committed text that belongs to one machine: a path of somebody's home, a package registry's address."""

import re
import subprocess
import sys
from pathlib import Path

# Spelled in pieces, so that this file does not find itself.
HOSTS = [
    "pypi" + r"\.org",
    "pythonhosted" + r"\.org",
    "registry" + r"\.npmjs",
    "npmjs" + r"\.org",
    "deb" + r"\.debian\.org",
]
PATHS = [
    "/" + folder + "/" for folder in (r"home/[a-z]\w*", r"Users/[A-Za-z]\w*", "root", "work", "farm", "opt/wheels")
]
FAULT = re.compile("|".join([*HOSTS, *(rf"(?<![\w.}}*-]){path}" for path in PATHS)]))
MARKS = re.compile(r"^(<{7} |>{7} |={7}$)", re.MULTILINE)
LARGEST = 2_000_000


def main() -> int:
    listing = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, text=True)
    faults = 0
    for name in filter(None, listing.stdout.split("\0")):
        path = Path(name)
        if not path.is_file():
            continue
        data = path.read_bytes()
        if len(data) > LARGEST:
            print(f"{name}: {len(data)} bytes, more than {LARGEST}")
            faults += 1
        if b"\0" in data[:8000] or "/vendor/" in name:
            continue
        text = data.decode("utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            if found := FAULT.search(line):
                print(f"{name}:{number}: names {found.group()!r}")
                faults += 1
        if MARKS.search(text):
            print(f"{name}: holds a conflict mark")
            faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
