"""Asking for the file of a large hazard log."""

from django.db import transaction

from accounts.models import User
from products.actions.jobs import request_job
from products.models import Job, Product
from products.permissions import Ability, check_can
from safetycase.log_export import LogFormat, hazards_in_log
from safetycase.log_export_task import export_log
from safetycase.queries import EXPORT_JOB, exports_under_way


def request_log_export(*, product: Product, by: User, form: LogFormat) -> Job:
    """Have the log as it stands written to a file in the background, by anybody who may read it.

    One in this format that the person waits for already is the answer. Raises ``NotAllowed``.
    """
    check_can(by, Ability.READ, product)
    with transaction.atomic():  # the job and its task, or neither
        Product.objects.select_for_update().get(pk=product.pk)
        under_way: Job | None = exports_under_way(product, by, form.value).first()
        if under_way is not None:
            return under_way
        job = request_job(
            product=product,
            by=by,
            kind=EXPORT_JOB,
            request={"format": form.value},
            total=hazards_in_log(product),
        )
        export_log.enqueue(str(job.public_id))
    return job
