"""Django, for the subcommands that need it."""

from __future__ import annotations

import os


def start() -> None:
    """Set Django up with the settings of the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tessera.config.settings")
    import django

    django.setup()
