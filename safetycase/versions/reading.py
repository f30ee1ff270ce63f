"""Frozen versions with their signatures: where each stands, and what it still lacks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from django.db.models import F, Max, QuerySet

from products.models import Product, Release
from reviews.choices import Meaning, SubjectKind
from reviews.plan.reading import officers_of
from reviews.signing.reading import SignatureReading, Signatures, signatures_under
from reviews.signing.subjects import Subject
from safetycase.issuing_rules import (
    Signed,
    VersionFacts,
    VersionState,
    missing_signatures,
    version_state,
    why_not_issued,
)
from safetycase.models import Baseline, Issue, RenderedPdf
from safetycase.snapshot import Snapshot

#: The two parts of a version, which are signed each by itself.
PARTS = (SubjectKind.HAZARD_LOG, SubjectKind.REPORT)


@dataclass
class VersionReading:
    """A frozen version, everything signed on it, and where it stands."""

    baseline: Baseline
    subjects: dict[SubjectKind, Subject]
    signatures: dict[SubjectKind, Signatures]
    issue: Issue | None
    pdf: RenderedPdf | None
    is_overtaken: bool
    replaced_by: Issue | None
    officers: frozenset[int] = field(default_factory=frozenset)

    @cached_property
    def snapshot(self) -> Snapshot:
        """What was frozen."""
        return snapshot_of(self.baseline)

    @cached_property
    def gaps(self) -> list[str]:
        """What in the frozen content keeps it from being issued."""
        return why_not_issued(self.snapshot)

    @cached_property
    def signed(self) -> list[Signed]:
        """The signatures that speak, without a look at what was frozen."""
        return [
            Signed(
                person=each.sign_off.signed_by_id,
                kind=kind,
                meaning=each.meaning,
                by_current_officer=each.sign_off.signed_by_id in self.officers,
            )
            for kind, signatures in self.signatures.items()
            for each in signatures.readings
            if each.is_current
        ]

    @cached_property
    def facts(self) -> VersionFacts:
        """What the rules need to know.

        What is issued, rejected or overtaken stays so whatever it says: a list need not read it.
        """
        is_open = not (self.issue or self.is_rejected or self.is_overtaken)
        return VersionFacts(
            author=self.baseline.frozen_by_id,
            signed=self.signed,
            is_rejected=self.is_rejected,
            is_overtaken=self.is_overtaken,
            is_issued=self.issue is not None,
            is_replaced=self.replaced_by is not None,
            is_taken_back=self.is_taken_back,
            needs_authorisation=not is_open or self.needs_authorisation,
            is_complete=not is_open or not self.gaps,
        )

    @property
    def is_rejected(self) -> bool:
        """Whether somebody refused to sign it."""
        return any(each.is_rejected for each in self.signatures.values())

    @property
    def is_taken_back(self) -> bool:
        """Whether its author withdrew a signature that they gave by freezing it."""
        return any(
            each.meaning is Meaning.AUTHORED and each.withdrawal is not None
            for signatures in self.signatures.values()
            for each in signatures.readings
        )

    @property
    def needs_authorisation(self) -> bool:
        """Whether the plan that it names asks the accountable executive to authorise it."""
        plan = self.snapshot["plan"]
        return plan is None or plan["needs_authorisation"]

    @property
    def state(self) -> VersionState:
        """Where it stands."""
        return version_state(self.facts)

    @property
    def subject_of_report(self) -> Subject:
        """The report, as it is signed."""
        return self.subjects[SubjectKind.REPORT]

    @property
    def missing(self) -> list[str]:
        """Everything that keeps it from being issued."""
        return [*self.gaps, *missing_signatures(self.facts)]

    @property
    def pages_of_signatures(self) -> list[tuple[Meaning, list[SignatureReading]]]:
        """The signatures by what they mean, each page of them once, oldest first.

        Who signs hazard log and report signs one page; the report's signature speaks for both.
        """
        readings = self.signatures[SubjectKind.REPORT].readings
        by_meaning = [
            (meaning, [each for each in readings if each.meaning is meaning]) for meaning in Meaning
        ]
        return [(meaning, found) for meaning, found in by_meaning if found]


def snapshot_of(baseline: Baseline) -> Snapshot:
    """The snapshot that a baseline holds."""
    return cast(Snapshot, json.loads(baseline.content))


def subjects_of(baseline: Baseline, product: Product) -> dict[SubjectKind, Subject]:
    """The two parts of a version as they are signed."""
    attempt = f" (attempt {baseline.attempt})" if baseline.attempt > 1 else ""
    words = {SubjectKind.HAZARD_LOG: "hazard log", SubjectKind.REPORT: "safety case report"}
    prints = {
        SubjectKind.HAZARD_LOG: baseline.log_fingerprint,
        SubjectKind.REPORT: baseline.report_fingerprint,
    }
    return {
        kind: Subject(
            product=product,
            kind=kind,
            id=baseline.public_id,
            label=f"version {baseline.number}{attempt} of the {words[kind]}",
            fingerprint=prints[kind],
            projection=baseline.projection,
        )
        for kind in PARTS
    }


def baselines_of(product: Product) -> QuerySet[Baseline]:
    """Everything that was frozen of a product, the newest first, without the frozen text."""
    baselines: QuerySet[Baseline] = Baseline.objects.filter(product=product)
    return (
        baselines.select_related("release", "frozen_by__profile", "issue__pdf", "replaces")
        .defer("content")
        .order_by("-number", "-attempt")
    )


def issues_of(product: Product) -> QuerySet[Issue]:
    """The issued versions of a product, the newest first, with what was frozen and the PDF."""
    issues: QuerySet[Issue] = Issue.objects.filter(product=product)
    return issues.select_related("baseline__release", "issued_by__profile", "pdf").order_by(
        "-number"
    )


def attempts_at(product: Product, number: int) -> QuerySet[Baseline]:
    """Everything that was frozen towards a version, the newest first."""
    return baselines_of(product).filter(number=number)


def newest_of(product: Product, number: int) -> Baseline | None:
    """What was frozen last towards a version, or what was issued as it."""
    return (
        attempts_at(product, number).order_by(F("issue").asc(nulls_last=True), "-attempt").first()
    )


@dataclass(frozen=True)
class NextVersion:
    """What is frozen next: its number, the attempt, and the issued version that it replaces."""

    number: int
    attempt: int
    replaces: Baseline | None


def next_version(product: Product, release: Release) -> NextVersion:
    """The version that a freeze would make now; it replaces the newest one of the same release."""
    issues = Issue.objects.filter(product=product)
    number = (issues.aggregate(most=Max("number"))["most"] or 0) + 1
    tried = Baseline.objects.filter(product=product, number=number)
    attempt = (tried.aggregate(most=Max("attempt"))["most"] or 0) + 1
    newest = (
        issues.filter(baseline__release=release)
        .select_related("baseline")
        .defer("baseline__content")
        .order_by("-number")
        .first()
    )
    return NextVersion(number, attempt, newest.baseline if newest else None)


def read_version(baseline: Baseline, product: Product) -> VersionReading:
    """A version with its signatures. About ten queries."""
    return read_versions([baseline], product)[0]


def read_versions(baselines: Sequence[Baseline], product: Product) -> list[VersionReading]:
    """These versions of a product, each with its signatures. About ten queries."""
    subjects = {each.pk: subjects_of(each, product) for each in baselines}
    signed = {
        kind: signatures_under([subjects[each.pk][kind] for each in baselines]) for kind in PARTS
    }
    officers = frozenset(
        each.membership.person_id for each in officers_of(product) if each.is_current
    )
    newest_attempt = dict(
        Baseline.objects.filter(product=product)
        .order_by("number")
        .values_list("number")
        .annotate(newest=Max("attempt"))
    )
    issues = {
        each.baseline_id: each
        for each in Issue.objects.filter(product=product)
        .select_related("pdf", "issued_by__profile", "baseline__replaces")
        .defer("baseline__content", "baseline__replaces__content")
    }
    issued_numbers = {each.number: each.baseline_id for each in issues.values()}
    replaced = {
        each.baseline.replaces_id: each for each in issues.values() if each.baseline.replaces_id
    }
    return [
        VersionReading(
            baseline=each,
            subjects=subjects[each.pk],
            signatures={kind: signed[kind][each.public_id] for kind in PARTS},
            issue=issues.get(each.pk),
            pdf=getattr(issues.get(each.pk), "pdf", None),
            is_overtaken=each.attempt < newest_attempt[each.number]
            or issued_numbers.get(each.number, each.pk) != each.pk,
            replaced_by=replaced.get(each.pk),
            officers=officers,
        )
        for each in baselines
    ]
