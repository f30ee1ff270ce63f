"""Rules of tokens as pure functions on plain values: what one looks like, how long it may last."""

import datetime
import hashlib
import secrets

from products.choices import TokenScope

BEGINS = "sct_"  # so that a scanner of source code knows one when it sees one
_RANDOM_BYTES = 32
SHOWN = 10  # characters by which people tell tokens apart; the rest is shown once and never again
LONGEST_LIFE = datetime.timedelta(days=365)
USUAL_LIFE = datetime.timedelta(days=90)

#: Which uses each scope allows. An endpoint names the one that it needs.
ALLOWS: dict[TokenScope, frozenset[TokenScope]] = {
    TokenScope.READ: frozenset({TokenScope.READ, TokenScope.GATE}),
    TokenScope.WRITE: frozenset({TokenScope.READ, TokenScope.WRITE, TokenScope.GATE}),
    TokenScope.GATE: frozenset({TokenScope.GATE}),
    TokenScope.MONITOR: frozenset({TokenScope.MONITOR}),
}


def new_secret() -> str:
    """A new token: 256 random bits behind the letters that all of ours begin with."""
    return BEGINS + secrets.token_urlsafe(_RANDOM_BYTES)


def digest_of(secret: str) -> str:
    """What is stored of a token: its SHA-256, in hexadecimal.

    A fast hash is enough, since what is hashed is random and too long to be guessed.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def why_not_until(expires_on: datetime.date, today: datetime.date) -> str:
    """The sentence that refuses a last day; '' where a token may last until then."""
    if expires_on < today:
        return "A token needs a last day that has not passed. No token was made."
    if expires_on > today + LONGEST_LIFE:
        return (
            "A token lasts a year at most. No token was made. Choose an earlier day; before it "
            "comes, make another token and let this one end."
        )
    return ""


def allows(scope: TokenScope, use: TokenScope) -> bool:
    """Whether a token of this scope may be put to this use."""
    return use in ALLOWS[scope]
