"""Reads: what products, teams, features and releases there are."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Count, F, Max, Prefetch, Q, QuerySet

from accounts.models import Invitation, User
from audit.models import Entry
from products.choices import ReleaseState, Role
from products.models import (
    Change,
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


def team_with_invitations(product: Product) -> QuerySet[Membership]:
    """The same, with each person's invitations, newest first, in ``.person.letters``."""
    return team_of(product).prefetch_related(
        Prefetch(
            "person__invitations",
            queryset=Invitation.objects.order_by("-sent_at"),
            to_attr="letters",
        )
    )


def current_team_of(product: Product, on: datetime.date | None = None) -> QuerySet[Membership]:
    """The roles that hold on a day (today unless given), with profiles."""
    return team_of(product).filter(current_memberships(on))


def people_on_team(product: Product, roles: Collection[Role] = tuple(Role)) -> QuerySet[User]:
    """The people with any of these roles today (any at all unless given), each once, by name, with
    profiles."""
    on_team = Membership.objects.filter(current_memberships(), product=product, role__in=roles)
    people: QuerySet[User] = (
        User.objects.filter(pk__in=on_team.values("person_id"), is_active=True)
        .select_related("profile")
        .order_by("profile__name", "pk")
    )
    return people


def people_at_work(product: Product) -> QuerySet[User]:
    """The people on the team who do something there: whoever only audits it answers for nothing.

    They may be owners, implementers and verifiers.
    """
    working = Membership.objects.filter(current_memberships(), product=product).exclude(
        role=Role.AUDITOR
    )
    return people_on_team(product).filter(pk__in=working.values("person_id"))


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


#: How a list of features may be sorted: the first one is the way it is.
FEATURE_ORDERS = {
    "": ("number",),
    "title": ("title", "number"),
    "owner": (F("owner__profile__name").asc(nulls_last=True), "number"),
}


@dataclass(frozen=True)
class FeatureFilter:
    """What a list of features is narrowed to."""

    words: str = ""
    release: str = ""
    withdrawn: bool = False
    order: str = ""


def features_where(features: QuerySet[Feature], wanted: FeatureFilter) -> QuerySet[Feature]:
    """The features that hold every word, in a release's label, in the product or withdrawn."""
    found = features.filter(is_active=not wanted.withdrawn)
    if wanted.release:
        found = found.filter(
            pk__in=ReleaseFeature.objects.filter(
                release__label=wanted.release, is_active=True
            ).values("feature_id")
        )
    for word in wanted.words.split():
        found = found.filter(
            Q(reference__icontains=word)
            | Q(title__icontains=word)
            | Q(for_patients__icontains=word)
            | Q(for_product__icontains=word)
        )
    return found.order_by(*FEATURE_ORDERS.get(wanted.order, FEATURE_ORDERS[""]))


def withdrawn_features(product: Product) -> QuerySet[Feature]:
    """The features that are in the product no more."""
    return Feature.objects.filter(product=product, is_active=False)


def links_of_feature(feature: Feature) -> list[int]:
    """The keys of the feature's links to releases, dropped ones too: for its history."""
    return list(ReleaseFeature.objects.filter(feature=feature).values_list("pk", flat=True))


def links_of_release(release: Release) -> list[int]:
    """The keys of the release's links to features, dropped ones too: for its history."""
    return list(ReleaseFeature.objects.filter(release=release).values_list("pk", flat=True))


def features_in(release: Release) -> QuerySet[Feature]:
    """The features that a release carries, in their order, with owner."""
    return Feature.objects.filter(
        release_links__release=release, release_links__is_active=True
    ).select_related("owner__profile")


def features_to_carry(product: Product, carried: Collection[int]) -> QuerySet[Feature]:
    """The features that a release may carry: those in the product, and what it carries already."""
    return Feature.objects.filter(Q(is_active=True) | Q(pk__in=carried), product=product).order_by(
        "number"
    )


def releases_of(product: Product) -> QuerySet[Release]:
    """The releases, newest first, with the number of features in ``.feature_count``."""
    return (
        Release.objects.filter(product=product)
        .annotate(feature_count=Count("feature_links", filter=Q(feature_links__is_active=True)))
        .order_by("-position")
    )


def releases_to_come(product: Product, kept: Collection[int] = ()) -> QuerySet[Release]:
    """The releases that can still go out, newest first, and those of these keys."""
    to_come = Q(state__in=(ReleaseState.PLANNED, ReleaseState.IN_WORK))
    return Release.objects.filter(to_come | Q(pk__in=kept), product=product).order_by("-position")


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


def earlier_release(release: Release) -> Release | None:
    """The release just before this one; None for the first."""
    return (
        Release.objects.filter(product_id=release.product_id, position__lt=release.position)
        .order_by("-position")
        .first()
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


def next_releases(products: Sequence[Product]) -> dict[int, Release]:
    """The newest release that is not out yet of each product, by product id. One query."""
    releases = Release.objects.filter(
        product__in=products, state__in=(ReleaseState.PLANNED, ReleaseState.IN_WORK)
    ).order_by("position")
    return {release.product_id: release for release in releases}


def reasons_of(model: type[models.Model], keys: Sequence[int]) -> dict[int, str]:
    """Why each row was added, by primary key, from the ledger. One query."""
    return dict(
        Entry.objects.filter(
            model=model._meta.label_lower, object_id__in=keys, kind=Entry.Kind.ADDED
        ).values_list("object_id", "reason")
    )


def changes_of(product: Product) -> QuerySet[Change]:
    """The changes in their order, newest first, with owner, feature and release."""
    return (
        Change.objects.filter(product=product)
        .select_related("owner__profile", "feature", "release")
        .order_by("-number")
    )


def feature_named(product: Product, reference: str) -> Feature | None:
    """The feature in the product that an address names by its reference; None where none is."""
    if not reference or "\x00" in reference:
        return None
    return Feature.objects.filter(product=product, is_active=True, reference=reference).first()
