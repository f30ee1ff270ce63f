"""The quality rules that need to know versions: who reviewed one, and what an officer approved."""

from collections.abc import Collection, Iterator

from hazards.models import Plan
from hazards.quality.of_hazard import register_page
from hazards.quality.registry import Asked, FoundBy, register_log_source
from hazards.quality.rule import BLOCKS, Found, Rule
from products.models import Product, Release
from reviews.choices import Meaning, SubjectKind
from reviews.plan.reading import plans_of, read_plan, reading_in_force
from safetycase.comparison import Comparison
from safetycase.gate.signing import statement_in_force
from safetycase.issuing_rules import VersionFacts
from safetycase.since import changes_since
from safetycase.versions.reading import PARTS, VersionReading, baselines_of, read_version

NOBODY_ELSE = Rule(
    "PE02",
    BLOCKS,
    "Nobody but the author has reviewed",
    why="Whoever wrote it reads what they meant. A second competent person reads what it says "
    "(clause 7.1.1).",
    good="Frozen by Clara, reviewed by Rita",
    bad="Frozen, reviewed and approved by one person",
    question="Who, besides its author, has read this version of the log and of the report?",
    never_waived=frozenset({"*"}),
)

NOT_APPROVED = Rule(
    "DO01",
    BLOCKS,
    "Not approved by a clinical safety officer",
    why="The plan, each version of the hazard log and each report are approved by a clinical "
    "safety officer (clauses 3.2.2, 3.3.2 and 3.5.2), the log as it goes out, and authorised where "
    "the plan asks for it.",
    good="Plan approved in March; version 2 of log and report approved in May",
    bad="A report of 200 pages and no signature",
    question="Which clinical safety officer approved the plan, this log and this report, and when?",
)

_WORDS = {SubjectKind.HAZARD_LOG: "hazard log", SubjectKind.REPORT: "safety case report"}


def register_quality_rules() -> None:
    """Let the quality rules ask this package."""
    register_page("version", "safety_case")
    register_page("authorisation", "safety_case")
    register_log_source(about_documents, NOBODY_ELSE, NOT_APPROVED)


def about_documents(asked: Asked) -> Iterator[FoundBy]:
    """PE02 and DO01, for the version of the release in hand. About thirty queries; of a version
    that is approved and not issued about fifty more, once after each change of the record.

    A release that an officer's signed statement puts under an earlier report needs none of its own.
    """
    newest = plans_of(asked.product).first()
    if newest is None or not _is_approved(newest):
        yield FoundBy(
            NOT_APPROVED.id,
            Found(
                "Write a clinical risk management plan and have it approved."
                if newest is None
                else "Have the clinical risk management plan approved.",
                "plan",
                "plan",
            ),
        )
    if asked.release is None or statement_in_force(asked.release) is not None:
        return
    version = _version(asked.product, asked.release)
    if version is None or not _signed(version).is_reviewed:
        yield FoundBy(NOBODY_ELSE.id, Found(_ask_for_review(asked, version), "version"))
    for kind in PARTS:
        yield from _about_approval(asked.release.label, version, kind)


def _about_approval(
    label: str, version: VersionReading | None, kind: SubjectKind
) -> Iterator[FoundBy]:
    """What this part of the version lacks until it is approved as it goes out."""
    words = _WORDS[kind]
    if version is None:
        yield _lacks(f"Freeze a version for release {label} and have its {words} approved.", kind)
    elif not _signed(version).people(Meaning.APPROVED, kind):
        yield _lacks(f"The version of release {label} waits: have its {words} approved.", kind)
    elif version.issue is not None:
        return  # it speaks for its release until it is replaced, and the gate says what changed
    elif kind is SubjectKind.HAZARD_LOG:
        changes = _changes_of(version)
        if changes.log_differs:
            yield _lacks(
                f"The hazard log is not the one that was approved with version "
                f"{version.baseline.number}. {changes.summary} Freeze a version for release "
                f"{label} again and have it reviewed and approved.",
                kind,
            )
    elif (
        version.needs_authorisation
        and not _signed(version).people(Meaning.AUTHORISED)
        and not _changes_of(version).log_differs
    ):
        yield _lacks(
            f"The version of release {label} waits: the plan asks the accountable executive to "
            "authorise it.",
            kind,
            "authorisation",
        )


def _lacks(message: str, kind: SubjectKind, field: str = "version") -> FoundBy:
    return FoundBy(NOT_APPROVED.id, Found(message, field, kind))


def _changes_of(version: VersionReading) -> Comparison:
    return changes_since(version.baseline, version.subject_of_report.product)


def _signed(version: VersionReading) -> VersionFacts:
    """Who signed a version, without a look at what was frozen: for those rules alone."""
    return VersionFacts(version.baseline.frozen_by_id, version.signed)


def _is_approved(newest: Plan) -> bool:
    """Whether this plan is approved, or another one is in force while it is drafted."""
    if read_plan(newest).signatures.current(Meaning.APPROVED):
        return True
    return newest.number > 1 and reading_in_force(newest.product) is not None


def stands_without(product: Product, release: Release, hazards: Collection[str]) -> bool:
    """Whether the version of a release has all signatures and is what goes out, once these hazards
    have left it: they came after it was frozen."""
    version = _version(product, release)
    if version is None or not _signed(version).is_reviewed:
        return False
    signed = _signed(version)
    return (
        all(signed.people(Meaning.APPROVED, kind) for kind in PARTS)
        and (not version.needs_authorisation or bool(signed.people(Meaning.AUTHORISED)))
        and _changes_of(version).adds_only(hazards)
    )


def _version(product: Product, release: Release) -> VersionReading | None:
    """What was frozen last for a release, unless somebody rejected it."""
    baseline = baselines_of(product).filter(release=release).first()
    if baseline is None:
        return None
    reading = read_version(baseline, product)
    return None if reading.is_rejected or reading.is_taken_back else reading


def _ask_for_review(asked: Asked, version: VersionReading | None) -> str:
    label = asked.release.label if asked.release else ""
    if version is None:
        return (
            f"Freeze a version for release {label} and have somebody who is not its author "
            "review it."
        )
    return (
        f"Have somebody who is not its author review version {version.baseline.number} for "
        f"release {label}."
    )
