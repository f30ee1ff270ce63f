"""Background jobs as ``components/progress.html`` and the list of drafts show them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.urls import reverse

from products.choices import JobState
from products.models import Job
from products.permissions import Ability, Standing
from safetycase.choices import LifecyclePhase
from safetycase.queries import DRAFT_JOB

#: What a kind of job is called; another one by its kind.
TITLES = {DRAFT_JOB: "Draft {number} of the report"}


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
    result_url, result_label = "", ""
    if job.kind == DRAFT_JOB and job.state == JobState.DONE and standing.can(Ability.MAKE_DRAFT):
        result_url = reverse("draft_download", args=arguments)
        result_label = f"Download {job.result['file_name']}"
    words = TITLES.get(job.kind, job.kind.replace("_", " ").capitalize())
    return JobView(
        job=job,
        title=words.format(number=number),
        poll_url=reverse("job_progress", args=arguments),
        page_url=page_url or reverse("job_detail", args=arguments),
        result_url=result_url,
        result_label=result_label,
    )


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
