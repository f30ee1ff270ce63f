"""Finding a decision that a signature is under."""

import uuid

from django.urls import reverse

from products.models import Product
from reviews.choices import SubjectKind
from reviews.decisions.queries import decisions_of
from reviews.decisions.reading import read_decision
from reviews.signing.subject_sources import SubjectAt, register_subjects


def register_decisions() -> None:
    """Let signatures find decisions."""
    register_subjects(SubjectKind.DECISION, _decision)


def _decision(product: Product, public_id: uuid.UUID) -> SubjectAt | None:
    decision = decisions_of(product).filter(public_id=public_id).first()
    if decision is None:
        return None
    decision.product = product
    reading = read_decision(decision)
    chosen = reading.chosen
    return SubjectAt(
        reading.subject,
        reverse("decision_detail", args=[product.slug, decision.reference]),
        facts=[
            ("Question", decision.question),
            ("Chosen", chosen.option.name if chosen else "nothing"),
            ("Why", decision.why),
        ],
    )
