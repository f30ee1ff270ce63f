"""What people do with a hazard as a whole."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from accounts.models import User
from audit.acts import Otherwise, act, current_act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from hazards.actions.checks import check_values
from hazards.choices import HazardState, HazardStatus
from hazards.facts import facts_of
from hazards.locks import changing_one, lock_product
from hazards.models import Hazard
from hazards.rules import (
    HAZARD_STATE_MOVES,
    HAZARD_STATUS_MOVES,
    may_move,
    why_not_live,
    why_not_status,
)
from hazards.transitions import conditions_from_above
from products.models import Product
from products.permissions import Ability, check_can

EDITABLE = frozenset(
    {
        "name",
        "description",
        "effect",
        "for_patients",
        "for_product",
        "family",
        "action_summary",
        "justification",
        "owner_role",
        "owner_id",
        "review_date",
        "first_release_id",
    }
)


class RaisedBefore(NotPossible):
    """The form that raises this hazard has raised one already."""


def create_hazard(
    *,
    product: Product,
    by: User,
    name: str,
    imported_reference: str = "",
    library_entry: str = "",
    public_id: UUID | None = None,
    ability: Ability = Ability.EDIT_LOG,
    reason: str = "",
    **values: Any,
) -> Hazard:
    """Raise a hazard as a draft; its reference is the next number, or the imported one.

    ``values`` are those of ``EDITABLE``; ``library_entry`` is the key of what it was copied from;
    ``public_id`` that of the form that raises it, so that no form raises two; ``ability`` is what
    lets the person do it, where it is part of an agreement that they sign.
    An imported reference of our own form (HAZ-012) becomes the reference itself where it is free.
    Raises ``NotAllowed``; ``NotPossible`` when the name is empty or the imported reference is
    taken; ``RaisedBefore`` when there is a hazard of that public id.
    """
    _check_editable(values)
    check_can(by, ability, product)
    if not name.strip():
        raise NotPossible("Give the hazard a name: what could hurt a patient, in a few words.")
    imported_reference = imported_reference.strip()
    with act(by=by, reason=reason or "Raised a hazard", scope=product.scope):
        lock_product(product)
        _check_not_raised(product, public_id)
        number, reference = _next_reference(product, imported_reference)
        if imported_reference and _is_taken(product, imported_reference):
            raise NotPossible(
                f"A hazard with the reference {imported_reference} is in this log already. "
                "Nothing was saved. Open that one, or give this one another reference."
            )
        hazard = Hazard(
            product=product,
            number=number,
            reference=reference,
            imported_reference=imported_reference,
            name=name.strip(),
            library_entry=library_entry,
            **({} if public_id is None else {"public_id": public_id}),
            **values,
        )
        check_values(hazard, product, values)
        hazard.save()
        current_act().is_first(("content", hazard.pk))
    return hazard


def _check_not_raised(product: Product, public_id: UUID | None) -> None:
    """Refuse the second save of one form: a second click, or the browser's *Back*."""
    if public_id is None:
        return
    made = Hazard.objects.filter(public_id=public_id).first()
    if made is None:
        return
    if made.product_id != product.pk:
        raise RaisedBefore("This form was used before. Nothing was saved. Save it once more.")
    raise RaisedBefore(
        f"This form has raised {made.display_reference} already, by a second click or before you "
        f"went back. Nothing was saved again. Open {made.display_reference} to change it; save "
        "once more only to raise this as another hazard."
    )


