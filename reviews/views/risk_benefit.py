"""Clinical risk–benefit analyses: the list, one whole, writing, signing, rejecting and dropping."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.credentials import Confirmed
from accounts.editing import Page, edit_page, form_page, pressed
from accounts.forms import EditForm, ReasonForm
from accounts.history import history_view
from products.access import product_for_reading
from products.permissions import Ability
from reviews.actions.risk_benefits import (
    EDITABLE,
    SIGNATORIES,
    draft_risk_benefit,
    drop_risk_benefit,
    edit_risk_benefit,
    reject_risk_benefit,
    sign_risk_benefit,
)
from reviews.choices import Meaning, SubjectKind
from reviews.decisions.disagreement import disagreements_over
from reviews.risk_benefit.access import (
    AnalysisAt,
    analysis_for_reading,
    analysis_for_rejecting,
    analysis_for_signing,
    analysis_for_writing,
    hazard_to_weigh,
)
from reviews.risk_benefit.forms import RiskBenefitForm
from reviews.risk_benefit.now import against_signing_analysis, read_analysis
from reviews.risk_benefit.page import AnalysisDocument, analysis_list, changes_between
from reviews.risk_benefit.reading import AnalysisReading
from reviews.signing.forms import SignForm
from reviews.signing.page import SigningPage, ToSign, signing_page
from reviews.signing.reading import last_signed_by
from reviews.signing.record import records_of
from reviews.signing.rejecting import rejecting_page

form_methods = require_http_methods(["GET", "HEAD", "POST"])

#: What a button says for each meaning, and what the page says afterwards.
_WORDS = {
    Meaning.APPROVED: ("Approve", "Approved. Your signature is in the record."),
    Meaning.AUTHORISED: ("Accept", "Accepted. Your signature is in the record."),
}


@require_safe
def risk_benefit_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The analyses of a product, and the unacceptable risks that have none."""
    standing = product_for_reading(request, slug)
    context = {
        "heading": "Clinical risk–benefit",
        "trail": [("Risk–benefit", "")],
        "found": analysis_list(standing.product),
        "may_write": standing.can(Ability.WRITE_RISK_BENEFIT),
    }
    return render(request, "reviews/risk_benefit/list.html", context)


