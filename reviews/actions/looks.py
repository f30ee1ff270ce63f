"""Marking hazards for a look when something that touches them changed, and saying what was seen."""

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.errors import NotPossible
from hazards.models import Hazard
from hazards.queries import hazards_touched_by
from products.models import Feature
from products.permissions import Ability, check_can
from reviews.models import HazardLook
from reviews.rhythm.looking import open_looks

WHY_LIMIT = 2_000  # characters


def ask_for_looks(*, feature: Feature, by: User, why: str, reason: str = "") -> list[HazardLook]:
    """Have each hazard in the log that a feature touches looked at, because the feature changed.

    A hazard that waits for a look at this feature already is told of both changes. Returns the
    looks; none where the feature touches no hazard. Raises ``NotAllowed``, ``BadText``.
    """
    check_can(by, Ability.TRIAGE, feature.product)
    why = why.strip()
    words = f"{feature.reference} changed: its hazards are to be looked at"
    looks = []
    with act(by=by, reason=reason or words, scope=feature.product.scope) as under_way:
        hazards = list(hazards_touched_by(feature))
        waiting = {
            look.hazard_id: look
            for look in open_looks().filter(feature=feature, hazard__in=hazards).order_by("pk")
        }
        for hazard in hazards:
            look = waiting.get(hazard.pk) or HazardLook(
                hazard=hazard, feature=feature, asked_at=under_way.at, asked_by=by
            )
            look.why = _both(look.why, why)
            check_row(look)
            look.save()
            looks.append(look)
    return looks


def close_looks(*, hazard: Hazard, by: User, note: str, reason: str = "") -> int:
    """Say that somebody looked at the hazard, and what they saw; returns how many marks are gone.

    Raises ``NotAllowed``; ``NotPossible`` without a note, or where nothing waits any more;
    ``BadText``.
    """
    check_can(by, Ability.REVIEW, hazard.product)
    if not note.strip():
        raise NotPossible("Say in a sentence what you saw. Nothing was saved.")
    words = f"Looked at {hazard.display_reference}"
    with act(by=by, reason=reason or words, scope=hazard.product.scope):
        looks = looked_at(hazard, by, note)
        if not looks:
            raise NotPossible(
                f"{hazard.display_reference} waits for no look any more: somebody was quicker. "
                "Nothing was saved."
            )
    return looks


def looked_at(hazard: Hazard, by: User, note: str) -> int:
    """Close the looks that a hazard waits for; a part of actions, inside their act."""
    with act(by=by, reason="Looked at the hazard", scope=hazard.product.scope) as under_way:
        looks = list(open_looks().select_for_update().filter(hazard=hazard).order_by("pk"))
        for look in looks:
            look.note = note.strip()[:WHY_LIMIT]
            look.looked_at, look.looked_by = under_way.at, by
            check_row(look)
            look.save()
    return len(looks)


def _both(before: str, now: str) -> str:
    if not before or now in before:
        return before or now
    both = f"{before}\n{now}"
    return both if len(both) <= WHY_LIMIT else now