def edit_hazard(
    *,
    hazard: Hazard,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Hazard:
    """Change a hazard's own words, owner, dates or scope (fields of ``EDITABLE``).

    Raises ``NotAllowed``, ``NotPossible``, ``BadText``; ``Conflict`` when somebody else changed
    the same fields since ``base_version``.
    """
    _check_editable(changes)
    if "name" in changes and not str(changes["name"]).strip():
        raise NotPossible("A hazard needs a name. Nothing was saved; write one and save again.")
    with changing_one(
        hazard, by=by, ability=Ability.EDIT_LOG, reason=reason or Otherwise("Edited the hazard")
    ) as locked:
        wanted = merged_changes(locked, changes, base_version)
        for name, value in wanted.items():
            setattr(locked, name, value)
        check_values(locked, locked.product, wanted)
    return locked


def make_live(*, hazard: Hazard, by: User, reason: str = "") -> Hazard:
    """Take a draft into the live log.

    Raises ``NotAllowed``; ``NotPossible`` with what is missing.
    """
    with changing_one(
        hazard,
        by=by,
        ability=Ability.GOVERN_LOG,
        reason=reason or Otherwise("Made the hazard live"),
        in_the_log=False,
    ) as locked:
        _move_state(locked, HazardState.LIVE)
        missing = why_not_live(facts_of(locked))
        if missing:
            raise NotPossible(f"This hazard cannot go live yet. {' '.join(missing)}")
    return locked


def withdraw_hazard(*, hazard: Hazard, by: User, reason: str) -> Hazard:
    """Take a hazard out of the log, with a reason; it is kept and can be restored as a draft.

    Raises ``NotAllowed``; ``NotPossible`` without a reason or when it is out already.
    """
    with changing_one(
        hazard, by=by, ability=Ability.GOVERN_LOG, reason=reason, in_the_log=False
    ) as locked:
        _move_state(locked, HazardState.WITHDRAWN)
    return locked


def restore_hazard(*, hazard: Hazard, by: User, reason: str = "") -> Hazard:
    """Bring a withdrawn hazard back as a draft. Raises ``NotAllowed`` and ``NotPossible``."""
    with changing_one(
        hazard,
        by=by,
        ability=Ability.GOVERN_LOG,
        reason=reason or Otherwise("Restored the hazard"),
        in_the_log=False,
    ) as locked:
        _move_state(locked, HazardState.DRAFT)
    return locked


def set_status(
    *,
    hazard: Hazard,
    by: User,
    status: HazardStatus,
    base_version: int | None = None,
    reason: str = "",
) -> Hazard:
    """Open, transfer or close a hazard.

    With ``base_version``, that of the hazard that the person saw, the status that they saw is no
    change. Raises ``NotAllowed``; ``NotPossible`` with everything that keeps it from that status;
    ``Conflict`` when somebody else moved it since ``base_version``.
    """
    with changing_one(
        hazard,
        by=by,
        ability=Ability.GOVERN_LOG,
        reason=reason or Otherwise(f"Set the status to {status.label.lower()}"),
    ) as locked:
        wanted = merged_changes(locked, {"status": status.value}, base_version)
        if base_version is not None and not wanted:
            return locked
        now = HazardStatus(locked.status)
        if not may_move(HAZARD_STATUS_MOVES, now, status):
            raise NotPossible(
                f"A hazard that is {now.label.lower()} cannot become {status.label.lower()}. "
                "Nothing was changed."
            )
        missing = [
            *why_not_status(facts_of(locked), status),
            *conditions_from_above(locked, status),
        ]
        if missing:
            raise NotPossible(
                f"This hazard cannot be {status.label.lower()} yet. {' '.join(missing)}"
            )
        locked.status = status
    return locked


def keep_imported_status(*, hazard: Hazard, by: User, status: HazardStatus) -> list[str]:
    """Take over the state and status that a file gave a hazard, as recorded there.

    Returns what does not fit (each a sentence for the report): the file's status is kept, since
    people rely on it, and shown as not fitting until somebody resolves it. Raises ``NotAllowed``.
    """
    with changing_one(
        hazard, by=by, ability=Ability.GOVERN_LOG, reason="Imported from a file"
    ) as locked:
        facts = facts_of(locked)
        if not why_not_live(facts):
            locked.state = HazardState.LIVE
        locked.status = status
        misfit = why_not_status(facts, status) + conditions_from_above(locked, status)
    hazard.refresh_from_db()
    return misfit


def _check_editable(values: Mapping[str, Any]) -> None:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields that people edit on a hazard: {sorted(unknown)}")


def _move_state(hazard: Hazard, then: HazardState) -> None:
    now = HazardState(hazard.state)
    if not may_move(HAZARD_STATE_MOVES, now, then):
        raise NotPossible(
            f"A hazard that is {now.label.lower()} cannot become {then.label.lower()}. "
            "Nothing was changed."
        )
    hazard.state = then


def _is_taken(product: Product, reference: str) -> bool:
    """Whether people know another hazard by this reference, in whichever case."""
    known_by = Q(imported_reference__iexact=reference) | Q(
        imported_reference="", reference__iexact=reference
    )
    return Hazard.objects.filter(known_by, product=product).exists()


def _next_reference(product: Product, imported: str) -> tuple[int, str]:
    hazards = Hazard.objects.filter(product=product)
    number = (hazards.aggregate(highest=Max("number"))["highest"] or 0) + 1
    prefix = f"{product.hazard_prefix}-"
    digits = imported.removeprefix(prefix)
    if imported.startswith(prefix) and digits.isdecimal() and len(digits) <= 6:
        wanted = int(digits)
        if wanted and not hazards.filter(number=wanted).exists():
            return wanted, f"{prefix}{wanted:03d}"
    while hazards.filter(imported_reference__iexact=f"{prefix}{number:03d}").exists():
        number += 1
    return number, f"{prefix}{number:03d}"
