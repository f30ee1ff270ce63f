"""One hazard against the newest issued version: whether it stands in it, and what changed since."""

from dataclasses import dataclass, field

from django.db.models import F

from hazards.models import Hazard, HazardSummary, MatrixVersion
from products.models import Product
from safetycase.comparison import FieldChange, compare_hazard, compare_voices
from safetycase.models import Issue
from safetycase.snapshot.hazards import hazard_shapes
from safetycase.snapshot.shape import HazardShape
from safetycase.versions.reading import issues_of, snapshot_of


@dataclass(frozen=True)
class HazardSince:
    """A hazard in an issued version; ``changes`` are None where it does not stand in it."""

    issue: Issue
    changes: list[FieldChange] | None
    voices: list[FieldChange] = field(default_factory=list)  # said in other words since

    @property
    def sentence(self) -> str:
        """Whether it changed, and where: cause 3; CTL-004: state."""
        if self.changes is None:
            return f"It is not in version {self.issue.number}, the newest that is issued."
        if not self.changes:
            return "Nothing of it that matters for safety has changed since."
        return f"Changed since: {', '.join(_in_a_sentence(each.label) for each in self.changes)}."


def since_newest_version(hazard: Hazard, product: Product) -> HazardSince | None:
    """The hazard against the newest issued version; None before the first.

    Two queries where nothing of it changed; else fifteen, and the version is read whole, which is
    slow for a long log.
    """
    issue = issues_of(product).defer("baseline__content").first()
    if issue is None:
        return None
    kept = HazardSummary.objects.filter(hazard=hazard, content_version=F("approved_version"))
    if kept.exists():
        return HazardSince(issue, [])
    frozen = _as_frozen(issue, hazard)
    if frozen is None:
        return HazardSince(issue, None)
    matrices = MatrixVersion.objects.filter(product=product).values_list("pk", "number")
    [live] = hazard_shapes([hazard], issue.baseline.release, {}, dict(matrices))
    changes = compare_hazard(frozen, live, issue.baseline.projection)
    return HazardSince(issue, changes, compare_voices(frozen, live))


def _as_frozen(issue: Issue, hazard: Hazard) -> HazardShape | None:
    wanted = str(hazard.public_id)
    hazards = snapshot_of(issue.baseline)["hazards"]
    return next((each for each in hazards if each["public_id"] == wanted), None)


def _in_a_sentence(label: str) -> str:
    """A field's name within a sentence; a reference keeps its capitals."""
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"
