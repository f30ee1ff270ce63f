"""Hazards and controls that a body names; what is not there is said in a sentence."""

from collections.abc import Sequence

from hazards.models import Control, Hazard
from products.models import Product
from products.rest.named import check_all_found


def hazards_named(product: Product, references: Sequence[str]) -> list[Hazard]:
    """The hazards with these references of ours. Raises ``Problem``."""
    found = list(Hazard.objects.filter(product=product, reference__in=references))
    check_all_found(product, "hazard", references, {each.reference for each in found})
    return found


def controls_named(product: Product, references: Sequence[str]) -> list[Control]:
    """The controls with these references. Raises ``Problem``."""
    found = list(Control.objects.filter(product=product, reference__in=references))
    check_all_found(product, "control", references, {each.reference for each in found})
    return found
