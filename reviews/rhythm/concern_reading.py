"""Reads of concerns: one's own wherever they were raised, and those of a product."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from products.choices import Role, Side
from products.models import Product
from products.permissions import ROLES_THAT_MAY, Ability
from products.queries import products_of
from reviews.models import Concern
from reviews.rhythm.clock import Waiting, clock_since

SHOWN = 80  # characters of a concern where only a line of it is shown
#: One's own concerns that the page shows.
MOST_OF_MINE = 50


def concerns_of(product: Product) -> QuerySet[Concern]:
    """The concerns of a product: what waits first and the oldest of it, then the newest answer."""
    return (
        Concern.objects.filter(product=product)
        .select_related("raised_by__profile", "answered_by__profile", "hazard", "feature")
        .order_by("answered_at", "pk")
    )


def concerns_by(person: User) -> QuerySet[Concern]:
    """What somebody raised on products whose team they are on today, the newest first."""
    mine = [each.product for each in products_of(person)]
    return (
        Concern.objects.filter(raised_by=person, product__in=mine)
        .select_related("product", "answered_by__profile", "hazard")
        .order_by("-pk")
    )


def may_raise_on(person: User) -> list[Product]:
    """The products on which somebody may raise a concern today. One query."""
    may: frozenset[Role] = ROLES_THAT_MAY[Ability.RAISE_CONCERN]
    return [each.product for each in products_of(person) if may & set(each.roles)]


def concerns_waiting(product: Product) -> list[Waiting]:
    """The concerns that nobody has answered, the oldest first. One query."""
    waiting = concerns_of(product).filter(Q(answered_at=None))
    return [
        Waiting(
            words=f"Concern: {first_words(each.text)}",
            url=reverse("concern_detail", args=[product.slug, each.public_id]),
            side=Side.CLINICAL,
            clock=clock_since(each.raised_at),
            asked_by=each.raised_by.name,
        )
        for each in waiting
    ]


def first_words(text: str) -> str:
    """The beginning of a concern on one line."""
    words = " ".join(text.split())
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"


def own_page(path: str) -> str:
    """A path of this site as it may be led back to; '' for anything else."""
    is_own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_own else ""
