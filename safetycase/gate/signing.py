"""Break-glass releases and release statements as they are signed, and whether they hold."""

import datetime
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from products.choices import ReleaseState
from products.models import Product, Release
from reviews.choices import Meaning, SubjectKind
from reviews.models import SignOff
from reviews.signing.reading import Signatures, signatures_under
from reviews.signing.subject_sources import SubjectAt, register_subjects
from reviews.signing.subjects import Subject, subject_with
from safetycase.gate.findings import ReasonKey
from safetycase.gate.stated import content_of_statement
from safetycase.gate.stating import overtaken_by
from safetycase.models import BreakGlass, GateResult, Issue, ReleaseStatement

#: Who signs a break-glass release as what: both, or it does not hold.
BOTH = (Meaning.APPROVED, Meaning.AUTHORISED)

_NOT_OUT = (ReleaseState.PLANNED, ReleaseState.IN_WORK)


def longest_break_glass() -> int:
    """For how many days a break-glass release may hold. The setting ``BREAK_GLASS_DAYS``."""
    days: int = settings.BREAK_GLASS_DAYS
    return days


# --- Break-glass ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class GlassReading:
    """A break-glass release, what is signed of it, and whether it holds."""

    glass: BreakGlass
    subject: Subject
    signatures: Signatures

    @property
    def reasons(self) -> list[dict[str, str]]:
        """The reasons of the gate that it breaks, as they were when it was asked for."""
        found: list[dict[str, str]] = json.loads(self.glass.blocked_by)
        return found

    @property
    def breaks(self) -> frozenset[ReasonKey]:
        """What those reasons are told by."""
        return frozenset(
            ReasonKey(each["rule"], each["hazard"], each["subject"]) for each in self.reasons
        )

    @property
    def missing(self) -> list[Meaning]:
        """The signatures that it lacks."""
        return [each for each in BOTH if not self.signatures.current(each)]

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return bool(self.glass.expires_on < timezone.localdate())

    @property
    def is_rejected(self) -> bool:
        """Whether somebody refused to sign it: it never changes, so it is asked for anew."""
        return self.signatures.is_rejected

    @property
    def is_signed(self) -> bool:
        """Whether two people have signed it, one as officer and one as executive."""
        people = [
            {each.sign_off.signed_by_id for each in self.signatures.current(meaning)}
            for meaning in BOTH
        ]
        return all(people) and len(set.union(*people)) > 1

    @property
    def holds(self) -> bool:
        """Whether it is signed by both, nobody refused, and its day has not passed."""
        return self.is_signed and not self.is_over and not self.is_rejected

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be signed."""
        return not (self.is_over or self.is_signed or self.is_rejected)

    @property
    def state(self) -> str:
        """Where it stands, in words."""
        if self.is_rejected:
            return "Rejected"
        if self.is_over:
            return "Over"
        return "In force" if self.is_signed else "Waits for signatures"


def glass_subject(glass: BreakGlass) -> Subject:
    """A break-glass release as it is signed; it never changes. It brings product and release."""
    return subject_with(
        glass.product,
        SubjectKind.BREAK_GLASS,
        glass.public_id,
        f"the release of {glass.release.label} in spite of the gate, until "
        f"{glass.expires_on:%-d %B %Y}",
        {
            "product": str(glass.product.public_id),
            "release": str(glass.release.public_id),
            "why": glass.why,
            "interim_measures": glass.interim_measures,
            "expires_on": glass.expires_on,
            "blocked_by": json.loads(glass.blocked_by),
        },
    )


def glasses_of(product: Product, release: Release | None = None) -> "QuerySet[BreakGlass]":
    """The break-glass releases of a product, or of one release; the newest first."""
    found = BreakGlass.objects.filter(product=product)
    if release is not None:
        found = found.filter(release=release)
    return found.select_related("product", "release", "asked_by__profile").order_by("-pk")


def read_glasses(glasses: Sequence[BreakGlass]) -> list[GlassReading]:
    """These break-glass releases with their signatures. Two queries, or none."""
    subjects = [glass_subject(each) for each in glasses]
    signed = signatures_under(subjects)
    return [
        GlassReading(glass, subject, signed[subject.id])
        for glass, subject in zip(glasses, subjects, strict=True)
    ]


def glasses_waiting(product: Product) -> list[GlassReading]:
    """The break-glass releases that wait for a signature, of releases that are not out; ``missing``
    says whose, ``glass.asked_at`` since when. Three queries."""
    still = glasses_of(product).filter(
        expires_on__gte=timezone.localdate(),
        release__state__in=_NOT_OUT,
    )
    return [each for each in read_glasses(list(still)) if each.is_waiting]


# --- Release statements ---------------------------------------------------------------------------


@dataclass(frozen=True)
class StatementReading:
    """A release statement and what is signed of it. ``in_the_way`` says, before the release went
    out, why it could not be stated anew: risk changed, or the report that it names was replaced."""

    statement: ReleaseStatement
    subject: Subject
    signatures: Signatures
    in_the_way: Sequence[str] = ()

    @property
    def holds(self) -> bool:
        """Whether the officer's signature speaks for the release as it is now."""
        return bool(self.signatures.current(Meaning.APPROVED)) and not self.in_the_way

    @property
    def why_not(self) -> list[str]:
        """Why it counts no more, a sentence each; empty while it does."""
        if self.holds:
            return []
        withdrawn = [each for each in self.signatures.readings if each.withdrawal]
        if withdrawn:
            return [f"{withdrawn[-1].sign_off.signer_name} withdrew the signature."]
        return list(self.in_the_way) or [
            "What the release carries, or how that was triaged, changed since it was signed."
        ]

    @property
    def state(self) -> str:
        """Where it stands, in words."""
        if self.holds:
            return "Signed"
        withdrawn = any(each.withdrawal for each in self.signatures.readings)
        return "Withdrawn" if withdrawn else "Out of date"


