"""The appointment of a clinical safety officer: signing it, and its record afterwards."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.credentials import Confirmed
from products.permissions import Ability
from reviews.actions.appointments import sign_appointment
from reviews.choices import Meaning
from reviews.decisions.disagreement import disagreements_over
from reviews.signing.access import AppointmentAt, appointment_for
from reviews.signing.forms import SignForm
from reviews.signing.obstacles import against_signing_appointment
from reviews.signing.page import SigningPage, ToSign, signing_page
from reviews.signing.subjects import appointment_subject


@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """An appointment: what it says, who signed it, and signing it as accountable executive."""
    at = appointment_for(request, slug, public_id)
    person = at.standing.person
    form = SignForm(request.POST if request.method == "POST" else None)

    def sign(confirmed: Confirmed) -> None:
        sign_appointment(
            membership=at.officer.membership,
            by=person,
            seen=" ".join(form.seen),
            confirmed=confirmed,
            comment=form.cleaned_data["comment"],
        )

    return signing_page(request, _page(at), form, sign, person=person)


def _page(at: AppointmentAt) -> SigningPage:
    member, slug = at.officer.membership, at.standing.product.slug
    subject = appointment_subject(member)
    is_signed = bool(at.officer.signatures.current(Meaning.AUTHORISED))
    obstacles = against_signing_appointment(at.officer, at.standing.person)
    name = member.person.name
    return SigningPage(
        heading=f"Appointment of {name}" if is_signed else f"Appoint {name}",
        submit="Sign the appointment",
        done=f"The appointment of {name} is signed.",
        done_url=reverse("appointment", args=[slug, member.public_id]),
        trail=(("Team", reverse("team", args=[slug])),),
        to_sign=() if is_signed else [ToSign(subject, Meaning.AUTHORISED)],
        # Once it is signed, the page is its record.
        in_the_way=obstacles if at.may_sign and not is_signed else (),
        who_may=_who_may(at, is_signed),
        disagreements=disagreements_over([subject]),
        template="reviews/appointment.html",
        more={
            "officer": at.officer,
            "member": member,
            "is_signed": is_signed,
            "may_manage": at.standing.can(Ability.MANAGE_TEAM),
        },
    )


def _who_may(at: AppointmentAt, is_signed: bool) -> str:
    if is_signed:
        return "It is signed."
    if at.may_sign:
        return ""
    return "Only the accountable executive signs this. You read here what they would sign."
