"""Which rows belong to the history of a risk–benefit analysis."""

from collections.abc import Iterable

from django.db import models

from reviews.models import Rejection, RiskBenefit, SignOff


def analysis_records(analysis: RiskBenefit) -> dict[type[models.Model], Iterable[int]]:
    """An analysis with everything signed of it. Two queries."""
    of_signatures: dict[type[models.Model], Iterable[int]] = {
        model: list(
            model.objects.filter(subject_id=analysis.public_id).values_list("pk", flat=True)
        )
        for model in (SignOff, Rejection)
    }
    return {RiskBenefit: [analysis.pk], **of_signatures}
