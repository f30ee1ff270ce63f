"""What the laws share."""

from tests.laws.one_of_each import one_of_each

__all__ = ["one_of_each"]
