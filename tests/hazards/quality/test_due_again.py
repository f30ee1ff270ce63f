"""What makes the rules look at hazards again although nothing on the hazards was changed."""

import pytest

from accounts.models import User
from hazards.actions.estimates import edit_assumption
from hazards.choices import AssumptionState, Stage
from hazards.models import Finding, Hazard
from hazards.quality.freshness import check_changes
from hazards.quality.storing import evaluate
from hazards.quality.worklist import Wanted, read_worklist
from products.actions import edit_release
from products.models import Product
from tests.factories import make_release
from tests.hazards.factories import (
    a_control,
    a_live_hazard,
    an_assumption,
    an_estimate,
)
from tests.reviews.factories import a_plan_in_force, accept

pytestmark = pytest.mark.django_db


def levels(hazard: Hazard, rule: str) -> set[str]:
    """How grave what a rule finds on a hazard is, as it is stored once the worker was there."""
    check_changes()
    return set(Finding.objects.filter(hazard=hazard, rule=rule).values_list("level", flat=True))


def test_another_release_in_hand(product: Product, cso: User) -> None:
    live = a_live_hazard(product, cso)
    release = make_release(product, "1.0.0")
    a_control(live, cso, delivered_in_id=release.pk)
    an_estimate(live, cso, "Major", "High")
    an_estimate(live, cso, "Major", "Low", stage=Stage.RESIDUAL)
    assert levels(live, "SC03") == {"blocks"}
    edit_release(release=release, by=cso, changes={"state": "withdrawn"}, reason="Given up")
    assert levels(live, "SC03") == {"warns"}


def test_an_assumption_of_the_product_that_breaks(product: Product, cso: User) -> None:
    live = a_live_hazard(product, cso)
    assumption = an_assumption(product, cso)
    an_estimate(live, cso, assumption=assumption)
    evaluate(product)
    edit_assumption(
        assumption=assumption, by=cso, changes={"state": AssumptionState.BROKEN}, reason="Seen"
    )
    assert levels(live, "TR04") == {"warns"}


def test_an_acceptance(product: Product, cso: User, executive: User) -> None:
    a_plan_in_force(product, cso, executive)
    live = a_live_hazard(product, cso)
    an_estimate(live, cso, "Major", "High")
    an_estimate(live, cso, stage=Stage.RESIDUAL)
    evaluate(product)
    assert levels(live, "SC07") == {"blocks"}
    accept(live, executive)
    assert levels(live, "SC07") == set()
    assert not [each for each in read_worklist(product, Wanted()).listed if each.key.rule == "SC07"]
