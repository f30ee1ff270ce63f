"""Drafting, writing, signing and rejecting the clinical risk management plan."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from accounts.credentials import Confirmed
from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.bulk import record_many
from audit.concurrency import merged_changes
from audit.errors import Conflict, FieldConflict, NotPossible
from hazards.choices import Acceptability, LifecyclePhase
from hazards.models import MatrixVersion, Plan, PlanClass, RiskClass
from hazards.queries import current_matrix
from products.choices import Role
from products.models import Product
from products.permissions import SIGNING_ROLES, Ability, check_can
from reviews.actions.signing import (
    Signing,
    check_seen,
    role_among,
    write_rejection,
    write_sign_offs,
)
from reviews.choices import Meaning
from reviews.models import Rejection, SignOff
from reviews.plan.reading import PlanReading, classes_of, plans_of, read_plan
from reviews.signing.obstacles import against_signing_plan

EDITABLE = frozenset(
    {
        "matrix_id",
        "purpose",
        "governance",
        "activities",
        "competence",
        "process_review",
        "phases",
        "needs_authorisation",
    }
)

#: Who signs a plan as what.
SIGNATORIES = {
    Meaning.APPROVED: Role.CLINICAL_SAFETY_OFFICER,
    Meaning.AUTHORISED: Role.ACCOUNTABLE_EXECUTIVE,
}

DEEDS = {Meaning.APPROVED: "approve the plan", Meaning.AUTHORISED: "authorise the plan"}

_USUAL_PHASES = (LifecyclePhase.FIRST_DEPLOYMENT, LifecyclePhase.MODIFICATION)
_USUAL_AUTHORITY = (Role.ACCOUNTABLE_EXECUTIVE, Role.CLINICAL_SAFETY_OFFICER)
#: Months between reviews by how acceptable a risk is: a yearly baseline, oftener where it is not.
_USUAL_MONTHS = {
    Acceptability.ACCEPTABLE: 12,
    Acceptability.IF_JUSTIFIED: 3,
    Acceptability.UNACCEPTABLE: 1,
}


def draft_plan(*, product: Product, by: User, reason: str = "") -> Plan:
    """Begin the next version: a copy of the newest one, or the usual plan for the first.

    Raises ``NotAllowed``; ``NotPossible`` while the newest version is still a draft, or without a
    risk matrix.
    """
    check_can(by, Ability.WRITE_PLAN, product)
    with act(by=by, reason=reason or "Began a plan", scope=product.scope) as under_way:
        Product.objects.select_for_update().get(pk=product.pk)
        newest = plans_of(product).first()
        if newest is not None and not read_plan(newest).is_settled:
            raise NotPossible(
                f"Version {newest.number} is not in force yet. Nothing was made: change that one."
            )
        matrix = current_matrix(product)
        if matrix is None:
            raise NotPossible("The product has no risk matrix to plan with. Nothing was made.")
        plan = Plan(
            product=product,
            number=newest.number + 1 if newest else 1,
            matrix=matrix,
            drafted_at=under_way.at,
            drafted_by=by,
            phases=" ".join(_USUAL_PHASES),
        )
        if newest is not None:
            for name in EDITABLE - {"matrix_id"}:
                setattr(plan, name, getattr(newest, name))
        plan.save()
        record_many(_classes(plan, classes_of(newest) if newest else ()))
    return plan


def _classes(plan: Plan, earlier: Iterable[PlanClass]) -> list[PlanClass]:
    """What a plan says of each class at first: what was said of the same number before."""
    said = {each.risk_class.number: each for each in earlier}
    classes = []
    for risk_class in RiskClass.objects.filter(matrix=plan.matrix).order_by("number"):
        acceptability = Acceptability(risk_class.acceptability)
        before = said.get(risk_class.number)
        # A number that is acceptable or unacceptable on this matrix is nobody's to accept.
        needs_authority = acceptability is Acceptability.IF_JUSTIFIED
        usual = " ".join(_USUAL_AUTHORITY) if needs_authority else ""
        classes.append(
            PlanClass(
                plan=plan,
                risk_class=risk_class,
                accepted_by=(before.accepted_by if before else usual) if needs_authority else "",
                review_months=before.review_months if before else _USUAL_MONTHS[acceptability],
            )
        )
    return classes


def edit_plan(
    *,
    plan: Plan,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Plan:
    """Change a version that is not in force. Signatures under it go out of date with that.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText``, ``Conflict``.
    """
    if set(changes) - EDITABLE:
        raise TypeError(f"not fields of a plan that people edit: {sorted(set(changes))}")
    check_can(by, Ability.WRITE_PLAN, plan.product)
    with act(by=by, reason=reason or "Changed the plan", scope=plan.product.scope):
        locked = _locked(plan)
        wanted = merged_changes(locked, changes, base_version)
        said = list(classes_of(locked))
        for name, value in wanted.items():
            setattr(locked, name, value)
        if "matrix_id" in wanted:
            _check_matrix(locked)
        if "phases" in wanted:
            _check_phases(locked)
        check_row(locked)
        locked.save()
        if "matrix_id" in wanted:
            _follow_matrix(locked, said)
    return locked


def say_of_class(
    *,
    plan_class: PlanClass,
    by: User,
    accepted_by: Collection[Role],
    review_months: int,
    base_version: int | None = None,
    reason: str = "",
) -> PlanClass:
    """Say who may accept a class and how many months may lie between its reviews (1 to 12).

    Raises ``NotAllowed``, ``Conflict``; ``NotPossible`` for a role that never signs, for a class
    that nobody can accept, or for another interval.
    """
    plan = plan_class.plan
    check_can(by, Ability.WRITE_PLAN, plan.product)
    if not 1 <= review_months <= 12:
        raise NotPossible("Every hazard is reviewed once in one to twelve months. Nothing changed.")
    strangers = [role for role in accepted_by if role not in SIGNING_ROLES]
    if strangers:
        raise NotPossible(
            f"A {strangers[0].label.lower()} holds no clinical authority, so they cannot accept "
            "a risk. Nothing was changed."
        )
    if accepted_by and plan_class.risk_class.acceptability == Acceptability.UNACCEPTABLE:
        raise NotPossible(
            f"Class {plan_class.risk_class.number} is unacceptable: no signature helps. "
            "Nothing was changed."
        )
    with act(by=by, reason=reason or "Changed the plan", scope=plan.product.scope):
        _locked(plan)
        locked = PlanClass.objects.select_for_update().get(pk=plan_class.pk)
        named = " ".join(role.value for role in Role if role in accepted_by)
        proposed = {"accepted_by": named, "review_months": review_months}
        for name, value in merged_changes(locked, proposed, base_version).items():
            setattr(locked, name, value)
        locked.save()
    return locked


@dataclass(frozen=True)
class SaidOfClass:
    """What a person says of a class; ``base_version`` is that of the row they had before them."""

    accepted_by: Collection[Role]
    review_months: int
    base_version: int | None = None


def write_plan(
    *,
    plan: Plan,
    by: User,
    changes: Mapping[str, Any],
    classes: Mapping[int, SaidOfClass],
    base_version: int | None = None,
    reason: str = "",
) -> Plan:
    """Change a plan and what it says of each class, by the class's number, all in one act.

    Raises what ``edit_plan`` and ``say_of_class`` raise; one ``Conflict`` names every field that
    somebody else changed too, those of a class with its number (``review_months_3``).
    """
    colliding: list[FieldConflict] = []
    with act(by=by, reason=reason or "Changed the plan", scope=plan.product.scope):
        try:
            edit_plan(plan=plan, by=by, changes=changes, base_version=base_version)
        except Conflict as conflict:
            colliding += conflict.fields
        now = Plan.objects.select_related("product").get(pk=plan.pk)
        for row in classes_of(now).filter(risk_class__number__in=list(classes)):
            row.plan = now
            number = row.risk_class.number
            try:
                say_of_class(plan_class=row, by=by, **vars(classes[number]))
            except Conflict as conflict:
                colliding += [of_class(field, number) for field in conflict.fields]
        if colliding:
            raise Conflict(colliding, now.version)
    return now


def of_class(field: FieldConflict, number: int) -> FieldConflict:
    """A field of what is said of a class, named as the plan's own form names it."""
    return replace(field, name=f"{field.name}_{number}", label=f"class {number}: {field.label}")


