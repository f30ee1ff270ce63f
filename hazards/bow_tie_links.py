"""Where the boxes of a bow-tie lead on screen."""

from django.urls import reverse

from hazards.bow_tie import Leads
from hazards.models import Hazard
from hazards.reading import ControlReading


def leads_on_page(hazard: Hazard, page: str = "") -> Leads:
    """Causes, harms and controls lead to their parts of the hazard's page.

    A control that protects other hazards too leads to its own page, which names all of them.
    ``page`` is the address of the hazard's page; empty on that page itself.
    """

    def to_control(reading: ControlReading) -> str:
        reference = reading.control.reference
        if reading.also_protects:
            return reverse("control_detail", args=[hazard.product.slug, reference])
        return f"{page}#control-{reference}"

    return Leads(to_part=lambda anchor: f"{page}#{anchor}", to_control=to_control)
