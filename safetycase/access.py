"""The only way that a view gets a section, a job or a draft."""

import uuid
from dataclasses import dataclass

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest

from products.access import product_for, product_for_reading
from products.choices import JobState
from products.models import Job
from products.permissions import Ability, Standing
from safetycase.choices import SectionKey
from safetycase.models import Section
from safetycase.queries import DRAFT_JOB, job_of, section_of


@dataclass(frozen=True)
class SectionAt:
    """A section, and the standing of the person who looks at it."""

    standing: Standing
    section: Section
    key: SectionKey


def section_for_reading(request: HttpRequest, slug: str, key: str) -> SectionAt:
    """The section by its key; strangers and unknown keys get 404."""
    return _section(product_for_reading(request, slug), key)


def section_for_writing(request: HttpRequest, slug: str, key: str) -> SectionAt:
    """The section for somebody who writes the report; readers get 403."""
    return _section(product_for(request, slug, Ability.WRITE_REPORT), key)


def job_for_reading(request: HttpRequest, slug: str, public_id: uuid.UUID) -> tuple[Standing, Job]:
    """A background job of the product; strangers get 404."""
    standing = product_for_reading(request, slug)
    job = job_of(standing.product, public_id)
    if job is None:
        raise Http404
    return standing, job


def draft_for_download(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> tuple[Job, File[bytes]]:
    """A finished draft with its file, for somebody who may make drafts; readers get 403."""
    standing = product_for(request, slug, Ability.MAKE_DRAFT)
    job = job_of(standing.product, public_id)
    if job is None or job.kind != DRAFT_JOB or job.state != JobState.DONE:
        raise Http404
    job.product = standing.product
    name: str = job.result["file"]
    if not default_storage.exists(name):
        raise Http404
    return job, default_storage.open(name)


def _section(standing: Standing, key: str) -> SectionAt:
    if key not in SectionKey.values:
        raise Http404
    section_key = SectionKey(key)
    section = section_of(standing.product, section_key)
    section.product = standing.product
    return SectionAt(standing, section, section_key)
