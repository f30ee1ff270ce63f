"""Reads of tokens: whose a secret is, and the list of a product's tokens."""

import datetime
import hmac
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from products.models import ApiToken, ApiTokenSecret, Membership, Product
from products.permissions import Standing, current_memberships
from products.tokens.permissions import may_withdraw_token
from products.tokens.rules import digest_of


def token_of_secret(secret: str) -> ApiToken | None:
    """The token that this is the secret of, withdrawn and expired ones too; None for none.

    One query, with product, maker and when it was used last. The database looks for the digest, so
    the time that it takes says nothing of the secret; the digests are compared in constant time.
    """
    digest = digest_of(secret)
    found = (
        ApiTokenSecret.objects.filter(sha256=digest)
        .select_related("token__product__organisation", "token__made_by__profile")
        .first()
    )
    if found is None or not hmac.compare_digest(found.sha256, digest):
        return None
    found.token.secret = found
    return found.token


def tokens_of(product: Product) -> QuerySet[ApiToken]:
    """Every token of a product, the newest first, with its maker and when it was used last."""
    tokens: QuerySet[ApiToken] = ApiToken.objects.filter(product=product)
    return tokens.select_related("made_by__profile", "secret").order_by("-pk")


@dataclass(frozen=True)
class TokenRow:
    """A token with what its list says and offers beside it."""

    token: ApiToken
    word: str
    tone: str
    why: str
    last_used: datetime.datetime | None
    can_withdraw: bool


def token_rows(standing: Standing, today: datetime.date) -> list[TokenRow]:
    """The tokens of the product: those that work first. Two queries."""
    tokens = list(tokens_of(standing.product))
    on_team = set(
        Membership.objects.filter(
            current_memberships(), product=standing.product, person__is_active=True
        ).values_list("person_id", flat=True)
    )
    rows = [_row(token, standing, today, on_team) for token in tokens]
    return sorted(rows, key=lambda row: row.tone != "good")


def _row(
    token: ApiToken, standing: Standing, today: datetime.date, on_team: Collection[int]
) -> TokenRow:
    token.product = standing.product
    word, tone, why = "Works", "good", ""
    if not token.is_active:
        word, tone = "Withdrawn", ""
    elif token.expires_on < today:
        word, tone = "Expired", ""
    elif token.made_by_id not in on_team:
        word, tone = "Stopped", "warn"
        why = "Whoever made it has no role here today."
    return TokenRow(
        token=token,
        word=word,
        tone=tone,
        why=why,
        last_used=token.secret.last_used,
        can_withdraw=token.is_active and may_withdraw_token(token, standing),
    )
