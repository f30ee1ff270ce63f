"""Splitting a hazard: some of its causes become a hazard of their own."""

from collections.abc import Collection, Sequence

from accounts.models import User
from audit.errors import NotPossible
from hazards.actions.causes import add_cause, add_harm
from hazards.actions.controls import link_control
from hazards.actions.estimates import show_worst
from hazards.actions.features import link_feature
from hazards.actions.hazards import create_hazard
from hazards.choices import ControlState
from hazards.locks import changing_one
from hazards.models import Cause, Control, ControlLink, Harm, Hazard
from hazards.places import Part, place_of
from hazards.queries import features_of, parts_of
from products.permissions import Ability


def split_hazard(
    *,
    hazard: Hazard,
    by: User,
    name: str,
    causes: Collection[Cause],
    reason: str,
    harms: Collection[Harm] = (),
    controls: Collection[Control] = (),
    for_patients: str | None = None,
    for_product: str | None = None,
) -> Hazard:
    """Make a new draft of some causes of a hazard; both remember where they come from.

    The causes leave this hazard, with the controls that act on them; their own estimates no longer
    count. The harms stand on both, and so do ``controls``, which act on the new one as a whole.
    Owner, family, scope and features are the same, and what it means for patients and for the
    product, unless that is given in other words. Raises ``NotAllowed``; ``NotPossible`` without
    a name or a cause, where no cause would stay, and for what is not in this hazard.
    """
    if not causes:
        raise NotPossible("Choose at least one cause that goes to the new hazard. Nothing changed.")
    if not name.strip():
        raise NotPossible("Give the new hazard a name. Nothing was changed.")
    with changing_one(
        hazard, by=by, ability=Ability.GOVERN_LOG, reason=reason, gives_a_number=True
    ) as old:
        moving = _chosen(old, causes, harms)
        new = create_hazard(
            product=old.product,
            by=by,
            name=name,
            effect=old.effect,
            for_patients=_voice(old.for_patients, for_patients),
            for_product=_voice(old.for_product, for_product),
            family=old.family,
            owner_id=old.owner_id,
            owner_role=old.owner_role,
            first_release_id=old.first_release_id,
        )
        new.split_from = old
        new.save()
        parts = {place_of(part): _copied(new, part, by) for part in moving}
        _take_controls(old, new, by, parts, controls)
        for link in features_of(old):
            link_feature(hazard=new, feature=link.feature, by=by)
        for cause in (part for part in moving if isinstance(part, Cause)):
            cause.is_active = False
            cause.save()
        show_worst(old)
    new.refresh_from_db()
    return new


def _voice(old: str, said: str | None) -> str:
    return old if said is None else said.strip()


#: What stands on the new hazard for a cause or harm of the old one.
_Parts = dict[Part, Cause | Harm]


def _chosen(
    old: Hazard, causes: Collection[Cause], harms: Collection[Harm]
) -> Sequence[Cause | Harm]:
    own_causes, own_harms = parts_of(old)
    cause_keys, harm_keys = {each.pk for each in causes}, {each.pk for each in harms}
    chosen: list[Cause | Harm] = [
        *(cause for cause in own_causes if cause.pk in cause_keys),
        *(harm for harm in own_harms if harm.pk in harm_keys),
    ]
    if len(chosen) < len(cause_keys) + len(harm_keys):
        raise NotPossible(
            "One of the causes or harms is no longer in this hazard. Nothing was changed. Reload "
            "the page and choose again."
        )
    if len(own_causes) == len(cause_keys):
        raise NotPossible(
            f"At least one cause stays with {old.display_reference}: a hazard that no cause brings "
            "about says too little. Nothing was changed. Leave one unticked, or rename this hazard "
            "if all of them belong to the other."
        )
    return chosen


def _copied(new: Hazard, part: Cause | Harm, by: User) -> Cause | Harm:
    if isinstance(part, Harm):
        return add_harm(hazard=new, by=by, text=part.text)
    return add_cause(
        hazard=new, by=by, text=part.text, kind=part.kind, accepted_because=part.accepted_because
    )


def _take_controls(
    old: Hazard, new: Hazard, by: User, parts: _Parts, controls: Collection[Control]
) -> None:
    links = (
        ControlLink.objects.filter(hazard=old, is_active=True)
        .exclude(control__state=ControlState.WITHDRAWN)
        .select_related("control")
        .order_by("control_id", "pk")
    )
    by_control: dict[int, list[ControlLink]] = {}
    for link in links:
        by_control.setdefault(link.control_id, []).append(link)
    also = {control.pk for control in controls}
    if also - by_control.keys():
        raise NotPossible("One of the controls does not act on this hazard. Nothing was changed.")
    for key, group in by_control.items():
        moving = [link for link in group if link.cause_id and (link.cause_id, None) in parts]
        if not moving and key not in also:
            continue
        there = [
            parts[link.cause_id, link.harm_id]
            for link in group
            if (link.cause_id, link.harm_id) in parts
        ]
        link_control(
            control=group[0].control,
            hazard=new,
            by=by,
            causes=[each for each in there if isinstance(each, Cause)],
            harms=[each for each in there if isinstance(each, Harm)],
        )
        for link in moving:
            link.is_active = False
            link.save()
