"""What somebody who is about to freeze a version has to know."""

from dataclasses import dataclass

from django.utils import timezone

from safetycase.comparison import Comparison, compare
from safetycase.figures import Figures
from safetycase.issuing_rules import why_not_issued
from safetycase.missing.report import missing_from
from safetycase.missing.thing import Missing
from safetycase.models import Issue
from safetycase.snapshot import draft_document, take_snapshot
from safetycase.versions.reading import NextVersion, issues_of, next_version, snapshot_of


@dataclass(frozen=True)
class Freezing:
    """The version that would be frozen now: what it lacks, and what changed since the last one."""

    coming: NextVersion
    missing: list[Missing]
    blocking: list[str]  # what keeps it from being issued
    last: Issue | None
    changes: Comparison | None  # since the last one; None before the first
    hazards: int

    @property
    def number(self) -> int:
        """The version that it becomes."""
        return self.coming.number


def freezing_of(figures: Figures) -> Freezing | None:
    """The version that would be frozen of this release; None where there is no release.

    Compared with the version that it replaces, else with the newest issued one. About a hundred
    queries, however long the log is.
    """
    product, release = figures.product, figures.release
    if release is None:
        return None
    live = take_snapshot(
        product=product,
        release=release,
        phase=figures.phase,
        document=draft_document(made_at=timezone.now(), made_by=""),
    )
    coming = next_version(product, release)
    issues = issues_of(product)
    if coming.replaces is not None:
        issues = issues.filter(baseline=coming.replaces)
    last = issues.first()
    changes = None
    if last is not None:
        old = last.baseline
        changes = compare(snapshot_of(old), live, old.projection)
    return Freezing(
        coming=coming,
        missing=missing_from(figures),
        blocking=why_not_issued(live),
        last=last,
        changes=changes,
        hazards=len(live["hazards"]),
    )
