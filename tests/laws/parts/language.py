"""The glossary and the stories that controls become."""

from dataclasses import replace
from typing import Any

from audit.acts import act
from products.actions import glossary
from products.models import GlossaryTerm, TrackerItem
from reviews.actions import stories, story_tickets
from reviews.models import Story
from tests.laws.every_action import World, call
from tests.laws.every_address import Address, button, form, on_control, on_product, page
from tests.laws.parts.trackers import A_TICKET, connected


def a_term(world: World) -> GlossaryTerm:
    """A shipped word in the product's own words."""
    there = GlossaryTerm.objects.filter(product=world.product, word="hazard").first()
    return there or glossary.write_term(
        product=world.product, by=world.cso, word="hazard", meaning="What could hurt somebody"
    )


def a_hidden_term(world: World) -> GlossaryTerm:
    """The same, not explained."""
    term = a_term(world)
    if not term.is_active:
        return term
    return glossary.set_explained(term=term, by=world.cso, is_explained=False)


def on_shipped_term(world: World) -> dict[str, Any]:
    return on_product(world) | {"key": "velocity"}


def on_term(world: World) -> dict[str, Any]:
    a_term(world)
    return on_product(world) | {"key": "hazard"}


def on_hidden_term(world: World) -> dict[str, Any]:
    a_hidden_term(world)
    return on_product(world) | {"key": "hazard"}


def a_story(world: World) -> Story:
    """The control of the hazard, as a story."""
    return stories.write_story(
        control=world.control, hazard=world.hazard, by=world.cso, title="Stop it", criteria="Given"
    )


def a_story_without_reason(world: World) -> Story:
    """One that nobody has said the control of."""
    story = Story(product=world.product, title="Faster labels")
    with act(by=world.cso, reason="Brought a story", scope=world.product.scope):
        story.save()
    return story


def an_item(world: World) -> TrackerItem:
    """A ticket that is no feature's, no change's and no story's yet."""
    item = TrackerItem(connection=connected(world), external_id="12", title="Faster labels")
    with act(by=world.cso, reason="Brought a ticket", scope=world.product.scope):
        item.save()
    return item


def following(world: World) -> Any:
    item = an_item(world)
    ticket = replace(A_TICKET, labels=frozenset({item.connection.story_label.lower()}))
    return call(story_tickets.follow_ticket, by="system", item=item, ticket=ticket)


def on_story(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": a_story(world).public_id}


READY: dict[str, Any] = {
    "products.glossary.write_term": lambda world: call(
        glossary.write_term, product=world.product, word="tier", meaning="How often we ask"
    ),
    "products.glossary.edit_term": lambda world: call(
        glossary.edit_term, term=a_term(world), changes={"meaning": "Something else"}
    ),
    "products.glossary.set_explained": lambda world: call(
        glossary.set_explained, term=a_term(world), is_explained=False
    ),
    "products.glossary.restore_shipped": lambda world: call(
        glossary.restore_shipped, term=a_term(world)
    ),
    "reviews.stories.write_story": lambda world: call(
        stories.write_story,
        control=world.control,
        hazard=world.hazard,
        title="Stop it",
        criteria="Given",
    ),
    "reviews.stories.write_and_send_story": lambda world: call(
        stories.write_and_send_story,
        control=world.control,
        hazard=world.hazard,
        title="Stop it",
        criteria="Given",
        connection=connected(world),
    ),
    "reviews.stories.edit_story": lambda world: call(
        stories.edit_story, story=a_story(world), changes={"title": "Stop it sooner"}
    ),
    "reviews.stories.give_reason": lambda world: call(
        stories.give_reason,
        story=a_story_without_reason(world),
        control=world.control,
        hazard=world.hazard,
    ),
    "reviews.stories.set_story_open": lambda world: call(
        stories.set_story_open, story=a_story(world), is_open=False
    ),
    "reviews.stories.withdraw_story": lambda world: call(
        stories.withdraw_story, story=a_story(world)
    ),
    "reviews.stories.send_story": lambda world: call(
        stories.send_story, story=a_story(world), connection=connected(world)
    ),
    "reviews.story_tickets.give_ticket": lambda world: call(
        story_tickets.give_ticket, by="system", story=a_story(world), item=an_item(world)
    ),
    "reviews.story_tickets.follow_ticket": following,
}

#: Work of the team: what an approval of the hazard covers stays as it was.
NOT_ON_A_HAZARD = {
    name for name in READY if name.startswith(("reviews.stories.", "reviews.story_tickets."))
}

WITHOUT_REASON = {
    "reviews.stories.send_story": "a message is no record; the ticket that is made of it is",
}

ASKS = {
    **{name: "KEEP_GLOSSARY" for name in READY if name.startswith("products.glossary.")},
    **{name: "WRITE_STORIES" for name in READY if name.startswith("reviews.stories.")},
}

ASKS_ELSE = {
    name: "the system alone, for what a tracker told"
    for name in READY
    if name.startswith("reviews.story_tickets.")
}

ADDRESSES: dict[str, Address] = {
    "glossary": page(),
    "glossary_terms": page(),
    "glossary_new": form(on_product, "KEEP_GLOSSARY"),
    "glossary_term": page(on_shipped_term),
    "glossary_edit": form(on_term, "KEEP_GLOSSARY"),
    "glossary_restore": form(on_term, "KEEP_GLOSSARY", empty=302),
    "glossary_hide": form(on_shipped_term, "KEEP_GLOSSARY", empty=302),
    "glossary_show": form(on_hidden_term, "KEEP_GLOSSARY", empty=302),
    "control_story": form(on_control, "WRITE_STORIES"),
    "story_list": page(),
    "story_detail": page(on_story),
    "story_edit": form(on_story, "WRITE_STORIES"),
    "story_reason": form(on_story, "WRITE_STORIES"),
    "story_send": form(on_story, "WRITE_STORIES"),
    "story_state": button(on_story, "WRITE_STORIES"),
    "story_withdraw": form(on_story, "WRITE_STORIES"),
}
