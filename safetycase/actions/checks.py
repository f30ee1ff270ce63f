"""Asking for a check of the record."""

from django.db import transaction

from accounts.models import User
from products.actions.jobs import request_job
from products.choices import JobState
from products.models import Job, Product
from products.permissions import Ability, check_can
from safetycase.checking import CHECK_JOB, check_record, checks_of


def request_check(*, product: Product, by: User) -> Job:
    """Have a product's record checked in the background, by anybody who may read it.

    A check that waits or runs already is the answer: two would find the same. Raises
    ``NotAllowed``.
    """
    check_can(by, Ability.READ, product)
    with transaction.atomic():  # the job and its task, or neither
        Product.objects.select_for_update().get(pk=product.pk)
        under_way: Job | None = (
            checks_of(product).exclude(state__in=(JobState.DONE, JobState.FAILED)).first()
        )
        if under_way is not None:
            return under_way
        job = request_job(product=product, by=by, kind=CHECK_JOB)
        check_record.enqueue(str(job.public_id))
    return job
