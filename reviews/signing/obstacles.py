"""What keeps somebody from signing, as sentences: one rule for the page and for the action."""

from accounts.models import User
from hazards.choices import MatrixState
from products.choices import Role
from products.models import Membership
from products.permissions import current_memberships
from reviews.choices import Meaning
from reviews.plan.reading import Officer, PlanReading, current_officer, plan_in_force


def against_signing_plan(reading: PlanReading, by: User, meaning: Meaning) -> list[str]:
    """Why a person whose role signs plans cannot sign this one now; empty when they can."""
    signed, plan = reading.signatures, reading.plan
    other = Meaning.AUTHORISED if meaning is Meaning.APPROVED else Meaning.APPROVED
    if signed.current(meaning):
        return [f"It is {meaning.label.lower()} already."]
    newest = plan_in_force(plan.product)
    if newest is not None and newest.number > plan.number:
        return [f"Version {newest.number} is in force: it has taken the place of this one."]
    found = []
    if signed.is_rejected:
        found.append("It was rejected as it stands: it has to be changed first.")
    if signed.current_by(by.pk, other):
        found.append("One person cannot both approve and authorise a plan: somebody else has to.")
    if meaning is Meaning.APPROVED:
        officer = current_officer(by, plan.product)
        found += officer.problems if officer else ["You are no current clinical safety officer."]
        if plan.matrix.state != MatrixState.APPROVED:
            found.append("Its risk matrix is not approved yet.")
        if not plan.reporting_phases:
            found.append("It names no lifecycle phase that needs a report (clause 3.5.1).")
    elif not signed.current(Meaning.APPROVED):
        found.append("A clinical safety officer approves it before it is authorised.")
    return found


def against_signing_appointment(officer: Officer, by: User) -> list[str]:
    """Why the accountable executive cannot sign an appointment; empty when they can."""
    member = officer.membership
    if member.role != Role.CLINICAL_SAFETY_OFFICER:
        return ["Only the appointment of a clinical safety officer is signed."]
    if officer.signatures.current(Meaning.AUTHORISED):
        return ["This appointment is signed already."]
    found = []
    if member.person_id == by.pk:
        found.append("Nobody appoints themselves.")
    if not member.person.is_active:
        found.append(f"{member.person.name} may not sign in, so they cannot hold the role.")
    if not Membership.objects.filter(current_memberships(), pk=member.pk).exists():
        found.append(
            "This appointment does not hold today: its dates are changed, or the role is given "
            "anew."
        )
    return found
