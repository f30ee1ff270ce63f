"""One mail a day at most to each person who wants one, about what waits and was not told before.

Safe to repeat, by several workers at once: the day of a person is claimed before they are written
to. A mail that the server does not take gives the day back, so the next run tries again. Somebody
whose mail was under way when a worker died is told the next day: nothing is forgotten, because what
was told is noted only after it was.
"""

import datetime
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import MailedTask, User
from products.queries import products_of
from safetycase.my_work import work_of
from safetycase.my_work.todo import Mine, Todo
from safetycase.reminders.coming import coming_up

logger = logging.getLogger(__name__)

#: The hour of the day, where the site is, from which mail is sent.
FROM_HOUR = 7
#: A mail names so many things and says how many more there are.
MOST_NAMED = 30
_A_DAY = "day:"


@dataclass(frozen=True)
class Sent:
    """How many people were looked at, told, and could not be told."""

    looked_at: int = 0
    told: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Line:
    """A sentence of a mail, whose move it is and since when, and the whole address of the place."""

    product: str
    sentence: str
    turn: str
    url: str


def people_to_look_at(now: datetime.datetime) -> QuerySet[User]:
    """Who wants mail, can sign in and was not looked at on this day."""
    today = MailedTask.objects.filter(person=OuterRef("pk"), key=_key_of_day(now))
    people: QuerySet[User] = (
        User.objects.filter(is_active=True, is_system=False, profile__wants_mail=True)
        .exclude(
            password__startswith=UNUSABLE_PASSWORD_PREFIX
        )  # invited, and has not chosen a password
        .exclude(Exists(today))
        .select_related("profile")
        .order_by("pk")
    )
    return people


def send_reminders(now: datetime.datetime | None = None) -> Sent:
    """Look what waits for each person and tell those who were not told; returns how it went."""
    now = now or timezone.now()
    looked_at = told = failed = 0
    for person in people_to_look_at(now):
        if not _claimed(person, now):
            continue  # another worker has them
        looked_at += 1
        try:
            told += _tell(person, now)
        except (SMTPException, OSError):
            logger.exception("The mail about what waits was not sent to person %s", person.pk)
            MailedTask.objects.filter(person=person, key=_key_of_day(now)).delete()
            failed += 1
    return Sent(looked_at, told, failed)


def _claimed(person: User, now: datetime.datetime) -> bool:
    try:
        with transaction.atomic():
            MailedTask.objects.create(person=person, key=_key_of_day(now), mailed=now)
    except IntegrityError:
        return False
    return True


def _tell(person: User, now: datetime.datetime) -> bool:
    """Mail what is new to a person; True when there was something."""
    waiting = {_key_of(each): each for each in what_waits_for(person)}
    _forget(person, waiting, now)
    known = set(
        MailedTask.objects.filter(person=person, key__in=list(waiting)).values_list(
            "key", flat=True
        )
    )
    new = {key: each for key, each in waiting.items() if key not in known}
    if not new:
        return False
    _mail(person, list(new.values()), more=len(waiting) - len(new))
    MailedTask.objects.bulk_create(
        [MailedTask(person=person, key=key, mailed=now) for key in new], ignore_conflicts=True
    )
    return True


def what_waits_for(person: User) -> list[Todo]:
    """What *My work* shows, and what comes up soon; each thing once."""
    shown = [todo for group in work_of(person).groups for todo in group.todos]
    mine = Mine.of(person, products_of(person))
    return list({_key_of(each): each for each in (*shown, *coming_up(mine))}.values())


def _mail(person: User, todos: list[Todo], *, more: int) -> None:
    named = [
        Line(
            product=each.product.name,
            sentence=" ".join(each.sentence.split()),
            turn=each.turn,
            url=settings.SITE_URL + each.url,
        )
        for each in todos[:MOST_NAMED]
    ]
    context = {
        "name": person.name,
        "lines": sorted(named, key=lambda each: each.product),  # each product's once, as shown
        "unnamed": len(todos) - len(named),
        "more": more,
        "site": settings.SITE_URL + reverse("my_work"),
        "profile": settings.SITE_URL + reverse("my_profile"),
    }
    count = len(todos)
    subject = "1 thing waits for you" if count == 1 else f"{count} things wait for you"
    mail = EmailMultiAlternatives(
        subject=f"Safety Case: {subject}",
        body=render_to_string("safetycase/reminders/mail.txt", context),
        to=[person.email],
        # Answers of machines ("out of office") are not wanted, and programs offer the way out.
        headers={"Auto-Submitted": "auto-generated", "List-Unsubscribe": f"<{context['profile']}>"},
    )
    mail.attach_alternative(
        render_to_string("safetycase/reminders/mail.html", context), "text/html"
    )
    mail.send()


def _forget(person: User, waiting: Iterable[str], now: datetime.datetime) -> None:
    """Forget what waits no more, so that it is told again when it comes back; not on the same day,
    or the mark of the day would go with it.
    """
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    MailedTask.objects.filter(person=person, mailed__lt=today).exclude(
        key__in=list(waiting)
    ).delete()


def _key_of(todo: Todo) -> str:
    told = f"{todo.product.pk}\n{todo.url}\n{todo.sentence}"
    return f"todo:{hashlib.sha256(told.encode()).hexdigest()}"


def _key_of_day(now: datetime.datetime) -> str:
    return f"{_A_DAY}{timezone.localtime(now):%Y-%m-%d}"


def is_time(now: datetime.datetime | None = None) -> bool:
    """Whether the day has begun and somebody was not looked at."""
    now = now or timezone.now()
    return timezone.localtime(now).hour >= FROM_HOUR and people_to_look_at(now).exists()
