"""What the worker does in the background. Every task is safe to run twice."""

import time

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks import task

from audit.errors import Refusal
from audit.sealing import seal_everything
from hazards.quality.freshness import check_changes, check_logs_of_today
from products.actions.jobs import fail_job, finish_job, job_progress, start_job
from products.models import Job, Release
from safetycase.choices import LifecyclePhase
from safetycase.drafts import STEPS, Draft, make_draft
from safetycase.gate.last_week import note_gate_days
from safetycase.queries import job_number
from safetycase.tending import tend_lists

#: How often the progress of a job is written at most, in seconds: the page asks once a second.
PROGRESS_EVERY = 0.5

#: The priority of what takes a moment: it waits for the draft that is being made, for no other.
SOON = 10

BROKEN = (
    "The draft could not be made because of an error on our side. The hazard log and the report "
    "are as they were. Ask for it again; tell an administrator if it happens twice."
)
STOPPED = (
    "The worker was stopped while it made this draft. The hazard log and the report are as they "
    "were. Ask for it again."
)


@task()
def render_draft(job_id: str) -> None:
    """Make the draft that a job asks for, and put it where the job's page finds it.

    A job that has ended stays as it is; one whose worker died is made again, into the same file.
    """
    job = Job.objects.select_related("product__organisation", "requested_by__profile").get(
        public_id=job_id
    )
    if not start_job(job=job):
        return
    try:
        draft = _make(job)
        name = _keep(job, draft)
    except Release.DoesNotExist:
        fail_job(job=job, message="That release is no longer there. Choose another one.")
    except Refusal as refusal:
        fail_job(job=job, message=refusal.sentence)
    except BaseException as problem:
        # Also when the worker is told to stop: the page must not show a bar for ever.
        fail_job(job=job, message=BROKEN if isinstance(problem, Exception) else STOPPED)
        raise
    else:
        finish_job(
            job=job,
            result={"file": name, "file_name": draft.file_name, "pages": draft.pages},
            message=" ".join([f"{draft.pages} pages, {draft.hazards} hazards.", *draft.notes]),
        )


@task(priority=SOON)
def seal_record() -> int:
    """Bring every entry of the ledger that waits for it under a seal; returns how many."""
    return seal_everything()


@task(priority=SOON)
def check_changed_hazards() -> int:
    """Let the quality rules look at the hazards that changed; returns how many."""
    return check_changes()


@task()
def ask_gates() -> int:
    """Write down what the gate says today of each release that is not out; returns of how many."""
    return note_gate_days()


@task()
def check_logs() -> int:
    """Let the quality rules look at every log as it is today; returns at how many hazards."""
    return check_logs_of_today()


def _make(job: Job) -> Draft:
    report = _Progress(job)
    return make_draft(
        job.product,
        made_by=job.requested_by.name,
        release_label=job.request.get("release", ""),
        phase=LifecyclePhase(job.request["phase"]),
        draft_number=job_number(job),
        on_step=report.step,
    )


@task(priority=SOON)
def tend_database() -> None:
    """Keep the lists right and quick, once a day."""
    tend_lists()


def _keep(job: Job, draft: Draft) -> str:
    name = f"drafts/{job.public_id}.pdf"
    if default_storage.exists(name):
        default_storage.delete(name)  # of a worker that died after writing it
    return default_storage.save(name, ContentFile(draft.content))


class _Progress:
    """Writes how far a job is, not oftener than anybody looks."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.written = 0.0

    def step(self, step: int, sentence: str) -> None:
        """Note the step that begins."""
        if time.monotonic() - self.written >= PROGRESS_EVERY:
            job_progress(job=self.job, done=step, total=STEPS, message=sentence)
            self.written = time.monotonic()


def give_up(job_id: str) -> None:
    """Mark the job of a task that its workers did not survive as failed."""
    job = Job.objects.filter(public_id=job_id).first()
    if job is not None and not job.is_finished:
        fail_job(
            job=job,
            message=(
                "The worker died each time it tried to make this. The hazard log and the report "
                "are as they were. Tell an administrator: the server may be short of memory."
            ),
        )
