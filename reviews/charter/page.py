"""The safety charter as its pages show it: the versions, and one version as a document."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.timeline import FieldChange
from products.models import Product
from reviews.charter.reading import (
    CharterLines,
    CharterReading,
    charter_subject,
    charters_of,
    lines_of,
    read_charter,
)
from reviews.charter.words import changes_between
from reviews.choices import Meaning, SignatureState, SubjectKind
from reviews.models import Charter, SignOff
from reviews.plan.quotes import PlanQuoted, quoted_plan
from reviews.sides import SIGNS_FOR


@dataclass(frozen=True)
class CharterRow:
    """A version in the list of versions, in a word, and who signed it."""

    charter: Charter
    word: str
    tone: str
    signed: Sequence[SignOff]
    reading: CharterReading | None = None  # of the one in force and of those after it


@dataclass(frozen=True)
class CharterVersions:
    """The versions of a product's charter, newest first."""

    rows: list[CharterRow]
    in_force: CharterReading | None

    @property
    def newest(self) -> CharterRow | None:
        """The newest version."""
        return self.rows[0] if self.rows else None

    @property
    def draft(self) -> CharterReading | None:
        """The newest version while it may still be changed."""
        newest = self.newest.reading if self.newest else None
        return None if newest is None or newest.is_settled else newest

    @property
    def shown(self) -> CharterReading | None:
        """What the page of the charter opens with: what is in force, else the newest."""
        return self.in_force or (self.newest.reading if self.newest else None)

    def row_of(self, charter: Charter) -> CharterRow:
        """The row of one version."""
        return next(row for row in self.rows if row.charter.pk == charter.pk)


@dataclass(frozen=True)
class CharterDocument:
    """One version, whole, with the plan in force quoted beside it."""

    reading: CharterReading
    plan: PlanQuoted | None

    @property
    def charter(self) -> Charter:
        """The version."""
        return self.reading.charter

    @property
    def lines(self) -> CharterLines:
        """What it says line by line."""
        return self.reading.lines


def document_of(reading: CharterReading) -> CharterDocument:
    """A version whole, for reading and for signing."""
    return CharterDocument(reading, quoted_plan(reading.charter.product))


def charter_versions(product: Product) -> CharterVersions:
    """The versions with their states. Reads whole what may still change, and what is in force.

    The number of queries does not depend on how many older versions there are.
    """
    charters = list(charters_of(product))
    for charter in charters:
        charter.product = product
    signed = _signed(charters)
    rows: list[CharterRow] = []
    settled: CharterReading | None = None
    for charter in charters:
        mine = signed.get(charter.public_id, [])
        if settled is not None:
            rows.append(CharterRow(charter, "Replaced", "", mine))
            continue
        reading = read_charter(charter)
        word, tone = state_of(reading)
        rows.append(CharterRow(charter, word, tone, mine, reading))
        if reading.is_settled:
            settled = reading
    return CharterVersions(rows, settled if settled and settled.is_in_force else None)


def state_of(reading: CharterReading) -> tuple[str, str]:
    """The word and the tone of a version that none has replaced."""
    signed = reading.signatures
    if reading.is_in_force:
        return "In force", "good"
    if reading.is_settled:
        return "No longer in force", "warn"
    if signed.is_rejected:
        return "Rejected", "bad"
    if signed.current(Meaning.FOR_CLINICAL):
        return "Waits for the product side", "accent"
    if signed.current(Meaning.FOR_PRODUCT):
        return "Waits for the clinical side", "accent"
    if any(each.state is SignatureState.OUT_OF_DATE for each in signed.readings):
        return "Changed since it was signed", "warn"
    return "Draft", "warn"


def sides_missing(reading: CharterReading) -> list[Meaning]:
    """The sides that have not signed a version as it stands."""
    return [side for side in SIGNS_FOR if not reading.signatures.current(side)]


def changes_since(before: Charter, reading: CharterReading) -> list[FieldChange]:
    """What a version changed in another one."""
    return changes_between(
        charter_subject(before, lines_of(before)).content, reading.subject.content
    )


def _signed(charters: Sequence[Charter]) -> dict[object, list[SignOff]]:
    """The signatures under these versions that nobody withdrew."""
    found: dict[object, list[SignOff]] = {}
    for sign_off in SignOff.objects.filter(
        subject_kind=SubjectKind.CHARTER,
        subject_id__in=[charter.public_id for charter in charters],
        withdrawal__isnull=True,
    ).exclude(meaning=Meaning.WITHDRAWN):
        found.setdefault(sign_off.subject_id, []).append(sign_off)
    return found
