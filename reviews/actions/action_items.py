"""Actions that come of meetings: who does what by when, and what was done."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from accounts.actions.notifications import tell
from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from hazards.models import Hazard
from products.models import Feature, Product
from products.permissions import Ability, check_can
from reviews.actions._meeting import check_at_work
from reviews.choices import ActionState
from reviews.models import ActionItem, Checkpoint, Workshop

EDITABLE = frozenset({"text", "owner_id", "due_on"})


def add_action(
    *,
    product: Product,
    by: User,
    text: str,
    owner: User,
    due_on: datetime.date,
    checkpoint: Checkpoint | None = None,
    session: Workshop | None = None,
    hazard: Hazard | None = None,
    feature: Feature | None = None,
    reason: str = "",
) -> ActionItem:
    """Note what somebody will do by a day, and where that was said; its owner is told.

    Raises ``NotAllowed``; ``NotPossible`` without words, for an owner who is not on the team, or
    for something of another product; ``BadText``.
    """
    check_can(by, Ability.MEET, product)
    for about in (checkpoint, session, hazard, feature):
        if about is not None and about.product_id != product.pk:
            raise NotPossible("That is of another product. Nothing was saved.")
    with act(by=by, reason=reason or "Noted an action", scope=product.scope):
        item = ActionItem(
            product=product,
            checkpoint=checkpoint,
            workshop=session,
            hazard=hazard,
            feature=feature,
            text=" ".join(text.split()),
            owner=owner,
            due_on=due_on,
        )
        check_row(item)
        check_at_work(owner, product)
        item.save()
        _tell_owner(item, by)
    return item


def edit_action(
    *,
    item: ActionItem,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> ActionItem:
    """Change the words, the owner or the day of an open action; a new owner is told.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText`` and ``Conflict``.
    """
    if set(changes) - EDITABLE:
        raise TypeError(f"an action has {sorted(EDITABLE)}")
    check_can(by, Ability.MEET, item.product)
    with act(by=by, reason=reason or "Changed an action", scope=item.product.scope):
        locked = _open(item)
        wanted = merged_changes(locked, changes, base_version)
        for name, value in wanted.items():
            setattr(locked, name, value)
        check_row(locked)
        if "owner_id" in wanted:
            check_at_work(locked.owner, item.product)
        locked.save()
        if "owner_id" in wanted:
            _tell_owner(locked, by)
    return locked


def finish_action(*, item: ActionItem, by: User, outcome: str, reason: str = "") -> ActionItem:
    """Say in a sentence what was done.

    Raises ``NotAllowed``; ``NotPossible`` without the sentence, or where it is not open;
    ``BadText``.
    """
    if not outcome.strip():
        raise NotPossible("Say in a sentence what was done. Nothing was saved.")
    return _end(item, by, ActionState.DONE, outcome, reason or "Did what was agreed")


def drop_action(*, item: ActionItem, by: User, outcome: str, reason: str = "") -> ActionItem:
    """Say why an action is not needed any more. Raises as ``finish_action``."""
    if not outcome.strip():
        raise NotPossible("Say in a sentence why it is not needed. Nothing was saved.")
    return _end(item, by, ActionState.DROPPED, outcome, reason or "Dropped an action")


def reopen_action(*, item: ActionItem, by: User, reason: str) -> ActionItem:
    """Open an action again that was done or dropped; what was said of it stays in the history.

    Raises ``NotAllowed``; ``NotPossible`` where it is open.
    """
    check_can(by, Ability.MEET, item.product)
    with act(by=by, reason=reason, scope=item.product.scope):
        locked = ActionItem.objects.select_for_update().get(pk=item.pk)
        if locked.state == ActionState.OPEN:
            raise NotPossible("This action is open. Nothing was changed.")
        locked.state = ActionState.OPEN
        locked.outcome = ""
        locked.save()
    return locked


def _end(item: ActionItem, by: User, state: ActionState, outcome: str, reason: str) -> ActionItem:
    check_can(by, Ability.MEET, item.product)
    with act(by=by, reason=reason, scope=item.product.scope):
        locked = _open(item)
        locked.state = state
        locked.outcome = outcome.strip()
        check_row(locked)
        locked.save()
    return locked


def _open(item: ActionItem) -> ActionItem:
    locked = ActionItem.objects.select_for_update().get(pk=item.pk)
    if locked.state != ActionState.OPEN:
        state = locked.get_state_display().lower()
        raise NotPossible(
            f"Somebody noted meanwhile that this action is {state}. Nothing was saved. "
            "Open it again first if it is not."
        )
    return locked


def _tell_owner(item: ActionItem, by: User) -> None:
    if item.owner_id == by.pk:
        return
    tell(
        person=item.owner,
        text=f"{by.name} asks you by {item.due_on:%-d %B %Y}: {item.text}",
        url=f"{reverse('action_list', args=[item.product.slug])}?mine=yes#action-{item.public_id}",
        about_kind="action_item",
        about_id=str(item.public_id),
    )
