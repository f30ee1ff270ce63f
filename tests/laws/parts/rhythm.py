"""Changes and how far things are built, triage, looks, concerns and questions."""

from typing import Any

from hazards.models import Hazard
from products import actions as products
from products.choices import BuildState, Side
from products.models import Change, Feature
from reviews.actions import concerns, looks, questions, triage
from reviews.choices import ConcernOutcome, TriageOutcome
from reviews.models import Concern, Question, Triage
from tests.laws.every_action import World, call
from tests.laws.every_address import (
    EVERYBODY,
    NEVER,
    READ,
    Address,
    form,
    may,
    nothing,
    on_feature,
    on_hazard,
    on_product,
    page,
)


def a_change(world: World) -> Change:
    """A change of the feature."""
    return products.create_change(
        product=world.product, by=world.cso, title="Another laboratory", feature=world.feature
    )


def a_withdrawn_change(world: World) -> Change:
    """A change that is not made."""
    return products.withdraw_change(change=a_change(world), by=world.cso, reason="Put off")


def a_question(world: World, side: Side = Side.CLINICAL) -> Question:
    """What the officer asked about the hazard."""
    return questions.ask_question(
        product=world.product,
        by=world.cso,
        about_kind="hazard",
        about_id=str(world.hazard.public_id),
        to_side=side,
        text="Is monthly enough?",
    )


def feature_of_hazard(world: World) -> Feature:
    """The feature, which touches the hazard."""
    world.linked()
    return world.feature


def looked_for(world: World) -> Hazard:
    """The hazard, which is to be looked at because its feature changed."""
    world.linked()
    looks.ask_for_looks(feature=world.feature, by=world.cso, why="It is yearly now")
    return world.hazard


def a_triage(world: World) -> Triage:
    """What the officer made of the feature: it waits for an answer."""
    return triage.record_triage(
        product=world.product,
        by=world.cso,
        feature=world.feature,
        touches={"medicines"},
        outcome=TriageOutcome.NEEDS_CSO,
    )


def a_concern(world: World) -> Concern:
    """What worries the officer."""
    return concerns.raise_concern(product=world.product, by=world.cso, text="Two names look alike")


READY: dict[str, Any] = {
    "products.changes.create_change": lambda world: call(
        products.create_change, product=world.product, title="A newer library"
    ),
    "products.changes.edit_change": lambda world: call(
        products.edit_change, change=a_change(world), changes={"title": "Two laboratories"}
    ),
    "products.changes.withdraw_change": lambda world: call(
        products.withdraw_change, change=a_change(world)
    ),
    "products.changes.restore_change": lambda world: call(
        products.restore_change, change=a_withdrawn_change(world)
    ),
    "products.features.set_build_state": lambda world: call(
        products.set_build_state, feature=world.feature, state=BuildState.IN_BUILD
    ),
    "reviews.questions.ask_question": lambda world: call(
        questions.ask_question,
        product=world.product,
        about_kind="hazard",
        about_id=str(world.hazard.public_id),
        to_side=Side.PRODUCT,
        text="When is it built?",
    ),
    "reviews.questions.answer_question": lambda world: call(
        questions.answer_question, question=a_question(world), answer="Monthly is enough"
    ),
    "reviews.questions.withdraw_question": lambda world: call(
        questions.withdraw_question, question=a_question(world)
    ),
    "reviews.looks.ask_for_looks": lambda world: call(
        looks.ask_for_looks, feature=feature_of_hazard(world), why="It is yearly now"
    ),
    "reviews.looks.close_looks": lambda world: call(
        looks.close_looks, hazard=looked_for(world), note="Looked, nothing changes"
    ),
    "reviews.triage.record_triage": lambda world: call(
        triage.record_triage,
        product=world.product,
        feature=world.feature,
        touches={"medicines"},
        outcome=TriageOutcome.NEEDS_CSO,
    ),
    "reviews.triage.answer_triage": lambda world: call(
        triage.answer_triage,
        triage=a_triage(world),
        outcome=TriageOutcome.NO_EFFECT,
        none_because="The monthly reissue stays",
    ),
    "reviews.triage.answer_with_hazard": lambda world: call(
        triage.answer_with_hazard, triage=a_triage(world), name="A dose is missed"
    ),
    "reviews.concerns.raise_concern": lambda world: call(
        concerns.raise_concern, product=world.product, text="Two names look alike"
    ),
    "reviews.concerns.answer_concern": lambda world: call(
        concerns.answer_concern,
        concern=a_concern(world),
        outcome=ConcernOutcome.EXPLAINED,
        answer="The second one is never shown",
    ),
    "reviews.concerns.answer_concern_with_hazard": lambda world: call(
        concerns.answer_concern_with_hazard, concern=a_concern(world), name="Two names are mixed up"
    ),
}

