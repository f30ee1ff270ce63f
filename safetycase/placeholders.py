"""Placeholders: the words that a narrative takes from live data, a closed list.

A narrative says ``{{ hazard_count }}`` and the report prints the number. Nothing is evaluated: a
name is looked up in a table, and a name that is not in it is shown as missing.
"""

from collections.abc import Iterable

from hazards.choices import HazardState, HazardStatus
from hazards.matrix_reading import MatrixReading
from products.choices import Role
from products.models import Membership
from safetycase.counting import ClassCount, StageCount
from safetycase.figures import Figures

#: Every placeholder with what it stands for, in the order of the page's help.
DESCRIPTIONS: dict[str, str] = {
    "product": "the product's name",
    "organisation": "the organisation that makes it",
    "release": "the version of the release that the report is about",
    "lifecycle_phase": "the lifecycle phase of the report",
    "clinical_safety_officer": "the current clinical safety officers",
    "accountable_executive": "the current accountable executives",
    "matrix": "name and version of the risk matrix",
    "feature_count": "features in the release and those before it",
    "hazard_count": "hazards in scope of the release",
    "live_hazard_count": "of these, live",
    "draft_hazard_count": "of these, still drafts",
    "open_hazard_count": "of these, open",
    "transferred_hazard_count": "of these, transferred",
    "closed_hazard_count": "of these, closed",
    "unplaced_hazard_count": "hazards that are not yet placed in a release",
    "control_count": "controls that act on the hazards in scope",
    "verified_control_count": "of these, verified",
    "transferred_control_count": "of these, for deploying organisations to put in place",
    "later_control_count": "of these, delivered only by a later release",
    "counts.initial.1": "hazards whose initial risk is of class 1; so for every class",
    "counts.initial.not_estimated": "hazards whose initial risk is not estimated",
    "counts.residual.1": "hazards whose residual risk is of class 1; so for every class",
    "counts.residual.provisional": "residual risks that are provisional",
    "counts.residual.confirmed": "residual risks that are confirmed",
    "counts.residual.not_estimated": "hazards whose residual risk is not estimated",
    "counts.residual.not_needed": "hazards that need no residual estimate",
}

NONE_NAMED = "(nobody is named)"


def placeholder_values(figures: Figures, team: Iterable[Membership]) -> dict[str, str]:
    """What each placeholder stands for now. ``team`` are the current memberships."""
    people = list(team)
    counts: dict[str, int] = {
        "feature_count": figures.features,
        "hazard_count": len(figures.placed.in_scope),
        "live_hazard_count": figures.in_state(HazardState.LIVE),
        "draft_hazard_count": figures.in_state(HazardState.DRAFT),
        "open_hazard_count": figures.with_status(HazardStatus.OPEN),
        "transferred_hazard_count": figures.with_status(HazardStatus.TRANSFERRED),
        "closed_hazard_count": figures.with_status(HazardStatus.CLOSED),
        "unplaced_hazard_count": len(figures.placed.unplaced),
        "control_count": figures.controls.controls,
        "verified_control_count": figures.controls.verified,
        "transferred_control_count": figures.controls.transferred,
        "later_control_count": figures.controls.later,
        **_stage_counts("initial", figures.initial),
        **_stage_counts("residual", figures.residual),
    }
    return {
        "product": figures.product.name,
        "organisation": figures.product.organisation.name,
        "release": figures.release.label if figures.release else "(no release yet)",
        "lifecycle_phase": str(figures.phase.label),
        "clinical_safety_officer": _names(people, Role.CLINICAL_SAFETY_OFFICER),
        "accountable_executive": _names(people, Role.ACCOUNTABLE_EXECUTIVE),
        "matrix": str(figures.matrix.version) if figures.matrix else "(no risk matrix)",
        **{name: str(count) for name, count in counts.items()},
    }


def known_placeholders(matrix: MatrixReading | None) -> dict[str, str]:
    """Every placeholder that there is with this matrix, without its value: nothing is counted."""
    numbers = [each.number for each in matrix.classes] if matrix else []
    empty = StageCount(classes={number: ClassCount(number) for number in numbers})
    of_stages = {**_stage_counts("initial", empty), **_stage_counts("residual", empty)}
    others = [name for name in DESCRIPTIONS if not name.startswith("counts.")]
    return dict.fromkeys([*others, *of_stages], "")


def _stage_counts(stage: str, count: StageCount) -> dict[str, int]:
    counts = {f"counts.{stage}.{each.number}": each.hazards for each in count.classes.values()} | {
        f"counts.{stage}.not_estimated": count.not_estimated
    }
    if stage == "residual":
        counts |= {
            "counts.residual.provisional": count.provisional,
            "counts.residual.confirmed": count.confirmed,
            "counts.residual.not_needed": count.not_needed,
        }
    return counts


def _names(team: Iterable[Membership], role: Role) -> str:
    names = [
        f"{each.person.name} (deputy)" if each.is_deputy else each.person.name
        for each in team
        if each.role == role
    ]
    return ", ".join(names) or NONE_NAMED
