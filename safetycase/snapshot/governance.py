"""What a snapshot says of the plan, of who was appointed, and of the versions before."""

from hazards.models import Plan
from products.models import Product
from reviews.choices import Meaning
from reviews.models import SignOff
from reviews.plan.reading import classes_of, officers_of, reading_in_force
from safetycase.models import Issue
from safetycase.snapshot.version_shapes import (
    PlanClassShape,
    PlanShape,
    PlanSignatureShape,
    RevisionShape,
)
from safetycase.snapshot.words import moment, name


def plan_shape(product: Product) -> PlanShape | None:
    """The plan in force; None without one."""
    reading = reading_in_force(product)
    if reading is None:
        return None
    signed = [
        each.sign_off
        for meaning in (Meaning.APPROVED, Meaning.AUTHORISED)
        for each in reading.signatures.current(meaning)
    ]
    return _plan(reading.plan, signed)


def _plan(plan: Plan, signed: list[SignOff]) -> PlanShape:
    return PlanShape(
        number=plan.number,
        purpose=plan.purpose,
        governance=plan.governance,
        activities=plan.activities,
        competence=plan.competence,
        process_review=plan.process_review,
        matrix_number=plan.matrix.number,
        phases_words=[str(phase.label) for phase in plan.reporting_phases],
        needs_authorisation=plan.needs_authorisation,
        classes=[
            PlanClassShape(
                number=each.risk_class.number,
                accepted_by_words=" or ".join(str(role.label) for role in each.accepting_roles),
                review_months=each.review_months,
            )
            for each in classes_of(plan)
        ],
        signatures=[
            PlanSignatureShape(
                meaning_words=each.get_meaning_display(),
                name=each.signer_name,
                role_words=each.signer_role,
                registration=each.registration,
                at=moment(each.signed_at),
            )
            for each in signed
        ],
    )


def appointments_of(product: Product) -> dict[int, SignOff]:
    """The signatures under the appointments of today's officers, by membership."""
    return {
        officer.membership.pk: signed[-1].sign_off
        for officer in officers_of(product)
        if (signed := officer.signatures.current(Meaning.AUTHORISED))
    }


def revision_shapes(product: Product) -> list[RevisionShape]:
    """The versions that were issued so far, oldest first."""
    issues = (
        Issue.objects.filter(product=product)
        .select_related("baseline__frozen_by__profile", "baseline__release")
        .defer("baseline__content")
        .order_by("number")
    )
    return [
        RevisionShape(
            version=issue.number,
            release=issue.baseline.release.label,
            phase_words=issue.baseline.get_phase_display(),
            at=moment(issue.issued_at),
            author=name(issue.baseline.frozen_by),
            summary=issue.baseline.summary,
        )
        for issue in issues
    ]
