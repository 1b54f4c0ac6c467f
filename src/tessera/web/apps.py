"""The app configuration of ``web``."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tessera.web"

    def ready(self) -> None:
        from tessera.web import accent  # noqa: F401  (registers its check)
