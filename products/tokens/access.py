"""The only way that a view gets a token."""

import uuid

from django.http import Http404

from products.models import ApiToken
from products.permissions import Standing
from products.tokens.permissions import check_may_withdraw_token


def token_to_withdraw(standing: Standing, public_id: uuid.UUID) -> ApiToken:
    """The token, for whoever may withdraw it; raises ``Http404`` and ``NotAllowed``."""
    token = ApiToken.objects.filter(product=standing.product, public_id=public_id).first()
    if token is None:
        raise Http404
    token.product = standing.product
    check_may_withdraw_token(token, standing.person)
    return token
