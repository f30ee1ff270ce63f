"""Credentials of trackers, encrypted where they lie.

The key is derived from the application's secret key, so a copy of the database alone opens none of
them. Keys that stand in ``SECRET_KEY_FALLBACKS`` still open what they closed.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from audit.errors import NotPossible

_PURPOSE = b"safety-case: credentials of trackers, 1"


class CredentialLost(NotPossible):
    """A credential that no key of today opens."""


def sealed(plain: str) -> str:
    """A credential as it is stored; '' stays ''."""
    return _keys().encrypt(plain.encode()).decode() if plain else ""


def opened(stored: str) -> str:
    """A stored credential in clear; '' stays ''. Raises ``CredentialLost``."""
    if not stored:
        return ""
    try:
        return _keys().decrypt(stored.encode()).decode()
    except InvalidToken as problem:
        raise CredentialLost(
            "The credentials of this tracker cannot be read with the secret key of today. "
            "Give the token again, and make a new webhook secret."
        ) from problem


def sealed_anew(stored: str) -> str:
    """A stored credential, encrypted with the key of today. Raises ``CredentialLost``."""
    return sealed(opened(stored))


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE)
    return base64.urlsafe_b64encode(derive.derive(secret.encode()))
