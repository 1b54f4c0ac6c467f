"""Who may do what: the table of DOMAIN §5 for what this house can do so far. What is not allowed here is denied.

Roles add up. ``office`` and ``admin`` are held everywhere; the others in the scopes that an object names in
``role_scopes()``: pairs like ("training", slug), ("country", "AM"), ("organisation", slug). An object without
that method is in no scope but "everywhere".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import rules

from tessera.accounts.models import Role, Scope, holds


def scopes_of(obj: Any) -> Iterable[Scope]:
    """The scopes in which ``obj`` lies, as it names them itself."""
    named = getattr(obj, "role_scopes", None)
    return named() if callable(named) else ()


@rules.predicate
def is_signed_in(user: Any) -> bool:
    return bool(getattr(user, "is_authenticated", False) and user.is_active)


@rules.predicate
def is_office(user: Any) -> bool:
    return holds(user, Role.OFFICE)


@rules.predicate
def is_admin(user: Any) -> bool:
    return holds(user, Role.ADMIN)


@rules.predicate
def is_host(user: Any) -> bool:
    """True of a host of whatever."""
    return bool(getattr(user, "is_active", False)) and any(role == Role.HOST for role, _kind, _key in user.held)


@rules.predicate
def is_host_in_scope(user: Any, obj: Any) -> bool:
    return obj is not None and holds(user, Role.HOST, scopes_of(obj))


@rules.predicate
def is_draft(user: Any, obj: Any) -> bool:
    """True of a record that is not yet public."""
    return obj is not None and getattr(obj, "published", True) is False


@rules.predicate
def is_published(user: Any, obj: Any) -> bool:
    return bool(getattr(obj, "published", False))


@rules.predicate
def is_own_person(user: Any, person: Any) -> bool:
    return person is not None and is_signed_in(user) and user.person_id == person.pk


@rules.predicate
def is_self(user: Any, other: Any) -> bool:
    return other is not None and is_signed_in(user) and user.pk == other.pk


@rules.predicate
def is_own(user: Any, obj: Any) -> bool:
    """True of something that belongs to the user: an export, a request, a session."""
    return obj is not None and is_signed_in(user) and obj.user_id == user.pk


@rules.predicate
def is_not_unconfirmed(user: Any, obj: Any) -> bool:
    """False of something that a stranger sent and whose address nobody has confirmed yet."""
    confirmed = getattr(obj, "is_confirmed", None)
    return obj is not None and (confirmed is None or bool(confirmed()))


@rules.predicate
def is_committee_in_scope(user: Any, obj: Any) -> bool:
    return obj is not None and holds(user, Role.COMMITTEE, scopes_of(obj))


@rules.predicate
def is_endorsing_host(user: Any, obj: Any) -> bool:
    """True of a host in a country whose endorsement was asked for an application of somebody else."""
    if is_own(user, obj):
        return False
    named = getattr(obj, "endorsing_scopes", None)
    asked = set(named()) if callable(named) else set()
    return bool(getattr(user, "is_active", False)) and any(
        role == Role.HOST and (kind, key) in asked for role, kind, key in user.held
    )


@rules.predicate
def is_with_endorsers(user: Any, obj: Any) -> bool:
    """True of an application as long as whoever is asked to endorse it reads it."""
    read = getattr(obj, "is_with_endorsers", None)
    return bool(callable(read) and read())


@rules.predicate
def is_host_of_a_country(user: Any) -> bool:
    return bool(getattr(user, "is_active", False)) and any(
        role == Role.HOST and kind == "country" for role, kind, _key in user.held
    )


@rules.predicate
def is_handed_in(user: Any, obj: Any) -> bool:
    """True of an application that was submitted: a draft is its writer's alone."""
    submitted = getattr(obj, "is_handed_in", None)
    return bool(callable(submitted) and submitted())


# edit training, call, texts: office everywhere; hosts in their scope, drafts only
may_edit_training = is_office | (is_host_in_scope & is_draft)
# users, schemes, retention, logs: administrators, and they alone
may_administer = is_admin

