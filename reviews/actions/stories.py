"""Controls as stories: kept here, sent to the tracker, linked with their clinical reason."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from audit.plain_markdown import without_calls, without_tags
from hazards.models import Control, ControlLink, Hazard
from products.models import Feature, Product, TrackerConnection, TrackerMessage
from products.permissions import Ability, check_can
from products.trackers.outbox import new_ticket
from reviews.models import Story
from reviews.stories.reading import ABOUT, ticket_on_its_way

_EDITABLE = frozenset({"title", "criteria", "url"})
_KEPT_THERE = frozenset({"title", "url"})  # as its ticket has them


def write_story(
    *,
    control: Control,
    hazard: Hazard,
    by: User,
    title: str,
    criteria: str,
    feature: Feature | None = None,
    url: str = "",
    reason: str = "",
) -> Story:
    """Keep a control as a story of the team's. ``hazard`` is the one that it protects against.

    Raises ``NotAllowed``, ``BadText``; ``NotPossible`` without a title, or where the control does
    not act on the hazard.
    """
    product = control.product
    check_can(by, Ability.WRITE_STORIES, product)
    default = f"Made a story of {control.reference}"
    with act(by=by, reason=reason or default, scope=product.scope):
        _check_protects(control, hazard)
        _check_feature(product, feature)
        story = Story(
            product=product,
            control=control,
            hazard=hazard,
            feature=feature,
            title=" ".join(title.split()),
            criteria=criteria.strip(),
            url=url.strip(),
        )
        check_row(story)
        story.save()
    return story


def edit_story(
    *,
    story: Story,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Story:
    """Change a story; ``changes`` holds any of title, criteria, url.

    The title and the link of one that has a ticket are as they are there. Raises ``NotAllowed``,
    ``NotPossible``, ``BadText`` and ``Conflict``.
    """
    unknown = set(changes) - _EDITABLE
    if unknown:
        raise ValueError(f"edit_story cannot change {', '.join(sorted(unknown))}")
    with _changing(story, by, reason or "Changed the story") as current:
        proposed = {name: value.strip() for name, value in changes.items()}
        wanted = merged_changes(current, proposed, base_version)
        if current.item_id is not None and _KEPT_THERE & set(wanted):
            raise NotPossible(
                "This story is a ticket in the tracker: its title and link are as they are there. "
                "Nothing was saved. Change them in the tracker; the criteria can be changed here."
            )
        for name, value in wanted.items():
            setattr(current, name, value)
        check_row(current)
        current.save()
    return current


def give_reason(
    *, story: Story, by: User, control: Control, hazard: Hazard, reason: str = ""
) -> Story:
    """Say which control a story is, and which hazard that protects against.

    Raises ``NotAllowed``; ``NotPossible`` where the control does not act on the hazard.
    """
    with _changing(story, by, reason or f"It is the work of {control.reference}") as current:
        if control.product_id != current.product_id:
            raise NotPossible("That control belongs to another product. Nothing was changed.")
        _check_protects(control, hazard)
        current.control = control
        current.hazard = hazard
        current.save()
    return current


def set_story_open(*, story: Story, by: User, is_open: bool, reason: str = "") -> Story:
    """Say that a story without a ticket is done, or open again.

    Raises ``NotAllowed``; ``NotPossible`` for one whose ticket says so, and where it is so already.
    """
    words = "Opened the story again" if is_open else "The story is done"
    with _changing(story, by, reason or words) as current:
        if current.item_id is not None:
            raise NotPossible(
                "This story is a ticket in the tracker and follows it. Nothing was changed. Close "
                "or open the ticket there."
            )
        if current.is_open == is_open:
            now = "open" if is_open else "done"
            raise NotPossible(f"This story is {now} already. Nothing was changed.")
        current.is_open = is_open
        current.save()
    return current


def withdraw_story(*, story: Story, by: User, reason: str) -> Story:
    """Keep a story no longer, with a reason. Its ticket stays as it is. Raises ``NotAllowed`` and
    ``NotPossible``."""
    with _changing(story, by, reason) as current:
        current.is_active = False
        current.save()
    return current


def send_story(*, story: Story, by: User, connection: TrackerConnection) -> TrackerMessage:
    """Ask for a ticket of a story; when it is made, the story is that ticket.

    Nothing in its words calls anybody there, names another ticket or is hidden.
    Raises ``NotAllowed``; ``NotPossible`` where there is a ticket already, or none can be made.
    """
    with _changing(story, by, f"Asked for a ticket in {connection.name}") as current:
        if current.item_id is not None or ticket_on_its_way(current) is not None:
            raise NotPossible(
                "A ticket of this story is there already, or on its way. Nothing was sent again."
            )
        if connection.product_id != current.product_id:
            raise NotPossible("That tracker belongs to another product. Nothing was sent.")
        return new_ticket(
            connection,
            current.title,
            without_calls(without_tags(current.criteria)),
            about_kind=ABOUT,
            about_id=str(current.public_id),
        )


def write_and_send_story(
    *,
    control: Control,
    hazard: Hazard,
    by: User,
    title: str,
    criteria: str,
    feature: Feature | None = None,
    url: str = "",
    connection: TrackerConnection | None = None,
    reason: str = "",
) -> Story:
    """Keep a control as a story and, with ``connection``, ask for its ticket; both or neither.

    Raises as ``write_story`` and ``send_story`` do.
    """
    default = f"Made a story of {control.reference}"
    with act(by=by, reason=reason or default, scope=control.product.scope):
        story = write_story(
            control=control,
            hazard=hazard,
            by=by,
            title=title,
            criteria=criteria,
            feature=feature,
            url=url,
        )
        if connection is not None:
            send_story(story=story, by=by, connection=connection)
    return story


@contextmanager
def _changing(story: Story, by: User, reason: str) -> Iterator[Story]:
    """The story, locked, for who may change it and as long as it is kept."""
    product = story.product
    check_can(by, Ability.WRITE_STORIES, product)
    with act(by=by, reason=reason, scope=product.scope):
        current = Story.objects.select_for_update().get(pk=story.pk)
        current.product = product
        if not current.is_active:
            raise NotPossible("This story was withdrawn. Nothing was changed. Write it anew.")
        yield current


def _check_protects(control: Control, hazard: Hazard) -> None:
    """Raise ``NotPossible`` unless the control acts on the hazard."""
    links = ControlLink.objects.filter(control=control, hazard=hazard, is_active=True)
    if not links.exists():
        raise NotPossible(
            f"{control.reference} does not act on {hazard.display_reference}. Nothing was saved. "
            "Link the control with the hazard first, or choose a hazard that it protects."
        )


def _check_feature(product: Product, feature: Feature | None) -> None:
    if feature is not None and (feature.product_id != product.pk or not feature.is_active):
        raise NotPossible("That feature is not in this product any more. Nothing was saved.")
