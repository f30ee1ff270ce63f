"""One text for one value, on every machine and in every year."""

import datetime
import hashlib
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import canonical_json, sha256_of

TEXT = st.text(st.characters(codec="utf-8"))
TIMES = st.datetimes(
    min_value=datetime.datetime(1000, 1, 2),
    max_value=datetime.datetime(9999, 12, 30),
    timezones=st.timezones(),
)
SINGLE = st.none() | st.booleans() | st.integers() | TEXT | st.dates() | TIMES | st.uuids()
VALUES = st.recursive(
    SINGLE, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(JSON)
def test_it_reads_back_as_what_it_was(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value


@given(VALUES)
def test_reading_and_writing_it_again_gives_the_same_text(value: Any) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text
    assert canonical_json(value) == text


@given(st.dictionaries(TEXT, JSON))
def test_the_order_of_keys_does_not_matter(value: dict[str, Any]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert canonical_json(backwards) == canonical_json(value)


@given(JSON, JSON)
def test_different_values_have_different_texts(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical_json(one) == canonical_json(other)) is same


@given(TIMES, st.timezones())
def test_one_moment_has_one_text_in_every_zone(
    moment: datetime.datetime, zone: datetime.tzinfo
) -> None:
    assert canonical_json(moment.astimezone(zone)) == canonical_json(moment)


@given(TEXT)
def test_the_hash_is_that_of_the_utf_8_bytes(text: str) -> None:
    assert sha256_of(text) == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_it_looks_like_this() -> None:
    summer = datetime.timezone(datetime.timedelta(hours=1))
    value = {
        "b": [1, True, None, 'Überdosis 💊 "quoted"\n'],
        "a": datetime.datetime(2026, 5, 3, 10, 0, tzinfo=summer),
        "c": datetime.date(2026, 5, 3),
        "d": uuid.UUID(int=1),
        "e": Decimal("1.50"),
        "f": (1, 2),
    }
    assert canonical_json(value) == (
        '{"a":"2026-05-03T09:00:00.000000Z","b":[1,true,null,"Überdosis 💊 \\"quoted\\"\\n"],'
        '"c":"2026-05-03","d":"00000000-0000-0000-0000-000000000001","e":"1.50","f":[1,2]}'
    )


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        {"deep": [{"inside": 0.5}]},
        {1: "a key that is no text"},
        {None: 1},
        b"bytes",
        {1, 2},
        object(),
        datetime.datetime(2026, 5, 3, 10, 0),
        datetime.time(10, 0),
        datetime.timedelta(1),
        1j,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_two_machines_may_write_apart_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)
