"""Fixture files write rows just as they are, round acts, history and ledger: refused."""

from typing import Any

from django.db import models

from audit.append_only import AppendOnly
from audit.errors import SideDoor
from audit.guards import HistoryRow
from audit.models import LedgerRow
from audit.tracked import Tracked


def refuse_raw_save(sender: type[models.Model], raw: bool, **kwargs: Any) -> None:
    """Signal receiver: refuse a save that no ``save()`` has seen (``loaddata`` does that).

    Raises ``SideDoor``.
    """
    if raw and issubclass(sender, Tracked | AppendOnly | HistoryRow | LedgerRow):
        raise SideDoor(f"{sender._meta.label}: a fixture file would go round the record.")
