"""The safety charter: its versions, one as a document, comparing, signing and rejecting it."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.credentials import Confirmed
from accounts.editing import pressed
from accounts.history import history_view
from products.access import product_for, product_for_reading
from products.permissions import Ability, roles_in_words
from reviews.actions.charters import draft_charter, reject_charter, sign_charter
from reviews.charter.access import (
    CharterAt,
    charter_for_reading,
    charter_for_rejecting,
    charter_for_signing,
)
from reviews.charter.lines import LineKind
from reviews.charter.page import (
    changes_since,
    charter_versions,
    document_of,
    sides_missing,
)
from reviews.charter.reading import CharterReading, charters_of, read_charter
from reviews.charter.rules import against_signing_charter, what_is_missing, what_is_silent
from reviews.charter.words import changes_between
from reviews.choices import Meaning, SubjectKind
from reviews.decisions.disagreement import disagreements_over
from reviews.sides import SIGNATORIES, SIGNS_FOR, side_in_words
from reviews.signing.forms import SignForm
from reviews.signing.page import SigningPage, ToSign, signing_page
from reviews.signing.reading import last_signed_by
from reviews.signing.record import records_of
from reviews.signing.rejecting import rejecting_page

form_methods = require_http_methods(["GET", "HEAD", "POST"])

_DONE = "Signed. Your signature is in the record."


@require_safe
def charter(request: HttpRequest, slug: str) -> HttpResponse:
    """The charter: the version in force, else the draft; beside it the other versions."""
    standing = product_for_reading(request, slug)
    versions = charter_versions(standing.product)
    may_write = standing.can(Ability.WRITE_CHARTER)
    if versions.shown is None:
        context = {"heading": "Safety charter", "trail": [("Charter", "")], "may_write": may_write}
        return render(request, "reviews/charter/first.html", context)
    at = charter_for_reading(request, slug, versions.shown.charter.number)
    context = charter_context(at) | {"heading": "Safety charter", "trail": [("Charter", "")]}
    return render(request, "reviews/charter/charter.html", context)


@require_safe
def charter_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version as a document; a draft is written here, line by line."""
    at = charter_for_reading(request, slug, number)
    context = charter_context(at) | {
        "heading": f"Safety charter, version {number}",
        "trail": [_charter_page(slug), (f"Version {number}", "")],
    }
    return render(request, "reviews/charter/charter.html", context)


def charter_context(at: CharterAt) -> dict[str, Any]:
    """What the document of a version and its parts need."""
    versions = charter_versions(at.product)
    reading = read_charter(at.charter)
    row = versions.row_of(at.charter)
    older = [each for each in versions.rows if each.version.number < at.charter.number]
    is_open = row.reading is not None
    return {
        "product": at.product,
        "versions": versions,
        "row": row,
        "document": document_of(reading),
        "is_in_force": versions.is_in_force(at.charter),
        "may_write": at.may_write,
        "may_edit": at.may_write and is_open and not reading.is_settled,
        "may_begin": at.may_write and versions.draft is None,
        "before": older[0].version if older else None,
        "missing": what_is_missing(reading.lines),
        "sides_missing": sides_missing(reading) if is_open else [],
        "to_sign_for": _to_sign_for(at, reading) if is_open else [],
        "may_reject": _may_reject(at, reading) if is_open else False,
        "disagreements": disagreements_over([reading.subject]),
    }


def _to_sign_for(at: CharterAt, reading: CharterReading) -> list[tuple[Meaning, str]]:
    """The sides that the person may sign for now, with the words of each button."""
    return [
        (side, f"Sign for the {side_in_words(side)} side")
        for side in at.signs_for
        if not against_signing_charter(reading, at.person, side)
    ]


def _may_reject(at: CharterAt, reading: CharterReading) -> bool:
    signs = at.standing.roles & set(SIGNATORIES)
    says_something = not what_is_missing(reading.lines)
    is_open = not reading.is_settled and not reading.signatures.is_rejected
    return bool(signs) and is_open and says_something


