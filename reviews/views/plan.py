"""The clinical risk management plan: its versions, one as a document, signing and rejecting it."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.credentials import Confirmed
from accounts.editing import pressed
from accounts.history import history_view
from hazards.models import Plan, PlanClass
from products.access import product_for, product_for_reading
from products.choices import Role
from products.permissions import Ability, Standing
from reviews.actions.plans import SIGNATORIES, draft_plan, reject_plan, sign_plan
from reviews.choices import Meaning, SubjectKind
from reviews.decisions.disagreement import disagreements_over
from reviews.plan.access import (
    PlanAt,
    plan_for_reading,
    plan_for_rejecting,
    plan_for_signing,
)
from reviews.plan.page import (
    PlanDocument,
    changes_since,
    document_of,
    plan_versions,
    version_before,
)
from reviews.plan.reading import PlanReading, read_plan
from reviews.plan.words import changes_between
from reviews.signing.forms import SignForm
from reviews.signing.obstacles import against_signing_plan
from reviews.signing.page import SigningPage, ToSign, signing_page
from reviews.signing.reading import last_signed_by
from reviews.signing.record import records_of
from reviews.signing.rejecting import rejecting_page
from reviews.signing.versions import Versions

form_methods = require_http_methods(["GET", "HEAD", "POST"])

#: What a button says for each meaning, and what the page says afterwards.
_WORDS = {
    Meaning.APPROVED: ("Approve", "Approved. Your signature is in the record."),
    Meaning.AUTHORISED: ("Authorise", "Authorised. Your signature is in the record."),
}


@require_safe
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan: the version in force, else the draft; beside it the other versions."""
    standing = product_for_reading(request, slug)
    versions = plan_versions(standing.product)
    shown = versions.shown
    context = _context(standing, versions, document_of(shown) if shown else None) | {
        "heading": "Clinical risk management plan",
        "trail": [("Plan", "")],
    }
    return render(request, "reviews/plan.html", context)


@require_safe
def plan_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version as a document: what it says, who signed it, and what it changed."""
    at = plan_for_reading(request, slug, number)
    reading, before = read_plan(at.plan), version_before(at.plan)
    versions = plan_versions(at.product)
    context = _context(at.standing, versions, document_of(reading)) | {
        "heading": f"Clinical risk management plan, version {number}",
        "trail": [_plan_page(slug), (f"Version {number}", "")],
        "before": before,
        "changes": changes_since(before, reading),
    }
    return render(request, "reviews/plan.html", context)


def _context(
    standing: Standing, versions: Versions[Plan, PlanReading], document: PlanDocument | None
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "versions": versions,
        "document": document,
        "may_write": standing.can(Ability.WRITE_PLAN),
        "may_begin": standing.can(Ability.WRITE_PLAN) and versions.draft is None,
    }
    if document is None:
        return context
    reading = document.reading
    row = versions.row_of(reading.plan)
    context |= {
        "row": row,
        "is_in_force": versions.is_in_force(reading.plan),
        "disagreements": disagreements_over([reading.subject]),
        "to_sign_as": _to_sign_as(standing, reading) if row.reading else [],
        "may_reject": _may_reject(standing, reading) if row.reading else False,
    }
    return context


def _to_sign_as(standing: Standing, reading: PlanReading) -> list[tuple[Meaning, str]]:
    """What is left for the person to sign, with the words of its button."""
    return [
        (meaning, _WORDS[meaning][0])
        for meaning, role in SIGNATORIES.items()
        if role in standing.roles and not against_signing_plan(reading, standing.person, meaning)
    ]


def _may_reject(standing: Standing, reading: PlanReading) -> bool:
    signs = standing.roles & set(SIGNATORIES.values())
    return bool(signs) and not reading.is_in_force and not reading.signatures.is_rejected


@require_POST
def plan_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the next version."""
    standing = product_for(request, slug, Ability.WRITE_PLAN)
    draft = pressed(
        request,
        partial(draft_plan, product=standing.product, by=standing.person),
        lambda draft: f"Version {draft.number} is a draft now. Nothing of it counts yet.",
    )
    return redirect("plan_edit", slug, draft.number) if draft else redirect("plan", slug)


@form_methods
def plan_sign(request: HttpRequest, slug: str, number: int, meaning: str) -> HttpResponse:
    """Approve or authorise a version, with one's password."""
    at, signed_as = plan_for_signing(request, slug, number, meaning)
    reading = read_plan(at.plan)
    form = SignForm(request.POST if request.method == "POST" else None)

    def sign(confirmed: Confirmed) -> None:
        sign_plan(
            plan=at.plan,
            by=at.person,
            meaning=signed_as,
            seen=" ".join(form.seen),
            confirmed=confirmed,
            comment=form.cleaned_data["comment"],
        )

    return signing_page(request, _signing(at, reading, signed_as), form, sign, person=at.person)


def _signing(at: PlanAt, reading: PlanReading, meaning: Meaning) -> SigningPage:
    slug, number = at.product.slug, at.plan.number
    verb, done = _WORDS[meaning]
    url = reverse("plan_version", args=[slug, number])
    may = meaning in at.signs_as
    last = last_signed_by(at.person.pk, at.product, SubjectKind.PLAN)
    return SigningPage(
        heading=f"{verb} version {number} of the plan",
        submit=f"{verb} it",
        done=done,
        done_url=url,
        trail=(_plan_page(slug), (f"Version {number}", url)),
        to_sign=[ToSign(reading.subject, meaning, url)],
        who_may=_who_may(meaning) if not may else "",
        in_the_way=against_signing_plan(reading, at.person, meaning) if may else (),
        not_ready=_not_ready(reading),
        changes=changes_between(last.content, reading.subject.content) if last else None,
        changes_since=f"{last.subject_label}, as you signed it" if last else "",
        disagreements=disagreements_over([reading.subject]),
        template="reviews/plan_sign.html",
        more={"document": document_of(reading), "last": last},
    )


def _who_may(meaning: Meaning) -> str:
    role: Role = SIGNATORIES[meaning]
    return f"Only the {role.label.lower()} signs this. You read here what they would sign."


def _not_ready(reading: PlanReading) -> list[str]:
    """What a signer should know is empty: nobody is kept from signing by it."""
    silent = [label for label, text in document_of(reading).texts if not text.strip()]
    return [f"“{label}” says nothing yet." for label in silent]


@form_methods
def plan_reject(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Refuse to sign a version: it goes back to its author, with the reason."""
    at = plan_for_rejecting(request, slug, number)
    reading = read_plan(at.plan)
    url = reverse("plan_version", args=[slug, number])

    def reject(seen: str, reason: str) -> None:
        reject_plan(plan=at.plan, by=at.person, seen=seen, reason=reason)

    return rejecting_page(
        request,
        reading.subject,
        reject,
        heading=f"Reject version {number} of the plan",
        done_url=url,
        trail=[_plan_page(slug), (f"Version {number}", url)],
    )


@require_safe
def plan_history(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Everything that was changed in a version, and everything that was signed of it."""
    at = plan_for_reading(request, slug, number)
    url = reverse("plan_version", args=[slug, number])
    return history_view(
        request,
        records_of(at.plan, {PlanClass: {"plan": at.plan}}),
        heading=f"History of the plan, version {number}",
        trail=[_plan_page(slug), (f"Version {number}", url)],
    )


def _plan_page(slug: str) -> tuple[str, str]:
    return ("Plan", reverse("plan", args=[slug]))
