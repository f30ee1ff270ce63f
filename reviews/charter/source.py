"""Finding the charter that a signature is under."""

import uuid

from django.urls import reverse

from products.models import Product
from reviews.charter.reading import charter_subject, charters_of, lines_of
from reviews.choices import SubjectKind
from reviews.signing.subject_sources import SubjectAt, register_subjects


def register_charters() -> None:
    """Let the page of a signature find the charter that it is under."""
    register_subjects(SubjectKind.CHARTER, _charter)


def _charter(product: Product, public_id: uuid.UUID) -> SubjectAt | None:
    charter = charters_of(product).filter(public_id=public_id).first()
    if charter is None:
        return None
    charter.product = product
    return SubjectAt(
        charter_subject(charter, lines_of(charter)),
        reverse("charter_version", args=[product.slug, charter.number]),
    )
