"""The app configuration of ``core``."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "tessera.core"
