"""Beginning, writing, signing and dropping clinical risk–benefit analyses (clauses 6.1.6, 6.2)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from accounts.credentials import Confirmed
from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from hazards.locks import changing_one, check_in_the_log, lock_product
from hazards.models import Estimate, Hazard
from products.choices import Role
from products.permissions import Ability, check_can
from reviews.acceptance.reading import AcceptedRisk, read_acceptances
from reviews.acceptance.standing_facts import relied_on_now
from reviews.actions.signing import (
    Signing,
    check_seen,
    role_among,
    write_rejection,
    write_sign_offs,
)
from reviews.choices import Meaning
from reviews.models import Rejection, RiskBenefit, SignOff
from reviews.risk_benefit.now import against_signing_analysis, read_analysis
from reviews.risk_benefit.reading import TEXTS, AnalysisReading, weighable
from reviews.risk_benefit.rules import AnalysisState

EDITABLE = frozenset({*TEXTS, "balance"})

#: Who signs an analysis as what.
SIGNATORIES = {
    Meaning.APPROVED: Role.CLINICAL_SAFETY_OFFICER,
    Meaning.AUTHORISED: Role.ACCOUNTABLE_EXECUTIVE,
}
DEEDS = {
    Meaning.APPROVED: "approve a risk–benefit analysis",
    Meaning.AUTHORISED: "accept a risk–benefit analysis",
}


def draft_risk_benefit(*, hazard: Hazard, by: User, reason: str = "") -> RiskBenefit:
    """Begin an analysis of a hazard's unacceptable residual risk, with what an earlier one said.

    Its conclusion is left empty: that is drawn anew. Raises ``NotAllowed``; ``NotPossible`` where
    no residual risk is unacceptable, where nothing helps against its class, or where each such
    risk has an analysis already.
    """
    product = hazard.product
    check_can(by, Ability.WRITE_RISK_BENEFIT, product)
    why = reason or "Began a risk–benefit analysis"
    with act(by=by, reason=why, scope=product.scope) as under_way:
        lock_product(product)
        [risk] = read_acceptances([Hazard.objects.get(pk=hazard.pk)])
        check_in_the_log(risk.hazard, by)
        estimate = _to_weigh(risk)
        row = RiskBenefit(
            product=product,
            number=_next_number(product.pk),
            hazard=hazard,
            estimate=estimate,
            relied_on=relied_on_now(risk.reading),
            drafted_at=under_way.at,
            drafted_by=by,
        )
        earlier = RiskBenefit.objects.filter(hazard=hazard).order_by("-number").first()
        if earlier is not None:
            for name in TEXTS:
                if name != "conclusion":
                    setattr(row, name, getattr(earlier, name))
        row.save()
    return row


def _next_number(product: int) -> int:
    last = RiskBenefit.objects.filter(product=product).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _to_weigh(risk: AcceptedRisk) -> Estimate:
    """The worst estimate that an analysis may bear and that has none at work. One query."""
    reference = risk.hazard.display_reference
    if not risk.unacceptable:
        raise NotPossible(
            f"No residual risk of {reference} is unacceptable, so there is nothing to weigh. "
            "Nothing was begun."
        )
    may = weighable(risk.unacceptable)
    if not may:
        raise NotPossible(
            f"The residual risk of {reference} is of the matrix's highest class: no analysis and "
            "no signature helps. It needs more control or a changed scope. Nothing was begun."
        )
    at_work = {
        each.analysis.estimate_id: each
        for each in risk.analyses
        if each.state is not AnalysisState.LAPSED
    }
    for estimate in sorted(may, key=lambda each: -each.class_number):
        if estimate.pk not in at_work:
            return estimate
    there = at_work[may[0].pk]
    raise NotPossible(
        f"Risk–benefit analysis {there.analysis.number} is about this risk already: "
        f"{there.state.value[:1].lower()}{there.state.value[1:]}. Nothing was begun."
    )


def edit_risk_benefit(
    *,
    analysis: RiskBenefit,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> RiskBenefit:
    """Write an analysis that is not concluded. Signatures under it go out of date with that.

    What the risk relies on is noted anew. Raises ``NotAllowed``, ``NotPossible``, ``BadText``,
    ``Conflict``.
    """
    if set(changes) - EDITABLE:
        raise TypeError(f"not fields of an analysis that people edit: {sorted(set(changes))}")
    product = analysis.product
    check_can(by, Ability.WRITE_RISK_BENEFIT, product)
    with act(by=by, reason=reason or "Wrote the risk–benefit analysis", scope=product.scope):
        reading, risk = _locked(analysis)
        _check_open(reading)
        locked = reading.analysis
        for name, value in merged_changes(locked, changes, base_version).items():
            setattr(locked, name, value)
        locked.relied_on = relied_on_now(risk.reading)
        check_row(locked)
        locked.save()
    return locked


def drop_risk_benefit(*, analysis: RiskBenefit, by: User, reason: str) -> RiskBenefit:
    """Drop an analysis that is not concluded, with a reason; it stays readable.

    Raises ``NotAllowed``; ``NotPossible`` without a reason, or once it was concluded.
    """
    product = analysis.product
    check_can(by, Ability.WRITE_RISK_BENEFIT, product)
    if not reason.strip():
        raise NotPossible("Say why it is dropped. Nothing was changed.")
    with act(by=by, reason=reason, scope=product.scope):
        reading, _ = _locked(analysis)
        _check_open(reading)
        reading.analysis.is_active = False
        reading.analysis.save()
    return reading.analysis


def sign_risk_benefit(
    *,
    analysis: RiskBenefit,
    by: User,
    meaning: Meaning,
    seen: str,
    confirmed: Confirmed,
    comment: str = "",
) -> SignOff:
    """Approve an analysis as a current officer, or accept it as accountable executive (6.2).

    With the second signature it is concluded, and the hazard's findings follow. ``seen`` is the
    fingerprint of what was on screen. Raises ``NotAllowed`` and ``NotPossible``.
    """
    if meaning not in SIGNATORIES:
        raise NotPossible("An analysis is approved and accepted. Nothing was signed.")
    role = role_among(by, analysis.product, [SIGNATORIES[meaning]], to=DEEDS[meaning])
    why = comment.strip() or f"{_DONE[meaning]} a risk–benefit analysis"
    with act(by=by, reason=why, scope=analysis.product.scope):
        # The product first, as everywhere: no plan comes into force and none falls away meanwhile.
        lock_product(analysis.product)
        with changing_one(analysis.hazard, by=by, ability=Ability.SIGN, reason=why):
            reading, _ = _locked(analysis)
            check_seen(reading.subject, seen)
            in_the_way = against_signing_analysis(reading, by, meaning)
            if in_the_way:
                raise NotPossible(f"{in_the_way[0]} Nothing was signed.")
            signing = Signing(reading.subject, meaning, role, comment)
            return write_sign_offs([signing], by=by, confirmed=confirmed)[0]


_DONE = {Meaning.APPROVED: "Approved", Meaning.AUTHORISED: "Accepted"}


def reject_risk_benefit(*, analysis: RiskBenefit, by: User, seen: str, reason: str) -> Rejection:
    """Refuse to sign an analysis: it goes back to its author, with the reason.

    Raises ``NotAllowed``, ``NotPossible``.
    """
    roles = list(SIGNATORIES.values())
    role = role_among(by, analysis.product, roles, to="reject a risk–benefit analysis")
    if not reason.strip():
        raise NotPossible("Say why you reject it: its author has to know. Nothing was changed.")
    with act(by=by, reason=reason, scope=analysis.product.scope):
        reading, _ = _locked(analysis)
        _check_open(reading)
        check_seen(reading.subject, seen)
        return write_rejection(reading.subject, by=by, role=role, why=reason)


def _locked(analysis: RiskBenefit) -> tuple[AnalysisReading, AcceptedRisk]:
    """The analysis as it is now, locked, with its signatures and its hazard's risk."""
    lock_product(analysis.product)
    RiskBenefit.objects.select_for_update().get(pk=analysis.pk)
    return read_analysis(analysis)


def _check_open(reading: AnalysisReading) -> None:
    if not reading.analysis.is_active:
        raise NotPossible("This analysis was dropped. Nothing was changed. Begin another one.")
    if reading.is_settled:
        raise NotPossible(
            f"Analysis {reading.analysis.number} was concluded, so it stays as it was signed. "
            "Nothing was changed. Begin another one where it holds no longer."
        )
