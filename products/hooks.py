"""What upper packages do when something happens down here.

They register in ``AppConfig.ready()``; this package never imports them.
"""

from collections.abc import Callable

from accounts.models import User
from products.models import Product

ProductCreated = Callable[[Product, User], object]

_on_product_created: list[ProductCreated] = []


def on_product_created(do: ProductCreated) -> ProductCreated:
    """Run ``do(product, by)`` inside the act that creates a product."""
    if do not in _on_product_created:
        _on_product_created.append(do)
    return do


def product_created(product: Product, by: User) -> None:
    """Tell the upper packages, inside the act."""
    for do in _on_product_created:
        do(product, by)
