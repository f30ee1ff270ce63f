"""Tokens with which programs act for a person: made, withdrawn, used."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.errors import NotPossible
from products.choices import TokenScope
from products.models import ApiToken, ApiTokenSecret, Product
from products.permissions import Ability, check_can
from products.tokens.permissions import check_may_withdraw_token
from products.tokens.rules import SHOWN, digest_of, new_secret, why_not_until


@dataclass(frozen=True)
class MadeToken:
    """A token that was just made, with the secret that is never shown again."""

    token: ApiToken
    secret: str


def make_token(
    *,
    product: Product,
    by: User,
    name: str,
    scope: TokenScope,
    expires_on: datetime.date,
    public_id: UUID | None = None,
    reason: str = "",
) -> MadeToken:
    """Make a token that acts for ``by`` on this product, until the end of its last day.

    ``public_id`` is that of the form that makes it, so that no form makes two. Raises
    ``NotAllowed``, ``BadText``; ``NotPossible`` without a name, for a last day that has passed or
    is more than a year ahead, and for a form that was sent before.
    """
    check_can(by, Ability.MAKE_TOKENS, product)
    sentence = why_not_until(expires_on, timezone.localdate())
    if sentence:
        raise NotPossible(sentence)
    secret = new_secret()
    reason = reason or f"Made a token for {name.strip()}"
    with act(by=by, reason=reason, scope=product.scope) as under_way:
        _check_not_made(public_id)
        token = ApiToken(
            product=product,
            name=name.strip(),
            scope=scope,
            beginning=secret[:SHOWN],
            expires_on=expires_on,
            made_at=under_way.at,
            made_by=by,
            **({} if public_id is None else {"public_id": public_id}),
        )
        check_row(token)
        token.save()
        ApiTokenSecret(token=token, sha256=digest_of(secret)).save()
    return MadeToken(token, secret)


def withdraw_token(*, token: ApiToken, by: User, reason: str) -> ApiToken:
    """Make a token stop working, now and for good.

    Raises ``NotAllowed``; ``NotPossible`` without a reason or where it is withdrawn already.
    """
    check_may_withdraw_token(token, by)
    with act(by=by, reason=reason, scope=token.product.scope):
        current = ApiToken.objects.select_for_update().get(pk=token.pk)
        if not current.is_active:
            raise NotPossible(f"“{current.name}” is withdrawn already. Nothing was changed.")
        current.is_active = False
        current.save()
    return current


def note_use(*, token: ApiToken) -> None:
    """Note that a token was used just now. What it did is in the record by itself."""
    ApiTokenSecret.objects.filter(token=token).update(last_used=timezone.now())


def _check_not_made(public_id: UUID | None) -> None:
    if public_id is not None and ApiToken.objects.filter(public_id=public_id).exists():
        raise NotPossible(
            "This form has made a token already, by a second click or a reload; it was shown once. "
            "No second one was made. Open the form anew to make another, and withdraw the one that "
            "you did not keep."
        )
