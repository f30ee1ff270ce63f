"""The plan as its pages show it: the versions, and one version as a document."""

from dataclasses import dataclass

from audit.timeline import FieldChange
from hazards.choices import Acceptability, MatrixState
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.models import Plan, RiskClass
from products.models import Product
from products.permissions import roles_in_words
from reviews.calendar.rules import months_in_words
from reviews.choices import Meaning, SubjectKind
from reviews.plan.reading import PlanReading, classes_of, plans_of, read_plan
from reviews.plan.words import TEXTS, changes_between, label_of
from reviews.signing.subjects import plan_subject
from reviews.signing.versions import Versions, read_versions

#: The word of a version that is not signed by both.
WAITS_FOR = {Meaning.APPROVED: "Approved, not authorised yet"}


@dataclass(frozen=True)
class ClassOnPage:
    """What the plan says of a risk class, in words."""

    risk_class: RiskClass
    accepted_by: str
    reviewed: str

    @property
    def number(self) -> int:
        """The class."""
        return self.risk_class.number

    @property
    def meaning(self) -> str:
        """What it means; '' where that is no more than its acceptability."""
        text: str = self.risk_class.meaning
        label = Acceptability(self.risk_class.acceptability).label
        return "" if text.rstrip(".").casefold() == label.casefold() else text

    @property
    def needs_authority(self) -> bool:
        """Whether a risk of it is accepted by a record of its own."""
        return self.risk_class.acceptability == Acceptability.IF_JUSTIFIED

    @property
    def is_unacceptable(self) -> bool:
        """Whether no signature helps."""
        return self.risk_class.acceptability == Acceptability.UNACCEPTABLE


@dataclass(frozen=True)
class PlanDocument:
    """One version, whole."""

    reading: PlanReading
    texts: list[tuple[str, str]]
    matrix: MatrixReading
    classes: list[ClassOnPage]

    @property
    def plan(self) -> Plan:
        """The version."""
        return self.reading.plan

    @property
    def matrix_is_approved(self) -> bool:
        """Whether a clinical safety officer approved the matrix."""
        return self.matrix.version.state == MatrixState.APPROVED


def plan_versions(product: Product) -> Versions[Plan, PlanReading]:
    """The versions with their states."""
    plans = list(plans_of(product))
    for plan in plans:
        plan.product = product
    return read_versions(plans, SubjectKind.PLAN, read_plan, WAITS_FOR)


def document_of(reading: PlanReading) -> PlanDocument:
    """A version whole, for reading and for signing. Six queries."""
    plan = reading.plan
    matrix = read_matrix(plan.matrix)
    said = {each.risk_class_id: each for each in classes_of(plan)}
    classes = [
        ClassOnPage(
            each,
            roles_in_words(said[each.pk].accepting_roles) if each.pk in said else "",
            months_in_words(said[each.pk].review_months if each.pk in said else 12),
        )
        for each in reversed(matrix.classes)
    ]
    texts = [(label_of(name), getattr(plan, name)) for name in TEXTS]
    return PlanDocument(reading, texts, matrix, classes)


def changes_since(before: Plan | None, reading: PlanReading) -> list[FieldChange]:
    """What this version changed in the one before it."""
    if before is None:
        return []
    return changes_between(plan_subject(before).content, reading.subject.content)


def version_before(plan: Plan) -> Plan | None:
    """The version before this one."""
    return plans_of(plan.product).filter(number__lt=plan.number).first()
