"""What is done again and again without anybody asking, and how often.

Every supervisor of every host looks here; together they put one task into the queue, not one each.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from audit.models import PendingEntry
from hazards.models import HazardSummary
from hazards.quality.freshness import products_not_checked_today
from hazards.quality.storing import changed_since_checked
from products.trackers.receiving import are_old
from products.trackers.sending import something_is_due
from safetycase.gate.last_week import releases_without_today
from safetycase.reminders import is_time
from safetycase.tasks import (
    ask_gates,
    check_changed_hazards,
    check_logs,
    seal_record,
    tend_database,
)
from safetycase.telling_tasks import forget_deliveries, mail_reminders, say_in_trackers

#: How long the queue remembers that a task of this table was done.
REMEMBERED = datetime.timedelta(days=1)

_LOCK = 5_201_290_129  # any number that no other advisory lock of this database has


@dataclass(frozen=True)
class Due:
    """A task that is enqueued when it is needed, ``every`` so often at most."""

    task: Any
    every: datetime.timedelta
    is_needed: Callable[[], bool]

    def is_due(self, now: datetime.datetime) -> bool:
        """Whether it is needed, does not wait in the queue already and was not there lately."""
        those = DBTaskResult.objects.filter(task_path=self.task.module_path)
        # Times of hosts whose clocks went wrong count for nothing, or it might never be due again.
        lately = those.filter(enqueued_at__gt=now - self.every, enqueued_at__lt=now + self.every)
        return (
            self.is_needed()
            and not those.filter(status=TaskResultStatus.READY).exists()
            and not lately.exists()
        )


def something_is_pending() -> bool:
    """Whether an entry of the ledger waits for its seal."""
    return PendingEntry.objects.exists()


def hazards_changed() -> bool:
    """Whether a hazard changed since the quality rules looked at it."""
    return changed_since_checked().exists()


def logs_wait_for_today() -> bool:
    """Whether there is a log that the quality rules have not looked at today: dates pass."""
    return bool(products_not_checked_today())


def gates_wait_for_today() -> bool:
    """Whether nobody has asked the gate today of a release that is not out yet."""
    return bool(releases_without_today())


def there_are_lists() -> bool:
    """Whether there is a log whose lists can be tended."""
    return HazardSummary.objects.exists()


def reminders_are_wanted() -> bool:
    """Whether it is morning and somebody was not looked at today, where mail is sent at all."""
    return settings.MAIL_REMINDERS and is_time()


_MINUTE, _HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)

#: Everything that is done again and again.
DUE = (
    Due(seal_record, _MINUTE, is_needed=something_is_pending),
    Due(check_changed_hazards, _MINUTE, is_needed=hazards_changed),
    Due(say_in_trackers, _MINUTE, is_needed=something_is_due),
    Due(check_logs, _HOUR, is_needed=logs_wait_for_today),
    Due(ask_gates, _HOUR, is_needed=gates_wait_for_today),
    Due(mail_reminders, _HOUR, is_needed=reminders_are_wanted),
    Due(forget_deliveries, REMEMBERED, is_needed=are_old),
    Due(tend_database, REMEMBERED, is_needed=there_are_lists),
)


def enqueue_due(now: datetime.datetime | None = None) -> list[str]:
    """Enqueue what is due at ``now``; returns the names of the tasks."""
    now = now or timezone.now()
    if not any(due.is_due(now) for due in DUE):
        return []  # nearly always, and without a lock
    with transaction.atomic():
        if not _is_ours_to_do():
            return []
        those = [due for due in DUE if due.is_due(now)]
        for due in those:
            due.task.enqueue()
            _forget_finished(due, before=now - REMEMBERED)
    return [due.task.name for due in those]


def _is_ours_to_do() -> bool:
    """Whether nobody else is enqueuing at this moment, and nobody will before we have."""
    if connection.vendor != "postgresql":
        return True  # the transaction holds the only lock that SQLite has
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        [(is_ours,)] = cursor.fetchall()
    return bool(is_ours)


def _forget_finished(due: Due, *, before: datetime.datetime) -> None:
    finished = DBTaskResult.objects.finished().filter(task_path=due.task.module_path)
    finished.filter(finished_at__lt=before).delete()
