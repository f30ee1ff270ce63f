"""Who signs a version, and what keeps somebody from it: one rule for page and action."""

from accounts.models import User
from products.choices import Role
from products.models import Product
from products.permissions import Standing
from reviews.choices import Meaning
from reviews.plan.reading import current_officer
from safetycase.issuing_rules import VersionState, why_not_sign
from safetycase.versions.reading import VersionReading

#: Who signs a version as what; the first of these roles that a person has is printed.
SIGNING_ROLES: dict[Meaning, list[Role]] = {
    Meaning.REVIEWED: [
        Role.CLINICIAN,
        Role.CLINICAL_PRODUCT_MANAGER,
        Role.CLINICAL_SAFETY_OFFICER,
    ],
    Meaning.APPROVED: [Role.CLINICAL_SAFETY_OFFICER],
    Meaning.AUTHORISED: [Role.ACCOUNTABLE_EXECUTIVE],
}
REJECTING_ROLES = [
    Role.CLINICAL_SAFETY_OFFICER,
    Role.CLINICIAN,
    Role.CLINICAL_PRODUCT_MANAGER,
    Role.ACCOUNTABLE_EXECUTIVE,
]
FREEZING_ROLES = [Role.CLINICAL_PRODUCT_MANAGER, Role.CLINICAL_SAFETY_OFFICER]


def signs_as(standing: Standing) -> list[Meaning]:
    """The meanings that a person's roles let them sign a version with."""
    return [each for each, roles in SIGNING_ROLES.items() if standing.roles & set(roles)]


def may_reject(standing: Standing) -> bool:
    """Whether a person's roles let them reject a version."""
    return bool(standing.roles & set(REJECTING_ROLES))


def against_signing(reading: VersionReading, by: User, meaning: Meaning) -> list[str]:
    """Why a person whose role signs versions cannot sign this one now; empty when they can."""
    refusal = why_not_sign(reading.facts, by.pk, meaning)
    if refusal:
        return [refusal]
    if meaning is Meaning.APPROVED:
        return against_approving(by, reading.subject_of_report.product)
    return []


def against_approving(by: User, product: Product) -> list[str]:
    """Why somebody is no current clinical safety officer; empty when they are."""
    officer = current_officer(by, product)
    if officer is None:
        return ["You are no clinical safety officer today."]
    return officer.problems


def against_rejecting(reading: VersionReading) -> list[str]:
    """Why a version cannot be rejected any more; empty when it can."""
    if reading.state in (VersionState.IN_REVIEW, VersionState.READY):
        return []
    return [f"This version is {reading.state.value.lower()} already."]


def against_issuing(reading: VersionReading) -> list[str]:
    """What keeps a version from being issued, besides what changed since; empty when nothing."""
    if reading.state is VersionState.READY:
        return []
    if reading.state is VersionState.IN_REVIEW:
        return reading.missing
    return [f"This version is {reading.state.value.lower()} already."]
