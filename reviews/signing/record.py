"""Which rows belong to the history of a thing that is signed."""

from collections.abc import Iterable

from django.db import models

from hazards.models import Plan, PlanClass
from reviews.models import Rejection, SignOff


def plan_records(plan: Plan) -> dict[type[models.Model], Iterable[int]]:
    """A version of the plan with everything on it and everything signed of it. Three queries."""
    return {
        Plan: [plan.pk],
        PlanClass: list(PlanClass.objects.filter(plan=plan).values_list("pk", flat=True)),
        SignOff: list(
            SignOff.objects.filter(subject_id=plan.public_id).values_list("pk", flat=True)
        ),
        Rejection: list(
            Rejection.objects.filter(subject_id=plan.public_id).values_list("pk", flat=True)
        ),
    }
