"""What a signature is bound to: the canonical JSON of exactly what was on screen.

Each kind of content has a numbered projection. A signature is compared with the projection that it
names, so that a newer version of the application never makes an older signature out of date.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from audit.canonical import canonical_json, sha256_of
from hazards.matrix_reading import read_squares
from hazards.models import Estimate, Hazard, Plan, PlanClass
from products.models import Membership, Product
from reviews.choices import SubjectKind
from reviews.models import Acceptance

#: The projection that new signatures under plans, appointments and acceptances are bound to.
PROJECTION = 1

LONGEST_LABEL = 300  # characters, as a signature stores it


@dataclass(frozen=True)
class Subject:
    """A thing as it is signed: ``label`` reads within a sentence; ``content`` is '' where another
    record keeps it."""

    product: Product
    kind: SubjectKind
    id: uuid.UUID
    label: str
    fingerprint: str
    projection: int = PROJECTION
    content: str = ""


def subject_with(
    product: Product, kind: SubjectKind, public_id: uuid.UUID, label: str, content: dict[str, Any]
) -> Subject:
    """The subject whose fingerprint is of this content."""
    text = canonical_json(content)
    return Subject(product, kind, public_id, label, sha256_of(text), PROJECTION, text)


def plan_subject(plan: Plan) -> Subject:
    """A version of the plan with the criteria that it sets. Three queries."""
    return subject_with(
        plan.product,
        SubjectKind.PLAN,
        plan.public_id,
        f"version {plan.number} of the clinical risk management plan",
        plan_content(plan),
    )


def plan_content(plan: Plan) -> dict[str, Any]:
    """Everything that a plan says, as plain values (projection 1)."""
    matrix = read_squares(plan.matrix)
    said = {
        each.risk_class_id: each
        for each in PlanClass.objects.filter(plan=plan).order_by("risk_class__number")
    }
    return {
        "product": str(plan.product.public_id),
        "version": plan.number,
        "purpose": plan.purpose,
        "governance": plan.governance,
        "activities": plan.activities,
        "competence": plan.competence,
        "process_review": plan.process_review,
        "phases": [phase.value for phase in plan.reporting_phases],
        "needs_authorisation": plan.needs_authorisation,
        "matrix": {
            "name": matrix.version.name,
            "version": matrix.version.number,
            "severities": [[each.word, each.meaning] for each in matrix.severities],
            "likelihoods": [[each.word, each.meaning] for each in matrix.likelihoods],
            "rows": [
                [row.likelihood.word, [cell.number for cell in row.cells]] for row in matrix.rows
            ],
        },
        "classes": [
            {
                "number": each.number,
                "acceptability": each.acceptability,
                "meaning": each.meaning,
                "accepted_by": [role.value for role in said[each.pk].accepting_roles]
                if each.pk in said
                else [],
                "review_months": said[each.pk].review_months if each.pk in said else 12,
            }
            for each in matrix.classes
        ],
    }


def appointment_subject(membership: Membership) -> Subject:
    """The appointment of a person to a role from a day on (clause 2.2.1).

    The last day is left out: an appointment that is ended was valid until then.
    """
    person = membership.person
    deputy = " (deputy)" if membership.is_deputy else ""
    return subject_with(
        membership.product,
        SubjectKind.APPOINTMENT,
        membership.public_id,
        f"{person.name}, {membership.get_role_display().lower()}{deputy} "
        f"from {membership.starts_on:%-d %B %Y}",
        {
            "product": str(membership.product.public_id),
            "person": str(person.profile.public_id),
            "role": membership.role,
            "is_deputy": membership.is_deputy,
            "starts_on": membership.starts_on,
        },
    )


def acceptance_label(hazard: Hazard, estimate: Estimate, *, is_provisional: bool) -> str:
    """What is accepted, within a sentence; cut where a signature could not hold it."""
    which = f" by the cause “{estimate.cause.text}”" if estimate.cause else ""
    words = f"{estimate.severity.word} · {estimate.likelihood.word}"
    provisional = ", provisional" if is_provisional else ""
    label = (
        f"the residual risk of {hazard.display_reference}{which} "
        f"(class {estimate.class_number}, {words}{provisional})"
    )
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def acceptance_subject(acceptance: Acceptance) -> Subject:
    """The acceptance of a residual risk; its record never changes. ``acceptance`` brings along its
    hazard with the product, its plan, and its estimate with levels and cause."""
    hazard, estimate = acceptance.hazard, acceptance.estimate
    return subject_with(
        hazard.product,
        SubjectKind.ACCEPTANCE,
        acceptance.public_id,
        acceptance_label(hazard, estimate, is_provisional=acceptance.was_provisional),
        {
            "hazard": str(hazard.public_id),
            "estimate": str(estimate.public_id),
            "plan": str(acceptance.plan.public_id),
            "authority": acceptance.authority,
            "why": acceptance.why,
            "relied_on": acceptance.relied_on,
        },
    )
