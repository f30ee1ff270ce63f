"""What keeps an option from being chosen and a decision from being signed, as sentences.

One rule for the page and for the action.
"""

from accounts.models import User
from products.choices import Role
from products.permissions import standing_of
from reviews.choices import Meaning, SafeguardKind
from reviews.decisions.rules import NO_PLAN, why_not_this_cell
from reviews.decisions.shapes import DecisionReading, OptionReading
from reviews.plan.reading import current_officer
from reviews.sides import SIGNS_FOR, other_side


def against_choosing(option: OptionReading) -> list[str]:
    """Why nobody can choose an option, whoever signs; empty when they can."""
    if option.limit.plan is None:
        return [NO_PLAN]
    return [f"{sentence[:1].upper()}{sentence[1:]}." for sentence in option.in_the_way]


def against_agreeing(reading: DecisionReading) -> list[str]:
    """What is missing before anybody can sign a decision; empty when nothing is."""
    decision, chosen = reading.decision, reading.chosen
    if not reading.is_open:
        return [f"It is {decision.get_state_display().lower()}: nothing is left to sign."]
    found = []
    if not decision.clinical_view:
        found.append("The clinical side has not written its view.")
    if not decision.product_view:
        found.append("The product side has not written its view.")
    if len(reading.options) < 2:
        found.append("A decision weighs two options at least.")
    if chosen is None:
        return [*found, "No option is chosen yet."]
    found += against_choosing(chosen) + _unestimated(reading, chosen)
    if not decision.why:
        found.append("Say why this option is chosen.")
    if decision.review_on is None:
        found.append("Say when it is reviewed.")
    return found + _unfinished(chosen)


def _unestimated(reading: DecisionReading, chosen: OptionReading) -> list[str]:
    """Where the options that were not chosen wait for an estimate, a sentence each.

    What is agreed is a choice among risks: an option that nobody weighs is taken out of the
    decision, and a hazard that one does not touch is marked so.
    """
    return [
        f"“{cell.option.option.name}” was not chosen and is weighed too. "
        f"{why_not_this_cell(cell.facts, cell.option.limit)}."
        for cell in reading.gaps
        if cell.option is not chosen
    ]


def _unfinished(chosen: OptionReading) -> list[str]:
    """Safeguards of the chosen option that cannot become controls as they stand."""
    brought = {cell.row.row.pk for cell in chosen.cells if cell.is_touched}
    return [
        f"Say which hazard the safeguard “{each.safeguard.text[:80]}” protects."
        for each in chosen.safeguards
        if each.safeguard.kind == SafeguardKind.CONTROL
        and not any(row.hazard or row.row.pk in brought for row in each.rows)
    ]


def against_signing_decision(reading: DecisionReading, by: User, meaning: Meaning) -> list[str]:
    """Why a person whose role signs for a side cannot sign now; empty when they can."""
    if reading.is_open and reading.signed_for(meaning):
        return ["This side has signed already."]
    found = against_agreeing(reading)
    if reading.signatures.is_rejected:
        found.append("It was rejected as it stands: it has to be changed first.")
    other = reading.signed_for(other_side(meaning))
    if other is not None and other.sign_off.signed_by_id == by.pk:
        found.append("One person cannot sign for both sides: somebody else has to.")
    return found + _role_in_the_way(reading, by, meaning)


def _role_in_the_way(reading: DecisionReading, by: User, meaning: Meaning) -> list[str]:
    """Why the role in which somebody signs does not let them yet."""
    product = reading.decision.product
    role = role_for(by, reading, meaning)
    if role is Role.CLINICAL_SAFETY_OFFICER:
        officer = current_officer(by, product)
        return list(officer.problems) if officer else []
    return []


def role_for(by: User, reading: DecisionReading, meaning: Meaning) -> Role | None:
    """The role in which a person would sign for a side; None where they have none that does."""
    held = standing_of(by, reading.decision.product).roles
    return next((role for role in SIGNS_FOR[meaning] if role in held), None)


def worth_knowing(reading: DecisionReading) -> list[str]:
    """What a signer should know is missing; nobody is kept from signing by it."""
    found = []
    if reading.is_apart and reading.third is None:
        found.append("The views stand against each other and no third option was built.")
    if not reading.triggers:
        found.append("Nothing but a date brings it back: it has no review trigger.")
    if not reading.decision.clinical_would_change:
        found.append("The clinical side does not say what would change its mind.")
    if not reading.decision.product_would_change:
        found.append("The product side does not say what would change its mind.")
    chosen = reading.chosen
    if chosen is not None and not chosen.safeguards:
        found.append("The chosen option has no safeguard.")
    if chosen is not None and not chosen.option.evidence:
        found.append("The chosen option names no evidence.")
    return found
