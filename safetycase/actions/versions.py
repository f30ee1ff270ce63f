"""Freezing, signing, rejecting and issuing a version of the report and its hazard log."""

from django.utils import timezone

from accounts.credentials import Confirmed
from accounts.models import User
from audit.acts import act
from audit.canonical import canonical_json, sha256_of
from audit.errors import NotPossible
from audit.sealing import latest_seal, seal_everything
from products.choices import ReleaseState, Role
from products.models import Product, Release
from products.permissions import Ability, check_can
from reviews.actions.signing import Signing, role_among, write_rejection, write_sign_offs
from reviews.choices import Meaning
from reviews.models import Rejection, SignOff
from safetycase.choices import LifecyclePhase
from safetycase.comparison import Comparison
from safetycase.models import Baseline, Issue
from safetycase.obstacles import (
    FREEZING_ROLES,
    REJECTING_ROLES,
    SIGNING_ROLES,
    against_issuing,
    against_rejecting,
    against_signing,
)
from safetycase.projections import CURRENT, fingerprints_of
from safetycase.queries import release_of_report
from safetycase.since import read_since
from safetycase.snapshot import take_snapshot
from safetycase.snapshot.consistent import one_moment
from safetycase.snapshot.gate import gate_shape
from safetycase.snapshot.shape import DocumentShape
from safetycase.snapshot.words import moment
from safetycase.versions.reading import (
    PARTS,
    NextVersion,
    VersionReading,
    next_version,
    read_version,
    subjects_of,
)


