"""Who may do what to people: pairs that ask or raise from one rule."""

from accounts.models import Profile, User
from audit.errors import NotAllowed

#: What everybody may say about themselves.
OWN_FIELDS = frozenset(
    {"name", "job_title", "professional_body", "registration_number", "wants_mail"}
)


def can_manage_people(by: User) -> bool:
    """Whether this person adds, deactivates and invites people."""
    return by.is_system or by.is_administrator


def check_manage_people(by: User) -> None:
    """Raise ``NotAllowed`` unless the person manages people."""
    if not can_manage_people(by):
        raise NotAllowed(
            "Only administrators manage people. Nothing was changed. Ask one of them to do it."
        )


def can_edit_profile(by: User, profile: Profile) -> bool:
    """Whether this person may change name, title and registration here."""
    return can_manage_people(by) or (by.is_active and by.pk == profile.user_id)


def check_edit_profile(by: User, profile: Profile) -> None:
    """Raise ``NotAllowed`` unless the person may change this profile."""
    if not can_edit_profile(by, profile):
        raise NotAllowed(
            f"Only {profile.name} and administrators change this profile. Nothing was changed."
        )


def can_check_registration(by: User, profile: Profile) -> bool:
    """Whether this person may say that a registration was looked up: never their own."""
    return can_manage_people(by) and by.pk != profile.user_id


def check_check_registration(by: User, profile: Profile) -> None:
    """Raise ``NotAllowed`` unless the person may record a registration check."""
    if not can_check_registration(by, profile):
        raise NotAllowed(
            "An administrator records that a registration was checked, and never their own. "
            "Nothing was changed. Ask another administrator."
        )


def can_set_administrator(by: User, profile: Profile) -> bool:
    """Whether this person may make or unmake an administrator: never of themselves."""
    return can_manage_people(by) and by.pk != profile.user_id


def check_set_administrator(by: User, profile: Profile) -> None:
    """Raise ``NotAllowed`` unless the person may decide who manages people."""
    if not can_set_administrator(by, profile):
        raise NotAllowed(
            "Another administrator decides who manages people, nobody for themselves. "
            "Nothing was changed."
        )


def can_deactivate(by: User, person: User) -> bool:
    """Whether this person may stop another from signing in."""
    return can_manage_people(by) and by.pk != person.pk and not person.is_system


def check_deactivate(by: User, person: User) -> None:
    """Raise ``NotAllowed`` unless the person may decide whether the other may sign in."""
    if not can_deactivate(by, person):
        raise NotAllowed(
            "Another administrator decides who may sign in, nobody for themselves. "
            "Nothing was changed."
        )


def may_see_profile(by: User, person: User) -> bool:
    """Whether the profile is this person's own, or they manage people.

    Whether two people share a team is known higher up; products asks that itself.
    """
    return by.pk == person.pk or by.is_administrator


def can_see_sign_ins(by: User, profile: Profile) -> bool:
    """Whether this person sees when the other signed in and out: their own, and administrators."""
    return by.is_administrator or by.pk == profile.user_id
