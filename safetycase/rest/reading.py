"""Reads that only the REST API needs."""

from products.models import Product
from safetycase.models import Issue


def numbers_that_replace(product: Product) -> dict[int, int]:
    """The number of the issued version that replaces a frozen one, by the key of what was frozen.
    One query."""
    issues = Issue.objects.filter(product=product).order_by("number")
    pairs = issues.values_list("baseline__replaces_id", "number")
    return {replaced: number for replaced, number in pairs if replaced is not None}