def statement_subject(statement: ReleaseStatement) -> Subject:
    """A statement as it is signed: what the release carries, and how that was triaged, is in it,
    so that the signature is out of date when the release changes. About six queries.

    Of a release that went out by it, it is what was signed: what is triaged, placed or withdrawn
    later is no part of what went out.
    """
    return subject_with(
        statement.product,
        SubjectKind.STATEMENT,
        statement.public_id,
        f"the statement that release {statement.release.label} changes no clinical risk, covered "
        f"by version {statement.covered_by.number} of the safety case report",
        _went_out_with(statement) or content_of_statement(statement),
    )


def _went_out_with(statement: ReleaseStatement) -> dict[str, Any]:
    """What was signed, where the gate let the release go out by this statement; else nothing."""
    if statement.release.state in _NOT_OUT:
        return {}
    results = GateResult.objects.filter(release=statement.release).order_by("-pk")
    answer = results.values_list("content", flat=True).first()
    judged_by = json.loads(answer)["judged_by"] if answer else {}
    if judged_by.get("statement") != str(statement.public_id):
        return {}
    signed = SignOff.objects.filter(
        subject_kind=SubjectKind.STATEMENT,
        subject_id=statement.public_id,
        meaning=Meaning.APPROVED,
    )
    content: dict[str, Any] = json.loads(signed.get().content)
    return content


def statements_of(product: Product, release: Release | None = None) -> "QuerySet[ReleaseStatement]":
    """The statements of a product, or of one release; the newest first."""
    found = ReleaseStatement.objects.filter(product=product)
    if release is not None:
        found = found.filter(release=release)
    return (
        found.select_related(
            "product", "release", "covered_by__baseline__release", "stated_by__profile"
        )
        .defer("covered_by__baseline__content")
        .order_by("-pk")
    )


def read_statement(statement: ReleaseStatement) -> StatementReading:
    """A statement with its signature, and what stands against it now.

    About fourteen queries; seventy where the record changed since it was last asked.
    """
    subject = statement_subject(statement)
    signed = signatures_under([subject])[subject.id]
    return StatementReading(statement, subject, signed, _in_the_way(statement))


def _in_the_way(statement: ReleaseStatement) -> list[str]:
    """Why it could not be stated now. Of a release that is out nothing is asked any more: its
    statement was asked about in the moment in which it went out."""
    if statement.release.state not in _NOT_OUT:
        return []
    covered_by = statement.covered_by
    covered = covered_by.baseline.release
    newer = Issue.objects.filter(
        product=statement.product, baseline__release=covered, number__gt=covered_by.number
    )
    found = overtaken_by(statement)
    if newer.exists():
        found.insert(0, f"A newer report of release {covered.label} replaced the one it names.")
    return found


def newest_statement(release: Release) -> StatementReading | None:
    """The newest statement for a release, in force or not."""
    newest = statements_of(release.product, release).first()
    return read_statement(newest) if newest else None


def statement_in_force(release: Release) -> StatementReading | None:
    """The newest statement for a release, where it counts; None otherwise."""
    reading = newest_statement(release)
    return reading if reading is not None and reading.holds else None


# --- The page of a signature ----------------------------------------------------------------------


def register_gate_subjects() -> None:
    """Let the page of a signature find what it is under."""
    register_subjects(SubjectKind.BREAK_GLASS, _find_glass)
    register_subjects(SubjectKind.STATEMENT, _find_statement)


def _find_glass(product: Product, public_id: uuid.UUID) -> SubjectAt | None:
    glass = glasses_of(product).filter(public_id=public_id).first()
    if glass is None:
        return None
    over = f"It held until {glass.expires_on:%-d %B %Y}."
    return SubjectAt(
        glass_subject(glass),
        reverse("break_glass", args=[product.slug, glass.release.label, public_id]),
        facts=[
            ("Why it cannot wait", glass.why),
            ("Interim measures", glass.interim_measures),
            ("Until", f"{glass.expires_on:%-d %B %Y}"),
        ],
        why_not=[over] if glass.expires_on < _today() else [],
    )


def _find_statement(product: Product, public_id: uuid.UUID) -> SubjectAt | None:
    statement = statements_of(product).filter(public_id=public_id).first()
    if statement is None:
        return None
    return SubjectAt(
        statement_subject(statement),
        reverse("release_statement", args=[product.slug, statement.release.label]),
        facts=[("Why no clinical risk changes", statement.why)],
        why_not=_in_the_way(statement),
    )


def _today() -> datetime.date:
    return timezone.localdate()
