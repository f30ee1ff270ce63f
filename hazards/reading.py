"""Hazards read whole: everything on them, in a constant number of queries.

The hazard page, the report and the exports read hazards from here, so that they say the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from django.db import models
from django.db.models import QuerySet

from hazards.choices import Acceptability, ControlKind, ControlState, Party, Stage
from hazards.facts import control_facts
from hazards.matrix_moves import SquaresMoved
from hazards.matrix_reading import MatrixReading
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
    NewHazardLink,
)
from hazards.rules import (
    EstimateFacts,
    control_stands,
    current_estimates,
    residual_is_needed,
)
from products.models import Feature

Row = TypeVar("Row", bound=models.Model)

MANY = 50  # hazards


@dataclass
class ControlReading:
    """A control as one hazard sees it."""

    control: Control
    causes: list[Cause] = field(default_factory=list)
    harms: list[Harm] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    new_hazards: list[Hazard] = field(default_factory=list)
    also_protects: list[Hazard] = field(default_factory=list)

    @property
    def acts_on_whole_hazard(self) -> bool:
        """Whether it acts on the hazard as a whole, not on one cause or harm."""
        return not self.causes and not self.harms

    @property
    def stands(self) -> bool:
        """Whether a residual risk may rely on it without being provisional."""
        return control_stands(control_facts(self.control))

    @property
    def is_assessed_for_new_hazards(self) -> bool:
        """Whether somebody said which hazards it brings, or why none (clause 6.1.2)."""
        return bool(self.new_hazards or self.control.none_because)


@dataclass
class RiskReading:
    """A hazard's risk at one stage."""

    stage: Stage
    shown: Estimate | None = None  # the worst of the current ones
    current: list[Estimate] = field(default_factory=list)
    superseded: list[Estimate] = field(default_factory=list)
    is_needed: bool = True
    is_provisional: bool = False


class MatrixRead(NamedTuple):
    """The one matrix that all standing estimates of a hazard were made with, and which of its
    squares the matrix in use places elsewhere."""

    matrix: MatrixReading
    moved: SquaresMoved | None


@dataclass
class HazardReading:
    """A hazard with everything on it that is in the log."""

    hazard: Hazard
    initial: RiskReading
    residual: RiskReading
    harms: list[Harm] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    controls: list[ControlReading] = field(default_factory=list)
    features: list[Feature] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    #: The matrix of its estimates, where whoever shows it has read that too: nobody reads it again.
    ruler: MatrixRead | None = field(default=None, compare=False, repr=False)

    @property
    def existing_controls(self) -> list[ControlReading]:
        """The controls that were there before the analysis."""
        return [c for c in self.controls if c.control.kind == ControlKind.EXISTING]

    @property
    def additional_controls(self) -> list[ControlReading]:
        """The controls added because of the analysis."""
        return [c for c in self.controls if c.control.kind == ControlKind.ADDITIONAL]

    @property
    def transferred_controls(self) -> list[ControlReading]:
        """The controls that a deploying organisation must put in place."""
        return [c for c in self.controls if c.control.party == Party.DEPLOYER]

    @property
    def controls_not_standing(self) -> list[ControlReading]:
        """Why the residual risk is provisional: the controls that it cannot rely on yet."""
        return [control for control in self.controls if not control.stands]

    @property
    def verified_controls(self) -> int:
        """How many of its controls are verified."""
        return sum(c.control.state == ControlState.VERIFIED for c in self.controls)


def read_hazards(hazards: Iterable[Hazard]) -> list[HazardReading]:
    """Read these hazards whole, in the given order. A dozen queries, however many there are."""
    readings = {
        hazard.pk: HazardReading(hazard, RiskReading(Stage.INITIAL), RiskReading(Stage.RESIDUAL))
        for hazard in hazards
    }
    keys = list(readings)
    for cause in Cause.objects.filter(hazard__in=keys, is_active=True).order_by("position", "pk"):
        readings[cause.hazard_id].causes.append(cause)
    for harm in Harm.objects.filter(hazard__in=keys, is_active=True).order_by("position", "pk"):
        readings[harm.hazard_id].harms.append(harm)
    for assumption in Assumption.objects.filter(hazard__in=keys).exclude(state="withdrawn"):
        if assumption.hazard_id is not None:
            readings[assumption.hazard_id].assumptions.append(assumption)
    for link in (
        HazardFeature.objects.filter(hazard__in=keys, is_active=True, feature__is_active=True)
        .select_related("feature")
        .order_by("feature__number")
    ):
        readings[link.hazard_id].features.append(link.feature)
    _read_controls(readings)
    _read_estimates(readings)
    return list(readings.values())


