"""The leaf of an entry covers each of its columns, and has one text however it was read."""

import datetime
import hashlib
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import canonical_json
from audit.leaves import LEAF_COLUMNS, leaf_of, leaf_text
from audit.models import Entry

texts = st.text(max_size=30)
whole_numbers = st.integers(-(2**63), 2**63 - 1)

AS_STORED = {
    "id": whole_numbers,
    "act": st.uuids(),
    "object_id": whole_numbers,
    "person_id": whole_numbers,
    "at": st.datetimes(timezones=st.just(datetime.UTC)),
}
entries = st.tuples(*(AS_STORED.get(name, texts) for name in LEAF_COLUMNS))

AN_ENTRY = (
    *(7, uuid.UUID(int=5), "scope", "hazards_historicalhazard", "9", "hazards.hazard", 3),
    *("HAZ-003 “Dose”", "+", "ab" * 32, 2, "It “was” found\n"),
    datetime.datetime(2026, 5, 3, 9, 30, tzinfo=datetime.UTC),
)


def as_read_raw(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same entry as the check of the record reads it: ids and times as canonical text."""
    return tuple(
        canonical_json(value)[1:-1] if isinstance(value, uuid.UUID | datetime.datetime) else value
        for value in values
    )


def test_the_leaf_covers_every_column_but_the_row_text() -> None:
    assert {*LEAF_COLUMNS, "row"} == {field.attname for field in Entry._meta.concrete_fields}


@given(entries)
def test_the_text_is_canonical_json(values: tuple[Any, ...]) -> None:
    canonical = canonical_json(dict(zip(LEAF_COLUMNS, values, strict=True)))
    assert leaf_text(values) == leaf_text(as_read_raw(values)) == canonical


def test_the_leaf_is_that_of_rfc_6962() -> None:
    content = b"\x00" + leaf_text(AN_ENTRY).encode()
    assert leaf_of(AN_ENTRY) == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("place", range(len(LEAF_COLUMNS)), ids=LEAF_COLUMNS)
def test_a_change_of_any_column_changes_the_leaf(place: int) -> None:
    values = list(as_read_raw(AN_ENTRY))
    values[place] = values[place] + (1 if isinstance(values[place], int) else "x")
    assert leaf_of(tuple(values)) != leaf_of(AN_ENTRY)


@pytest.mark.parametrize("wrong", [None, b"bytes", 1.5])
@pytest.mark.parametrize("place", range(len(LEAF_COLUMNS)), ids=LEAF_COLUMNS)
def test_what_no_column_holds_has_no_leaf_of_a_real_entry(place: int, wrong: Any) -> None:
    values = list(as_read_raw(AN_ENTRY))
    values[place] = wrong
    try:
        leaf = leaf_of(tuple(values))
    except (TypeError, ValueError):
        return
    assert leaf != leaf_of(AN_ENTRY)
