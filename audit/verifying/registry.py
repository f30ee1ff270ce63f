"""Checks of the record that upper packages bring: files on disk, frozen documents, signatures."""

from collections.abc import Callable, Iterable

from audit.verifying.findings import Finding

#: Takes a product's public id, or '' for everything, and says what is not as it was recorded.
Verifier = Callable[[str], Iterable[Finding]]

_verifiers: dict[str, Verifier] = {}


def register_verifier(name: str, check: Verifier) -> None:
    """Let ``check`` take part in every check of the record; called in ``AppConfig.ready()``.

    It runs inside a transaction that only reads. ``name`` says what it looks at ("evidence
    files"); the same name again replaces the earlier one.
    """
    _verifiers[name] = check


def registered_verifiers() -> dict[str, Verifier]:
    """Every registered check by its name, in the order in which they were registered."""
    return dict(_verifiers)
