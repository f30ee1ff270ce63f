"""How often the officer was asked about one thing, and what was asked after it was withdrawn."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from audit.tracked import history_model_of
from products.models import Change, Feature
from reviews.choices import TriageOutcome
from reviews.models import Triage


def askings(
    triages: Iterable[Triage], answered: Collection[int]
) -> Iterator[tuple[Triage, Triage]]:
    """Each time that the officer was asked about one thing: since which triage, and the triage of
    that time that they answered, or are to answer.

    ``triages`` are those of one feature or change, the oldest first; ``answered`` the keys of those
    with an answer. Who asks again before there is one starts no clock anew. What the team stopped
    before there was one asks nobody any more, and is left out.
    """
    first: Triage | None = None
    last: Triage | None = None
    for triage in triages:
        if triage.outcome != TriageOutcome.NEEDS_CSO:
            first = last = None
            continue
        first, last = first or triage, triage
        if triage.pk in answered:
            yield first, last
            first = last = None
    if first is not None and last is not None:
        yield first, last


def withdrawn_at(subjects: Collection[Feature | Change]) -> dict[Feature | Change, datetime]:
    """When each of these, which are withdrawn, left the product last. Two queries at most."""
    found: dict[Feature | Change, datetime] = {}
    kinds: tuple[type[Feature] | type[Change], ...] = (Feature, Change)
    for model in kinds:
        by_key = {each.pk: each for each in subjects if isinstance(each, model)}
        if not by_key:
            continue
        versions = history_model_of(model)._default_manager.filter(id__in=list(by_key))
        rows = versions.order_by("history_id").values_list("id", "is_active", "history_date")
        for key, is_active, at in rows:
            if is_active:
                found.pop(by_key[key], None)
            else:
                found.setdefault(by_key[key], at)
    return found
