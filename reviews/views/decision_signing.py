"""Agreeing on a decision, rejecting it, disagreeing with it, and what brings it back."""

import uuid

from django.http import HttpRequest, HttpResponse

from accounts.credentials import Confirmed
from accounts.editing import form_page
from accounts.forms import ReasonForm
from products.choices import Side
from products.permissions import roles_in_words
from reviews.actions.decision_reviews import (
    add_trigger,
    fire_trigger,
    record_dissent,
    remove_trigger,
)
from reviews.actions.decision_signing import reject_decision, sign_decision
from reviews.choices import Meaning
from reviews.decisions.access import (
    DecisionAt,
    decision_for_deciding,
    decision_for_dissent,
    decision_for_rejecting,
    decision_for_signing,
    decision_for_writing,
    trigger_of,
)
from reviews.decisions.disagreement import disagreements_over
from reviews.decisions.form_page import page_on, trail_of, url_of
from reviews.decisions.forms import DissentForm, FireForm, TriggerForm
from reviews.decisions.obstacles import against_signing_decision, worth_knowing
from reviews.decisions.page import page_of
from reviews.sides import SIGNS_FOR, side_in_words
from reviews.signing.forms import SignForm
from reviews.signing.page import SigningPage, ToSign, signing_page
from reviews.signing.rejecting import rejecting_page
from reviews.views.decisions import TEMPLATES, form_methods


@form_methods
def decision_sign(request: HttpRequest, slug: str, reference: str, meaning: str) -> HttpResponse:
    """Agree for one side, with one's password."""
    at, signed_as = decision_for_signing(request, slug, reference, meaning)
    form = SignForm(request.POST if request.method == "POST" else None)

    def sign(confirmed: Confirmed) -> None:
        sign_decision(
            decision=at.decision,
            by=at.person,
            meaning=signed_as,
            seen=" ".join(form.seen),
            confirmed=confirmed,
            comment=form.cleaned_data["comment"],
        )

    return signing_page(request, _signing(at, signed_as), form, sign, person=at.person)


def _signing(at: DecisionAt, meaning: Meaning) -> SigningPage:
    reading = at.reading
    may = meaning in at.signs_for
    side = side_in_words(meaning)
    who = roles_in_words(SIGNS_FOR[meaning])
    return SigningPage(
        heading=f"Agree on {at.decision.reference} for the {side} side",
        submit="Agree",
        done="Signed. Your signature is in the record.",
        done_url=url_of(at, "agreement"),
        trail=trail_of(at),
        to_sign=[ToSign(reading.subject, meaning, url_of(at))],
        who_may="" if may else f"For the {side} side signs: {who}. You read here what they sign.",
        in_the_way=against_signing_decision(reading, at.person, meaning) if may else (),
        not_ready=worth_knowing(reading),
        disagreements=disagreements_over([reading.subject]),
        template=f"{TEMPLATES}sign.html",
        more=page_of(at, to_read=True),
    )


@form_methods
def decision_reject(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Refuse to agree: it goes back, with the reason."""
    at = decision_for_rejecting(request, slug, reference)

    def reject(seen: str, reason: str) -> None:
        reject_decision(decision=at.decision, by=at.person, seen=seen, reason=reason)

    return rejecting_page(
        request,
        at.reading.subject,
        reject,
        heading=f"Reject {reference}",
        done_url=url_of(at),
        trail=trail_of(at),
        back_to="both sides",
        done="Rejected. Both sides read why on this page.",
    )


@form_methods
def decision_dissent(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Disagree; it is kept and shown."""
    at, sides = decision_for_dissent(request, slug, reference)
    form = DissentForm(request.POST or None, sides=sides)

    def save() -> None:
        record_dissent(
            decision=at.decision,
            by=at.person,
            side=Side(form.cleaned_data["side"]),
            text=form.cleaned_data["text"],
        )

    page = page_on(
        at,
        f"Disagree with {reference}",
        "Record my dissent",
        done="Recorded. It stays on the decision.",
        intro="You can disagree and still let the work go on. Your words are kept as they are, "
        "and are printed with the decision in the safety case report.",
        anchor="agreement",
    )
    return form_page(request, form, page, save)


@form_methods
def trigger_new(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Say what brings a decision back."""
    at = decision_for_writing(request, slug, reference)
    form = TriggerForm(request.POST or None)

    def save() -> None:
        add_trigger(decision=at.decision, by=at.person, text=form.cleaned_data["text"])

    page = page_on(at, "Add a review trigger", "Add it", done="Added.", anchor="choice")
    return form_page(request, form, page, save)


@form_methods
def trigger_remove(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> HttpResponse:
    """Watch a trigger no more."""
    at = decision_for_writing(request, slug, reference)
    trigger = trigger_of(at, public_id)
    form = ReasonForm(request.POST or None)

    def save() -> None:
        remove_trigger(trigger=trigger, by=at.person, reason=form.cleaned_data["reason"])

    page = page_on(
        at,
        "Take the trigger out",
        "Take it out",
        done="Taken out. It stays in the record.",
        intro=trigger.text,
        anchor="choice",
    )
    return form_page(request, form, page, save)


@form_methods
def trigger_fire(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> HttpResponse:
    """Say that what brings a decision back has happened."""
    at = decision_for_deciding(request, slug, reference)
    trigger = trigger_of(at, public_id)
    form = FireForm(request.POST or None)

    def save() -> None:
        fire_trigger(trigger=trigger, by=at.person, note=form.cleaned_data["note"])

    page = page_on(
        at,
        "It has happened",
        "Bring it back",
        done=f"{reference} is to be reviewed.",
        intro=f"Review when: {trigger.text}",
        anchor="choice",
    )
    return form_page(request, form, page, save)
