"""Changing a decision: permission, act, lock, and whether it is open still."""

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.models import User
from audit.acts import act
from audit.errors import NotPossible
from products.permissions import Ability, check_can
from reviews.choices import DecisionState
from reviews.models import Decision, DecisionHazard, OptionEstimate


def lock_decision(decision: Decision) -> Decision:
    """Lock a decision and return it as it is now: everything on it is changed behind this lock."""
    rows = Decision.objects.select_related("product").select_for_update(of=("self",))
    return rows.get(pk=decision.pk)


def check_open(decision: Decision) -> None:
    """Refuse a change of a decision that is settled. Raises ``NotPossible``."""
    if decision.state in (DecisionState.AGREED, DecisionState.SUPERSEDED):
        raise NotPossible(
            f"{decision.reference} is agreed, so it stays as it was signed. Nothing was changed. "
            "Begin a new decision that supersedes it."
        )
    if decision.state != DecisionState.OPEN:
        raise NotPossible(f"{decision.reference} was dropped. Nothing was changed.")


def check_may_leave(row: DecisionHazard, decision: Decision, by: User) -> None:
    """Refuse that a hazard of which a risk was estimated leaves the table without a clinical word:
    the plan's limit is held against what the table says. Raises ``NotAllowed``."""
    estimated = OptionEstimate.objects.filter(row=row, option__is_active=True, is_touched=True)
    if row.is_active and estimated.exists():
        check_can(by, Ability.ESTIMATE, decision.product)


@contextmanager
def changing_decision(
    decision: Decision, *, by: User, reason: str, ability: Ability = Ability.WRITE_DECISIONS
) -> Iterator[Decision]:
    """Change an open decision or something on it; yields it locked, as it is now.

    Raises ``NotAllowed``; ``NotPossible`` where it is settled or dropped.
    """
    check_can(by, ability, decision.product)
    with act(by=by, reason=reason, scope=decision.product.scope):
        locked = lock_decision(decision)
        check_open(locked)
        yield locked
