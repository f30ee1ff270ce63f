"""Reads of looks: which hazards are to be looked at, and why."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from hazards.models import Hazard
from hazards.queries import IN_THE_LOG
from products.models import Feature, Product
from reviews.models import HazardLook, Triage, TriageAnswer


def open_looks() -> QuerySet[HazardLook]:
    """The looks that nobody has taken yet."""
    return HazardLook.objects.filter(looked_at=None)


def looks_waiting(product: Product) -> QuerySet[HazardLook]:
    """The looks that hazards in the log of a product wait for, the oldest first."""
    return (
        open_looks()
        .filter(hazard__product=product, hazard__state__in=IN_THE_LOG)
        .select_related("hazard", "feature", "asked_by__profile")
        .order_by("pk")
    )


def looks_of(hazard: Hazard) -> QuerySet[HazardLook]:
    """The looks that a hazard waits for, the oldest first."""
    looks = open_looks().filter(hazard=hazard)
    return looks.select_related("feature", "asked_by__profile").order_by("pk")


def to_look_at(keys: Collection[int]) -> dict[int, str]:
    """What the log shows beside those of these hazards (keys) that wait for a look. One query."""
    waiting = open_looks().filter(hazard__in=list(keys)).order_by().distinct()
    return dict.fromkeys(waiting.values_list("hazard_id", flat=True), "to look at")


def waits_for_a_look(product: Product) -> Q:
    """Of the summaries of a product's hazards: those that wait for a look."""
    return Q(pk__in=open_looks().filter(hazard__product=product).order_by().values("hazard"))


def rhythm_in_feature_history(feature: Feature) -> dict[type[Any], list[int]]:
    """The keys of the triages of a feature and the looks that it asked for: for its history."""
    return {
        HazardLook: _keys(HazardLook.objects.filter(feature=feature)),
        Triage: _keys(Triage.objects.filter(feature=feature)),
        TriageAnswer: _keys(TriageAnswer.objects.filter(triage__feature=feature)),
    }


def _keys(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))
