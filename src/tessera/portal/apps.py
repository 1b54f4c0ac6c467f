"""The app configuration of ``portal``."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tessera.portal"

    def ready(self) -> None:
        from tessera.portal.holdings import declare_all

        declare_all()
