"""Asking for a draft of the report."""

from django.db import transaction

from accounts.models import User
from audit.errors import NotPossible
from products.actions.jobs import request_job
from products.choices import JobState
from products.models import Job, Product, Release
from products.permissions import Ability, check_can
from safetycase.choices import LifecyclePhase
from safetycase.drafts import STEPS
from safetycase.queries import DRAFT_JOB, drafts_of, release_of_report
from safetycase.tasks import render_draft

#: Drafts of one product that wait or are being made: each keeps a worker busy for up to a minute.
MOST_AT_ONCE = 3


def request_draft(
    *, product: Product, by: User, release_label: str = "", phase: LifecyclePhase
) -> Job:
    """Have a draft made in the background; the job shows how far it is and where the file is.

    Raises ``NotAllowed``, and ``NotPossible`` for a release that the product does not have or
    while ``MOST_AT_ONCE`` are being made.
    """
    check_can(by, Ability.MAKE_DRAFT, product)
    try:
        release = release_of_report(product, release_label)
    except Release.DoesNotExist as problem:
        raise NotPossible(
            f"{product.name} has no release {release_label}. Nothing was made. Choose another one."
        ) from problem
    with transaction.atomic():  # the job and its task, or neither
        Product.objects.select_for_update().get(pk=product.pk)
        ended = (JobState.DONE, JobState.FAILED)
        if drafts_of(product).exclude(state__in=ended).count() >= MOST_AT_ONCE:
            raise NotPossible(
                f"{MOST_AT_ONCE} drafts of this product are being made or wait for their turn. "
                "No other was asked for. Wait until one of them is done."
            )
        job = request_job(
            product=product,
            by=by,
            kind=DRAFT_JOB,
            request={"release": release.label if release else "", "phase": phase.value},
            total=STEPS,
        )
        render_draft.enqueue(str(job.public_id))
    return job
