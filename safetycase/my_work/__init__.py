"""What waits for a person over all their products: sentences that lead to the very place."""

from safetycase.my_work.gathering import MyWork, work_of

__all__ = ["MyWork", "work_of"]
