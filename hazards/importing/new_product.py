"""Making the product that a file's log belongs to, where the person asked for that."""

from collections.abc import Mapping

from django.utils import timezone

from accounts.actions import system_person
from accounts.models import User
from hazards.importing.cover import ORGANISATION, PRODUCT
from products.actions import add_member, create_product
from products.choices import Role
from products.models import Organisation, Product


def create_product_for(
    *, slug: str, cover: Mapping[str, str], file_name: str, officer: User
) -> Product:
    """Make the product with this address, and the person its clinical safety officer.

    It is called what the file's cover calls it, else what the address says. The system person
    makes it and nominates, since nobody nominates themselves; it is nobody's officer itself.
    Raises ``NotPossible`` and ``BadText``.
    """
    system = system_person()
    name = cover.get(PRODUCT) or slug.replace("-", " ").strip().title()
    product = create_product(
        by=system,
        name=name,
        slug=slug,
        organisation_name=_organisation(cover, name),
        reason=f"Added to import {file_name}",
    )
    if not officer.is_system:
        add_member(
            product=product,
            person=officer,
            role=Role.CLINICAL_SAFETY_OFFICER,
            by=system,
            starts_on=timezone.localdate(),
            reason=f"Named as the one who imports {file_name}",
        )
    return product


def _organisation(cover: Mapping[str, str], product_name: str) -> str:
    """What the cover says, else the only organisation there is, else the product's own name."""
    if ORGANISATION in cover:
        return cover[ORGANISATION]
    known = list(Organisation.objects.values_list("name", flat=True)[:2])
    return known[0] if len(known) == 1 else f"Maker of {product_name}"
