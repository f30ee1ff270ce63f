"""A version as its page shows it: what a person may do now, what is signed, what was frozen."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.urls import reverse

from hazards.presentation import STATUS_TONES, RiskChip
from products.permissions import Ability
from reviews.choices import Meaning, SignatureState, SubjectKind
from reviews.decisions.disagreement import Disagreement
from reviews.models import Rejection, SignOff
from reviews.signing.reading import SignatureReading
from safetycase.access import VersionAt
from safetycase.comparison import Comparison
from safetycase.issuing_rules import VersionState, why_not_sign
from safetycase.models import Baseline
from safetycase.narrative import Narrative, render_narrative
from safetycase.obstacles import against_issuing, against_rejecting, may_reject, signs_as
from safetycase.snapshot.shape import HazardShape, RiskShape
from safetycase.versions.reading import PARTS, VersionReading
from safetycase.versions.steps import is_asked_for

#: The dot beside a version's state.
TONES = {
    VersionState.IN_REVIEW: "accent",
    VersionState.READY: "violet",
    VersionState.REJECTED: "bad",
    VersionState.ISSUED: "good",
}

_TONES_BY_VALUE = {each.value: tone for each, tone in STATUS_TONES.items()}

#: What a button says for each meaning.
VERBS = {
    Meaning.REVIEWED: "Review",
    Meaning.APPROVED: "Approve",
    Meaning.AUTHORISED: "Authorise",
}


@dataclass(frozen=True)
class Button:
    """Something that the person may do now."""

    label: str
    url: str
    is_first: bool = False
    is_danger: bool = False


@dataclass(frozen=True)
class SignedPage:
    """What one person signed on one page: under the report, and with it under the hazard log."""

    reading: SignatureReading
    with_it: list[SignatureReading] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether one of them speaks and another does not."""
        return any(each.state is not self.reading.state for each in self.with_it)


@dataclass(frozen=True)
class FrozenHazard:
    """A hazard as it was frozen, as a row of the table."""

    reference: str
    live_reference: str  # of its page
    name: str
    state_words: str
    is_live: bool
    status_words: str
    tone: str
    initial: RiskChip | None
    residual: RiskChip | None
    residual_is_needed: bool
    accepted_by: str


def version_url(baseline: Baseline, slug: str, *, is_newest: bool = True) -> str:
    """The page of a version; of an attempt that is not what the number stands for, its own."""
    if is_newest:
        return reverse("version_detail", args=[slug, baseline.number])
    return reverse("version_candidate", args=[slug, baseline.public_id])


def url_of(reading: VersionReading, slug: str) -> str:
    """The page of a version that was read."""
    is_newest = reading.issue is not None or not reading.is_overtaken
    return version_url(reading.baseline, slug, is_newest=is_newest)


def name_of(baseline: Baseline) -> str:
    """What a version is called on pages."""
    attempt = f", attempt {baseline.attempt}" if baseline.attempt > 1 else ""
    return f"Version {baseline.number}{attempt}"


def buttons_for(at: VersionAt) -> list[Button]:
    """What the person may do with the version now, the next step first."""
    reading, standing, slug = at.reading, at.standing, at.product.slug
    key = [slug, reading.baseline.public_id]
    buttons = []
    if standing.can(Ability.ISSUE) and not against_issuing(reading):
        buttons.append(Button("Issue", reverse("version_issue", args=key), is_first=True))
    for meaning in signs_as(standing):
        if why_not_sign(reading.facts, at.person.pk, meaning) is None:
            url = reverse("version_sign", args=[*key, meaning.value])
            first = is_asked_for(reading, meaning) and not buttons
            buttons.append(Button(VERBS[meaning], url, is_first=first))
    if may_reject(standing) and not against_rejecting(reading):
        buttons.append(Button("Reject", reverse("version_reject", args=key), is_danger=True))
    if reading.state is VersionState.REJECTED and standing.can(Ability.FREEZE):
        url = f"{reverse('version_freeze', args=[slug])}?release={reading.baseline.release.label}"
        buttons.append(Button("Freeze it again", url, is_first=True))
    return buttons


