"""Background jobs as ``components/progress.html`` and the list of drafts show them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.urls import reverse

from products.choices import JobState
from products.models import Job
from products.permissions import Ability, Standing
from safetycase.checking import CHECK_JOB
from safetycase.choices import LifecyclePhase
from safetycase.models import Baseline
from safetycase.queries import DRAFT_JOB, EXPORT_JOB, READING_JOB
from safetycase.rendering import ISSUE_JOB
from safetycase.versions.reading import VersionReading

#: What a kind of job is called; another one by its kind.
TITLES = {
    DRAFT_JOB: "Draft {number} of the report",
    READING_JOB: "Copy to read, not issued",
    ISSUE_JOB: "PDF of version {version}",
    EXPORT_JOB: "Export of the hazard log",
}

#: The same for the sentence under the bell, and the page of each kind.
TOLD = {
    DRAFT_JOB: ("Draft of the report", "job_detail"),
    READING_JOB: ("Copy to read, not issued", "job_detail"),
    ISSUE_JOB: ("PDF of version {version}", "job_detail"),
    CHECK_JOB: ("Check of the record", "record_check"),
}


@dataclass(frozen=True)
class JobView:
    """A job with what the progress component reads beside it."""

    job: Job
    title: str
    poll_url: str
    page_url: str
    result_url: str
    result_label: str

    def as_context(self) -> dict[str, object]:
        """What ``components/progress.html`` takes."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True)
class DraftRow:
    """A draft in the list of earlier ones."""

    release: str
    phase: str
    view: JobView


def job_view(job: Job, standing: Standing, *, number: int, page_url: str = "") -> JobView:
    """A job for a person: the result is offered to those who may have it.

    ``number`` is its number among the product's jobs of its kind.
    """
    arguments = [standing.product.slug, job.public_id]
    result_url = _result_url(job, standing) if job.state == JobState.DONE else ""
    words = TITLES.get(job.kind, job.kind.replace("_", " ").capitalize())
    return JobView(
        job=job,
        title=words.format(number=number, version=job.request.get("version", "")),
        poll_url=reverse("job_progress", args=arguments),
        page_url=page_url or reverse("job_detail", args=arguments),
        result_url=result_url,
        result_label=f"Download {job.result['file_name']}" if result_url else "",
    )


def _result_url(job: Job, standing: Standing) -> str:
    """Where the result of a finished job is, for those who may have it; '' for others."""
    slug = standing.product.slug
    if job.kind == ISSUE_JOB:
        return reverse("version_pdf", args=[slug, job.request["version"]])
    if job.kind == EXPORT_JOB:
        return reverse("log_export_download", args=[slug, job.public_id])
    if not standing.can(Ability.MAKE_DRAFT):
        return ""
    if job.kind == DRAFT_JOB:
        return reverse("draft_download", args=[slug, job.public_id])
    if job.kind == READING_JOB:
        return reverse("version_copy_download", args=[slug, job.public_id])
    return ""


def newest_pdf_job(standing: Standing, reading: VersionReading) -> JobView | None:
    """The job that makes, or failed to make, the PDF of an issued version that has none yet."""
    if reading.issue is None or reading.pdf is not None:
        return None
    return _newest(standing, ISSUE_JOB, issue=str(reading.issue.public_id))


def newest_copy(standing: Standing, baseline: Baseline) -> JobView | None:
    """The newest copy to read of a version, for those who may have it."""
    if not standing.can(Ability.MAKE_DRAFT):
        return None
    return _newest(standing, READING_JOB, baseline=str(baseline.public_id))


def _newest(standing: Standing, kind: str, **request: str) -> JobView | None:
    wanted = {f"request__{name}": value for name, value in request.items()}
    job = (
        Job.objects.filter(product=standing.product, kind=kind, **wanted)
        .select_related("requested_by__profile")
        .order_by("-pk")
        .first()
    )
    return job_view(job, standing, number=0) if job else None


def draft_rows(jobs: Iterable[Job], count: int, standing: Standing) -> list[DraftRow]:
    """The newest of ``count`` drafts, newest first, with their numbers."""
    page_url = reverse("safety_case", args=[standing.product.slug])
    return [
        DraftRow(
            release=job.request.get("release", ""),
            phase=str(LifecyclePhase(job.request["phase"]).label),
            view=job_view(job, standing, number=count - place, page_url=page_url),
        )
        for place, job in enumerate(jobs)
    ]
