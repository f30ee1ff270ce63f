"""Proving that the record is as it was written, or naming what is not."""

from audit.verifying.check import verify
from audit.verifying.findings import Finding, Tally

__all__ = ["Finding", "Tally", "verify"]
