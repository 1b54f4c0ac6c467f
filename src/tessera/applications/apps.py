"""The app configuration of ``applications``."""

from django.apps import AppConfig
from django.utils.translation import gettext


class ApplicationsConfig(AppConfig):
    name = "tessera.applications"

    def ready(self) -> None:
        from tessera.activity.kinds import Wording, word_as
        from tessera.applications import rehearsal
        from tessera.applications.demand import turned_away
        from tessera.applications.drawing import drawn_step
        from tessera.applications.forms.retention import LABELS
        from tessera.applications.holdings import declare_all
        from tessera.applications.models import Note, Request, Status
        from tessera.applications.queries import readers_of_call, unanswered_offers
        from tessera.applications.services import ask_again
        from tessera.calls.announcing import declare_readers, keep_from_archive, on_postponed
        from tessera.calls.drawing import draw_by
        from tessera.planning.queries.demand import declare_wishes
        from tessera.programmes.rehearsal import join

        declare_all()
        declare_wishes("applications.turned_away", turned_away)
        join(rehearsal.load, rehearsal.remove)
        declare_readers(readers_of_call)
        on_postponed(ask_again)
        keep_from_archive(unanswered_offers)
        draw_by(drawn_step)
        words = dict([*Request.Kind.choices, *Note.Visibility.choices, *Status.choices])
        word_as(
            "retentionperiods", Wording(label=lambda _code: gettext("How long applications are kept"), places=LABELS)
        )
        word_as("application", Wording(state=lambda code: words.get(code, code)))
