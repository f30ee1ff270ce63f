"""The gate's answer from what was found: pure, and the same for every way in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from hazards.choices import FindingLevel
from hazards.quality.marks import Mark
from safetycase.choices import GateDecision
from safetycase.gate.findings import GateFinding, ReasonKey


@dataclass(frozen=True)
class Verdict:
    """What the gate says, and of what.

    ``reasons`` keep the release; ``let_stand`` would, were they not waived or legacy; ``broken``
    are reasons in spite of which officer and executive let it go. ``warnings`` are counted alone.
    """

    decision: GateDecision
    reasons: list[GateFinding] = field(default_factory=list)
    let_stand: list[GateFinding] = field(default_factory=list)
    broken: list[GateFinding] = field(default_factory=list)
    warnings: int = 0

    @property
    def passes(self) -> bool:
        """Whether the release can go out."""
        return self.decision is not GateDecision.BLOCKED

    @property
    def waived(self) -> list[GateFinding]:
        """What is let stand because of a waiver."""
        return [each for each in self.let_stand if each.mark is Mark.WAIVED]

    @property
    def legacy(self) -> list[GateFinding]:
        """What is let stand because it came in with a log, on a list that an officer signed."""
        return [each for each in self.let_stand if each.mark is Mark.LEGACY]


def judge(findings: Iterable[GateFinding], glass: Collection[ReasonKey] | None = None) -> Verdict:
    """Judge a release by what was found.

    ``glass`` are the reasons that a break-glass release in force names, None where there is none.
    It lets a release go only where it names every reason that stands, and none of them is one that
    nobody may break; what came after it blocks.
    """
    found = list(findings)
    blocking = [each for each in found if each.blocks]
    let_stand = [each for each in found if each.is_let_stand]
    warnings = sum(each.level is FindingLevel.WARNS and each.mark is Mark.COUNTS for each in found)
    if not blocking:
        decision = GateDecision.PASS_WITH_WAIVERS if let_stand else GateDecision.PASS
        return Verdict(decision, let_stand=let_stand, warnings=warnings)
    if glass is not None and all(each.may_be_broken and each.told_by in glass for each in blocking):
        return Verdict(
            GateDecision.PASS_WITH_WAIVERS,
            let_stand=let_stand,
            broken=blocking,
            warnings=warnings,
        )
    return Verdict(GateDecision.BLOCKED, reasons=blocking, let_stand=let_stand, warnings=warnings)
