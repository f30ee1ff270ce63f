"""What the gate judges: plain values, wherever they were read."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from hazards.choices import FindingLevel
from hazards.quality.marks import Mark
from hazards.quality.of_release import ReleaseFinding
from hazards.quality.rule import RULES

#: The kinds of what is signed for a release: DO01 names them as its subjects.
VERSION_PARTS = frozenset({"hazard_log", "report"})


class ReasonKey(NamedTuple):
    """What a reason is told by: the rule, the hazard's reference ('' for the product), the subject.

    References stay what they are, so that what was frozen is found again.
    """

    rule: str
    hazard: str
    subject: str


class GateFinding(NamedTuple):
    """A finding as the gate sees it. ``hazard`` is a reference as people know it, '' for the
    product; ``address`` the one in its page's address; ``key`` its key, None where it was read from
    what is frozen."""

    rule: str
    message: str
    level: FindingLevel = FindingLevel.BLOCKS
    mark: Mark = Mark.COUNTS
    hazard: str = ""
    address: str = ""
    key: int | None = None
    field: str = ""
    subject: str = ""
    waived_until: datetime.date | None = None
    waived_because: str = ""
    waiver: str = ""  # its public id

    @property
    def told_by(self) -> ReasonKey:
        """What it is told by."""
        return ReasonKey(self.rule, self.hazard, self.subject)

    @property
    def blocks(self) -> bool:
        """Whether it keeps the release from going out."""
        return self.level is FindingLevel.BLOCKS and self.mark is Mark.COUNTS

    @property
    def is_let_stand(self) -> bool:
        """Whether it would block, were it not waived or on a signed list of legacy findings."""
        return self.level is FindingLevel.BLOCKS and self.mark is not Mark.COUNTS

    @property
    def title(self) -> str:
        """What the rule is called; '' for one that is in force no more."""
        rule = RULES.get(self.rule)
        return rule.title if rule else ""

    @property
    def waits_for_version(self) -> bool:
        """Whether freezing and signing a version for the release is all that it asks."""
        return is_about_version(self.rule, self.subject)

    @property
    def may_be_broken(self) -> bool:
        """Whether a release may go out in spite of it, by officer and executive together.

        Never what nobody may waive (an unacceptable residual risk, no current officer, nobody who
        reviewed), and never what ``NEVER_BROKEN`` says.
        """
        rule = RULES.get(self.rule)
        return (
            rule is not None and self.rule not in NEVER_BROKEN and rule.may_be_waived(self.subject)
        )


#: Rules that nobody breaks though one may waive them: what is not approved (DO01), and a risk that
#: is not estimated (SC02) or has another class in the matrix in force (SC01), which may be the one
#: that nobody may accept. SC07 reads the class as it was recorded, so after a new matrix SC01 alone
#: tells. All of SC01: an initial risk is what remains where no residual one was asked for, and to
#: estimate again takes minutes, as with SC02.
NEVER_BROKEN = frozenset({"DO01", "SC01", "SC02"})


def never_broken(findings: Iterable[GateFinding]) -> list[GateFinding]:
    """What blocks, and no release may go out in spite of; a version that is yet to be signed aside,
    where an issued report judges."""
    return [
        each
        for each in findings
        if each.blocks and not each.may_be_broken and not each.waits_for_version
    ]


def is_about_version(rule: str, subject: str) -> bool:
    """Whether a finding asks for a version of the release, or for what is signed on it."""
    return rule == "PE02" or (rule == "DO01" and subject in VERSION_PARTS)


def of_release_finding(found: ReleaseFinding) -> GateFinding:
    """A finding that the rules make of a release."""
    return GateFinding(
        rule=found.rule,
        message=found.message,
        level=found.level,
        mark=found.mark,
        hazard=found.reference,
        address=found.address,
        key=found.hazard,
        field=found.field,
        subject=found.subject,
        waived_until=found.waiver.expires_on if found.waiver else None,
        waived_because=found.waiver.because if found.waiver else "",
        waiver=str(found.waiver.public_id) if found.waiver else "",
    )
