"""The only way that a view gets a story; what is not there is 404."""

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest

from hazards.access import HazardAt, control_on, hazard_for
from hazards.models import Control
from hazards.reading import ControlReading, HazardReading, read_hazards
from products.access import AtProduct, product_for, product_for_reading
from products.permissions import Ability, Standing
from reviews.models import Story
from reviews.stories.reading import stories_of


@dataclass(frozen=True)
class StoryAt(AtProduct):
    """A story, and the standing of the person who looks at it."""

    story: Story


@dataclass(frozen=True)
class ControlAt:
    """A control as one hazard sees it, for who makes a story of it."""

    at: HazardAt
    control: Control
    reading: HazardReading
    as_read: ControlReading


def story_for_reading(request: HttpRequest, slug: str, public_id: uuid.UUID) -> StoryAt:
    """A story, for everybody on the team."""
    return _story(product_for_reading(request, slug), public_id)


def story_for_writing(request: HttpRequest, slug: str, public_id: uuid.UUID) -> StoryAt:
    """A story that is kept, for who writes stories."""
    found = _story(product_for(request, slug, Ability.WRITE_STORIES), public_id)
    if not found.story.is_active:
        raise Http404
    return found


def control_for_story(request: HttpRequest, slug: str, reference: str, control: str) -> ControlAt:
    """A control that acts on a hazard in the log, for who makes a story of it."""
    at = hazard_for(request, slug, reference, Ability.WRITE_STORIES)
    row = control_on(at, control)
    [reading] = read_hazards([at.hazard])
    as_read = next((each for each in reading.controls if each.control.pk == row.pk), None)
    if as_read is None:
        raise Http404
    return ControlAt(at, row, reading, as_read)


def _story(standing: Standing, public_id: uuid.UUID) -> StoryAt:
    story: Story | None = stories_of(standing.product).filter(public_id=public_id).first()
    if story is None:
        raise Http404
    story.product = standing.product
    return StoryAt(standing, story)
