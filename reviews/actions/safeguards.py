"""Safeguards of an option: what it needs to be safe."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Max

from accounts.models import User
from accounts.validation import check_row
from audit.acts import Otherwise
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from hazards.choices import ControlState
from hazards.models import Control
from hazards.rules import merged_choice
from reviews.actions.decision_options import locked_option
from reviews.choices import SafeguardKind
from reviews.decisions.locks import changing_decision, check_may_leave
from reviews.models import DecisionHazard, DecisionOption, Safeguard, SafeguardHazard

EDITABLE = frozenset(
    {
        "answers",
        "kind",
        "text",
        "tier",
        "months",
        "threshold",
        "type",
        "strength",
        "function",
        "party",
        "control_id",
    }
)
LONGEST_NAME = 300  # characters, as a row stores them


def add_safeguard(
    *,
    option: DecisionOption,
    by: User,
    kind: SafeguardKind,
    text: str,
    hazards: Iterable[DecisionHazard] = (),
    reason: str = "",
    **values: Any,
) -> Safeguard:
    """Add what an option needs; ``hazards`` are the rows of the table on which it acts.

    With ``control_id`` it adopts that control of the log. A new hazard becomes a row of the table.
    Raises ``NotAllowed``, ``NotPossible``, ``BadText``.
    """
    _check_editable(values)
    why = reason or Otherwise("Added a safeguard")
    with changing_decision(option.decision, by=by, reason=why) as decision:
        locked = locked_option(option)
        last = Safeguard.objects.filter(option=locked).aggregate(last=Max("position"))["last"]
        safeguard = Safeguard(
            option=locked, position=(last or 0) + 1, kind=kind, text=text.strip(), **values
        )
        _settle(safeguard, decision.product_id, by)
        safeguard.save()
        _link(safeguard, hazards)
    return safeguard


def edit_safeguard(
    *,
    safeguard: Safeguard,
    by: User,
    changes: Mapping[str, Any],
    hazards: Iterable[DecisionHazard] | None = None,
    shown: Collection[int] | None = None,
    base_version: int | None = None,
    reason: str = "",
) -> Safeguard:
    """Change a safeguard of an open decision (``EDITABLE``), and on which ``hazards`` it acts.

    With ``shown``, the keys of the rows that the person saw ticked, what somebody else ticked or
    took off meanwhile stands beside what this person did.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText``, ``Conflict``.
    """
    _check_editable(changes)
    why = reason or Otherwise("Changed a safeguard")
    with changing_decision(safeguard.option.decision, by=by, reason=why) as decision:
        locked = _locked(safeguard)
        for name, value in merged_changes(locked, changes, base_version).items():
            setattr(locked, name, value)
        _settle(locked, decision.product_id, by)
        locked.save()
        if hazards is not None:
            _link(locked, hazards if shown is None else _merged(locked, hazards, shown))
    return locked


def remove_safeguard(*, safeguard: Safeguard, by: User, reason: str) -> Safeguard:
    """Take a safeguard from an option; a hazard that it named leaves the table with it.

    Raises ``NotAllowed``, ``NotPossible``.
    """
    with changing_decision(safeguard.option.decision, by=by, reason=reason):
        locked = _locked(safeguard)
        _take_row(locked, by)
        locked.is_active = False
        locked.save()
    return locked


def _settle(safeguard: Safeguard, product: int, by: User) -> None:
    """Leave out what a kind has no use for, and check the rest; a new hazard gets its row."""
    if not safeguard.text.strip():
        raise NotPossible("Write the safeguard. Nothing was saved.")
    kind = SafeguardKind(safeguard.kind)
    if kind is not SafeguardKind.CADENCE:
        safeguard.months = None
        safeguard.tier = ""
    elif safeguard.months is None or not 1 <= safeguard.months <= 12:
        raise NotPossible("A cadence is every one to twelve months. Nothing was saved.")
    if kind is not SafeguardKind.INDICATOR:
        safeguard.threshold = ""
    if kind is not SafeguardKind.CONTROL:
        safeguard.control = None
    elif safeguard.control_id is not None:
        _check_control(safeguard.control_id, product)
    check_row(safeguard)
    if kind is SafeguardKind.NEW_HAZARD:
        _give_row(safeguard)
    else:
        _take_row(safeguard, by)


def _check_control(key: int, product: int) -> None:
    control = Control.objects.filter(pk=key, product=product).first()
    if control is None:
        raise NotPossible("That control is not of this product. Nothing was saved.")
    if control.state == ControlState.WITHDRAWN:
        raise NotPossible(
            f"{control.reference} is withdrawn, so nothing can adopt it. Nothing was saved."
        )


def _give_row(safeguard: Safeguard) -> None:
    """The row of the table for the hazard that a safeguard brings, named as the safeguard is."""
    row = safeguard.row or DecisionHazard(decision_id=safeguard.option.decision_id)
    row.new_name = safeguard.text.strip()[:LONGEST_NAME]
    row.is_active = True
    row.save()
    safeguard.row = row


def _take_row(safeguard: Safeguard, by: User) -> None:
    if safeguard.row is not None:
        check_may_leave(safeguard.row, safeguard.option.decision, by)
        safeguard.row.is_active = False
        safeguard.row.save()


def _link(safeguard: Safeguard, hazards: Iterable[DecisionHazard]) -> None:
    """Let it act on these rows and no others."""
    wanted = {row.pk: row for row in hazards}
    decision = safeguard.option.decision_id
    if any(row.decision_id != decision or not row.is_active for row in wanted.values()):
        raise NotPossible("That hazard is not in this decision's table. Nothing was saved.")
    links = {each.row_id: each for each in SafeguardHazard.objects.filter(safeguard=safeguard)}
    for key in wanted.keys() | links.keys():
        link = links.get(key) or SafeguardHazard(safeguard=safeguard, row=wanted[key])
        link.is_active = key in wanted
        link.save()


def _merged(
    safeguard: Safeguard, hazards: Iterable[DecisionHazard], shown: Collection[int]
) -> list[DecisionHazard]:
    """The rows on which it acts already, with what a person ticked and took off."""
    wanted = {row.pk: row for row in hazards}
    links = SafeguardHazard.objects.filter(
        safeguard=safeguard, is_active=True, row__is_active=True
    ).select_related("row")
    there = {each.row_id: each.row for each in links}
    merged = merged_choice(
        shown=frozenset(shown), chosen=frozenset(wanted), standing=frozenset(there)
    )
    return [row for key, row in (there | wanted).items() if key in merged]


def _locked(safeguard: Safeguard) -> Safeguard:
    rows = Safeguard.objects.select_related("option", "row").select_for_update(of=("self",))
    locked = rows.get(pk=safeguard.pk)
    if not locked.is_active:
        raise NotPossible("This safeguard was taken out of the option. Nothing was changed.")
    return locked


def _check_editable(values: Mapping[str, Any]) -> None:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields of a safeguard that people edit: {sorted(unknown)}")
