"""Whether the record is as it was written: asked before a release goes out in spite of the gate."""

import datetime

from django.conf import settings
from django.utils import timezone

from audit.models import Entry
from audit.verifying import Tally, verify
from products.models import Product
from safetycase.checking import in_words, newest_check

#: A check that was made in the background says something for so long.
FRESH = datetime.timedelta(hours=24)


def entries_at_once() -> int:
    """So many entries of the ledger are checked while somebody waits, some seconds; of a longer
    record a check in the background is asked for. The setting ``CHECK_AT_ONCE``."""
    entries: int = settings.CHECK_AT_ONCE
    return entries


def is_checked_at_once() -> bool:
    """Whether the record is short enough to be checked while somebody waits."""
    return Entry.objects.count() <= entries_at_once()


def against_the_record(product: Product) -> list[str]:
    """Why nobody may rely on the record now, in a sentence; empty when it was checked and is whole.

    A short record is checked here and now; of a long one the newest check counts.
    """
    if is_checked_at_once():
        findings = sum(1 for _ in verify(scope=product.scope, tally=Tally()))
        if findings:
            return [f"The record was checked just now: {in_words(findings)}."]
        return []
    check = newest_check(product)
    if check is None or not check.is_done or not _is_fresh(check.job.finished):
        return [
            "The record is too long to be checked while you wait: ask for a check on the page of "
            "the product's history, and come back when it is done. It counts for a day."
        ]
    if check.findings:
        return [f"The check of the record found it damaged: {check.outcome}."]
    return []


def newest_check_found_damage(product: Product) -> bool:
    """Whether the newest finished check of the product's record found something altered."""
    check = newest_check(product)
    return check is not None and check.is_done and bool(check.findings)


def how_it_is_checked() -> str:
    """How the record is checked before glass is broken, in a sentence."""
    if is_checked_at_once():
        return "The whole record is checked in the same moment, which takes some seconds."
    return (
        "The record is long, so a check made in the background within the last day has to have "
        "found it whole."
    )


def _is_fresh(finished: datetime.datetime | None) -> bool:
    return finished is not None and finished > timezone.now() - FRESH
