"""The report of a restored record, in the form of every import's, so that one page shows both."""

from collections.abc import Iterable

from hazards.choices import Acceptability, Stage
from hazards.importing.findings import quoted
from hazards.importing.report import KINDS, Count, HazardLine, Report, Risk
from hazards.record_format.plan import RestorePlan
from hazards.record_format.values import EstimateValue, HazardValue, RecordValue


def restore_report(plan: RestorePlan) -> Report:
    """Before it is carried out what would happen, afterwards what did."""
    value = plan.record.value
    changed = plan.changes_anything
    return Report(
        product=plan.product.slug,
        file=plan.record.file_name,
        sha256=plan.record.sha256,
        sheet="",
        header_rows="",
        rows_read=len(value["hazards"]),
        rows_taken=len(value["hazards"]),
        counts={kind: _count(number, changed) for kind, number in _numbers(value).items()},
        refused=0,
        hazards=[
            _line(hazard, place, changed) for place, hazard in enumerate(value["hazards"], start=1)
        ],
        findings=plan.findings,
        cover={},
        sheets_not_read=[],
        columns_not_read=[],
        changed=changed,
    )


def _numbers(value: RecordValue) -> dict[str, int]:
    hazards = value["hazards"]
    found = {
        "hazards": len(hazards),
        "harms": sum(len(each["harms"]) for each in hazards),
        "causes": sum(len(each["causes"]) for each in hazards),
        "controls": len(value["controls"]),
        "evidence": len(value["evidence"]),
        "estimates": sum(len(each["estimates"]) for each in hazards),
    }
    return {kind: found[kind] for kind in KINDS}


def _count(number: int, changed: bool) -> Count:
    return Count(created=number) if changed else Count(unchanged=number)


def _line(hazard: HazardValue, place: int, changed: bool) -> HazardLine:
    return HazardLine(
        reference=quoted(hazard["imported_reference"] or hazard["reference"], 60),
        name=quoted(hazard["name"]),
        rows=str(place),
        outcome="created" if changed else "unchanged",
        changes=[_contents(hazard)] if changed else [],
        initial=_worst(hazard["estimates"], Stage.INITIAL),
        residual=_worst(hazard["estimates"], Stage.RESIDUAL),
    )


def _contents(hazard: HazardValue) -> str:
    counts = {
        ("harm", "harms"): len(hazard["harms"]),
        ("cause", "causes"): len(hazard["causes"]),
        ("estimate", "estimates"): len(hazard["estimates"]),
    }
    return ", ".join(
        f"{count} {one if count == 1 else many}" for (one, many), count in counts.items() if count
    )


def _worst(estimates: Iterable[EstimateValue], stage: Stage) -> Risk | None:
    """The highest of the newest estimates of each cause, and of the whole hazard."""
    newest = {each["cause"]: each for each in estimates if each["stage"] == stage}
    shown = max(newest.values(), key=lambda each: each["class"], default=None)
    if shown is None:
        return None
    words = str(Acceptability(shown["acceptability"]).label)
    return Risk(shown["class"], shown["severity"], shown["likelihood"], words)
