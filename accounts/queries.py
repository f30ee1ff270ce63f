"""Reads: people and their invitations."""

from django.db.models import Prefetch, QuerySet

from accounts.models import Invitation, Notification, Profile, User


def everybody() -> QuerySet[Profile]:
    """Every person but the system one, by name, with their invitations in ``.user.letters``."""
    letters = Invitation.objects.order_by("-sent_at")
    return (
        Profile.objects.filter(user__is_system=False)
        .select_related("user", "registration_checked_by__profile")
        .prefetch_related(Prefetch("user__invitations", queryset=letters, to_attr="letters"))
        .order_by("name", "pk")
    )


def newest_invitation(person: User) -> Invitation | None:
    """The invitation that a person was sent last."""
    return Invitation.objects.filter(user=person).order_by("-sent_at").first()


def standing_of_sign_in(person: User, newest: Invitation | None) -> tuple[str, str]:
    """Whether a person can sign in, as a word and the tone of its dot."""
    if not person.is_active:
        return "deactivated", "muted"
    if person.has_usable_password():
        return "active", "good"
    if newest is None or newest.withdrawn_at is not None:
        return "not invited", "warn"
    return ("invited", "accent") if newest.is_open else ("invitation expired", "warn")


def notifications_of(person: User, *, only_unread: bool = False) -> QuerySet[Notification]:
    """What a person was told, newest first."""
    told = Notification.objects.filter(person=person).order_by("-told", "-pk")
    return told.filter(is_read=False) if only_unread else told


def unread_of(person: User) -> int:
    """How much a person was told and has not read: the number beside the bell. One query."""
    return Notification.objects.filter(person=person, is_read=False).count()