def freeze_version(
    *,
    product: Product,
    by: User,
    release_label: str,
    phase: LifecyclePhase,
    summary: str,
    confirmed: Confirmed,
    reason: str = "",
) -> Baseline:
    """Freeze the report and the hazard log of a release as they are now, and sign as author.

    ``summary`` says what changed, for the revision history. What is read is of one moment, before
    the act: whatever is saved meanwhile shows as changed since. Raises ``NotAllowed``;
    ``NotPossible`` without a release, without a summary, or when somebody froze at the same moment.
    """
    check_can(by, Ability.FREEZE, product)
    role = role_among(by, product, FREEZING_ROLES, to="freeze a version")
    release = _release(product, release_label)
    if not summary.strip():
        raise NotPossible(
            "Say what changed since the version before: it is printed in the revision history. "
            "Nothing was frozen."
        )
    coming = next_version(product, release)
    baseline = _frozen(product, release, phase, coming, by, role, summary.strip())
    default = f"Froze version {coming.number} for {release.label}"
    with act(by=by, reason=reason.strip() or default, scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        if next_version(product, release) != coming:
            raise NotPossible(
                "Somebody else froze a version at the same moment. Nothing of yours was frozen. "
                "Look at theirs, then freeze again if you still want to."
            )
        baseline.save()
        subjects = subjects_of(baseline, product)
        write_sign_offs(
            [Signing(subjects[kind], Meaning.AUTHORED, role) for kind in PARTS],
            by=by,
            confirmed=confirmed,
        )
    return baseline


def _frozen(
    product: Product,
    release: Release,
    phase: LifecyclePhase,
    coming: NextVersion,
    by: User,
    role: Role,
    summary: str,
) -> Baseline:
    """Everything that the report and the log of a release say now, not yet saved."""
    now = timezone.now()
    document = DocumentShape(
        kind="version",
        made_at=moment(now),
        made_by=by.name,
        made_by_words=_words_of(by, role),
        draft_number=None,
        number=coming.number,
        attempt=coming.attempt,
        summary=summary,
        replaces=coming.replaces.number if coming.replaces else None,
    )
    with one_moment():  # the gate's answer is of the same state of the log
        snapshot = take_snapshot(product=product, release=release, phase=phase, document=document)
        snapshot["gate"] = gate_shape(product, release)
    prints, content = fingerprints_of(snapshot, CURRENT), canonical_json(snapshot)
    return Baseline(
        product=product,
        release=release,
        phase=phase.value,
        number=coming.number,
        attempt=coming.attempt,
        summary=summary,
        content=content,
        sha256=sha256_of(content),
        projection=CURRENT,
        log_fingerprint=prints.log,
        report_fingerprint=prints.report,
        replaces=coming.replaces,
        frozen_at=now,
        frozen_by=by,
    )


def sign_version(
    *,
    baseline: Baseline,
    by: User,
    meaning: Meaning,
    seen: str,
    confirmed: Confirmed,
    comment: str = "",
) -> list[SignOff]:
    """Review or approve both parts of a version, or authorise its release, with one credential.

    ``seen`` is the report's fingerprint on screen. Raises ``NotAllowed``; ``NotPossible`` with what
    is in the way: four eyes, the order of signatures, an officer who is not current.
    """
    product = baseline.product
    roles = SIGNING_ROLES.get(meaning, [])
    role = role_among(by, product, roles, to=f"sign this as {meaning.label.lower()}")
    default = f"{meaning.label} version {baseline.number}"
    with act(by=by, reason=comment.strip() or default, scope=product.scope):
        reading = _locked(baseline)
        _check_seen(reading, seen)
        _refuse_if(against_signing(reading, by, meaning), "Nothing was signed.")
        parts = reading.facts.parts_to_sign(by.pk, meaning)
        return write_sign_offs(
            [Signing(reading.subjects[kind], meaning, role, comment) for kind in parts],
            by=by,
            confirmed=confirmed,
        )


def reject_version(*, baseline: Baseline, by: User, seen: str, reason: str) -> Rejection:
    """Refuse a version: it goes back to its author with the reason, and is signed no more.

    Raises ``NotAllowed`` and ``NotPossible`` (no reason; already rejected, overtaken or issued).
    """
    product = baseline.product
    role = role_among(by, product, REJECTING_ROLES, to="reject a version")
    if not reason.strip():
        raise NotPossible("Say why you reject it: its author has to know. Nothing was changed.")
    with act(by=by, reason=reason, scope=product.scope):
        reading = _locked(baseline)
        _check_seen(reading, seen)
        _refuse_if(against_rejecting(reading), "Nothing was changed.")
        return write_rejection(reading.subject_of_report, by=by, role=role, why=reason)


def issue_version(
    *, baseline: Baseline, by: User, despite_changes: bool = False, reason: str = ""
) -> Issue:
    """Issue a version: from now on it never changes. Everything recorded so far is sealed first.

    ``despite_changes`` says that the person has seen what changed since it was frozen. Raises
    ``NotAllowed``; ``NotPossible`` with everything that keeps it from being issued.
    """
    product = baseline.product
    check_can(by, Ability.ISSUE, product)
    default = f"Issued version {baseline.number}"
    with act(by=by, reason=reason.strip() or default, scope=product.scope):
        reading = _locked(baseline)
        in_the_way = against_issuing(reading)
        if in_the_way:
            _refuse_if(["This version cannot be issued.", *in_the_way], "Nothing was issued.")
        _check_whole(reading.baseline)
        changes = _changes_to_leave_out(reading.baseline, product, despite_changes)
        seal_everything()
        seal = latest_seal()
        issue = Issue(
            baseline=reading.baseline,
            product=product,
            number=baseline.number,
            seal_number=seal.number,
            seal_sha256=seal.sha256,
            changed_since="" if changes.is_empty else changes.summary,
            # Not the act's time: while it waited for the lock somebody may have signed.
            issued_at=timezone.now(),
            issued_by=by,
        )
        issue.save()
    return issue


def _changes_to_leave_out(
    baseline: Baseline, product: Product, despite_changes: bool
) -> Comparison:
    now = read_since(baseline, product)
    if now.gaps:
        raise NotPossible(
            f"As the record is now, this version cannot be issued. {' '.join(now.gaps)} Nothing "
            "was issued. Put it right and freeze again."
        )
    if not now.changes.is_empty and not despite_changes:
        raise NotPossible(
            f"The record has changed since this version was frozen. {now.changes.summary} Nothing "
            "was issued. Freeze again, or say that this version is issued without the changes."
        )
    return now.changes


def _refuse_if(in_the_way: list[str], outcome: str) -> None:
    if in_the_way:
        raise NotPossible(" ".join([*in_the_way, outcome]))


def _locked(baseline: Baseline) -> VersionReading:
    Product.objects.select_for_update().get(pk=baseline.product_id)
    fresh = Baseline.objects.select_related("product__organisation", "release").get(pk=baseline.pk)
    return read_version(fresh, fresh.product)


def _check_seen(reading: VersionReading, seen: str) -> None:
    if seen != reading.baseline.report_fingerprint:
        raise NotPossible(
            "That was another version than the one on this page. Nothing was signed. "
            "Read this one, then decide."
        )


def _check_whole(baseline: Baseline) -> None:
    if sha256_of(baseline.content) != baseline.sha256:
        raise NotPossible(
            "The frozen content of this version is not what was frozen. Nothing was issued. "
            "Check the record now, and tell an administrator."
        )


def _release(product: Product, label: str) -> Release:
    try:
        release = release_of_report(product, label)
    except Release.DoesNotExist as problem:
        raise NotPossible(
            f"{product.name} has no release {label}. Nothing was frozen. Choose another one."
        ) from problem
    if release is None or release.state == ReleaseState.WITHDRAWN:
        raise NotPossible(
            "A version is frozen for a release that was not withdrawn. Nothing was frozen. "
            "Plan the release first."
        )
    return release


def _words_of(by: User, role: Role) -> str:
    profile = by.profile
    parts = [profile.job_title or role.label, profile.registration]
    return ", ".join(part for part in parts if part)
