"""The clinical risk–benefit analysis."""

from typing import Any

from reviews.actions import risk_benefits
from reviews.choices import Meaning
from reviews.models import RiskBenefit
from tests.laws.every_action import World, call
from tests.laws.every_address import READ, Address, button, form, on_product, page
from tests.reviews.factories import a_current_officer, proof
from tests.reviews.risk_benefit.factories import (
    a_hazard_to_weigh,
    an_analysis,
    reading_of,
)


def an_open_analysis(world: World) -> RiskBenefit:
    """An analysis that the officer may approve, of the hazard of this world."""
    a_current_officer(world.product, world.cso, world.executive)
    world.__dict__["hazard"] = a_hazard_to_weigh(world.product, world.cso)
    return an_analysis(world.hazard, world.cso)


def to_weigh(world: World) -> Any:
    """The hazard of this world, with a risk to weigh."""
    world.__dict__["hazard"] = a_hazard_to_weigh(world.product, world.cso)
    return world.hazard


def seen(analysis: RiskBenefit) -> dict[str, Any]:
    return {"analysis": analysis, "seen": reading_of(analysis).subject.fingerprint}


READY = {
    "reviews.risk_benefits.draft_risk_benefit": lambda w: call(
        risk_benefits.draft_risk_benefit, hazard=to_weigh(w)
    ),
    "reviews.risk_benefits.edit_risk_benefit": lambda w: call(
        risk_benefits.edit_risk_benefit,
        analysis=an_open_analysis(w),
        changes={"benefit": "Fewer bleeds"},
    ),
    "reviews.risk_benefits.drop_risk_benefit": lambda w: call(
        risk_benefits.drop_risk_benefit, analysis=an_open_analysis(w)
    ),
    "reviews.risk_benefits.sign_risk_benefit": lambda w: call(
        risk_benefits.sign_risk_benefit,
        meaning=Meaning.APPROVED,
        confirmed=proof(w.cso),
        **seen(an_open_analysis(w)),
    ),
    "reviews.risk_benefits.reject_risk_benefit": lambda w: call(
        risk_benefits.reject_risk_benefit, **seen(an_open_analysis(w))
    ),
}

WITHOUT_REASON = {
    "reviews.risk_benefits.sign_risk_benefit": "the signer's comment, or what the signature means",
}
RECORDED = {"reviews.risk_benefits.sign_risk_benefit"}

ASKS = {
    f"reviews.risk_benefits.{name}": "WRITE_RISK_BENEFIT"
    for name in ("draft_risk_benefit", "edit_risk_benefit", "drop_risk_benefit")
}
ASKS_ELSE = {
    "reviews.risk_benefits.sign_risk_benefit": "the officer, or the accountable executive",
    "reviews.risk_benefits.reject_risk_benefit": "the officer, or the accountable executive",
}

#: Only a signature says how the hazard stands; what is written before says nothing of it yet.
NOT_ON_A_HAZARD = {name for name in READY if name != "reviews.risk_benefits.sign_risk_benefit"}


def on_analysis(world: World) -> dict[str, Any]:
    return on_product(world) | {"number": an_open_analysis(world).number}


def on_hazard_to_weigh(world: World) -> dict[str, Any]:
    return on_product(world) | {"reference": to_weigh(world).reference}


ADDRESSES = {
    "risk_benefit_list": page(),
    "risk_benefit_draft": button(on_hazard_to_weigh, "WRITE_RISK_BENEFIT"),
    "risk_benefit": page(on_analysis),
    "risk_benefit_edit": form(on_analysis, "WRITE_RISK_BENEFIT", empty=302),  # may be empty
    "risk_benefit_drop": form(on_analysis, "WRITE_RISK_BENEFIT"),
    # Everybody reads what is signed; a signature of another role is refused.
    "risk_benefit_sign": Address(
        lambda world: on_analysis(world) | {"meaning": "approved"},
        READ,
        "302 404 403 403 403 422 403 403",
    ),
    "risk_benefit_reject": Address(
        on_analysis, "302 404 403 403 403 200 200 403", "302 404 403 403 403 422 422 403"
    ),
    "risk_benefit_history": page(on_analysis),
}
