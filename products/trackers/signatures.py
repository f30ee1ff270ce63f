"""Whether a delivery comes from whom it says: a keyed hash over exactly what was sent.

GitHub signs the text alone (``X-Hub-Signature-256``); the generic webhook signs the moment, the
name of the delivery and the text, so that none of them can be exchanged.
"""

import datetime
import hashlib
import hmac
import secrets

PREFIX = "sha256="
#: How far the clock of a sender may be from ours.
TOLERANCE = datetime.timedelta(minutes=5)


def new_secret() -> str:
    """A secret that nobody guesses: 256 bits, in letters and digits."""
    return secrets.token_hex(32)


def signature(secret: str, signed: bytes) -> str:
    """The signature as it stands in a header."""
    return PREFIX + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def holds(secret: str, signed: bytes, given: str) -> bool:
    """Whether the signature that was given is the right one. Takes as long for every wrong one."""
    if not secret:
        return False
    # Bytes, because a header may hold any characters and compare_digest takes ASCII alone.
    return hmac.compare_digest(signature(secret, signed).encode(), given.encode("utf-8", "replace"))


def generic_text(moment: str, delivery: str, body: bytes) -> bytes:
    """What the generic webhook signs: Unix time, name of the delivery and text, with dots."""
    return f"{moment}.{delivery}.".encode("utf-8", "replace") + body


def is_recent(moment: str, now: datetime.datetime) -> bool:
    """Whether a Unix time in seconds, as a header gives it, is within the tolerance of ``now``."""
    if not moment.isascii() or not moment.isdigit() or len(moment) > 12:
        return False
    return abs(int(moment) - now.timestamp()) <= TOLERANCE.total_seconds()
