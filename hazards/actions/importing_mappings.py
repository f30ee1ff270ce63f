"""Remembering how a person said that a layout is to be read."""

from accounts.models import User
from audit.acts import act
from audit.canonical import canonical_json
from hazards.importing.mapping import Mapping
from hazards.importing.remembered_mappings import mapping_of
from hazards.models import ImportMapping
from products.models import Product
from products.permissions import Ability, check_can


def remember_mapping(
    *, product: Product, by: User, layout: str, mapping: Mapping, reason: str = ""
) -> ImportMapping:
    """Keep, for files with the same headings, which column is which field and which word which
    level. What was remembered for them before is replaced; words that this file does not have stay.

    Raises ``NotAllowed``.
    """
    check_can(by, Ability.IMPORT_LOG, product)
    with act(by=by, reason=reason or "Said how a log is to be read", scope=product.scope):
        kept = ImportMapping.objects.select_for_update().filter(product=product, layout=layout)
        remembered = kept.first() or ImportMapping(product=product, layout=layout)
        words = mapping_of(remembered).words | mapping.words
        remembered.columns = canonical_json(mapping.columns)
        remembered.words = canonical_json(words)
        remembered.save()
    return remembered
