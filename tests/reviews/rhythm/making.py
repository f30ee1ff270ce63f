"""Triages for tests, by the same actions as people use."""

from typing import Any

from accounts.models import User
from products.models import Change, Feature
from reviews.actions.triage import answer_triage, record_triage
from reviews.choices import TriageOutcome
from reviews.models import Triage, TriageAnswer


def triaged(
    subject: Feature | Change,
    by: User,
    outcome: TriageOutcome = TriageOutcome.NEEDS_CSO,
    touches: tuple[str, ...] | None = None,
    **more: Any,
) -> Triage:
    """A triage; what needs the officer touches medicines unless told otherwise."""
    yes = ("medicines",) if outcome is TriageOutcome.NEEDS_CSO else ()
    return record_triage(
        product=subject.product,
        by=by,
        feature=subject if isinstance(subject, Feature) else None,
        change=subject if isinstance(subject, Change) else None,
        touches=yes if touches is None else touches,
        outcome=outcome,
        **more,
    )


def no_hazard(triage: Triage, by: User, because: str = "It only reads") -> TriageAnswer:
    """The officer's answer that no hazard comes of it."""
    return answer_triage(
        triage=triage, by=by, outcome=TriageOutcome.NO_EFFECT, none_because=because
    )
