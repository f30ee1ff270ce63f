"""Adding, changing, building, withdrawing and restoring features."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from products.choices import BuildState, ReleaseState
from products.feature_hooks import feature_changed, feature_withdrawn
from products.models import Change, Feature, Product, ReleaseFeature
from products.permissions import Ability, check_can
from products.queries import people_at_work
from products.rules import (
    fits_an_address,
    next_feature_reference,
    when_build_began,
    why_build_may_not_move,
)

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
        if wanted:
            feature_changed(current, by, wanted)
    return current


def set_build_state(
    *,
    by: User,
    state: BuildState,
    feature: Feature | None = None,
    change: Change | None = None,
    on: datetime.date | None = None,
    reason: str = "",
) -> Feature | Change:
    """Say how far a feature, or a change, has come; returns it as it now is.

    The day on which building began is ``on``, else the day that stands already, else today. Raises
    ``NotAllowed``; ``NotPossible`` for a move that is none, or a day that has not come yet.
    """
    row = feature or change
    if row is None or (feature is not None and change is not None):
        raise ValueError("set_build_state takes a feature or a change")
    check_can(by, Ability.MANAGE_FEATURES, row.product)
    words = f"{row.reference} is {state.label.lower()}"
    with act(by=by, reason=reason or words, scope=row.product.scope):
        current = type(row).objects.select_for_update().get(pk=row.pk)
        today = timezone.localdate()
        refusal = why_build_may_not_move(BuildState(current.state), state)
        if refusal is None and on is not None and on > today:
            refusal = f"{on:%-d %B %Y} has not come yet. Nothing was changed."
        if refusal:
            raise NotPossible(refusal)
        current.state = state
        current.build_began_on = when_build_began(state, current.build_began_on, on, today)
        current.save()
    return current


def withdraw_feature(
    *, feature: Feature, by: User, reason: str, was_a_control: bool | None = None
) -> Feature:
    """Take a feature out of the product, and out of the releases that are not out yet.

    ``was_a_control``: whether a hazard relied on it; None where nobody was asked. Releases that are
    out keep it: they did carry it. Raises ``NotAllowed`` and ``NotPossible``.
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
        feature_withdrawn(current, by, was_a_control)
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
