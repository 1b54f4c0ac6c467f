"""Django, for the subcommands that need it."""

from __future__ import annotations

import os


def start(port: int | None = None) -> None:
    """Set Django up with the settings of the environment; ``port`` goes before its PORT, here and in child processes.

    Links in mails name the port, whichever process writes them.
    """
    if port is not None:
        os.environ["PORT"] = str(port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tessera.config.settings")
    import django

    django.setup()
