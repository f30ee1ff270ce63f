"""Asking for a large file to be brought in."""

from django.db import transaction

from accounts.models import User
from hazards.importing.task import IMPORT_JOB, IMPORT_STEPS, import_in_background
from hazards.importing.waiting import WaitingFile, note_job
from products.actions.jobs import request_job
from products.models import Job, Product
from products.permissions import Ability, check_can


def request_import(*, product: Product, by: User, waiting: WaitingFile, fingerprint: str) -> Job:
    """Have a waiting file brought in by the worker, as the preview with this fingerprint said.

    Raises ``NotAllowed``.
    """
    check_can(by, Ability.IMPORT_LOG, product)
    with transaction.atomic():  # the job and its task, or neither
        job = request_job(
            product=product,
            by=by,
            kind=IMPORT_JOB,
            request={
                "waiting": str(waiting.id),
                "fingerprint": fingerprint,
                "file": waiting.name,
            },
            total=IMPORT_STEPS,
        )
        import_in_background.enqueue(str(job.public_id))
    note_job(waiting, str(job.public_id))
    return job
