"""The files of evidence on disk against what was recorded of them when they were given."""

import hashlib
from collections.abc import Iterator

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import Storage

from audit.verifying.entries import scope_of
from audit.verifying.findings import Finding
from hazards.models import EvidenceFile

_READ_AT_ONCE = 1024 * 1024  # bytes


def evidence_files_as_given(scope: str) -> Iterator[Finding]:
    """Files that are gone, cannot be read or have another content; of one product with ``scope``.

    Reads every file from end to end.
    """
    table = EvidenceFile._meta.db_table
    storage = EvidenceFile._meta.get_field("file").storage
    files = EvidenceFile.objects.order_by("pk")
    if scope:
        files = files.filter(product__public_id=scope)
    # Values, not rows: one that was altered may hold what a row cannot be made of.
    for key, name, sha256 in files.values_list("pk", "file", "sha256").iterator(chunk_size=500):
        if problem := problem_of_file(storage, name, sha256):
            yield Finding(table, str(key), problem, scope_of(table, key))


def problem_of_file(storage: Storage, name: str, sha256: str) -> str:
    """What is wrong with a file, or '' when it is the one that was given."""
    try:
        found = _sha256_of(storage, name)
    except FileNotFoundError:
        return f"its file is missing: {name}"
    except (OSError, ValueError, SuspiciousFileOperation) as problem:
        return f"its file cannot be read: {name} ({type(problem).__name__})"
    return "" if found == sha256 else f"its file has another content: {name}"


def _sha256_of(storage: Storage, name: str) -> str:
    digest = hashlib.sha256()
    with storage.open(name, "rb") as content:
        for part in content.chunks(_READ_AT_ONCE):
            digest.update(part)
    return digest.hexdigest()
