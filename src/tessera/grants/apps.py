"""The app configuration of ``grants``."""

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "tessera.grants"
