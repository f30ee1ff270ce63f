"""Once a day the lists are tended."""

from accounts.models import User
from hazards.actions.features import link_feature
from hazards.models import HazardSummary
from products.actions import carry_feature
from products.models import Product
from safetycase.tending import tend_lists
from tests.factories import make_feature, make_release
from tests.hazards.factories import a_hazard


def test_a_hazard_whose_release_nobody_saw_finds_its_place(product: Product, cso: User) -> None:
    hazard, feature, release = a_hazard(product, cso), make_feature(product), make_release(product)
    link_feature(hazard=hazard, feature=feature, by=cso)
    carry_feature(release=release, feature=feature, by=cso)
    HazardSummary.objects.update(scope_position=None)
    tend_lists()
    assert HazardSummary.objects.get().scope_position == release.position
