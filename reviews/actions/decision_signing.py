"""Agreeing on a decision: one signature of each side, and what follows with the second."""

from accounts.credentials import Confirmed
from accounts.models import User
from audit.acts import act
from audit.errors import NotPossible
from hazards.actions.controls import add_control, link_control
from hazards.actions.hazards import create_hazard
from hazards.choices import ControlKind, ControlState
from hazards.locks import lock_hazards, lock_product
from hazards.models import Control, ControlLink, Hazard
from products.permissions import Ability
from reviews.actions.signing import (
    Signing,
    check_seen,
    role_among,
    write_rejection,
    write_sign_offs,
)
from reviews.choices import DecisionState, Meaning, SafeguardKind
from reviews.decisions.locks import check_open, lock_decision
from reviews.decisions.obstacles import against_signing_decision
from reviews.decisions.queries import decisions_of
from reviews.decisions.reading import read_decision
from reviews.decisions.shapes import DecisionReading, OptionReading, SafeguardReading
from reviews.models import Decision, Rejection, SignOff
from reviews.sides import SIGNATORIES, SIGNS_FOR, other_side, side_in_words

DEEDS = {side: f"agree for the {side_in_words(side)} side" for side in SIGNS_FOR}


def sign_decision(
    *,
    decision: Decision,
    by: User,
    meaning: Meaning,
    seen: str,
    confirmed: Confirmed,
    comment: str = "",
) -> SignOff:
    """Agree for one side. With the second side's signature the decision is agreed.

    In that same act its safeguards become controls in the log or adopt those that stand there, and
    the hazards that it brings become drafts. ``seen`` is the fingerprint of what was on screen.
    Raises ``NotAllowed`` and ``NotPossible``.
    """
    if meaning not in SIGNS_FOR:
        raise NotPossible("A decision is agreed for a side, nothing else. Nothing was signed.")
    role = role_among(by, decision.product, SIGNS_FOR[meaning], to=DEEDS[meaning])
    default = f"Agreed on {decision.reference}: {decision.title}"
    with act(by=by, reason=comment.strip() or default, scope=decision.product.scope):
        reading = _locked_reading(decision)
        check_seen(reading.subject, seen)
        in_the_way = against_signing_decision(reading, by, meaning)
        if in_the_way:
            raise NotPossible(f"{in_the_way[0]} Nothing was signed.")
        signing = Signing(reading.subject, meaning, role, comment)
        [sign_off] = write_sign_offs([signing], by=by, confirmed=confirmed)
        if reading.signed_for(other_side(meaning)) is not None:
            _carry_out(reading, by)
    return sign_off


def reject_decision(*, decision: Decision, by: User, seen: str, reason: str) -> Rejection:
    """Refuse to agree: it goes back to those who write it. Raises ``NotAllowed``, ``NotPossible``.

    Whoever could sign for a side may reject.
    """
    role = role_among(by, decision.product, SIGNATORIES, to="reject a decision")
    if not reason.strip():
        raise NotPossible("Say why you reject it: those who wrote it have to know.")
    with act(by=by, reason=reason, scope=decision.product.scope):
        reading = _locked_reading(decision)
        check_open(reading.decision)
        check_seen(reading.subject, seen)
        return write_rejection(reading.subject, by=by, role=role, why=reason)


def _locked_reading(decision: Decision) -> DecisionReading:
    """The decision as it is now, locked, with the product: numbers are given out behind it."""
    product = lock_product(decision.product)
    lock_decision(decision)
    locked = decisions_of(product).get(pk=decision.pk)
    return read_decision(locked)


# --- What follows ---------------------------------------------------------------------------------


def _carry_out(reading: DecisionReading, by: User) -> None:
    """Make a decision agreed, and everything that it says of the log true there."""
    decision, chosen = reading.decision, reading.chosen
    if chosen is None:
        raise NotPossible("No option is chosen. Nothing was signed.")
    # All of them first, in their order: two people who change several queue.
    lock_hazards([row.hazard for row in reading.rows if row.hazard is not None])
    _bring_hazards(chosen, decision, by)
    for safeguard in chosen.safeguards:
        if safeguard.safeguard.kind == SafeguardKind.CONTROL:
            _become_a_control(safeguard, decision, by)
    decision.state = DecisionState.AGREED
    decision.save()
    if decision.supersedes is not None:
        before = lock_decision(decision.supersedes)
        before.state = DecisionState.SUPERSEDED
        before.save()


def _bring_hazards(chosen: OptionReading, decision: Decision, by: User) -> None:
    """The hazards that the chosen option brings become drafts in the log."""
    for cell in chosen.cells:
        row = cell.row.row
        if not (cell.row.is_new and cell.is_touched) or row.hazard_id is not None:
            continue
        why = cell.estimate.why if cell.estimate else ""
        row.hazard = create_hazard(
            product=decision.product,
            by=by,
            name=row.new_name,
            description=f"Brought by {decision.reference}, “{chosen.option.name}”. {why}".strip(),
            first_release_id=decision.release_id,
            ability=Ability.AGREE,
        )
        row.save()


def _become_a_control(reading: SafeguardReading, decision: Decision, by: User) -> None:
    """A safeguard becomes a control of its hazards, or adopts the one that stands there."""
    safeguard = reading.safeguard
    hazards = [each.row.hazard for each in reading.rows if each.row.hazard is not None]
    control = safeguard.control
    if control is not None:
        _check_stands(control)
    elif hazards:
        control = add_control(
            hazard=hazards[0],
            by=by,
            text=safeguard.text,
            kind=ControlKind.ADDITIONAL,
            type=safeguard.type,
            strength=safeguard.strength,
            function=safeguard.function,
            party=safeguard.party,
            delivered_in_id=decision.release_id,
            ability=Ability.AGREE,
        )
        safeguard.control, safeguard.is_made = control, True
        safeguard.save()
    if control is not None:
        _link_all(control, hazards, by)


def _link_all(control: Control, hazards: list[Hazard], by: User) -> None:
    """Let a control protect these hazards too; what it acts on in one already stays as it is."""
    protected = set(
        ControlLink.objects.filter(control=control, is_active=True).values_list("hazard", flat=True)
    )
    for hazard in hazards:
        if hazard.pk not in protected:
            link_control(control=control, hazard=hazard, by=by, ability=Ability.AGREE)


def _check_stands(control: Control) -> None:
    control.refresh_from_db()
    if control.state == ControlState.WITHDRAWN:
        raise NotPossible(
            f"{control.reference} was withdrawn meanwhile, so nothing can adopt it. Nothing was "
            "signed. Change that safeguard first."
        )
