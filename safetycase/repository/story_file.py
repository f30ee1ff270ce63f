"""The stories that build controls, as the team's tracker knows them."""

from collections.abc import Iterator, Sequence

from reviews.models import Story
from safetycase.repository.markdown import facts, paragraph, section, text_of


def stories_page(stories: Sequence[Story]) -> str:
    """``stories.md``, in the order given; each with its control, hazard and feature."""
    lines = ["# Stories", ""]
    for story in stories:
        lines += section(story.title, _story(story))
    return text_of(lines)


def _story(story: Story) -> Iterator[str]:
    control = story.control
    yield from facts(
        [
            ("State", "Open" if story.is_open else "Done"),
            ("Builds", control.reference if control else ""),
            ("Protects against", story.hazard.display_reference if story.hazard else ""),
            ("Clinical reason", "" if control else "none is named"),
            ("Feature", story.feature.reference if story.feature else ""),
            ("Tracker", story.url),
        ]
    )
    yield ""
    yield from paragraph(story.criteria.strip())
    yield ""
