"""Checking a product's record in the background, so that anybody who reads it can ask for it."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django_tasks import task

from audit.access_events import record_access
from audit.models import AccessEvent
from audit.verifying import Tally, verify
from products.actions.jobs import fail_job, finish_job, start_job
from products.choices import JobState
from products.models import Job, Product

CHECK_JOB = "record_check"

BROKEN = (
    "The check could not be finished because of an error on our side, so it says nothing about "
    "the record. Nothing was changed. Ask for it again; tell an administrator if it happens twice."
)
STOPPED = (
    "The worker was stopped while it checked, so it says nothing about the record. Nothing was "
    "changed. Ask for it again."
)


@task()
def check_record(job_id: str) -> None:
    """Do the check that a job asks for, and record who had the record checked and what came out.

    A check that has ended stays as it is; one whose worker died is made again.
    """
    job = Job.objects.select_related("product", "requested_by__profile").get(public_id=job_id)
    if not start_job(job=job):
        return
    tally = Tally()
    try:
        findings = [str(finding) for finding in verify(scope=job.product.scope, tally=tally)]
    except BaseException as problem:
        # Also when the worker is told to stop: the page must not show a bar for ever.
        fail_job(job=job, message=BROKEN if isinstance(problem, Exception) else STOPPED)
        raise
    outcome = f"{in_words(len(findings))}; {_looked_at(tally)}"
    with transaction.atomic():  # the outcome stands on its page and in the record, or nowhere
        record_access(
            kind=AccessEvent.Kind.CHECKED,
            by=job.requested_by,
            what=outcome,
            scope=job.product.scope,
        )
        finish_job(
            job=job,
            result={"findings": findings, "checked": asdict(tally)},
            message=f"{in_words(len(findings)).capitalize()}.",
        )


def in_words(findings: int) -> str:
    """What came out, as a clause."""
    if not findings:
        return "nothing was altered"
    return (
        f"{findings:,} finding{'' if findings == 1 else 's'}: the record is not as it was written"
    )


def _looked_at(tally: Tally) -> str:
    seals = "1 seal" if tally.seals == 1 else f"{tally.seals:,} seals"
    return f"{tally.rows:,} rows, {tally.entries:,} entries of the ledger, {seals}"


@dataclass(frozen=True)
class CheckReading:
    """A check as its page shows it; ``findings`` and ``tally`` say something once it is done."""

    job: Job
    findings: list[str]
    tally: Tally

    @property
    def is_done(self) -> bool:
        """Whether it came to an end and says something about the record."""
        return self.job.state == JobState.DONE

    @property
    def outcome(self) -> str:
        """What came out, as a clause."""
        return in_words(len(self.findings))

    @property
    def looked_at(self) -> str:
        """How much was looked at, in words."""
        return _looked_at(self.tally)


def read_check(job: Job) -> CheckReading:
    """A check of the record from its job."""
    said: dict[str, Any] = job.result
    return CheckReading(job, said.get("findings", []), Tally(**said.get("checked", {})))


def newest_check(product: Product) -> CheckReading | None:
    """The check that was asked for last."""
    job = checks_of(product).first()
    return read_check(job) if job is not None else None


def checks_of(product: Product) -> QuerySet[Job]:
    """The checks of a product's record, newest first, with who asked."""
    checks: QuerySet[Job] = (
        Job.objects.filter(product=product, kind=CHECK_JOB)
        .select_related("requested_by__profile")
        .order_by("-pk")
    )
    return checks
