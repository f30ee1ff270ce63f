"""Importing in tests, and counting what an import left in the ledger."""

from accounts.models import User
from audit.models import Entry
from hazards.importing.apply import apply_import
from hazards.importing.plan import plan_import
from hazards.importing.report import Report
from hazards.models import Hazard
from products.models import Product
from tests.hazards.importing.workbooks import SAMPLE, read


def bring_in(product: Product, by: User, content: bytes) -> Report:
    """Read, plan and carry out."""
    return apply_import(plan=plan_import(product=product, log=read(content), by=by), by=by)


def bring_in_sample(product: Product, by: User) -> Report:
    """The sample file."""
    return bring_in(product, by, SAMPLE.read_bytes())


def entries() -> int:
    """How many entries the ledger has: it counts every row of history and every fact."""
    return Entry.objects.count()


def hazard_called(reference: str) -> Hazard:
    """The hazard with this imported reference."""
    return Hazard.objects.get(imported_reference=reference)
