"""What of the log was approved: the content of each hazard in the newest issued version.

Versions are made above; the package that makes them says here what the newest one held.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from audit.errors import ReasonNeeded
from hazards.models import Hazard, HazardSummary
from hazards.summaries import portions
from products.models import Product

#: Given a product: the content version of each hazard that its newest issued version holds.
Approved = Callable[[Product], Mapping[uuid.UUID, int]]

_sources: list[Approved] = []


@dataclass(frozen=True)
class IssuedLog:
    """The newest issued version, with which the log went out."""

    number: int
    issued_at: datetime


#: Given a product: its newest issued version, or None.
NewestIssue = Callable[[Product], IssuedLog | None]

_newest: list[NewestIssue] = []


def register_approved(source: Approved) -> Approved:
    """Ask this source what was approved; the last one that knows a hazard counts."""
    if source not in _sources:
        _sources.append(source)
    return source


def approved_of(product: Product) -> dict[uuid.UUID, int]:
    """The approved content version of each hazard by public id; none where none was approved."""
    return {key: version for source in _sources for key, version in source(product).items()}


def register_newest_issue(source: NewestIssue) -> NewestIssue:
    """Ask this source which version was issued last."""
    if source not in _newest:
        _newest.append(source)
    return source


def newest_issue_of(product: Product) -> IssuedLog | None:
    """The newest issued version of the product; None where none was issued. One query."""
    return next((issue for source in _newest if (issue := source(product))), None)


def approved_among(hazards: Iterable[Hazard]) -> list[Hazard]:
    """Those of the hazards that stand in the newest issued version. One query."""
    rows = {hazard.pk: hazard for hazard in hazards}
    approved = HazardSummary.objects.filter(hazard__in=list(rows), approved_version__isnull=False)
    return [rows[key] for key in approved.order_by("number").values_list("pk", flat=True)]


def check_never_approved(hazards: Iterable[Hazard]) -> None:
    """Ask for a person's own words where a hazard was approved; raises ``ReasonNeeded``."""
    approved = approved_among(hazards)
    if approved:
        names = ", ".join(hazard.display_reference for hazard in approved[:5])
        more = f" and {len(approved) - 5} others" if len(approved) > 5 else ""
        verb = "stands" if len(approved) == 1 else "stand"
        raise ReasonNeeded(
            f"{names}{more} {verb} in an issued version of the report. Nothing was saved. Say why "
            "you change it, in your own words, and save again."
        )


def refresh_approved(product: Product) -> None:
    """Store on each summary what was approved. Called whenever a version is issued."""
    approved = approved_of(product)
    summaries = HazardSummary.objects.filter(product=product)
    wanted: dict[int | None, list[int]] = defaultdict(list)
    for key, public_id, stored in summaries.values_list(
        "pk", "hazard__public_id", "approved_version"
    ):
        if approved.get(public_id) != stored:
            wanted[approved.get(public_id)].append(key)
    for version, keys in wanted.items():
        for portion in portions(keys):
            summaries.filter(pk__in=portion).update(approved_version=version)
