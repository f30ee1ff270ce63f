"""The walk through the ledger: each entry against its row, its own hash and its seal's leaf."""

import hashlib
import json
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

from audit.leaves import LEAF_COLUMNS, leaf_of
from audit.models import Entry
from audit.verifying.columns import VouchedTable, canonical_sql, vouched_tables
from audit.verifying.findings import Finding, Tally, Told
from audit.verifying.reading import BEFORE_ALL, Row, fetch, in_chunks, one_by_one, quoted

_LEDGER, _SEALED, _PENDING = "audit_entry", "audit_sealedentry", "audit_pendingentry"
_LARGEST_KEY = 2**63 - 1

# Where a column stands in an entry as it is read here: those of the leaf, then the row's text.
_AT = {name: place for place, name in enumerate((*LEAF_COLUMNS, "row"))}
_ID, _TABLE, _KEY, _SHA256, _TEXT = (_AT[name] for name in ("id", "table", "key", "sha256", "row"))
_SCOPE, _MODEL, _OBJECT, _KIND, _PERSON, _REASON, _TIME = (
    _AT[name] for name in ("scope", "model", "object_id", "kind", "person_id", "reason", "at")
)
_LEAF = len(LEAF_COLUMNS)

#: What stands both in an entry and in the history row that it vouches for, and where.
_SAID_TWICE = ("person", "reason", "kind", "time", "object")
_IN_ENTRY = itemgetter(_PERSON, _REASON, _KIND, _TIME, _OBJECT)
_IN_ROW = itemgetter(
    *("history_user_id", "history_change_reason", "history_type", "history_date", "id")
)

_json_at_start_of = json.JSONDecoder().raw_decode  # what json.loads does after other things

#: A value that is not what its column holds makes one of these, wherever it is looked at.
_UNREADABLE = (TypeError, ValueError, AttributeError, RecursionError, LookupError)


class LedgerWalk:
    """One walk through all entries in the order of their ids. ``tally`` counts what it meets.

    ``changed_rows`` is the walk itself; the other findings are there when it has ended.
    """

    def __init__(self, scope: str, tally: Tally) -> None:
        self.tables = vouched_tables()
        self.tally = tally
        self.rows = Told("rows against the ledger", scope)
        self.texts = Told("entries of the ledger", scope)
        self.gone = Told("rows that are gone", scope)
        self.leaves = Told("entries against their seals", scope)
        self.covered = Told("entries and the seals that cover them", scope)
        self._sealed = _InStep(
            f"SELECT s.entry_id, s.leaf FROM {_SEALED} s WHERE s.entry_id > %s "  # noqa: S608 - as below
            "ORDER BY s.entry_id LIMIT %s",
            self._note_sealed_orphan,
        )
        self._pending = _InStep(
            f"SELECT p.entry_id FROM {_PENDING} p WHERE p.entry_id > %s "  # noqa: S608 - our own names
            "ORDER BY p.entry_id LIMIT %s",
            self._note_pending_orphan,
        )

    def changed_rows(self) -> Iterator[Finding]:
        """Walk; say of each row that differs from its entry in which columns."""
        for entries in in_chunks(_entries_sql(), (BEFORE_ALL,)):
            rows = self._rows_of(entries)
            for entry in entries:
                found = self._look_at(entry, rows)
                if found is not None and self.rows.add(found):
                    yield found
            self.tally.entries += len(entries)
        self._sealed.end()
        self._pending.end()
        yield from self.rows.rest()

    def _rows_of(self, entries: list[Row]) -> dict[str, dict[str, Row]]:
        """The rows that these entries vouch for: by table, by key."""
        keys: dict[str, list[int]] = {}
        for entry in entries:
            key = _as_number(entry[_KEY])
            if key is not None and entry[_TABLE] in self.tables:
                keys.setdefault(entry[_TABLE], []).append(key)
        return {name: self.tables[name].rows(those) for name, those in keys.items()}

    def _look_at(self, entry: Row, rows: dict[str, dict[str, Row]]) -> Finding | None:
        """Note what is wrong with an entry; a finding when it is its row that differs."""
        # Of whose product it is, is among what may have been changed in it: then it is nobody's.
        scope = str(entry[_SCOPE]) if self._is_as_sealed(entry) else ""
        row = rows.get(entry[_TABLE], {}).get(entry[_KEY])
        if row is None:
            missing = f"missing: entry {entry[_ID]} of the ledger vouches for it"
            self.gone.add(Finding(str(entry[_TABLE]), str(entry[_KEY]), missing, scope))
        else:
            self.tally.rows += 1
        try:
            problem, columns = self._compare(entry, row)
        except _UNREADABLE:
            problem, columns = "changed: it cannot be read as an entry", []
        if problem:
            self.texts.add(Finding(_LEDGER, str(entry[_ID]), problem, scope))
        if not columns:
            return None
        differs = f"changed: {differs_in(columns)} from the ledger"
        return Finding(entry[_TABLE], entry[_KEY], differs, scope)

    def _compare(self, entry: Row, row: Row | None) -> tuple[str, list[str]]:
        """What is wrong with an entry in itself, in words; the columns in which its row differs."""
        if hashlib.sha256(entry[_TEXT].encode("utf-8")).hexdigest() != entry[_SHA256]:
            return "changed: its row text is not that of its hash", []
        table = self.tables.get(entry[_TABLE])
        if table is None:
            return "", []  # so its row is missing, which is noted already
        recorded, end = _json_at_start_of(entry[_TEXT])
        if end != len(entry[_TEXT]):
            raise ValueError("more than one value")
        said = _contradictions(entry, recorded, table)
        problem = f"changed: {' and '.join(said)} not as in its row text" if said else ""
        return problem, [] if row is None else table.differing(row, recorded)

    def _is_as_sealed(self, entry: Row) -> bool:
        """Whether its leaf, if it has one, is that of the entry; notes it when it is not.

        And an entry has a leaf or waits for one, and not both: notes that too.
        """
        entry_id = entry[_ID]
        sealed, pending = self._sealed.at(entry_id), self._pending.at(entry_id)
        if (sealed is None) is (pending is None):
            problem = (
                "no seal covers it and it waits for none"
                if sealed is None
                else "a seal covers it and it waits for another one"
            )
            self.covered.add(Finding(_LEDGER, str(entry_id), problem, str(entry[_SCOPE])))
        try:
            is_as_sealed = sealed is None or leaf_of(entry[:_LEAF]) == sealed[1]
        except _UNREADABLE:
            is_as_sealed = False
        if not is_as_sealed:
            problem = "changed: it is not what its seal covers"
            self.leaves.add(Finding(_LEDGER, str(entry_id), problem))
        return is_as_sealed

    def _note_sealed_orphan(self, row: Row) -> None:
        self.leaves.add(Finding(_LEDGER, str(row[0]), "missing: a seal covers it"))

    def _note_pending_orphan(self, row: Row) -> None:
        problem = "waits for a seal and its entry is missing"
        self.covered.add(Finding(_PENDING, str(row[0]), problem))


