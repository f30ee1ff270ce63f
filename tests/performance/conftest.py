"""What measuring shares with the tests of the record."""

from tests.audit.tampering import after_tampering, record_alone
from tests.laws.one_of_each import one_of_each

__all__ = ["after_tampering", "one_of_each", "record_alone"]
