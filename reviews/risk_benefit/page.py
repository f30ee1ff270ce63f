"""Risk–benefit analyses as their pages show them: the list, and one with the risk it is about."""

import json
from dataclasses import dataclass

from audit.timeline import FieldChange
from hazards.models import Hazard
from hazards.presentation import RiskChip, chip_of
from hazards.queries import hazards_of
from products.models import Product
from reviews.acceptance.overview import unacceptable_in
from reviews.acceptance.reading import AcceptedRisk, read_acceptances
from reviews.choices import Balance
from reviews.risk_benefit.reading import (
    TEXTS,
    AnalysisReading,
    analyses_of,
    label_of,
    read_analyses,
    weighable,
)
from reviews.risk_benefit.rules import TONES


@dataclass(frozen=True)
class AnalysisRow:
    """An analysis in the list."""

    reading: AnalysisReading
    chip: RiskChip

    @property
    def word(self) -> str:
        """Where it stands."""
        return self.reading.state.value

    @property
    def tone(self) -> str:
        """The tone of that."""
        return TONES[self.reading.state]


@dataclass(frozen=True)
class ToWeigh:
    """A hazard with an unacceptable residual risk that no analysis bears."""

    hazard: Hazard
    chip: RiskChip
    may_be_weighed: bool  # False: of the highest class, where nothing helps


@dataclass(frozen=True)
class AnalysisList:
    """The analyses of a product, newest first, and the risks that have none at work."""

    rows: list[AnalysisRow]
    without: list[ToWeigh]


def analysis_list(product: Product) -> AnalysisList:
    """Read the analyses with their hazards, and the unacceptable risks beside them.

    About thirty queries, however many there are: hazards are read whole together.
    """
    analyses = list(analyses_of(product))
    for row in analyses:
        row.product = product
    keys = {row.hazard_id for row in analyses}
    beyond = set(unacceptable_in(product).values_list("pk", flat=True))
    risks = {
        risk.hazard.pk: risk
        for risk in read_acceptances(hazards_of(product).filter(pk__in=keys | beyond))
    }
    readings = {key: risk.reading for key, risk in risks.items()}
    rows = [
        AnalysisRow(each, _chip(each, risks[each.analysis.hazard_id]))
        for each in read_analyses(
            analyses, readings, lambda estimate: risks[estimate.hazard_id].why_moved(estimate)
        )
    ]
    at_work = {
        row.reading.analysis.estimate_id
        for row in rows
        if row.reading.is_open or row.reading.bears or row.reading.re_appraises
    }
    return AnalysisList(rows, _without([risks[key] for key in sorted(beyond)], at_work))


def _without(risks: list[AcceptedRisk], at_work: set[int]) -> list[ToWeigh]:
    left = [
        (risk, estimate)
        for risk in risks
        for estimate in risk.unacceptable
        if estimate.pk not in at_work
    ]
    may = {each.pk for each in weighable([estimate for _, estimate in left])}
    return [
        ToWeigh(
            risk.hazard,
            chip_of(estimate, risk.reading.residual.is_provisional),
            estimate.pk in may,
        )
        for risk, estimate in left
    ]


def _chip(reading: AnalysisReading, risk: AcceptedRisk) -> RiskChip:
    estimate = reading.analysis.estimate
    standing = {each.pk for each in risk.current}
    # Whether it is confirmed is said of the risk that stands, not of one that was superseded.
    is_provisional = risk.reading.residual.is_provisional if estimate.pk in standing else None
    return chip_of(estimate, is_provisional)


@dataclass(frozen=True)
class AnalysisDocument:
    """An analysis, whole, with the risk that it is about."""

    reading: AnalysisReading
    risk: AcceptedRisk

    @property
    def row(self) -> AnalysisRow:
        """Its mark and its word."""
        return AnalysisRow(self.reading, _chip(self.reading, self.risk))

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What people wrote before the conclusion, each under its heading."""
        analysis = self.reading.analysis
        return [(label_of(name), getattr(analysis, name)) for name in TEXTS if name != "conclusion"]


def changes_between(before: str, now: str) -> list[FieldChange]:
    """What differs between two analyses, given as the canonical JSON that is signed."""
    old, new = _texts(before), _texts(now)
    return [
        FieldChange(label, old.get(label, ""), text)
        for label, text in new.items()
        if old.get(label, "") != text
    ]


def _texts(content: str) -> dict[str, str]:
    said = json.loads(content)
    texts = {label_of(name): said[name] for name in TEXTS}
    texts["Conclusion"] = Balance(said["balance"]).label if said["balance"] else ""
    texts["The residual risk"] = f"class {said['class']}, {said['severity']} · {said['likelihood']}"
    return texts
