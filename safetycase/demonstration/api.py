"""The tokens of the demonstration: a pipeline that asks the gate, and one that brings evidence."""

import datetime

from django.utils import timezone

from accounts.models import User
from products.actions.tokens import make_token, withdraw_token
from products.choices import TokenScope
from products.models import Product

_LASTS = datetime.timedelta(days=180)


def make_tokens(product: Product, people: dict[str, User]) -> None:
    """Three tokens, whose secrets nobody keeps: whoever wants to use one makes their own."""
    until = timezone.localdate() + _LASTS
    make_token(
        product=product,
        by=people["product_manager"],
        name="Deployment pipeline: may the release go?",
        scope=TokenScope.GATE,
        expires_on=until,
        reason="The pipeline asks before it deploys to the pharmacies",
    )
    make_token(
        product=product,
        by=people["engineer"],
        name="Regression suite: evidence of the controls",
        scope=TokenScope.WRITE,
        expires_on=until,
        reason="Each nightly run adds what it showed to the controls that it tests",
    )
    trial = make_token(
        product=product,
        by=people["engineer"],
        name="Trial on a laptop",
        scope=TokenScope.READ,
        expires_on=until,
        reason="To try the API",
    )
    withdraw_token(
        token=trial.token,
        by=people["engineer"],
        reason="It was pasted into a chat, so it is not used any more",
    )
