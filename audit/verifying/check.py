"""The check of the record, from rows to triggers, in the order in which they vouch for each other.

Each check tells what it finds, two hundred findings at most, and the next one goes on. Everything
is read at one moment, while people work.
"""

from collections.abc import Iterator

from django.db import connection

from audit.moments import one_moment
from audit.triggers import missing_triggers
from audit.verifying.entries import LedgerWalk, rows_without_entry
from audit.verifying.findings import Finding, Tally, told
from audit.verifying.live import live_rows_against_history
from audit.verifying.registry import registered_verifiers
from audit.verifying.seals import SealWalk


def verify(*, scope: str = "", tally: Tally | None = None) -> Iterator[Finding]:
    """Everything in the record that is not as it was written; nothing when all is well.

    With ``scope``, a product's public id, the findings that belong to that product or to none;
    the whole record is looked at all the same, since one chain of seals is over all of it.
    ``tally`` is filled with how much was looked at. Reads in a transaction that lasts until the
    last finding is taken: exhaust it before doing anything else with the database.
    """
    tally = Tally() if tally is None else tally
    with one_moment():
        yield from _record(scope, tally)
        for name, check in registered_verifiers().items():
            yield from told(name, scope, check(scope))
        yield from told("triggers", scope, _missing_triggers())


def _record(scope: str, tally: Tally) -> Iterator[Finding]:
    ledger = LedgerWalk(scope, tally)
    yield from ledger.changed_rows()
    yield from ledger.texts
    yield from told("rows without an entry", scope, rows_without_entry(ledger.tables))
    yield from ledger.gone
    yield from ledger.leaves
    yield from ledger.covered
    seals = SealWalk(scope, tally)
    yield from seals.wrong_roots()
    yield from seals.chain
    yield from told("rows against their history", scope, live_rows_against_history())


def _missing_triggers() -> Iterator[Finding]:
    for name in missing_triggers(connection):
        yield Finding(name, "", "the trigger is missing; run: manage.py migrate")
