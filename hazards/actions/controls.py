"""Controls: what reduces risk, what it acts on, and how far it has come."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from audit.acts import Otherwise
from audit.concurrency import merged_changes
from audit.errors import ChangedMeanwhile, NotPossible
from hazards.actions.checks import check_one_in_the_log, check_values, lock_controls
from hazards.choices import ControlKind, ControlState
from hazards.facts import evidence_facts
from hazards.locks import changing, changing_one
from hazards.models import (
    Cause,
    Control,
    ControlLink,
    Harm,
    Hazard,
    NewHazardLink,
)
from hazards.queries import IN_THE_LOG, evidence_of, hazards_protected_by, links_of
from hazards.rules import (
    CONTROL_STATE_MOVES,
    may_move,
    merged_choice,
    merged_parts,
    why_not_verified,
)
from products.permissions import Ability

#: What a control acts on in a hazard: the key of a cause, or of a harm.
Part = tuple[int | None, int | None]
THE_WHOLE: Part = (None, None)

EDITABLE = frozenset(
    {
        "text",
        "kind",
        "type",
        "strength",
        "function",
        "party",
        "instruction",
        "delivered_in_id",
        "implementation_reference",
        "implementer_id",
        "due_on",
        "none_because",
    }
)


def add_control(
    *,
    hazard: Hazard,
    by: User,
    text: str,
    kind: ControlKind = ControlKind.ADDITIONAL,
    causes: Iterable[Cause] = (),
    harms: Iterable[Harm] = (),
    ability: Ability = Ability.EDIT_LOG,
    reason: str = "",
    **values: Any,
) -> Control:
    """Propose a control for a hazard: on the given causes and harms, or on the whole of it.

    ``values`` are those of ``EDITABLE``; ``ability`` is what lets the person do it, where it is
    part of an agreement that they sign. Raises ``NotAllowed``, ``NotPossible``, ``BadText``.
    """
    _check_editable(values)
    if not text.strip():
        raise NotPossible("Write the control: what is done, so that the harm does not happen.")
    with changing_one(
        hazard,
        by=by,
        ability=ability,
        reason=reason or Otherwise("Added a control"),
        gives_a_number=True,
    ) as locked:
        controls = Control.objects.filter(product=hazard.product_id)
        number = (controls.aggregate(last=Max("number"))["last"] or 0) + 1
        control = Control(
            product=hazard.product,
            number=number,
            reference=f"CTL-{number:03d}",
            text=text.strip(),
            kind=kind,
            **values,
        )
        check_values(control, hazard.product, values)
        control.save()
        _link(control, locked, causes, harms)
    return control


def edit_control(
    *,
    control: Control,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Control:
    """Change a control (``EDITABLE``) for every hazard that it protects.

    Raises as ``edit_hazard`` does.
    """
    _check_editable(changes)
    if "text" in changes and not str(changes["text"]).strip():
        raise NotPossible("A control cannot be empty. Nothing was saved; withdraw it instead.")
    with _changing_control(control, by, reason or Otherwise("Edited a control")):
        locked = _locked(control)
        wanted = merged_changes(locked, changes, base_version)
        for name, value in wanted.items():
            setattr(locked, name, value)
        check_values(locked, locked.product, wanted)
        if wanted.get("none_because") and _brings_hazards(locked):
            raise NotPossible(
                "This control names the hazards that it brings, so there cannot be none. "
                "Nothing was saved. Take those hazards from it first."
            )
        locked.save()
    return locked


def set_control_state(
    *,
    control: Control,
    by: User,
    state: ControlState,
    seen: str = "",
    reason: str = "",
) -> Control:
    """Move a control along: proposed, agreed, implemented, verified; or withdraw it.

    ``seen`` is the state that the person saw. Raises ``NotAllowed``; ``NotPossible`` for a step
    that the table does not allow, for *verified* without passed evidence of both kinds, and for
    withdrawing without a reason; ``ChangedMeanwhile`` where it has another state than was seen.
    """
    if state is ControlState.WITHDRAWN and not reason.strip():
        raise NotPossible("Say why the control is withdrawn. Nothing was changed.")
    with _changing_control(
        control, by, reason or Otherwise(f"Marked a control {state.label.lower()}")
    ):
        locked = _locked(control)
        now = ControlState(locked.state)
        if seen not in ("", now):
            raise ChangedMeanwhile(
                f"The control became {now.label.lower()} meanwhile. Nothing was changed. Look at "
                "it as it is now, or save again so that yours counts."
            )
        if not may_move(CONTROL_STATE_MOVES, now, state):
            raise NotPossible(
                f"A control that is {now.label.lower()} cannot become {state.label.lower()} in "
                "one step. Nothing was changed."
            )
        if state is ControlState.VERIFIED:
            missing = why_not_verified(
                [evidence_facts(each) for each in evidence_of(locked)], timezone.localdate()
            )
            if missing:
                raise NotPossible(f"It cannot be called verified yet. {' '.join(missing)}")
        locked.state = state
        locked.save()
    return locked


def link_control(
    *,
    control: Control,
    hazard: Hazard,
    by: User,
    causes: Iterable[Cause] = (),
    harms: Iterable[Harm] = (),
    shown: Collection[Part] | None = None,
    is_new: bool = False,
    ability: Ability = Ability.EDIT_LOG,
    reason: str = "",
) -> None:
    """Let a control protect a hazard: these causes and harms, or (without any) the whole of it.

    What it acted on in this hazard before is replaced; with ``shown``, the parts that the person
    saw chosen, what somebody else chose meanwhile is kept; ``is_new`` says that they saw none.
    ``ability`` is what lets the person do it, where it is part of an agreement.
    Raises ``NotAllowed``, ``NotPossible``, and ``ChangedMeanwhile`` where the two choices do not go
    together.
    """
    if control.product_id != hazard.product_id:
        raise NotPossible("That control is of another product. Nothing was saved.")
    with changing_one(
        hazard,
        by=by,
        ability=ability,
        reason=reason or Otherwise(f"Linked {control.reference} and {hazard.display_reference}"),
    ) as locked:
        if _locked(control).state == ControlState.WITHDRAWN:
            raise NotPossible(
                f"{control.reference} is withdrawn. Nothing was saved. Propose it again first."
            )
        if is_new and links_of(control, locked).exists():
            raise ChangedMeanwhile(
                f"Somebody else linked {control.reference} to this hazard meanwhile. Nothing was "
                "saved. Look at what it acts on, and change that."
            )
        _link(control, locked, causes, harms, shown)


def unlink_control(*, control: Control, hazard: Hazard, by: User, reason: str) -> None:
    """Say that a control no longer protects a hazard; the links are kept in the record."""
    with changing_one(hazard, by=by, ability=Ability.EDIT_LOG, reason=reason) as locked:
        links = ControlLink.objects.select_for_update().filter(
            control=control, hazard=locked, is_active=True
        )
        if not links:
            raise NotPossible("This control does not act on this hazard. Nothing was changed.")
        for link in links:
            link.is_active = False
            link.save()


def set_new_hazards(
    *,
    control: Control,
    by: User,
    hazards: Iterable[Hazard] = (),
    none_because: str = "",
    shown: tuple[Collection[int], str] | None = None,
    reason: str = "",
) -> Control:
    """Say which hazards a control brings, or that there are none and why (clause 6.1.2).

    With ``shown``, the keys of the hazards and the reason that the person saw, what somebody else
    said meanwhile is kept. Raises ``NotAllowed``; ``NotPossible`` when both or neither are given;
    ``ChangedMeanwhile`` where the two do not go together.
    """
    wanted = {hazard.pk: hazard for hazard in hazards}
    if bool(wanted) == bool(none_because.strip()):
        raise NotPossible(
            "Name the new hazards, or say why there are none: one of the two. Nothing was saved."
        )
    if any(hazard.product_id != control.product_id for hazard in wanted.values()):
        raise NotPossible("A new hazard belongs to the same product. Nothing was saved.")
    with _changing_control(control, by, reason or Otherwise("Assessed a control for new hazards")):
        locked = _locked(control)
        links = {link.hazard_id: link for link in NewHazardLink.objects.filter(control=locked)}
        brought = frozenset(wanted)
        because = none_because.strip()
        standing = frozenset(key for key, link in links.items() if link.is_active)
        if shown is not None:
            brought, because = _assessed(locked, shown, (brought, because), standing)
        _check_all_in_the_log(brought - standing)
        locked.none_because = because
        locked.save()
        for key in brought | links.keys():
            link = links.get(key) or NewHazardLink(control=locked, hazard_id=key)
            link.is_active = key in brought
            link.save()
    return locked


def _check_all_in_the_log(hazards: Collection[int]) -> None:
    gone = Hazard.objects.filter(pk__in=hazards).exclude(state__in=IN_THE_LOG)
    for hazard in gone.select_related("merged_into").order_by("number"):
        into = hazard.merged_into
        raise NotPossible(
            f"{hazard.display_reference} is no longer in the log. Nothing was saved. "
            + (f"Name {into.display_reference} instead, into which it was merged." if into else "")
        )


def _assessed(
    control: Control,
    shown: tuple[Collection[int], str],
    said: tuple[frozenset[int], str],
    standing: frozenset[int],
) -> tuple[frozenset[int], str]:
    """The hazards that it brings, and why there are none, after two people said so."""
    (hazards_shown, because_shown), (hazards, because) = shown, said
    merged = merged_choice(shown=frozenset(hazards_shown), chosen=hazards, standing=standing)
    if because == because_shown.strip():
        because = control.none_because
    elif control.none_because not in (because_shown.strip(), because):
        raise ChangedMeanwhile(_SAID_MEANWHILE)
    if bool(merged) == bool(because):
        raise ChangedMeanwhile(_SAID_MEANWHILE)
    return merged, because


_SAID_MEANWHILE = (
    "Somebody else said meanwhile which hazards this control brings. Nothing was saved; what you "
    "wrote stands here. Open the page again to see theirs, or save again so that yours counts."
)
_CHOSEN_MEANWHILE = (
    "Somebody else changed meanwhile what this control acts on. Nothing was saved; your ticks "
    "stand here. Open the page again to see theirs, or save again so that yours count."
)


@contextmanager
def _changing_control(control: Control, by: User, reason: str) -> Iterator[None]:
    with changing(
        hazards_protected_by(control),
        product=control.product,
        by=by,
        ability=Ability.EDIT_LOG,
        reason=reason,
    ) as hazards:
        check_one_in_the_log(hazards)
        lock_controls([control], hazards)
        yield


def _locked(control: Control) -> Control:
    return Control.objects.select_for_update().get(pk=control.pk)


def _brings_hazards(control: Control) -> bool:
    return NewHazardLink.objects.filter(control=control, is_active=True).exists()


def _link(
    control: Control,
    hazard: Hazard,
    causes: Iterable[Cause],
    harms: Iterable[Harm],
    shown: Collection[Part] | None = None,
) -> None:
    cause_keys, harm_keys = {cause.pk for cause in causes}, {harm.pk for harm in harms}
    in_use = {"hazard": hazard, "is_active": True}
    if Cause.objects.filter(pk__in=cause_keys, **in_use).count() < len(
        cause_keys
    ) or Harm.objects.filter(pk__in=harm_keys, **in_use).count() < len(harm_keys):
        raise NotPossible(
            "That cause or harm is not in this hazard. Nothing was saved. Reload and choose again."
        )
    wanted: frozenset[Part] = frozenset((key, None) for key in cause_keys)
    wanted |= {(None, key) for key in harm_keys}
    links: dict[Part, ControlLink] = {
        (link.cause_id, link.harm_id): link
        for link in ControlLink.objects.select_for_update().filter(control=control, hazard=hazard)
    }
    if shown is not None:
        standing = frozenset(key for key, link in links.items() if link.is_active) - {THE_WHOLE}
        merged = merged_parts(shown=frozenset(shown), chosen=wanted, standing=standing)
        if merged is None:
            raise ChangedMeanwhile(_CHOSEN_MEANWHILE)
        wanted = merged
    wanted = wanted or frozenset([THE_WHOLE])
    for key in wanted | links.keys():
        cause, harm = key
        link = links.get(key) or ControlLink(
            control=control, hazard=hazard, cause_id=cause, harm_id=harm
        )
        link.is_active = key in wanted
        link.save()


def _check_editable(values: Mapping[str, Any]) -> None:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields that people edit on a control: {sorted(unknown)}")
