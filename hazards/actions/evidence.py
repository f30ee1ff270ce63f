"""Evidence: planned, obtained, and what it shows about controls."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from audit.acts import Otherwise, act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from hazards.actions.checks import check_one_in_the_log, check_values, lock_controls
from hazards.choices import ControlState, EvidenceState
from hazards.facts import evidence_facts
from hazards.locks import changing
from hazards.models import Control, Evidence, EvidenceFile, EvidenceLink, Hazard
from hazards.permissions import check_verifier
from hazards.queries import evidence_of
from hazards.rules import why_not_verified
from hazards.uploads import checked_evidence_file
from products.models import Product
from products.permissions import Ability, check_can

EDITABLE = frozenset(
    {
        "title",
        "state",
        "of",
        "link",
        "file_id",
        "result",
        "dated_on",
        "release_id",
        "verifier_id",
        "valid_until",
    }
)


def add_evidence(
    *, controls: Iterable[Control], by: User, title: str, reason: str = "", **values: Any
) -> Evidence:
    """Plan or record evidence about one or more controls of one product.

    ``values`` are those of ``EDITABLE``. Raises ``NotAllowed`` (also for a verifier whom ``by``
    may not speak for), ``NotPossible``, ``BadText``.
    """
    _check_editable(values)
    about = list(controls)
    if not about:
        raise NotPossible("Choose at least one control that the evidence is about.")
    if len({control.product_id for control in about}) > 1:
        raise NotPossible("Evidence is about controls of one product. Nothing was saved.")
    evidence = Evidence(product=about[0].product, title=title.strip(), **values)
    check_consistent(evidence)
    with _changing(evidence.product, about, by, reason or Otherwise("Added evidence")):
        check_values(evidence, evidence.product, values)
        check_verifier(by, evidence, values)
        evidence.save()
        for control in about:
            EvidenceLink(evidence=evidence, control=control).save()
        heed_evidence(about)
    return evidence


def edit_evidence(
    *,
    evidence: Evidence,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Evidence:
    """Change evidence, for example when a planned test has been run.

    Controls that it no longer verifies go back from *verified* to *implemented*, above all where
    it failed. Raises as ``edit_hazard`` does.
    """
    _check_editable(changes)
    about = controls_with(evidence)
    with _changing(evidence.product, about, by, reason or Otherwise("Edited evidence")):
        locked = _locked(evidence, about)
        wanted = merged_changes(locked, changes, base_version)
        for name, value in wanted.items():
            setattr(locked, name, value)
        check_consistent(locked)
        check_values(locked, locked.product, wanted)
        check_verifier(by, locked, wanted)
        locked.save()
        heed_evidence(about)
    return locked


def link_evidence(*, evidence: Evidence, control: Control, by: User, reason: str = "") -> None:
    """Let a piece of evidence speak for another control too.

    That it shows something about this control as well is what its verifier vouches for. Raises
    ``NotAllowed`` and ``NotPossible``.
    """
    if evidence.product_id != control.product_id:
        raise NotPossible("That evidence is of another product. Nothing was saved.")
    with _changing(
        control.product,
        [control],
        by,
        reason or Otherwise(f"Linked evidence to {control.reference}"),
    ):
        link = EvidenceLink.objects.filter(evidence=evidence, control=control).first()
        link = link or EvidenceLink(evidence=evidence, control=control)
        link.is_active = True
        check_verifier(by, Evidence.objects.select_for_update().get(pk=evidence.pk), ["of"])
        link.save()
        heed_evidence([control])


def unlink_evidence(*, evidence: Evidence, control: Control, by: User, reason: str = "") -> None:
    """Say that a piece of evidence does not speak for a control; the link is kept in the record.

    The control goes back to *implemented* when it is not verified without it. Raises
    ``NotAllowed``; ``NotPossible`` when it does not speak for it, or for no other control.
    """
    reason = reason or Otherwise(f"Unlinked evidence from {control.reference}")
    with _changing(control.product, [control], by, reason):
        links = EvidenceLink.objects.select_for_update().filter(evidence=evidence, is_active=True)
        link = links.filter(control=control).first()
        if link is None:
            raise NotPossible("It is not evidence of this control any more. Nothing was changed.")
        if not links.exclude(pk=link.pk).exists():
            raise NotPossible(
                "It is evidence of this control only. Nothing was changed. Link it to another "
                "control first, or withdraw it."
            )
        link.is_active = False
        link.save()
        heed_evidence([control])


def withdraw_evidence(*, evidence: Evidence, by: User, reason: str) -> Evidence:
    """Take evidence out of the log, with a reason.

    Controls that are not verified without it go back to *implemented*.
    """
    about = controls_with(evidence)
    with _changing(evidence.product, about, by, reason):
        locked = _locked(evidence, about)
        if not locked.is_active:
            raise NotPossible("This evidence is out of the log already. Nothing was changed.")
        locked.is_active = False
        locked.save()
        heed_evidence(about)
    return locked


def keep_evidence_file(
    *, product: Product, by: User, name: str, content: bytes, reason: str = ""
) -> EvidenceFile:
    """Store an uploaded file as it is, after looking at its content.

    Raises ``NotAllowed``; ``NotPossible`` for an empty, too large or unexpected kind of file.
    """
    check_can(by, Ability.EDIT_LOG, product)
    kind, safe_name = checked_evidence_file(name, content)
    digest = hashlib.sha256(content).hexdigest()
    with act(by=by, reason=reason or f"Added the file {safe_name}", scope=product.scope):
        stored = EvidenceFile(
            product=product,
            name=safe_name,
            kind=kind,
            size=len(content),
            sha256=digest,
            uploaded_at=timezone.now(),
            uploaded_by=by,
        )
        stored.file.save(f"{digest}.{kind}", ContentFile(content), save=False)
        stored.save()
    return stored


def controls_with(evidence: Evidence) -> list[Control]:
    """The controls that a piece of evidence is about."""
    return list(
        Control.objects.select_related("product").filter(
            evidence_links__evidence=evidence, evidence_links__is_active=True
        )
    )


@contextmanager
def _changing(
    product: Product, controls: list[Control], by: User, reason: str
) -> Iterator[list[Hazard]]:
    hazards = Hazard.objects.filter(
        control_links__control__in=controls, control_links__is_active=True
    )
    with changing(
        hazards, product=product, by=by, ability=Ability.EDIT_LOG, reason=reason
    ) as locked:
        check_one_in_the_log(locked)
        lock_controls(controls, locked)
        yield locked


def _locked(evidence: Evidence, about: Iterable[Control]) -> Evidence:
    """The evidence, locked, while it is about these controls still.

    Raises ``NotPossible`` where it is about another one by now, which would not be heeded.
    """
    locked = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if {each.pk for each in controls_with(locked)} - {each.pk for each in about}:
        raise NotPossible(
            "Somebody else let this evidence speak for another control a moment ago. Nothing of "
            "yours was saved: save again, and it counts for that one too."
        )
    return locked


def heed_evidence(controls: Iterable[Control]) -> None:
    """Take those controls back from *verified* that their evidence verifies no longer."""
    keys = [control.pk for control in controls]
    verified = Control.objects.select_for_update().filter(pk__in=keys, state=ControlState.VERIFIED)
    for control in verified.order_by("pk"):
        evidence = [evidence_facts(each) for each in evidence_of(control)]
        if why_not_verified(evidence, timezone.localdate()):
            control.state = ControlState.IMPLEMENTED
            control.save()


def check_consistent(evidence: Evidence) -> None:
    """Refuse evidence that contradicts itself; raises ``NotPossible``."""
    if not evidence.title.strip():
        raise NotPossible("Say what the evidence is. Nothing was saved.")
    if evidence.state == EvidenceState.PLANNED and evidence.result:
        raise NotPossible(
            "Planned evidence has no result yet. Mark it obtained, or leave the result empty. "
            "Nothing was saved."
        )
    if evidence.state == EvidenceState.OBTAINED and not evidence.result:
        raise NotPossible(
            "Evidence that was obtained has a result: pass, fail or inconclusive. "
            "Nothing was saved."
        )
    if evidence.dated_on and evidence.dated_on > timezone.localdate():
        raise NotPossible("The date of evidence cannot be in the future. Nothing was saved.")


def _check_editable(values: Mapping[str, Any]) -> None:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields that people edit on evidence: {sorted(unknown)}")
