"""Which rows belong to the history of a charter."""

from collections.abc import Iterable

from django.db import models

from reviews.models import (
    Charter,
    CharterOutcome,
    CharterTradeOff,
    DecisionRight,
    Rejection,
    SignOff,
)


def charter_records(charter: Charter) -> dict[type[models.Model], Iterable[int]]:
    """A version with every line of it and everything signed of it. Five queries."""
    of_lines: dict[type[models.Model], Iterable[int]] = {
        model: list(model.objects.filter(charter=charter).values_list("pk", flat=True))
        for model in (CharterOutcome, CharterTradeOff, DecisionRight)
    }
    of_signatures: dict[type[models.Model], Iterable[int]] = {
        model: list(model.objects.filter(subject_id=charter.public_id).values_list("pk", flat=True))
        for model in (SignOff, Rejection)
    }
    return {Charter: [charter.pk], **of_lines, **of_signatures}
