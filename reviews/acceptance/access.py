"""The only way that a view gets what a person may accept."""

from django.http import HttpRequest

from audit.errors import NotAllowed
from products.access import product_for_reading
from products.permissions import Ability, Standing
from reviews.acceptance.authority import Authority, authority_of


def acceptances_for(request: HttpRequest, slug: str) -> tuple[Standing, Authority | None]:
    """The product, and what the person may accept on it under the plan in force.

    Raises ``NotAllowed`` when somebody sends a signature whom the plan lets accept nothing.
    """
    standing = product_for_reading(request, slug)
    authority = authority_of(standing.person, standing.product)
    if request.method == "POST":
        standing.check(Ability.SIGN)
        if authority is not None and not authority.roles:
            if authority.not_current:
                raise NotAllowed(f"{authority.not_current[0]} Nothing was signed.")
            raise NotAllowed(
                f"Version {authority.plan.number} of the plan gives your role no authority to "
                "accept a risk. Nothing was signed."
            )
    return standing, authority