def sign_plan(
    *, plan: Plan, by: User, meaning: Meaning, seen: str, confirmed: Confirmed, comment: str = ""
) -> SignOff:
    """Approve a plan as a current CSO, or authorise it as accountable executive (3.2.2, 2.2.1).

    ``seen`` is the fingerprint of what was on screen. Raises ``NotAllowed`` and ``NotPossible``.
    """
    if meaning not in SIGNATORIES:
        raise NotPossible("A plan is approved and authorised, nothing else. Nothing was signed.")
    role = role_among(by, plan.product, [SIGNATORIES[meaning]], to=DEEDS[meaning])
    default = f"{meaning.label} the plan"
    with act(by=by, reason=comment.strip() or default, scope=plan.product.scope):
        reading = _locked_reading(plan)
        check_seen(reading.subject, seen)
        in_the_way = against_signing_plan(reading, by, meaning)
        if in_the_way:
            raise NotPossible(f"{in_the_way[0]} Nothing was signed.")
        signing = Signing(reading.subject, meaning, role, comment)
        return write_sign_offs([signing], by=by, confirmed=confirmed)[0]


def reject_plan(*, plan: Plan, by: User, seen: str, reason: str) -> Rejection:
    """Refuse to sign a plan: it goes back to its author. Raises ``NotAllowed``, ``NotPossible``."""
    role = role_among(by, plan.product, list(SIGNATORIES.values()), to="reject the plan")
    if not reason.strip():
        raise NotPossible("Say why you reject it: its author has to know. Nothing was changed.")
    with act(by=by, reason=reason, scope=plan.product.scope):
        reading = _locked_reading(plan)
        _check_not_in_force(reading)
        check_seen(reading.subject, seen)
        return write_rejection(reading.subject, by=by, role=role, why=reason)


