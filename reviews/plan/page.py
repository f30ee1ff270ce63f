"""The plan as its pages show it: the versions, and one version as a document."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.timeline import FieldChange
from hazards.choices import Acceptability, MatrixState
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.models import Plan, RiskClass
from products.models import Product
from products.permissions import roles_in_words
from reviews.choices import Meaning, SignatureState, SubjectKind
from reviews.models import SignOff
from reviews.plan.reading import PlanReading, classes_of, plans_of, read_plan
from reviews.plan.words import TEXTS, changes_between, label_of
from reviews.rules import months_in_words
from reviews.signing.subjects import plan_subject


@dataclass(frozen=True)
class PlanRow:
    """A version in the list of versions, in a word, and who signed it."""

    plan: Plan
    word: str
    tone: str
    signed: Sequence[SignOff]
    reading: PlanReading | None = None  # of the one in force and of those after it


@dataclass(frozen=True)
class Versions:
    """The versions of a product's plan, newest first."""

    rows: list[PlanRow]
    in_force: PlanReading | None

    @property
    def newest(self) -> PlanRow | None:
        """The newest version."""
        return self.rows[0] if self.rows else None

    @property
    def draft(self) -> PlanReading | None:
        """The newest version while it may still be changed."""
        newest = self.newest.reading if self.newest else None
        return None if newest is None or newest.is_settled else newest

    @property
    def shown(self) -> PlanReading | None:
        """What the page of the plan opens with: what is in force, else the newest."""
        return self.in_force or (self.newest.reading if self.newest else None)

    @property
    def may_begin_the_next(self) -> bool:
        """Whether there is no version that would have to be changed instead."""
        return self.draft is None


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


def versions_of(product: Product) -> Versions:
    """The versions with their states. Reads whole what may still change, and what is in force.

    The number of queries does not depend on how many older versions there are.
    """
    plans = list(plans_of(product))
    for plan in plans:
        plan.product = product
    signed = _signed(plans)
    rows: list[PlanRow] = []
    settled: PlanReading | None = None
    for plan in plans:
        mine = signed.get(plan.public_id, [])
        if settled is not None:
            rows.append(PlanRow(plan, "Replaced", "", mine))
            continue
        reading = read_plan(plan)
        word, tone = state_of(reading)
        rows.append(PlanRow(plan, word, tone, mine, reading))
        if reading.is_settled:
            settled = reading
    return Versions(rows, settled if settled and settled.is_in_force else None)


def _signed(plans: Sequence[Plan]) -> dict[object, list[SignOff]]:
    """The signatures under these versions that nobody withdrew."""
    found: dict[object, list[SignOff]] = {}
    for sign_off in SignOff.objects.filter(
        subject_kind=SubjectKind.PLAN,
        subject_id__in=[plan.public_id for plan in plans],
        withdrawal__isnull=True,
    ).exclude(meaning=Meaning.WITHDRAWN):
        found.setdefault(sign_off.subject_id, []).append(sign_off)
    return found


def state_of(reading: PlanReading) -> tuple[str, str]:
    """The word and the tone of a version that none has replaced."""
    signed = reading.signatures
    if reading.is_in_force:
        return "In force", "good"
    if reading.is_settled:
        return "No longer in force", "warn"
    if signed.is_rejected:
        return "Rejected", "bad"
    if signed.current(Meaning.APPROVED):
        return "Approved, not authorised yet", "accent"
    if any(each.state is SignatureState.OUT_OF_DATE for each in signed.readings):
        return "Changed since it was signed", "warn"
    return "Draft", "warn"


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
