"""Signing a list of legacy findings, which stands whole on the page."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.credentials import Confirmed
from hazards.quality.legacy import read_legacy
from products.choices import Role
from reviews.actions.legacy_lists import sign_legacy_list
from reviews.choices import Meaning
from reviews.signing.access import LegacyListAt, legacy_list_for_signing
from reviews.signing.forms import SignForm
from reviews.signing.legacy_lists import against_signing_list, legacy_subject, signatures_of
from reviews.signing.page import SigningPage, ToSign, signing_page


@require_http_methods(["GET", "HEAD", "POST"])
def legacy_list_sign(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Sign a list as clinical safety officer, with one's password."""
    at = legacy_list_for_signing(request, slug, public_id)
    person = at.standing.person
    form = SignForm(request.POST if request.method == "POST" else None)

    def sign(confirmed: Confirmed) -> None:
        sign_legacy_list(
            legacy=at.legacy,
            by=person,
            seen=" ".join(form.seen),
            confirmed=confirmed,
            comment=form.cleaned_data["comment"],
        )

    return signing_page(request, _page(at), form, sign, person=person)


def _page(at: LegacyListAt) -> SigningPage:
    slug, legacy = at.standing.product.slug, at.legacy
    url = reverse("legacy_list", args=[slug, legacy.public_id])
    may = Role.CLINICAL_SAFETY_OFFICER in at.standing.roles
    entries = read_legacy(legacy)
    return SigningPage(
        heading="Sign the list of legacy findings",
        submit="Sign the list",
        done="Signed. These findings are legacy from now on; what is edited counts in full.",
        done_url=url,
        trail=(("Quality", reverse("quality", args=[slug])), ("Legacy findings", url)),
        to_sign=[ToSign(legacy_subject(legacy), Meaning.APPROVED, url)],
        who_may=""
        if may
        else "Only a clinical safety officer signs this. You read here what they would sign.",
        in_the_way=against_signing_list(legacy, at.standing.person) if may else (),
        template="reviews/legacy_list_sign.html",
        more={"entries": entries, "legacy": legacy, "signatures": signatures_of(legacy)},
    )
