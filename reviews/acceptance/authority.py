"""Who may accept which risk under the plan in force: one rule for the page and for the action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import User
from hazards.models import Estimate, Plan, PlanClass
from products.choices import Role
from products.models import Product
from products.permissions import roles_in_words, standing_of
from reviews.acceptance.residual_risk import AcceptanceT, EstimateNow, EstimateT, ResidualRisk
from reviews.acceptance.rules import needs_acceptance
from reviews.plan.quotes import PlanQuoted, plan_in_words
from reviews.plan.reading import classes_of, current_officer, plan_in_force

NO_PLAN = (
    "No clinical risk management plan is in force, so nobody has the authority to accept a risk. "
    "Have the plan approved and authorised first."
)


@dataclass(frozen=True)
class Authority:
    """The plan in force, who may accept which class, and the roles that a person does it with."""

    plan: Plan
    roles: Mapping[int, Role]  # the person's, by the key of the risk class
    who: Mapping[int, Sequence[Role]]  # everybody's, by the key of the risk class
    not_current: Sequence[str] = ()  # why their role as an officer gives them no authority
    said: Sequence[PlanClass] = ()  # what the plan says of each class, the lowest first

    @property
    def quoted(self) -> PlanQuoted:
        """The plan in force in plain words. No query."""
        return plan_in_words(self.plan, self.said)


def authority_of(by: User, product: Product) -> Authority | None:
    """What a person may accept under the plan in force; None without a plan in force.

    Somebody whose appointment is not signed, or whose registration was not checked within twelve
    months, is no clinical safety officer yet, or no more: the plan gives them nothing as one.
    """
    plan = plan_in_force(product)
    if plan is None:
        return None
    mine = standing_of(by, product).roles if by.is_active else frozenset()
    not_current: Sequence[str] = ()
    if Role.CLINICAL_SAFETY_OFFICER in mine:
        officer = current_officer(by, product)
        not_current = officer.problems if officer else ()
    if not_current:
        mine -= {Role.CLINICAL_SAFETY_OFFICER}
    said = list(classes_of(plan))
    who = {each.risk_class_id: each.accepting_roles for each in said}
    roles = {key: role for key, named in who.items() for role in reversed(named) if role in mine}
    return Authority(plan, roles, who, not_current, said)


def against_any_acceptance(risk: ResidualRisk[EstimateT, AcceptanceT]) -> str:
    """Why nobody may accept the residual risk of a hazard now, or ''."""
    reference = risk.hazard.display_reference
    if risk.is_unacceptable:
        return (
            f"The residual risk of {reference} is unacceptable, and no signature helps: it "
            "needs more control or a changed scope (clause 6.1.5)."
        )
    if not risk.waiting:
        return f"{reference} has no residual risk that waits for acceptance."
    broken = sorted({text for each in risk.waiting for text in risk.broken_under(each)})
    if broken:
        return (
            f"The residual risk of {reference} stands on an assumption that does not hold: "
            f"“{broken[0]}”. Estimate the risk anew without it, or put the assumption right."
        )
    moved = next((words for each in risk.waiting if (words := risk.why_moved(each))), "")
    if moved:
        return f"The residual risk of {reference} was estimated with {moved}. Estimate it again."
    return ""


def against_accepting(
    risk: ResidualRisk[EstimateT, AcceptanceT], authority: Authority | None, by: User
) -> str:
    """Why this person may not accept what waits on a hazard, or ''."""
    if authority is None:
        return NO_PLAN
    reference = risk.hazard.display_reference
    for estimate in risk.waiting:
        if estimate.estimated_by_id == by.pk:
            return (
                f"You estimated the residual risk of {reference} yourself, so somebody else has "
                "to accept it."
            )
    for estimate in risk.waiting:
        if estimate.risk_class_id not in authority.roles:
            officer = Role.CLINICAL_SAFETY_OFFICER
            if authority.not_current and officer in authority.who.get(estimate.risk_class_id, ()):
                return authority.not_current[0]
            return _no_authority(risk, estimate, authority)
    return ""


def who_may_accept(estimate: Estimate | EstimateNow, authority: Authority | None) -> str:
    """The roles that the plan in force lets accept a risk of this class, in words, or ''."""
    if authority is None or not needs_acceptance(estimate.acceptability):
        return ""
    roles = authority.who.get(estimate.risk_class_id, [])
    return roles_in_words(roles)


def _no_authority(
    risk: ResidualRisk[EstimateT, AcceptanceT], estimate: EstimateT, authority: Authority
) -> str:
    reference = risk.hazard.display_reference
    if estimate.risk_class_id not in authority.who:
        return (
            f"The residual risk of {reference} was estimated with another version of the risk "
            f"matrix than version {authority.plan.number} of the plan names, so the plan says "
            "nobody who may accept it. Estimate it again with the matrix in use, which the plan "
            "has to name."
        )
    who = who_may_accept(estimate, authority)
    if not who:
        return (
            f"Version {authority.plan.number} of the plan lets nobody accept a risk of the class "
            f"of {reference} on its matrix."
        )
    return (
        f"The plan gives class {estimate.class_number} to {who}: your role on the product does "
        f"not let you accept {reference}."
    )
