"""Generated values: the same in every run, and no stopwatch on a machine that others use too."""

from hypothesis import settings

from tests.audit.tampering import after_tampering, record_alone
from tests.laws.one_of_each import one_of_each

__all__ = ["after_tampering", "one_of_each", "record_alone"]

settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.load_profile("suite")
