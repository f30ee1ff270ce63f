"""Signing, rejecting and issuing a version."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.credentials import Confirmed
from accounts.editing import UNPROCESSABLE, Page, attempt, form_page
from audit.errors import NotPossible
from products.permissions import roles_in_words
from reviews.choices import Meaning
from reviews.signing.forms import RejectForm, SignForm
from reviews.signing.page import SigningPage, ToSign, signing_page
from safetycase.access import (
    VersionAt,
    candidate_for_issuing,
    candidate_for_rejecting,
    candidate_for_signing,
)
from safetycase.actions.pdf_requests import request_pdf
from safetycase.actions.versions import issue_version, reject_version, sign_version
from safetycase.obstacles import (
    SIGNING_ROLES,
    against_issuing,
    against_rejecting,
    against_signing,
    signs_as,
)
from safetycase.since import read_since
from safetycase.versions.choice import compare_url
from safetycase.versions.forms import IssueForm
from safetycase.versions.page import VERBS, disagreements_with, name_of, url_of
from safetycase.versions.reading import VersionReading, attempts_at, read_versions
from safetycase.versions.signing import new_to
from safetycase.versions.waivers import open_waivers

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def version_sign(
    request: HttpRequest, slug: str, public_id: uuid.UUID, meaning: str
) -> HttpResponse:
    """Review, approve or authorise a version, both its parts with one password."""
    at, signed_as = candidate_for_signing(request, slug, public_id, meaning)
    form = SignForm(request.POST if request.method == "POST" else None)

    def sign(confirmed: Confirmed) -> None:
        sign_version(
            baseline=at.baseline,
            by=at.person,
            meaning=signed_as,
            seen=request.POST.get("report", ""),
            confirmed=confirmed,
            comment=form.cleaned_data["comment"],
        )

    return signing_page(request, _signing(at, signed_as), form, sign, person=at.person)


def _signing(at: VersionAt, meaning: Meaning) -> SigningPage:
    reading, person = at.reading, at.person
    new = new_to(person, reading, at.product)
    may = meaning in signs_as(at.standing)
    named, url = name_of(at.baseline), url_of(reading, at.product.slug)
    parts = reading.facts.parts_to_sign(person.pk, meaning)
    return SigningPage(
        heading=f"{VERBS[meaning]} {named[:1].lower()}{named[1:]}",
        submit=f"Sign: {meaning.label.lower()}",
        done=f"{meaning.label}. Your signature is in the record.",
        done_url=url,
        trail=_trail(at),
        to_sign=[ToSign(reading.subjects[kind], meaning, url) for kind in parts],
        who_may="" if may else _who_may(meaning),
        in_the_way=against_signing(reading, person, meaning) if may else (),
        not_ready=_not_ready(reading),
        disagreements=disagreements_with(
            read_versions(list(attempts_at(at.product, at.baseline.number)), at.product)
        ),
        template="safetycase/versions/sign.html",
        more={
            "hidden_fields": [("report", at.baseline.report_fingerprint)],
            "reading": reading,
            "new": new,
            "waivers": open_waivers(reading, at.product),
            "compare_url": compare_url(at.product, new.before, at.baseline) if new.before else "",
        },
    )


def _not_ready(reading: VersionReading) -> list[str]:
    """What was missing when it was frozen, and what of it keeps it from being issued."""
    told = [f"{sentence}." for sentence in reading.snapshot["not_ready"]]
    return [*told, *(f"It cannot be issued so: {gap}" for gap in reading.gaps)]


def _who_may(meaning: Meaning) -> str:
    roles = roles_in_words(SIGNING_ROLES[meaning])
    return f"This is signed by the {roles} of the product. You read here what they would sign."


@form_methods
def version_reject(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Refuse a version: it goes back to its author with the reason."""
    at = candidate_for_rejecting(request, slug, public_id)
    form = RejectForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        reject_version(
            baseline=at.baseline,
            by=at.person,
            seen=request.POST.get("seen", ""),
            reason=form.cleaned_data["reason"],
        )

    return form_page(request, form, _rejecting(at), save)


def _rejecting(at: VersionAt) -> Page:
    named = name_of(at.baseline)
    return Page(
        heading=f"Reject {named[:1].lower()}{named[1:]}",
        submit="Reject it",
        done="Rejected. Its author reads why on this page.",
        done_url=url_of(at.reading, at.product.slug),
        intro="It goes back to its author, and nobody signs it any more: what has to change is "
        "changed in the log or the report, and then a new version is frozen. Your reason stays in "
        "the record.",
        trail=_trail(at),
        template="safetycase/versions/reject.html",
        more={
            "hidden_fields": [("seen", at.baseline.report_fingerprint)],
            "in_the_way": against_rejecting(at.reading),
        },
    )


@form_methods
def version_issue(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Issue a version: from now on it never changes."""
    at = candidate_for_issuing(request, slug, public_id)
    since = read_since(at.baseline, at.product)
    data = request.POST if request.method == "POST" else None
    form = IssueForm(data, has_changes=not since.changes.is_empty)

    def save() -> None:
        issue = issue_version(
            baseline=at.baseline, by=at.person, despite_changes=form.leaves_changes_out
        )
        messages.success(request, f"Version {issue.number} is issued.")
        try:
            request_pdf(issue=issue, by=at.person)
        except NotPossible as refusal:  # somebody who saw it issued was quicker
            messages.info(request, refusal.sentence)

    status = 200
    if request.method == "POST":
        if form.is_valid() and attempt(form, save) is not None:
            return HttpResponseRedirect(reverse("version_detail", args=[slug, at.baseline.number]))
        status = UNPROCESSABLE
    context = Page(
        heading=f"Issue version {at.baseline.number}",
        submit=f"Issue version {at.baseline.number}",
        done_url=url_of(at.reading, slug),
        trail=_trail(at),
    ).context(form) | {
        "at": at,
        "reading": at.reading,
        "in_the_way": list(dict.fromkeys([*against_issuing(at.reading), *since.gaps])),
        "since": since,
        "compare_url": compare_url(at.product, at.baseline),
    }
    return render(request, "safetycase/versions/issue.html", context, status=status)


def _trail(at: VersionAt) -> tuple[tuple[str, str], ...]:
    slug = at.product.slug
    return (
        ("Safety case", reverse("safety_case", args=[slug])),
        (name_of(at.baseline), url_of(at.reading, slug)),
    )
