"""The gate of one release, read: by the rules as the record is now, or by its issued report."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.utils import timezone

from audit.canonical import canonical_json, sha256_of
from hazards.models import HazardSummary
from products.models import Product, Release
from reviews.plan.reading import officers_of
from safetycase.choices import GateDecision
from safetycase.gate.by_report import (
    SinceReport,
    findings_of_report,
    issue_for,
    read_since_report,
)
from safetycase.gate.findings import GateFinding, never_broken
from safetycase.gate.judging import Verdict, judge
from safetycase.gate.live import findings_kept, findings_now
from safetycase.gate.record import newest_check_found_damage
from safetycase.gate.signing import (
    GlassReading,
    StatementReading,
    glasses_of,
    newest_statement,
    read_glasses,
)
from safetycase.models import Issue

#: The number of the shape of what the fingerprint is of.
CONTENT = 1
#: Hazards that are looked through while somebody waits for the page; of more, what was kept.
AT_ONCE = 200


@dataclass(frozen=True)
class GateReading:
    """What the gate says of a release, and what it rests on.

    ``report`` is the issued report that judges it, ``statement`` the signed one that names a report
    of an earlier release; with neither, the rules judge it. ``lapsed`` is a statement that counts
    no more. ``is_whole`` is False while the rules still have to look at hazards that changed.
    """

    product: Product
    release: Release
    verdict: Verdict
    live: Sequence[GateFinding] = ()  # what the rules find now, whatever judges it
    report: Issue | None = None
    statement: StatementReading | None = None
    lapsed: StatementReading | None = None
    since: SinceReport | None = None
    glass: GlassReading | None = None
    is_whole: bool = True
    more: int = 0  # findings that block besides the reasons, where the answer was read in brief
    glasses: Sequence[GlassReading] = field(default_factory=tuple)

    @property
    def decision(self) -> GateDecision:
        """Pass, pass with waivers, or blocked."""
        return self.verdict.decision

    @property
    def reasons(self) -> list[GateFinding]:
        """What keeps the release."""
        return self.verdict.reasons

    @property
    def blocking(self) -> int:
        """How many findings keep the release."""
        return len(self.reasons) + self.more

    @property
    def can_go(self) -> bool:
        """Whether it passes, and nothing is left to look at."""
        return self.verdict.passes and self.is_whole

    @cached_property
    def content(self) -> dict[str, Any]:
        """Everything that the gate says, as plain values: what the fingerprint is of."""
        return {
            "projection": CONTENT,
            "product": str(self.product.public_id),
            "release": self.release.label,
            "judged_by": self._judged_by,
            "decision": self.decision.value,
            "reasons": [_said(each) for each in _in_order(self.reasons)],
            "let_stand": [_let_stand(each) for each in _in_order(self.verdict.let_stand)],
            "broken": self._broken,
            "since": self._since,
        }

    @cached_property
    def text(self) -> str:
        """The content as canonical JSON."""
        return canonical_json(self.content)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the content."""
        return sha256_of(self.text)

    @property
    def _judged_by(self) -> dict[str, Any]:
        if self.report is None:
            return {"kind": "rules"}
        of_report = {
            "version": self.report.number,
            "release": self.report.baseline.release.label,
            "report_fingerprint": self.report.baseline.report_fingerprint,
        }
        if self.statement is None:
            return {"kind": "report", **of_report}
        return {
            "kind": "statement",
            **of_report,
            "statement": str(self.statement.statement.public_id),
        }

    @property
    def _broken(self) -> dict[str, Any] | None:
        if self.glass is None or not self.verdict.broken:
            return None
        glass = self.glass.glass
        return {
            "break_glass": str(glass.public_id),
            "until": glass.expires_on.isoformat(),
            "why": glass.why,
            "interim_measures": glass.interim_measures,
            "reasons": [_said(each) for each in _in_order(self.verdict.broken)],
        }

    @property
    def _since(self) -> dict[str, Any] | None:
        if self.since is None:
            return None
        return {
            "summary": self.since.summary,
            "hazards": self.since.hazards,
            "would_block_now": [_said(each) for each in _in_order(self.since.blocking_now)],
        }


