"""Bringing a large file in, by the worker. Safe to run twice."""

import uuid

from django.db import OperationalError, transaction
from django_tasks import task

from accounts.busy import is_busy
from audit.errors import NotPossible, Refusal
from hazards.importing.intake import prepare
from hazards.importing.waiting import WaitingFile, keep_preview, stop_waiting, waiting_file
from products.actions.jobs import fail_job, finish_job, job_progress, start_job
from products.models import Job

IMPORT_JOB = "hazard_import"

#: Read and compare, write, done.
IMPORT_STEPS = 3

BUSY = (
    "Somebody else’s large change kept the database busy for too long. Nothing was imported, and "
    "your file is still waiting. Confirm the import again."
)
BROKEN = (
    "The file could not be brought in because of an error on our side. Nothing was imported: the "
    "hazard log is as it was. Confirm the import again; tell an administrator if it happens twice."
)
STOPPED = (
    "The worker was stopped while it brought the file in. Nothing was imported: the hazard log is "
    "as it was. Confirm the import again."
)


@task()
def import_in_background(job_id: str) -> None:
    """Bring in the file that a job names, as its preview said, or nothing of it.

    A job that has ended stays as it is. One whose worker died begins again: either all of its file
    was written and the job marked as done, in one transaction, or nothing.
    """
    job = Job.objects.select_related("product", "requested_by__profile").get(public_id=job_id)
    if not start_job(job=job):
        return
    try:
        _bring_in(job)
    except Refusal as refusal:
        fail_job(job=job, message=refusal.sentence)
    except OperationalError as problem:
        fail_job(job=job, message=BUSY if is_busy(problem) else BROKEN)
        raise
    except BaseException as problem:
        # Also when the worker is told to stop: the page must not show a bar for ever.
        fail_job(job=job, message=BROKEN if isinstance(problem, Exception) else STOPPED)
        raise


def _bring_in(job: Job) -> None:
    waiting = _waiting(job)
    job_progress(job=job, done=1, message="Reading the file and comparing it with the log.")
    prepared = prepare(product=job.product, brought=waiting.brought, by=job.requested_by)
    if prepared.fingerprint != job.request["fingerprint"]:
        keep_preview(waiting.id, prepared.report)
        raise NotPossible(
            "The hazard log changed since you looked at the preview. Nothing was imported. "
            "Look at the new preview and confirm again."
        )
    job_progress(
        job=job,
        done=2,
        message=f"Writing {prepared.report.hazards_written:,} hazards. Until they are written, "
        "what others save waits.",
    )
    with transaction.atomic():
        report = prepared.carry_out()
        done = ", ".join(report.summary) or "Everything was in the log already"
        finish_job(job=job, result={"batch": report.batch}, message=f"{done}.")
    stop_waiting(waiting.id)


def _waiting(job: Job) -> WaitingFile:
    waiting = waiting_file(
        uuid.UUID(job.request["waiting"]), product=job.product, person=job.requested_by
    )
    if waiting is None:
        raise NotPossible(
            "The file is not waiting any more: it was set aside, or is older than a day. Nothing "
            "was imported. Choose the file again."
        )
    return waiting