TABLE: dict[str, rules.predicates.Predicate] = {
    # people
    "accounts.view_person": is_published | is_own_person | is_office | is_admin,
    "accounts.add_person": is_office,
    "accounts.edit_person": is_office,
    "accounts.publish_person": is_office,
    "accounts.merge_persons": is_office,
    # accounts
    "accounts.view_user": is_self | is_admin,
    "accounts.manage_users": may_administer,
    "accounts.manage_roles": may_administer,
    "accounts.decide_privacy_request": may_administer,
    "accounts.cancel_privacy_request": is_own,
    "accounts.download_export": is_own,
    # organisations
    "organisations.view_organisation": is_published | is_office | is_admin,
    "organisations.add_organisation": is_office,
    "organisations.edit_organisation": is_office,
    "organisations.publish_organisation": is_office,
    "organisations.merge_organisations": is_office,
    # trainings, topics, the programme
    "programmes.view_training": is_published | is_office | is_host_in_scope,
    "programmes.add_training": is_office,
    "programmes.edit_training": may_edit_training,
    "programmes.publish_training": is_office,
    "programmes.change_status": is_office,
    "programmes.postpone_training": is_office,
    "programmes.cancel_training": is_office,
    "programmes.edit_topic": is_office,
    "programmes.publish_topic": is_office,
    "programmes.edit_series": is_office,
    "programmes.edit_source": is_office,
    "programmes.edit_programme": is_office,
    # the desk as a whole, its lists and its work
    "portal.use_desk": is_office,
    "portal.enter_desk": is_office | is_host | is_admin,  # each is led to the part that is theirs
    "portal.see_drafts": is_office | is_host,
    "portal.preview_record": may_edit_training,
    # planning: proposals come from anybody with a confirmed address, everything else is the office's
    "planning.view_planning": is_office,
    "planning.view_proposal": is_office & is_not_unconfirmed,
    "planning.add_proposal": is_office,
    "planning.decide_proposal": is_office & is_not_unconfirmed,
    "planning.edit_roster": is_office,
    "planning.view_scenario": is_office,
    "planning.run_scenario": is_office,
    "planning.accept_line": is_office,
    # grants and calls: hosts write drafts in their scope, every step is the office's
    "grants.edit_categories": is_office,
    "calls.view_call": is_published | is_office | is_host_in_scope,
    "calls.add_call": is_office,
    "calls.edit_call": may_edit_training,
    "calls.preview_call": may_edit_training,
    "calls.publish_call": is_office,
    "calls.change_status": is_office,
    "calls.extend_call": is_office,
    "calls.postpone_call": is_office,
    "calls.cancel_call": is_office,
    # applications: written by one person, read by those who decide, once handed in
    "applications.view_application": (
        is_own | (is_handed_in & (is_office | is_committee_in_scope | (is_endorsing_host & is_with_endorsers)))
    ),
    "applications.add_application": is_signed_in,
    "applications.write_application": is_own,
    "applications.submit_application": is_own,
    "applications.withdraw_application": is_own,
    "applications.answer_offer": is_own,
    "applications.endorse_application": is_handed_in & is_endorsing_host,
    "applications.list_endorsements": is_host_of_a_country,
    "applications.list_applications": is_office,
    "applications.screen_application": is_office & is_handed_in,
    "applications.waive_rule": is_office & is_handed_in,
    "applications.export_applications": is_office,
    "applications.import_applications": is_office,
    "applications.merge_applications": is_office,
    "applications.set_retention": may_administer,
    "applications.make_late_codes": is_office,
    "applications.manage_members": is_office,
    # mail: the office writes and approves it, administrators see that it leaves
    "messaging.view_outbox": is_office | is_admin,
    "messaging.approve_batch": is_office,
    "messaging.manage_outbox": is_office | is_admin,
    # schemes and logs
    "places.view_scheme": is_office | is_admin,
    "places.edit_scheme": may_administer,
    "activity.view_log": may_administer,
    "activity.view_history": is_office | is_admin,
    "activity.restore_revision": is_office,
}

for name, predicate in TABLE.items():
    rules.add_perm(name, predicate)
