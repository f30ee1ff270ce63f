"""Signatures against what they are bound to."""

from collections.abc import Iterator

from django.db.models import F

from audit.canonical import sha256_of
from audit.verifying.entries import scope_of
from audit.verifying.findings import Finding
from reviews.choices import Meaning, SubjectKind
from reviews.models import SignOff

#: What these are under is kept by another record; its own check compares the fingerprints.
KEPT_ELSEWHERE = (SubjectKind.HAZARD_LOG, SubjectKind.REPORT)


def signatures_as_given(scope: str) -> Iterator[Finding]:
    """Signatures whose fingerprint is not that of the content they keep, or whose withdrawal is of
    something else; of one product with ``scope``."""
    yield from _contents(scope)
    yield from _withdrawals(scope)


def _contents(scope: str) -> Iterator[Finding]:
    signed = SignOff.objects.exclude(subject_kind__in=KEPT_ELSEWHERE).order_by("pk")
    signed = signed.exclude(meaning=Meaning.WITHDRAWN)  # it names the signature, which has it
    if scope:
        signed = signed.filter(product__public_id=scope)
    # Values, not rows: one that was altered may hold what a row cannot be made of.
    for key, content, fingerprint in signed.values_list("pk", "content", "fingerprint").iterator(
        chunk_size=500
    ):
        if not isinstance(content, str) or sha256_of(content) != fingerprint:
            yield _finding(key, "changed: its fingerprint is not that of the content it keeps")


def _withdrawals(scope: str) -> Iterator[Finding]:
    withdrawn = SignOff.objects.filter(meaning=Meaning.WITHDRAWN).order_by("pk")
    if scope:
        withdrawn = withdrawn.filter(product__public_id=scope)
    as_it_is = withdrawn.filter(
        withdraws__subject_kind=F("subject_kind"),
        withdraws__subject_id=F("subject_id"),
        withdraws__signed_by=F("signed_by"),
        withdraws__fingerprint=F("fingerprint"),
    )
    for key in withdrawn.exclude(pk__in=as_it_is.values("pk")).values_list("pk", flat=True):
        yield _finding(key, "changed: it withdraws a signature that it does not name")


def _finding(key: int, problem: str) -> Finding:
    table = SignOff._meta.db_table
    return Finding(table, str(key), problem, scope_of(table, key))
