"""Signatures as pages and documents show them: whose, and whether they still speak."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from products.models import Product
from reviews.choices import Meaning, SignatureState
from reviews.models import Rejection, SignOff
from reviews.signing.rules import signature_state
from reviews.signing.subjects import Subject


@dataclass(frozen=True)
class SignatureReading:
    """A signature with its state; ``withdrawal`` is the event that took it back."""

    sign_off: SignOff
    state: SignatureState
    withdrawal: SignOff | None

    @property
    def meaning(self) -> Meaning:
        """What it means."""
        return Meaning(self.sign_off.meaning)

    @property
    def is_current(self) -> bool:
        """Whether it still speaks for its subject."""
        return self.state is SignatureState.CURRENT


@dataclass(frozen=True)
class Signatures:
    """Everything that was signed, or refused, under one subject, oldest first."""

    readings: list[SignatureReading]
    rejections: list[Rejection]

    def current(self, meaning: Meaning) -> list[SignatureReading]:
        """The signatures of one meaning that still speak."""
        return [each for each in self.readings if each.meaning is meaning and each.is_current]

    def current_by(self, person: int, meaning: Meaning) -> bool:
        """Whether this person's signature of this meaning still speaks."""
        return any(each.sign_off.signed_by_id == person for each in self.current(meaning))

    @property
    def is_rejected(self) -> bool:
        """Whether somebody refused, and what they refused is still as it was."""
        return bool(self.rejections)


def signatures_under(subjects: Iterable[Subject]) -> dict[uuid.UUID, Signatures]:
    """The signatures under each of these subjects of one kind, by public id. Two queries.

    Whether they are current is told against the subjects' fingerprints; a rejection of an earlier
    content is left out.
    """
    wanted = {subject.id: subject for subject in subjects}
    if not wanted:
        return {}
    kinds = {subject.kind for subject in wanted.values()}
    written = SignOff.objects.filter(subject_kind__in=kinds, subject_id__in=list(wanted))
    readings: dict[uuid.UUID, list[SignatureReading]] = defaultdict(list)
    for sign_off in written.select_related("withdrawal", "signed_by").order_by("pk"):
        if sign_off.meaning == Meaning.WITHDRAWN:
            continue
        withdrawal = getattr(sign_off, "withdrawal", None)
        state = signature_state(
            signed=sign_off.fingerprint,
            live=wanted[sign_off.subject_id].fingerprint,
            is_withdrawn=withdrawal is not None,
        )
        readings[sign_off.subject_id].append(SignatureReading(sign_off, state, withdrawal))
    refused: dict[uuid.UUID, list[Rejection]] = defaultdict(list)
    for rejection in Rejection.objects.filter(
        subject_kind__in=kinds, subject_id__in=list(wanted)
    ).order_by("pk"):
        if rejection.fingerprint == wanted[rejection.subject_id].fingerprint:
            refused[rejection.subject_id].append(rejection)
    return {key: Signatures(readings[key], refused[key]) for key in wanted}


def last_signed_by(
    person: int, product: Product, kind: str, *, other_than: uuid.UUID | None = None
) -> SignOff | None:
    """What a person signed last of a kind on a product, withdrawals aside.

    ``other_than`` is the subject that they are about to sign: what they signed of it is left out.
    """
    signed = SignOff.objects.filter(signed_by=person, product=product, subject_kind=kind)
    if other_than is not None:
        signed = signed.exclude(subject_id=other_than)
    return signed.exclude(meaning=Meaning.WITHDRAWN).order_by("-pk").first()
