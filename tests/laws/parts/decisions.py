"""Trade-off decisions."""

from typing import Any

from products.choices import Role, Side
from reviews.actions import (
    decision_options,
    decision_reviews,
    decision_signing,
    decisions,
    safeguards,
    superseding,
)
from reviews.choices import FourQuestions, Meaning, SafeguardKind
from reviews.models import (
    Decision,
    DecisionHazard,
    DecisionOption,
    ReviewTrigger,
    Safeguard,
)
from tests.factories import join, make_person
from tests.laws.every_action import World, call
from tests.laws.every_address import READ, Address, button, form, on_product, page
from tests.reviews.decisions.factories import (
    a_decision,
    a_row,
    agree,
    an_option,
    does,
    in_half_a_year,
    levels,
    read,
    to_sign,
)
from tests.reviews.factories import a_plan_in_force, proof


def an_open(world: World) -> Decision:
    return a_decision(world.product, world.cso)


def an_open_option(world: World) -> DecisionOption:
    return an_option(an_open(world), world.cso)


def a_hazard_row(world: World) -> DecisionHazard:
    return a_row(an_open(world), world.cso, world.hazard)


def a_cell(world: World) -> dict[str, Any]:
    option = an_open_option(world)
    return {"option": option, "row": a_row(option.decision, world.cso, world.hazard)}


def a_safeguard(world: World) -> Safeguard:
    return safeguards.add_safeguard(
        option=an_open_option(world),
        by=world.cso,
        kind=SafeguardKind.CONTROL,
        text="A pharmacist decides",
    )


def a_trigger(world: World) -> ReviewTrigger:
    return decision_reviews.add_trigger(
        decision=an_open(world), by=world.cso, text="Somebody is harmed"
    )


def a_planner(world: World) -> Any:
    """Somebody of the product side."""
    planner = make_person("Petra Planner")
    join(world.product, planner, Role.PRODUCT_MANAGER)
    return planner


def one_to_sign(world: World) -> Decision:
    a_plan_in_force(world.product, world.cso, world.executive)
    return to_sign(world.product, world.hazard, world.cso, a_planner(world))


def an_agreed(world: World) -> Decision:
    a_plan_in_force(world.product, world.cso, world.executive)
    planner = a_planner(world)
    decision = to_sign(world.product, world.hazard, world.cso, planner)
    decision_reviews.add_trigger(decision=decision, by=world.cso, text="Somebody is harmed")
    return agree(decision, world.cso, planner).decision


def a_choice(world: World) -> dict[str, Any]:
    """An option that may be chosen."""
    a_plan_in_force(world.product, world.cso, world.executive)
    cell = a_cell(world)
    does(cell["option"], cell["row"], world.cso)
    return {"decision": cell["option"].decision, "option": cell["option"]}


def seen(decision: Decision) -> dict[str, Any]:
    return {"decision": decision, "seen": read(decision).subject.fingerprint}


def a_square(world: World) -> dict[str, Any]:
    severity, likelihood = levels(world.product, "Major", "Low")
    return {"severity": severity, "likelihood": likelihood, "why": "Seen"}


READY = {
    "reviews.decisions.create_decision": lambda w: call(
        decisions.create_decision, product=w.product, title="How long", question="How long?"
    ),
    "reviews.decisions.edit_decision": lambda w: call(
        decisions.edit_decision, decision=an_open(w), changes={"title": "How often"}
    ),
    "reviews.decisions.write_view": lambda w: call(
        decisions.write_view,
        decision=an_open(w),
        side=Side.CLINICAL,
        view="Monthly",
        would_change="",
    ),
    "reviews.decisions.answer_questions": lambda w: call(
        decisions.answer_questions,
        decision=an_open(w),
        answers={FourQuestions.BASELINE: "A review every year"},
    ),
    "reviews.decisions.choose_option": lambda w: call(
        decisions.choose_option, why="Best", review_on=in_half_a_year(), **a_choice(w)
    ),
    "reviews.decisions.drop_decision": lambda w: call(decisions.drop_decision, decision=an_open(w)),
    "reviews.superseding.supersede_decision": lambda w: call(
        superseding.supersede_decision, decision=an_agreed(w)
    ),
    "reviews.decision_options.add_option": lambda w: call(
        decision_options.add_option, decision=an_open(w), name="Monthly"
    ),
    "reviews.decision_options.edit_option": lambda w: call(
        decision_options.edit_option, option=an_open_option(w), changes={"cost": "Half a day"}
    ),
    "reviews.decision_options.remove_option": lambda w: call(
        decision_options.remove_option, option=an_open_option(w)
    ),
    "reviews.decision_options.add_hazard_row": lambda w: call(
        decision_options.add_hazard_row, decision=an_open(w), hazard=w.hazard
    ),
    "reviews.decision_options.remove_hazard_row": lambda w: call(
        decision_options.remove_hazard_row, row=a_hazard_row(w)
    ),
    "reviews.decision_options.estimate_option": lambda w: call(
        decision_options.estimate_option, **a_cell(w), **a_square(w)
    ),
    "reviews.safeguards.add_safeguard": lambda w: call(
        safeguards.add_safeguard,
        option=an_open_option(w),
        kind=SafeguardKind.CONTROL,
        text="A pharmacist decides",
    ),
    "reviews.safeguards.edit_safeguard": lambda w: call(
        safeguards.edit_safeguard, safeguard=a_safeguard(w), changes={"text": "A nurse decides"}
    ),
    "reviews.safeguards.remove_safeguard": lambda w: call(
        safeguards.remove_safeguard, safeguard=a_safeguard(w)
    ),
    "reviews.decision_reviews.add_trigger": lambda w: call(
        decision_reviews.add_trigger, decision=an_open(w), text="Somebody is harmed"
    ),
    "reviews.decision_reviews.remove_trigger": lambda w: call(
        decision_reviews.remove_trigger, trigger=a_trigger(w)
    ),
    "reviews.decision_reviews.fire_trigger": lambda w: call(
        decision_reviews.fire_trigger, trigger=an_agreed(w).triggers.get(), note="It happened"
    ),
    "reviews.decision_reviews.record_dissent": lambda w: call(
        decision_reviews.record_dissent,
        decision=an_open(w),
        side=Side.CLINICAL,
        text="Too long",
    ),
    "reviews.decision_signing.sign_decision": lambda w: call(
        decision_signing.sign_decision,
        meaning=Meaning.FOR_CLINICAL,
        confirmed=proof(w.cso),
        **seen(one_to_sign(w)),
    ),
    "reviews.decision_signing.reject_decision": lambda w: call(
        decision_signing.reject_decision, **seen(one_to_sign(w))
    ),
}