@require_POST
def risk_benefit_draft(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Begin an analysis of a hazard's unacceptable residual risk."""
    at = hazard_to_weigh(request, slug, reference)
    draft = pressed(
        request,
        partial(draft_risk_benefit, hazard=at.hazard, by=at.person),
        lambda draft: f"Analysis {draft.number} is a draft now. Nothing follows yet.",
    )
    if draft is None:
        return redirect("risk_benefit_list", slug)
    return redirect("risk_benefit_edit", slug, draft.number)


@require_safe
def risk_benefit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One analysis, whole."""
    at = analysis_for_reading(request, slug, number)
    reading, risk = read_analysis(at.analysis)
    context = {
        "heading": f"Risk–benefit analysis {number}",
        "trail": [_list_page(slug), (f"Analysis {number}", "")],
        "document": AnalysisDocument(reading, risk),
        "may_edit": at.may_write and reading.is_open,
        "to_sign_as": _to_sign_as(at, reading),
        "may_reject": _may_reject(at, reading),
        "disagreements": disagreements_over([reading.subject]),
    }
    return render(request, "reviews/risk_benefit/analysis.html", context)


def _to_sign_as(at: AnalysisAt, reading: AnalysisReading) -> list[tuple[Meaning, str]]:
    return [
        (meaning, _WORDS[meaning][0])
        for meaning in at.signs_as
        if not against_signing_analysis(reading, at.person, meaning)
    ]


def _may_reject(at: AnalysisAt, reading: AnalysisReading) -> bool:
    is_open = reading.is_open and not reading.signatures.is_rejected
    return bool(at.signs_as) and is_open and not reading.missing


@form_methods
def risk_benefit_edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Write an analysis that is not concluded."""
    at = analysis_for_writing(request, slug, number)
    analysis = at.analysis

    def save(form: EditForm) -> None:
        edit_risk_benefit(
            analysis=analysis,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    url = reverse("risk_benefit", args=[slug, number])
    page = Page(
        heading=f"Write analysis {number}",
        submit="Save",
        done_url=url,
        intro=f"The clinical benefit of the intended use against the residual risk of "
        f"{analysis.hazard.display_reference}, for patients alone: clause 6.2 knows no cost.",
        trail=(_list_page(slug), (f"Analysis {number}", url)),
    )
    initial = {name: getattr(analysis, name) for name in EDITABLE}
    return edit_page(request, analysis, make=RiskBenefitForm, save=save, page=page, initial=initial)


@form_methods
def risk_benefit_drop(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Drop an analysis that is not concluded."""
    at = analysis_for_writing(request, slug, number)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        drop_risk_benefit(analysis=at.analysis, by=at.person, reason=form.cleaned_data["reason"])

    url = reverse("risk_benefit", args=[slug, number])
    page = Page(
        heading=f"Drop analysis {number}",
        submit="Drop it",
        done_url=url,
        done="Dropped. It stays readable here.",
        intro="Nothing follows from it any more. What was written stays in the record, with your "
        "reason.",
        trail=(_list_page(slug), (f"Analysis {number}", url)),
    )
    return form_page(request, form, page, save)


@form_methods
def risk_benefit_sign(request: HttpRequest, slug: str, number: int, meaning: str) -> HttpResponse:
    """Approve or accept an analysis, with one's password."""
    at, signed_as = analysis_for_signing(request, slug, number, meaning)
    reading, risk = read_analysis(at.analysis)
    form = SignForm(request.POST if request.method == "POST" else None)

    def sign(confirmed: Confirmed) -> None:
        sign_risk_benefit(
            analysis=at.analysis,
            by=at.person,
            meaning=signed_as,
            seen=" ".join(form.seen),
            confirmed=confirmed,
            comment=form.cleaned_data["comment"],
        )

    page = _signing(at, AnalysisDocument(reading, risk), signed_as)
    return signing_page(request, page, form, sign, person=at.person)


def _signing(at: AnalysisAt, document: AnalysisDocument, meaning: Meaning) -> SigningPage:
    slug, number = at.product.slug, at.analysis.number
    reading, verb = document.reading, _WORDS[meaning][0]
    url = reverse("risk_benefit", args=[slug, number])
    may = meaning in at.signs_as
    last = last_signed_by(at.person.pk, at.product, SubjectKind.RISK_BENEFIT)
    same = last if last is not None and last.subject_id == at.analysis.public_id else None
    return SigningPage(
        heading=f"{verb} risk–benefit analysis {number}",
        submit=f"{verb} it",
        done=_WORDS[meaning][1],
        done_url=url,
        trail=(_list_page(slug), (f"Analysis {number}", url)),
        to_sign=[ToSign(reading.subject, meaning, url)],
        who_may="" if may else _who_may(meaning),
        in_the_way=against_signing_analysis(reading, at.person, meaning) if may else (),
        not_ready=_not_ready(reading),
        changes=changes_between(same.content, reading.subject.content) if same else None,
        changes_since="the analysis as you signed it" if same else "",
        disagreements=disagreements_over([reading.subject]),
        template="reviews/risk_benefit/sign.html",
        more={"document": document},
    )


def _who_may(meaning: Meaning) -> str:
    who = SIGNATORIES[meaning].label.lower()
    return f"Only the {who} signs this. You read here what they would sign."


def _not_ready(reading: AnalysisReading) -> list[str]:
    """What a signer should know: nobody is kept from signing by it."""
    return [
        f"“{label}” speaks of {', '.join(f'“{word}”' for word in words)}: clause 6.2 knows no cost."
        for label, words in reading.speaks_of_cost
    ]


@form_methods
def risk_benefit_reject(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Refuse to sign an analysis: it goes back to its author, with the reason."""
    at = analysis_for_rejecting(request, slug, number)
    reading, _ = read_analysis(at.analysis)
    url = reverse("risk_benefit", args=[slug, number])

    def reject(seen: str, reason: str) -> None:
        reject_risk_benefit(analysis=at.analysis, by=at.person, seen=seen, reason=reason)

    return rejecting_page(
        request,
        reading.subject,
        reject,
        heading=f"Reject analysis {number}",
        done_url=url,
        trail=[_list_page(slug), (f"Analysis {number}", url)],
    )


@require_safe
def risk_benefit_history(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Everything that was changed in an analysis, and everything that was signed of it."""
    at = analysis_for_reading(request, slug, number)
    url = reverse("risk_benefit", args=[slug, number])
    return history_view(
        request,
        records_of(at.analysis),
        heading=f"History of analysis {number}",
        trail=[_list_page(slug), (f"Analysis {number}", url)],
    )


def _list_page(slug: str) -> tuple[str, str]:
    return ("Risk–benefit", reverse("risk_benefit_list", args=[slug]))
