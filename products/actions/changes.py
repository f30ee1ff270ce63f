"""Adding, changing, withdrawing and restoring changes: what is looked at before it is built."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from products.going_out import check_takes_changes, is_to_come
from products.models import Change, Feature, Product, Release
from products.permissions import Ability, check_can
from products.queries import people_at_work
from products.rules import next_change_reference

_EDITABLE = frozenset({"title", "what", "feature_id", "release_id", "tracker_url", "owner_id"})


def create_change(
    *,
    product: Product,
    by: User,
    title: str,
    what: str = "",
    feature: Feature | None = None,
    release: Release | None = None,
    tracker_url: str = "",
    owner: User | None = None,
    reason: str = "",
) -> Change:
    """Add a change, of a feature or of something that none of them is; it gets the next CHG-n.

    Raises ``NotAllowed``; ``NotPossible`` for a feature or release of another product, a release
    that is out, or an owner who is not on the team; ``BadText``.
    """
    check_can(by, Ability.TRIAGE, product)
    with act(by=by, reason=reason or f"Added the change {title.strip()}", scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        number, reference = _next(product)
        change = Change(
            product=product,
            reference=reference,
            number=number,
            title=title.strip(),
            what=what.strip(),
            feature=feature,
            release=release,
            tracker_url=tracker_url.strip(),
            owner=owner,
        )
        _check(change)
        if release is not None:
            check_takes_changes(release)
        change.save()
    return change


def edit_change(
    *,
    change: Change,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Change:
    """Change what is said of a change; returns it as it now is.

    ``changes`` holds any of title, what, feature_id, release_id, tracker_url, owner_id. Raises
    ``NotAllowed``, ``NotPossible``, ``BadText`` and ``Conflict``.
    """
    unknown = set(changes) - _EDITABLE
    if unknown:
        raise ValueError(f"edit_change cannot change {', '.join(sorted(unknown))}")
    check_can(by, Ability.TRIAGE, change.product)
    proposed = {
        name: value.strip() if isinstance(value, str) else value for name, value in changes.items()
    }
    with act(by=by, reason=reason or "Changed the change", scope=change.product.scope):
        current = Change.objects.select_for_update().get(pk=change.pk)
        was_on = current.release_id
        for field, value in merged_changes(current, proposed, base_version).items():
            setattr(current, field, value)
        _check(current)
        if current.release is not None and current.release_id != was_on:
            check_takes_changes(current.release)
        current.save()
    return current


def withdraw_change(*, change: Change, by: User, reason: str) -> Change:
    """Say that a change is not made; it stays in the record. Raises as ``restore_change``."""
    return _keep(change, by, reason, is_active=False)


def restore_change(*, change: Change, by: User, reason: str) -> Change:
    """Bring a withdrawn change back. Raises ``NotAllowed``; ``NotPossible`` where it is there."""
    return _keep(change, by, reason, is_active=True)


def _keep(change: Change, by: User, reason: str, *, is_active: bool) -> Change:
    check_can(by, Ability.TRIAGE, change.product)
    with act(by=by, reason=reason, scope=change.product.scope):
        current = Change.objects.select_for_update().get(pk=change.pk)
        if current.is_active is is_active:
            stands = "is not withdrawn" if is_active else "is withdrawn already"
            raise NotPossible(f"{current.reference} {stands}. Nothing was changed.")
        current.is_active = is_active
        if is_active and current.release is not None and not is_to_come(current.release):
            current.release = None  # which went out without it
        current.save()
    return current


def _next(product: Product) -> tuple[int, str]:
    changes = Change.objects.filter(product=product)
    highest: int | None = changes.aggregate(most=Max("number"))["most"]
    number = (highest or 0) + 1
    taken = {each.lower() for each in changes.values_list("reference", flat=True)}
    return number, next_change_reference(taken, number)


def _check(change: Change) -> None:
    check_row(change)
    product = change.product_id
    for part in (change.feature, change.release):
        if part is not None and part.product_id != product:
            raise NotPossible(f"{part} is of another product. Nothing was saved.")
    at_work = people_at_work(change.product)
    if change.owner_id is not None and not at_work.filter(pk=change.owner_id).exists():
        raise NotPossible(
            "The owner of a change is somebody on the team today who does not only audit it. "
            "Nothing was saved. Add them to the team first, or choose somebody else."
        )
