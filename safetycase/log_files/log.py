"""What the files of a hazard log are made from: a snapshot, or the log as it stands.

The facts around the hazards are small and are at hand; the hazards are read while a file is
written, so that memory does not grow with the log.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from safetycase.log_files.rows import has_untyped_controls, has_voices, hazards_in
from safetycase.snapshot.shape import (
    AssumptionShape,
    HazardShape,
    MatrixShape,
    MemberShape,
    NamedHazardShape,
    OrganisationShape,
    ProductShape,
    ReleaseShape,
    Snapshot,
)


@dataclass(frozen=True)
class Log:
    """A hazard log. ``placed`` hazards are in scope of the release, ``unplaced`` of none yet."""

    product: ProductShape
    organisation: OrganisationShape
    release: ReleaseShape | None
    lifecycle_phase_words: str  # '' for the log as it stands, which is of no phase
    made_by: str
    team: list[MemberShape]
    matrix: MatrixShape | None
    assumptions: list[AssumptionShape]
    not_reported: list[NamedHazardShape]
    placed: int
    unplaced: int
    next_review: str | None
    has_untyped_controls: bool
    has_voices: bool
    hazards: Callable[[], Iterable[HazardShape]] = field(repr=False)

    @property
    def count(self) -> int:
        """How many hazards it holds."""
        return self.placed + self.unplaced


def log_of(snapshot: Snapshot) -> Log:
    """The log of a snapshot."""
    hazards = hazards_in(snapshot)
    reviews = [each["review_date"] for each in hazards if each["review_date"]]
    return Log(
        product=snapshot["product"],
        organisation=snapshot["organisation"],
        release=snapshot["release"],
        lifecycle_phase_words=snapshot["lifecycle_phase_words"],
        made_by=snapshot["document"]["made_by"],
        team=snapshot["team"],
        matrix=snapshot["matrix"],
        assumptions=snapshot["assumptions"],
        not_reported=snapshot["not_reported"],
        placed=len(snapshot["hazards"]),
        unplaced=len(snapshot["unplaced"]),
        next_review=min(reviews, default=None),
        has_untyped_controls=has_untyped_controls(hazards),
        has_voices=has_voices(hazards),
        hazards=lambda: hazards,
    )
