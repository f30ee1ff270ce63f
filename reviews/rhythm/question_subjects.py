"""What a question may be about, named by kind and public id, with its words and its page."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from hazards.models import Hazard
from products.models import Change, Feature, Product
from reviews.models import Decision


@dataclass(frozen=True)
class Subject:
    """A thing that a question is about."""

    kind: str
    id: str
    label: str
    url: str


@dataclass(frozen=True)
class _Kind:
    things: QuerySet[Any]
    page: str  # the name of its address, which takes the product's slug and the reference
    words: str  # the name of the field that says what it is


_KINDS: Mapping[str, _Kind] = {
    "hazard": _Kind(Hazard.objects.all(), "hazard_detail", "name"),
    "feature": _Kind(Feature.objects.all(), "feature_detail", "title"),
    "change": _Kind(Change.objects.all(), "change_detail", "title"),
    "decision": _Kind(Decision.objects.all(), "decision_detail", "title"),
}


def subject_of(product: Product, kind: str, public_id: str) -> Subject | None:
    """A thing of the product by kind and public id; None where there is none. One query."""
    return subjects_of(product, [(kind, public_id)]).get((kind, public_id))


def subjects_of(
    product: Product, named: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Subject]:
    """Things of the product by kind and public id. One query for each kind that is named."""
    wanted: dict[str, set[uuid.UUID]] = {}
    for kind, public_id in named:
        if kind in _KINDS and (known := _as_id(public_id)) is not None:
            wanted.setdefault(kind, set()).add(known)
    found = {}
    for kind, ids in wanted.items():
        about = _KINDS[kind]
        for row in about.things.filter(product=product, public_id__in=ids):
            reference = getattr(row, "display_reference", row.reference)
            found[(kind, str(row.public_id))] = Subject(
                kind=kind,
                id=str(row.public_id),
                label=f"{reference} {getattr(row, about.words)}",
                url=reverse(about.page, args=[product.slug, row.reference]),
            )
    return found


def _as_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
