"""CE06: work behind a control that the release in hand counts on is not finished."""

from collections.abc import Mapping, Sequence, Set

from django.db.models import Q

from audit.following import follow
from audit.tracked import history_model_of
from hazards.choices import ControlKind, Party
from hazards.models import ControlLink, HazardSummary
from hazards.quality.registry import Asked, FoundBy, register_hazard_source
from hazards.quality.rule import BLOCKS, Found, Rule
from hazards.reading import ControlReading, HazardReading
from hazards.summaries import at_the_end
from products.choices import ReleaseState
from reviews.models import Story
from reviews.stories.reading import stories_on

OPEN_STORY = Rule(
    "CE06",
    BLOCKS,
    "The story behind a control is still open",
    why="A control that the risk of this release counts on is work in the tracker. While that is "
    "open, it is a plan and no protection.",
    good="CTL-014 verified; its story closed on 3 May",
    bad="Residual risk estimated with CTL-014; its story is in the backlog",
    question="Is the work behind the controls of {hazard} finished, and where do I see that?",
)


def register_story_rule() -> None:
    """Let the quality rules ask for stories, and look again when one changes."""
    register_hazard_source(behind_open_stories, OPEN_STORY)
    follow(Story, at_the_end("rules by story", _by_story))


def behind_open_stories(
    asked: Asked, readings: Sequence[HazardReading]
) -> Mapping[int, Sequence[FoundBy]]:
    """CE06: controls relied on in the release in hand whose story is open. One query, or none."""
    relied_on = {
        reading.hazard.pk: [
            each.control for each in reading.controls if _counts(each, reading, asked)
        ]
        for reading in readings
    }
    controls = {each.pk: each for those in relied_on.values() for each in those}
    if not controls:
        return {}
    known = stories_on(readings)
    behind = {key: [each for each in known.get(key, []) if each.is_open] for key in controls}
    return {
        key: [
            FoundBy(OPEN_STORY.id, Found(_sentence(control.reference, stories), "controls", about))
            for control in those
            if (stories := behind.get(control.pk, []))
            for about in [f"control:{control.public_id}"]
        ]
        for key, those in relied_on.items()
    }


def _counts(each: ControlReading, reading: HazardReading, asked: Asked) -> bool:
    """Whether a risk of the release in hand counts on a control that is the manufacturer's."""
    control = each.control
    risk = reading.residual if control.kind == ControlKind.ADDITIONAL else reading.initial
    if control.party != Party.MANUFACTURER or not risk.current:
        return False
    release, place = control.delivered_in, asked.at.release
    if release is None or place is None:
        return True
    return release.position <= place and release.state != ReleaseState.WITHDRAWN


def _sentence(reference: str, stories: Sequence[Story]) -> str:
    first = stories[0].title[:120]
    more = f" and {len(stories) - 1} more" if len(stories) > 1 else ""
    return (
        f"The story behind {reference} is still open (“{first}”{more}): finish it, or estimate the "
        "risk of this release without the control."
    )


def _by_story(keys: Set[int]) -> None:
    """Have the rules look again at the hazards that the stories' controls act on.

    A control that a story was taken away from keeps its finding until its hazard is looked at; so
    those of earlier versions are asked too.
    """
    versions = history_model_of(Story)._default_manager
    named = versions.filter(id__in=keys).exclude(control_id=None)
    controls = set(named.values_list("control_id", flat=True))
    hazards = ControlLink.objects.filter(control__in=controls, is_active=True).values("hazard")
    due = HazardSummary.objects.filter(Q(hazard__in=hazards)).exclude(checked_version=None)
    due.update(checked_version=None)
