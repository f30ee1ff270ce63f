"""Stories as their pages show them, and those that have no clinical reason yet."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, Q, QuerySet

from audit.tracked import history_model_of
from hazards.choices import HazardState
from hazards.models import Control, ControlLink, Hazard
from hazards.reading import ControlReading, HazardReading
from hazards.voices import voices_of
from products.choices import Side, TrackerMessageState
from products.models import Feature, Product, TrackerMessage
from reviews.models import Story
from reviews.stories.words import ControlInWords

ABOUT = "story"  # what messages to a tracker call it


@dataclass(frozen=True)
class StoryFilter:
    """What a list of stories is narrowed to; ``control`` is a reference."""

    words: str = ""
    show: str = ""
    control: str = ""


#: What ``StoryFilter.show`` may be, with its label and which stories.
SHOWN: dict[str, tuple[str, Q]] = {
    "open": ("Open", Q(is_open=True, is_active=True)),
    "done": ("Done", Q(is_open=False, is_active=True)),
    "no-reason": ("Without a clinical reason", Q(control=None, is_active=True)),
    "withdrawn": ("Withdrawn", Q(is_active=False)),
}


def stories_of(product: Product) -> QuerySet[Story]:
    """Every story, newest first, with what it names."""
    return (
        Story.objects.filter(product=product)
        .select_related("control", "hazard", "feature", "item__connection")
        .order_by("-pk")
    )


def stories_in_feature_history(feature: Feature) -> dict[type[Any], list[int]]:
    """The keys of the stories of a feature, withdrawn ones too: for its history."""
    stories = Story.objects.filter(feature=feature).order_by("pk")
    return {Story: list(stories.values_list("pk", flat=True))}


def stories_where(stories: QuerySet[Story], wanted: StoryFilter) -> QuerySet[Story]:
    """The stories that hold every word and are as is asked; withdrawn ones only where asked for."""
    _, condition = SHOWN.get(wanted.show, ("", Q(is_active=True)))
    found = stories.filter(condition)
    if wanted.control:
        found = found.filter(control__reference__iexact=wanted.control)
    for word in wanted.words.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(criteria__icontains=word)
            | Q(control__reference__icontains=word)
            | Q(hazard__reference__icontains=word)
            | Q(hazard__imported_reference__icontains=word)
        )
    return found


def counts_of(product: Product) -> dict[str, int]:
    """How many stories there are of each of ``SHOWN``. One query."""
    rows = Story.objects.filter(product=product).values_list("is_open", "is_active", "control_id")
    found = list(rows)
    return {
        "open": sum(1 for is_open, is_active, _ in found if is_open and is_active),
        "done": sum(1 for is_open, is_active, _ in found if not is_open and is_active),
        "no-reason": sum(1 for _, is_active, key in found if is_active and key is None),
        "withdrawn": sum(1 for _, is_active, _ in found if not is_active),
    }


def features_on(reading: HazardReading) -> QuerySet[Feature]:
    """The features that touch a hazard which was read whole, in their order."""
    return Feature.objects.filter(pk__in=[each.pk for each in reading.features]).order_by("number")


@dataclass(frozen=True)
class WaitingStory:
    """A story without a clinical reason: since when, and whose move it is."""

    story: Story
    since: datetime.datetime
    whose_move: Side = Side.CLINICAL


def stories_without_reason(product: Product) -> list[WaitingStory]:
    """Work under way that names no control, the one that waits longest first. Two queries."""
    stories = list(stories_of(product).filter(control=None, is_active=True, is_open=True))
    begun = dict(
        history_model_of(Story)
        ._default_manager.filter(id__in=[each.pk for each in stories])
        .order_by()
        .values_list("id")
        .annotate(first=Min("history_date"))
    )
    waiting = [WaitingStory(each, begun[each.pk]) for each in stories]
    return sorted(waiting, key=lambda each: each.since)


def stories_on(readings: Sequence[HazardReading]) -> dict[int, list[Story]]:
    """The stories of each control of these hazards, by the control's key.

    Read once for a reading, however many parts of a page ask. One query, or none.
    """
    asked = [each for each in readings if "stories" not in vars(each)]
    keys = {each.control.pk for reading in asked for each in reading.controls}
    read: dict[int, list[Story]] = defaultdict(list)
    if keys:
        for story in Story.objects.filter(control__in=keys, is_active=True).order_by("pk"):
            if story.control_id is not None:
                read[story.control_id].append(story)
    for reading in asked:
        vars(reading)["stories"] = {
            each.control.pk: read.get(each.control.pk, []) for each in reading.controls
        }
    found: dict[int, list[Story]] = {}
    for reading in readings:
        found |= vars(reading)["stories"]
    return found


def in_words(reading: HazardReading, control: ControlReading) -> ControlInWords:
    """A control of a hazard that was read whole, as a story is made of it. No query."""
    hazard = reading.hazard
    return ControlInWords(
        reference=control.control.reference,
        text=control.control.text,
        party=control.control.party,
        function=control.control.function,
        hazard_reference=hazard.display_reference,
        hazard=hazard.name,
        causes=[each.text for each in control.causes],
        harms=[each.text for each in reading.harms],
        acts_on_harms=[each.text for each in control.harms],
        for_patients=voices_of(hazard, reading.harms).for_patients,
        instruction=control.control.instruction,
    )


def hazards_of_control(control: Control) -> list[Hazard]:
    """The hazards in the log that a control protects, in their order. One query."""
    links = ControlLink.objects.filter(control=control, is_active=True)
    return list(
        Hazard.objects.filter(
            pk__in=links.values("hazard"), state__in=(HazardState.DRAFT, HazardState.LIVE)
        ).order_by("number")
    )


def ticket_on_its_way(story: Story) -> TrackerMessage | None:
    """The ticket that was asked for and is not made yet, or could not be. One query."""
    messages = TrackerMessage.objects.filter(about_kind=ABOUT, about_id=str(story.public_id))
    waiting = messages.exclude(state=TrackerMessageState.SENT).select_related("connection")
    return waiting.order_by("-pk").first()
