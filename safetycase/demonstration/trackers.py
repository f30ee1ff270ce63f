"""What the team's tracker delivered: the tickets of the features that release 1.1.0 brings."""

import datetime
import json

from django.utils import timezone

from products.models import Feature, Product, TrackerConnection
from products.trackers.generic_events import read_delivery
from products.trackers.receiving import Delivery, take

#: Reference of the feature, which its ticket has in its address too, and days since it changed.
TICKETS = (("FEAT-5", 9), ("FEAT-7", 7), ("FEAT-6", 4), ("FEAT-8", 2))


def deliver_tickets(product: Product) -> None:
    """Take each ticket as its tracker would have delivered it; the features link to them."""
    tracker = TrackerConnection.objects.select_related("product").get(product=product)
    now = timezone.now()
    for reference, days in TICKETS:
        feature = Feature.objects.get(product=product, reference=reference)
        body = {
            "ticket": {
                "id": reference,
                "title": feature.title,
                "text": feature.for_product,
                "url": feature.tracker_url,
                "open": True,
                "labels": ["feature", "in progress"],
                "changed": (now - datetime.timedelta(days=days)).isoformat(timespec="seconds"),
            },
            "by": "Lucy Marsh",
        }
        take(
            Delivery(
                connection=tracker,
                name=f"demonstration-{reference}",
                event="ticket",
                body=json.dumps(body).encode(),
            ),
            read_delivery,
        )
