"""The check of the record names what somebody altered in versions, signatures, issues and files.

Each attack is plain SQL past every trigger; what the ledger finds besides is tested with it.
"""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from accounts.models import User
from audit.acts import act
from audit.canonical import canonical_json, sha256_of
from audit.sealing import seal_everything
from audit.verifying.registry import registered_verifiers
from products.models import Product
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Meaning, SubjectKind
from reviews.models import SignOff
from safetycase.models import Issue, RenderedPdf
from safetycase.versions.reading import snapshot_of
from tests.audit.tampering import after_tampering, found, tamper
from tests.reviews.factories import proof
from tests.safetycase.version_factories import Ready, ready

__all__ = ["after_tampering", "ready"]
pytestmark = pytest.mark.usefixtures("after_tampering")

PDF = b"%PDF-1.7 what was issued"
OURS = (
    "signatures",
    "frozen versions",
    "signatures on versions",
    "issued versions",
    "files of issued versions",
)


def rendered(issue: Issue, by: User) -> RenderedPdf:
    """A file as the PDF of an issued version, without the minutes that laying it out takes."""
    name = default_storage.save("safety-cases/x.pdf", ContentFile(PDF))
    with act(by=by, reason="Made the PDF", scope=issue.product.scope):
        pdf = RenderedPdf(
            issue=issue,
            name="digital-pharmacy-v1.pdf",
            file=name,
            size=len(PDF),
            pages=1,
            sha256=sha256_of(PDF.decode()),
        )
        pdf.save()
    return pdf


@pytest.fixture
def issue(ready: Ready) -> Iterator[Issue]:
    """An issued version with its PDF, sealed, and nothing wrong with it."""
    issue = ready.issue()
    pdf = rendered(issue, ready.cso)
    seal_everything()
    assert found() == []
    yield issue
    default_storage.delete(pdf.file.name)


def ours(scope: str = "") -> list[str]:
    """What the checks of versions and signatures find, without what the ledger finds."""
    return [
        str(finding)
        for name, check in registered_verifiers().items()
        if name in OURS
        for finding in check(scope)
    ]


def test_the_checks_are_registered() -> None:
    assert set(OURS) <= set(registered_verifiers())


def test_one_byte_of_a_frozen_version(issue: Issue) -> None:
    baseline = issue.baseline
    tamper(
        "UPDATE safetycase_baseline SET content = replace(content, 'Major', 'Minor') WHERE id = %s",
        baseline.pk,
    )
    named = f"safetycase_baseline {baseline.pk}: changed: its content is not that of its SHA-256"
    assert ours() == [named]
    assert named in found()


def altered(issue: Issue, change: Any) -> list[str]:
    """What is found once somebody altered the content and made its SHA-256 again."""
    snapshot: dict[str, Any] = dict(snapshot_of(issue.baseline))
    change(snapshot)
    text = canonical_json(snapshot)
    tamper(
        "UPDATE safetycase_baseline SET content = %s, sha256 = %s WHERE id = %s",
        text,
        sha256_of(text),
        issue.baseline_id,
    )
    return ours()


def test_a_hazard_altered_with_the_sha256_made_again(issue: Issue) -> None:
    def rename(snapshot: dict[str, Any]) -> None:
        snapshot["hazards"][0]["name"] = "Harmless"

    [line] = altered(issue, rename)
    assert line.endswith("the fingerprint of its hazard log is not that of its content")


def test_a_section_altered_with_the_sha256_made_again(issue: Issue) -> None:
    def rewrite(snapshot: dict[str, Any]) -> None:
        snapshot["sections"][0]["narrative"] = "All is well."

    [line] = altered(issue, rewrite)
    assert line.endswith("the fingerprint of its report is not that of its content")


def test_content_that_is_no_version(issue: Issue) -> None:
    for text in ("{}", "[]", "no JSON", json.dumps({"hazards": 7})):
        tamper(
            "UPDATE safetycase_baseline SET content = %s, sha256 = %s WHERE id = %s",
            text,
            sha256_of(text),
            issue.baseline_id,
        )
        assert [line.rpartition(": ")[2] for line in ours()] == [
            "its content cannot be read as a version"
        ], text


def test_a_fingerprint_altered_where_the_version_says_it(issue: Issue) -> None:
    tamper(
        "UPDATE safetycase_baseline SET report_fingerprint = %s WHERE id = %s",
        "0" * 64,
        issue.baseline_id,
    )
    assert len(ours()) == 1 + SignOff.objects.filter(subject_kind=SubjectKind.REPORT).count()


