"""Making the PDF of an issued version, once: from its baseline and its signatures alone.

Safe to run twice: a worker that dies leaves the version whole, and the next one makes the same
file again.
"""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks import task

from accounts.actions import system_person
from audit.errors import NotPossible, Refusal
from products.actions.jobs import fail_job, finish_job, job_progress, start_job
from products.models import Job
from safetycase.actions.issued_pdfs import keep_issued_pdf
from safetycase.approval import approval_of
from safetycase.models import Issue, RenderedPdf
from safetycase.versions.reading import snapshot_of

ISSUE_JOB = "issued_report"
#: Read the version, lay out the pages, keep the file.
STEPS = 3

BROKEN = (
    "The PDF could not be made because of an error on our side. The version is issued and whole. "
    "Ask for its PDF again; tell an administrator if it happens twice."
)
STOPPED = (
    "The worker was stopped while it made the PDF. The version is issued and whole. "
    "Ask for its PDF again."
)


@task()
def render_issue(job_id: str) -> None:
    """Make the PDF that a job asks for; a job that has ended stays as it is."""
    job = Job.objects.get(public_id=job_id)
    if not start_job(job=job):
        return
    try:
        issue = Issue.objects.get(public_id=job.request["issue"])
        job_progress(job=job, done=1, message="Laying out the pages.")
        pdf = render_issued(issue)
    except Refusal as refusal:
        fail_job(job=job, message=refusal.sentence)
    except BaseException as problem:
        # Also when the worker is told to stop: the page must not show a bar for ever.
        fail_job(job=job, message=BROKEN if isinstance(problem, Exception) else STOPPED)
        raise
    else:
        finish_job(
            job=job,
            result={"file": pdf.file.name, "file_name": pdf.name, "pages": pdf.pages},
            message=f"{pdf.pages} pages.",
        )


def render_issued(issue: Issue) -> RenderedPdf:
    """The PDF of an issued version, made now unless it is there. Raises ``ReportNotRendered``."""
    found = RenderedPdf.objects.filter(issue=issue).first()
    if found is not None:
        return found
    # WeasyPrint takes half a second to load: only who renders pays it.
    from safetycase.pdf import issued_pdf

    product = issue.product
    baseline = issue.baseline
    made = issued_pdf(snapshot_of(baseline), approval_of(issue, product), baseline.content)
    digest = hashlib.sha256(made.content).hexdigest()
    name = f"safety-cases/{issue.public_id}/{digest}.pdf"
    if not default_storage.exists(name):  # of a worker that died after writing it
        name = default_storage.save(name, ContentFile(made.content))
    return keep_issued_pdf(
        issue=issue, by=system_person(), file=name, content=made.content, pages=made.pages
    )


def whole_pdf(pdf: RenderedPdf) -> bytes:
    """The bytes of an issued PDF, once they are what was recorded when it was made.

    Raises ``NotPossible`` for a file that is missing or altered: it is not handed out.
    """
    content = b""
    if default_storage.exists(pdf.file.name):
        with default_storage.open(pdf.file.name) as file:
            content = file.read()
    if hashlib.sha256(content).hexdigest() != pdf.sha256:
        raise NotPossible(
            "The stored file of this version is missing or is not the one that was issued, so it "
            "is not handed out. The record itself can be checked. Tell an administrator: a backup "
            "holds the right file."
        )
    return content
