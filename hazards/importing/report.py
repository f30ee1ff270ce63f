"""The report of an import: what became of every row; every finding, where and what to do."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from hazards.choices import HazardStatus, Stage
from hazards.importing.fields import Field
from hazards.importing.findings import Finding, FindingGroup, Level, grouped, quoted
from hazards.importing.planned import Deed, Plan, PlannedEstimate, PlannedHazard
from hazards.models import ImportBatch

#: Kinds of things that are counted, in the order of the report, with their words.
KINDS = {
    "hazards": ("hazard", "hazards"),
    "harms": ("harm", "harms"),
    "causes": ("cause", "causes"),
    "controls": ("control", "controls"),
    "evidence": ("piece of evidence", "pieces of evidence"),
    "estimates": ("estimate", "estimates"),
}


@dataclass
class Count:
    """How many of a kind were created, updated and left as they are."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass
class Risk:
    """The worst risk that the file gives a hazard at a stage, for a page's chip."""

    number: int
    severity_word: str
    likelihood_word: str
    acceptability: str


@dataclass
class HazardLine:
    """What became of the rows of one hazard."""

    reference: str
    name: str
    rows: str
    outcome: str  # created, updated, unchanged, refused
    changes: list[str] = field(default_factory=list)
    initial: Risk | None = None
    residual: Risk | None = None


@dataclass
class Report:
    """The whole report. ``batch`` is the public id of the stored import, '' when none is."""

    product: str
    file: str
    sha256: str
    sheet: str
    header_rows: str
    rows_read: int
    rows_taken: int
    counts: dict[str, Count]
    refused: int
    hazards: list[HazardLine]
    findings: list[Finding]
    cover: dict[str, str]
    sheets_not_read: list[str]
    columns_not_read: list[str]
    changed: bool
    batch: str = ""
    new_evidence: dict[str, int] = field(default_factory=dict)  # by what came out of it

    @property
    def rows_not_taken(self) -> int:
        """Rows that were read and became no part of a hazard."""
        return self.rows_read - self.rows_taken

    def at(self, level: Level) -> list[FindingGroup]:
        """The findings of one level, those that say the same together."""
        return grouped(finding for finding in self.findings if finding.level is level)

    @property
    def refusals(self) -> list[FindingGroup]:
        """Rows that were not brought in."""
        return self.at(Level.REFUSED)

    @property
    def problems(self) -> list[FindingGroup]:
        """What somebody has to look at."""
        return self.at(Level.PROBLEM)

    @property
    def notes(self) -> list[FindingGroup]:
        """How the file was understood."""
        return self.at(Level.NOTE)

    @property
    def hazards_written(self) -> int:
        """How many hazards are created or updated."""
        return self.counts["hazards"].created + self.counts["hazards"].updated

    @property
    def summary(self) -> list[str]:
        """A phrase for each kind of which something is created or updated."""
        phrases = []
        for kind, (one, many) in KINDS.items():
            for deed in ("created", "updated"):
                count = getattr(self.counts[kind], deed)
                if count:
                    phrases.append(f"{count} {one if count == 1 else many} {deed}")
                if count and kind == "evidence" and deed == "created":
                    phrases[-1] += self._of_them
        return phrases

    @property
    def _of_them(self) -> str:
        """What the new evidence is: `` (4 passed, 22 planned)``."""
        told = [f"{count} {what}" for what, count in self.new_evidence.items() if count]
        return f" ({', '.join(told)})" if told else ""

    def as_json(self) -> dict[str, Any]:
        """The report as it is stored and as the command prints it."""
        return {
            "product": self.product,
            "file": self.file,
            "sha256": self.sha256,
            "sheet": self.sheet,
            "header_rows": self.header_rows,
            "rows_read": self.rows_read,
            "rows_taken": self.rows_taken,
            "rows_not_taken": self.rows_not_taken,
            **{kind: asdict(count) for kind, count in self.counts.items()},
            "refused": self.refused,
            "lines": [asdict(line) for line in self.hazards],
            "problems": [finding.as_json() for finding in self.findings],
            "cover": self.cover,
            "sheets_not_read": self.sheets_not_read,
            "columns_not_read": self.columns_not_read,
            "changed": self.changed,
            "batch": self.batch,
            "new_evidence": self.new_evidence,
        }


def report_of(plan: Plan) -> Report:
    """The report of a plan: before it is carried out a preview, afterwards what happened."""
    log = plan.log
    lines = [_line(hazard) for hazard in plan.hazards]
    lines += [
        HazardLine(each.reference, each.name, each.rows, "refused", [each.why])
        for each in [*log.refused, *plan.refused]
    ]
    lines.sort(key=lambda line: int(line.rows.split("–")[0]))
    findings = [*plan.findings, *(f for hazard in plan.hazards for f in _misfits(hazard, plan))]
    findings.sort(key=lambda finding: finding.row)
    taken = sum(1 for line in lines if line.outcome != "refused")
    return Report(
        product=plan.product.slug,
        file=log.file_name,
        sha256=log.sha256,
        sheet=log.sheet,
        header_rows=log.header_rows,
        rows_read=log.rows_read,
        rows_taken=log.rows_taken - plan.rows_refused,
        counts=_counts(plan.hazards),
        refused=len(lines) - taken,
        hazards=lines,
        findings=findings,
        cover=log.cover,
        sheets_not_read=log.sheets_not_read,
        columns_not_read=log.columns_not_read,
        changed=plan.changes_anything,
        new_evidence=_new_evidence(plan.hazards),
    )


