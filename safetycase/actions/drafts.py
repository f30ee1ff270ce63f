"""Asking for a draft of the report."""

from django.db import transaction

from accounts.models import User
from audit.errors import NotPossible
from products.actions.jobs import request_job
from products.models import Job, Product, Release
from products.permissions import Ability, check_can
from safetycase.choices import LifecyclePhase
from safetycase.drafts import STEPS
from safetycase.queries import DRAFT_JOB, release_of_report
from safetycase.tasks import render_draft


def request_draft(
    *, product: Product, by: User, release_label: str = "", phase: LifecyclePhase
) -> Job:
    """Have a draft made in the background; the job shows how far it is and where the file is.

    Raises ``NotAllowed``, and ``NotPossible`` for a release that the product does not have.
    """
    check_can(by, Ability.MAKE_DRAFT, product)
    try:
        release = release_of_report(product, release_label)
    except Release.DoesNotExist as problem:
        raise NotPossible(
            f"{product.name} has no release {release_label}. Nothing was made. Choose another one."
        ) from problem
    with transaction.atomic():  # the job and its task, or neither
        job = request_job(
            product=product,
            by=by,
            kind=DRAFT_JOB,
            request={"release": release.label if release else "", "phase": phase.value},
            total=STEPS,
        )
        render_draft.enqueue(str(job.public_id))
    return job
