"""One way in for every file: a log as people keep it, or a log that this application recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.db import transaction

from accounts.models import User
from audit.canonical import canonical_json, sha256_of
from hazards.actions.quality_legacy import list_legacy
from hazards.importing.apply import apply_import
from hazards.importing.collecting import without_collecting
from hazards.importing.mapping import Mapping
from hazards.importing.parsed import ParsedLog
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.importing.report import Report, report_of
from hazards.models import ImportBatch
from hazards.record_format.apply import apply_restore
from hazards.record_format.plan import RestorePlan, plan_restore
from hazards.record_format.read import is_record, read_record
from hazards.record_format.report import restore_report
from products.models import Product


@dataclass(frozen=True)
class Brought:
    """A file that somebody brings, and how it is to be read.

    ``layout`` is that of ``mapping``, to be remembered for the next file with the same headings;
    '' for a mapping that was only for this once.
    """

    name: str
    content: bytes
    sheet: str = ""
    mapping: Mapping | None = None
    layout: str = ""

    @cached_property
    def is_record(self) -> bool:
        """Whether it is a log that this application recorded, so that there is nothing to map."""
        return is_record(self.content)

    @property
    def cover(self) -> dict[str, str]:
        """What the file's cover says, by its labels. Raises as ``log`` does."""
        return {} if self.is_record else self.log.cover

    @cached_property
    def log(self) -> ParsedLog:
        """The log in the file, read as it is to be read. Raises ``NotPossible``, ``BadText``."""
        return read_log(
            name=self.name, content=self.content, sheet=self.sheet, mapping=self.mapping
        )


@dataclass(frozen=True)
class Prepared:
    """What bringing a file in would do, and how to do it. Nothing is written before that."""

    report: Report
    carry_out: Callable[[], Report]

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of what the preview says, to tell whether it would still say it."""
        return fingerprint_of(self.report)


def prepare(*, product: Product, brought: Brought, by: User) -> Prepared:
    """Read a file, and hold it against the log. Writes nothing.

    Raises ``NotAllowed``; ``NotPossible`` and ``BadText`` for what cannot be brought in.
    """
    if brought.is_record:
        record = read_record(name=brought.name, content=brought.content)
        restoring = plan_restore(product=product, record=record, by=by)
        return Prepared(restore_report(restoring), lambda: _restore(restoring, by))
    plan = plan_import(product=product, log=brought.log, by=by)
    return Prepared(
        report_of(plan),
        lambda: apply_import(plan=plan, by=by, mapping=brought.mapping, layout=brought.layout),
    )


def _restore(plan: RestorePlan, by: User) -> Report:
    """Restore a record, and list what the quality rules find on it that day."""
    with without_collecting(), transaction.atomic():
        report = apply_restore(plan=plan, by=by)
        if report.batch:
            batch = ImportBatch.objects.get(public_id=report.batch)
            list_legacy(product=plan.product, batch=batch, by=by)
    return report


def fingerprint_of(report: Report) -> str:
    """The SHA-256 of what a preview says."""
    return sha256_of(canonical_json(report.as_json()))
