"""The glossary and the stories that controls become."""

from typing import Any

from products.actions import glossary
from products.models import GlossaryTerm
from tests.laws.every_action import World, call
from tests.laws.every_address import Address, form, on_product, page


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
}
