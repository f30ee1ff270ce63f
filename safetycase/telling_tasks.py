"""What the worker tells people and trackers. Every task is safe to run twice."""

from django_tasks import task

from products.trackers.receiving import forget_old
from products.trackers.sending import send_due
from safetycase.reminders import send_reminders
from safetycase.tasks import SOON


@task(priority=SOON)
def say_in_trackers() -> int:
    """Say in the trackers what waits to be said there; returns how much arrived."""
    return send_due()


@task()
def mail_reminders() -> int:
    """Mail people what waits for them, once a day; returns how many were told."""
    return send_reminders().told


@task()
def forget_deliveries() -> int:
    """Forget what trackers delivered long ago; returns how many deliveries."""
    return forget_old()
