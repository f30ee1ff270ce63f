"""The meetings of the demonstration: the kick-off of 1.1.0, and the rhythm of checkpoints.

The kick-off and the first checkpoint are held before the log moves on; the checkpoint to come has
what happened since on its agenda.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

from accounts.models import User
from hazards.models import Hazard
from hazards.queries import hazards_of
from products.choices import Role
from products.models import Feature, Product, Release
from reviews.actions.action_items import add_action, finish_action
from reviews.actions.checkpoints import (
    add_note,
    close_checkpoint,
    edit_checkpoint,
    open_checkpoint,
    set_rhythm,
)
from reviews.actions.session_entries import add_entry, link_entry, note_none
from reviews.actions.sessions import close_session, note_attendance, open_session
from reviews.choices import Prompt, WorkshopKind
from reviews.models import Checkpoint, Workshop

People = dict[str, User]

WEEKS = 2
DAY = timedelta(days=1)

TITLE = "The yearly prescription, from review to parcel"
FEATURES = ("FEAT-5", "FEAT-6", "FEAT-7", "FEAT-8")
STEPS = (
    "A prescriber reviews the medicine and the tier is set",
    "The prescription is issued for a year",
    "A check-in is due",
    "The patient answers, or does not",
    "An alert reaches a clinician",
    "The next parcel is packed and sent",
)
ATTENDED = (
    ("cso", Role.CLINICAL_SAFETY_OFFICER),
    ("clinical_product_manager", Role.CLINICAL_PRODUCT_MANAGER),
    ("product_manager", Role.PRODUCT_MANAGER),
    ("pharmacist", Role.CLINICIAN),
    ("engineer", Role.CONTRIBUTOR),
)


class Said(NamedTuple):
    """Something that was said at a step: the hazard that it is, or why it is none."""

    step: int  # from 1
    prompt: Prompt
    text: str
    by: str
    hazard: str = ""
    none_because: str = ""


SAID = (
    Said(
        1,
        Prompt.WRONG,
        "A woman who becomes pregnant stays in the yearly tier, because nothing tells the rule",
        "pharmacist",
        "HAZ-009",
    ),
    Said(
        1,
        Prompt.PARTIAL,
        "The tier is set from a record that has not caught up with the hospital",
        "cso",
        "HAZ-009",
    ),
    Said(
        1,
        Prompt.MISUSED,
        "A busy clinician lowers the tier to shorten the list",
        "clinical_product_manager",
        "HAZ-009",
    ),
    Said(
        2,
        Prompt.LATE,
        "Heart failure gets worse in March and the next review is in November",
        "pharmacist",
        "HAZ-001",
    ),
    Said(
        2,
        Prompt.DUPLICATE,
        "Two prescribers issue a year each for the same medicine",
        "engineer",
        none_because="One active prescription for each medicine is a constraint of the database "
        "since 1.0.0; the second is refused with a sentence.",
    ),
    Said(
        2,
        Prompt.NO,
        "The year ends and nobody has reviewed, so the medicine stops",
        "product_manager",
        "HAZ-006",
    ),
    Said(
        3,
        Prompt.NO,
        "The message goes to a telephone that was given away",
        "engineer",
        "HAZ-003",
    ),
    Said(
        3,
        Prompt.UNAVAILABLE,
        "Who has no smartphone is never asked at all",
        "pharmacist",
        "HAZ-010",
    ),
    Said(
        3,
        Prompt.WRONG_PERSON,
        "A daughter answers for her father and guesses",
        "pharmacist",
        none_because="The first question asks who answers; carers are named in the record, and an "
        "answer by anybody else is a call task, not an answer.",
    ),
    Said(
        3,
        Prompt.EARLY,
        "The check-in comes in the first week, before any side effect can show",
        "cso",
        none_because="Tiers with a new medicine are asked again after four weeks by rule, whatever "
        "the first answer was.",
    ),
    Said(
        4,
        Prompt.MISREAD,
        "“Light-headed” is read as tired and counts as nothing",
        "cso",
        "HAZ-002",
    ),
    Said(
        4,
        Prompt.PARTIAL,
        "The warning stands in the free text and the rule reads the ticks",
        "engineer",
        "HAZ-002",
    ),
    Said(
        4,
        Prompt.NO,
        "No answer for three weeks, and the next parcel goes out as if all were well",
        "clinical_product_manager",
        "HAZ-003",
    ),
    Said(
        4,
        Prompt.MISUSED,
        "People learn which answer brings a telephone call and give the other one",
        "product_manager",
        none_because="Considered with the patient panel: nobody had done it in six months of "
        "monthly calls. The audit of the yearly tier (CTL-034) would show it.",
    ),
    Said(
        5,
        Prompt.UNAVAILABLE,
        "The red one is the fortieth of the morning",
        "pharmacist",
        "HAZ-007",
    ),
    Said(
        5,
        Prompt.LATE,
        "Twice the patients and the same two pharmacists on the list",
        "product_manager",
        "HAZ-012",
    ),
    Said(
        6,
        Prompt.LATE,
        "A hold waits for an answer and the insulin runs out on Sunday",
        "pharmacist",
        "HAZ-006",
    ),
    Said(
        6,
        Prompt.WRONG,
        "It was stopped in hospital on Tuesday and is in the parcel on Wednesday",
        "engineer",
        "HAZ-011",
    ),
)
SUMMARY = (
    "We walked the yearly prescription from the review to the parcel in ninety minutes, all five "
    "of us at one table. The year itself is not what worries us: what happens between two reviews "
    "is. Fourteen of the things that were said are hazards that stand in the log already, four we "
    "considered and put aside with the reason.\n"
    "The two that nobody has an answer for yet are alerts that hide each other (HAZ-007) and "
    "growth that outruns the people who answer (HAZ-012). They go to the next checkpoint."
)

NOTES = (
    (
        "HAZ-007",
        "Samir counted: thirty-eight alerts on a Monday morning, two of them mattered. Merging by "
        "patient and day would leave eleven.",
    ),
    (
        "HAZ-012",
        "Lucy wants the threshold as a number before sales talks to the second pharmacy. Adaeze: "
        "four hundred patients in the higher tiers for each pharmacist, until we have measured it.",
    ),
    (
        "HAZ-004",
        "The laboratory's letter about new codes was read. Nobody knows yet which ones change.",
    ),
)
CLOSING = "Next time we look at what the merged alerts would have hidden in October."


class Agreed(NamedTuple):
    """An action, the days from today until it is due, and what was done of it."""

    owner: str
    text: str
    days: int
    hazard: str = ""
    done: str = ""


AGREED = (
    Agreed(
        "engineer",
        "Ask the laboratory for the list of codes that change in January, with test messages",
        -3,
        "HAZ-004",
    ),
    Agreed(
        "pharmacist",
        "Go through October's alerts and mark those that merging by patient and day would hide",
        9,
        "HAZ-007",
    ),
    Agreed(
        "product_manager",
        "Put the number of patients for each pharmacist into the sales forecast of both pharmacies",
        16,
        "HAZ-012",
    ),
    Agreed(
        "clinical_product_manager",
        "Have the questionnaire's first question ask who answers",
        -6,
        "HAZ-002",
        "It asks “Are you answering for yourself?” since build 1.1.0-rc2, and a carer who is not "
        "in the record leads to a call task. Tried with six patients of the panel.",
    ),
)


def hold_first_meetings(product: Product, people: People) -> None:
    """The kick-off of 1.1.0, and the first checkpoint of the rhythm with its actions."""
    today = timezone.localdate()
    _kick_off(product, people, today - 20 * DAY)
    set_rhythm(
        product=product,
        by=people["clinical_product_manager"],
        changes={"weeks": WEEKS, "first_on": today - 12 * DAY, "is_active": True},
    )
    _first_checkpoint(product, people, today)


def open_next_checkpoint(product: Product, people: People) -> Checkpoint:
    """The checkpoint to come, whose agenda writes itself."""
    return open_checkpoint(
        product=product,
        by=people["clinical_product_manager"],
        held_on=timezone.localdate() + 2 * DAY,
    )


def _kick_off(product: Product, people: People, held_on: date) -> Workshop:
    hazards = _by_reference(product)
    session = open_session(
        product=product,
        by=people["clinical_product_manager"],
        kind=WorkshopKind.KICK_OFF,
        title=TITLE,
        held_on=held_on,
        release=Release.objects.get(product=product, label="1.1.0"),
        steps=STEPS,
        features=Feature.objects.filter(product=product, reference__in=FEATURES),
    )
    for key, role in ATTENDED:
        note_attendance(
            session=session, by=people["clinical_product_manager"], person=people[key], role=role
        )
    steps = {step.position: step for step in session.steps.all()}
    for said in SAID:
        entry = add_entry(
            session=session,
            by=people[said.by],
            text=said.text,
            step=steps[said.step],
            prompt=said.prompt,
        )
        if said.hazard:
            link_entry(entry=entry, by=people["cso"], hazard=hazards[said.hazard])
        else:
            note_none(entry=entry, by=people["cso"], none_because=said.none_because)
    return close_session(session=session, by=people["cso"], summary=SUMMARY)


def _first_checkpoint(product: Product, people: People, today: date) -> None:
    hazards = _by_reference(product)
    manager = people["clinical_product_manager"]
    checkpoint = open_checkpoint(product=product, by=manager, held_on=today - 12 * DAY)
    for reference, text in NOTES:
        add_note(checkpoint=checkpoint, by=manager, about=reference, text=text)
    for agreed in AGREED:
        item = add_action(
            product=product,
            by=manager,
            text=agreed.text,
            owner=people[agreed.owner],
            due_on=today + agreed.days * DAY,
            checkpoint=checkpoint,
            hazard=hazards.get(agreed.hazard),
        )
        if agreed.done:
            finish_action(item=item, by=people[agreed.owner], outcome=agreed.done)
    checkpoint.refresh_from_db()
    edit_checkpoint(
        checkpoint=checkpoint, by=manager, changes={"notes": f"{checkpoint.notes}\n{CLOSING}"}
    )
    close_checkpoint(checkpoint=checkpoint, by=manager)


def _by_reference(product: Product) -> Mapping[str, Hazard]:
    return {hazard.reference: hazard for hazard in hazards_of(product)}
