"""What has the rules look again: triage, changes and reviews reach hazards from further away.

The rules look at hazards whose summary says so; whoever marks one has the product looked at too.
"""

from collections.abc import Iterable, Set

from django.db.models import Min, Q

from audit.following import follow
from hazards.models import HazardFeature, HazardSummary
from hazards.summaries import at_the_end
from products.models import Change, Feature, ReleaseFeature
from reviews.models import HazardReview, Triage, TriageAnswer, TriageCover


def keep_triage_due() -> None:
    """Follow what the rules of triage ask."""
    follow(Triage, at_the_end("rules by triage", _by_triage))
    follow(TriageAnswer, at_the_end("rules by answer", _by_answer))
    follow(TriageCover, at_the_end("rules by cover", _by_cover))
    follow(Change, at_the_end("rules by change", _by_change))
    follow(Feature, at_the_end("rules by feature", _by_feature))
    follow(ReleaseFeature, at_the_end("rules by what is carried", _by_carried))
    follow(HazardReview, at_the_end("rules by review", _by_review))


def _by_triage(keys: Set[int]) -> None:
    _due_for_triages(Q(pk__in=keys))


def _by_answer(keys: Set[int]) -> None:
    _due_for_triages(Q(answers__in=keys))


def _by_cover(keys: Set[int]) -> None:
    _due_for_triages(Q(covers__in=keys))


def _due_for_triages(those: Q) -> None:
    rows = Triage.objects.filter(those).values_list(
        "product_id", "feature_id", "change__feature_id", "covers__hazard_id"
    )
    found = list(rows)
    features = {key for row in found for key in row[1:3] if key is not None}
    _due(
        {row[0] for row in found},
        Q(hazard__in=_of_features(features)) | Q(hazard__in=[row[3] for row in found if row[3]]),
    )


def _by_change(keys: Set[int]) -> None:
    rows = list(Change.objects.filter(pk__in=keys).values_list("product_id", "feature_id"))
    features = [feature for _, feature in rows if feature is not None]
    _due({product for product, _ in rows}, Q(hazard__in=_of_features(features)))


def _by_feature(keys: Set[int]) -> None:
    products = Feature.objects.filter(pk__in=keys).values_list("product_id", flat=True)
    _due(set(products), Q(hazard__in=_of_features(keys)))


def _by_carried(keys: Set[int]) -> None:
    rows = ReleaseFeature.objects.filter(pk__in=keys)
    _due(set(rows.values_list("release__product_id", flat=True)), Q(pk__in=()))


def _by_review(keys: Set[int]) -> None:
    rows = list(HazardReview.objects.filter(pk__in=keys).values_list("hazard_id", flat=True))
    _due(set(), Q(hazard__in=rows))


def _of_features(features: Iterable[int]) -> "list[int]":
    links = HazardFeature.objects.filter(feature__in=list(features), is_active=True)
    return list(links.values_list("hazard_id", flat=True))


def _due(products: Set[int], those: Q) -> None:
    """Have these hazards looked at again, and one of each product so that its log is."""
    first = (
        HazardSummary.objects.filter(product__in=products)
        .values("product")
        .annotate(first=Min("pk"))
        .order_by()
    )
    keys = list(first.values_list("first", flat=True)) if products else []
    rows = HazardSummary.objects.filter(those | Q(pk__in=keys)).exclude(checked_version=None)
    rows.update(checked_version=None)
