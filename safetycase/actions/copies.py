"""Asking for a copy of a frozen version, to be read by those who sign it."""

from django.db import transaction

from accounts.models import User
from audit.errors import NotPossible
from products.actions.jobs import request_job
from products.choices import JobState
from products.models import Job
from products.permissions import Ability, check_can
from safetycase.copies import COPY_STEPS, render_copy
from safetycase.models import Baseline, Issue
from safetycase.queries import READING_JOB


def request_copy(*, baseline: Baseline, by: User) -> Job:
    """Have the PDF of a version made that is not issued: marked so on every page.

    Raises ``NotAllowed``; ``NotPossible`` for an issued version, which has a PDF of its own, and
    where one is being made already.
    """
    check_can(by, Ability.MAKE_DRAFT, baseline.product)
    if Issue.objects.filter(baseline=baseline).exists():
        raise NotPossible("This version is issued: its PDF is on its page. Nothing was made.")
    under_way = Job.objects.filter(
        product=baseline.product_id,
        kind=READING_JOB,
        request__baseline=str(baseline.public_id),
        state__in=(JobState.WAITING, JobState.RUNNING),
    )
    if under_way.exists():
        raise NotPossible("A copy of this version is being made already. It will be on its page.")
    with transaction.atomic():  # the job and its task, or neither
        job = request_job(
            product=baseline.product,
            by=by,
            kind=READING_JOB,
            request={"baseline": str(baseline.public_id), "version": baseline.number},
            total=COPY_STEPS,
        )
        render_copy.enqueue(str(job.public_id))
    return job
