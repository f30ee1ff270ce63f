"""All text of each hazard in one place, for the index and for what a search shows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from hazards.choices import ControlState
from hazards.compiled import Compiled
from hazards.models import (
    Assumption,
    Cause,
    ControlLink,
    EvidenceLink,
    Harm,
    Hazard,
    SearchDocument,
)
from hazards.search.index import put_into_index
from hazards.summaries import portions

_OWN = (
    "description",
    "effect",
    "for_patients",
    "for_product",
    "family",
    "owner_role",
    "action_summary",
    "justification",
)
_WHY = tuple(
    f"worst_{stage}__why_{axis}"
    for stage in ("initial", "residual")
    for axis in ("severity", "likelihood")
)
_TITLE = ("reference", "imported_reference", "name")

#: Parts of a body stand on a line each, which none of them holds.
BETWEEN = "\n"


def _rows(keys: Collection[int]) -> QuerySet[Any, Any]:
    hazards = Hazard.objects.filter(pk__in=keys).order_by("pk")
    return hazards.values_list("pk", "product_id", *_TITLE, *_OWN, *_WHY)


def _merged(keys: Collection[int]) -> QuerySet[Any, Any]:
    hazards = Hazard.objects.filter(merged_into__in=keys).order_by("number")
    return hazards.values_list("merged_into_id", "reference", "imported_reference")


def _in_log(rows: QuerySet[Any], keys: Collection[int]) -> QuerySet[Any]:
    return rows.filter(hazard__in=keys, is_active=True).order_by("hazard_id", "position", "pk")


def _harms(keys: Collection[int]) -> QuerySet[Any, Any]:
    return _in_log(Harm.objects.all(), keys).values_list("hazard_id", "text")


def _causes(keys: Collection[int]) -> QuerySet[Any, Any]:
    return _in_log(Cause.objects.all(), keys).values_list("hazard_id", "text", "accepted_because")


def _links(keys: Collection[int]) -> QuerySet[ControlLink]:
    links = ControlLink.objects.filter(hazard__in=keys, is_active=True)
    return links.exclude(control__state=ControlState.WITHDRAWN)


def _controls(keys: Collection[int]) -> QuerySet[Any, Any]:
    return (
        _links(keys)
        .order_by("hazard_id", "control__number")
        .values_list("hazard_id", "control__reference", "control__text", "control__instruction")
        .distinct()
    )


def _evidence(keys: Collection[int]) -> QuerySet[Any, Any]:
    links = EvidenceLink.objects.filter(
        is_active=True, evidence__is_active=True, control__links__in=_links(keys)
    )
    return (
        links.order_by("control__links__hazard_id", "evidence_id")
        .values_list("control__links__hazard_id", "evidence__title", "evidence_id")
        .distinct()
    )


def _assumptions(keys: Collection[int]) -> QuerySet[Any, Any]:
    assumptions = Assumption.objects.filter(hazard__in=keys).order_by("pk")
    return assumptions.values_list("hazard_id", "text", "held_by")


_ROWS, _MERGED, _EVIDENCE = Compiled(_rows), Compiled(_merged), Compiled(_evidence)
_HARMS, _CAUSES, _CONTROLS = Compiled(_harms), Compiled(_causes), Compiled(_controls)
_ASSUMPTIONS = Compiled(_assumptions)


def refresh_documents(hazard_pks: Iterable[int]) -> None:
    """Store the text of these hazards and put it into the index. Acts do it by themselves."""
    for keys in portions(hazard_pks):
        documents = _put_together(keys)
        SearchDocument.objects.bulk_create(
            documents,
            update_conflicts=True,
            unique_fields=["hazard"],
            update_fields=["product", "title", "body"],
        )
        put_into_index(documents)


def documents_of(hazards: QuerySet[Hazard]) -> list[SearchDocument]:
    """All text of each hazard as it is now, not stored. Eight queries."""
    return _put_together(list(hazards.values_list("pk", flat=True)))


def _put_together(keys: Collection[int]) -> list[SearchDocument]:
    parts: dict[int, list[str]] = defaultdict(list)
    for key, *texts in _parts(keys):
        parts[key] += texts
    merged: dict[int, list[str]] = defaultdict(list)
    for key, *references in _MERGED.rows(keys):
        merged[key] += references
    own, why = len(_TITLE) + 2, len(_TITLE) + 2 + len(_OWN)
    return [
        SearchDocument(
            hazard_id=row[0],
            product_id=row[1],
            title=_text([*row[2:own], *merged[row[0]]], " "),
            body=_text([*row[own:why], *parts[row[0]], *row[why:]], BETWEEN),
        )
        for row in _ROWS.rows(keys)
    ]


def _parts(keys: Collection[int]) -> Iterator[tuple[Any, ...]]:
    """The keys of hazards with texts of what is on them, in the order in which it is read."""
    yield from _HARMS.rows(keys)
    yield from _CAUSES.rows(keys)
    yield from _CONTROLS.rows(keys)
    for hazard, title, _ in _EVIDENCE.rows(keys):
        yield hazard, title
    yield from _ASSUMPTIONS.rows(keys)


def _text(parts: Iterable[str | None], between: str) -> str:
    return between.join(text for part in parts if part and (text := " ".join(part.split())))
