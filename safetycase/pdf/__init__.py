"""The report as a PDF, from a snapshot and nothing else.

Importing it loads WeasyPrint, which takes half a second: the web never does, the worker does.
"""

import logging

# Before it is loaded: it tells of each style sheet that it reads. ``render`` listens to it.
logging.getLogger("weasyprint").propagate = False

from safetycase.pdf.document import draft_pdf, issued_pdf, version_pdf  # noqa: E402
from safetycase.pdf.render import RenderedPdf, ReportNotRendered  # noqa: E402

__all__ = ["RenderedPdf", "ReportNotRendered", "draft_pdf", "issued_pdf", "version_pdf"]
