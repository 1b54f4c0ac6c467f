"""The app configuration of ``programmes``."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "tessera.programmes"

    def ready(self) -> None:
        from tessera.accounts import scopes
        from tessera.accounts.holdings import on_anonymised
        from tessera.accounts.merging import on_merge
        from tessera.core.versions import declare_text
        from tessera.programmes.models import Training
        from tessera.programmes.queries import SCHEME_STATEMENT, SCHEME_TEXT
        from tessera.programmes.services import merging

        def title(slug: str) -> str | None:
            found = Training.objects.filter(slug=slug).first()
            return str(found) if found else None

        scopes.declare("training", title)
        declare_text(SCHEME_TEXT, SCHEME_STATEMENT)
        on_merge("programmes.engagements", merging.move_engagements, merging.return_engagements)
        on_anonymised(merging.follow_person)
