"""What keeps somebody from signing a charter: one rule for the page and for the action."""

from accounts.models import User
from reviews.charter.reading import CharterLines, CharterReading, charters_of, read_charter
from reviews.choices import Meaning
from reviews.sides import other_side, side_in_words


def what_is_missing(lines: CharterLines) -> list[str]:
    """What a charter has to say before anybody can sign it, a sentence each."""
    missing = []
    if not lines.clinical:
        missing.append("It names no clinical outcome that matters most.")
    if not lines.of_product:
        missing.append("It names no outcome of the product that matters most.")
    if not lines.never:
        missing.append("It names no trade-off that is never made.")
    return missing


def what_is_silent(promise: str, lines: CharterLines) -> list[str]:
    """What a signer should know is not said: nobody is kept from signing by it."""
    silent = []
    if not promise.strip():
        silent.append("It makes no promise in words of its own.")
    if not lines.may:
        silent.append("It names no trade-off that may be made.")
    if not lines.rights:
        silent.append("It does not say who decides what.")
    unmeasured = [each.outcome for each in lines.outcomes if not each.measure.strip()]
    silent += [f"It does not say how “{outcome}” is measured." for outcome in unmeasured]
    return silent


def against_signing_charter(reading: CharterReading, by: User, meaning: Meaning) -> list[str]:
    """Why a person whose role speaks for this side cannot sign this charter now; or nothing."""
    signed, charter = reading.signatures, reading.charter
    if signed.current(meaning):
        return [f"It is signed for the {side_in_words(meaning)} side already."]
    newer = _newer_in_force(reading)
    if newer:
        return [f"Version {newer} is in force: it has taken the place of this one."]
    found = []
    if signed.is_rejected:
        found.append("It was rejected as it stands: it has to be changed first.")
    if signed.current_by(by.pk, other_side(meaning)):
        other = side_in_words(other_side(meaning))
        found.append(
            f"You signed version {charter.number} for the {other} side: somebody else speaks for "
            f"the {side_in_words(meaning)} one."
        )
    return found + what_is_missing(reading.lines)


def _newer_in_force(reading: CharterReading) -> int | None:
    newer = charters_of(reading.charter.product).filter(number__gt=reading.charter.number)
    for charter in newer:
        charter.product = reading.charter.product
        if read_charter(charter).is_settled:
            number: int = charter.number
            return number
    return None
