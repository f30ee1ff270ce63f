"""Decisions for tests, made by the same actions as people use."""

import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.models import Hazard, LikelihoodLevel, SeverityLevel
from hazards.queries import current_matrix
from products.choices import Side
from products.models import Product
from reviews.actions.decision_options import add_hazard_row, add_option, estimate_option
from reviews.actions.decision_signing import sign_decision
from reviews.actions.decisions import choose_option, create_decision, write_view
from reviews.choices import Meaning
from reviews.decisions.queries import decisions_of
from reviews.decisions.reading import read_decision
from reviews.decisions.shapes import DecisionReading
from reviews.models import Decision, DecisionHazard, DecisionOption, OptionEstimate, SignOff
from tests.reviews.factories import proof

QUESTION = "How long does a repeat prescription last?"


def a_decision(product: Product, by: User, **more: Any) -> Decision:
    """An open decision with its question alone."""
    values: dict[str, Any] = {"title": "Repeat prescriptions", "question": QUESTION} | more
    return create_decision(product=product, by=by, **values)


def read(decision: Decision) -> DecisionReading:
    """A decision as it is now, read anew."""
    now = decisions_of(decision.product).get(pk=decision.pk)
    now.product = decision.product
    return read_decision(now)


def say(decision: Decision, side: Side, by: User, view: str = "Because we know") -> Decision:
    """The view of a side."""
    return write_view(
        decision=decision, by=by, side=side, view=view, would_change="A study of ours"
    )


def an_option(decision: Decision, by: User, name: str = "Monthly", **more: Any) -> DecisionOption:
    """An option of a decision."""
    return add_option(decision=decision, by=by, name=name, **more)


def a_row(decision: Decision, by: User, hazard: Hazard) -> DecisionHazard:
    """A hazard of the log in a decision's table."""
    return add_hazard_row(decision=decision, by=by, hazard=hazard)


def matrix_of(product: Product) -> MatrixReading:
    """The matrix in use."""
    version = current_matrix(product)
    assert version is not None
    return read_matrix(version)


def levels(
    product: Product, severity: str, likelihood: str
) -> tuple[SeverityLevel, LikelihoodLevel]:
    """The levels of these words in the matrix in use."""
    matrix = matrix_of(product)
    return (
        next(each for each in matrix.severities if each.word == severity),
        next(each for each in matrix.likelihoods if each.word == likelihood),
    )


def does(
    option: DecisionOption,
    row: DecisionHazard,
    by: User,
    severity: str = "Major",
    likelihood: str = "Low",
    **more: Any,
) -> OptionEstimate:
    """What an option does to a hazard; in the default words class 3."""
    chosen = levels(option.decision.product, severity, likelihood)
    values: dict[str, Any] = {
        "severity": chosen[0],
        "likelihood": chosen[1],
        "why": "As far as we know",
    } | more
    return estimate_option(option=option, row=row, by=by, **values)


def leaves(option: DecisionOption, row: DecisionHazard, by: User) -> OptionEstimate:
    """That an option does not touch a hazard."""
    return estimate_option(option=option, row=row, by=by, is_touched=False)


def in_half_a_year() -> datetime.date:
    """A day on which a decision may be reviewed."""
    return timezone.localdate() + datetime.timedelta(days=180)


def choose(decision: Decision, option: DecisionOption, by: User, **more: Any) -> Decision:
    """Choose an option."""
    values: dict[str, Any] = {"why": "It makes nothing worse", "review_on": in_half_a_year()} | more
    return choose_option(decision=decision, by=by, option=option, **values)


def to_sign(product: Product, hazard: Hazard, clinical: User, other: User) -> Decision:
    """A decision that both sides may sign: two options, one hazard, the second option chosen.

    The first option makes the hazard unacceptable. Needs a plan in force.
    """
    decision = a_decision(product, clinical)
    say(decision, Side.CLINICAL, clinical)
    say(decision, Side.PRODUCT, other)
    row = a_row(decision, clinical, hazard)
    yearly = an_option(decision, clinical, "Yearly", side=Side.PRODUCT)
    tiers = an_option(decision, clinical, "By tier")
    does(yearly, row, clinical, "Major", "High")
    does(tiers, row, clinical, "Major", "Low")
    return choose(decision, tiers, clinical)


def sign(decision: Decision, by: User, meaning: Meaning, **more: Any) -> SignOff:
    """Somebody's signature under a decision as it stands."""
    values: dict[str, Any] = {
        "seen": read(decision).subject.fingerprint,
        "confirmed": proof(by),
    } | more
    return sign_decision(decision=decision, by=by, meaning=meaning, **values)


def agree(decision: Decision, clinical: User, other: User) -> DecisionReading:
    """Have both sides sign, and read what came of it."""
    sign(decision, clinical, Meaning.FOR_CLINICAL)
    sign(decision, other, Meaning.FOR_PRODUCT)
    return read(decision)
