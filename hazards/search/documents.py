"""All text of each hazard in one place, for the index and for what a search shows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from hazards.choices import ControlState
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

_OWN = ("description", "effect", "family", "owner_role", "action_summary", "justification")
_WHY = tuple(
    f"worst_{stage}__why_{axis}"
    for stage in ("initial", "residual")
    for axis in ("severity", "likelihood")
)
_TITLE = ("reference", "imported_reference", "name")

#: Parts of a body stand on a line each, which none of them holds.
BETWEEN = "\n"


def refresh_documents(hazard_pks: Iterable[int]) -> None:
    """Store the text of these hazards and put it into the index. Acts do it by themselves."""
    for keys in portions(hazard_pks):
        documents = documents_of(Hazard.objects.filter(pk__in=keys))
        SearchDocument.objects.bulk_create(
            documents,
            update_conflicts=True,
            unique_fields=["hazard"],
            update_fields=["product", "title", "body"],
        )
        put_into_index(documents)


def documents_of(hazards: QuerySet[Hazard]) -> list[SearchDocument]:
    """All text of each hazard as it is now, not stored. Seven queries."""
    rows = list(hazards.order_by("pk").values_list("pk", "product_id", *_TITLE, *_OWN, *_WHY))
    keys = [row[0] for row in rows]
    parts: dict[int, list[str]] = defaultdict(list)
    for key, *texts in _parts(keys):
        parts[key] += texts
    merged: dict[int, list[str]] = defaultdict(list)
    for each in Hazard.objects.filter(merged_into__in=keys).order_by("number"):
        merged[each.merged_into_id or 0] += [each.reference, each.imported_reference]
    own, why = len(_TITLE) + 2, len(_TITLE) + 2 + len(_OWN)
    return [
        SearchDocument(
            hazard_id=row[0],
            product_id=row[1],
            title=_text([*row[2:own], *merged[row[0]]], " "),
            body=_text([*row[own:why], *parts[row[0]], *row[why:]], BETWEEN),
        )
        for row in rows
    ]


def _parts(keys: Collection[int]) -> Iterator[tuple[Any, ...]]:
    """The keys of hazards with texts of what is on them, in the order in which it is read."""
    in_log = {"hazard__in": keys, "is_active": True}
    links = ControlLink.objects.filter(**in_log).exclude(control__state=ControlState.WITHDRAWN)
    evidence = EvidenceLink.objects.filter(
        is_active=True, evidence__is_active=True, control__links__in=links
    )
    in_place = ("hazard_id", "position", "pk")
    yield from Harm.objects.filter(**in_log).order_by(*in_place).values_list("hazard_id", "text")
    yield from (
        Cause.objects.filter(**in_log)
        .order_by(*in_place)
        .values_list("hazard_id", "text", "accepted_because")
    )
    yield from (
        links.order_by("hazard_id", "control__number")
        .values_list("hazard_id", "control__reference", "control__text", "control__instruction")
        .distinct()
    )
    for hazard, title, _ in (
        evidence.order_by("control__links__hazard_id", "evidence_id")
        .values_list("control__links__hazard_id", "evidence__title", "evidence_id")
        .distinct()
    ):
        yield hazard, title
    assumptions = Assumption.objects.filter(hazard__in=keys).order_by("pk")
    yield from assumptions.values_list("hazard_id", "text", "held_by")


def _text(parts: Iterable[str | None], between: str) -> str:
    return between.join(text for part in parts if part and (text := " ".join(part.split())))
