"""What an archive writes while it goes out."""


class Outlet:
    """What an archive writes, until it is taken away."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self.size = 0

    def write(self, piece: bytes, /) -> int:
        """Keep a piece."""
        self._written.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        """Everything that was written since it was taken last."""
        taken = b"".join(self._written)
        self._written, self.size = [], 0
        return taken
