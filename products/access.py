"""The only way that a view gets a product: a stranger gets 404, so existence does not leak."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from accounts.models import User
from audit.errors import NotAllowed
from products.models import Product
from products.permissions import Ability, Standing, standing_of


@dataclass(frozen=True)
class AtProduct:
    """Something of a product, and the standing of the person who looks at it."""

    standing: Standing

    @property
    def person(self) -> User:
        """Who looks at it."""
        return self.standing.person

    @property
    def product(self) -> Product:
        """The product that it is of."""
        return self.standing.product


def signed_in(request: HttpRequest) -> User:
    """The person behind a request; SignInFirstMiddleware has let nobody else in."""
    person = request.user
    if not isinstance(person, User):
        raise Http404
    return person


def standing_on(request: HttpRequest, slug: str) -> Standing:
    """The person's standing on a product they may know of.

    Raises ``Http404`` for a stranger; an administrator is answered without a role.
    """
    person = signed_in(request)
    product = Product.objects.select_related("organisation").filter(slug=slug).first()
    if product is None:
        raise Http404
    standing = standing_of(person, product)
    if not standing.is_on_team and not person.is_administrator:
        raise Http404
    request.standing = standing  # type: ignore[attr-defined]  # for the navigation
    return standing


def product_for(request: HttpRequest, slug: str, ability: Ability) -> Standing:
    """The standing of a person who may do this on the product.

    Raises ``Http404`` for a stranger and ``NotAllowed`` (403) for somebody who may not.
    """
    standing = standing_on(request, slug)
    if not standing.is_on_team and not standing.can(ability):
        raise NotAllowed(
            "Administrators manage people and hold no clinical authority. "
            "To read this product, ask to be added to its team."
        )
    standing.check(ability)
    return standing


def product_for_reading(request: HttpRequest, slug: str) -> Standing:
    """The standing of a team member on a product; strangers get 404."""
    return product_for(request, slug, Ability.READ)
