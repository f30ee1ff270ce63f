"""Everything that was ever on a hazard, for its timeline."""

import json
import uuid
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from audit.models import Entry
from audit.timeline import Objects
from hazards.models import (
    Assumption,
    Cause,
    Control,
    ControlLink,
    Estimate,
    Evidence,
    EvidenceLink,
    Harm,
    Hazard,
    HazardFeature,
    NewHazardLink,
)
from products.models import Feature


def objects_of(hazard: Hazard) -> Objects:
    """The keys of the hazard and of everything that is or was on it. Ten queries."""
    links = ControlLink.objects.filter(hazard=hazard)
    controls = list(links.order_by().values_list("control", flat=True).distinct())
    evidence_links = EvidenceLink.objects.filter(control__in=controls)
    return {
        Hazard: [hazard.pk],
        Harm: _keys(Harm.objects.filter(hazard=hazard)),
        Cause: _keys(Cause.objects.filter(hazard=hazard)),
        Control: controls,
        ControlLink: _keys(links),
        NewHazardLink: _keys(NewHazardLink.objects.filter(control__in=controls)),
        Evidence: list(evidence_links.order_by().values_list("evidence", flat=True).distinct()),
        EvidenceLink: _keys(evidence_links),
        Estimate: _keys(Estimate.objects.filter(hazard=hazard)),
        Assumption: _keys(Assumption.objects.filter(hazard=hazard)),
        HazardFeature: _keys(HazardFeature.objects.filter(hazard=hazard)),
    }


def act_since(hazard: Hazard, by: User) -> uuid.UUID | None:
    """The person's newest act on a hazard, where it is younger than the version at hand. One query.

    ``hazard`` is as it was before: so this is the act that has just changed it, if any did.
    """
    newest = (
        Entry.objects.filter(model=Hazard._meta.label_lower, object_id=hazard.pk, person=by)
        .order_by("-pk")
        .values_list("act", "row")
        .first()
    )
    if newest is None or json.loads(newest[1])["version"] <= hazard.version:
        return None
    act: uuid.UUID = newest[0]
    return act


def links_of_feature(feature: Feature) -> Objects:
    """The links between a feature and hazards, for the feature's history."""
    return {HazardFeature: _keys(HazardFeature.objects.filter(feature=feature))}


def _keys(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by().values_list("pk", flat=True))
