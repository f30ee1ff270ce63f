"""Asking for the PDF of an issued version."""

from django.db import transaction

from accounts.models import User
from audit.errors import NotPossible
from products.actions.jobs import request_job
from products.choices import JobState
from products.models import Job
from products.permissions import Ability, check_can
from safetycase.models import Issue, RenderedPdf
from safetycase.rendering import ISSUE_JOB, STEPS, render_issue


def request_pdf(*, issue: Issue, by: User) -> Job:
    """Have the PDF of an issued version made in the background; the job shows how far it is.

    Raises ``NotAllowed``; ``NotPossible`` when it is there or being made already.
    """
    check_can(by, Ability.ISSUE, issue.product)
    if RenderedPdf.objects.filter(issue=issue).exists():
        raise NotPossible("The PDF of this version is there already. Nothing was made.")
    under_way = Job.objects.filter(
        product=issue.product_id,
        kind=ISSUE_JOB,
        request__issue=str(issue.public_id),
        state__in=(JobState.WAITING, JobState.RUNNING),
    )
    if under_way.exists():
        raise NotPossible("The PDF of this version is being made already.")
    with transaction.atomic():  # the job and its task, or neither
        job = request_job(
            product=issue.product,
            by=by,
            kind=ISSUE_JOB,
            request={"issue": str(issue.public_id), "version": issue.number},
            total=STEPS,
        )
        render_issue.enqueue(str(job.public_id))
    return job
