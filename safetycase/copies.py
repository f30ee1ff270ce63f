"""Making the copy of a frozen version that those who sign it read. Safe to run twice."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks import task

from audit.errors import Refusal
from products.actions.jobs import fail_job, finish_job, job_progress, start_job
from products.models import Job
from safetycase.models import Baseline
from safetycase.versions.reading import snapshot_of

#: Read the version, lay out the pages, keep the file.
COPY_STEPS = 3

BROKEN = (
    "The copy could not be made because of an error on our side. The version is as it was frozen. "
    "Ask for it again; tell an administrator if it happens twice."
)
STOPPED = (
    "The worker was stopped while it made this copy. The version is as it was frozen. "
    "Ask for it again."
)


@task()
def render_copy(job_id: str) -> None:
    """Make the copy that a job asks for, and put it where the job's page finds it.

    A job that has ended stays as it is; one whose worker died is made again, into the same file.
    """
    job = Job.objects.get(public_id=job_id)
    if not start_job(job=job):
        return
    try:
        result = _make(job)
    except Refusal as refusal:
        fail_job(job=job, message=refusal.sentence)
    except BaseException as problem:
        # Also when the worker is told to stop: the page must not show a bar for ever.
        fail_job(job=job, message=BROKEN if isinstance(problem, Exception) else STOPPED)
        raise
    else:
        finish_job(job=job, result=result, message=f"{result['pages']} pages, marked NOT ISSUED.")


def _make(job: Job) -> dict[str, str | int]:
    # WeasyPrint takes half a second to load: only who renders pays it.
    from safetycase.pdf import version_pdf

    baseline = Baseline.objects.select_related("product").get(public_id=job.request["baseline"])
    job_progress(job=job, done=1, message="Laying out the pages.")
    pdf = version_pdf(snapshot_of(baseline))
    name = f"copies/{job.public_id}.pdf"
    if default_storage.exists(name):
        default_storage.delete(name)  # of a worker that died after writing it
    attempt = f"-attempt-{baseline.attempt}" if baseline.attempt > 1 else ""
    return {
        "file": default_storage.save(name, ContentFile(pdf.content)),
        "file_name": f"{baseline.product.slug}-v{baseline.number}{attempt}-not-issued.pdf",
        "pages": pdf.pages,
    }
