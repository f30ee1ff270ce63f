"""The safety charter as its pages show it: the versions, and one version as a document."""

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
from reviews.choices import Meaning, SubjectKind
from reviews.models import Charter
from reviews.plan.quotes import PlanQuoted, quoted_plan
from reviews.sides import SIGNS_FOR
from reviews.signing.versions import Versions, read_versions

#: The word of a version that one side has signed and the other has not.
WAITS_FOR = {
    Meaning.FOR_CLINICAL: "Waits for the product side",
    Meaning.FOR_PRODUCT: "Waits for the clinical side",
}


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


def charter_versions(product: Product) -> Versions[Charter, CharterReading]:
    """The versions with their states."""
    charters = list(charters_of(product))
    for charter in charters:
        charter.product = product
    return read_versions(charters, SubjectKind.CHARTER, read_charter, WAITS_FOR)


def sides_missing(reading: CharterReading) -> list[Meaning]:
    """The sides that have not signed a version as it stands."""
    return [side for side in SIGNS_FOR if not reading.signatures.current(side)]


def changes_since(before: Charter, reading: CharterReading) -> list[FieldChange]:
    """What a version changed in another one."""
    return changes_between(
        charter_subject(before, lines_of(before)).content, reading.subject.content
    )
