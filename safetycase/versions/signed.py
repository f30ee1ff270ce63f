"""How the page of a signature finds the version that it is under."""

import uuid
from functools import partial

from products.models import Product
from reviews.choices import SubjectKind
from reviews.signing.subject_sources import SubjectAt, register_subjects
from safetycase.versions.page import url_of
from safetycase.versions.reading import PARTS, baselines_of, read_version


def register_versions() -> None:
    """Let signatures under both parts of a version be read with it."""
    for kind in PARTS:
        register_subjects(kind, partial(_version, kind))


def _version(kind: SubjectKind, product: Product, public_id: uuid.UUID) -> SubjectAt | None:
    baseline = baselines_of(product).filter(public_id=public_id).first()
    if baseline is None:
        return None
    reading = read_version(baseline, product)
    return SubjectAt(reading.subjects[kind], url_of(reading, product.slug))
