"""The release gate: its answer, going out in spite of it, and statements that name a report."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.credentials import Confirmed
from accounts.editing import form_page
from products.models import Release
from products.permissions import Ability
from reviews.choices import Meaning
from reviews.signing.forms import SignForm
from reviews.signing.page import SigningPage, signing_page
from reviews.signing.rejecting import rejecting_page
from safetycase.actions.gate import (
    ask_break_glass,
    reject_break_glass,
    sign_break_glass,
    state_release,
)
from safetycase.gate.access import (
    glass_for_reading,
    glass_for_rejecting,
    glass_for_signing,
    release_for_breaking,
    release_for_reading,
    release_for_stating,
)
from safetycase.gate.breaking import against_breaking
from safetycase.gate.forms import BreakGlassForm, StatementForm
from safetycase.gate.page import OPEN, gate_page, newest_statement
from safetycase.gate.reading import gate_for_page
from safetycase.gate.record import how_it_is_checked
from safetycase.gate.signing_pages import (
    asking_page,
    glass_page,
    glass_url,
    signing_glass_page,
    stating_page,
)
from safetycase.gate.stating import read_stating, reports_to_cover

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def trail_of(release: Release) -> tuple[tuple[str, str], ...]:
    """The way to a release."""
    slug = release.product.slug
    return (
        ("Releases", reverse("release_list", args=[slug])),
        (release.label, reverse("release_detail", args=[slug, release.label])),
    )


@require_safe
def release_gate(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Whether a release can go out, and the shortest way there."""
    at = release_for_reading(request, slug, label)
    page = gate_page(at.release)
    is_open = page.is_open
    context = {
        "heading": f"Can we ship {at.release.label}?",
        "trail": [*trail_of(at.release), ("Release gate", "")],
        "release": at.release,
        "page": page,
        "can_break": is_open
        and at.standing.can(Ability.BREAK_GLASS)
        and not page.reading.verdict.passes
        and not against_breaking(page.reading),
        "can_state": is_open and at.standing.can(Ability.STATE_RELEASE),
        "can_manage": is_open and at.standing.can(Ability.MANAGE_FEATURES),
    }
    return render(request, "safetycase/gate/gate.html", context)


@form_methods
def break_glass_ask(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Ask that a blocked release goes out all the same."""
    at = release_for_breaking(request, slug, label)
    form = BreakGlassForm(request.POST or None)

    def save() -> str:
        glass = ask_break_glass(release=at.release, by=at.person, **form.cleaned_data)
        return reverse("break_glass", args=[slug, label, glass.public_id])

    gate = gate_for_page(at.product, at.release)
    page = asking_page(gate, trail_of(at.release), how_it_is_checked())
    return form_page(request, form, page, save)


@require_safe
def break_glass(request: HttpRequest, slug: str, label: str, public_id: uuid.UUID) -> HttpResponse:
    """One break-glass release: why, what it breaks, and who signed it."""
    at = glass_for_reading(request, slug, label, public_id)
    return render(request, "safetycase/gate/glass.html", glass_page(at, trail_of(at.release)))


@form_methods
def break_glass_sign(
    request: HttpRequest, slug: str, label: str, public_id: uuid.UUID, meaning: str
) -> HttpResponse:
    """Sign a break-glass release, with one's password."""
    at, signed_as = glass_for_signing(request, slug, label, public_id, meaning)
    form = SignForm(request.POST if request.method == "POST" else None)

    def sign(confirmed: Confirmed) -> None:
        sign_break_glass(
            glass=at.reading.glass,
            by=at.person,
            meaning=signed_as,
            seen=" ".join(form.seen),
            confirmed=confirmed,
            comment=form.cleaned_data["comment"],
        )

    page = signing_glass_page(at, signed_as, trail_of(at.release))
    return signing_page(request, page, form, sign, person=at.person)


@form_methods
def break_glass_reject(
    request: HttpRequest, slug: str, label: str, public_id: uuid.UUID
) -> HttpResponse:
    """Refuse that a release goes out in spite of the gate: whoever asked reads why."""
    at = glass_for_rejecting(request, slug, label, public_id)

    def reject(seen: str, reason: str) -> None:
        reject_break_glass(glass=at.reading.glass, by=at.person, seen=seen, reason=reason)

    return rejecting_page(
        request,
        at.reading.subject,
        reject,
        heading=f"Reject the release of {label} in spite of the gate",
        done_url=glass_url(at),
        trail=(*trail_of(at.release), ("Break-glass", glass_url(at))),
        back_to="whoever asked",
        done="Rejected. Whoever asked reads why on this page.",
    )


@require_safe
def release_statement(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """The newest statement that a release changes no clinical risk, or what one is."""
    at = release_for_reading(request, slug, label)
    is_open = at.release.state in OPEN
    context = {
        "heading": "Release statement",
        "trail": [*trail_of(at.release), ("Release statement", "")],
        "release": at.release,
        "reading": newest_statement(at.release),
        "can_state": is_open and at.standing.can(Ability.STATE_RELEASE),
        "signed_as": Meaning.APPROVED,
    }
    return render(request, "safetycase/gate/statement.html", context)


@form_methods
def release_state(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """State, as clinical safety officer, that a release changes no clinical risk."""
    at = release_for_stating(request, slug, label)
    reports = reports_to_cover(at.release)
    form = StatementForm(request.POST if request.method == "POST" else None, reports=reports)

    def state(confirmed: Confirmed) -> None:
        state_release(
            release=at.release,
            by=at.person,
            covered_by=form.report,
            why=form.cleaned_data["why"],
            confirmed=confirmed,
        )

    stating = read_stating(at.release, reports[0] if reports else None)
    page: SigningPage = stating_page(at, stating, trail_of(at.release))
    return signing_page(request, page, form, state, person=at.person)
