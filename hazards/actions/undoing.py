"""Taking back one's own change, as a new act: nothing leaves the record."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from audit.acts import REASON_LIMIT, Otherwise, current_act
from audit.errors import NotAllowed, NotPossible
from audit.tracked import Tracked
from hazards.actions.checks import check_values
from hazards.actions.estimates import show_worst
from hazards.actions.evidence import check_consistent, heed_evidence
from hazards.acts_to_undo import ActToUndo, act_in, former_values, last_change_of
from hazards.choices import ControlState, HazardStatus
from hazards.facts import facts_of
from hazards.locks import changing, check_in_the_log
from hazards.models import (
    Assumption,
    Cause,
    Control,
    ControlLink,
    Evidence,
    EvidenceLink,
    Harm,
    Hazard,
    HazardFeature,
    NewHazardLink,
)
from hazards.permissions import check_verifier
from hazards.queries import IN_THE_LOG
from hazards.rules import HAZARD_STATUS_MOVES, may_move, why_not_status
from hazards.transitions import conditions_from_above
from products.models import Product
from products.permissions import check_can

__all__ = ["last_change_of", "undo_act", "undo_last_change"]

#: In this order: things before the links that name them.
_PARTS: tuple[type[Tracked], ...] = (
    Cause, Harm, Control, Evidence, Assumption, ControlLink, NewHazardLink, EvidenceLink,
    HazardFeature,
)  # fmt: skip


def undo_act(*, product: Product, act: uuid.UUID, by: User, reason: str = "") -> uuid.UUID:
    """Take one's own act back: former values stand again, what was added is withdrawn.

    Returns the new act. Raises ``NotAllowed`` for somebody else's act, and where ``by`` could not
    make the change; ``NotPossible`` with everything that stands in the way: later changes of the
    same fields, and what is never taken back (estimates, states, reviews, signatures, imports);
    ``ReasonNeeded`` without a reason where a hazard was approved once.
    """
    found = act_in(product, act)
    if found is None:
        raise NotPossible("That change is not in the record of this product. Nothing was changed.")
    if found.by != by.pk:
        raise NotAllowed(
            "Only who made a change takes it back. Nothing was changed. Change the fields "
            "yourself, so that the record shows who did it and why."
        )
    _check_free(found)
    abilities = found.abilities
    for ability in abilities:
        check_can(by, ability, product)
    default = Otherwise(f"Undid: {found.reason}"[:REASON_LIMIT])
    with changing(
        _hazards_under(found),
        product=product,
        by=by,
        ability=abilities[0],
        reason=reason or default,
    ) as hazards:
        again = act_in(product, act)  # as it is now that the hazards are locked
        if again is not None:
            _check_free(again)
        _put_back(found, hazards, by)
        return current_act().id


def undo_last_change(*, hazard: Hazard, by: User, reason: str = "") -> uuid.UUID:
    """Take back one's own last change of a hazard, or of anything on it.

    Raises as ``undo_act``; ``NotPossible`` where ``by`` never changed it.
    """
    found = last_change_of(hazard, by)
    if found is None:
        raise NotPossible("You have changed nothing on this hazard. Nothing was taken back.")
    return undo_act(product=hazard.product, act=found.id, by=by, reason=reason)


def _check_free(found: ActToUndo) -> None:
    if found.obstacles:
        raise NotPossible(
            f"“{found.reason}” cannot be undone. Nothing was changed. {' '.join(found.obstacles)}"
        )


def _hazards_under(found: ActToUndo) -> Iterable[Hazard]:
    """The hazards that the act was on, and those that what it changed acts on now."""
    evidence, shown, brings = (
        [each.key for each in found.of(model)] for model in (Evidence, EvidenceLink, NewHazardLink)
    )
    on_controls = Q(control__in=[each.key for each in found.of(Control)])
    on_controls |= Q(control__evidence_links__evidence__in=evidence)
    on_controls |= Q(control__evidence_links__in=shown) | Q(control__new_hazard_links__in=brings)
    links = ControlLink.objects.filter(on_controls, is_active=True).order_by().values("hazard")
    return Hazard.objects.filter(Q(pk__in=found.hazards) | Q(pk__in=links))


def _put_back(found: ActToUndo, hazards: Iterable[Hazard], by: User) -> None:
    locked = {hazard.pk: hazard for hazard in hazards}
    for key in found.hazards:
        check_in_the_log(locked[key])
    _put_hazards_back(found, locked)
    rows = {model: _rows_put_back(found, model, by) for model in _PARTS}
    _check_links(rows)
    about = [row.pk for row in rows[Evidence]]
    linked = [row.pk for row in rows[EvidenceLink]]
    heed_evidence(
        Control.objects.filter(
            Q(evidence_links__evidence__in=about) | Q(evidence_links__in=linked)
        ).distinct()
    )
    if rows[Cause] or rows[Harm]:
        for hazard in locked.values():
            show_worst(hazard)


def _put_hazards_back(found: ActToUndo, locked: dict[int, Hazard]) -> None:
    for each in found.of(Hazard):
        hazard, status = locked[each.key], each.before.get("status")
        if status is not None:
            _check_status(hazard, HazardStatus(status))
        for name, value in each.before.items():
            setattr(hazard, name, value)
        check_values(hazard, hazard.product, each.before)


def _check_status(hazard: Hazard, status: HazardStatus) -> None:
    """A status comes back only where the hazard may have it, as when it is set by hand."""
    missing = [*why_not_status(facts_of(hazard), status), *conditions_from_above(hazard, status)]
    if missing or not may_move(HAZARD_STATUS_MOVES, HazardStatus(hazard.status), status):
        raise NotPossible(
            f"{hazard.display_reference} cannot be {status.label.lower()} again. Nothing was "
            f"changed. {' '.join(missing)}"
        )


def _rows_put_back(found: ActToUndo, model: type[Tracked], by: User) -> list[Any]:
    touched = {each.key: each for each in found.of(model)}
    if not touched:
        return []
    rows = list(
        model._default_manager.select_for_update().filter(pk__in=list(touched)).order_by("pk")
    )
    for row in rows:
        values = former_values(touched[row.pk])
        for name, value in values.items():
            setattr(row, name, value)
        if isinstance(row, Cause | Harm | Control | Evidence | Assumption):
            product = row.hazard.product if isinstance(row, Cause | Harm) else row.product
            check_values(row, product, values)
        if isinstance(row, Evidence):
            check_consistent(row)
            check_verifier(by, row, values)
        row.save()
    return rows


def _check_links(rows: dict[type[Tracked], list[Any]]) -> None:
    """Refuse to link again what left the log since, or to say what contradicts what others said.

    Raises ``NotPossible``.
    """
    gone = ControlLink.objects.filter(
        Q(cause__is_active=False)
        | Q(harm__is_active=False)
        | Q(control__state=ControlState.WITHDRAWN),
        pk__in=[row.pk for row in rows[ControlLink]],
        is_active=True,
    )
    of_hazards = ControlLink.objects.filter(
        control__in=[row.control_id for row in rows[ControlLink]],
        hazard__in=[row.hazard_id for row in rows[ControlLink]],
        is_active=True,
    )
    on_part = of_hazards.filter(control=OuterRef("control"), hazard=OuterRef("hazard")).exclude(
        cause=None, harm=None
    )
    whole_and_part = of_hazards.filter(Exists(on_part), cause=None, harm=None)
    no_evidence = EvidenceLink.objects.filter(
        pk__in=[row.pk for row in rows[EvidenceLink]], is_active=True, evidence__is_active=False
    )
    no_feature = HazardFeature.objects.filter(
        pk__in=[row.pk for row in rows[HazardFeature]], is_active=True, feature__is_active=False
    )
    controls = {row.pk for row in rows[Control]}
    controls |= {row.control_id for row in rows[NewHazardLink]}
    brought = NewHazardLink.objects.filter(control__in=controls, is_active=True)
    both = brought.exclude(control__none_because="")
    out_of_log = brought.filter(pk__in=[row.pk for row in rows[NewHazardLink]]).exclude(
        hazard__state__in=IN_THE_LOG
    )
    checked = (gone, whole_and_part, no_evidence, no_feature, both, out_of_log)
    if any(found.exists() for found in checked):
        raise NotPossible(
            "What it would link again, or say again, does not fit what others changed since. "
            "Nothing was changed. Make the change that you need by hand."
        )
