"""Rules of who may sign and of what a signature still says, as pure functions on plain values."""

import datetime

from reviews.choices import SignatureState

#: How long a check of a professional registration holds (a CSO is current only with one).
REGISTRATION_CHECK_HOLDS = datetime.timedelta(days=366)


def registration_is_current(checked_on: datetime.date | None, today: datetime.date) -> bool:
    """Whether a professional registration was checked within twelve months."""
    return checked_on is not None and (
        datetime.timedelta(0) <= today - checked_on <= REGISTRATION_CHECK_HOLDS
    )


def signature_state(*, signed: str, live: str, is_withdrawn: bool) -> SignatureState:
    """Whether a signature still speaks for its subject, by the fingerprints then and now."""
    if is_withdrawn:
        return SignatureState.WITHDRAWN
    return SignatureState.CURRENT if signed == live else SignatureState.OUT_OF_DATE
