"""What brings a decision back, and who disagrees with it."""

from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import Otherwise, act
from audit.errors import NotAllowed, NotPossible
from products.choices import Side
from products.permissions import Ability, check_can, standing_of
from reviews.choices import DecisionState
from reviews.decisions.locks import changing_decision, lock_decision
from reviews.models import Decision, Dissent, ReviewTrigger
from reviews.sides import sides_of


def add_trigger(*, decision: Decision, by: User, text: str, reason: str = "") -> ReviewTrigger:
    """Say what brings a decision back, while it is open. Raises ``NotAllowed``, ``NotPossible``."""
    if not text.strip():
        raise NotPossible("Say what brings it back. Nothing was saved.")
    why = reason or Otherwise("Added a review trigger")
    with changing_decision(decision, by=by, reason=why) as locked:
        trigger = ReviewTrigger(decision=locked, text=text.strip())
        check_row(trigger)
        trigger.save()
    return trigger


def remove_trigger(*, trigger: ReviewTrigger, by: User, reason: str) -> ReviewTrigger:
    """Watch a trigger no more, while the decision is open. Raises as ``add_trigger`` does."""
    with changing_decision(trigger.decision, by=by, reason=reason):
        locked = ReviewTrigger.objects.select_for_update().get(pk=trigger.pk)
        locked.is_active = False
        locked.save()
    return locked


def fire_trigger(*, trigger: ReviewTrigger, by: User, note: str, reason: str = "") -> ReviewTrigger:
    """Say that what brings a decision back has happened: it is to be reviewed from now on.

    Raises ``NotAllowed``; ``NotPossible`` without a note, for a decision that is not agreed, or a
    trigger that fired before.
    """
    decision = trigger.decision
    check_can(by, Ability.WRITE_DECISIONS, decision.product)
    if not note.strip():
        raise NotPossible("Say what happened. Nothing was saved.")
    default = Otherwise("A review trigger fired")
    with act(by=by, reason=reason or default, scope=decision.product.scope):
        if lock_decision(decision).state != DecisionState.AGREED:
            raise NotPossible("Only an agreed decision is brought back. Nothing was changed.")
        locked = ReviewTrigger.objects.select_for_update().get(pk=trigger.pk)
        if not locked.is_active or locked.fired_at is not None:
            raise NotPossible("This trigger fired before, or is watched no more.")
        locked.note = note.strip()
        locked.fired_at = timezone.now()
        locked.fired_by = by
        check_row(locked)
        locked.save()
    return locked


def record_dissent(
    *, decision: Decision, by: User, side: Side, text: str, reason: str = ""
) -> Dissent:
    """Disagree with a decision, before or after it is agreed; it is kept and shown.

    Raises ``NotAllowed``; ``NotPossible`` without words, or for one that was dropped.
    """
    product = decision.product
    check_can(by, Ability.RAISE_CONCERN, product)
    if side not in sides_of(standing_of(by, product).roles):
        raise NotAllowed(
            f"Your role on {product.name} is not of the {side.label.lower()} side. "
            "Nothing was saved."
        )
    if not text.strip():
        raise NotPossible("Say what you disagree with, and why. Nothing was saved.")
    default = Otherwise("Recorded dissent")
    with act(by=by, reason=reason or default, scope=product.scope) as under_way:
        locked = lock_decision(decision)
        if locked.state == DecisionState.DROPPED:
            raise NotPossible(f"{locked.reference} was dropped. Nothing was saved.")
        dissent = Dissent(
            decision=locked,
            side=side,
            text=text.strip(),
            recorded_at=under_way.at,
            recorded_by=by,
        )
        check_row(dissent)
        dissent.save()
    return dissent
