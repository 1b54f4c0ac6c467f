"""The app configuration of ``organisations``."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "tessera.organisations"

    def ready(self) -> None:
        from tessera.accounts import scopes
        from tessera.accounts.holdings import on_anonymised
        from tessera.accounts.merging import on_merge
        from tessera.organisations.models import Organisation
        from tessera.organisations.services import following

        def name(slug: str) -> str | None:
            found = Organisation.objects.present().filter(slug=slug).first()
            return str(found) if found else None

        scopes.declare("organisation", name)
        on_merge("organisations.positions", following.move_positions, following.return_positions)
        on_anonymised(following.follow_person)
