"""The report of a snapshot as HTML and as PDF."""

from django.template.loader import render_to_string

from audit.canonical import canonical_json, sha256_of
from safetycase.pdf.render import OnPage, RenderedPdf, render_pdf
from safetycase.report import report_of
from safetycase.snapshot.shape import Snapshot


def report_html(snapshot: Snapshot) -> str:
    """The report as the HTML that is laid out; no database is asked."""
    return render_to_string(
        "pdf/report.html",
        {"report": report_of(snapshot), "fingerprint": fingerprint_of(snapshot)},
    )


def draft_pdf(snapshot: Snapshot, *, on_page: OnPage | None = None) -> RenderedPdf:
    """The report as a PDF, marked DRAFT on every page. Raises ``ReportNotRendered``."""
    identifier = fingerprint_of(snapshot)[:32].encode("ascii")
    return render_pdf(report_html(snapshot), identifier=identifier, on_page=on_page)


def fingerprint_of(snapshot: Snapshot) -> str:
    """The SHA-256 of the snapshot as canonical JSON."""
    return sha256_of(canonical_json(snapshot))