NO_ACTIONS = {"reviews.decision_options.locked_option": "takes a lock, and writes nothing"}
WITHOUT_REASON = {
    "reviews.decision_signing.sign_decision": "the signer's comment, or on what they agreed",
}
RECORDED = {"reviews.decision_signing.sign_decision"}
#: What becomes of hazards with the second signature is in tests/reviews/decisions.
NOT_ON_A_HAZARD = set(READY)

ASKS_ELSE = {
    "reviews.decisions.write_view": "the roles of the side whose view it is",
    "reviews.decision_signing.sign_decision": "the roles that sign for the side",
    "reviews.decision_signing.reject_decision": "the roles that sign for either side",
    "reviews.decision_reviews.record_dissent": "RAISE_CONCERN, and a role of the side",
}
ASKS = {
    **{name: "WRITE_DECISIONS" for name in READY if name not in ASKS_ELSE},
    "reviews.decision_options.estimate_option": "ESTIMATE",
}


# --- Addresses ------------------------------------------------------------------------------------


def at(decision: Decision) -> dict[str, Any]:
    return {"slug": decision.product.slug, "reference": decision.reference}


def on_decision(world: World) -> dict[str, Any]:
    return at(an_open(world))


def on_clinical_view(world: World) -> dict[str, Any]:
    return on_decision(world) | {"side": "clinical"}


def on_clinical_signature(world: World) -> dict[str, Any]:
    return on_decision(world) | {"meaning": "for_clinical"}


def on_option(world: World) -> dict[str, Any]:
    option = an_open_option(world)
    return at(option.decision) | {"public_id": option.public_id}


def on_row(world: World) -> dict[str, Any]:
    row = a_hazard_row(world)
    return at(row.decision) | {"public_id": row.public_id}


def on_cell(world: World) -> dict[str, Any]:
    cell = a_cell(world)
    option, row = cell["option"], cell["row"]
    return at(option.decision) | {"public_id": option.public_id, "row": row.public_id}


def on_safeguard(world: World) -> dict[str, Any]:
    safeguard = a_safeguard(world)
    return at(safeguard.option.decision) | {"public_id": safeguard.public_id}


def on_trigger(world: World) -> dict[str, Any]:
    trigger = a_trigger(world)
    return at(trigger.decision) | {"public_id": trigger.public_id}


WRITES = "WRITE_DECISIONS"

ADDRESSES = {
    "decision_list": page(on_product),
    "decision_new": form(on_product, WRITES),
    "decision_detail": page(on_decision),
    "decision_edit": form(on_decision, WRITES),
    # Of those who visit, the officer alone is of the clinical side.
    "decision_view": Address(
        on_clinical_view, "302 404 403 403 403 200 403 403", "302 404 403 403 403 422 403 403"
    ),
    # Nobody has to answer all of the four questions at once.
    "decision_questions": form(on_decision, WRITES, 302),
    "decision_choose": form(on_decision, WRITES),
    "decision_drop": form(on_decision, WRITES),
    "decision_supersede": button(on_decision, WRITES),
    "decision_history": page(on_decision),
    # Everybody reads what is signed; a signature of another role is refused.
    "decision_sign": Address(on_clinical_signature, READ, "302 404 403 403 403 422 403 403"),
    "decision_reject": Address(
        on_decision, "302 404 403 403 200 200 200 403", "302 404 403 403 422 422 422 403"
    ),
    "decision_dissent": form(on_decision, "RAISE_CONCERN"),
    "trigger_new": form(on_decision, WRITES),
    "trigger_remove": form(on_trigger, WRITES),
    "trigger_fire": form(on_trigger, WRITES),
    "option_new": form(on_decision, WRITES),
    "option_edit": form(on_option, WRITES),
    "option_remove": form(on_option, WRITES),
    "option_hazard": form(on_cell, "ESTIMATE"),
    "decision_hazard_new": form(on_decision, WRITES),
    "decision_hazard_remove": form(on_row, WRITES),
    "safeguard_new": form(on_option, WRITES),
    "safeguard_edit": form(on_safeguard, WRITES),
    "safeguard_remove": form(on_safeguard, WRITES),
}
