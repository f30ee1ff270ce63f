"""Accepting residual risks that the plan's criteria ask it of."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.credentials import Confirmed
from accounts.models import User
from audit.acts import act
from audit.errors import NotPossible
from hazards.locks import changing, check_in_the_log, lock_product
from hazards.models import Estimate, Hazard
from products.choices import Role
from products.models import Product
from products.permissions import Ability, check_can
from reviews.acceptance.authority import (
    NO_PLAN,
    Authority,
    against_accepting,
    against_any_acceptance,
    authority_of,
)
from reviews.acceptance.reading import AcceptedRisk, read_acceptances
from reviews.acceptance.standing_facts import relied_on_now
from reviews.actions.signing import Signing, write_sign_offs
from reviews.choices import Meaning
from reviews.models import Acceptance
from reviews.signing.subjects import acceptance_subject


@dataclass(frozen=True)
class Accepting:
    """A residual risk that somebody is about to accept, and why it cannot be reduced further.

    ``seen`` is the content version of the hazard that was on screen: it rises with every change of
    the hazard or of anything on it, so nobody accepts what they have not read.
    """

    hazard: Hazard
    why: str
    seen: int


def accept_risks(
    *, product: Product, by: User, risks: Sequence[Accepting], confirmed: Confirmed
) -> list[Acceptance]:
    """Accept the residual risks of one page with one credential; all of them or none.

    Raises ``NotAllowed``; ``NotPossible`` with the first thing that is in the way: no plan in
    force, no authority for the class, one's own estimate, an unacceptable risk, an assumption that
    does not hold, no reason why further reduction is impractical, or a hazard that is not what was
    on screen any more.
    """
    if not risks:
        raise NotPossible("Choose at least one risk to accept. Nothing was signed.")
    if any(each.hazard.product_id != product.pk for each in risks):
        raise NotPossible("That hazard is not of this product. Nothing was signed.")
    check_can(by, Ability.SIGN, product)
    by_hazard = {each.hazard.pk: each for each in risks}
    with act(by=by, reason="Accepted a residual risk", scope=product.scope) as under_way:
        # The product first: while it is locked, no plan comes into force and none falls away.
        authority = authority_of(by, lock_product(product))
        if authority is None:
            raise NotPossible(f"{NO_PLAN} Nothing was signed.")
        with changing(
            [each.hazard for each in risks],
            product=product,
            by=by,
            ability=Ability.SIGN,
            reason=under_way.reason,
        ) as locked:
            written = [
                acceptance
                for risk in read_acceptances(locked)
                for acceptance in _accept(risk, by_hazard[risk.hazard.pk], authority, by)
            ]
            write_sign_offs([_signing(each) for each in written], by=by, confirmed=confirmed)
    return written


def _accept(
    risk: AcceptedRisk, accepting: Accepting, authority: Authority, by: User
) -> list[Acceptance]:
    """Write the acceptances of one hazard, which is locked."""
    check_in_the_log(risk.hazard)
    written = []
    for estimate in _to_accept(risk, accepting, authority, by):
        acceptance = _acceptance(risk, estimate, authority, by, accepting.why)
        acceptance.save()
        written.append(acceptance)
    return written


def _signing(acceptance: Acceptance) -> Signing:
    """The signature under an acceptance; why it was given stands in what is signed."""
    return Signing(acceptance_subject(acceptance), Meaning.AUTHORISED, Role(acceptance.authority))


def _to_accept(
    risk: AcceptedRisk, accepting: Accepting, authority: Authority, by: User
) -> list[Estimate]:
    """The estimates that this act accepts, once everything about them is in order."""
    reference = risk.hazard.display_reference
    _refuse_if(against_any_acceptance(risk))
    if risk.hazard.content_version != accepting.seen:
        raise NotPossible(
            f"{reference} was changed while you read it. Nothing was signed. "
            "Read it as it is now, then decide."
        )
    if not accepting.why.strip():
        raise NotPossible(
            f"Say for {reference} why further reduction is impractical. Nothing was signed."
        )
    _refuse_if(against_accepting(risk, authority, by))
    return risk.waiting


def _refuse_if(in_the_way: str) -> None:
    if in_the_way:
        raise NotPossible(f"{in_the_way} Nothing was signed.")


def _acceptance(
    risk: AcceptedRisk, estimate: Estimate, authority: Authority, by: User, why: str
) -> Acceptance:
    return Acceptance(
        hazard=risk.hazard,
        estimate=estimate,
        plan=authority.plan,
        authority=authority.roles[estimate.risk_class_id],
        why=why.strip(),
        was_provisional=risk.reading.residual.is_provisional,
        relied_on=relied_on_now(risk.reading),
        # Not the act's time: an estimate may have come in while this one waited for its lock.
        accepted_at=timezone.now(),
        accepted_by=by,
    )
