"""The figures of one product for one release: what pages, placeholders and the report count."""

from dataclasses import dataclass

from hazards.choices import ControlState, HazardState, HazardStatus, Party
from hazards.matrix_moves import Square, hazards_estimated_at, squares_of_others
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.models import Control
from hazards.queries import current_matrix, hazards_of
from products.models import Product, Release, ReleaseFeature
from products.queries import releases_up_to
from safetycase.choices import LifecyclePhase
from safetycase.counting import (
    Placed,
    Risk,
    StageCount,
    count_initial,
    count_residual,
    place,
)
from safetycase.queries import hazard_risks, release_of_report, was_something_released_before
from safetycase.rules import Delivery, is_delivered_by, usual_phase


@dataclass(frozen=True)
class ControlCount:
    """The controls that act on the hazards in scope, each counted once."""

    controls: int
    verified: int
    transferred: int  # those of deploying organisations
    later: int  # delivered by no release up to this one


@dataclass(frozen=True)
class Figures:
    """Everything countable that is said about a product for a release."""

    product: Product
    release: Release | None
    phase: LifecyclePhase
    matrix: MatrixReading | None
    placed: Placed
    initial: StageCount
    residual: StageCount
    controls: ControlCount
    features: int
    to_estimate_again: frozenset[int] = frozenset()  # hazards; the matrix in use moved their risk

    @property
    def hazard_ids(self) -> list[int]:
        """The hazards in scope, in the log's order."""
        return [hazard.id for hazard in self.placed.in_scope]

    @property
    def without_estimate(self) -> int:
        """How many hazards in scope have a risk to estimate, for the first time or again."""
        return sum(
            each.initial is None
            or (each.residual is None and each.residual_is_needed)
            or each.id in self.to_estimate_again
            for each in self.placed.in_scope
        )

    def in_state(self, state: HazardState) -> int:
        """How many hazards in scope are in a state of the record."""
        return sum(hazard.state == state for hazard in self.placed.in_scope)

    def with_status(self, status: HazardStatus) -> int:
        """How many hazards in scope have a status."""
        return sum(hazard.status == status for hazard in self.placed.in_scope)


def figures_for(
    product: Product, release_label: str = "", phase: LifecyclePhase | None = None
) -> Figures:
    """The figures for a release by its version (see ``release_of_report``).

    Without a phase the usual one is taken. Raises ``Release.DoesNotExist``.
    """
    release = release_of_report(product, release_label)
    if phase is None:
        phase = usual_phase(something_is_released=was_something_released_before(product, release))
    return figures_of(product, release, phase)


def figures_of(product: Product, release: Release | None, phase: LifecyclePhase) -> Figures:
    """Count. Ten queries and some for each other version of the matrix, whatever the log."""
    version = current_matrix(product)
    matrix = read_matrix(version) if version else None
    classes = [each.number for each in matrix.classes] if matrix else []
    key = version.pk if version else None
    carried, moved = squares_of_others(matrix) if matrix else ({}, {})
    risks = hazard_risks(product, release, _carried(matrix, carried) if matrix else None)
    placed = place(risks, release.position if release else None)
    return Figures(
        product=product,
        release=release,
        phase=phase,
        matrix=matrix,
        placed=placed,
        initial=count_initial(placed.in_scope, key, classes),
        residual=count_residual(placed.in_scope, key, classes),
        controls=_count_controls([hazard.id for hazard in placed.in_scope], release),
        features=_count_features(product, release),
        to_estimate_again=frozenset(
            hazards_estimated_at(moved, hazards_of(product).order_by().values("pk"))
        ),
    )


def _carried(matrix: MatrixReading, carried: dict[Square, Square]) -> dict[Square, Risk]:
    """The squares of other versions that say the same in this one, as risks of this one."""
    numbers = {(cell.severity.pk, cell.likelihood.pk): cell.number for cell in matrix.cells}
    return {old: Risk(matrix.version.pk, *now, numbers[now]) for old, now in carried.items()}


def delivery_of(release: Release | None) -> Delivery | None:
    """A release as the rules take it."""
    if release is None:
        return None
    return Delivery(release.position, release.state, release.released_on is not None)


def _count_controls(hazards: list[int], release: Release | None) -> ControlCount:
    controls = list(
        Control.objects.filter(links__hazard__in=hazards, links__is_active=True)
        .exclude(state=ControlState.WITHDRAWN)
        .select_related("delivered_in")
        .only(
            "party",
            "state",
            "delivered_in__position",
            "delivered_in__state",
            "delivered_in__released_on",
        )
        .distinct()
    )
    position = release.position if release else None
    return ControlCount(
        controls=len(controls),
        verified=sum(each.state == ControlState.VERIFIED for each in controls),
        transferred=sum(each.party == Party.DEPLOYER for each in controls),
        later=sum(
            not is_delivered_by(delivery_of(each.delivered_in), position) for each in controls
        ),
    )


def _count_features(product: Product, release: Release | None) -> int:
    carried = ReleaseFeature.objects.filter(
        release__product=product, is_active=True, feature__is_active=True
    )
    if release is not None:
        carried = carried.filter(release__in=releases_up_to(release))
    return carried.values("feature").distinct().count()
