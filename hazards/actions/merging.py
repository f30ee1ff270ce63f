"""Merging a hazard into another: one stays, the other leads to it."""

from collections.abc import Collection, Iterable

from accounts.models import User
from audit.errors import NotPossible
from hazards.actions.causes import add_cause, add_harm
from hazards.actions.controls import link_control
from hazards.actions.features import link_feature
from hazards.choices import ControlState, HazardState
from hazards.locks import changing, check_in_the_log
from hazards.models import Cause, Control, ControlLink, Harm, Hazard, HazardFeature, NewHazardLink
from hazards.places import THE_WHOLE, Part, place_of, same_words
from hazards.queries import features_of, parts_of
from products.permissions import Ability


def merge_hazards(
    *,
    survivor: Hazard,
    merged: Hazard,
    by: User,
    reason: str,
    leave: Collection[Cause | Harm] = (),
) -> Hazard:
    """Merge one hazard into another, which stays; it cannot be taken back.

    The causes and harms of the merged one come over, but for those in ``leave`` and those that the
    survivor states already; its controls act there on the same, or on the whole where their cause
    was left; its features are linked there. Its own words and estimates stay with it, as history.
    Raises ``NotAllowed``; ``NotPossible`` for hazards that are not two in one product's log.
    """
    if survivor.pk == merged.pk:
        raise NotPossible("A hazard cannot be merged into itself. Nothing was changed.")
    if survivor.product_id != merged.product_id:
        raise NotPossible("Those hazards are of two products. Nothing was changed.")
    with changing(
        [survivor, merged],
        product=survivor.product,
        by=by,
        ability=Ability.GOVERN_LOG,
        reason=reason,
    ) as rows:
        for row in rows:
            check_in_the_log(row)
        [gone] = [row for row in rows if row.pk == merged.pk]
        places = _bring_parts(survivor, gone, by, {place_of(part) for part in leave})
        _bring_controls(survivor, gone, by, places)
        for link in features_of(gone):
            link_feature(hazard=survivor, feature=link.feature, by=by)
        _end_links(gone)
        _lead_brought_hazards(survivor, gone)
        gone.state, gone.merged_into = HazardState.MERGED, survivor
    survivor.refresh_from_db()
    return survivor


#: What stands on the survivor for a cause or harm of the merged hazard; None: it was left.
_Places = dict[Part, Cause | Harm | None]


def _bring_parts(survivor: Hazard, gone: Hazard, by: User, left: Collection[Part]) -> _Places:
    there = {_said(part): part for part in _parts(survivor)}
    places: _Places = {}
    for part in _parts(gone):
        if place_of(part) in left:
            places[place_of(part)] = None
            continue
        if _said(part) not in there:
            there[_said(part)] = _added(survivor, part, by)
        places[place_of(part)] = there[_said(part)]
    return places


def _parts(hazard: Hazard) -> list[Cause | Harm]:
    causes, harms = parts_of(hazard)
    return [*causes, *harms]


def _said(part: Cause | Harm) -> tuple[bool, str]:
    return isinstance(part, Cause), same_words(part.text)


def _added(survivor: Hazard, part: Cause | Harm, by: User) -> Cause | Harm:
    if isinstance(part, Harm):
        return add_harm(hazard=survivor, by=by, text=part.text)
    return add_cause(
        hazard=survivor,
        by=by,
        text=part.text,
        kind=part.kind,
        accepted_because=part.accepted_because,
    )


def _bring_controls(survivor: Hazard, gone: Hazard, by: User, places: _Places) -> None:
    links = ControlLink.objects.filter(hazard__in=[survivor, gone], is_active=True)
    links = links.exclude(control__state=ControlState.WITHDRAWN)
    by_control: dict[int, list[ControlLink]] = {}
    for link in links.select_related("control").order_by("control_id", "pk"):
        by_control.setdefault(link.control_id, []).append(link)
    for group in by_control.values():
        if all(link.hazard_id == survivor.pk for link in group):
            continue
        control: Control = group[0].control
        parts, on_whole = _acts_on(group, survivor, places)
        link_control(
            control=control,
            hazard=survivor,
            by=by,
            causes=[] if on_whole else [each for each in parts if isinstance(each, Cause)],
            harms=[] if on_whole else [each for each in parts if isinstance(each, Harm)],
        )


def _acts_on(
    group: Iterable[ControlLink], survivor: Hazard, places: _Places
) -> tuple[list[Cause | Harm], bool]:
    """The parts of the survivor that a control acts on, and whether it acts on the whole of it."""
    parts: dict[Part, Cause | Harm] = {}
    on_whole = False
    for link in group:
        if (link.cause_id, link.harm_id) == THE_WHOLE:
            on_whole = True
            continue
        part = link.cause or link.harm
        if link.hazard_id != survivor.pk:
            part = places.get((link.cause_id, link.harm_id))
        if part is not None:  # else it was left behind: another place counts, or else the whole
            parts[place_of(part)] = part
    return list(parts.values()), on_whole or not parts


def _end_links(gone: Hazard) -> None:
    """The merged hazard is protected by nothing any more, and touched by no feature."""
    links = ControlLink.objects.select_for_update().filter(hazard=gone, is_active=True)
    for link in links.order_by("pk"):
        link.is_active = False
        link.save()
    for touched in HazardFeature.objects.filter(hazard=gone, is_active=True).order_by("pk"):
        touched.is_active = False
        touched.save()


def _lead_brought_hazards(survivor: Hazard, gone: Hazard) -> None:
    """A control that brings the merged hazard brings the survivor."""
    for link in NewHazardLink.objects.filter(hazard=gone, is_active=True).order_by("pk"):
        link.is_active = False
        link.save()
        other = NewHazardLink.objects.filter(control=link.control_id, hazard=survivor).first()
        other = other or NewHazardLink(control_id=link.control_id, hazard=survivor)
        other.is_active = True
        other.save()
