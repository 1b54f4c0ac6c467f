"""Trainings, topics and the programme as the desk edits them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tessera.accounts.permissions import has_perm, require
from tessera.activity.kinds import RecordKind, register
from tessera.organisations.forms import CREATORS, finders
from tessera.programmes import services
from tessera.programmes.forms.sections import PROGRAMME_SECTIONS, TOPIC_SECTIONS
from tessera.programmes.forms.training import TRAINING_SECTIONS
from tessera.programmes.models import Programme, Status, Topic, Training


def _training_pages(training: Any) -> list[tuple[Any, str, str]]:
    return [
        (_("Status"), reverse("programmes:training_status", args=[training.slug]), "programmes.change_status"),
        (_("Copy it"), reverse("programmes:training_clone", args=[training.slug]), "programmes.add_training"),
    ]


TRAINING = register(
    RecordKind(
        name="training",
        label=_("Training"),
        plural=_("Trainings"),
        new=_("New training"),
        namespace="programmes",
        list_page="trainings",
        sections=TRAINING_SECTIONS,
        rows=lambda user: Training.objects.visible_to(user),
        may=has_perm,
        require=require,
        save=services.save_training,
        restore=services.restore_revision,
        view_permission="programmes.edit_training",
        edit_permission="programmes.edit_training",
        finders=finders,
        creators=CREATORS,
        lacking=services.lacking,
        publish=services.publish_training,
        unpublish=services.unpublish_training,
        publish_permission="programmes.publish_training",
        delete=services.delete_draft,
        delete_permission="programmes.add_training",
        preview_page="portal:desk_preview",
        pages=_training_pages,
        header="programmes/training_header.html",
        states=dict(Status.choices),
        derived=(r"dates\.(start|end|precision)", r"phases\[\d+\]\.precision", r"participants\.display_range"),
        other_places={
            "status": _("Status"),
            "order_on_page": _("Place on the page of the source"),
            "commitments.dissemination.basis": _("The promise is known from"),
        },
    )
)
TOPIC = register(
    RecordKind(
        name="topic",
        label=_("Topic"),
        plural=_("Topics"),
        new=_("New topic"),
        namespace="programmes",
        list_page="topics",
        sections=TOPIC_SECTIONS,
        rows=lambda user: Topic.objects.all(),
        may=has_perm,
        require=require,
        save=services.save_topic,
        restore=services.restore_revision,
        view_permission="activity.view_history",
        edit_permission="programmes.edit_topic",
        publish=services.publish_topic,
        unpublish=services.unpublish_topic,
        publish_permission="programmes.publish_topic",
        delete=services.delete_topic,
        delete_permission="programmes.edit_topic",
    )
)
PROGRAMME = register(
    RecordKind(
        name="programme",
        label=_("Programme"),
        plural=_("Programme"),
        namespace="programmes",
        list_page="programmes",
        sections=PROGRAMME_SECTIONS,
        rows=lambda user: Programme.objects.all(),
        may=has_perm,
        require=require,
        save=services.save_programme,
        restore=services.restore_revision,
        view_permission="activity.view_history",
        edit_permission="programmes.edit_programme",
        finders=finders,
        creators=CREATORS,
    )
)
