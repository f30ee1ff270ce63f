"""What people do in one go, as one act: raising a hazard with its parts, linking several."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from audit.acts import Otherwise, act
from hazards.actions.causes import add_cause, add_harm
from hazards.actions.features import link_feature
from hazards.actions.hazards import create_hazard
from hazards.models import Hazard
from products.models import Feature, Product


def raise_hazard(
    *,
    product: Product,
    by: User,
    name: str,
    cause: str = "",
    harm: str = "",
    features: Iterable[Feature] = (),
    reason: str = "",
    **values: Any,
) -> Hazard:
    """Raise a draft with its first cause, first harm and features; all of it or nothing.

    ``values`` are those of ``actions.hazards.EDITABLE``. Raises ``NotAllowed``, ``NotPossible``,
    ``BadText``.
    """
    with act(by=by, reason=reason or "Raised a hazard", scope=product.scope):
        hazard = create_hazard(product=product, by=by, name=name, **values)
        if cause.strip():
            add_cause(hazard=hazard, by=by, text=cause)
        if harm.strip():
            add_harm(hazard=hazard, by=by, text=harm)
        for feature in features:
            link_feature(hazard=hazard, feature=feature, by=by)
    return hazard


def link_hazards(
    *, feature: Feature, hazards: Iterable[Hazard], by: User, reason: str = ""
) -> None:
    """Say that a feature touches these hazards; all of the links or none.

    Raises as ``link_feature`` does.
    """
    default = Otherwise(f"Linked hazards to {feature.reference}")
    with act(by=by, reason=reason or default, scope=feature.product.scope):
        # By id, as everybody locks them, so that two people never wait for each other.
        for hazard in sorted(hazards, key=lambda each: each.pk):
            link_feature(hazard=hazard, feature=feature, by=by)
