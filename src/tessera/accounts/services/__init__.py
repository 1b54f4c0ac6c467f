"""Writes of accounts: signing in, users and their roles, addresses, people, privacy."""

from tessera.accounts.services.addresses import (
    SameAddress,
    ask_address_change,
    change_of,
    confirm_address,
    stop_address_change,
)
from tessera.accounts.services.people import merge_persons, undo_merge
from tessera.accounts.services.privacy import (
    NothingToDoYet,
    RequestIsClosed,
    answer_request,
    ask_correction,
    ask_erasure,
    build_export,
    cancel_erasure,
    carry_out_erasure,
    refuse_request,
    request_export,
)
from tessera.accounts.services.roles import LastAdministrator, RoleHasNoScope, UnknownScope, grant_role, revoke_role
from tessera.accounts.services.sign_in import link_of, make_link, send_sign_in_link, use_code, use_link
from tessera.accounts.services.users import (
    AddressTaken,
    activate_user,
    deactivate_user,
    end_sessions,
    invite_user,
    notify,
    reset_second_factor,
    save_preferences,
    send_invitation,
)

__all__ = [
    "AddressTaken",
    "LastAdministrator",
    "NothingToDoYet",
    "RequestIsClosed",
    "RoleHasNoScope",
    "SameAddress",
    "UnknownScope",
    "activate_user",
    "answer_request",
    "ask_address_change",
    "ask_correction",
    "ask_erasure",
    "build_export",
    "cancel_erasure",
    "carry_out_erasure",
    "change_of",
    "confirm_address",
    "deactivate_user",
    "end_sessions",
    "grant_role",
    "invite_user",
    "link_of",
    "make_link",
    "merge_persons",
    "notify",
    "refuse_request",
    "request_export",
    "reset_second_factor",
    "revoke_role",
    "save_preferences",
    "send_invitation",
    "send_sign_in_link",
    "stop_address_change",
    "undo_merge",
    "use_code",
    "use_link",
]
