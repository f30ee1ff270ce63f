"""The only way that a view gets a version of a risk matrix."""

from django.http import Http404

from hazards.models import MatrixVersion
from products.models import Product

_LARGEST = 2**31 - 1  # what the column holds


def matrix_of(product: Product, number: int) -> MatrixVersion:
    """A version of the product's matrix; raises ``Http404``."""
    version = (
        MatrixVersion.objects.filter(product=product, number=number)
        .select_related("approved_by__profile", "based_on")
        .first()
        if number <= _LARGEST
        else None
    )
    if version is None:
        raise Http404
    version.product = product
    return version