def _read_controls(readings: dict[int, HazardReading]) -> None:
    links = list(
        _along(
            # Of a few hazards the others come along; of many, most are among those that are read.
            ControlLink.objects.filter(
                control__in=ControlLink.objects.filter(
                    hazard__in=list(readings), is_active=True
                ).values("control"),
                is_active=True,
            )
            .exclude(control__state=ControlState.WITHDRAWN)
            .select_related("control", *([] if len(readings) >= MANY else ["hazard"]))
            .order_by("control__number", "pk"),
            ("control__delivered_in", "control__implementer__profile"),
            many=len(readings) >= MANY,
        )
    )
    hazards = _hazards_named(readings, links)
    causes = {cause.pk: cause for reading in readings.values() for cause in reading.causes}
    harms = {harm.pk: harm for reading in readings.values() for harm in reading.harms}
    seen: dict[tuple[int, int], ControlReading] = {}
    for link in links:
        if link.hazard_id not in readings:
            continue
        key = (link.hazard_id, link.control_id)
        if key not in seen:
            seen[key] = ControlReading(link.control)
            readings[link.hazard_id].controls.append(seen[key])
        if link.cause_id in causes:
            seen[key].causes.append(causes[link.cause_id])
        if link.harm_id in harms:
            seen[key].harms.append(harms[link.harm_id])
    _share(seen, links, hazards)
    _read_evidence_and_new_hazards(list(seen.values()), many=len(readings) >= MANY)


def _along(rows: QuerySet[Row], named: Sequence[str], *, many: bool) -> QuerySet[Row]:
    """These rows with what they name.

    Where many are read, a level, a release or a person that many of them name is made once and not
    again for each; of a few, one query is quicker than several.
    """
    return rows.prefetch_related(*named) if many else rows.select_related(*named)


def _hazards_named(
    readings: dict[int, HazardReading], links: Sequence[ControlLink]
) -> dict[int, Hazard]:
    """The hazards of these links by their keys: those that are read, those that came with a link,
    and in one query the others, if any."""
    known = {key: reading.hazard for key, reading in readings.items()}
    others = [link for link in links if link.hazard_id not in known]
    found = {each.hazard_id: each.hazard for each in others if ControlLink.hazard.is_cached(each)}
    missing = {each.hazard_id for each in others} - found.keys()
    if missing:
        found |= {each.pk: each for each in Hazard.objects.filter(pk__in=missing)}
    return found | known


def _share(
    seen: dict[tuple[int, int], ControlReading],
    links: Sequence[ControlLink],
    hazards: dict[int, Hazard],
) -> None:
    protected: dict[int, dict[int, Hazard]] = defaultdict(dict)
    for link in links:
        protected[link.control_id][link.hazard_id] = hazards[link.hazard_id]
    for (hazard_key, control_key), reading in seen.items():
        others = protected[control_key]
        reading.also_protects = [others[key] for key in sorted(others) if key != hazard_key]


def _read_evidence_and_new_hazards(readings: Sequence[ControlReading], *, many: bool) -> None:
    by_control: dict[int, list[ControlReading]] = defaultdict(list)
    for reading in readings:
        by_control[reading.control.pk].append(reading)
    for link in _along(
        EvidenceLink.objects.filter(
            control__in=list(by_control), is_active=True, evidence__is_active=True
        )
        .select_related("evidence")
        .order_by("evidence_id"),
        ("evidence__release", "evidence__verifier__profile", "evidence__file"),
        many=many,
    ):
        for reading in by_control[link.control_id]:
            reading.evidence.append(link.evidence)
    for brought in (
        NewHazardLink.objects.filter(control__in=list(by_control), is_active=True)
        .select_related("hazard")
        .order_by("hazard__number")
    ):
        for reading in by_control[brought.control_id]:
            reading.new_hazards.append(brought.hazard)


def _read_estimates(readings: dict[int, HazardReading]) -> None:
    rows: dict[tuple[int, str], list[Estimate]] = defaultdict(list)
    estimates = Estimate.objects.filter(hazard__in=list(readings)).order_by("pk")
    named = ("severity", "likelihood", "risk_class", "cause", "harm", "assumption")
    people = "estimated_by__profile"
    for estimate in _along(estimates, (*named, people), many=len(readings) >= MANY):
        rows[(estimate.hazard_id, estimate.stage)].append(estimate)
    for key, reading in readings.items():
        for risk, shown in (
            (reading.initial, reading.hazard.worst_initial_id),
            (reading.residual, reading.hazard.worst_residual_id),
        ):
            _sort_out(risk, rows[(key, risk.stage)], [c.pk for c in reading.causes], shown)
        first = reading.initial.shown
        reading.residual.is_needed = residual_is_needed(
            Acceptability(first.acceptability) if first else None,
            bool(reading.additional_controls),
        )
        reading.residual.is_provisional = bool(reading.controls_not_standing)


def _sort_out(
    risk: RiskReading, estimates: list[Estimate], causes: list[int], shown: int | None
) -> None:
    facts = [
        EstimateFacts(
            estimate.pk,
            estimate.cause_id,
            estimate.class_number,
            estimate.severity.position,
            estimate.likelihood.position,
        )
        for estimate in estimates
    ]
    standing = {each.id for each in current_estimates(facts, causes)}
    risk.current = [estimate for estimate in estimates if estimate.pk in standing]
    risk.superseded = [estimate for estimate in estimates if estimate.pk not in standing]
    risk.shown = next((estimate for estimate in estimates if estimate.pk == shown), None)
