"""A feature changed together with how far it is built, as a program sends both."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from audit.acts import act
from products.actions.features import edit_feature, set_build_state
from products.choices import BuildState
from products.models import Feature
from products.permissions import Ability, check_can


def edit_and_place_feature(
    *,
    feature: Feature,
    by: User,
    changes: Mapping[str, Any],
    state: BuildState | None = None,
    base_version: int | None = None,
    reason: str = "",
) -> Feature:
    """Change a feature and say how far it is built; all of it or nothing.

    Raises as ``edit_feature`` and ``set_build_state`` do.
    """
    check_can(by, Ability.MANAGE_FEATURES, feature.product)
    with act(by=by, reason=reason or "Changed the feature", scope=feature.product.scope):
        current = edit_feature(feature=feature, by=by, changes=changes, base_version=base_version)
        if state is not None and state != current.state:
            set_build_state(by=by, state=state, feature=current)
            current.refresh_from_db()
    return current
