"""How the two commands speak: progress, one clear line when it fails, an end in order."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType, TracebackType
from typing import NoReturn, Self

from django.core.management.base import CommandError, OutputWrapper
from django.db import DatabaseError

from audit.errors import Refusal

_EVERY = 0.1  # seconds between two lines of progress
_WIDTH = 79


class Progress:
    """Says what is being done, in one line that is written over; to nobody but a terminal."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = stream
        self._is_watched = stream.isatty()
        self._said = 0.0

    def __enter__(self) -> Self:
        return self

    def __call__(self, sentence: str) -> None:
        """Say it, unless something was said a moment ago."""
        if self._is_watched and time.monotonic() - self._said >= _EVERY:
            self._said = time.monotonic()
            self._write(sentence)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._is_watched:
            self._write("")

    def _write(self, sentence: str) -> None:
        # The wrapper puts every message on a line of its own.
        self._stream.write(f"\r{sentence[:_WIDTH]:<{_WIDTH}}\r", ending="")
        self._stream.flush()


@contextmanager
def done_or_nothing(otherwise: str) -> Iterator[None]:
    """Turn what can go wrong into one line, and a signal to end into an end in order.

    ``otherwise`` says what stands when the block fails. Raises ``CommandError``.
    """
    with ExitStack() as stack:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGHUP):
                stack.callback(signal.signal, number, signal.signal(number, _end))
        try:
            yield
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence} {otherwise}") from refusal
        except DatabaseError as problem:
            why = (str(problem).strip().splitlines() or [type(problem).__name__])[0]
            raise CommandError(f"The database refused: {why}. {otherwise}") from problem
        except OSError as problem:
            where = f"{problem.filename}: " if problem.filename else ""
            why = problem.strerror or str(problem)
            raise CommandError(f"{where}{why}. {otherwise}") from problem


def in_bytes(size: int) -> str:
    """A size as people read it."""
    amount, unit = float(size), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Leave as an exception does, so that everything that was begun is undone."""
    sys.exit(128 + number)
