"""Reading many tables as they were at one moment, while other people write."""

from audit.moments import one_moment

__all__ = ["one_moment"]
