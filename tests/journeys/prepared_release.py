"""What a team does to release 1.1.0 of the demonstration between two looks at its gate.

Eleven of twelve controls are built, tested and verified, and every story is done: the same actions
as on the pages, made in a process of the site's. What is left is done by hand in the journey::

    manage(site.folder, *SPRINT)
"""

import datetime
from typing import Any

from django.utils import timezone

from accounts.actions.people import system_person
from accounts.models import User
from hazards.actions.controls import edit_control, set_control_state
from hazards.actions.evidence import add_evidence
from hazards.choices import ControlState, EvidenceOf, EvidenceResult, EvidenceState, Party
from hazards.models import Control
from products.actions.tickets import take_ticket
from products.models import Product, Release, TrackerItem
from products.trackers.ticket import Ticket
from products.trackers.told import Told
from reviews.actions.stories import set_story_open
from reviews.models import Story

SPRINT = (
    *("shell", "--no-imports", "--command"),
    "from tests.journeys.prepared_release import build_what_is_left; build_what_is_left()",
)
PRODUCT = "digital-pharmacy"
RELEASE = "1.1.0"
LAST = "CTL-039"  # is verified by hand


def build_what_is_left() -> None:
    """Build and verify every control of the manufacturer's in the release but the last one."""
    product = Product.objects.get(slug=PRODUCT)
    release = Release.objects.get(product=product, label=RELEASE)
    people = {key: User.objects.get(email=f"{key}@demo.example") for key in ("engineer", "cso")}
    clinician = User.objects.get(email="pharmacist@demo.example")
    left = Control.objects.filter(
        product=product,
        delivered_in=release,
        party=Party.MANUFACTURER,
        state__in=(ControlState.PROPOSED, ControlState.AGREED),
    )
    for control in left.exclude(reference=LAST).order_by("number"):
        _build(control, people["engineer"])
        for of in EvidenceOf:
            _show(control, release, of, clinician)
        set_control_state(control=_again(control), by=clinician, state=ControlState.VERIFIED)
    for story in Story.objects.filter(product=product, is_open=True, is_active=True):
        if story.item is None:
            set_story_open(story=story, by=people["engineer"], is_open=False)
        else:
            _close(story.item)


def _close(item: TrackerItem) -> None:
    """As the tracker tells of it: a ticket was closed there."""
    ticket = Ticket(
        external_id=item.external_id,
        title=item.title,
        url=item.url,
        is_open=False,
        labels=frozenset({"safety"}),
        changed_there=timezone.now(),
    )
    told = Told(what=f"Ticket {item.external_id} was closed", ticket=ticket)
    take_ticket(connection=item.connection, by=system_person(), told=told)


def _build(control: Control, by: User) -> None:
    if control.state == ControlState.PROPOSED:
        set_control_state(control=control, by=by, state=ControlState.AGREED)
    changes: dict[str, Any] = {
        "implementation_reference": f"https://tracker.example/browse/DP-{control.number + 100}",
        "implementer_id": by.pk,
    }
    edit_control(control=_again(control), by=by, changes=changes, reason="Built in the sprint")
    set_control_state(control=_again(control), by=by, state=ControlState.IMPLEMENTED)


def _show(control: Control, release: Release, of: EvidenceOf, by: User) -> None:
    add_evidence(
        controls=[_again(control)],
        by=by,
        title=f"What the sprint showed of {control.reference}",
        state=EvidenceState.OBTAINED,
        of=of,
        result=EvidenceResult.PASS,
        dated_on=timezone.localdate() - datetime.timedelta(days=1),
        release_id=release.pk,
        verifier_id=by.pk,
        link=f"https://evidence.example/{control.reference.lower()}/{of.value}",
    )


def _again(control: Control) -> Control:
    return Control.objects.get(pk=control.pk)
