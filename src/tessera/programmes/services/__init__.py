"""Writing the programme, its trainings, topics and sources."""

from tessera.organisations.services import InUse, Lacking
from tessera.programmes.services.acts import (
    PrimarySource,
    SeriesInUse,
    SourceInUse,
    clone_topic,
    clone_training,
    delete_draft,
    delete_series,
    delete_source,
    delete_topic,
    lacking,
    publish_topic,
    publish_training,
    restore_revision,
    unpublish_topic,
    unpublish_training,
)
from tessera.programmes.services.merging import merge_organisations, undo_organisation_merge
from tessera.programmes.services.programme import save_programme
from tessera.programmes.services.records import (
    NoProgramme,
    next_topic_order,
    rebuild_trainings,
    save_series,
    save_source,
    save_topic,
    save_training,
)
from tessera.programmes.services.schemes import activate_scheme
from tessera.programmes.services.status import STEPS, StatusRefused, next_statuses, set_status

__all__ = [
    "STEPS",
    "InUse",
    "Lacking",
    "NoProgramme",
    "PrimarySource",
    "SeriesInUse",
    "SourceInUse",
    "StatusRefused",
    "activate_scheme",
    "clone_topic",
    "clone_training",
    "delete_draft",
    "delete_series",
    "delete_source",
    "delete_topic",
    "lacking",
    "merge_organisations",
    "next_statuses",
    "next_topic_order",
    "publish_topic",
    "publish_training",
    "rebuild_trainings",
    "restore_revision",
    "save_programme",
    "save_series",
    "save_source",
    "save_topic",
    "save_training",
    "set_status",
    "undo_organisation_merge",
    "unpublish_topic",
    "unpublish_training",
]
