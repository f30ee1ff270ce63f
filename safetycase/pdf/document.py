"""The report of a snapshot as HTML and as PDF: a draft, a frozen version, an issued one."""

from datetime import datetime

from django.template.loader import render_to_string

from audit.canonical import canonical_json, sha256_of
from safetycase.approval import Approval
from safetycase.log_files import hazard_log_csv, hazard_log_workbook
from safetycase.log_files.csv_file import CONTENT_TYPE as CSV
from safetycase.log_files.workbook import CONTENT_TYPE as XLSX
from safetycase.pdf.attachments import Attached, Relationship
from safetycase.pdf.lengths import is_about_a_page, is_longer_than_a_page
from safetycase.pdf.render import OnPage, RenderedPdf, ReportNotRendered, render_pdf
from safetycase.report import report_of
from safetycase.report_control import log_title
from safetycase.snapshot.shape import Snapshot

BASELINE = "baseline.json"


def report_html(snapshot: Snapshot, approval: Approval | None = None) -> str:
    """The report as the HTML that is laid out; no database is asked."""
    hazards = (*snapshot["hazards"], *snapshot["unplaced"])
    return render_to_string(
        "pdf/report.html",
        {
            "report": report_of(snapshot, approval),
            "fingerprint": approval.content_sha256 if approval else fingerprint_of(snapshot),
            "about_a_page": {each["reference"] for each in hazards if is_about_a_page(each)},
            "longer_than_a_page": {
                each["reference"] for each in hazards if is_longer_than_a_page(each)
            },
        },
    )


def draft_pdf(snapshot: Snapshot, *, on_page: OnPage | None = None) -> RenderedPdf:
    """The report as a PDF, marked DRAFT on every page. Raises ``ReportNotRendered``."""
    return _rendered(snapshot, on_page)


def version_pdf(snapshot: Snapshot, *, on_page: OnPage | None = None) -> RenderedPdf:
    """A frozen version for those who sign it, marked NOT ISSUED on every page.

    Raises ``ReportNotRendered``.
    """
    return _rendered(snapshot, on_page)


def issued_pdf(
    snapshot: Snapshot, approval: Approval, content: str, *, on_page: OnPage | None = None
) -> RenderedPdf:
    """An issued version: the report with its signatures, and the files that it is proved by.

    ``content`` is the frozen text, which is attached as it is, with the hazard log as a workbook
    and as CSV. The same three give the same bytes. Raises ``ReportNotRendered``, also when the
    content is not the one that was approved.
    """
    if sha256_of(content) != approval.content_sha256:
        raise ReportNotRendered(
            "The PDF was not made: the frozen content of this version is not what was approved. "
            "Nothing was changed. Check the record now, and tell an administrator."
        )
    return render_pdf(
        report_html(snapshot, approval),
        identifier=approval.content_sha256[:32].encode("ascii"),
        attachments=_attachments(snapshot, approval, content),
        on_page=on_page,
    )


def fingerprint_of(snapshot: Snapshot) -> str:
    """The SHA-256 of the snapshot as canonical JSON."""
    return sha256_of(canonical_json(snapshot))


def _rendered(snapshot: Snapshot, on_page: OnPage | None) -> RenderedPdf:
    identifier = fingerprint_of(snapshot)[:32].encode("ascii")
    return render_pdf(report_html(snapshot), identifier=identifier, on_page=on_page)


def _attachments(snapshot: Snapshot, approval: Approval, content: str) -> list[Attached]:
    title = log_title(snapshot, approval)
    dated = datetime.fromisoformat(approval.issued_at)
    log = f"hazard-log-v{approval.version}"
    return [
        Attached(
            name=BASELINE,
            content=content.encode(),
            kind="application/json",
            description="Everything that this version says, as it was frozen and signed",
            relationship=Relationship.SOURCE,
            dated=dated,
        ),
        Attached(
            name=f"{log}.csv",
            content=hazard_log_csv(snapshot, title),
            kind=CSV.partition(";")[0],
            description=f"The hazard log, version {approval.version}, one row for each cause",
            relationship=Relationship.SUPPLEMENT,
            dated=dated,
        ),
        Attached(
            name=f"{log}.xlsx",
            content=hazard_log_workbook(snapshot, title),
            kind=XLSX,
            description=f"The hazard log, version {approval.version}, in the layout of the NHS "
            "template",
            relationship=Relationship.SUPPLEMENT,
            dated=dated,
        ),
    ]
