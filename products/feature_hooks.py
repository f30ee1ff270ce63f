"""What upper packages do when a feature changes: what touches it is to be looked at again.

They register in ``AppConfig.ready()``; this package never imports them.
"""

from collections.abc import Callable, Collection

from accounts.models import User
from products.models import Feature

#: Given a feature, who changed it and which of its fields, inside the act.
FeatureChanged = Callable[[Feature, User, Collection[str]], object]
#: Given a feature, who withdraws it, and whether a hazard relied on it, inside the act.
FeatureWithdrawn = Callable[[Feature, User, bool | None], object]

_on_changed: list[FeatureChanged] = []
_on_withdrawn: list[FeatureWithdrawn] = []


def on_feature_changed(do: FeatureChanged) -> FeatureChanged:
    """Run ``do(feature, by, fields)`` inside the act that changes a feature."""
    if do not in _on_changed:
        _on_changed.append(do)
    return do


def feature_changed(feature: Feature, by: User, fields: Collection[str]) -> None:
    """Tell the upper packages, inside the act."""
    for do in _on_changed:
        do(feature, by, fields)


def on_feature_withdrawn(do: FeatureWithdrawn) -> FeatureWithdrawn:
    """Run ``do(feature, by, was_a_control)`` inside the act that withdraws a feature."""
    if do not in _on_withdrawn:
        _on_withdrawn.append(do)
    return do


def feature_withdrawn(feature: Feature, by: User, was_a_control: bool | None) -> None:
    """Tell the upper packages, inside the act; None where nobody was asked."""
    for do in _on_withdrawn:
        do(feature, by, was_a_control)