@require_POST
def charter_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the next version."""
    standing = product_for(request, slug, Ability.WRITE_CHARTER)
    draft = pressed(
        request,
        partial(draft_charter, product=standing.product, by=standing.person),
        lambda draft: f"Version {draft.number} is a draft now. Nothing of it counts yet.",
    )
    return redirect("charter_version", slug, draft.number) if draft else redirect("charter", slug)


@require_safe
def charter_compare(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What a version says that another one does not, word by word."""
    at = charter_for_reading(request, slug, number)
    others = [each for each in charters_of(at.product) if each.pk != at.charter.pk]
    wanted = request.GET.get("with", "")
    earlier = next((each for each in others if each.number < number), None)
    other = next((each for each in others if str(each.number) == wanted), None) or earlier
    if other is not None:
        other.product = at.product
    url = reverse("charter_version", args=[slug, number])
    context = {
        "heading": f"Compare version {number} of the charter",
        "trail": [_charter_page(slug), (f"Version {number}", url), ("Compare", "")],
        "charter": at.charter,
        "others": others,
        "other": other,
        "changes": changes_since(other, read_charter(at.charter)) if other else [],
    }
    return render(request, "reviews/charter/compare.html", context)


@form_methods
def charter_sign(request: HttpRequest, slug: str, number: int, meaning: str) -> HttpResponse:
    """Agree to a version for one side, with one's password."""
    at, side = charter_for_signing(request, slug, number, meaning)
    reading = read_charter(at.charter)
    form = SignForm(request.POST if request.method == "POST" else None)

    def sign(confirmed: Confirmed) -> None:
        sign_charter(
            charter=at.charter,
            by=at.person,
            meaning=side,
            seen=" ".join(form.seen),
            confirmed=confirmed,
            comment=form.cleaned_data["comment"],
        )

    return signing_page(request, _signing(at, reading, side), form, sign, person=at.person)


def _signing(at: CharterAt, reading: CharterReading, side: Meaning) -> SigningPage:
    slug, number = at.product.slug, at.charter.number
    url = reverse("charter_version", args=[slug, number])
    may = side in at.signs_for
    last = last_signed_by(at.person.pk, at.product, SubjectKind.CHARTER)
    return SigningPage(
        heading=f"Sign version {number} of the charter for the {side_in_words(side)} side",
        submit="Sign it",
        done=_DONE,
        done_url=url,
        trail=(_charter_page(slug), (f"Version {number}", url)),
        to_sign=[ToSign(reading.subject, side, url)],
        who_may=_who_may(side) if not may else "",
        in_the_way=against_signing_charter(reading, at.person, side) if may else (),
        not_ready=what_is_silent(at.charter.promise, reading.lines),
        changes=changes_between(last.content, reading.subject.content) if last else None,
        changes_since=f"{last.subject_label}, as you signed it" if last else "",
        disagreements=disagreements_over([reading.subject]),
        template="reviews/charter/sign.html",
        more={"document": document_of(reading), "last": last},
    )


def _who_may(side: Meaning) -> str:
    who = roles_in_words(SIGNS_FOR[side])
    return (
        f"Only the {who} signs for the {side_in_words(side)} side. You read here what they would "
        "sign."
    )


@form_methods
def charter_reject(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Refuse to sign a version: it goes back to its author, with the reason."""
    at = charter_for_rejecting(request, slug, number)
    reading = read_charter(at.charter)
    url = reverse("charter_version", args=[slug, number])

    def reject(seen: str, reason: str) -> None:
        reject_charter(charter=at.charter, by=at.person, seen=seen, reason=reason)

    return rejecting_page(
        request,
        reading.subject,
        reject,
        heading=f"Reject version {number} of the charter",
        done_url=url,
        trail=[_charter_page(slug), (f"Version {number}", url)],
    )


@require_safe
def charter_history(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Everything that was changed in a version, and everything that was signed of it."""
    at = charter_for_reading(request, slug, number)
    url = reverse("charter_version", args=[slug, number])
    return history_view(
        request,
        records_of(at.charter, {kind.model: {"charter": at.charter} for kind in LineKind}),
        heading=f"History of the charter, version {number}",
        trail=[_charter_page(slug), (f"Version {number}", url)],
    )


def _charter_page(slug: str) -> tuple[str, str]:
    return ("Charter", reverse("charter", args=[slug]))
