"""Making the file of a large hazard log in the background."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from typing import IO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django_tasks import task

from audit.errors import Refusal
from products.actions.jobs import fail_job, finish_job, job_progress, start_job
from products.models import Job
from safetycase.log_export import LogFormat, file_name, live_pieces

PROGRESS_EVERY = 0.5  # seconds
IN_MEMORY = 8 * 1024 * 1024  # bytes of the file; more of it waits on disk

BROKEN = (
    "The file could not be made because of an error on our side. The hazard log is as it was. "
    "Ask for it again; tell an administrator if it happens twice."
)
STOPPED = (
    "The worker was stopped while it made this file. The hazard log is as it was. Ask for it again."
)


@task()
def export_log(job_id: str) -> None:
    """Make the file that a job asks for, and put it where the job's page finds it.

    A job that has ended stays as it is; one whose worker died is made again, into the same file.
    """
    job = Job.objects.select_related("product__organisation").get(public_id=job_id)
    if not start_job(job=job):
        return
    form = LogFormat(job.request["format"])
    try:
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            size = _write(job, form, file)
            name = _keep(job, form, file)
    except Refusal as refusal:
        fail_job(job=job, message=refusal.sentence)
    except BaseException as problem:
        # Also when the worker is told to stop: the page must not show a bar for ever.
        fail_job(job=job, message=BROKEN if isinstance(problem, Exception) else STOPPED)
        raise
    else:
        finish_job(
            job=job,
            result={"file": name, "file_name": file_name(job.product, form)},
            message=f"The log as it stood then, as {form.in_words}, {size / 1_000_000:.1f} MB.",
        )


def _write(job: Job, form: LogFormat, file: IO[bytes]) -> int:
    with _telling(job) as note:
        for piece in live_pieces(job.product, form, note):
            file.write(piece)
    return file.tell()


def _keep(job: Job, form: LogFormat, file: IO[bytes]) -> str:
    name = f"exports/{job.public_id}.{form.value}"
    if default_storage.exists(name):
        default_storage.delete(name)  # of a worker that died after writing it
    file.seek(0)
    return default_storage.save(name, File(file))


@contextmanager
def _telling(job: Job) -> Iterator[Callable[[int], None]]:
    """Gives what takes down how many hazards are written.

    A thread writes it to the job: the log is read in a transaction in which nothing can be written,
    and from which nobody would see it.
    """
    done: list[int] = [0]
    is_over = Event()
    thread = Thread(target=_tell, args=(job, done, is_over), daemon=True)
    thread.start()
    try:
        yield partial(done.__setitem__, 0)
    finally:
        is_over.set()
        thread.join()


def _tell(job: Job, done: list[int], is_over: Event) -> None:
    said = 0
    try:
        while not is_over.wait(PROGRESS_EVERY):
            if done[0] != said:
                said = done[0]
                job_progress(job=job, done=said, message="Writing the hazards.")
    finally:
        connection.close()  # this thread's own
