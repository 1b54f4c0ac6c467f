"""The app configuration of ``activity``."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "tessera.activity"
