"""The project's own settings with the bare views beside the site, and a way to make a process forget what it keeps."""

from tessera.config.settings import *  # noqa: F403
from tessera.config.settings import MIDDLEWARE

ROOT_URLCONF = "bench._urls"
MIDDLEWARE = ["bench._forgetting.ForgettingMiddleware", *MIDDLEWARE]
