"""The files of an issued version as they leave: what was frozen, and nothing that was altered."""

import hashlib

from django.core.files.storage import default_storage

from audit.canonical import sha256_of
from audit.errors import Refusal
from products.models import Product
from safetycase.approval import approval_of
from safetycase.log_files import hazard_log_csv, hazard_log_workbook
from safetycase.models import Baseline, Issue, RenderedPdf
from safetycase.report_control import log_title
from safetycase.versions import snapshot_of


class FileAltered(Refusal):
    """What is stored is not what was frozen or made: it is not handed out."""


def pdf_of(issue: Issue) -> RenderedPdf | None:
    """The PDF of an issued version; None while it is not made."""
    return getattr(issue, "pdf", None)


def pdf_bytes(pdf: RenderedPdf) -> bytes:
    """The PDF of an issued version, whole. Raises ``FileAltered``."""
    try:
        with default_storage.open(pdf.file.name) as stored:
            content: bytes = stored.read()
    except FileNotFoundError as problem:
        raise FileAltered(_altered(pdf.name, "is gone")) from problem
    if hashlib.sha256(content).hexdigest() != pdf.sha256:
        raise FileAltered(_altered(pdf.name, "is not the one that was made"))
    return content


def frozen_text(baseline: Baseline) -> str:
    """What was frozen, byte for byte. Raises ``FileAltered``."""
    if sha256_of(baseline.content) != baseline.sha256:
        raise FileAltered(_altered(str(baseline), "is not what was frozen"))
    return baseline.content


def workbook_of(issue: Issue, product: Product) -> bytes:
    """The hazard log as a workbook, the same as in the PDF. Raises ``FileAltered``."""
    frozen_text(issue.baseline)
    snapshot = snapshot_of(issue.baseline)
    return hazard_log_workbook(snapshot, log_title(snapshot, approval_of(issue, product)))


def csv_of(issue: Issue, product: Product) -> bytes:
    """The hazard log as CSV, the same as in the PDF. Raises ``FileAltered``."""
    frozen_text(issue.baseline)
    snapshot = snapshot_of(issue.baseline)
    return hazard_log_csv(snapshot, log_title(snapshot, approval_of(issue, product)))


def _altered(what: str, problem: str) -> str:
    return (
        f"{what} is not handed out: what is stored {problem}. Nothing that was signed is lost: it "
        "is in the record. Have the record checked now (verify_record), and tell an administrator."
    )
