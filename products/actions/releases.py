"""Adding and changing releases, their order, and the features that they carry."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from products.choices import ReleaseState
from products.going_out import (
    asked_before_release,
    check_carries_as_it_went_out,
    check_stays_before,
    check_was_out_before,
    take_changes_along,
)
from products.models import Feature, Product, Release, ReleaseFeature
from products.permissions import Ability, check_can
from products.queries import last_position
from products.rules import (
    fits_an_address,
    why_release_date_is_wrong,
    why_release_date_may_not_change,
    why_release_may_not_move,
)

_EDITABLE = frozenset({"state", "planned_on", "released_on", "summary"})


def create_release(
    *,
    product: Product,
    by: User,
    label: str,
    state: ReleaseState = ReleaseState.PLANNED,
    planned_on: datetime.date | None = None,
    released_on: datetime.date | None = None,
    summary: str = "",
    reason: str = "",
) -> Release:
    """Add a release after all others. One that was out before the product was kept here may be
    added as such.

    Raises ``NotAllowed``, ``NotPossible`` (a version that is there, a wrong date) and ``BadText``.
    """
    check_can(by, Ability.MANAGE_FEATURES, product)
    label = label.strip()
    with act(by=by, reason=reason or f"Added release {label}", scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        release = Release(
            product=product,
            label=label,
            position=last_position(product) + 1,
            state=state,
            planned_on=planned_on,
            released_on=released_on,
            summary=summary.strip(),
        )
        check_row(release)
        _check_label(release)
        _check_date(release)
        if release.state == ReleaseState.RELEASED:
            check_was_out_before(product, released_on)
        release.save()
    return release


def edit_release(
    *,
    release: Release,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Release:
    """Change a release, its state included; returns it as it now is.

    ``changes`` holds any of state, planned_on, released_on, summary. The version label stays:
    people bookmark and quote it. Before it goes out packages above are asked, which may refuse.
    Raises ``NotAllowed``, ``NotPossible`` (a state it cannot go to, a wrong date, what they
    refuse), ``BadText`` and ``Conflict``.
    """
    unknown = set(changes) - _EDITABLE
    if unknown:
        raise ValueError(f"edit_release cannot change {', '.join(sorted(unknown))}")
    check_can(by, Ability.MANAGE_FEATURES, release.product)
    proposed = {
        name: value.strip() if isinstance(value, str) else value for name, value in changes.items()
    }
    # Looked at before the act, which holds locks: the gate reads the whole log.
    goes_out = proposed.get("state") == ReleaseState.RELEASED
    to_settle = asked_before_release(release, by) if goes_out and _is_not_out(release) else []
    with act(
        by=by, reason=reason or f"Changed release {release.label}", scope=release.product.scope
    ):
        Product.objects.select_for_update().get(pk=release.product_id)
        current = Release.objects.select_for_update().get(pk=release.pk)
        before, was_out_on = ReleaseState(current.state), current.released_on
        for field, value in merged_changes(current, proposed, base_version).items():
            setattr(current, field, value)
        check_row(current)
        now = ReleaseState(current.state)
        problem = why_release_may_not_move(
            before, now, was_released=was_out_on is not None
        ) or why_release_date_may_not_change(now, was_out_on, current.released_on)
        if problem:
            raise NotPossible(f"{problem} Nothing was changed.")
        _check_date(current)
        if now is ReleaseState.RELEASED and before is now:
            check_stays_before(current.product, was_out_on, current.released_on)
        elif now is ReleaseState.RELEASED:
            for settle in to_settle:
                settle(current)
            take_changes_along(current)
        current.save()
    return current


def _is_not_out(release: Release) -> bool:
    return not Release.objects.filter(pk=release.pk, state=ReleaseState.RELEASED).exists()


def place_release(*, release: Release, by: User, after: Release | None, reason: str) -> Release:
    """Put a release after another one of its product, or first; returns it as it now is.

    What an earlier release delivers is there in every later one, so the order matters. Raises
    ``NotAllowed`` and ``NotPossible``.
    """
    check_can(by, Ability.MANAGE_FEATURES, release.product)
    if after is not None and after.product_id != release.product_id:
        raise NotPossible("The other release belongs to another product. Nothing was changed.")
    with act(by=by, reason=reason, scope=release.product.scope):
        Product.objects.select_for_update().get(pk=release.product_id)
        rows = list(
            Release.objects.select_for_update()
            .filter(product_id=release.product_id)
            .order_by("position")
        )
        moved = next(row for row in rows if row.pk == release.pk)
        order = [row for row in rows if row.pk != release.pk]
        place = 0
        if after is not None and after.pk != release.pk:
            place = [row.pk for row in order].index(after.pk) + 1
        elif after is not None:
            place = rows.index(moved)
        order.insert(place, moved)
        _number_again(rows, order)
    return moved


def carry_feature(
    *, release: Release, feature: Feature, by: User, reason: str = ""
) -> ReleaseFeature:
    """Say that a release carries a feature.

    Raises ``NotAllowed`` and ``NotPossible`` (a withdrawn feature, another product's).
    """
    product = release.product
    check_can(by, Ability.MANAGE_FEATURES, product)
    if feature.product_id != release.product_id:
        raise NotPossible("The feature belongs to another product. Nothing was changed.")
    with act(
        by=by,
        reason=reason or f"Release {release.label} carries {feature.reference}",
        scope=product.scope,
    ):
        _lock_open_release(release)
        current = Feature.objects.select_for_update().get(pk=feature.pk)
        if not current.is_active:
            raise NotPossible(
                f"{current.reference} is withdrawn, so no release carries it. "
                "Nothing was changed. Restore the feature first."
            )
        link = ReleaseFeature.objects.filter(release=release, feature=feature).first()
        if link is None:
            link = ReleaseFeature(release=release, feature=feature)
        link.is_active = True
        link.save()
    return link


def drop_feature(*, release: Release, feature: Feature, by: User, reason: str = "") -> None:
    """Say that a release does not carry a feature after all.

    Raises ``NotAllowed`` and ``NotPossible``.
    """
    product = release.product
    check_can(by, Ability.MANAGE_FEATURES, product)
    with act(
        by=by,
        reason=reason or f"Release {release.label} does not carry {feature.reference}",
        scope=product.scope,
    ):
        _lock_open_release(release)
        link = (
            ReleaseFeature.objects.select_for_update()
            .filter(release=release, feature=feature, is_active=True)
            .first()
        )
        if link is None:
            raise NotPossible(
                f"Release {release.label} does not carry {feature.reference}. Nothing was changed."
            )
        link.is_active = False
        link.save()


def change_features(
    *, release: Release, by: User, carry: Collection[int], drop: Collection[int], reason: str = ""
) -> None:
    """Change which features a release carries, several at once, by their primary keys.

    What somebody else has carried or dropped meanwhile is left as it is. Raises ``NotAllowed``
    and ``NotPossible``; then nothing is changed.
    """
    check_can(by, Ability.MANAGE_FEATURES, release.product)
    with act(
        by=by,
        reason=reason or f"Changed what release {release.label} carries",
        scope=release.product.scope,
    ):
        _lock_open_release(release)
        carried = set(
            ReleaseFeature.objects.filter(release=release, is_active=True).values_list(
                "feature_id", flat=True
            )
        )
        wanted = set(carry) - carried
        unwanted = set(drop) & carried
        features = Feature.objects.filter(
            product_id=release.product_id, pk__in=wanted | unwanted
        ).order_by("number")
        for feature in features:
            if feature.pk in wanted:
                carry_feature(release=release, feature=feature, by=by)
            else:
                drop_feature(release=release, feature=feature, by=by)


def _lock_open_release(release: Release) -> None:
    current = Release.objects.select_for_update().get(pk=release.pk)
    if current.state == ReleaseState.WITHDRAWN:
        raise NotPossible(
            f"Release {current.label} is withdrawn, so what it carries stays as it was. "
            "Nothing was changed."
        )
    check_carries_as_it_went_out(current)


def _check_label(release: Release) -> None:
    if not fits_an_address(release.label):
        raise NotPossible(
            f"The version “{release.label[:40]}” cannot stand in a page's address. Nothing was "
            "saved. Use letters, digits, dots, hyphens and underscores, like 2.4.0."
        )
    if Release.objects.filter(product=release.product, label__iexact=release.label).exists():
        raise NotPossible(
            f"{release.product.name} has a release {release.label} already. Nothing was saved. "
            "Change that one, or give this one another version."
        )


def _check_date(release: Release) -> None:
    problem = why_release_date_is_wrong(
        ReleaseState(release.state), release.released_on, timezone.localdate()
    )
    if problem:
        raise NotPossible(f"{problem} Nothing was saved.")


def _number_again(before: list[Release], order: list[Release]) -> None:
    # Positions are unique at every moment, so whatever follows the first difference moves to
    # fresh numbers behind all others.
    highest = before[-1].position
    differs = False
    for was, row in zip(before, order, strict=True):
        differs = differs or was.pk != row.pk
        if differs:
            highest += 1
            row.position = highest
            row.save()
