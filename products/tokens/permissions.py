"""Who may withdraw a token, where a role's abilities alone do not tell: a pair that asks or raises.

Who may make one is in the table of abilities.
"""

from accounts.models import User
from audit.errors import NotAllowed
from products.models import ApiToken
from products.permissions import Ability, Standing, standing_of


def may_withdraw_token(token: ApiToken, standing: Standing) -> bool:
    """Whether the token is the person's own, or they manage the team that it belongs to."""
    if standing.can(Ability.MANAGE_TEAM):
        return True
    return token.made_by_id == standing.person.pk and standing.can(Ability.READ)


def check_may_withdraw_token(token: ApiToken, by: User) -> None:
    """Raise ``NotAllowed`` unless the person may withdraw this token."""
    if not may_withdraw_token(token, standing_of(by, token.product)):
        raise NotAllowed(
            f"The token “{token.name}” is somebody else’s. Nothing was changed. Whoever made it "
            "withdraws it, or somebody who manages the team."
        )