class _InStep:
    """Rows in the order of the entries that they are about, read in step with those."""

    def __init__(self, sql: str, note_orphan: Callable[[Row], None]) -> None:
        self._rows = one_by_one(sql, (BEFORE_ALL,))
        self._next = next(self._rows, None)
        self._note_orphan = note_orphan

    def at(self, entry_id: int) -> Row | None:
        """The row about this entry, if there is one; notes those about entries that are not there.

        Ids come in growing order.
        """
        row = self._next
        while row is not None and row[0] < entry_id:
            self._note_orphan(row)
            row = self._next = next(self._rows, None)
        if row is None or row[0] != entry_id:
            return None
        self._next = next(self._rows, None)
        return row

    def end(self) -> None:
        """Note every row that is left: its entry is not there."""
        while self._next is not None:
            self._note_orphan(self._next)
            self._next = next(self._rows, None)


def differs_in(columns: list[str]) -> str:
    """ "name differs", "name and scope differ", of a few columns."""
    names = columns[:3]
    others = len(columns) - len(names)
    told = [*names, f"{others} more"] if others else names
    return f"{' and '.join(told)} {'differ' if len(told) > 1 else 'differs'}"


def scope_of(table: str, key: int) -> str:
    """The scope of the entry that vouches for a row; '' when there is none."""
    sql = f'SELECT scope FROM {_LEDGER} WHERE "table" = %s AND "key" = %s'  # noqa: S608 - our own name
    found = fetch(sql, [table, str(key)])
    return str(found[0][0]) if found else ""


def rows_without_entry(tables: dict[str, VouchedTable]) -> Iterator[Finding]:
    """Rows that the ledger knows nothing of: somebody inserted them."""
    for table in tables.values():
        key, name = f"r.{table.key_column}", quoted(table.name)
        of_row = f"""e."table" = '{table.name}' AND e."key" = CAST({key} AS text)"""
        sql = (
            f"SELECT {key} FROM {name} r WHERE {key} > %s "  # noqa: S608 - our own names
            f"AND NOT EXISTS (SELECT 1 FROM {_LEDGER} e WHERE {of_row}) ORDER BY {key} LIMIT %s"
        )
        for (row_key,) in one_by_one(sql, (BEFORE_ALL,)):
            yield Finding(table.name, str(row_key), "inserted: the ledger has no entry for it")


def _entries_sql() -> str:
    fields = {each.attname: each for each in Entry._meta.concrete_fields}
    columns = ", ".join(canonical_sql(fields[name], "e") for name in _AT)
    return f"SELECT {columns} FROM {_LEDGER} e WHERE e.id > %s ORDER BY e.id LIMIT %s"  # noqa: S608 - our own names


def _contradictions(entry: Row, recorded: dict[str, Any], table: VouchedTable) -> list[str]:
    """What an entry says otherwise than the row text beside it: it was altered by itself."""
    found = []
    if entry[_MODEL] != table.about:
        found.append("model")
    if str(recorded[table.key]) != entry[_KEY]:
        found.append("key")
    if table.is_history:
        if _IN_ROW(recorded) != _IN_ENTRY(entry):
            said = zip(_SAID_TWICE, _IN_ROW(recorded), _IN_ENTRY(entry), strict=True)
            found += [word for word, in_row, in_entry in said if in_row != in_entry]
    elif recorded["id"] != entry[_OBJECT]:
        found.append("object")
    return found


def _as_number(key: Any) -> int | None:
    """The primary key that an entry names; None for what no primary key can be."""
    if isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 20:
        number = int(key)
        return number if number <= _LARGEST_KEY else None
    return None