def why_not_yours(at: VersionAt) -> list[str]:
    """Why the person cannot give a signature that is asked for and that their role gives."""
    return [
        refusal
        for meaning in signs_as(at.standing)
        if is_asked_for(at.reading, meaning)
        and (refusal := why_not_sign(at.reading.facts, at.person.pk, meaning))
    ]


def signed_pages(reading: VersionReading, changes: Comparison | None) -> list[SignedPage]:
    """Every signature on a version, oldest first; what was signed on one page stands together.

    Under an issued version they are out of date once the record has moved on, as ``changes`` say:
    the report stands as it was signed, and what changed since is approved by nobody.
    """
    log = reading.signatures[SubjectKind.HAZARD_LOG].readings
    report = reading.signatures[SubjectKind.REPORT].readings
    if reading.issue is not None and changes is not None and not changes.is_empty:
        report = _out_of_date(report)
        log = _out_of_date(log) if changes.log_differs else log
    return [
        SignedPage(each, [other for other in log if other.sign_off.batch == each.sign_off.batch])
        for each in report
    ]


def _out_of_date(readings: list[SignatureReading]) -> list[SignatureReading]:
    return [
        replace(each, state=SignatureState.OUT_OF_DATE) if each.is_current else each
        for each in readings
    ]


def disagreements_with(readings: Iterable[VersionReading]) -> list[Disagreement]:
    """Who refused these versions or took a signature back, and why; the newest first.

    What was taken back under both parts of a version is told once.
    """
    found = {}
    for reading in readings:
        version = f"version {reading.baseline.number}, attempt {reading.baseline.attempt},"
        for kind in PARTS:
            for refused in reading.signatures[kind].rejections:
                found[refused.public_id] = _disagreement(
                    refused, f"rejected {version}", refused.why
                )
            for each in reading.signatures[kind].readings:
                if each.withdrawal is not None:
                    what = f"withdrew their signature ({each.meaning.label.lower()}) of {version}"
                    found[each.sign_off.batch] = _disagreement(
                        each.withdrawal, what, each.withdrawal.comment
                    )
    return sorted(found.values(), key=lambda each: each.when, reverse=True)


def _disagreement(event: SignOff | Rejection, what: str, why: str) -> Disagreement:
    return Disagreement(
        name=event.signer_name,
        role=event.signer_role,
        when=event.signed_at,
        what=what,
        why=why,
        is_of_this=True,
    )


# --- What was frozen ------------------------------------------------------------------------------


@dataclass(frozen=True)
class FrozenSection:
    """A section of the report as it was frozen."""

    number: int
    title: str
    narrative: Narrative


def frozen_sections(reading: VersionReading) -> list[FrozenSection]:
    """The narrative of the report as it was frozen, as it prints it."""
    values = reading.snapshot["placeholders"]
    return [
        FrozenSection(each["number"], each["title"], render_narrative(each["narrative"], values))
        for each in reading.snapshot["sections"]
    ]


def frozen_hazards(reading: VersionReading) -> list[FrozenHazard]:
    """The hazards of the release as they were frozen, in the log's order."""
    return [_frozen(each) for each in reading.snapshot["hazards"]]


def _frozen(hazard: HazardShape) -> FrozenHazard:
    shown = hazard["residual"]["shown"]
    acceptance = shown["acceptance"] if shown else None
    return FrozenHazard(
        reference=hazard["reference"],
        live_reference=hazard["own_reference"] or hazard["reference"],
        name=hazard["name"],
        state_words=hazard["state_words"],
        is_live=hazard["state"] == "live",
        status_words=hazard["status_words"],
        tone=_TONES_BY_VALUE.get(hazard["status"], ""),
        initial=_chip(hazard["initial"], is_provisional=None),
        residual=_chip(hazard["residual"], hazard["residual"]["is_provisional"]),
        residual_is_needed=hazard["residual"]["is_needed"],
        accepted_by=acceptance["by"] if acceptance else "",
    )


def _chip(risk: RiskShape, is_provisional: bool | None) -> RiskChip | None:
    shown = risk["shown"]
    if shown is None:
        return None
    return RiskChip(
        number=shown["class_number"],
        severity_word=shown["severity"],
        likelihood_word=shown["likelihood"],
        acceptability=shown["acceptability_words"],
        is_provisional=is_provisional,
    )
