"""Trainings, topics and the programme as the desk edits them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.accounts.permissions import has_perm, require
from tessera.activity.kinds import Copying, RecordKind, register
from tessera.organisations.forms import COPY_MADE, CREATORS, finders
from tessera.programmes import services
from tessera.programmes.forms.acts import CopyTrainingForm, NewTopicForm
from tessera.programmes.forms.sections import PROGRAMME_SECTIONS, SERIES_SECTIONS, SOURCE_SECTIONS, TOPIC_SECTIONS
from tessera.programmes.forms.training import TRAINING_SECTIONS
from tessera.programmes.models import Programme, Series, Source, Status, Topic, Training


def _training_pages(training: Any) -> list[tuple[Any, str, str]]:
    return [
        (_("Status"), reverse("programmes:training_status", args=[training.slug]), "programmes.change_status"),
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
        made_again=lambda rehearsal: {"rehearsal": rehearsal},
        copying=Copying(
            copy=lambda training, asked, **how: services.clone_training(training, starts_on=asked["starts_on"], **how),
            form=CopyTrainingForm,
            permission="programmes.add_training",
            taken=_(
                "The copy is proposed and not public. It takes over the texts with their translations, format, languages,"
                " places, audience, methods, topics, people and organisations."
            ),
            left=_(
                "It takes over dates and times of sessions only where you name a new first day, never the numbers, remarks and"
                " what other sources say."
            ),
            done=_("This is the copy: a proposed training. Nobody else sees it yet."),
        ),
        preview_page="portal:desk_preview",
        preview_permission="portal.preview_record",
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
        deletable=_("Only a topic that no training has can be deleted."),
        made_again=lambda rehearsal: {"rehearsal": rehearsal, "published": False},
        copying=Copying(
            copy=lambda topic, asked, **how: services.clone_topic(topic, asked["names"], **how),
            permission="programmes.edit_topic",
            taken=_("The copy is a draft. It takes over the description with its translations."),
            left=_("It does not take over the name and the place in lists; no training has it."),
            done=COPY_MADE,
            form=NewTopicForm,
        ),
        preview_page="portal:desk_topic_preview",
    )
)
SERIES = register(
    RecordKind(
        name="series",
        label=_("Series"),
        plural=pgettext_lazy("several", "Series"),
        new=_("New series"),
        namespace="programmes",
        list_page="series_list",
        sections=SERIES_SECTIONS,
        rows=lambda user: Series.objects.all(),
        may=has_perm,
        require=require,
        save=services.save_series,
        restore=services.restore_revision,
        view_permission="activity.view_history",
        edit_permission="programmes.edit_series",
        delete=services.delete_series,
        delete_permission="programmes.edit_series",
        may_delete=lambda series: not series.trainings.exists(),
        deletable=_("Only a series that no training is of can be deleted."),
    )
)
SOURCE = register(
    RecordKind(
        name="source",
        label=_("Source"),
        plural=_("Sources"),
        new=_("New source"),
        namespace="programmes",
        list_page="sources",
        key="code",
        sections=SOURCE_SECTIONS,
        rows=lambda user: Source.objects.all(),
        may=has_perm,
        require=require,
        save=services.save_source,
        restore=services.restore_revision,
        view_permission="activity.view_history",
        edit_permission="programmes.edit_source",
        delete=services.delete_source,
        delete_permission="programmes.edit_source",
        may_delete=lambda source: True,
        deletable=_("Only a source that no training names can be deleted."),
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
