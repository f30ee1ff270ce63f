"""What people do with saved views of the hazard log."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from hazards.models import SavedView
from hazards.permissions import check_may_change_view
from products.models import Product
from products.permissions import Ability, check_can

EDITABLE = frozenset({"name", "query", "is_shared"})


def save_view(
    *, product: Product, by: User, name: str, query: str, is_shared: bool = False, reason: str = ""
) -> SavedView:
    """Keep what was asked of the log under a name, for oneself or for the team.

    ``query`` is the address after the question mark, as the log page writes it.
    Raises ``NotAllowed``, ``BadText``; ``NotPossible`` without a name or with one of one's own.
    """
    check_can(by, Ability.KEEP_VIEWS, product)
    view = SavedView(product=product, owner=by, name=name.strip(), query=query, is_shared=is_shared)
    with act(by=by, reason=reason or "Saved a view of the hazard log", scope=product.scope):
        _check(view)
        view.save()
    return view


def edit_view(
    *,
    view: SavedView,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> SavedView:
    """Rename a view, share it with the team or stop, or let it show something else.

    Raises as ``save_view`` does; ``NotAllowed`` also to whom it does not belong; ``Conflict``.
    """
    if set(changes) - EDITABLE:
        raise TypeError("not fields that people edit on a saved view")
    check_may_change_view(view, by)
    with act(by=by, reason=reason or "Changed a saved view", scope=view.product.scope):
        locked = _locked(view)
        wanted = merged_changes(locked, changes, base_version)
        for name, value in wanted.items():
            setattr(locked, name, value.strip() if name == "name" else value)
        _check(locked)
        locked.save()
    return locked


def withdraw_view(*, view: SavedView, by: User, reason: str = "") -> SavedView:
    """Take a saved view out of the menus. Raises ``NotAllowed`` and ``NotPossible``."""
    check_may_change_view(view, by)
    with act(by=by, reason=reason or "Withdrew a saved view", scope=view.product.scope):
        locked = _locked(view)
        locked.is_active = False
        locked.save()
    return locked


def _locked(view: SavedView) -> SavedView:
    locked = SavedView.objects.select_for_update().get(pk=view.pk)
    if not locked.is_active:
        raise NotPossible(f"The view “{view.name}” was withdrawn meanwhile. Nothing was changed.")
    return locked


def _check(view: SavedView) -> None:
    if not view.name:
        raise NotPossible("Give the view a name. Nothing was saved.")
    check_row(view)
    same = SavedView.objects.filter(
        product=view.product_id, owner=view.owner_id, name__iexact=view.name, is_active=True
    ).exclude(pk=view.pk)
    if same.exists():
        raise NotPossible(
            f"There is a view “{view.name}” of the same person already. Nothing was saved. "
            "Give this one another name, or change that one."
        )
