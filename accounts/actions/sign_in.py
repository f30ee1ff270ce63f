"""Who may sign in, and with which password."""

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.locks import lock_with_decider
from accounts.models import Invitation, User
from accounts.permissions import check_deactivate
from audit.acts import act
from audit.errors import NotAllowed, NotPossible


def deactivate_person(*, person: User, by: User, reason: str) -> User:
    """Stop a person from signing in; sessions and open invitations end with it.

    Their roles and everything they did stay in the record. Raises ``NotAllowed`` and
    ``NotPossible`` (no reason, or not active anyway).
    """
    check_deactivate(by, person)
    with act(by=by, reason=reason):
        user = _let_in(person, by, allowed=False)
        _end_sessions(user)
        Invitation.objects.filter(
            user=user, accepted_at__isnull=True, withdrawn_at__isnull=True
        ).update(withdrawn_at=timezone.now(), withdrawn_by=by)
    return user


def reactivate_person(*, person: User, by: User, reason: str) -> User:
    """Let a deactivated person sign in again, with the password they had.

    Raises ``NotAllowed`` and ``NotPossible`` (no reason, or active anyway).
    """
    check_deactivate(by, person)
    with act(by=by, reason=reason):
        return _let_in(person, by, allowed=True)


def _let_in(person: User, by: User, *, allowed: bool) -> User:
    """Write both the credential and the record's copy of it, which keeps who and why."""
    profile, decider = lock_with_decider(person, by)
    user: User = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    check_deactivate(decider, user)
    if user.is_active == allowed:
        how = "may sign in" if allowed else "cannot sign in"
        raise NotPossible(f"{user.name} {how} already. Nothing was changed.")
    user.is_active = allowed
    user.save(update_fields=["is_active"])
    profile.may_sign_in = allowed
    profile.save()
    return user


def _end_sessions(user: User) -> None:
    """Sign a person out everywhere, so that no session comes alive again when they may return."""
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


def give_password(*, person: User, password: str, by: User) -> User:
    """Give a person a password from a command (the first administrator, the demonstration).

    Only the system person may: people choose their own through an invitation or a reset.
    Raises ``NotAllowed`` and ``NotPossible`` (a password that is too weak).
    """
    if not by.is_system:
        raise NotAllowed("People choose their own password. Nothing was changed.")
    check_password_strength(password, person)
    with transaction.atomic():
        user: User = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def check_password_strength(password: str, person: User | None) -> None:
    """Raise ``NotPossible`` with what is wrong with a password."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise NotPossible(" ".join(error.messages)) from error
