"""Writing the log of a product as a record: everything as it stands, read a part at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from audit.canonical import canonical_json
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
    MatrixVersion,
    NewHazardLink,
)
from hazards.queries import current_matrix
from hazards.record_format import rows
from hazards.record_format.definition import FORMAT, VERSION
from hazards.record_format.matrices import matrix_value
from hazards.record_format.text import record_pieces
from hazards.record_format.values import (
    AssumptionValue,
    ControlValue,
    EvidenceValue,
    FeatureValue,
    HazardValue,
    MatrixValue,
    RecordValue,
)
from products.models import Feature, Product

AT_ONCE = 500  # hazards, controls or pieces of evidence that are read together

Row = TypeVar("Row", bound=Model)
#: Says how many hazards are written.
OnHazards = Callable[[int], None]


@dataclass
class _Places:
    """What the parts of a record are called in it, by key; filled while hazards are written."""

    hazards: dict[int, str]
    assumptions: dict[int, int]
    causes: dict[int, int] = field(default_factory=dict)
    harms: dict[int, int] = field(default_factory=dict)


def export_record(product: Product, on_hazards: OnHazards | None = None) -> Iterator[bytes]:
    """The bytes of the record of a product's log, in pieces; the same log gives the same bytes.

    A dozen queries for each ``AT_ONCE`` hazards, and memory for as many. Take all pieces inside
    ``audit.moments.one_moment``, so that they are of one state of the log.
    """
    return record_pieces(_parts(product, on_hazards))


def record_of(product: Product) -> RecordValue:
    """The same as values, all of it in memory."""
    parts = _parts(product, None)
    whole: Any = {
        name: value if value is None or isinstance(value, str | int) else list(value)
        for name, value in parts.items()
    }
    record: RecordValue = whole
    return record


def _parts(product: Product, on_hazards: OnHazards | None) -> dict[str, Any]:
    places = _Places(
        dict(Hazard.objects.filter(product=product).values_list("pk", "reference")),
        {
            key: place
            for place, key in enumerate(
                Assumption.objects.filter(product=product)
                .order_by("pk")
                .values_list("pk", flat=True),
                start=1,
            )
        },
    )
    current = current_matrix(product)
    return {
        "format": FORMAT,
        "version": VERSION,
        "matrix": current.number if current else None,
        "matrices": _matrices(product, current),
        "features": _features(product),
        "hazards": _hazards(product, places, on_hazards),
        "assumptions": _assumptions(product, places),
        "controls": _controls(product, places),
        "evidence": _evidence(product),
    }


def _matrices(product: Product, current: MatrixVersion | None) -> Iterator[MatrixValue]:
    used = Estimate.objects.filter(hazard__product=product).order_by().values("matrix").distinct()
    versions = MatrixVersion.objects.filter(product=product).filter(
        Q(pk__in=used) | Q(pk=current.pk if current else None)
    )
    for version in versions.order_by("number"):
        yield matrix_value(version)


def _features(product: Product) -> Iterator[FeatureValue]:
    named = HazardFeature.objects.filter(hazard__product=product, is_active=True)
    features = Feature.objects.filter(pk__in=named.values("feature")).order_by("number")
    for feature in features:
        yield {"reference": feature.reference, "title": feature.title}


def _hazards(
    product: Product, places: _Places, on_hazards: OnHazards | None
) -> Iterator[HazardValue]:
    written = 0
    hazards = Hazard.objects.filter(product=product).select_related(
        "owner__profile", "first_release"
    )
    for portion in _portions(hazards, "number"):
        keys = [hazard.pk for hazard in portion]
        harms = _by_hazard(Harm.objects.filter(hazard__in=keys).order_by("position", "pk"))
        causes = _by_hazard(Cause.objects.filter(hazard__in=keys).order_by("position", "pk"))
        estimates = _by_hazard(
            Estimate.objects.filter(hazard__in=keys)
            .select_related("matrix", "severity", "likelihood", "estimated_by__profile")
            .order_by("pk")
        )
        features = _by_hazard(
            HazardFeature.objects.filter(hazard__in=keys, is_active=True)
            .select_related("feature")
            .order_by("feature__number")
        )
        for hazard in portion:
            _number(places.harms, harms[hazard.pk])
            _number(places.causes, causes[hazard.pk])
            yield {
                **rows.hazard_values(hazard, places.hazards),
                "features": [link.feature.reference for link in features[hazard.pk]],
                "harms": [rows.harm_value(each) for each in harms[hazard.pk]],
                "causes": [rows.cause_value(each) for each in causes[hazard.pk]],
                "estimates": [
                    rows.estimate_value(
                        each,
                        cause=places.causes.get(each.cause_id or 0),
                        harm=places.harms.get(each.harm_id or 0),
                        assumption=places.assumptions.get(each.assumption_id or 0),
                    )
                    for each in estimates[hazard.pk]
                ],
            }
        written += len(portion)
        if on_hazards:
            on_hazards(written)


def _number(places: dict[int, int], parts: Iterable[Model]) -> None:
    for place, part in enumerate(parts, start=1):
        places[part.pk] = place


def _by_hazard(found: QuerySet[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for each in found:
        grouped[each.hazard_id].append(each)
    return grouped


def _portions(found: QuerySet[Row], order: str) -> Iterator[Sequence[Row]]:
    """Rows in portions, by a column that orders them and is there once in the product."""
    last = -1
    while portion := list(found.filter(**{f"{order}__gt": last}).order_by(order)[:AT_ONCE]):
        yield portion
        last = getattr(portion[-1], order)


def _assumptions(product: Product, places: _Places) -> Iterator[AssumptionValue]:
    for portion in _portions(Assumption.objects.filter(product=product), "pk"):
        for assumption in portion:
            yield rows.assumption_value(assumption, places.hazards)


def _controls(product: Product, places: _Places) -> Iterator[ControlValue]:
    controls = Control.objects.filter(product=product).select_related(
        "implementer__profile", "delivered_in"
    )
    for portion in _portions(controls, "number"):
        keys = [control.pk for control in portion]
        acts_on: dict[int, list[ControlLink]] = defaultdict(list)
        brings: dict[int, list[str]] = defaultdict(list)
        links = ControlLink.objects.filter(control__in=keys, is_active=True)
        for link in links.order_by("hazard__number"):
            acts_on[link.control_id].append(link)
        brought = NewHazardLink.objects.filter(control__in=keys, is_active=True)
        for new in brought.order_by("hazard__number"):
            brings[new.control_id].append(places.hazards[new.hazard_id])
        for control in portion:
            told = [
                rows.acts_on_value(
                    places.hazards[link.hazard_id],
                    places.causes.get(link.cause_id or 0),
                    places.harms.get(link.harm_id or 0),
                )
                for link in acts_on[control.pk]
            ]
            yield {
                **rows.control_values(control),
                "new_hazards": brings[control.pk],
                "acts_on": rows.in_order(told),
            }


def _evidence(product: Product) -> Iterator[EvidenceValue]:
    evidence = Evidence.objects.filter(product=product).select_related(
        "file", "release", "verifier__profile"
    )
    for portion in _portions(evidence, "pk"):
        about: dict[int, list[str]] = defaultdict(list)
        keys = [each.pk for each in portion]
        links = EvidenceLink.objects.filter(evidence__in=keys, is_active=True)
        for link in links.select_related("control").order_by("control__number"):
            about[link.evidence_id].append(link.control.reference)
        for each in portion:
            yield {**rows.evidence_values(each), "controls": about[each.pk]}


def same_record(one: RecordValue, other: RecordValue) -> bool:
    """Whether two records say the same."""
    return canonical_json(one) == canonical_json(other)
