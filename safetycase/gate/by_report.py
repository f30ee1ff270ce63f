"""A release as its issued report judges it, and what has changed since that was frozen."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from hazards.choices import FindingLevel
from hazards.models import Waiver
from hazards.quality.marks import Mark, is_covered, waivers_in_force
from products.models import Product, Release
from reviews.choices import Meaning, SubjectKind
from safetycase.gate.findings import GateFinding
from safetycase.models import Issue
from safetycase.report_quality import quality_in
from safetycase.since import changes_since
from safetycase.snapshot.gate_shapes import GateReasonShape
from safetycase.snapshot.quality_shapes import WaiverShape
from safetycase.snapshot.shape import Snapshot
from safetycase.versions.reading import PARTS, VersionReading, issues_of, read_version

_PART_WORDS = {SubjectKind.HAZARD_LOG: "hazard log", SubjectKind.REPORT: "report"}


@dataclass(frozen=True)
class SinceReport:
    """What changed after a report was frozen. ``hazards`` are references; ``blocking_now`` is what
    would block the release if it were judged by the log as it is now."""

    summary: str
    hazards: list[str] = field(default_factory=list)
    is_empty: bool = True
    blocking_now: list[GateFinding] = field(default_factory=list)


def issue_for(product: Product, release: Release) -> Issue | None:
    """The issued report of a release: the newest, which replaces any before it."""
    return issues_of(product).filter(baseline__release=release).first()


def findings_of_report(product: Product, issue: Issue) -> list[GateFinding]:
    """What stands against a release, or is let stand, by its issued report. About fifteen queries.

    What the gate said when it was frozen; a waiver that ended since counts again, and a signature
    that was withdrawn since approves nothing.
    """
    reading = read_version(issue.baseline, product)
    waivers = _Waivers(product, timezone.localdate())
    return [
        *_of_signatures(reading),
        *(waivers.as_today(each) for each in _frozen(reading.snapshot)),
    ]


def read_since_report(product: Product, issue: Issue, live: Iterable[GateFinding]) -> SinceReport:
    """What changed since a report was frozen; ``live`` is what the rules find now."""
    changes = changes_since(issue.baseline, product)
    return SinceReport(
        summary=changes.summary,
        hazards=[each.reference for each in changes.hazards],
        is_empty=changes.is_empty,
        blocking_now=[each for each in live if each.blocks and not each.waits_for_version],
    )


def _of_signatures(reading: VersionReading) -> list[GateFinding]:
    """An approval or a review that its signer withdrew after the report was issued."""
    number, found = reading.baseline.number, []
    for kind in PARTS:
        if not reading.signatures[kind].current(Meaning.APPROVED):
            found.append(
                GateFinding(
                    rule="DO01",
                    message=f"The approval of the {_PART_WORDS[kind]}, version {number}, was "
                    "withdrawn after it was issued: freeze a new version and have it approved.",
                    field="version",
                    subject=kind.value,
                )
            )
    author = reading.baseline.frozen_by_id
    reviewed = all(
        any(each.sign_off.signed_by_id != author for each in signed.current(Meaning.REVIEWED))
        for signed in reading.signatures.values()
    )
    if not reviewed:
        found.append(
            GateFinding(
                rule="PE02",
                message=f"The review of version {number} was withdrawn after it was issued: "
                "freeze a new version and have somebody who is not its author review it.",
                field="version",
            )
        )
    return found


def _frozen(snapshot: Snapshot) -> list[GateFinding]:
    """What the gate said when the report was frozen; of one that is older than the gate, the
    waivers that it prints."""
    shape = snapshot.get("gate")
    if shape is not None:
        return [_thawed(each) for each in (*shape["reasons"], *shape["let_stand"])]
    quality = quality_in(snapshot)
    waivers = quality.waivers if quality else []
    return [
        _of_waiver(each)
        for each in waivers
        if each["level"] == FindingLevel.BLOCKS and each.get("holds", True)
    ]


def _thawed(shape: GateReasonShape) -> GateFinding:
    until = shape["waived_until"]
    return GateFinding(
        rule=shape["rule"],
        message=shape["message"],
        mark=Mark(shape["mark"]),
        hazard=shape["hazard"],
        address=shape["address"],
        field=shape["field"],
        subject=shape["subject"],
        waived_until=datetime.date.fromisoformat(until) if until else None,
        waived_because=shape["waived_because"],
        waiver=shape["waiver"],
    )


def _of_waiver(shape: WaiverShape) -> GateFinding:
    return GateFinding(
        rule=shape["rule"],
        message=shape["about"] or shape["title"],
        mark=Mark.WAIVED,
        hazard=shape["hazard"],
        waived_until=datetime.date.fromisoformat(shape["until"]),
        waived_because=shape["because"],
        waiver=shape["public_id"],
    )


class _Waivers:
    """The waivers of a product as they are today, against those that were frozen."""

    def __init__(self, product: Product, today: datetime.date) -> None:
        self.product, self.today = product, today
        self._in_force: list[Waiver] | None = None

    @property
    def in_force(self) -> Sequence[Waiver]:
        """Those in force today, read when the first is asked for."""
        if self._in_force is None:
            self._in_force = list(waivers_in_force(self.product, self.today))
        return self._in_force

    def as_today(self, frozen: GateFinding) -> GateFinding:
        """What was waived counts again when its waiver is over, unless another one covers it."""
        if frozen.mark is not Mark.WAIVED:
            return frozen
        if any(str(each.public_id) == frozen.waiver for each in self.in_force):
            return frozen
        again = self._given_again(frozen)
        if again is not None:
            return frozen._replace(
                waived_until=again.expires_on,
                waived_because=again.because,
                waiver=str(again.public_id),
            )
        ended = frozen.waived_until
        when = f" on {ended:%-d %B %Y}" if ended and ended < self.today else " since"
        return frozen._replace(
            mark=Mark.COUNTS,
            message=f"{frozen.message.rstrip('.')}. It was waived when the report was frozen; the "
            f"waiver ended{when}.",
        )

    def _given_again(self, frozen: GateFinding) -> Waiver | None:
        was = Waiver.objects.filter(product=self.product, public_id=frozen.waiver).first()
        if was is None:
            return None
        return next(
            (
                each
                for each in self.in_force
                if (each.hazard_id, each.rule, each.subject)
                == (was.hazard_id, was.rule, was.subject)
                and is_covered(FindingLevel.BLOCKS, each)
            ),
            None,
        )
