"""What the newest issued version held and when it went out, for the log's heading and filters."""

import uuid

from audit.following import follow
from hazards.approved import (
    IssuedLog,
    refresh_approved,
    register_approved,
    register_newest_issue,
)
from hazards.summaries import at_the_end
from products.models import Product
from safetycase.models import Baseline, Issue
from safetycase.versions.reading import snapshot_of


def approved_hazards(product: Product) -> dict[uuid.UUID, int]:
    """The content version of each hazard that the newest issued version reports. One query."""
    baseline = Baseline.objects.filter(issue__product=product).order_by("-issue__number").first()
    if baseline is None:
        return {}
    return {
        uuid.UUID(hazard["public_id"]): hazard["content_version"]
        for hazard in snapshot_of(baseline)["hazards"]
    }


def newest_issue(product: Product) -> IssuedLog | None:
    """The product's newest issued version. One query."""
    issues = Issue.objects.filter(product=product).order_by("-number")
    found = issues.values_list("number", "issued_at").first()
    return IssuedLog(*found) if found else None


def keep_approved() -> None:
    """Say what was approved, and say it again whenever a version is issued."""
    register_approved(approved_hazards)
    register_newest_issue(newest_issue)
    follow(Issue, at_the_end("what was approved", _refresh))


def _refresh(issues: set[int]) -> None:
    for product in Product.objects.filter(issues__in=issues).distinct():
        refresh_approved(product)
