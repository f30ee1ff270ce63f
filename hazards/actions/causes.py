"""Causes and harms of a hazard."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Max

from accounts.models import User
from audit.acts import Otherwise
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from hazards.actions.checks import check_values
from hazards.actions.estimates import show_worst
from hazards.locks import changing_one
from hazards.models import Cause, ControlLink, Harm, Hazard
from products.permissions import Ability

Part = TypeVar("Part", Cause, Harm)

CAUSE_FIELDS = frozenset({"text", "kind", "accepted_because"})
HARM_FIELDS = frozenset({"text"})


def add_cause(
    *,
    hazard: Hazard,
    by: User,
    text: str,
    kind: str = "",
    accepted_because: str = "",
    reason: str = "",
) -> Cause:
    """Add what may bring the hazard about. Raises ``NotAllowed``, ``NotPossible``, ``BadText``."""
    cause = Cause(hazard=hazard, text=text, kind=kind, accepted_because=accepted_because)
    return _add(cause, by, reason or Otherwise("Added a cause"))


def edit_cause(
    *,
    cause: Cause,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Cause:
    """Change a cause (``CAUSE_FIELDS``). Raises as ``edit_hazard`` does."""
    return _edit(
        cause, CAUSE_FIELDS, by, changes, base_version, reason or Otherwise("Edited a cause")
    )


def withdraw_cause(*, cause: Cause, by: User, reason: str) -> Cause:
    """Take a cause out of the log, with a reason; its estimates no longer count.

    The controls on it stay in the log; their links to it are withdrawn with it.
    """
    return _withdraw(cause, by, reason)


def add_harm(*, hazard: Hazard, by: User, text: str, reason: str = "") -> Harm:
    """Add what the hazard does to a patient. Raises as ``add_cause`` does."""
    return _add(Harm(hazard=hazard, text=text), by, reason or Otherwise("Added a harm"))


def edit_harm(
    *,
    harm: Harm,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Harm:
    """Change a harm's words. Raises as ``edit_hazard`` does."""
    return _edit(harm, HARM_FIELDS, by, changes, base_version, reason or Otherwise("Edited a harm"))


def withdraw_harm(*, harm: Harm, by: User, reason: str) -> Harm:
    """Take a harm out of the log, with a reason."""
    return _withdraw(harm, by, reason)


def _add(part: Part, by: User, reason: str) -> Part:
    model = type(part)
    if not part.text.strip():
        raise NotPossible(f"Write the {model._meta.verbose_name}: nothing was saved.")
    with changing_one(part.hazard, by=by, ability=Ability.EDIT_LOG, reason=reason) as hazard:
        siblings = model._default_manager.filter(hazard=hazard)
        part.hazard = hazard
        part.position = (siblings.aggregate(last=Max("position"))["last"] or 0) + 1
        part.text = part.text.strip()
        check_values(part, hazard.product, ())
        part.save()
        show_worst(hazard)
    return part


def _edit(
    part: Part,
    fields: frozenset[str],
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None,
    reason: str,
) -> Part:
    if set(changes) - fields:
        raise TypeError(f"not fields that people edit: {sorted(set(changes) - fields)}")
    if "text" in changes and not str(changes["text"]).strip():
        raise NotPossible(
            "It cannot be empty. Nothing was saved. To take it out of the log, withdraw it."
        )
    with changing_one(part.hazard, by=by, ability=Ability.EDIT_LOG, reason=reason) as hazard:
        locked = type(part)._default_manager.select_for_update().get(pk=part.pk)
        for name, value in merged_changes(locked, changes, base_version).items():
            setattr(locked, name, value)
        check_values(locked, hazard.product, ())
        locked.save()
    return locked


def _withdraw(part: Part, by: User, reason: str) -> Part:
    with changing_one(part.hazard, by=by, ability=Ability.EDIT_LOG, reason=reason) as hazard:
        locked = type(part)._default_manager.select_for_update().get(pk=part.pk)
        if not locked.is_active:
            raise NotPossible("It is out of the log already. Nothing was changed.")
        locked.is_active = False
        locked.save()
        links = ControlLink.objects.select_for_update().filter(is_active=True, hazard=hazard)
        on_part = (
            links.filter(cause=locked) if isinstance(locked, Cause) else links.filter(harm=locked)
        )
        for link in on_part:
            _keep_control_on_hazard(link)
        show_worst(hazard)
    return locked


def _keep_control_on_hazard(link: ControlLink) -> None:
    """Withdraw a link, and leave the control on the whole hazard when it was its last one."""
    link.is_active = False
    link.save()
    others = ControlLink.objects.filter(control=link.control_id, hazard=link.hazard_id)
    if others.filter(is_active=True).exists():
        return
    whole = others.filter(cause=None, harm=None).first() or ControlLink(
        control_id=link.control_id, hazard_id=link.hazard_id
    )
    whole.is_active = True
    whole.save()
