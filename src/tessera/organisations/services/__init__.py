"""Writing organisations and persons."""

from tessera.organisations.services.organisation import (
    clone_organisation,
    delete_organisation,
    organisation_lacking,
    organisations,
    publish_organisation,
    restore_organisation,
    save_organisation,
    unpublish_organisation,
)
from tessera.organisations.services.person import (
    clone_person,
    delete_person,
    person_lacking,
    persons,
    publish_person,
    restore_person,
    save_person,
    unpublish_person,
)
from tessera.organisations.services.showing import InUse, Lacking

__all__ = [
    "InUse",
    "Lacking",
    "clone_organisation",
    "clone_person",
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
