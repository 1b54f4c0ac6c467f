"""The app configuration of ``calls``."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "tessera.calls"

    def ready(self) -> None:
        from tessera.calls import rehearsal
        from tessera.calls.services import follow_training
        from tessera.programmes.rehearsal import join
        from tessera.programmes.services.status import on_status

        join(rehearsal.load, rehearsal.remove)
        on_status(follow_training)
