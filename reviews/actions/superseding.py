"""Superseding an agreed decision: a new one that begins as its copy."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import Q, QuerySet

from accounts.models import User
from audit.acts import Otherwise, act
from audit.errors import NotPossible
from audit.tracked import Tracked
from hazards.locks import lock_product
from products.permissions import Ability, check_can
from reviews.choices import DecisionState, SafeguardKind
from reviews.decisions.locks import lock_decision
from reviews.decisions.queries import decisions_of, successor_of
from reviews.models import (
    Decision,
    DecisionHazard,
    DecisionOption,
    OptionEstimate,
    ReviewTrigger,
    Safeguard,
    SafeguardHazard,
)

Row = TypeVar("Row", bound=Tracked)

#: What a copy begins without.
_NOT_COPIED = frozenset({"id", "public_id", "version"})
_NOT_OF_A_DECISION = _NOT_COPIED | {
    *("number", "reference", "state", "supersedes_id", "chosen_id", "why", "review_on"),
}


def supersede_decision(*, decision: Decision, by: User, reason: str = "") -> Decision:
    """Begin a decision that is to take the place of an agreed one, as a copy of it.

    The agreed one holds until the new one is agreed, and stays in the record after that. Hazards
    that it brought are in the log by now, and what its safeguards became is adopted. Nothing is
    chosen in the copy. Raises ``NotAllowed``; ``NotPossible`` for one that is not agreed, or while
    another is to supersede it.
    """
    product = decision.product
    check_can(by, Ability.WRITE_DECISIONS, product)
    default = Otherwise(f"Began a decision that supersedes {decision.reference}")
    with act(by=by, reason=reason or default, scope=product.scope):
        lock_product(product)
        before = lock_decision(decision)
        if before.state != DecisionState.AGREED:
            raise NotPossible("Only an agreed decision is superseded. Nothing was made.")
        begun = successor_of(before)
        if begun is not None:
            raise NotPossible(
                f"{begun.reference} is to supersede {before.reference} already. Nothing was made."
            )
        last = decisions_of(product).values_list("number", flat=True).first() or 0
        copy = _copied(before, {}, leave=_NOT_OF_A_DECISION)
        copy.number, copy.reference = last + 1, f"DEC-{last + 1}"
        copy.supersedes = before
        copy.save()
        _copy_parts(before, copy)
    return copy


def _copy_parts(before: Decision, copy: Decision) -> None:
    rows: dict[int, DecisionHazard] = {}
    for row in DecisionHazard.objects.filter(decision=before, is_active=True).order_by("pk"):
        rows[row.pk] = _copied(row, {"decision": copy})
        if row.hazard_id:
            rows[row.pk].new_name = ""  # it is in the log by now
        rows[row.pk].save()
    options = _copy_all(
        DecisionOption.objects.filter(decision=before, is_active=True), {"decision": {0: copy}}
    )
    of_both: dict[str, Mapping[int, Tracked]] = {"option": options, "row": rows}
    _copy_all(OptionEstimate.objects.filter(option__in=list(options), row__in=list(rows)), of_both)
    needed = Safeguard.objects.filter(option__in=list(options), is_active=True)
    # A hazard that the option brought is a hazard of the log by now, and brought no more.
    brought = Q(kind=SafeguardKind.NEW_HAZARD, row__hazard__isnull=False)
    safeguards = _copy_all(needed.exclude(brought), of_both)
    for safeguard in safeguards.values():
        safeguard.is_made = False  # what its control became is adopted by the copy
        safeguard.save()
    _copy_all(
        SafeguardHazard.objects.filter(
            safeguard__in=list(safeguards), row__in=list(rows), is_active=True
        ),
        {"safeguard": safeguards, "row": rows},
    )
    for trigger in ReviewTrigger.objects.filter(decision=before, is_active=True):
        ReviewTrigger(decision=copy, text=trigger.text).save()


def _copy_all(found: QuerySet[Row], named: Mapping[str, Mapping[int, Tracked]]) -> dict[int, Row]:
    """Copies of rows by the key of what each is a copy of; ``named`` are copies of what they name.

    A mapping with the key 0 gives the one that all of them name.
    """
    copies: dict[int, Row] = {}
    for row in found.order_by("pk"):
        given = {}
        for name, known in named.items():
            key = getattr(row, f"{name}_id")
            given[name] = known[0] if 0 in known else known.get(key) if key else None
        copies[row.pk] = _copied(row, given)
        copies[row.pk].save()
    return copies


def _copied(
    row: Row, given: Mapping[str, Tracked | None], *, leave: frozenset[str] = _NOT_COPIED
) -> Row:
    """A new row with the values of another one, but for those ``given``."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in leave and field.name not in given
    }
    return type(row)(**values, **given)
