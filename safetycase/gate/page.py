"""What the gate's page shows, and its summary on the page of the release."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from hazards.models import HazardSummary
from hazards.quality.of_hazard import address_of, address_on_product
from products.choices import ReleaseState
from products.models import Product, Release
from products.permissions import Ability, Standing
from products.queries import newest_unreleased
from safetycase.choices import GateDecision
from safetycase.gate.by_report import SinceReport
from safetycase.gate.findings import GateFinding
from safetycase.gate.frozen import FrozenAnswer, Spite, read_frozen, spite_of
from safetycase.gate.judging import Verdict
from safetycase.gate.last_week import days_of
from safetycase.gate.reading import AT_ONCE, GateReading, gate_for_page, gate_in_brief
from safetycase.gate.signing import StatementReading, read_statement, statements_of
from safetycase.gate.steps import Step
from safetycase.gate.whose import way_of
from safetycase.gate.without_features import Without
from safetycase.gate.words import headline, judged_by_in_words
from safetycase.models import GateDay, GateResult

#: So many findings stand on the page; the list of findings has them all.
MOST = 200

#: Where a release stands while it can still go out.
OPEN = (ReleaseState.PLANNED, ReleaseState.IN_WORK)

TONES = {
    GateDecision.PASS: "good",
    GateDecision.PASS_WITH_WAIVERS: "warn",
    GateDecision.BLOCKED: "bad",
}


@dataclass(frozen=True)
class ShownReason:
    """Something that blocks or would, with the address where it is put right."""

    finding: GateFinding
    url: str


@dataclass(frozen=True)
class GatePage:
    """Everything on the gate's page. ``frozen`` is what was said when the release went out: of one
    that is out it is what the page shows, whatever the record says since."""

    reading: GateReading
    steps: list[Step]
    without: Without | None
    results: Sequence[GateResult]
    statement: StatementReading | None
    days: Sequence[GateDay]
    frozen: FrozenAnswer | None = None

    @property
    def verdict(self) -> Verdict:
        """What was found, as it is shown: when the release went out, or now."""
        return self.frozen.verdict if self.frozen else self.reading.verdict

    @property
    def since(self) -> SinceReport | None:
        """What had changed since the report that judges it: when it went out, or now."""
        return self.frozen.since if self.frozen else self.reading.since

    @property
    def version(self) -> int | None:
        """The version of the report that judges it, or did."""
        if self.frozen is not None:
            return self.frozen.version
        return self.reading.report.number if self.reading.report else None

    @property
    def spite(self) -> Spite | None:
        """What it goes out under in spite of what was found, or went."""
        if self.frozen is not None:
            return self.frozen.spite
        return spite_of(self.reading.glass) if self.reading.glass else None

    @property
    def is_open(self) -> bool:
        """Whether the release can still go out."""
        return self.reading.release.state in OPEN

    @property
    def headline(self) -> str:
        """The answer to “can we ship?”; of a release that is out, since when, and what was said."""
        release = self.reading.release
        if self.is_open:
            return self.today
        if release.state == ReleaseState.WITHDRAWN:
            return f"Release {release.label} is withdrawn."
        said = (
            f"; the gate said {self.result.get_decision_display().lower()}" if self.result else ""
        )
        return f"It has been out since {release.released_on:%-d %B %Y}{said}."

    @property
    def today(self) -> str:
        """What the gate says now."""
        return headline(self.reading)

    @property
    def rests_on(self) -> str:
        """What the answer rests on."""
        return judged_by_in_words(self.reading)

    @property
    def tone(self) -> str:
        """The tone of the answer."""
        if not self.is_open:
            return TONES[GateDecision(self.result.decision)] if self.result else ""
        return TONES[self.reading.decision] if self.reading.is_whole else ""

    @property
    def first(self) -> Step | None:
        """The quickest step."""
        return self.steps[0] if self.steps else None

    @property
    def result(self) -> GateResult | None:
        """What the gate said when the release went out."""
        return self.results[0] if self.results else None

    def shown(self, findings: Sequence[GateFinding]) -> list[ShownReason]:
        """Findings with their addresses."""
        slug = self.reading.product.slug
        return [
            ShownReason(
                each,
                address_of(slug, each.address, each.field)
                if each.address
                else address_on_product(slug, each.field),
            )
            for each in findings
        ]

    @property
    def reasons(self) -> list[ShownReason]:
        """What blocks: the first of it."""
        return self.shown(self.verdict.reasons[:MOST])

    @property
    def blocking(self) -> int:
        """How many findings block."""
        return len(self.verdict.reasons) if self.frozen else self.reading.blocking

    @property
    def more(self) -> int:
        """How many more block than are shown."""
        return self.blocking - len(self.reasons)

    @property
    def let_stand(self) -> list[ShownReason]:
        """What is waived or legacy."""
        return self.shown(self.verdict.let_stand)

    @property
    def broken(self) -> list[ShownReason]:
        """What blocks and is broken."""
        return self.shown(self.verdict.broken)

    @property
    def would_block(self) -> list[ShownReason]:
        """What would block, were it judged by the log and not by its report."""
        return self.shown(self.since.blocking_now) if self.since else []


def gate_page(release: Release) -> GatePage:
    """The gate of a release for its page. About a hundred and thirty queries, however long the log
    is; of a long log what the rules found last, where the release is the one in hand."""
    page = _page_of(gate_for_page(release.product, release))
    if page.is_open or page.result is None:
        return page
    return replace(page, frozen=read_frozen(page.result, release.product))


def _page_of(reading: GateReading) -> GatePage:
    release = reading.release
    steps, without = way_of(reading) if release.state in OPEN else ([], None)
    if reading.more:
        without = None  # of what was not read nobody knows which features it belongs to
    return GatePage(
        reading=reading,
        steps=steps,
        without=without,
        results=results_of(release),
        statement=newest_statement(release),
        days=days_of(release),
    )


def results_of(release: Release) -> list[GateResult]:
    """What the gate said when the release went out, without the whole content. One query."""
    rows = GateResult.objects.filter(release=release).select_related("frozen_by__profile")
    return list(rows.defer("content").order_by("-pk"))


def newest_statement(release: Release) -> StatementReading | None:
    """The newest statement for a release, in force or not."""
    found = statements_of(release.product, release).first()
    return read_statement(found) if found else None


@dataclass(frozen=True)
class GateSummary:
    """The gate on the page of a release; ``page`` is None where it has to be asked on its own."""

    release: Release
    url: str
    page: GatePage | None
    result: GateResult | None
    statement: StatementReading | None
    may_state: bool


def gate_summary(release: Release, standing: Standing) -> GateSummary:
    """What the page of a release says of its gate: the frozen answer once it is out, and until then
    the answer now."""
    is_open = release.state in OPEN
    page = None
    if is_open and _is_quick(release.product, release):
        page = _page_of(gate_in_brief(release.product, release))
    results = page.results if page else results_of(release)
    return GateSummary(
        release=release,
        url=reverse("release_gate", args=[release.product.slug, release.label]),
        page=page,
        result=results[0] if results else None,
        statement=page.statement if page else newest_statement(release),
        may_state=is_open and standing.can(Ability.STATE_RELEASE),
    )


def _is_quick(product: Product, release: Release) -> bool:
    """Whether the answer is there in a moment: of a short log, or of the release in hand."""
    if newest_unreleased(product) == release:
        return True
    return HazardSummary.objects.filter(product=product).count() <= AT_ONCE
