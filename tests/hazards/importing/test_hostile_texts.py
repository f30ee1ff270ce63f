"""Whatever stands in a file, it is read or refused with a sentence; nothing else ever happens."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.errors import Refusal
from hazards.importing.fields import LABELS
from hazards.importing.mapping import AxisWords, Mapping, propose
from hazards.importing.read import read_log
from hazards.importing.vocabulary import FIELD_OF
from tests.hazards.importing.workbooks import table

Answer = TypeVar("Answer")
WORDS = AxisWords(("Minor", "Major"), ("Low", "High"))

CELLS = st.one_of(
    st.sampled_from(
        [
            *("", "n/a", "TBC", "1", "3", "12", "Major", "4 - Major", "Low", "1.01", "1.01.02"),
            *("H-1", "=1+1", "#REF!", "a; B; C", "• a\n• b", "1. a\n2. b", "03/05/2026"),
            *("46145", "A|B"),
        ]
    ),
    st.text(max_size=30),
)
HEADINGS = st.one_of(
    st.sampled_from([*LABELS.values(), *FIELD_OF, "Initial", "Residual", "Evidence", "Cause 2"]),
    st.text(max_size=15),
)
TABLES = st.integers(2, 7).flatmap(
    lambda width: st.tuples(
        st.lists(HEADINGS, min_size=width, max_size=width),
        st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6),
    )
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | CELLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HEADINGS, inner, max_size=4),
    max_leaves=12,
)


def expect_an_answer(name: str, content: bytes) -> None:
    """Read or refused; and what is proposed can be confirmed, or is refused, too."""
    log = answered(lambda: read_log(name=name, content=content))
    if log is not None:
        taken = sum(each.row_count for each in log.hazards)
        assert (log.rows_taken, taken <= log.rows_read) == (taken, True)
        assert all(each.done for each in log.findings)
    proposal = answered(lambda: propose(name=name, content=content, matrix=WORDS))
    if proposal is not None:
        mapping = proposal.mapping
        assert Mapping.from_json(mapping.as_json()) == mapping
        answered(lambda: read_log(name=name, content=content, mapping=mapping))


def answered(ask: Callable[[], Answer]) -> Answer | None:
    """What was read, or None when it was refused with a sentence."""
    sentence = "Nothing was"
    try:
        return ask()
    except Refusal as refusal:
        sentence = refusal.sentence
    assert "Nothing was" in sentence
    return None


@pytest.mark.parametrize("name", ["log.csv", "log.md", "log.json", "log.txt", "log", "log.xlsx"])
@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=400) | st.text(max_size=400).map(lambda t: t.encode("utf-8")))
def test_any_bytes(name: str, content: bytes) -> None:
    expect_an_answer(name, content)


@settings(max_examples=150, deadline=None)
@given(parts=TABLES, sign=st.sampled_from([",", ";", "\t"]))
def test_any_csv(parts: tuple[list[str], list[list[str]]], sign: str) -> None:
    heading, rows = parts
    lines = [sign.join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in r) for r in (heading, *rows)]
    expect_an_answer("log.csv", "\r\n".join(lines).encode("utf-8", errors="replace"))


@settings(max_examples=80, deadline=None)
@given(parts=TABLES)
def test_any_workbook(parts: tuple[list[str], list[list[str]]]) -> None:
    heading, rows = parts
    printable = [
        ["".join(x for x in c if x >= " " or x == "\n") for c in r] for r in (heading, *rows)
    ]
    storable = [[c.encode("utf-8", "ignore").decode() for c in row] for row in printable]
    expect_an_answer("log.xlsx", table(*storable))


@settings(max_examples=120, deadline=None)
@given(
    blocks=st.lists(
        st.one_of(
            HEADINGS.map(lambda text: f"## {text}"),
            HEADINGS.map(lambda text: f"### {text}"),
            CELLS,
            st.tuples(HEADINGS, CELLS).map(lambda pair: f"- **{pair[0]}:** {pair[1]}"),
            TABLES.map(
                lambda parts: "\n".join(
                    "| " + " | ".join(row) + " |"
                    for row in (parts[0], ["---"] * len(parts[0]), *parts[1])
                )
            ),
        ),
        max_size=10,
    )
)
def test_any_markdown(blocks: list[str]) -> None:
    expect_an_answer("log.md", "\n\n".join(blocks).encode("utf-8", errors="replace"))


@settings(max_examples=120, deadline=None)
@given(rows=st.lists(st.dictionaries(HEADINGS, VALUES, max_size=6), min_size=1, max_size=4))
def test_any_json(rows: list[dict[str, Any]]) -> None:
    expect_an_answer("log.json", json.dumps(rows).encode())
