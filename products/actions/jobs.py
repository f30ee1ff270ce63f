"""Background jobs: asked for by a person, moved on by the worker, shown on a page.

A job is operational: its result is in the record through the action that it runs.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions.notifications import tell
from accounts.models import User
from audit.errors import NotPossible
from products.choices import JobState
from products.hooks import job_in_words
from products.models import Job, Product
from products.permissions import Ability, check_can


def request_job(
    *, product: Product, by: User, kind: str, request: dict[str, Any] | None = None, total: int = 0
) -> Job:
    """Put a job on its page, waiting. The package of its kind enqueues the task and asks its own
    permission; that ``by`` may read the product is asked here. Raises ``NotAllowed``.
    """
    check_can(by, Ability.READ, product)
    return Job.objects.create(
        product=product,
        kind=kind,
        request=request or {},
        total=total,
        requested_at=timezone.now(),
        requested_by=by,
    )


def start_job(*, job: Job) -> bool:
    """Mark a job as running; False when it is finished, so that a repeated task does nothing.

    A running job starts again: its worker died.
    """
    with transaction.atomic():
        current = Job.objects.select_for_update().get(pk=job.pk)
        if current.is_finished:
            return False
        current.state = JobState.RUNNING
        current.done = 0
        current.message = ""
        current.save(update_fields=["state", "done", "message"])
    job.refresh_from_db()
    return True


def job_progress(*, job: Job, done: int, total: int | None = None, message: str = "") -> None:
    """Say how far a running job is, in the units of its kind."""
    changes: dict[str, Any] = {"done": done, "message": message}
    if total is not None:
        changes["total"] = total
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(**changes)


def finish_job(*, job: Job, result: dict[str, Any] | None = None, message: str = "") -> Job:
    """Mark a job as done, with what it made. Raises ``NotPossible`` when it is finished."""
    return _end(job, JobState.DONE, message=message, result=result or {})


def fail_job(*, job: Job, message: str, result: dict[str, Any] | None = None) -> Job:
    """Mark a job as failed, with a sentence that says what failed and what is safe.

    Raises ``NotPossible`` when it is finished.
    """
    return _end(job, JobState.FAILED, message=message, result=result or {})


def _end(job: Job, state: JobState, *, message: str, result: dict[str, Any]) -> Job:
    with transaction.atomic():
        current = Job.objects.select_for_update().get(pk=job.pk)
        if current.is_finished:
            raise NotPossible(f"{current} ended already.")
        current.state = state
        current.message = message
        current.result = result
        current.finished = timezone.now()
        if state == JobState.DONE:
            current.done = current.total
        current.save()
        _tell_whoever_asked(current)
    return current


def _tell_whoever_asked(job: Job) -> None:
    if job.requested_by.is_system:
        return  # a command, which waits for it
    title, url = job_in_words(job)
    ended = "is done" if job.state == JobState.DONE else "failed"
    text = f"{title} {ended}, {job.product.name}. {job.message}".strip()
    tell(
        person=job.requested_by,
        text=text,
        url=url,
        about_kind="job",
        about_id=str(job.public_id),
    )
