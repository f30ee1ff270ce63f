"""How views get a tracker and what belongs to it; what is not there is 404."""

import uuid

from django.http import Http404

from products.choices import TrackerKind
from products.models import TrackerConnection, TrackerMessage
from products.permissions import Standing


def tracker_in(standing: Standing, public_id: uuid.UUID) -> TrackerConnection:
    """The connection of the product; raises ``Http404``."""
    connection = TrackerConnection.objects.filter(
        product=standing.product, public_id=public_id
    ).first()
    if connection is None:
        raise Http404
    connection.product = standing.product
    return connection


def message_in(connection: TrackerConnection, key: int) -> TrackerMessage:
    """A message to the tracker; raises ``Http404``."""
    if key > 2**63 - 1:  # more than the database can be asked for
        raise Http404
    message = TrackerMessage.objects.filter(connection=connection, pk=key).first()
    if message is None:
        raise Http404
    message.connection = connection
    return message


def tracker_that_tells(public_id: uuid.UUID, kind: TrackerKind) -> TrackerConnection:
    """The connection that a webhook is for, with its product.

    Raises ``Http404`` for one that is not there, was disconnected or is of another kind: whoever
    asks learns no difference.
    """
    connection = (
        TrackerConnection.objects.filter(public_id=public_id, kind=kind, is_active=True)
        .select_related("product", "secret")
        .first()
    )
    if connection is None:
        raise Http404
    return connection
