"""The app configuration of ``calls``."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "tessera.calls"

    def ready(self) -> None:
        from tessera.calls import rehearsal
        from tessera.programmes.rehearsal import join

        join(rehearsal.load, rehearsal.remove)
