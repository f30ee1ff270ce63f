"""Finding what a signature is under, as it is now, whatever package it lives in.

Packages above register theirs in ``AppConfig.ready()``; this package never imports them.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from hazards.models import Plan
from products.models import Membership, Product
from reviews.acceptance.reading import read_acceptances
from reviews.choices import AcceptanceState, SignatureState, SubjectKind
from reviews.models import Acceptance, SignOff
from reviews.signing.reading import SignatureReading
from reviews.signing.rules import signature_state
from reviews.signing.subjects import Subject, acceptance_subject, appointment_subject, plan_subject


@dataclass(frozen=True)
class SubjectAt:
    """What a signature is under, as it is now, and the address of its page.

    ``facts`` are labels and texts that belong to what was signed; ``why_not`` are sentences: why it
    holds no longer although nobody changed it (an acceptance that lapsed).
    """

    subject: Subject
    url: str
    facts: Sequence[tuple[str, str]] = ()
    why_not: Sequence[str] = ()


#: Given a product and a public id: the subject, or None when there is none.
FindSubject = Callable[[Product, uuid.UUID], SubjectAt | None]

_sources: dict[SubjectKind, FindSubject] = {}


def register_subjects(kind: SubjectKind, find: FindSubject) -> None:
    """Find subjects of this kind by this function."""
    _sources[kind] = find


def subject_under(sign_off: SignOff) -> SubjectAt | None:
    """What a signature is under; None when nobody here knows of its kind."""
    find = _sources.get(SubjectKind(sign_off.subject_kind))
    return find(sign_off.product, sign_off.subject_id) if find else None


def reading_of(sign_off: SignOff, at: SubjectAt | None) -> SignatureReading:
    """A signature with its state against its subject as it is now."""
    withdrawal = SignOff.objects.filter(withdraws=sign_off).first()
    state = signature_state(
        signed=sign_off.fingerprint,
        live=at.subject.fingerprint if at else sign_off.fingerprint,
        is_withdrawn=withdrawal is not None,
    )
    if state is SignatureState.CURRENT and at and at.why_not:
        state = SignatureState.OUT_OF_DATE
    return SignatureReading(sign_off, state, withdrawal)


def _plan(product: Product, public_id: uuid.UUID) -> SubjectAt | None:
    plan = (
        Plan.objects.select_related("matrix").filter(product=product, public_id=public_id).first()
    )
    if plan is None:
        return None
    plan.product = product
    return SubjectAt(plan_subject(plan), reverse("plan_version", args=[product.slug, plan.number]))


def _appointment(product: Product, public_id: uuid.UUID) -> SubjectAt | None:
    membership = (
        Membership.objects.select_related("person__profile")
        .filter(product=product, public_id=public_id)
        .first()
    )
    if membership is None:
        return None
    membership.product = product
    url = reverse("appointment", args=[product.slug, public_id])
    return SubjectAt(appointment_subject(membership), url)


def _acceptance(product: Product, public_id: uuid.UUID) -> SubjectAt | None:
    acceptance = (
        Acceptance.objects.select_related(
            "hazard__product",
            "plan",
            "estimate__severity",
            "estimate__likelihood",
            "estimate__cause",
        )
        .filter(hazard__product=product, public_id=public_id)
        .first()
    )
    if acceptance is None:
        return None
    [risk] = read_acceptances([acceptance.hazard])
    mine = next(each for each in risk.acceptances if each.acceptance.pk == acceptance.pk)
    return SubjectAt(
        acceptance_subject(acceptance),
        reverse("hazard_detail", args=[product.slug, acceptance.hazard.reference]),
        facts=[
            ("Hazard", f"{acceptance.hazard.display_reference} {acceptance.hazard.name}"),
            ("Why further reduction is impractical", acceptance.why),
            (
                "Under whose authority",
                f"{acceptance.get_authority_display()}, by version {acceptance.plan.number} of "
                "the plan",
            ),
        ],
        why_not=mine.reasons if mine.state is AcceptanceState.LAPSED else (),
    )


register_subjects(SubjectKind.PLAN, _plan)
register_subjects(SubjectKind.APPOINTMENT, _appointment)
register_subjects(SubjectKind.ACCEPTANCE, _acceptance)
