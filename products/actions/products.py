"""Adding a product and changing what it is called."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.permissions import check_manage_people
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from products import hooks
from products.models import Organisation, Product
from products.permissions import Ability, check_can
from products.rules import fits_an_address

_EDITABLE = frozenset({"name", "summary"})


def create_product(
    *,
    by: User,
    name: str,
    slug: str,
    organisation_name: str,
    summary: str = "",
    hazard_prefix: str = "HAZ",
    reason: str = "",
) -> Product:
    """Add a product, and its organisation where that is new. Administrators, and commands.

    What upper packages keep for each product (its risk matrix) is made in the same act. Raises
    ``NotAllowed``, ``NotPossible`` (an address that is taken, an empty name) and ``BadText``.
    """
    check_manage_people(by)
    product = Product(
        name=name.strip(),
        slug=slug.strip().lower(),
        summary=summary.strip(),
        hazard_prefix=hazard_prefix.strip(),
    )
    with act(
        by=by, reason=reason or f"Added the product {product.name or slug}", scope=product.scope
    ):
        _check_new(product)
        try:
            with transaction.atomic():
                product.organisation = _organisation_named(organisation_name.strip())
                product.save()
        except IntegrityError as problem:
            raise NotPossible(
                "Somebody else added a product with this address, or its organisation, a moment "
                "ago. Nothing was saved. Look at the list of products, then save again."
            ) from problem
        hooks.product_created(product, by)
    return product


def edit_product(
    *,
    product: Product,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Product:
    """Change a product's name or summary; returns it as it now is.

    The address and the prefix stay: people bookmark the one and quote the other. Raises
    ``NotAllowed``, ``NotPossible``, ``BadText`` and ``Conflict``.
    """
    unknown = set(changes) - _EDITABLE
    if unknown:
        raise ValueError(f"edit_product cannot change {', '.join(sorted(unknown))}")
    check_can(by, Ability.MANAGE_FEATURES, product)
    proposed = {
        name: value.strip() if isinstance(value, str) else value for name, value in changes.items()
    }
    with act(by=by, reason=reason or "Changed the product's settings", scope=product.scope):
        current = Product.objects.select_for_update().get(pk=product.pk)
        for field, value in merged_changes(current, proposed, base_version).items():
            setattr(current, field, value)
        check_row(current)
        current.save()
    return current


def _check_new(product: Product) -> None:
    check_row(product)
    if not fits_an_address(product.hazard_prefix):
        raise NotPossible(
            "The prefix of hazard references is made of letters, digits, dots and hyphens, "
            "like HAZ. Nothing was saved."
        )
    taken = Product.objects.filter(slug=product.slug).exists()
    if taken or not fits_an_address(product.slug):
        raise NotPossible(
            f"The address “{product.slug}” is taken already. Nothing was saved. "
            "Choose another address."
        )


def _organisation_named(name: str) -> Organisation:
    known = Organisation.objects.filter(name__iexact=name).first()
    if known is not None:
        return known
    organisation = Organisation(name=name)
    check_row(organisation)
    organisation.save()
    return organisation
