"""What the gate said when a release went out, read back from what was frozen then."""

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from hazards.models import Hazard
from hazards.quality.marks import Mark
from products.models import Product
from safetycase.choices import GateDecision
from safetycase.gate.by_report import SinceReport
from safetycase.gate.findings import GateFinding
from safetycase.gate.judging import Verdict
from safetycase.gate.signing import GlassReading
from safetycase.models import GateResult


@dataclass(frozen=True)
class Spite:
    """The break-glass release under which something goes out: why, until when, what protects
    patients meanwhile; ``public_id`` leads to who signed it."""

    public_id: str
    until: datetime.date
    why: str
    interim_measures: str


@dataclass(frozen=True)
class FrozenAnswer:
    """The gate's answer when a release went out. It is never made anew."""

    result: GateResult
    verdict: Verdict
    spite: Spite | None
    since: SinceReport | None
    version: int | None  # of the report that judged it
    judged_by: str


def read_frozen(result: GateResult, product: Product) -> FrozenAnswer:
    """What was frozen, with the hazards' addresses as they are today. One query, or none."""
    content: dict[str, Any] = json.loads(result.content)
    broken, since = content["broken"], content["since"]
    told = [*content["reasons"], *content["let_stand"]]
    told += broken["reasons"] if broken else []
    told += since["would_block_now"] if since else []
    addresses = _addresses(product, {each["hazard"] for each in told if each["hazard"]})

    def findings(said: Iterable[dict[str, Any]]) -> list[GateFinding]:
        return [_finding(each, addresses) for each in said]

    return FrozenAnswer(
        result=result,
        verdict=Verdict(
            GateDecision(content["decision"]),
            reasons=findings(content["reasons"]),
            let_stand=findings(content["let_stand"]),
            broken=findings(broken["reasons"]) if broken else [],
        ),
        spite=_spite(broken) if broken else None,
        since=SinceReport(
            summary=since["summary"],
            hazards=since["hazards"],
            is_empty=not since["hazards"],
            blocking_now=findings(since["would_block_now"]),
        )
        if since
        else None,
        version=content["judged_by"].get("version"),
        judged_by=_judged_by(content["judged_by"]),
    )


def spite_of(reading: GlassReading) -> Spite:
    """The same of a break-glass release that holds today."""
    glass = reading.glass
    return Spite(str(glass.public_id), glass.expires_on, glass.why, glass.interim_measures)


def _spite(broken: dict[str, Any]) -> Spite:
    return Spite(
        public_id=broken["break_glass"],
        until=datetime.date.fromisoformat(broken["until"]),
        why=broken["why"],
        interim_measures=broken["interim_measures"],
    )


def _finding(said: dict[str, Any], addresses: dict[str, str]) -> GateFinding:
    until, hazard = said.get("until"), said["hazard"] or ""
    return GateFinding(
        rule=said["rule"],
        message=said["message"],
        mark=Mark(said.get("because_of", Mark.COUNTS.value)),
        hazard=hazard,
        address=addresses.get(hazard, ""),
        field=said["field"],
        subject=said["subject"],
        waived_until=datetime.date.fromisoformat(until) if until else None,
        waived_because=said.get("because", ""),
    )


def _addresses(product: Product, references: set[str]) -> dict[str, str]:
    """The references in the addresses of hazards, by the references that people know."""
    if not references:
        return {}
    rows = Hazard.objects.filter(product=product).filter(
        Q(reference__in=references) | Q(imported_reference__in=references)
    )
    return {each.display_reference: each.reference for each in rows}


def _judged_by(said: dict[str, Any]) -> str:
    if said["kind"] == "rules":
        return "by the quality rules"
    if said["kind"] == "report":
        return f"by its report, version {said['version']}"
    return f"by the report of release {said['release']}, version {said['version']}"
