"""The REST API of triage, over the action of its page."""

from django.http import HttpRequest
from ninja import Body, Path, Router, Status

from hazards.api_named import controls_named, hazards_named
from products.access import product_for
from products.models import Change, Feature
from products.permissions import Ability, Standing
from products.rest.door import writes
from products.rest.named import change_named, features_named
from products.rest.problems import NOT_POSSIBLE, Problem
from reviews.actions.triage import record_triage
from reviews.choices import TriageOutcome
from reviews.rhythm.api_shapes import NewTriage, TriageReply

triage = Router(tags=["Triage"])


@triage.post("", auth=writes, response={201: TriageReply}, operation_id="record_triage")
def add_triage(request: HttpRequest, slug: Path[str], body: Body[NewTriage]) -> Status[TriageReply]:
    """Record what a feature or a change touches, and what comes of it.

    Where it needs the clinical safety officer they are told, and their clock runs.
    """
    standing = product_for(request, slug, Ability.TRIAGE)
    feature, change = _subject(standing, body)
    made = record_triage(
        product=standing.product,
        by=standing.person,
        feature=feature,
        change=change,
        touches=body.touches,
        outcome=body.outcome,
        hazards=hazards_named(standing.product, body.hazards),
        controls=controls_named(standing.product, body.controls),
        note=body.note,
        reason=body.reason,
    )
    reply = TriageReply(
        id=made.public_id,
        feature=feature.reference if feature else None,
        change=change.reference if change else None,
        touches=made.touches.split(),
        outcome=TriageOutcome(made.outcome),
        note=made.note,
        triaged_at=made.triaged_at,
        triaged_by=standing.person.name,
    )
    return Status(201, reply)


def _subject(standing: Standing, body: NewTriage) -> tuple[Feature | None, Change | None]:
    """What is triaged: a feature or a change. Raises ``Problem``."""
    if (body.feature is None) == (body.change is None):
        raise Problem(
            NOT_POSSIBLE,
            "A triage is of a feature or of a change. Nothing was saved. Name one of the two.",
        )
    if body.feature is not None:
        return features_named(standing.product, [body.feature])[0], None
    return None, change_named(standing.product, body.change or "")
