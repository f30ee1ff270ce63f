"""Adding, changing, withdrawing and restoring features."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from products.choices import ReleaseState
from products.models import Feature, Product, ReleaseFeature
from products.permissions import Ability, check_can
from products.queries import people_at_work
from products.rules import fits_an_address, next_feature_reference

_EDITABLE = frozenset({"title", "for_product", "for_patients", "tracker_url", "owner_id"})


def create_feature(
    *,
    product: Product,
    by: User,
    title: str,
    reference: str = "",
    for_product: str = "",
    for_patients: str = "",
    tracker_url: str = "",
    owner: User | None = None,
    reason: str = "",
) -> Feature:
    """Add a feature; without a reference it gets the next free FEAT-n.

    Raises ``NotAllowed``, ``NotPossible`` (a reference that is taken, an owner who is not on the
    team) and ``BadText``.
    """
    check_can(by, Ability.MANAGE_FEATURES, product)
    with act(by=by, reason=reason or f"Added the feature {title.strip()}", scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        number = _next_number(product)
        feature = Feature(
            product=product,
            reference=_checked_reference(product, reference.strip(), number),
            number=number,
            title=title.strip(),
            for_product=for_product.strip(),
            for_patients=for_patients.strip(),
            tracker_url=tracker_url.strip(),
            owner=owner,
        )
        check_row(feature)
        _check_owner(feature)
        feature.save()
    return feature


def edit_feature(
    *,
    feature: Feature,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Feature:
    """Change a feature; returns it as it now is.

    ``changes`` holds any of title, for_product, for_patients, tracker_url, owner_id. The reference
    stays: people bookmark and quote it. Raises ``NotAllowed``, ``NotPossible``, ``BadText`` and
    ``Conflict``.
    """
    unknown = set(changes) - _EDITABLE
    if unknown:
        raise ValueError(f"edit_feature cannot change {', '.join(sorted(unknown))}")
    check_can(by, Ability.MANAGE_FEATURES, feature.product)
    proposed = {
        name: value.strip() if isinstance(value, str) else value for name, value in changes.items()
    }
    with act(by=by, reason=reason or "Changed the feature", scope=feature.product.scope):
        current = Feature.objects.select_for_update().get(pk=feature.pk)
        wanted = merged_changes(current, proposed, base_version)
        for field, value in wanted.items():
            setattr(current, field, value)
        check_row(current)
        if "owner_id" in wanted:
            _check_owner(current)
        current.save()
    return current


def withdraw_feature(*, feature: Feature, by: User, reason: str) -> Feature:
    """Take a feature out of the product, and out of the releases that are not out yet.

    Releases that are out keep it: they did carry it. Raises ``NotAllowed`` and ``NotPossible``.
    """
    check_can(by, Ability.MANAGE_FEATURES, feature.product)
    with act(by=by, reason=reason, scope=feature.product.scope):
        current = Feature.objects.select_for_update().get(pk=feature.pk)
        if not current.is_active:
            raise NotPossible(f"{current.reference} is withdrawn already. Nothing was changed.")
        current.is_active = False
        current.save()
        coming = ReleaseFeature.objects.select_for_update().filter(
            feature=current,
            is_active=True,
            release__state__in=(ReleaseState.PLANNED, ReleaseState.IN_WORK),
        )
        for link in coming:
            link.is_active = False
            link.save()
    return current


def restore_feature(*, feature: Feature, by: User, reason: str) -> Feature:
    """Bring a withdrawn feature back; which releases carry it is said again for each.

    Raises ``NotAllowed`` and ``NotPossible``.
    """
    check_can(by, Ability.MANAGE_FEATURES, feature.product)
    with act(by=by, reason=reason, scope=feature.product.scope):
        current = Feature.objects.select_for_update().get(pk=feature.pk)
        if current.is_active:
            raise NotPossible(f"{current.reference} is not withdrawn. Nothing was changed.")
        current.is_active = True
        current.save()
    return current


def _next_number(product: Product) -> int:
    highest: int | None = Feature.objects.filter(product=product).aggregate(most=Max("number"))[
        "most"
    ]
    return (highest or 0) + 1


def _checked_reference(product: Product, reference: str, number: int) -> str:
    taken = {
        known.lower()
        for known in Feature.objects.filter(product=product).values_list("reference", flat=True)
    }
    if not reference:
        return next_feature_reference(taken, number)
    if not fits_an_address(reference):
        raise NotPossible(
            f"The reference “{reference[:40]}” cannot stand in a page's address. Nothing was "
            "saved. Use letters, digits, dots, hyphens and underscores, like FEAT-7."
        )
    if reference.lower() in taken:
        raise NotPossible(
            f"Another feature of {product.name} has the reference {reference}. Nothing was saved. "
            "Choose another, or leave it empty for the next free one."
        )
    return reference


def _check_owner(feature: Feature) -> None:
    owner = feature.owner_id
    if owner is not None and not people_at_work(feature.product).filter(pk=owner).exists():
        raise NotPossible(
            "The owner of a feature is somebody on the team today who does not only audit it. "
            "Nothing was saved. Add them to the team first, or choose somebody else."
        )
