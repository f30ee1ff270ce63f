"""What the laws share."""

from tests.laws import parts
from tests.laws.every_action import READY
from tests.laws.every_address import ADDRESSES, DOWNLOADS
from tests.laws.one_of_each import one_of_each

__all__ = ["one_of_each"]

READY |= parts.table("READY")
ADDRESSES |= parts.table("ADDRESSES")
DOWNLOADS |= parts.names("DOWNLOADS")
