"""The app configuration of ``accounts``."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tessera.accounts"

    def ready(self) -> None:
        from tessera.accounts import own_holdings, queries, receivers, rules  # noqa: F401  two of them register themselves

        own_holdings.declare_all()
        queries.word_activities()
