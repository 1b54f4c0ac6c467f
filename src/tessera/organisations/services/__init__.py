"""Writing organisations and persons."""

from tessera.organisations.services.records import (
    InUse,
    Lacking,
    delete_organisation,
    delete_person,
    organisation_lacking,
    organisations,
    person_lacking,
    persons,
    publish_organisation,
    publish_person,
    restore_organisation,
    restore_person,
    save_organisation,
    save_person,
    unpublish_organisation,
    unpublish_person,
)

__all__ = [
    "InUse",
    "Lacking",
    "delete_organisation",
    "delete_person",
    "organisation_lacking",
    "organisations",
    "person_lacking",
    "persons",
    "publish_organisation",
    "publish_person",
    "restore_organisation",
    "restore_person",
    "save_organisation",
    "save_person",
    "unpublish_organisation",
    "unpublish_person",
]
