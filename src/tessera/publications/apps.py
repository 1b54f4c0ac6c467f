"""The app configuration of ``publications``."""

from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    name = "tessera.publications"
