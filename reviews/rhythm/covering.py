"""What may be named as covering something: what stands in the log of its product."""

from hazards.choices import ControlState
from hazards.models import Control, Hazard
from hazards.queries import IN_THE_LOG
from products.models import Product


def why_not_cover(product: Product, named: Hazard | Control) -> str | None:
    """The sentence that refuses a hazard or control which is named as cover; None where it may."""
    name = named.display_reference if isinstance(named, Hazard) else named.reference
    if named.product_id != product.pk:
        return f"{name} is of another product. Nothing was saved."
    if isinstance(named, Hazard):
        stands = named.state in IN_THE_LOG
    else:
        stands = named.state != ControlState.WITHDRAWN
    if stands:
        return None
    return (
        f"{name} is {named.get_state_display().lower()}, so it covers nothing. Nothing was saved. "
        "Name what stands in the log."
    )
