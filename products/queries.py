"""Reads: what products, teams, features and releases there are."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from accounts.models import User
from products.choices import ReleaseState, Role
from products.models import (
    Feature,
    IntendedUse,
    Job,
    Membership,
    Product,
    Release,
    ReleaseFeature,
)
from products.permissions import current_memberships


@dataclass
class MyProduct:
    """A product with the roles that a person has on it today."""

    product: Product
    roles: list[Role] = field(default_factory=list)


def products_of(person: User) -> list[MyProduct]:
    """The products on whose team a person is today, by name, with their roles. One query."""
    memberships = (
        Membership.objects.filter(current_memberships(), person=person)
        .select_related("product__organisation")
        .order_by("product__name", "product_id")
    )
    mine: dict[int, MyProduct] = {}
    for membership in memberships:
        entry = mine.setdefault(membership.product_id, MyProduct(membership.product))
        entry.roles.append(Role(membership.role))
    order = list(Role)
    for entry in mine.values():
        entry.roles.sort(key=order.index)
    return list(mine.values())


def products_without(person: User) -> QuerySet[Product]:
    """The products on whose team the person is not today: what an administrator looks after."""
    on_team = Membership.objects.filter(current_memberships(), person=person).values("product_id")
    return Product.objects.exclude(pk__in=on_team).select_related("organisation")


def team_of(product: Product) -> QuerySet[Membership]:
    """Every role of every person on the product, past and coming ones too, with profiles."""
    return Membership.objects.filter(product=product).select_related(
        "person__profile", "nominated_by__profile"
    )


def current_team_of(product: Product, on: datetime.date | None = None) -> QuerySet[Membership]:
    """The roles that hold on a day (today unless given), with profiles."""
    return team_of(product).filter(current_memberships(on))


def people_on_team(product: Product) -> QuerySet[User]:
    """The people with any role today, each once, by name, with profiles."""
    on_team = Membership.objects.filter(current_memberships(), product=product)
    people: QuerySet[User] = (
        User.objects.filter(pk__in=on_team.values("person_id"), is_active=True)
        .select_related("profile")
        .order_by("profile__name", "pk")
    )
    return people


def share_a_product(one: User, other: User) -> bool:
    """Whether both are, or were, on the team of a product that the first is on today."""
    mine = Membership.objects.filter(current_memberships(), person=one).values("product_id")
    return Membership.objects.filter(person=other, product_id__in=mine).exists()


def features_of(product: Product) -> QuerySet[Feature]:
    """The features in their order, with owner, and in ``.carried_by`` the links to releases."""
    carried = ReleaseFeature.objects.filter(is_active=True).select_related("release")
    return (
        Feature.objects.filter(product=product)
        .select_related("owner__profile")
        .prefetch_related(
            Prefetch(
                "release_links",
                queryset=carried.order_by("release__position"),
                to_attr="carried_by",
            )
        )
    )


def features_in(release: Release) -> QuerySet[Feature]:
    """The features that a release carries, in their order, with owner."""
    return Feature.objects.filter(
        release_links__release=release, release_links__is_active=True
    ).select_related("owner__profile")


def releases_of(product: Product) -> QuerySet[Release]:
    """The releases, newest first, with the number of features in ``.feature_count``."""
    return (
        Release.objects.filter(product=product)
        .annotate(feature_count=Count("feature_links", filter=Q(feature_links__is_active=True)))
        .order_by("-position")
    )


def newest_unreleased(product: Product) -> Release | None:
    """The newest release that is neither out nor withdrawn: what is meant where none is named."""
    return (
        Release.objects.filter(
            product=product, state__in=(ReleaseState.PLANNED, ReleaseState.IN_WORK)
        )
        .order_by("-position")
        .first()
    )


def releases_up_to(release: Release) -> QuerySet[Release]:
    """This release and all earlier ones that were not withdrawn, oldest first."""
    return (
        Release.objects.filter(product_id=release.product_id, position__lte=release.position)
        .exclude(Q(state=ReleaseState.WITHDRAWN) & ~Q(pk=release.pk))
        .order_by("position")
    )


def last_position(product: Product) -> int:
    """The highest position among the product's releases; 0 when there is none."""
    highest: int | None = Release.objects.filter(product=product).aggregate(most=Max("position"))[
        "most"
    ]
    return highest or 0


def intended_use_of(product: Product) -> IntendedUse | None:
    """The statement of intended use that holds; None before the first."""
    return intended_uses_of(product).first()


def intended_uses_of(product: Product) -> QuerySet[IntendedUse]:
    """Every version of the statement, newest first, with the person who stated it."""
    return (
        IntendedUse.objects.filter(product=product)
        .select_related("stated_by__profile")
        .order_by("-number")
    )


def newest_job(product: Product, kind: str) -> Job | None:
    """The job of a kind that was asked for last."""
    return Job.objects.filter(product=product, kind=kind).order_by("-requested_at", "-pk").first()
