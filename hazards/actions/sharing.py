"""One control for several hazards: letting it protect more, and making one of several copies."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from accounts.models import User
from audit.acts import Otherwise, act
from audit.errors import NotPossible
from hazards.actions.controls import link_control
from hazards.actions.evidence import heed_evidence
from hazards.choices import ControlState
from hazards.locks import changing, lock_hazards
from hazards.models import Control, ControlLink, EvidenceLink, Hazard, NewHazardLink
from hazards.permissions import check_verifier
from hazards.places import THE_WHOLE, Part
from products.permissions import Ability, check_can


def share_control(
    *, control: Control, hazards: Iterable[Hazard], by: User, reason: str = ""
) -> None:
    """Let a control protect these hazards too, each as a whole; all of them or none.

    Raises as ``link_control``; ``NotPossible`` where it acts on one of them already.
    """
    chosen = sorted({hazard.pk: hazard for hazard in hazards}.values(), key=lambda each: each.pk)
    if not chosen:
        raise NotPossible("No hazard is chosen. Nothing was saved. Name at least one.")
    check_can(by, Ability.EDIT_LOG, control.product)
    default = Otherwise(f"Let {control.reference} protect more hazards")
    with act(by=by, reason=reason or default, scope=control.product.scope):
        lock_hazards(chosen)
        there = ControlLink.objects.filter(control=control, hazard__in=chosen, is_active=True)
        if taken := there.select_related("hazard").first():
            raise NotPossible(
                f"{control.reference} acts on {taken.hazard.display_reference} already. Nothing "
                "was saved. Leave that one out."
            )
        for hazard in chosen:
            link_control(control=control, hazard=hazard, by=by)


def merge_controls(
    *, control: Control, copies: Sequence[Control], by: User, reason: str
) -> Control:
    """Make one control of several that are the same: ``control`` stays, the copies are withdrawn.

    What the copies act on, their evidence and the hazards that they bring go over to it; where one
    of two acts on a whole hazard, the one that stays does. Its own words and state stay, but for
    *verified*, which it keeps only with evidence. Raises ``NotAllowed``, ``NotPossible``.
    """
    keys = {copy.pk for copy in copies} - {control.pk}
    if not keys:
        raise NotPossible("No copy is chosen. Nothing was changed. Tick at least one.")
    if any(copy.product_id != control.product_id for copy in copies):
        raise NotPossible("One of them is of another product. Nothing was changed.")
    everything = keys | {control.pk}
    # Those that left the log too: one that is restored has the control that stays.
    hazards = Hazard.objects.filter(
        control_links__control__in=everything, control_links__is_active=True
    )
    with changing(
        hazards.distinct(),
        product=control.product,
        by=by,
        ability=Ability.EDIT_LOG,
        reason=reason,
    ):
        rows = {
            row.pk: row
            for row in Control.objects.select_for_update().filter(pk__in=everything).order_by("pk")
        }
        stays, gone = rows[control.pk], [rows[key] for key in sorted(keys)]
        if any(row.state == ControlState.WITHDRAWN for row in rows.values()):
            raise NotPossible("One of them is withdrawn already. Nothing was changed. Reload.")
        _move_links(stays, gone)
        _move_new_hazards(stays, gone)
        _move_evidence(stays, gone, by)
        for copy in gone:
            copy.state = ControlState.WITHDRAWN
            copy.save()
        heed_evidence([stays])
    return stays


def _move_links(stays: Control, gone: Sequence[Control]) -> None:
    links = list(
        ControlLink.objects.select_for_update().filter(control__in=[stays, *gone]).order_by("pk")
    )
    own: dict[int, dict[Part, ControlLink]] = defaultdict(dict)
    wanted: dict[int, set[Part]] = defaultdict(set)
    for link in links:
        place = (link.cause_id, link.harm_id)
        if link.control_id == stays.pk:
            own[link.hazard_id][place] = link
        if link.is_active:
            wanted[link.hazard_id].add(place)
            if link.control_id != stays.pk:
                link.is_active = False
                link.save()
    for hazard, places in wanted.items():
        acts_on = {THE_WHOLE} if THE_WHOLE in places else places
        for place in sorted(acts_on | own[hazard].keys(), key=str):
            cause, harm = place
            link = own[hazard].get(place) or ControlLink(
                control=stays, hazard_id=hazard, cause_id=cause, harm_id=harm
            )
            link.is_active = place in acts_on
            link.save()


def _move_new_hazards(stays: Control, gone: Sequence[Control]) -> None:
    brought = NewHazardLink.objects.filter(control__in=[stays, *gone])
    own = {link.hazard_id: link for link in brought if link.control_id == stays.pk}
    for link in brought.filter(control__in=gone, is_active=True).order_by("pk"):
        link.is_active = False
        link.save()
        mine = own.setdefault(
            link.hazard_id, NewHazardLink(control=stays, hazard_id=link.hazard_id)
        )
        mine.is_active = True
        mine.save()
    if stays.none_because and any(link.is_active for link in own.values()):
        stays.none_because = ""
        stays.save()


def _move_evidence(stays: Control, gone: Sequence[Control], by: User) -> None:
    links = EvidenceLink.objects.filter(control__in=[stays, *gone]).select_related("evidence")
    own = {link.evidence_id: link for link in links if link.control_id == stays.pk}
    for link in links.filter(control__in=gone, is_active=True).order_by("pk"):
        link.is_active = False
        link.save()
        mine = own.setdefault(link.evidence_id, EvidenceLink(control=stays, evidence=link.evidence))
        if mine.pk is None or not mine.is_active:
            # That it shows something about this control too is what its verifier vouches for.
            check_verifier(by, link.evidence, ["of"])
        mine.is_active = True
        mine.save()
