"""Background jobs and their states."""

import pytest

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from products.actions import fail_job, finish_job, job_progress, request_job, start_job
from products.choices import JobState
from products.models import Job, Product
from products.queries import newest_job


def test_a_job_runs_and_ends(cso: User, product: Product) -> None:
    job = request_job(product=product, by=cso, kind="draft", request={"release": 1}, total=3)
    assert (job.state, job.requested_by) == (JobState.WAITING, cso)
    assert start_job(job=job)
    job_progress(job=job, done=1, message="Hazard 1 of 3")
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.message) == (
        JobState.RUNNING,
        1,
        3,
        "Hazard 1 of 3",
    )
    ended = finish_job(job=job, result={"file": "x"})
    assert (ended.state, ended.done, ended.result) == (JobState.DONE, 3, {"file": "x"})
    assert ended.finished is not None
    assert newest_job(product, "draft") == ended
    assert newest_job(product, "other") is None


def test_a_finished_job_never_starts_or_ends_again(cso: User, product: Product) -> None:
    job = request_job(product=product, by=cso, kind="draft")
    start_job(job=job)
    fail_job(job=job, message="The file could not be read. Nothing was changed.")
    assert not start_job(job=job)
    with pytest.raises(NotPossible):
        finish_job(job=job)
    job_progress(job=job, done=9)
    assert Job.objects.get(pk=job.pk).done == 0


def test_a_job_whose_worker_died_starts_again(cso: User, product: Product) -> None:
    job = request_job(product=product, by=cso, kind="draft", total=3)
    start_job(job=job)
    job_progress(job=job, done=2, total=4)
    assert start_job(job=job)
    assert (job.done, job.total) == (0, 4)


def test_a_stranger_asks_for_no_job(stranger: User, product: Product) -> None:
    with pytest.raises(NotAllowed):
        request_job(product=product, by=stranger, kind="draft")
