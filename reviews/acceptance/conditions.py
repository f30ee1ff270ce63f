"""Conditions that this package adds to what happens in packages below it."""

from hazards.choices import Acceptability, HazardStatus
from hazards.matrix_moves import hazards_estimated_at, squares_moved
from hazards.models import Estimate, Hazard
from hazards.rules import HazardFacts
from reviews.acceptance.reading import read_acceptances
from reviews.acceptance.rules import needs_acceptance

_WAITS = "Its residual risk waits for acceptance."
_UNACCEPTABLE = "Its residual risk is unacceptable."
_RE_APPRAISED = (
    "Its residual risk is unacceptable, and the risk–benefit analysis concluded that the project "
    "is re-appraised (clause 6.2)."
)


def residual_risk_is_accepted(hazard: Hazard, status: HazardStatus) -> list[str]:
    """What keeps a hazard from being transferred or closed: a residual risk that is not accepted.

    A sentence for each thing that is missing; empty when nothing is.
    """
    worst = hazard.worst_residual
    if status is not HazardStatus.OPEN and (moved := _moved(hazard)):
        return [moved]
    missing = _missing(worst.acceptability if worst else None, status)
    if not missing:
        return missing
    [risk] = read_acceptances([hazard])
    if risk.is_unacceptable:
        return [_RE_APPRAISED if risk.re_appraised else _UNACCEPTABLE]
    return [_WAITS] if risk.waiting else []


def _moved(hazard: Hazard) -> str:
    """What to do where the matrix in use places a risk that stands elsewhere, or ''.

    Any of them: what an old matrix called acceptable, or the lesser of two causes, may be the worst
    by now.
    """
    versions = Estimate.objects.filter(hazard=hazard).order_by().values_list("matrix", flat=True)
    moved = squares_moved(hazard.product, versions.distinct())
    if moved is None or not hazards_estimated_at(moved.squares, [hazard.pk]):
        return ""
    return (
        f"Version {moved.in_use.number} of the matrix gives a risk of it another class than it was "
        "estimated with, or has no place for it: estimate it again."
    )


def residual_risk_of_new_is_accepted(facts: HazardFacts, status: HazardStatus) -> list[str]:
    """The same for a hazard that an import is about to bring: nobody can have accepted it yet."""
    return _missing(facts.residual, status)


def _missing(residual: str | None, status: HazardStatus) -> list[str]:
    if status is HazardStatus.OPEN or residual is None:
        return []
    if residual == Acceptability.UNACCEPTABLE:
        return [_UNACCEPTABLE]
    return [_WAITS] if needs_acceptance(residual) else []
