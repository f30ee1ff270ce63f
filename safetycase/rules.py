"""Rules of the safety case as pure functions on plain values."""

from dataclasses import dataclass

from products.choices import ReleaseState
from safetycase.choices import LifecyclePhase


@dataclass(frozen=True)
class Delivery:
    """The release that delivers a control."""

    position: int
    state: str
    was_released: bool


def is_delivered_by(delivery: Delivery | None, position: int | None) -> bool:
    """Whether a control counts for the release at ``position``: delivered in it or before.

    A control that names no release is taken as there. One that a withdrawn release would have
    delivered is not, unless that release was out. Without a position (no release is reported)
    everything counts that was not withdrawn.
    """
    if delivery is None:
        return True
    if delivery.state == ReleaseState.WITHDRAWN and not delivery.was_released:
        return False
    return position is None or delivery.position <= position


def usual_phase(*, something_is_released: bool) -> LifecyclePhase:
    """The lifecycle phase that a report is usually of: before the first deployment, or after."""
    if something_is_released:
        return LifecyclePhase.MODIFICATION
    return LifecyclePhase.FIRST_DEPLOYMENT
