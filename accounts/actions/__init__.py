"""Everything that people do to people, one function each."""

from accounts.actions.invitations import (
    accept_invitation,
    invite_person,
    open_invitation,
    send_invitation,
    withdraw_invitation,
    withdraw_open_invitation,
)
from accounts.actions.notifications import mark_all_read, mark_read, tell
from accounts.actions.people import add_person, create_person, edit_profile, system_person
from accounts.actions.sign_in import deactivate_person, give_password, reactivate_person

__all__ = [
    "accept_invitation",
    "add_person",
    "create_person",
    "deactivate_person",
    "edit_profile",
    "give_password",
    "invite_person",
    "mark_all_read",
    "mark_read",
    "open_invitation",
    "reactivate_person",
    "send_invitation",
    "system_person",
    "tell",
    "withdraw_invitation",
    "withdraw_open_invitation",
]