def _locked_reading(plan: Plan) -> PlanReading:
    """The plan as it is now, locked, with its signatures."""
    Product.objects.select_for_update().get(pk=plan.product_id)
    plans = Plan.objects.select_related("product", "matrix").select_for_update()
    return read_plan(plans.get(pk=plan.pk))


def _locked(plan: Plan) -> Plan:
    """The plan to be changed, locked; raises ``NotPossible`` when it is, or was, in force."""
    reading = _locked_reading(plan)
    _check_not_in_force(reading)
    if reading.is_settled:
        raise NotPossible(
            f"Version {plan.number} was in force, so it stays as it was signed. Nothing was "
            "changed. Begin the next version."
        )
    return reading.plan


def _check_not_in_force(reading: PlanReading) -> None:
    if reading.is_in_force:
        raise NotPossible(
            f"Version {reading.plan.number} is in force, so it stays as it was signed. Nothing was "
            "changed. Begin the next version."
        )


def _check_matrix(plan: Plan) -> None:
    if not MatrixVersion.objects.filter(pk=plan.matrix_id, product=plan.product_id).exists():
        raise NotPossible("That risk matrix is not of this product. Nothing was changed.")


def _check_phases(plan: Plan) -> None:
    if not plan.reporting_phases:
        raise NotPossible(
            "A plan names at least one lifecycle phase that needs a report (clause 3.5.1). "
            "Nothing was changed."
        )
    plan.phases = " ".join(phase.value for phase in plan.reporting_phases)


def _follow_matrix(plan: Plan, before: Iterable[PlanClass]) -> None:
    """Give the plan a row for each class of the matrix that it names now."""
    plan.matrix = MatrixVersion.objects.get(pk=plan.matrix_id)
    there = {each.risk_class_id for each in classes_of(plan)}
    record_many([row for row in _classes(plan, before) if row.risk_class_id not in there])
