"""Frozen versions, what is signed of them, their issues and their files against each other."""

import json
from collections.abc import Iterator

from django.db.models import F, Model, OuterRef, Q, Subquery

from audit.canonical import sha256_of
from audit.models import Seal
from audit.verifying.entries import scope_of
from audit.verifying.findings import Finding
from audit.verifying.registry import Verifier
from hazards.verifying import problem_of_file
from reviews.choices import SubjectKind
from reviews.models import Rejection, SignOff
from safetycase.models import Baseline, Issue, RenderedPdf
from safetycase.projections import fingerprints_of

#: What a text that was altered makes of those who read it.
_UNREADABLE = (TypeError, ValueError, AttributeError, LookupError, RecursionError)

_FINGERPRINTS = {
    SubjectKind.HAZARD_LOG: "log_fingerprint",
    SubjectKind.REPORT: "report_fingerprint",
}


def frozen_versions(scope: str) -> Iterator[Finding]:
    """Versions whose text, or what matters for safety in it, is not what was frozen.

    Reads every frozen text from end to end; of one product with ``scope``.
    """
    baselines = Baseline.objects.order_by("pk")
    if scope:
        baselines = baselines.filter(product__public_id=scope)
    # Values, not rows: one that was altered may hold what a row cannot be made of.
    rows = baselines.values_list(
        "pk", "content", "sha256", "projection", "log_fingerprint", "report_fingerprint"
    )
    for key, content, sha256, projection, log, report in rows.iterator(chunk_size=10):
        problem = _problem_of_text(content, sha256) or _problem_of_prints(
            content, projection, (log, report)
        )
        if problem:
            yield _finding(Baseline, key, problem)


def _problem_of_text(content: object, sha256: str) -> str:
    if not isinstance(content, str) or sha256_of(content) != sha256:
        return "changed: its content is not that of its SHA-256"
    return ""


def _problem_of_prints(content: str, projection: int, stored: tuple[str, str]) -> str:
    try:
        made = fingerprints_of(json.loads(content), projection)
    except _UNREADABLE:
        return "changed: its content cannot be read as a version"
    for part, found, kept in zip(
        ("hazard log", "report"), (made.log, made.report), stored, strict=True
    ):
        if found != kept:
            return f"changed: the fingerprint of its {part} is not that of its content"
    return ""


def signatures_on_versions(scope: str) -> Iterator[Finding]:
    """Signatures and refusals that are under no version of their product, or under another text."""
    for model in (SignOff, Rejection):
        for kind, name in _FINGERPRINTS.items():
            signed_version = Baseline.objects.filter(
                public_id=OuterRef("subject_id"), product=OuterRef("product")
            )
            signed = model.objects.filter(subject_kind=kind).order_by("pk")
            if scope:
                signed = signed.filter(product__public_id=scope)
            rows = signed.annotate(of_version=Subquery(signed_version.values(name)[:1]))
            for key, fingerprint, of_version in rows.values_list(
                "pk", "fingerprint", "of_version"
            ).iterator(chunk_size=500):
                if of_version is None:
                    yield _finding(model, key, "changed: no version is what it was given for")
                elif of_version != fingerprint:
                    yield _finding(model, key, "changed: the version says something else")


def issued_versions(scope: str) -> Iterator[Finding]:
    """Issues of another version or product than they name, or with a seal that does not stand."""
    issues = Issue.objects.order_by("pk")
    if scope:
        issues = issues.filter(product__public_id=scope)
    of_another = ~Q(number=F("baseline__number")) | ~Q(product=F("baseline__product"))
    for key in issues.filter(of_another).values_list("pk", flat=True):
        yield _finding(Issue, key, "changed: it issues a version that is not its own")
    seal = Seal.objects.filter(number=OuterRef("seal_number")).values("sha256")[:1]
    rows = issues.annotate(stands=Subquery(seal)).values_list("pk", "seal_sha256", "stands")
    for key, named, stands in rows.iterator(chunk_size=500):
        if stands != named:
            yield _finding(Issue, key, "the seal that it names does not stand")


def issued_files(scope: str) -> Iterator[Finding]:
    """PDFs of issued versions that are gone, cannot be read or have another content."""
    storage = RenderedPdf._meta.get_field("file").storage
    files = RenderedPdf.objects.order_by("pk")
    if scope:
        files = files.filter(issue__product__public_id=scope)
    for key, name, sha256 in files.values_list("pk", "file", "sha256").iterator(chunk_size=500):
        if problem := problem_of_file(storage, name, sha256):
            yield _finding(RenderedPdf, key, problem)


def _finding(model: type[Model], key: int, problem: str) -> Finding:
    table = model._meta.db_table
    return Finding(table, str(key), problem, scope_of(table, key))


VERIFIERS: dict[str, Verifier] = {
    "frozen versions": frozen_versions,
    "signatures on versions": signatures_on_versions,
    "issued versions": issued_versions,
    "files of issued versions": issued_files,
}