NO_ACTIONS = {"reviews.looks.looked_at": "a part of actions, inside their act"}

#: What touches no words, part or risk of a hazard: what its approval covers stays as it was.
NOT_ON_A_HAZARD = {name for name in READY if name.startswith("reviews.")}

ASKS = {
    **{name: "TRIAGE" for name in READY if name.startswith("products.changes.")},
    "reviews.looks.ask_for_looks": "TRIAGE",
    "reviews.looks.close_looks": "REVIEW",
    "reviews.triage.record_triage": "TRIAGE",
    "reviews.triage.answer_triage": "ANSWER_TRIAGE",
    "reviews.triage.answer_with_hazard": "ANSWER_TRIAGE",
    "reviews.concerns.raise_concern": "RAISE_CONCERN",
    "reviews.concerns.answer_concern": "HANDLE_CONCERNS",
    "reviews.concerns.answer_concern_with_hazard": "HANDLE_CONCERNS",
    "reviews.questions.ask_question": "RAISE_CONCERN",
}

ASKS_ELSE = {
    "reviews.questions.answer_question": "the roles of the side that was asked",
    "reviews.questions.withdraw_question": "who asked",
}


def on_change(world: World) -> dict[str, Any]:
    return on_product(world) | {"reference": a_change(world).reference}


def on_withdrawn_change(world: World) -> dict[str, Any]:
    return on_product(world) | {"reference": a_withdrawn_change(world).reference}


def on_triage(world: World) -> dict[str, Any]:
    return on_product(world) | {"kind": "feature", "reference": world.feature.reference}


def on_waiting_triage(world: World) -> dict[str, Any]:
    a_triage(world)
    return on_triage(world)


def on_question(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": a_question(world).public_id}


def on_concern(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": a_concern(world).public_id}


#: A page that leads to a list where it is opened by itself.
LEADS_ON = may("RAISE_CONCERN", 302)

ADDRESSES = {
    "change_list": page(),
    "change_new": form(on_product, "TRIAGE"),
    "change_detail": page(on_change),
    "change_edit": form(on_change, "TRIAGE"),
    "change_build": form(on_change, "MANAGE_FEATURES"),
    "change_withdraw": form(on_change, "TRIAGE"),
    "change_restore": form(on_withdrawn_change, "TRIAGE"),
    "change_history": page(on_change),
    "feature_build": form(on_feature, "MANAGE_FEATURES"),
    "triage_list": page(),
    "triage_of": Address(on_triage, READ, may("TRIAGE", 422)),
    "triage_answer": Address(
        on_waiting_triage, may("ANSWER_TRIAGE", 302), may("ANSWER_TRIAGE", 422)
    ),
    "hazard_looked": form(on_hazard, "REVIEW"),
    "concern": Address(nothing, EVERYBODY, "302 422 403 422 422 422 422 403"),
    "concern_list": page(),
    "concern_detail": Address(on_concern, READ, may("HANDLE_CONCERNS", 422)),
    "question_list": page(),
    "question_ask": Address(on_product, LEADS_ON, may("RAISE_CONCERN", 422)),
    # The officer, who answers for the clinical side, asked it.
    "question_answer": Address(
        on_question, "302 404 403 403 403 200 403 403", "302 404 403 403 403 422 403 403"
    ),
    "question_withdraw": Address(on_question, NEVER, "302 404 403 403 403 302 403 403"),
}
