"""The files of an issued version as they leave: what was frozen, and nothing that was altered."""

from audit.canonical import sha256_of
from audit.errors import NotPossible
from products.models import Product
from safetycase.approval import approval_of
from safetycase.log_files import hazard_log_csv, hazard_log_workbook
from safetycase.models import Baseline, Issue, RenderedPdf
from safetycase.report_control import log_title
from safetycase.versions.reading import snapshot_of


def pdf_of(issue: Issue) -> RenderedPdf | None:
    """The PDF of an issued version; None while it is not made."""
    return getattr(issue, "pdf", None)


def frozen_text(baseline: Baseline) -> str:
    """What was frozen, byte for byte. Raises ``NotPossible``."""
    if sha256_of(baseline.content) != baseline.sha256:
        raise NotPossible(_altered(str(baseline), "is not what was frozen"))
    return baseline.content


def workbook_of(issue: Issue, product: Product) -> bytes:
    """The hazard log as a workbook, the same as in the PDF. Raises ``NotPossible``."""
    frozen_text(issue.baseline)
    snapshot = snapshot_of(issue.baseline)
    return hazard_log_workbook(snapshot, log_title(snapshot, approval_of(issue, product)))


def csv_of(issue: Issue, product: Product) -> bytes:
    """The hazard log as CSV, the same as in the PDF. Raises ``NotPossible``."""
    frozen_text(issue.baseline)
    snapshot = snapshot_of(issue.baseline)
    return hazard_log_csv(snapshot, log_title(snapshot, approval_of(issue, product)))


def _altered(what: str, problem: str) -> str:
    return (
        f"{what} is not handed out: what is stored {problem}. Nothing that was signed is lost: it "
        "is in the record. Have the record checked now (verify_record), and tell an administrator."
    )
