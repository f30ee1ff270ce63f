"""Invitations: a link, good once, by which an invited person sets their password."""

import datetime
import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.sign_in import check_password_strength
from accounts.mail import mail_after_commit
from accounts.models import Invitation, User
from accounts.permissions import check_manage_people
from audit.errors import NotPossible

GONE = (
    "This invitation does not work: it was used already, withdrawn, has expired, or its address "
    "is not complete. Ask the person who invited you to send a new one, or sign in if you have "
    "set a password."
)


def token_hash(token: str) -> str:
    """How a token is stored: a copy of the database lets nobody in."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def invite_person(*, person: User, by: User, site: str) -> Invitation:
    """Send a person the link by which they set their first password. Administrators only.

    ``site`` is the address of this site, with scheme. An earlier link stops working. Raises
    ``NotAllowed``, ``NotPossible``, and ``MailNotSent`` on commit.
    """
    check_manage_people(by)
    return send_invitation(person=person, by=by, site=site)


def send_invitation(*, person: User, by: User, site: str, invited_to: str = "") -> Invitation:
    """Make a new link and mail it, for an action that has asked its own permission.

    ``invited_to`` is what the mail says they are invited to, for example a product's name and a
    role. Raises ``NotPossible`` when the person needs no invitation or may not sign in, and
    ``MailNotSent`` on commit.
    """
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        user: User = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if not user.is_active:
            raise NotPossible(
                f"{user.name} may not sign in. An administrator has to reactivate them first."
            )
        if user.has_usable_password():
            raise NotPossible(f"{user.name} has a password already and needs no invitation.")
        _withdraw_open(user, by, now)
        invitation = Invitation.objects.create(
            user=user,
            token_sha256=token_hash(token),
            sent_at=now,
            sent_by=by,
            expires_at=now + datetime.timedelta(days=settings.INVITATION_DAYS),
        )
        mail_after_commit(
            to=user.email,
            subject="You are invited to Safety Case",
            template="accounts/mail/invitation.txt",
            context={
                "name": user.name,
                "invited_by": by.name,
                "invited_to": invited_to,
                "link": site.rstrip("/") + reverse("accept_invitation", args=[token]),
                "expires_at": invitation.expires_at,
            },
        )
    return invitation


def open_invitation(token: str) -> Invitation | None:
    """The invitation that a token opens, or None when it opens none any more."""
    invitation = (
        Invitation.objects.select_related("user__profile", "sent_by__profile")
        .filter(token_sha256=token_hash(token), user__is_active=True)
        .first()
    )
    return invitation if invitation is not None and invitation.is_open else None


def accept_invitation(*, token: str, password: str) -> User:
    """Set the invited person's password and use the link up; returns the person.

    Raises ``NotPossible`` when the link does not work or the password is too weak.
    """
    with transaction.atomic():
        invitation = open_invitation(token)
        if invitation is None:
            raise NotPossible(GONE)
        user: User = User.objects.select_for_update(no_key=True).get(pk=invitation.user_id)
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if not (invitation.is_open and user.is_active):
            raise NotPossible(GONE)
        check_password_strength(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
    return user


def withdraw_invitation(*, person: User, by: User) -> None:
    """Make a person's open link stop working. Administrators only.

    Raises ``NotAllowed``, and ``NotPossible`` when no link is open.
    """
    check_manage_people(by)
    withdraw_open_invitation(person=person, by=by)


def withdraw_open_invitation(*, person: User, by: User) -> None:
    """The same for an action that has asked its own permission; raises ``NotPossible``."""
    with transaction.atomic():
        user: User = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if not _withdraw_open(user, by, timezone.now()):
            raise NotPossible(
                f"{user.name} has no open invitation. Nothing was changed: it was accepted, "
                "withdrawn or has expired."
            )


def _withdraw_open(user: User, by: User, now: datetime.datetime) -> int:
    return Invitation.objects.filter(
        user=user, accepted_at__isnull=True, withdrawn_at__isnull=True
    ).update(withdrawn_at=now, withdrawn_by=by)
