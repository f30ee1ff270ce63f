"""From feature to hazard to control to evidence, and where the way breaks off."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet, TextChoices

from hazards.choices import ControlState, EvidenceResult, EvidenceState, Party
from hazards.models import ControlLink, Evidence, EvidenceLink, Hazard, HazardFeature
from hazards.queries import hazards_of, in_scope_of
from hazards.reading import ControlReading, HazardReading, read_hazards
from products.models import Feature, Product, Release, ReleaseFeature
from products.queries import releases_up_to


class Gap(TextChoices):
    """Where the way from a feature to the evidence breaks off."""

    FEATURE = "feature", "Features without a hazard"
    HAZARD = "hazard", "Hazards without a feature"
    CONTROL = "control", "Hazards without a control"
    EVIDENCE = "evidence", "Hazards with a control without evidence"


@dataclass(frozen=True)
class Asked:
    """What the map is narrowed to; everything without them."""

    release: Release | None = None
    feature: Feature | None = None
    gap: Gap | None = None


@dataclass(frozen=True)
class Shown:
    """A piece of evidence: what came out, in a word with a mark, and its tone."""

    title: str
    result: str
    tone: str


@dataclass(frozen=True)
class TracedControl:
    """A control of a hazard with its evidence. ``gap`` says what is missing ('' for nothing)."""

    reading: ControlReading
    evidence: list[Shown]
    gap: str


@dataclass(frozen=True)
class Trace:
    """One row of the map: a feature, a hazard that it touches, and what stands against that."""

    feature: Feature | None
    hazard: Hazard | None
    controls: list[TracedControl] = field(default_factory=list)

    @property
    def gaps(self) -> list[str]:
        """What is missing on it, a few words each."""
        missing = [] if self.feature else ["no feature"]
        if self.hazard is None:
            return [*missing, "no hazard"]
        if not self.controls:
            return [*missing, "no control"]
        return missing + [
            f"{each.reading.control.reference}: {each.gap}" for each in self.controls if each.gap
        ]


_RESULTS = {
    EvidenceResult.PASS.value: ("✓ pass", "good"),
    EvidenceResult.FAIL.value: ("✗ fail", "bad"),
    EvidenceResult.INCONCLUSIVE.value: ("? inconclusive", "warn"),
}

#: A row before it is read: the keys of its feature and of its hazard.
Row = tuple[int | None, int | None]


def rows_of(product: Product, asked: Asked) -> list[Row]:
    """The rows of the map in order: features with their hazards, then what hangs on nothing.

    Three queries, of keys alone.
    """
    hazards = _hazards(product, asked)
    features = _features(product, asked)
    links = (
        _links().filter(hazard__in=hazards.values("pk"), feature__in=features.values("pk"))
        .order_by("feature__number", "hazard__number")
        .values_list("feature_id", "hazard_id")
    )  # fmt: skip
    rows: list[Row] = []
    if asked.gap not in (Gap.FEATURE, Gap.HAZARD):
        rows += links
    if asked.gap in (None, Gap.FEATURE):
        rows += [(key, None) for key in _without_hazard(features).values_list("pk", flat=True)]
    if asked.feature is None and asked.gap is not Gap.FEATURE:
        rows += [(None, key) for key in _without_feature(hazards).values_list("pk", flat=True)]
    return rows


def read_rows(product: Product, rows: Sequence[Row]) -> list[Trace]:
    """These rows with everything on them. Eleven queries, however many rows."""
    features = Feature.objects.in_bulk([feature for feature, _ in rows if feature is not None])
    keys = {hazard for _, hazard in rows if hazard is not None}
    readings = {
        each.hazard.pk: each for each in read_hazards(hazards_of(product).filter(pk__in=keys))
    }
    return [
        _trace(
            features[feature] if feature is not None else None,
            readings.get(hazard) if hazard is not None else None,
        )
        for feature, hazard in rows
    ]


def count_gaps(product: Product, asked: Asked) -> dict[Gap, int]:
    """How often the way breaks off at each place, in the release and feature asked for."""
    whole = Asked(asked.release, asked.feature)
    hazards, features = _hazards(product, whole), _features(product, whole)
    if asked.feature is not None:
        hazards = hazards.filter(Exists(_of_feature(asked.feature)))
    return {
        Gap.FEATURE: _without_hazard(features).count(),
        Gap.HAZARD: 0 if asked.feature is not None else _without_feature(hazards).count(),
        Gap.CONTROL: _with_gap(hazards, Gap.CONTROL).count(),
        Gap.EVIDENCE: _with_gap(hazards, Gap.EVIDENCE).count(),
    }


# --- What is asked for ----------------------------------------------------------------------------


def _hazards(product: Product, asked: Asked) -> QuerySet[Hazard]:
    hazards = hazards_of(product)
    if asked.release is not None:
        hazards = in_scope_of(hazards, asked.release)
    return _with_gap(hazards, asked.gap)


def _with_gap(hazards: QuerySet[Hazard], gap: Gap | None) -> QuerySet[Hazard]:
    in_use = ControlLink.objects.filter(hazard=OuterRef("pk"), is_active=True).exclude(
        control__state=ControlState.WITHDRAWN
    )
    if gap is Gap.CONTROL:
        return hazards.exclude(Exists(in_use))
    if gap is Gap.EVIDENCE:
        shown = EvidenceLink.objects.filter(
            control=OuterRef("control"), is_active=True, evidence__is_active=True
        )
        asked_of = in_use.exclude(control__party__in=(Party.DEPLOYER, Party.USER))
        return hazards.filter(Exists(asked_of.exclude(Exists(shown))))
    return hazards


def _features(product: Product, asked: Asked) -> QuerySet[Feature]:
    features = Feature.objects.filter(product=product, is_active=True).order_by("number")
    if asked.feature is not None:
        features = features.filter(pk=asked.feature.pk)
    if asked.release is not None:
        carried = ReleaseFeature.objects.filter(
            release__in=releases_up_to(asked.release), is_active=True
        )
        features = features.filter(pk__in=carried.values("feature"))
    return features


def _links() -> QuerySet[HazardFeature]:
    return HazardFeature.objects.filter(is_active=True)


def _of_feature(feature: Feature) -> QuerySet[HazardFeature]:
    return _links().filter(hazard=OuterRef("pk"), feature=feature)


def _without_hazard(features: QuerySet[Feature]) -> QuerySet[Feature]:
    in_the_log = _links().filter(feature=OuterRef("pk"), hazard__state__in=("draft", "live"))
    return features.exclude(Exists(in_the_log))


def _without_feature(hazards: QuerySet[Hazard]) -> QuerySet[Hazard]:
    return hazards.exclude(Exists(_links().filter(hazard=OuterRef("pk"), feature__is_active=True)))


# --- What is shown --------------------------------------------------------------------------------


def _trace(feature: Feature | None, reading: HazardReading | None) -> Trace:
    if reading is None:
        return Trace(feature, None)
    return Trace(feature, reading.hazard, [_traced(each) for each in reading.controls])


def _traced(reading: ControlReading) -> TracedControl:
    evidence = [_shown(each) for each in reading.evidence]
    return TracedControl(reading, evidence, _gap_of(reading))


def _gap_of(reading: ControlReading) -> str:
    """What of a control's evidence is missing; nothing is asked of a control of others."""
    if not reading.evidence:
        others = (Party.DEPLOYER, Party.USER)
        return "" if reading.control.party in others else "no evidence"
    results = {each.result for each in reading.evidence if each.state == EvidenceState.OBTAINED}
    if EvidenceResult.FAIL in results:
        return "a test failed"
    return "" if EvidenceResult.PASS in results else "nothing has passed yet"


def _shown(evidence: Evidence) -> Shown:
    if evidence.state != EvidenceState.OBTAINED:
        return Shown(evidence.title, "planned", "facts")
    result, tone = _RESULTS.get(evidence.result, ("no result", "warn"))
    return Shown(evidence.title, result, tone)
