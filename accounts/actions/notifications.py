"""The bell: what a person is told, and that they read it. Operational, so without history."""

from django.utils import timezone

from accounts.models import Notification, User
from audit.errors import NotAllowed

TEXT_LIMIT = 500  # characters
URL_LIMIT = 500  # characters


def tell(*, person: User, text: str, url: str, about_kind: str = "", about_id: str = "") -> None:
    """Put a sentence under a person's bell, with the page of this site that it leads to.

    The same sentence about the same thing is told once while it is unread. Inside an act it is
    told with it or not at all.
    """
    about = {"about_kind": about_kind, "about_id": about_id}
    text = text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1]}…"
    unread = Notification.objects.filter(person=person, is_read=False, text=text, **about)
    if not unread.update(told=timezone.now(), url=url[:URL_LIMIT]):
        Notification.objects.create(
            person=person, text=text, url=url[:URL_LIMIT], told=timezone.now(), **about
        )


def mark_read(*, notification: Notification, by: User) -> None:
    """Note that a person opened what they were told. Raises ``NotAllowed`` for anybody else."""
    if notification.person_id != by.pk:
        raise NotAllowed("That was told to somebody else. Nothing was changed.")
    Notification.objects.filter(pk=notification.pk).update(is_read=True)


def mark_all_read(*, by: User) -> int:
    """Note that a person has read everything that they were told; returns how many were new."""
    return Notification.objects.filter(person=by, is_read=False).update(is_read=True)
