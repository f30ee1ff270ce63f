"""Changing many hazards at once: all of them or none, and each with a history entry of its own."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import User
from audit.acts import Otherwise, act
from audit.errors import NotPossible
from hazards.actions.checks import check_values
from hazards.changing_many import check_changes, labels_of, planned_changes, refusal_of
from hazards.choices import HazardStatus
from hazards.locks import changing, lock_hazards
from hazards.models import Hazard
from products.models import Product
from products.permissions import Ability, check_can


def change_many(
    *,
    product: Product,
    hazards: Iterable[Hazard],
    changes: Mapping[str, Any],
    by: User,
    seen: Mapping[int, int] | None = None,
    reason: str = "",
) -> uuid.UUID:
    """Give hazards of one product the same values (``changing_many.CHANGEABLE``); returns the act.

    ``seen`` holds the version of each hazard (by key) that the person had before them. Hazards
    that have these values already stay as they are. Raises ``NotAllowed`` (a status is a clinical
    safety officer's to say); ``NotPossible``, naming every hazard that cannot be changed and why.
    """
    chosen = list(hazards)
    check_changes(chosen, changes, product)
    _check_may(by, changes, product)
    _check_status(changes)
    default = Otherwise(f"Changed {labels_of(changes)} of {_counted(len(chosen))} at once")
    with act(by=by, reason=reason or default, scope=product.scope) as under_way:
        planned = planned_changes(lock_hazards(chosen), changes, seen)
        if refused := refusal_of(planned):
            raise NotPossible(refused)
        values = {each.hazard.pk: each.values for each in planned if each.is_a_change}
        if not values:
            raise NotPossible("All of them have these values already. Nothing was changed.")
        with changing(
            [each.hazard for each in planned if each.is_a_change],
            product=product,
            by=by,
            ability=_ability(changes),
            reason=reason or default,
        ) as rows:
            _give(rows, values, product)
    return under_way.id


def _give(
    rows: Iterable[Hazard], values: Mapping[int, Mapping[str, Any]], product: Product
) -> None:
    asked: set[str] = set()
    for row in rows:
        mine = values[row.pk]
        for name, value in mine.items():
            setattr(row, name, value)
        # All get the same value, so whom or what it names is looked up once.
        check_values(row, product, mine.keys() - asked)
        asked |= mine.keys()


def _ability(changes: Mapping[str, Any]) -> Ability:
    return Ability.GOVERN_LOG if "status" in changes else Ability.EDIT_LOG


def _check_may(by: User, changes: Mapping[str, Any], product: Product) -> None:
    check_can(by, _ability(changes), product)
    if set(changes) - {"status"}:
        check_can(by, Ability.EDIT_LOG, product)


def _check_status(changes: Mapping[str, Any]) -> None:
    if "status" in changes and changes["status"] not in HazardStatus.values:
        raise NotPossible("That is no status of a hazard. Nothing was changed. Choose again.")


def _counted(number: int) -> str:
    return "one hazard" if number == 1 else f"{number} hazards"
