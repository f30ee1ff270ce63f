"""Links between hazards and features, made from either side."""

from accounts.models import User
from audit.acts import Otherwise
from audit.errors import NotPossible
from hazards.locks import changing_one
from hazards.models import Hazard, HazardFeature
from products.models import Feature
from products.permissions import Ability


def link_feature(*, hazard: Hazard, feature: Feature, by: User, reason: str = "") -> HazardFeature:
    """Say that a feature touches a hazard. Linking twice changes nothing.

    Raises ``NotAllowed``; ``NotPossible`` for a feature of another product.
    """
    if feature.product_id != hazard.product_id:
        raise NotPossible("That feature is of another product. Nothing was saved.")
    with changing_one(
        hazard,
        by=by,
        ability=Ability.LINK_FEATURES,
        reason=reason or Otherwise(f"Linked {feature.reference} and {hazard.display_reference}"),
    ) as locked:
        link = HazardFeature.objects.filter(hazard=locked, feature=feature).first()
        link = link or HazardFeature(hazard=locked, feature=feature)
        link.is_active = True
        link.save()
    return link


def unlink_feature(*, hazard: Hazard, feature: Feature, by: User, reason: str = "") -> None:
    """Say that a feature no longer touches a hazard; the link is kept in the record.

    Raises ``NotAllowed``; ``NotPossible`` when they are not linked.
    """
    with changing_one(
        hazard,
        by=by,
        ability=Ability.LINK_FEATURES,
        reason=reason or Otherwise(f"Unlinked {feature.reference} and {hazard.display_reference}"),
    ) as locked:
        link = HazardFeature.objects.filter(hazard=locked, feature=feature, is_active=True).first()
        if link is None:
            raise NotPossible("They are not linked any more. Nothing was changed.")
        link.is_active = False
        link.save()
