"""Recording that a hazard was reviewed."""

import datetime

from django.utils import timezone

from accounts.models import User
from audit.errors import ChangedMeanwhile, NotPossible
from hazards.locks import changing_one
from hazards.models import Hazard
from products.permissions import Ability
from reviews.actions.looks import looked_at
from reviews.calendar.reading import review_interval_of
from reviews.calendar.rules import why_not_next_review
from reviews.models import HazardReview


def record_review(
    *,
    hazard: Hazard,
    by: User,
    note: str,
    next_review: datetime.date,
    seen: int | None = None,
    reason: str = "",
) -> HazardReview:
    """Record that a clinician read the hazard as it stands, and when it is to be read again.

    ``seen`` is the content version of the hazard that they read. Raises ``NotAllowed``,
    ``BadText``; ``NotPossible`` without a note, or for a date that is not within the months that
    the plan in force asks for, twelve at most; ``ChangedMeanwhile`` where the hazard, or something
    on it, was changed since.
    """
    if not note.strip():
        raise NotPossible(
            "Say in a sentence what you saw, even if nothing has changed. Nothing was saved."
        )
    with changing_one(
        hazard, by=by, ability=Ability.REVIEW, reason=reason or "Reviewed the hazard"
    ) as locked:
        if seen is not None and seen != locked.content_version:
            raise ChangedMeanwhile(
                f"{locked.display_reference} was changed while you wrote. Nothing was saved; what "
                "you wrote stands here. Read it as it is now, then record the review."
            )
        refusal = why_not_next_review(next_review, timezone.localdate(), review_interval_of(locked))
        if refusal:
            raise NotPossible(refusal)
        locked.review_date = next_review
        review = HazardReview(
            hazard=locked,
            note=note.strip(),
            next_review=next_review,
            reviewed_at=timezone.now(),
            reviewed_by=by,
        )
        review.save()
        looked_at(locked, by, note)
    return review
