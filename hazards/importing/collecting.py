"""Holding Python's collector of cycles back while very many rows are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Collect no cycles until the block ends; what nobody holds any more is freed as always.

    Rows are made by the ten thousand, and none of them is in a cycle: walking all of them again
    and again would take a fifth of the time of an import, and free nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
