"""Reads of the safety case: querysets and values with names that say what comes back."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from audit.models import AccessEvent, Entry
from audit.timeline import TimelineAct, acts_of
from hazards.choices import Acceptability, ControlKind, ControlState
from hazards.models import ControlLink, Hazard
from hazards.queries import hazards_of, with_confirmation, with_scope
from hazards.rules import residual_is_needed
from products.choices import JobState, ReleaseState
from products.models import Job, Product, Release
from products.queries import newest_unreleased
from safetycase.choices import SectionKey
from safetycase.counting import HazardRisk, Risk
from safetycase.models import Section

DRAFT_JOB = "report_draft"
#: A copy of a frozen version for those who sign it.
READING_JOB = "version_copy"
#: The hazard log as a file, where it is large.
EXPORT_JOB = "log_export"

_STAGES = ("initial", "residual")
_RISK_FIELDS = ("matrix_id", "severity_id", "likelihood_id", "class_number")


def release_of_report(product: Product, label: str = "") -> Release | None:
    """The release that a report is about: the named one, else the newest that is not yet released,
    else the newest that is out; None when the product has none.

    Raises ``Release.DoesNotExist`` for a label that the product does not have.
    """
    if "\x00" in label:  # which PostgreSQL cannot even look for
        raise Release.DoesNotExist
    if label:
        return Release.objects.get(product=product, label=label)
    return newest_unreleased(product) or (
        Release.objects.filter(product=product, state=ReleaseState.RELEASED)
        .order_by("-position")
        .first()
    )


def was_something_released_before(product: Product, release: Release | None) -> bool:
    """Whether people already use an earlier release (or any, when none is named)."""
    out = Release.objects.filter(product=product, released_on__isnull=False)
    if release is not None:
        out = out.filter(position__lt=release.position)
    return out.exists()


def hazard_risks(
    product: Product,
    release: Release | None,
    carried: Mapping[tuple[int, int], Risk] | None = None,
) -> list[HazardRisk]:
    """Every hazard in the log as counting takes it, in the log's order. One query.

    Whether a residual risk is provisional is answered for ``release``. ``carried`` are the squares
    of older versions of the matrix that the one in use has still, as risks of that.
    """
    fields = [f"worst_{stage}__{name}" for stage in _STAGES for name in _RISK_FIELDS]
    carried = carried or {}
    rows = with_release_facts(hazards_of(product), release).values(
        "pk",
        "state",
        "status",
        "scope_position",
        "is_provisional",
        "relies_on_later",
        "has_additional",
        "worst_initial__acceptability",
        *fields,
    )
    return [_hazard_risk(row, carried) for row in rows]


def with_release_facts(hazards: QuerySet[Hazard], release: Release | None) -> QuerySet[Any]:
    """The hazards with ``scope_position``, ``is_provisional``, ``has_additional``, and
    ``relies_on_later``: whether a control of theirs is not delivered by ``release``."""
    links = ControlLink.objects.filter(hazard=OuterRef("pk"), is_active=True).exclude(
        control__state=ControlState.WITHDRAWN
    )
    not_delivered = Q(
        control__delivered_in__state=ReleaseState.WITHDRAWN,
        control__delivered_in__released_on__isnull=True,
    )
    if release is not None:
        not_delivered |= Q(control__delivered_in__position__gt=release.position)
    return with_confirmation(with_scope(hazards)).annotate(
        relies_on_later=Exists(links.filter(not_delivered)),
        has_additional=Exists(links.filter(control__kind=ControlKind.ADDITIONAL)),
    )


def _hazard_risk(row: dict[str, Any], carried: Mapping[tuple[int, int], Risk]) -> HazardRisk:
    acceptability = row["worst_initial__acceptability"]
    return HazardRisk(
        id=row["pk"],
        state=row["state"],
        status=row["status"],
        scope=row["scope_position"],
        initial=_risk(row, "initial", carried),
        residual=_risk(row, "residual", carried),
        residual_is_needed=residual_is_needed(
            Acceptability(acceptability) if acceptability else None, row["has_additional"]
        ),
        is_provisional=row["is_provisional"] or row["relies_on_later"],
    )


def _risk(row: dict[str, Any], stage: str, carried: Mapping[tuple[int, int], Risk]) -> Risk | None:
    values = [row[f"worst_{stage}__{name}"] for name in _RISK_FIELDS]
    if values[0] is None:
        return None
    risk = Risk(*values)
    return carried.get((risk.severity, risk.likelihood), risk)


def sections_of(product: Product) -> list[Section]:
    """The eleven sections in their order; one that nobody has written yet is an unsaved row."""
    written = {section.key: section for section in Section.objects.filter(product=product)}
    return [written.get(key.value) or Section(product=product, key=key.value) for key in SectionKey]


def section_of(product: Product, key: SectionKey) -> Section:
    """One section; one that nobody has written yet is an unsaved row."""
    found = Section.objects.filter(product=product, key=key.value).first()
    return found or Section(product=product, key=key.value)


def drafts_of(product: Product) -> QuerySet[Job]:
    """The drafts that were asked for, newest first, with who asked."""
    return (
        Job.objects.filter(product=product, kind=DRAFT_JOB)
        .select_related("requested_by__profile")
        .order_by("-pk")
    )


def exports_under_way(product: Product, by: User, form: str) -> QuerySet[Job]:
    """The exports in a format that a person asked for and that are not made yet."""
    return Job.objects.filter(
        product=product, kind=EXPORT_JOB, requested_by=by, request__format=form
    ).exclude(state__in=(JobState.DONE, JobState.FAILED))


def job_of(product: Product, public_id: uuid.UUID) -> Job | None:
    """A background job of a product, with who asked for it."""
    jobs = Job.objects.select_related("requested_by__profile")
    return jobs.filter(product=product, public_id=public_id).first()


def job_number(job: Job) -> int:
    """The number of a job among its product's of its kind, from 1."""
    return Job.objects.filter(product=job.product_id, kind=job.kind, pk__lte=job.pk).count()


def recent_changes(product: Product, *, most: int = 8) -> list[TimelineAct]:
    """What happened on a product lately, newest first, from ``most`` entries of the record."""
    entries = Entry.objects.filter(scope=product.scope)
    changes = entries.exclude(model=AccessEvent._meta.label_lower)  # who took what is no change
    return acts_of(changes.order_by("-pk")[:most])