def stored_report(batch: ImportBatch) -> Report:
    """The report that an import left behind."""
    return report_from(json.loads(batch.report))


def report_from(stored: dict[str, Any]) -> Report:
    """A report as ``as_json`` said it."""
    return Report(
        product=stored["product"],
        file=stored["file"],
        sha256=stored["sha256"],
        sheet=stored["sheet"],
        header_rows=stored["header_rows"],
        rows_read=stored["rows_read"],
        rows_taken=stored["rows_taken"],
        counts={kind: Count(**stored[kind]) for kind in KINDS},
        refused=stored["refused"],
        hazards=[_stored_line(line) for line in stored["lines"]],
        findings=[
            Finding(**{**finding, "level": Level(finding["level"])})
            for finding in stored["problems"]
        ],
        cover=stored["cover"],
        sheets_not_read=stored["sheets_not_read"],
        columns_not_read=stored["columns_not_read"],
        changed=stored["changed"],
        batch=stored["batch"],
        new_evidence=stored.get("new_evidence", {}),  # reports of before have none
    )


def _stored_line(stored: dict[str, Any]) -> HazardLine:
    risks = {stage: Risk(**stored[stage]) if stored[stage] else None for stage in Stage.values}
    return HazardLine(**{**stored, **risks})


def _line(planned: PlannedHazard) -> HazardLine:
    parsed = planned.parsed
    return HazardLine(
        reference=planned.reference,
        name=parsed.name,
        rows=parsed.rows,
        outcome=planned.deed.value,
        changes=planned.changes if planned.standing else [_contents(planned)],
        initial=_risk(planned.estimates, Stage.INITIAL),
        residual=_risk(planned.estimates, Stage.RESIDUAL),
    )


def _contents(planned: PlannedHazard) -> str:
    """What a new hazard comes with: ``3 causes, 6 controls``."""
    counts = {
        ("harm", "harms"): len(planned.harms),
        ("cause", "causes"): len(planned.causes),
        ("control", "controls"): len(planned.controls),
        ("piece of evidence", "pieces of evidence"): len(planned.tests),
    }
    return ", ".join(
        f"{count} {one if count == 1 else many}" for (one, many), count in counts.items() if count
    )


def _risk(estimates: Iterable[PlannedEstimate], stage: Stage) -> Risk | None:
    squares = [each.square for each in estimates if each.parsed.stage is stage]
    if not squares:
        return None
    worst = max(
        squares,
        key=lambda square: (square.number, square.severity.position, square.likelihood.position),
    )
    return Risk(worst.number, worst.severity.word, worst.likelihood.word, worst.acceptability)


def _misfits(planned: PlannedHazard, plan: Plan) -> list[Finding]:
    if not planned.misfits or planned.status is None:
        return []
    status = HazardStatus(planned.status).label
    return [
        Finding(
            Level.PROBLEM,
            plan.log.sheet,
            planned.parsed.cells.get(Field.STATUS, ""),
            found=status,
            done="The file's status was kept, although it does not fit yet: "
            f"{' '.join(planned.misfits)}",
            todo="Resolve what is missing, or set the status back to open.",
            reference=quoted(planned.parsed.called, 60),
        )
    ]


def _new_evidence(hazards: list[PlannedHazard]) -> dict[str, int]:
    words = {"": "planned", "pass": "passed", "fail": "failed", "inconclusive": "inconclusive"}
    new = Counter(
        words[test.details.get("result", "")]
        for hazard in hazards
        for test in hazard.tests
        if test.deed is Deed.ADD
    )
    return {word: new[word] for word in words.values() if new[word]}


def _counts(hazards: list[PlannedHazard]) -> dict[str, Count]:
    deeds: dict[str, Counter[Deed]] = {kind: Counter() for kind in KINDS}
    for hazard in hazards:
        deeds["hazards"][hazard.deed] += 1
        deeds["harms"].update(each.deed for each in hazard.harms)
        deeds["causes"].update(each.deed for each in hazard.causes)
        deeds["controls"].update(each.deed for each in hazard.controls)
        deeds["evidence"].update(each.deed for each in hazard.tests)
        deeds["estimates"].update(each.deed for each in hazard.estimates)
    return {
        kind: Count(
            created=counted[Deed.ADD],
            updated=counted[Deed.EDIT],
            unchanged=counted[Deed.KEEP] + counted[Deed.LEAVE_OUT],
        )
        for kind, counted in deeds.items()
    }
