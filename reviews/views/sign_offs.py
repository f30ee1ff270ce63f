"""One signature, and taking it back."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.credentials import Confirmed
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Meaning
from reviews.models import SignOff
from reviews.signing.access import sign_off_for_reading, sign_off_for_withdrawing
from reviews.signing.forms import WithdrawForm
from reviews.signing.page import SigningPage, signing_page
from reviews.signing.reading import SignatureReading
from reviews.signing.statements import withdrawal_of
from reviews.signing.subject_sources import reading_of, subject_under


@require_safe
def sign_off(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """One signature: whose, under what, and whether it still speaks."""
    standing, signed = sign_off_for_reading(request, slug, public_id)
    at = subject_under(signed)
    signature = reading_of(signed, at)
    context = {
        "heading": _heading(signed),
        "trail": [("Signature", "")],
        "signature": signature,
        "subject": at,
        "may_withdraw": signed.signed_by_id == standing.person.pk and signature.withdrawal is None,
    }
    return render(request, "reviews/sign_off.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_off_withdraw(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Take one's own signature back, with a reason and one's password."""
    standing, signed = sign_off_for_withdrawing(request, slug, public_id)
    signature = reading_of(signed, subject_under(signed))
    form = WithdrawForm(request.POST if request.method == "POST" else None)

    def withdraw(confirmed: Confirmed) -> None:
        withdraw_sign_off(
            sign_off=signed,
            by=standing.person,
            confirmed=confirmed,
            reason=form.cleaned_data["reason"],
        )

    page = _withdrawing(slug, signature)
    return signing_page(request, page, form, withdraw, person=standing.person)


def _withdrawing(slug: str, signature: SignatureReading) -> SigningPage:
    signed = signature.sign_off
    url = reverse("sign_off", args=[slug, signed.public_id])
    day = timezone.localtime(signed.signed_at)
    gone = signature.withdrawal is not None
    return SigningPage(
        heading="Withdraw your signature",
        submit="Withdraw it",
        done="Withdrawn. Your signature stays in the record, with your reason beside it.",
        done_url=url,
        trail=((_heading(signed), url),),
        to_sign=(),
        in_the_way=["This signature is withdrawn already."] if gone else (),
        template="reviews/withdraw.html",
        more={
            "signature": signature,
            "statement": withdrawal_of(
                signed.subject_label, Meaning(signed.meaning), f"{day:%-d %B %Y}"
            ),
        },
    )


def _heading(signed: SignOff) -> str:
    return f"{signed.get_meaning_display()}: {signed.subject_label}"
