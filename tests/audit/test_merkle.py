"""Merkle roots, against the definition of RFC 6962 written down word by word."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.merkle import leaf_hash, merkle_root

contents = st.binary(max_size=8)


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def tree_hash(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1: split at the largest power of two smaller than n."""
    if not entries:
        return sha256(b"")
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0])
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return sha256(b"\x01" + tree_hash(entries[:split]) + tree_hash(entries[split:]))


def root_of(entries: list[bytes]) -> bytes:
    return merkle_root(leaf_hash(entry) for entry in entries)


@given(st.lists(contents, max_size=70))
def test_the_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    assert root_of(entries) == tree_hash(entries)


#: Published with the reference implementation of RFC 6962 (Certificate Transparency).
PUBLISHED = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LEAVES = [
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
    "606162636465666768696a6b6c6d6e6f",
]


@pytest.mark.parametrize("size", PUBLISHED)
def test_roots_are_those_that_others_compute(size: int) -> None:
    assert root_of([bytes.fromhex(leaf) for leaf in LEAVES[:size]]).hex() == PUBLISHED[size]


@given(st.lists(contents, min_size=1, max_size=40), st.data())
def test_any_change_of_a_leaf_changes_the_root(entries: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    other = data.draw(contents.filter(lambda content: content != entries[place]))
    assert root_of([*entries[:place], other, *entries[place + 1 :]]) != root_of(entries)


@given(st.lists(contents, min_size=1, max_size=40), contents)
def test_one_more_or_one_less_changes_the_root(entries: list[bytes], more: bytes) -> None:
    assert len({root_of(entries), root_of([*entries, more]), root_of(entries[:-1])}) == 3


@given(st.lists(contents, min_size=2, max_size=40, unique=True))
def test_the_order_matters(entries: list[bytes]) -> None:
    assert root_of(entries) != root_of(entries[::-1])


@given(contents, contents)
def test_an_inner_node_is_no_leaf(left: bytes, right: bytes) -> None:
    joined = leaf_hash(left) + leaf_hash(right)
    assert merkle_root([leaf_hash(joined)]) != root_of([left, right])
