"""The only way that a view gets a section, a job, a draft or a version."""

import uuid
from dataclasses import dataclass

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest

from products.access import AtProduct, product_for, product_for_reading
from products.choices import JobState
from products.models import Job
from products.permissions import Ability, Standing
from reviews.actions.signing import role_among
from reviews.choices import Meaning
from safetycase.choices import SectionKey
from safetycase.models import Baseline, Issue, Section
from safetycase.obstacles import REJECTING_ROLES, SIGNING_ROLES
from safetycase.queries import DRAFT_JOB, EXPORT_JOB, READING_JOB, job_of, section_of
from safetycase.versions.reading import (
    VersionReading,
    baselines_of,
    issues_of,
    newest_of,
    read_version,
)


@dataclass(frozen=True)
class SectionAt(AtProduct):
    """A section, and the standing of the person who looks at it."""

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
    return _finished(request, slug, public_id, kind=DRAFT_JOB)


def reading_copy_for_download(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> tuple[Job, File[bytes]]:
    """A finished copy of a version that is not issued, with its file, for the same people."""
    return _finished(request, slug, public_id, kind=READING_JOB)


def export_for_download(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> tuple[Job, File[bytes]]:
    """A finished export of the hazard log with its file, for everybody who reads the product."""
    return _finished(request, slug, public_id, kind=EXPORT_JOB, ability=Ability.READ)


def _finished(
    request: HttpRequest,
    slug: str,
    public_id: uuid.UUID,
    *,
    kind: str,
    ability: Ability = Ability.MAKE_DRAFT,
) -> tuple[Job, File[bytes]]:
    standing = product_for(request, slug, ability)
    job = job_of(standing.product, public_id)
    if job is None or job.kind != kind or job.state != JobState.DONE:
        raise Http404
    job.product = standing.product
    name: str = job.result["file"]
    if not default_storage.exists(name):
        raise Http404
    return job, default_storage.open(name)


@dataclass(frozen=True)
class VersionAt(AtProduct):
    """A frozen version with its signatures, and the standing of the person who looks at it."""

    reading: VersionReading

    @property
    def baseline(self) -> Baseline:
        """What was frozen."""
        return self.reading.baseline


def version_for_reading(request: HttpRequest, slug: str, number: int) -> VersionAt:
    """The version as it was issued, else the newest attempt at it; for everybody on the team."""
    standing = product_for_reading(request, slug)
    return _version(standing, newest_of(standing.product, number))


def candidate_for_reading(request: HttpRequest, slug: str, public_id: uuid.UUID) -> VersionAt:
    """One attempt at a version, for everybody on the team."""
    return _candidate(product_for_reading(request, slug), public_id)


def candidate_for_signing(
    request: HttpRequest, slug: str, public_id: uuid.UUID, meaning: str
) -> tuple[VersionAt, Meaning]:
    """One attempt to sign as this; whoever may not still reads what would be signed.

    Raises ``NotAllowed`` when they send a signature.
    """
    at = candidate_for_reading(request, slug, public_id)
    if meaning not in SIGNING_ROLES:
        raise Http404
    signed_as = Meaning(meaning)
    if request.method == "POST":
        roles = SIGNING_ROLES[signed_as]
        role_among(at.person, at.product, roles, to=f"sign this as {signed_as.label.lower()}")
    return at, signed_as


def candidate_for_rejecting(request: HttpRequest, slug: str, public_id: uuid.UUID) -> VersionAt:
    """One attempt, for those who could sign it. Raises ``NotAllowed``."""
    at = candidate_for_reading(request, slug, public_id)
    role_among(at.person, at.product, REJECTING_ROLES, to="reject a version")
    return at


def candidate_for_issuing(request: HttpRequest, slug: str, public_id: uuid.UUID) -> VersionAt:
    """One attempt, for somebody who may issue it; readers get 403."""
    return _candidate(product_for(request, slug, Ability.ISSUE), public_id)


def candidate_for_team(request: HttpRequest, slug: str, public_id: uuid.UUID) -> VersionAt:
    """One attempt, for somebody who may have a copy of it made before it is issued."""
    return _candidate(product_for(request, slug, Ability.MAKE_DRAFT), public_id)


def issued_for_download(request: HttpRequest, slug: str, number: int) -> tuple[Standing, Issue]:
    """An issued version with its PDF, if it is made, for everybody who reads the product."""
    standing = product_for_reading(request, slug)
    issue = issues_of(standing.product).filter(number=number).first()
    if issue is None:
        raise Http404
    issue.product = issue.baseline.product = standing.product
    return standing, issue


def _candidate(standing: Standing, public_id: uuid.UUID) -> VersionAt:
    found = baselines_of(standing.product).filter(public_id=public_id).first()
    return _version(standing, found)


def _version(standing: Standing, baseline: Baseline | None) -> VersionAt:
    if baseline is None:
        raise Http404
    baseline.product = standing.product
    return VersionAt(standing, read_version(baseline, standing.product))


def _section(standing: Standing, key: str) -> SectionAt:
    if key not in SectionKey.values:
        raise Http404
    section_key = SectionKey(key)
    section = section_of(standing.product, section_key)
    section.product = standing.product
    return SectionAt(standing, section, section_key)
