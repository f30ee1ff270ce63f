"""The options of a decision, the hazards that they are held against, and what each does to each."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import Otherwise
from audit.concurrency import merged_changes
from audit.errors import ChangedMeanwhile, NotPossible
from hazards.models import Cell, Hazard, LikelihoodLevel, SeverityLevel
from hazards.queries import IN_THE_LOG, current_matrix
from products.models import Product
from products.permissions import Ability
from reviews.decisions.locks import changing_decision, check_may_leave
from reviews.models import (
    Decision,
    DecisionHazard,
    DecisionOption,
    OptionEstimate,
    Safeguard,
    SafeguardHazard,
)

EDITABLE = frozenset(
    {"name", "description", "evidence", "for_patients", "for_business", "cost", "side"}
)


def add_option(
    *, decision: Decision, by: User, name: str, reason: str = "", **values: Any
) -> DecisionOption:
    """Add an option to an open decision; ``values`` are those of ``EDITABLE``.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText``.
    """
    _check_editable(values)
    if not name.strip():
        raise NotPossible("Give the option a name. Nothing was saved.")
    why = reason or Otherwise("Added an option")
    with changing_decision(decision, by=by, reason=why) as locked:
        last = DecisionOption.objects.filter(decision=locked).aggregate(last=Max("position"))
        option = DecisionOption(
            decision=locked, position=(last["last"] or 0) + 1, name=name.strip(), **values
        )
        check_row(option)
        option.save()
    return option


def edit_option(
    *,
    option: DecisionOption,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> DecisionOption:
    """Change an option of an open decision (``EDITABLE``).

    Raises ``NotAllowed``, ``NotPossible``, ``BadText``, ``Conflict``.
    """
    _check_editable(changes)
    if "name" in changes and not str(changes["name"]).strip():
        raise NotPossible("Give the option a name. Nothing was saved.")
    why = reason or Otherwise("Changed an option")
    with changing_decision(option.decision, by=by, reason=why):
        locked = locked_option(option)
        for name, value in merged_changes(locked, changes, base_version).items():
            setattr(locked, name, value)
        check_row(locked)
        locked.save()
    return locked


def remove_option(*, option: DecisionOption, by: User, reason: str) -> DecisionOption:
    """Take an option out of an open decision; it stays in the record.

    A hazard that its safeguards brought leaves the table with it, unless another option touches it.
    Raises ``NotAllowed``; ``NotPossible`` for the one that is chosen.
    """
    with changing_decision(option.decision, by=by, reason=reason) as decision:
        locked = locked_option(option)
        if decision.chosen_id == locked.pk:
            raise NotPossible(
                "This option is chosen. Nothing was changed. Choose another one first."
            )
        locked.is_active = False
        locked.save()
        _take_what_it_brought(locked)
    return locked


def _take_what_it_brought(option: DecisionOption) -> None:
    touched = OptionEstimate.objects.filter(option__is_active=True, is_touched=True).values("row")
    brought = Safeguard.objects.filter(option=option, is_active=True).values("row")
    rows = DecisionHazard.objects.filter(pk__in=brought, is_active=True).exclude(pk__in=touched)
    for row in rows.select_for_update():
        row.is_active = False
        row.save()


def add_hazard_row(
    *,
    decision: Decision,
    by: User,
    hazard: Hazard | None = None,
    new_name: str = "",
    reason: str = "",
) -> DecisionHazard:
    """Hold the options against a hazard of the log, or against one that an option would bring.

    Raises ``NotAllowed``; ``NotPossible`` where neither or both are given, or the hazard is in the
    table already.
    """
    if (hazard is None) is not bool(new_name.strip()):
        raise NotPossible(
            "Choose a hazard of the log, or name one that an option would bring: one of the two. "
            "Nothing was saved."
        )
    why = reason or Otherwise("Added a hazard to the decision")
    with changing_decision(decision, by=by, reason=why) as locked:
        row = (
            _row_of(locked, hazard)
            if hazard is not None
            else DecisionHazard(decision=locked, new_name=new_name.strip())
        )
        row.is_active = True
        check_row(row)
        row.save()
    return row


def _row_of(decision: Decision, hazard: Hazard) -> DecisionHazard:
    if hazard.product_id != decision.product_id or hazard.state not in IN_THE_LOG:
        raise NotPossible("That hazard is not in this product's log. Nothing was saved.")
    row = DecisionHazard.objects.filter(decision=decision, hazard=hazard).first()
    if row is not None and row.is_active:
        raise NotPossible(f"{hazard.display_reference} is in the table already.")
    return row or DecisionHazard(decision=decision, hazard=hazard)


def remove_hazard_row(*, row: DecisionHazard, by: User, reason: str) -> DecisionHazard:
    """Take a hazard out of the table of an open decision; what was said of it is kept.

    Raises ``NotAllowed``, also where an option's risk was estimated and the person estimates none;
    ``NotPossible``.
    """
    with changing_decision(row.decision, by=by, reason=reason) as decision:
        locked = DecisionHazard.objects.select_for_update().get(pk=row.pk)
        check_may_leave(locked, decision, by)
        for safeguard in Safeguard.objects.filter(row=locked, is_active=True):
            safeguard.is_active = False
            safeguard.save()
        for link in SafeguardHazard.objects.filter(row=locked, is_active=True):
            link.is_active = False
            link.save()
        locked.is_active = False
        locked.save()
    return locked


def estimate_option(
    *,
    option: DecisionOption,
    row: DecisionHazard,
    by: User,
    severity: SeverityLevel | None = None,
    likelihood: LikelihoodLevel | None = None,
    is_touched: bool = True,
    why: str = "",
    seen: int | None = None,
    reason: str = "",
) -> OptionEstimate:
    """Say what an option does to a hazard: a square of the matrix in use and why, or not touched.

    ``seen`` is the version of what stood there, 0 where nothing did. Raises ``NotAllowed``;
    ``NotPossible`` for a missing square or sentence, or words of another matrix;
    ``ChangedMeanwhile`` where somebody else estimated the same since.
    """
    if is_touched and not why.strip():
        raise NotPossible("Say in one sentence why. Nothing was saved.")
    default = Otherwise("Estimated an option")
    with changing_decision(
        option.decision, by=by, reason=reason or default, ability=Ability.ESTIMATE
    ) as decision:
        locked = locked_option(option)
        if row.decision_id != decision.pk:
            raise NotPossible("That hazard is not in this decision's table. Nothing was saved.")
        cell = _cell(decision.product, severity, likelihood) if is_touched else None
        estimate = _standing(locked, row, seen)
        estimate.is_touched = is_touched
        estimate.matrix = cell.matrix if cell else None
        estimate.severity = cell.severity if cell else None
        estimate.likelihood = cell.likelihood if cell else None
        estimate.risk_class = cell.risk_class if cell else None
        estimate.acceptability = cell.risk_class.acceptability if cell else ""
        estimate.why = why.strip()
        if estimate._state.adding or estimate.changed_fields():
            estimate.estimated_at = timezone.now()
            estimate.estimated_by = by
        check_row(estimate)
        estimate.save()
    return estimate


def _standing(option: DecisionOption, row: DecisionHazard, seen: int | None) -> OptionEstimate:
    """What stands in a cell, to be changed; a new one where nothing does."""
    found = (
        OptionEstimate.objects.select_for_update(of=("self",))
        .select_related("estimated_by__profile")
        .filter(option=option, row=row)
        .first()
    )
    if found is not None and seen is not None and found.version != seen:
        raise ChangedMeanwhile(
            f"{found.estimated_by.name} said something else here meanwhile: “{found.why}”. "
            "Nothing was saved; what you wrote stands here. Save again so that yours counts, or "
            "leave theirs."
        )
    return found or OptionEstimate(option=option, row=row)


def _cell(
    product: Product, severity: SeverityLevel | None, likelihood: LikelihoodLevel | None
) -> Cell:
    if severity is None or likelihood is None:
        raise NotPossible("Choose a square of the matrix, or say that it is not touched.")
    cell = (
        Cell.objects.select_related("risk_class", "matrix", "severity", "likelihood")
        .filter(matrix=current_matrix(product), severity=severity, likelihood=likelihood)
        .first()
    )
    if cell is None:
        raise NotPossible(
            "These words are not of the risk matrix that the product uses now. Nothing was saved. "
            "Reload the page and choose again."
        )
    return cell


def locked_option(option: DecisionOption) -> DecisionOption:
    """An option that is considered still, locked. Raises ``NotPossible``."""
    locked = DecisionOption.objects.select_for_update().get(pk=option.pk)
    if not locked.is_active:
        raise NotPossible("This option was taken out of the decision. Nothing was changed.")
    return locked


def _check_editable(values: Mapping[str, Any]) -> None:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields of an option that people edit: {sorted(unknown)}")