def _in_order(findings: Sequence[GateFinding]) -> list[GateFinding]:
    return sorted(findings, key=lambda each: (each.hazard, each.rule, each.subject))


def _said(found: GateFinding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "hazard": found.hazard or None,
        "field": found.field,
        "subject": found.subject,
        "message": found.message,
    }


def _let_stand(found: GateFinding) -> dict[str, Any]:
    until = found.waived_until.isoformat() if found.waived_until else None
    return _said(found) | {
        "because_of": found.mark.value,
        "until": until,
        "because": found.waived_because,
    }


def read_gate(product: Product, release: Release) -> GateReading:
    """The gate of a release, read from the record now: what somebody decides by.

    About a hundred queries and a second for every 1,000 hazards.
    """
    return _read(product, release, findings_now(product, release), is_whole=True)


def gate_for_page(product: Product, release: Release) -> GateReading:
    """The same for a page: of a long log from what the rules found last, where that is whole."""
    if HazardSummary.objects.filter(product=product).count() > AT_ONCE:
        kept = findings_kept(product, release)
        if kept is not None and (kept.is_whole or any(each.blocks for each in kept.findings)):
            return _read(product, release, kept.findings, is_whole=kept.is_whole)
    return read_gate(product, release)


def gate_in_brief(product: Product, release: Release) -> GateReading:
    """The same for the release in hand from what was kept alone, in a constant number of queries;
    ``is_whole`` says whether the rules have looked at everything."""
    kept = findings_kept(product, release, briefly=True)
    if kept is None:
        return read_gate(product, release)
    reading = _read(product, release, kept.findings, is_whole=kept.is_whole, with_since=False)
    return replace(reading, more=kept.more) if reading.report is None else reading


def _read(
    product: Product,
    release: Release,
    live: Sequence[GateFinding],
    *,
    is_whole: bool,
    with_since: bool = True,
) -> GateReading:
    report = issue_for(product, release)
    stated = newest_statement(release) if report is None else None
    statement = stated if stated is not None and stated.holds else None
    if statement is not None:
        report = statement.statement.covered_by
    findings = findings_of_report(product, report) if report else live
    since = read_since_report(product, report, live) if report and with_since else None
    glasses = read_glasses(list(glasses_of(product, release)))
    glass = glass_in_force(product, glasses)
    if glass is not None and report is not None:
        # Under broken glass nobody relies on a report that does not tell of it.
        findings = [*findings, *_not_told(never_broken(live), findings)]
    return GateReading(
        product=product,
        release=release,
        verdict=judge(findings, glass.breaks if glass else None),
        live=live,
        report=report,
        statement=statement,
        lapsed=stated if statement is None else None,
        since=since,
        glass=glass,
        is_whole=is_whole or report is not None,
        glasses=glasses,
    )


def _not_told(found: Sequence[GateFinding], already: Sequence[GateFinding]) -> list[GateFinding]:
    told = {each.told_by for each in already if each.blocks}
    return [each for each in found if each.told_by not in told]


def glass_in_force(product: Product, glasses: Sequence[GlassReading]) -> GlassReading | None:
    """The newest that holds; none without a current officer, or where the record is damaged."""
    holding = next((each for each in glasses if each.holds), None)
    if holding is None or newest_check_found_damage(product):
        return None
    has_officer = any(officer.is_current for officer in officers_of(product))
    return holding if has_officer else None


def as_json(reading: GateReading) -> dict[str, Any]:
    """The gate's answer as the command and the API give it."""
    return {
        "product": reading.product.slug,
        "release": reading.release.label,
        "asked_at": timezone.now().isoformat(timespec="seconds"),
        **{name: value for name, value in reading.content.items() if name in _IN_JSON},
        "warnings": reading.verdict.warnings,
        "fingerprint": reading.fingerprint,
    }


_IN_JSON = ("judged_by", "decision", "reasons", "let_stand", "broken", "since")
