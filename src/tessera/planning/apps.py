"""The app configuration of ``planning``."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "tessera.planning"

    def ready(self) -> None:
        from tessera.accounts.merging import on_merge
        from tessera.planning import rehearsal
        from tessera.planning.holdings import declare_all
        from tessera.planning.queries.demand import declare_wishes, open_proposals
        from tessera.planning.queries.telling import word_activities
        from tessera.planning.services import roster
        from tessera.programmes.rehearsal import join

        declare_all()
        word_activities()
        declare_wishes("planning.proposals", open_proposals)
        join(rehearsal.load, rehearsal.remove)
        on_merge("planning.roster", roster.move_profile, roster.return_profile)
