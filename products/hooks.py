"""What upper packages do when something happens down here.

They register in ``AppConfig.ready()``; this package never imports them.
"""

from collections.abc import Callable, Iterable, Mapping

from django.db.models import Model

from accounts.models import User
from products.models import Feature, Product

ProductCreated = Callable[[Product, User], object]
#: Given a feature: the rows of an upper package that belong to its history, by model.
FeatureRecords = Callable[[Feature], Mapping[type[Model], Iterable[int]]]

_on_product_created: list[ProductCreated] = []
_feature_records: list[FeatureRecords] = []


def on_product_created(do: ProductCreated) -> ProductCreated:
    """Run ``do(product, by)`` inside the act that creates a product."""
    if do not in _on_product_created:
        _on_product_created.append(do)
    return do


def product_created(product: Product, by: User) -> None:
    """Tell the upper packages, inside the act."""
    for do in _on_product_created:
        do(product, by)


def in_feature_history(records: FeatureRecords) -> FeatureRecords:
    """Show these rows too in the history of a feature."""
    if records not in _feature_records:
        _feature_records.append(records)
    return records


def feature_records(feature: Feature) -> dict[type[Model], list[int]]:
    """What upper packages add to the history of a feature."""
    found: dict[type[Model], list[int]] = {}
    for records in _feature_records:
        for model, keys in records(feature).items():
            found.setdefault(model, []).extend(keys)
    return found
