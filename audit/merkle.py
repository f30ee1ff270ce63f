"""Merkle trees: one hash for many, in the shape that RFC 6962 (section 2.1) gives them.

The root changes when any leaf changes, moves, goes or comes. Leaves and inner nodes are hashed
with different first bytes, so that no inner node can be passed off as a leaf.
"""

import hashlib
from collections.abc import Iterable

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf's content, as 32 bytes."""
    return hashlib.sha256(_LEAF + content).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in their order, as 32 bytes; of no leaves, the hash of nothing.

    Holds as many hashes as the tree is high, so the leaves may come from a stream.
    """
    # Whole trees of growing size from left to right, each with the number of its leaves. RFC 6962
    # divides at the largest power of two, which is what joining equals as they come leads to.
    trees: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, node = 1, leaf
        while trees and trees[-1][0] == size:
            node = _join(trees.pop()[1], node)
            size *= 2
        trees.append((size, node))
    if not trees:
        return hashlib.sha256(b"").digest()
    _, root = trees.pop()
    while trees:
        root = _join(trees.pop()[1], root)
    return root


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
