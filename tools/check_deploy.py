"""Django's own checks, twice: as a fresh clone runs, and as a public site does. Warnings fail both."""

import os
import subprocess
import sys
import tempfile

PUBLIC = {
    "TESSERA_PUBLIC_HOST": "tessera.example",
    "TESSERA_SECRET_KEY": "a-key-for-this-check-only-which-signs-nothing-anywhere-0123456789",
    "TESSERA_DATABASE_URL": "postgres://tessera@127.0.0.1:1/tessera",  # named, never opened
}


def check(extra: dict[str, str], *arguments: str) -> int:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TESSERA_")}
    with tempfile.TemporaryDirectory() as data:
        environ |= {"DJANGO_SETTINGS_MODULE": "tessera.config.settings", "TESSERA_DATA": data, **extra}
        command = [sys.executable, "-m", "django", "check", "--fail-level", "WARNING", *arguments]
        return subprocess.run(command, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(check({}) | check(PUBLIC, "--deploy"))
