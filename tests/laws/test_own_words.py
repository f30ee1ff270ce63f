"""Once a hazard stands in an issued version, a change of it says why in the person's own words."""

import inspect

import pytest

from accounts.models import User
from audit.acts import Otherwise, act
from audit.errors import ReasonNeeded
from hazards.actions.hazards import edit_hazard
from hazards.models import HazardSummary
from products.models import Product
from tests.hazards.factories import a_hazard
from tests.laws.every_action import READY, World
from tests.laws.test_actions import ACTIONS, ON_A_HAZARD, REASON, people, person_for, world

__all__ = ["people", "world"]

#: Actions that say why without a reason, with what says it.
SAYS_IT = {
    "hazards.estimates.record_estimate": "why this severity and why this likelihood",
}


def has_a_sentence_of_its_own(name: str) -> bool:
    reason = inspect.signature(ACTIONS[name]).parameters.get("reason")
    return reason is not None and reason.default == ""


ASKED = sorted(
    name
    for name in ON_A_HAZARD
    if name.startswith("hazards.") and has_a_sentence_of_its_own(name) and name not in SAYS_IT
)


def test_there_are_such_actions() -> None:
    assert len(ASKED) > 15
    assert set(SAYS_IT) <= set(ACTIONS)


@pytest.mark.parametrize("name", ASKED)
def test_an_approved_hazard_is_not_changed_with_the_actions_own_sentence(
    name: str, world: World, people: dict[str, User]
) -> None:
    made = READY[name](world)
    by = person_for(made, people)
    HazardSummary.objects.update(approved_version=1)
    before = dict(HazardSummary.objects.values_list("pk", "content_version"))
    with pytest.raises(ReasonNeeded, match="Say why you change it, in your own words"):
        made.make(by)
    assert dict(HazardSummary.objects.values_list("pk", "content_version")) == before
    made.make(by, reason=REASON)


@pytest.mark.parametrize("name", sorted(SAYS_IT))
def test_what_says_why_itself_is_not_asked(
    name: str, world: World, people: dict[str, User]
) -> None:
    made = READY[name](world)
    HazardSummary.objects.update(approved_version=1)
    made.make(person_for(made, people))


def test_an_outer_act_speaks_for_what_is_done_in_it(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso)
    HazardSummary.objects.update(approved_version=1)
    with act(by=cso, reason="The ward asked for it", scope=product.scope):
        edit_hazard(hazard=hazard, by=cso, changes={"family": "Medicines"})
    with (
        pytest.raises(ReasonNeeded),
        act(by=cso, reason=Otherwise("Did several things"), scope=product.scope),
    ):
        edit_hazard(hazard=hazard, by=cso, changes={"family": "Triage"})


def test_a_save_that_changes_nothing_asks_for_nothing(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso, family="Medicines")
    HazardSummary.objects.update(approved_version=1)
    edit_hazard(hazard=hazard, by=cso, changes={"family": "Medicines"})


def test_the_sentence_names_the_hazards(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso)
    HazardSummary.objects.update(approved_version=1)
    with pytest.raises(ReasonNeeded, match="HAZ-001 stands in an issued version"):
        edit_hazard(hazard=hazard, by=cso, changes={"family": "Medicines"})
