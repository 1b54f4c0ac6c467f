"""The app configuration of ``messaging``."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "tessera.messaging"

    def ready(self) -> None:
        from tessera.messaging.queries import word_activities

        word_activities()