def test_a_signature_moved_to_another_version(issue: Issue) -> None:
    signed = SignOff.objects.get(subject_id=issue.baseline.public_id, meaning=Meaning.AUTHORISED)
    other = uuid.uuid4()
    tamper(
        "UPDATE reviews_signoff SET subject_id = %s WHERE id = %s",
        other if connection.vendor == "postgresql" else other.hex,
        signed.pk,
    )
    named = f"reviews_signoff {signed.pk}: changed: no version is what it was given for"
    assert ours() == [named]
    assert any(line.startswith(f"reviews_signoff {signed.pk}:") for line in found())


def test_a_signature_of_the_log_turned_into_one_of_the_report(issue: Issue) -> None:
    signed = SignOff.objects.get(
        subject_id=issue.baseline.public_id,
        meaning=Meaning.APPROVED,
        subject_kind=SubjectKind.HAZARD_LOG,
    )
    tamper("UPDATE reviews_signoff SET subject_kind = 'report' WHERE id = %s", signed.pk)
    assert ours() == [f"reviews_signoff {signed.pk}: changed: the version says something else"]


def test_a_signature_given_on_another_product(issue: Issue, other_product: Product) -> None:
    signed = SignOff.objects.filter(subject_id=issue.baseline.public_id).first()
    assert signed is not None
    tamper("UPDATE reviews_signoff SET product_id = %s WHERE id = %s", other_product.pk, signed.pk)
    assert ours() == [f"reviews_signoff {signed.pk}: changed: no version is what it was given for"]


def test_a_rejection_moved_to_another_text(ready: Ready) -> None:
    baseline = ready.freeze()
    rejection = ready.reject(baseline, ready.reviewer)
    assert ours() == []
    tamper("UPDATE reviews_rejection SET fingerprint = %s WHERE id = %s", "1" * 64, rejection.pk)
    assert ours() == [f"reviews_rejection {rejection.pk}: changed: the version says something else"]


def test_what_a_signature_under_a_plan_keeps(ready: Ready) -> None:
    signed = SignOff.objects.filter(subject_kind=SubjectKind.PLAN).first()
    assert signed is not None
    tamper("UPDATE reviews_signoff SET content = content || ' ' WHERE id = %s", signed.pk)
    named = "changed: its fingerprint is not that of the content it keeps"
    assert ours() == [f"reviews_signoff {signed.pk}: {named}"]


def test_a_withdrawal_turned_on_another_signature(ready: Ready) -> None:
    baseline = ready.freeze()
    first, second = ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    withdrawal = withdraw_sign_off(
        sign_off=first, by=ready.reviewer, confirmed=proof(ready.reviewer), reason="A doubt"
    )
    assert ours() == []
    tamper("UPDATE reviews_signoff SET withdraws_id = %s WHERE id = %s", second.pk, withdrawal.pk)
    named = "changed: it withdraws a signature that it does not name"
    assert ours() == [f"reviews_signoff {withdrawal.pk}: {named}"]


def test_an_issue_that_names_another_seal(issue: Issue) -> None:
    tamper("UPDATE safetycase_issue SET seal_sha256 = %s WHERE id = %s", "2" * 64, issue.pk)
    assert ours() == [f"safetycase_issue {issue.pk}: the seal that it names does not stand"]


def test_a_seal_altered_under_an_issue(issue: Issue) -> None:
    tamper("UPDATE audit_seal SET sha256 = %s WHERE number = %s", "3" * 64, issue.seal_number)
    assert ours() == [f"safetycase_issue {issue.pk}: the seal that it names does not stand"]


def test_an_issue_with_another_number(issue: Issue) -> None:
    tamper("UPDATE safetycase_issue SET number = 7 WHERE id = %s", issue.pk)
    named = "changed: it issues a version that is not its own"
    assert ours() == [f"safetycase_issue {issue.pk}: {named}"]


def test_the_pdf_replaced_and_gone(issue: Issue) -> None:
    pdf = RenderedPdf.objects.get(issue=issue)
    default_storage.delete(pdf.file.name)
    row = f"safetycase_renderedpdf {pdf.pk}"
    assert ours() == [f"{row}: its file is missing: {pdf.file.name}"]
    assert default_storage.save(pdf.file.name, ContentFile(b"%PDF-1.7 another")) == pdf.file.name
    assert ours() == [f"{row}: its file has another content: {pdf.file.name}"]
    assert f"{row}: its file has another content: {pdf.file.name}" in found()


def test_another_product_is_not_told_of(issue: Issue, other_product: Product) -> None:
    tamper("UPDATE safetycase_issue SET seal_sha256 = %s WHERE id = %s", "2" * 64, issue.pk)
    default_storage.delete(RenderedPdf.objects.get(issue=issue).file.name)
    assert ours(other_product.scope) == []
    assert len(ours(issue.product.scope)) == 2
