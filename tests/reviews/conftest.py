"""What acceptances are tried on: a plan in force, and a risk that waits or was accepted."""

import pytest

from accounts.models import User
from hazards.models import Control, Hazard, Plan
from products.models import Product, Release
from reviews.models import Acceptance
from tests.factories import make_release
from tests.hazards.factories import a_control, verify
from tests.reviews.factories import a_hazard_to_accept, a_plan_in_force, accept


@pytest.fixture
def plan(product: Product, cso: User, executive: User) -> Plan:
    """The plan in force: class 3 is the executive's and the officer's to accept."""
    return a_plan_in_force(product, cso, executive)


@pytest.fixture
def release(product: Product) -> Release:
    return make_release(product)


@pytest.fixture
def hazard(product: Product, clinician: User, plan: Plan) -> Hazard:
    """A hazard whose residual risk of class 3, estimated by the clinician, waits."""
    return a_hazard_to_accept(product, clinician)


@pytest.fixture
def accepted(hazard: Hazard, executive: User) -> Acceptance:
    """Its acceptance, by the executive."""
    [acceptance] = accept(hazard, executive)
    return acceptance


@pytest.fixture
def control(hazard: Hazard, clinician: User, release: Release) -> Control:
    """A verified control on the hazard."""
    return verify(a_control(hazard, clinician), clinician, release)


@pytest.fixture
def relying(hazard: Hazard, control: Control, executive: User) -> Acceptance:
    """The acceptance of a risk that relies on the control."""
    [acceptance] = accept(hazard, executive)
    assert not acceptance.was_provisional
    return acceptance
