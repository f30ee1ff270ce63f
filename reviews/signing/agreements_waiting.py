"""What of the charter and of risk–benefit analyses waits for a signature, since when and whose."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from products.choices import Role
from products.models import Product
from reviews.charter.page import sides_missing
from reviews.charter.reading import charters_of, read_charter
from reviews.choices import Meaning
from reviews.risk_benefit.page import analysis_list
from reviews.risk_benefit.rules import AnalysisState
from reviews.sides import SIGNS_FOR, side_in_words
from reviews.signing.reading import SignatureReading


@dataclass(frozen=True)
class WaitingSignature:
    """A signature that is missing: of what, the roles that give it, and since when it is asked.

    ``signed_by`` are the keys of those who signed it already and cannot sign it again.
    """

    sentence: str
    url: str
    meaning: Meaning
    roles: Sequence[Role]
    since: datetime.datetime
    signed_by: frozenset[int] = frozenset()


def charter_waiting(product: Product) -> list[WaitingSignature]:
    """The side whose signature a charter waits for once the other has signed. Six queries."""
    charter = charters_of(product).first()
    if charter is None:
        return []
    charter.product = product
    reading = read_charter(charter)
    missing = sides_missing(reading)
    signed = [each for each in reading.signatures.readings if each.is_current]
    if reading.is_settled or reading.signatures.is_rejected or len(missing) != 1 or not signed:
        return []
    [side] = missing
    url = reverse("charter_sign", args=[product.slug, charter.number, side.value])
    words = side_in_words(side)
    sentence = f"Sign version {charter.number} of the safety charter for the {words} side"
    return [_waiting(sentence, url, side, SIGNS_FOR[side], signed)]


def risk_benefits_waiting(product: Product) -> list[WaitingSignature]:
    """The analyses that say everything and wait for the officer, and the approved ones that wait
    for the accountable executive. About thirty queries, however many there are."""
    waiting = []
    for row in analysis_list(product).rows:
        reading, number = row.reading, row.reading.analysis.number
        if reading.missing or reading.reasons:
            continue
        if reading.state is AnalysisState.DRAFT:
            meaning, role, verb = Meaning.APPROVED, Role.CLINICAL_SAFETY_OFFICER, "Approve"
        elif reading.state is AnalysisState.APPROVED:
            meaning, role, verb = Meaning.AUTHORISED, Role.ACCOUNTABLE_EXECUTIVE, "Accept"
        else:
            continue
        url = reverse("risk_benefit_sign", args=[product.slug, number, meaning.value])
        signed = [each for each in reading.signatures.readings if each.is_current]
        sentence = f"{verb} risk–benefit analysis {number}"
        found = _waiting(sentence, url, meaning, [role], signed, reading.analysis.drafted_at)
        waiting.append(found)
    return waiting


def _waiting(
    sentence: str,
    url: str,
    meaning: Meaning,
    roles: Sequence[Role],
    signed: Sequence[SignatureReading],
    begun: datetime.datetime | None = None,
) -> WaitingSignature:
    moments = [each.sign_off.signed_at for each in signed]
    since = max(moments) if moments else begun
    if since is None:
        raise ValueError("what nobody signed waits since it was begun")
    people = frozenset(each.sign_off.signed_by_id for each in signed)
    return WaitingSignature(sentence, url, meaning, roles, since, people)
