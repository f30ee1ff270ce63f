"""Reads: the imports that were made."""

import uuid

from django.db.models import QuerySet

from hazards.importing.task import IMPORT_JOB
from hazards.importing.waiting import WaitingFile
from hazards.models import ImportBatch, LegacyList
from products.models import Job, Product


def imports_of(product: Product) -> QuerySet[ImportBatch]:
    """The imports into a product, newest first, without their long reports."""
    return (
        ImportBatch.objects.filter(product=product)
        .select_related("imported_by__profile")
        .defer("report")
        .order_by("-pk")
    )


def import_of(product: Product, public_id: uuid.UUID) -> ImportBatch | None:
    """One import into a product, with its report."""
    return (
        ImportBatch.objects.filter(product=product, public_id=public_id)
        .select_related("imported_by__profile")
        .first()
    )


def legacy_list_of(batch: ImportBatch) -> LegacyList | None:
    """What the quality rules found on the new hazards of an import; None for nothing."""
    return LegacyList.objects.filter(batch=batch).defer("entries").first()


def import_job(product: Product, public_id: uuid.UUID) -> Job | None:
    """An import into a product that the worker does, or did."""
    return (
        Job.objects.filter(product=product, kind=IMPORT_JOB, public_id=public_id)
        .select_related("requested_by__profile")
        .first()
    )


def import_under_way(product: Product, waiting: WaitingFile) -> Job | None:
    """The import of a waiting file that has not ended; None where there is none."""
    job = import_job(product, uuid.UUID(waiting.job)) if waiting.job else None
    return job if job is not None and not job.is_finished else None
