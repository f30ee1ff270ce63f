"""Which rows belong to the history of a thing that is signed."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from hazards.models import Plan
from reviews.models import Charter, Decision, Rejection, RiskBenefit, SignOff


def records_of(
    row: Plan | Charter | Decision | RiskBenefit,
    on: Mapping[type[Model], Mapping[str, Any]] | None = None,
) -> dict[type[Model], list[int]]:
    """A row with what stands on it and everything signed of it. A query a model.

    ``on`` says of each model what its rows on this one are filtered by.
    """
    wanted: dict[type[Model], Mapping[str, Any]] = {
        **(on or {}),
        SignOff: {"subject_id": row.public_id},
        Rejection: {"subject_id": row.public_id},
    }
    found = {
        model: list(model._default_manager.filter(**what).values_list("pk", flat=True))
        for model, what in wanted.items()
    }
    return {type(row): [row.pk], **found}
