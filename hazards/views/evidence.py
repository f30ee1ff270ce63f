"""Evidence of controls, and its files."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.downloads import file_download
from audit.errors import NotAllowed, NotPossible
from hazards.access import (
    HazardAt,
    control_on,
    evidence_file_for_reading,
    evidence_on,
    hazard_for_editing,
)
from hazards.actions.evidence import (
    add_evidence,
    edit_evidence,
    keep_evidence_file,
    link_evidence,
    unlink_evidence,
    withdraw_evidence,
)
from hazards.choices import EvidenceState
from hazards.forms.evidence import EvidenceForm, LinkEvidenceForm
from hazards.forms.hazards import WhyForm, WhyNeededForm
from hazards.models import EvidenceFile
from hazards.views.editing import Sheet, answer, answer_edit
from hazards.views.hazard import form_methods


@form_methods
def evidence_add(request: HttpRequest, slug: str, reference: str, control: str) -> HttpResponse:
    """Plan or record evidence about a control."""
    at = hazard_for_editing(request, slug, reference)
    row = control_on(at, control)

    def save(form: EvidenceForm) -> None:
        stored = _stored_file(at, form)
        values = form.changes() | ({"file_id": stored.pk} if stored else {})
        with _told_in_the_form():
            add_evidence(controls=[row], by=at.person, reason=form.why, **values)

    sheet = Sheet(
        f"Add evidence of {row.reference}",
        "Add the evidence",
        "The evidence is added.",
        f"control-{row.reference}",
        intro=f"“{row.text}” Verified needs passed evidence of its implementation and of its "
        "effectiveness, each with a date, a release and a verifier.",
    )
    make = partial(EvidenceForm, product=at.product, by=at.person)
    return answer(request, at, make, sheet, save, initial={"state": EvidenceState.PLANNED})


@form_methods
def evidence_edit(request: HttpRequest, slug: str, reference: str, pk: int) -> HttpResponse:
    """Change evidence, for example when a planned test has been run."""
    at = hazard_for_editing(request, slug, reference)
    row = evidence_on(at, pk)

    def save(form: EvidenceForm) -> None:
        stored = _stored_file(at, form)
        with _told_in_the_form():
            edit_evidence(
                evidence=row,
                by=at.person,
                changes=form.changes() | ({"file_id": stored.pk} if stored else {}),
                base_version=form.version_before,
                reason=form.why,
            )

    sheet = Sheet("Edit the evidence", "Save the evidence", anchor="hazard-causes")
    make = partial(EvidenceForm, product=at.product, by=at.person, evidence=row)
    return answer_edit(request, at, row, make, sheet, save)


@form_methods
def evidence_link(request: HttpRequest, slug: str, reference: str, pk: int) -> HttpResponse:
    """Let evidence speak for another control too."""
    at = hazard_for_editing(request, slug, reference)
    row = evidence_on(at, pk)

    def save(form: Any) -> None:
        values = form.cleaned_data
        with _told_in_the_form():
            link_evidence(
                evidence=row, control=values["control"], by=at.person, reason=values["reason"]
            )

    sheet = Sheet(
        "Link the evidence to another control",
        "Link it",
        "The evidence is linked.",
        "hazard-causes",
        intro=f"“{row.title}”",
    )
    return answer(request, at, partial(LinkEvidenceForm, product=at.product), sheet, save)


@form_methods
def evidence_unlink(
    request: HttpRequest, slug: str, reference: str, control: str, pk: int
) -> HttpResponse:
    """Say that evidence does not speak for a control."""
    at = hazard_for_editing(request, slug, reference)
    row, about = evidence_on(at, pk), control_on(at, control)

    def save(form: Any) -> None:
        unlink_evidence(
            evidence=row, control=about, by=at.person, reason=form.cleaned_data["reason"]
        )

    sheet = Sheet(
        f"Not evidence of {about.reference}",
        "Unlink it",
        "The evidence is unlinked.",
        f"control-{about.reference}",
        intro=f"“{row.title}” stays evidence of its other controls.",
    )
    return answer(request, at, WhyForm, sheet, save)


@form_methods
def evidence_withdraw(request: HttpRequest, slug: str, reference: str, pk: int) -> HttpResponse:
    """Take evidence out of the log."""
    at = hazard_for_editing(request, slug, reference)
    row = evidence_on(at, pk)

    def save(form: Any) -> None:
        withdraw_evidence(evidence=row, by=at.person, reason=form.cleaned_data["reason"])

    sheet = Sheet(
        "Withdraw the evidence",
        "Withdraw it",
        "The evidence is out of the log.",
        "hazard-causes",
        intro=f"“{row.title}” A control that it verified goes back to implemented.",
        is_dangerous=True,
    )
    return answer(request, at, WhyNeededForm, sheet, save)


@contextmanager
def _told_in_the_form() -> Iterator[None]:
    """What only a verifier may say is refused in the form, beside what was typed, not on a page."""
    try:
        yield
    except NotAllowed as refusal:
        raise NotPossible(refusal.sentence) from refusal


def _stored_file(at: HazardAt, form: EvidenceForm) -> EvidenceFile | None:
    """The file that was sent with the form, stored; a refusal later on does not lose it."""
    upload = form.cleaned_data["upload"]
    if not upload:
        kept: EvidenceFile | None = form.cleaned_data["kept_file"]
        return kept
    stored = keep_evidence_file(
        product=at.product, by=at.person, name=upload.name or "", content=upload.read()
    )
    form.keep(stored)
    return stored


@require_safe
def evidence_file(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    """A file of evidence, as a download and never as a page."""
    stored = evidence_file_for_reading(request, slug, public_id)
    return file_download(
        request,
        stored.file.open("rb"),
        name=stored.name,
        content_type="application/octet-stream",
        what=f"evidence file {stored.name}",
        scope=stored.product.scope,
    )
