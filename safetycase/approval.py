"""What an issued document says of its own approval: plain values, from signatures and issue."""

from dataclasses import dataclass

from products.models import Product
from reviews.choices import Meaning, SubjectKind
from reviews.models import SignOff
from safetycase.models import Issue
from safetycase.snapshot.words import moment, name
from safetycase.versions.reading import PARTS, subjects_of


@dataclass(frozen=True)
class PrintedSignature:
    """A signature as it is printed; ``at`` is a moment in UTC (ISO 8601)."""

    meaning: str
    statement: str
    subject: str
    name: str
    role: str
    job_title: str
    registration: str
    at: str
    method: str
    fingerprint: str
    comment: str = ""


@dataclass(frozen=True)
class Approval:
    """How a version came to be issued: who signed what, and which seal it carries out with it."""

    version: int
    issued_at: str
    issued_by: str
    log_fingerprint: str
    report_fingerprint: str
    content_sha256: str
    seal_number: int
    seal_sha256: str
    changed_since: str
    signatures: list[PrintedSignature]

    def signed(self, meaning: Meaning) -> list[PrintedSignature]:
        """The signatures of one meaning, in the order in which they were given."""
        return [each for each in self.signatures if each.meaning == meaning.value]


def approval_of(issue: Issue, product: Product) -> Approval:
    """The approval of an issued version, with the signatures that stood when it was issued.

    Two queries. What is signed or withdrawn later changes no document.
    """
    baseline = issue.baseline
    subjects = subjects_of(baseline, product)
    signed = (
        SignOff.objects.filter(
            subject_kind__in=PARTS, subject_id=baseline.public_id, signed_at__lte=issue.issued_at
        )
        .exclude(meaning=Meaning.WITHDRAWN)
        .exclude(withdrawal__signed_at__lte=issue.issued_at)
        .order_by("pk")
    )
    return Approval(
        version=issue.number,
        issued_at=moment(issue.issued_at),
        issued_by=name(issue.issued_by),
        log_fingerprint=baseline.log_fingerprint,
        report_fingerprint=baseline.report_fingerprint,
        content_sha256=baseline.sha256,
        seal_number=issue.seal_number,
        seal_sha256=issue.seal_sha256,
        changed_since=issue.changed_since,
        signatures=[
            PrintedSignature(
                meaning=each.meaning,
                statement=each.statement,
                subject=subjects[SubjectKind(each.subject_kind)].label,
                name=each.signer_name,
                role=each.signer_role,
                job_title=each.signer_job_title,
                registration=each.registration,
                at=moment(each.signed_at),
                method=each.method,
                fingerprint=each.fingerprint,
                comment=each.comment,
            )
            for each in signed
        ],
    )
