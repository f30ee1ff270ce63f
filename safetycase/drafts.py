"""Making a draft of the report: read everything, lay it out, hand back the file."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from products.models import Product
from safetycase.choices import LifecyclePhase
from safetycase.figures import figures_for
from safetycase.snapshot import draft_document, take_snapshot
from safetycase.snapshot.gate import gate_shape

#: Says how far it is: the step that begins (from 0), and a sentence.
OnStep = Callable[[int, str], None]

#: Read the log, lay out the pages, keep the file.
STEPS = 3


@dataclass(frozen=True)
class Draft:
    """A finished draft."""

    content: bytes
    pages: int
    notes: list[str]
    file_name: str
    hazards: int


def make_draft(
    product: Product,
    *,
    made_by: str,
    release_label: str = "",
    phase: LifecyclePhase | None = None,
    draft_number: int | None = None,
    on_step: OnStep | None = None,
) -> Draft:
    """Make a draft for a release by its version (the newest unreleased, when none is named).

    Raises ``Release.DoesNotExist`` for a version that the product does not have, and
    ``ReportNotRendered``.
    """
    # WeasyPrint takes half a second to load: only who renders pays it.
    from safetycase.pdf import draft_pdf

    say = on_step or _say_nothing
    say(0, "Reading the hazard log.")
    figures = figures_for(product, release_label, phase)
    snapshot = take_snapshot(
        product=product,
        release=figures.release,
        phase=figures.phase,
        document=draft_document(made_at=timezone.now(), made_by=made_by, draft_number=draft_number),
    )
    if figures.release is not None:
        snapshot["gate"] = gate_shape(product, figures.release)
    say(1, "Laying out the pages.")
    pdf = draft_pdf(snapshot, on_page=lambda page: say(1, f"Laying out page {page}."))
    say(2, "Keeping the file.")
    return Draft(
        content=pdf.content,
        pages=pdf.pages,
        notes=pdf.notes,
        file_name=_file_name(product, snapshot["placeholders"]["release"], draft_number),
        hazards=len(snapshot["hazards"]) + len(snapshot["unplaced"]),
    )


def _say_nothing(step: int, sentence: str) -> None:
    """Nobody watches."""


def _file_name(product: Product, release: str, draft_number: int | None) -> str:
    parts = [product.slug, release if release[:1].isalnum() else "", "draft"]
    if draft_number:
        parts.append(str(draft_number))
    return f"{'-'.join(part for part in parts if part)}.pdf"
