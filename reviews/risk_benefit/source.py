"""Finding the risk–benefit analysis that a signature is under."""

import uuid

from django.urls import reverse

from products.models import Product
from reviews.choices import SubjectKind
from reviews.risk_benefit.now import read_analysis
from reviews.risk_benefit.reading import analyses_of
from reviews.signing.subject_sources import SubjectAt, register_subjects


def register_risk_benefits() -> None:
    """Let the page of a signature find the analysis that it is under."""
    register_subjects(SubjectKind.RISK_BENEFIT, _analysis)


def _analysis(product: Product, public_id: uuid.UUID) -> SubjectAt | None:
    row = analyses_of(product).filter(public_id=public_id).first()
    if row is None:
        return None
    row.product = product
    reading, _ = read_analysis(row)
    return SubjectAt(
        reading.subject,
        reverse("risk_benefit", args=[product.slug, row.number]),
        facts=[
            ("Hazard", f"{row.hazard.display_reference} {row.hazard.name}"),
            ("Conclusion", row.get_balance_display()),
        ],
        why_not=reading.reasons,
    )
