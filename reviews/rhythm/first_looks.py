"""When the clinical side first looked at each feature."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils import timezone

from products.choices import Side
from products.models import Feature, Membership, Product
from reviews.models import Attendance, Triage, TriageAnswer, WorkshopFeature
from reviews.sides import SPEAKS_FOR


@dataclass(frozen=True)
class FirstLook:
    """When the clinical side first looked at a feature; None where it never did."""

    feature: Feature
    looked_on: date | None


def first_looks(product: Product) -> list[FirstLook]:
    """The first clinical look at each feature in the product. Six queries.

    A look is a triage by somebody of the clinical side, an answer to one, or a session, on its day
    or after, that looked at the feature with somebody of the clinical side in it.
    """
    days: dict[int, date] = {}
    for feature, day in (*_triaged(product), *_answered(product), *_in_sessions(product)):
        days[feature] = min(day, days.get(feature, day))
    features = Feature.objects.filter(product=product, is_active=True).order_by("number")
    return [FirstLook(each, days.get(each.pk)) for each in features]


def _triaged(product: Product) -> list[tuple[int, date]]:
    """Triages by somebody who stood on the clinical side on that day."""
    held = Membership.objects.filter(
        product=product, role__in=SPEAKS_FOR[Side.CLINICAL]
    ).values_list("person_id", "starts_on", "ends_on")
    periods: dict[int, list[tuple[date, date | None]]] = {}
    for person, starts_on, ends_on in held:
        periods.setdefault(person, []).append((starts_on, ends_on))
    found = []
    triages = Triage.objects.filter(product=product, feature__isnull=False).order_by("pk")
    for feature, person, at in triages.values_list("feature_id", "triaged_by_id", "triaged_at"):
        day = timezone.localdate(at)
        is_clinical = any(
            starts <= day and (ends is None or day <= ends)
            for starts, ends in periods.get(person, ())
        )
        if feature is not None and is_clinical:
            found.append((feature, day))
    return found


def _answered(product: Product) -> list[tuple[int, date]]:
    answers = TriageAnswer.objects.filter(
        triage__product=product, triage__feature__isnull=False
    ).order_by("pk")
    rows = answers.values_list("triage__feature_id", "answered_at")
    return [(feature, timezone.localdate(at)) for feature, at in rows if feature is not None]


def _in_sessions(product: Product) -> list[tuple[int, date]]:
    """Sessions whose day has come; in one that is only planned nobody has looked at anything."""
    attended = Attendance.objects.filter(
        workshop__product=product, is_active=True, role__in=SPEAKS_FOR[Side.CLINICAL]
    )
    looked = WorkshopFeature.objects.filter(
        Q(workshop__in=attended.values("workshop")),
        workshop__held_on__lte=timezone.localdate(),
        is_active=True,
        feature__product=product,
    ).annotate(day=F("workshop__held_on"))
    return list(looked.order_by("pk").values_list("feature_id", "day"))
