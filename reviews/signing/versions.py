"""The versions of a document that is signed as a whole, as its pages list them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from hazards.models import Plan
from reviews.choices import Meaning, SignatureState, SubjectKind
from reviews.models import Charter, SignOff
from reviews.signing.reading import Signatures


class ReadWhole(Protocol):
    """A version with what is signed of it."""

    @property
    def signatures(self) -> Signatures:
        """Everything that was signed or refused of it."""

    @property
    def is_in_force(self) -> bool:
        """Whether it is signed as it stands by everybody whom it takes."""

    @property
    def is_settled(self) -> bool:
        """Whether it is or was in force, so that it stays as it was signed."""


VersionT = TypeVar("VersionT", Plan, Charter)
ReadingT = TypeVar("ReadingT", bound=ReadWhole)


@dataclass(frozen=True)
class VersionRow(Generic[VersionT, ReadingT]):
    """A version in the list of versions, in a word, and who signed it."""

    version: VersionT
    word: str
    tone: str
    signed: Sequence[SignOff]
    reading: ReadingT | None = None  # of the one in force and of those after it


@dataclass(frozen=True)
class Versions(Generic[VersionT, ReadingT]):
    """The versions of a product's document, newest first."""

    rows: list[VersionRow[VersionT, ReadingT]]
    in_force: ReadingT | None

    @property
    def newest(self) -> VersionRow[VersionT, ReadingT] | None:
        """The newest version."""
        return self.rows[0] if self.rows else None

    @property
    def draft(self) -> ReadingT | None:
        """The newest version while it may still be changed."""
        newest = self.newest.reading if self.newest else None
        return None if newest is None or newest.is_settled else newest

    @property
    def shown(self) -> ReadingT | None:
        """What the page of the document opens with: what is in force, else the newest."""
        return self.in_force or (self.newest.reading if self.newest else None)

    def row_of(self, version: VersionT) -> VersionRow[VersionT, ReadingT]:
        """The row of one version."""
        return next(row for row in self.rows if row.version.pk == version.pk)

    def is_in_force(self, version: VersionT) -> bool:
        """Whether this is the version in force."""
        return self.in_force is not None and self.in_force is self.row_of(version).reading


def read_versions(
    versions: Iterable[VersionT],
    kind: SubjectKind,
    read: Callable[[VersionT], ReadingT],
    waits_for: Mapping[Meaning, str],
) -> Versions[VersionT, ReadingT]:
    """The versions, given newest first, with their states.

    Reads whole what may still change and what is in force, so that the number of queries does not
    depend on how many older versions there are. ``waits_for`` is the word of a version that one
    signature of this meaning is under, and not all of them.
    """
    found = list(versions)
    signed = _signed(found, kind)
    rows: list[VersionRow[VersionT, ReadingT]] = []
    settled: ReadingT | None = None
    for version in found:
        mine = signed.get(version.public_id, [])
        if settled is not None:
            rows.append(VersionRow(version, "Replaced", "", mine))
            continue
        reading = read(version)
        rows.append(VersionRow(version, *word_of(reading, waits_for), mine, reading))
        if reading.is_settled:
            settled = reading
    return Versions(rows, settled if settled is not None and settled.is_in_force else None)


def word_of(reading: ReadWhole, waits_for: Mapping[Meaning, str]) -> tuple[str, str]:
    """The word and the tone of a version that none has replaced."""
    signed = reading.signatures
    if reading.is_in_force:
        return "In force", "good"
    if reading.is_settled:
        return "No longer in force", "warn"
    if signed.is_rejected:
        return "Rejected", "bad"
    for meaning, word in waits_for.items():
        if signed.current(meaning):
            return word, "accent"
    if any(each.state is SignatureState.OUT_OF_DATE for each in signed.readings):
        return "Changed since it was signed", "warn"
    return "Draft", "warn"


def _signed(versions: Sequence[Plan | Charter], kind: SubjectKind) -> dict[object, list[SignOff]]:
    """The signatures under these versions that nobody withdrew."""
    found: dict[object, list[SignOff]] = {}
    for sign_off in SignOff.objects.filter(
        subject_kind=kind,
        subject_id__in=[version.public_id for version in versions],
        withdrawal__isnull=True,
    ).exclude(meaning=Meaning.WITHDRAWN):
        found.setdefault(sign_off.subject_id, []).append(sign_off)
    return found
