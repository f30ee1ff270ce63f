"""Tokens, what programs do with features, and the pages of the REST API.

Who may do what through the API itself is held in tests/api/test_matrix.py, route by route.
"""

import datetime
from typing import Any

from products.actions import build_state, tokens
from products.choices import BuildState, TokenScope
from products.models import ApiToken
from tests.laws.every_action import World, call
from tests.laws.every_address import (
    PUBLIC,
    Address,
    form,
    on_product,
    page,
)


def a_token(world: World) -> ApiToken:
    """A token of the officer's."""
    made = tokens.make_token(
        product=world.product,
        by=world.cso,
        name="Pipeline",
        scope=TokenScope.GATE,
        expires_on=world.today,
    )
    return made.token


def on_token(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": a_token(world).public_id}


READY = {
    "products.tokens.make_token": lambda world: call(
        tokens.make_token,
        product=world.product,
        name="Pipeline",
        scope=TokenScope.READ,
        expires_on=world.today + datetime.timedelta(days=30),
    ),
    "products.tokens.withdraw_token": lambda world: call(
        tokens.withdraw_token, token=a_token(world)
    ),
    "products.tokens.note_use": lambda world: call(tokens.note_use, by="", token=a_token(world)),
    "products.build_state.edit_and_place_feature": lambda world: call(
        build_state.edit_and_place_feature,
        feature=world.feature,
        changes={"title": "Another title"},
        state=BuildState.IN_BUILD,
    ),
}

WITHOUT_BY = {"products.tokens.note_use": "a program; whom it acts for is on the token"}

ASKS = {
    "products.tokens.make_token": "MAKE_TOKENS",
    "products.build_state.edit_and_place_feature": "MANAGE_FEATURES",
}
ASKS_ELSE = {
    "products.tokens.withdraw_token": "who made it, and who manages the team",
}

#: Whoever made it, and those who manage the team; administrators among them.
_WITHDRAWS = "302 404 403 403 403 {0} {0} {0}"

ADDRESSES = {
    "token_list": page(),
    "token_new": form(on_product, "MAKE_TOKENS"),
    "token_history": page(),
    "token_withdraw": Address(on_token, _WITHDRAWS.format(200), _WITHDRAWS.format(422)),
    "api_docs": Address(lambda _: {}, PUBLIC, "405 405 405 405 405 405 405 405"),
    "api_schema": Address(lambda _: {}, PUBLIC, "405 405 405 405 405 405 405 405"),
}
