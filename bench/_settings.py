"""The project's own settings with the bare views beside the site, and templates of the bench."""

from tessera.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench._urls"
