"""Which change touched a hazard last: what was triaged as other than *no effect*.

A change counts from the day of its triage; a feature from the second triage on, since the first is
of something new, of which nothing was known before. Both reach the hazards of the feature; what
the clinical side named as covering it is reached as well.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from hazards.reading import HazardReading
from products.models import Product
from reviews.choices import TriageOutcome
from reviews.models import Triage, TriageAnswer, TriageCover


@dataclass(frozen=True)
class Effect:
    """A change that touches a hazard: what it was, when it was triaged, and as what."""

    words: str
    at: datetime
    outcome: TriageOutcome

    @property
    def on(self) -> date:
        """The day of the triage, here."""
        return timezone.localdate(self.at)

    @property
    def said(self) -> str:
        """What it was, in a sentence."""
        return f"{self.words} (triaged on {self.on:%-d %B %Y}: {self.outcome.label.lower()})"


def last_effects(product: Product, readings: Sequence[HazardReading]) -> Mapping[int, Effect]:
    """The last change that touches each of these hazards, by the hazard's key. Three queries."""
    by_feature, by_triage = _effects(product)
    covered = _hazards_covering(list(by_triage))
    found: dict[int, Effect] = {}
    for reading in readings:
        key = reading.hazard.pk
        effects = [
            *(by_feature[each.pk] for each in reading.features if each.pk in by_feature),
            *(by_triage[triage] for triage in covered.get(key, ())),
        ]
        if effects:
            found[key] = max(effects, key=lambda each: each.at)
    return found


def _effects(product: Product) -> tuple[dict[int, Effect], dict[int, Effect]]:
    """What counts, the last one by the feature and all by the triage."""
    rows = (
        Triage.objects.filter(product=product)
        .filter(Q(change=None) | Q(change__is_active=True))
        .select_related("feature", "change")
        .order_by("pk")
    )
    triages = list(rows)
    answered = _answers([each.pk for each in triages])
    newest = {(each.feature_id, each.change_id): each.pk for each in triages}
    seen: set[int | None] = set()
    by_feature: dict[int, Effect] = {}
    by_triage: dict[int, Effect] = {}
    for each in triages:
        is_first_of_feature = each.change_id is None and each.feature_id not in seen
        seen.add(each.feature_id)
        outcome = TriageOutcome(answered.get(each.pk, each.outcome))
        is_newest = newest[(each.feature_id, each.change_id)] == each.pk
        if is_first_of_feature or not is_newest or outcome is TriageOutcome.NO_EFFECT:
            continue
        effect = Effect(str(each.change or each.feature), each.triaged_at, outcome)
        by_triage[each.pk] = effect
        feature = each.feature_id or (each.change.feature_id if each.change else None)
        if feature is not None:
            before = by_feature.get(feature)
            by_feature[feature] = max(before, effect, key=lambda one: one.at) if before else effect
    return by_feature, by_triage


def _answers(triages: Sequence[int]) -> dict[int, str]:
    """The outcome of the newest answer to each triage."""
    rows = TriageAnswer.objects.filter(triage__in=triages).order_by("pk")
    return dict(rows.values_list("triage_id", "outcome"))


def _hazards_covering(triages: Sequence[int]) -> dict[int, list[int]]:
    """The triages that name each hazard as covering what they are about, by the hazard's key."""
    found: dict[int, list[int]] = defaultdict(list)
    covers = TriageCover.objects.filter(triage__in=triages, hazard__isnull=False)
    for hazard, triage in covers.values_list("hazard_id", "triage_id"):
        if hazard is not None:
            found[hazard].append(triage)
    return found
