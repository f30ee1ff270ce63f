"""Writing signatures: what all kinds of subjects have in common.

Each kind has its own action that decides who may; they all end here.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.credentials import Confirmed, check_confirmed
from accounts.models import Profile, User
from audit.acts import act
from audit.errors import NotAllowed, NotPossible
from hazards.locks import lock_hazards, lock_product, raise_content_version
from hazards.models import Hazard
from products.choices import Role
from products.models import Product
from products.permissions import Ability, check_can, roles_in_words, standing_of
from reviews.choices import Meaning, SubjectKind
from reviews.models import Rejection, SignOff
from reviews.signing.statements import statement_of, withdrawal_of
from reviews.signing.subjects import Subject


@dataclass(frozen=True)
class Signing:
    """One signature to write: under what, what it means, in which role."""

    subject: Subject
    meaning: Meaning
    role: Role
    comment: str = ""


def write_sign_offs(
    signings: Sequence[Signing], *, by: User, confirmed: Confirmed
) -> list[SignOff]:
    """Write the signatures of one page, inside the act of the action that asked who may.

    Their time is that of this moment, when the product is locked, and not of the act, which may
    have waited for the lock: whatever was signed before a version was issued says so.

    Raises ``NotAllowed`` for a proof of the credential that is not this person's, now, and for a
    role that ended while they waited for the lock.
    """
    check_confirmed(by, confirmed)
    for product in {signing.subject.product for signing in signings}:
        _check_still_held(by, product, {signing.role for signing in signings})
    batch, now = uuid.uuid4(), timezone.now()
    written = []
    for signing in signings:
        sign_off = SignOff(
            **_signed(signing.subject, by, signing.role),
            meaning=signing.meaning,
            statement=statement_of(signing.subject, signing.meaning),
            content=signing.subject.content,
            method=confirmed.method,
            batch=batch,
            comment=signing.comment.strip(),
            signed_at=now,
        )
        sign_off.save()
        written.append(sign_off)
    return written


def _check_still_held(by: User, product: Product, roles: set[Role]) -> None:
    if not roles <= standing_of(by, product).roles:
        raise NotAllowed(f"Your role on {product.name} ended while you signed. Nothing was signed.")


def write_rejection(subject: Subject, *, by: User, role: Role, why: str) -> Rejection:
    """Write a refusal to sign, inside the act of the action that asked who may.

    Raises ``NotPossible`` without a reason.
    """
    if not why.strip():
        raise NotPossible("Say why you reject it: its author has to know. Nothing was changed.")
    rejection = Rejection(**_signed(subject, by, role), why=why.strip(), signed_at=timezone.now())
    rejection.save()
    return rejection


def withdraw_sign_off(*, sign_off: SignOff, by: User, confirmed: Confirmed, reason: str) -> SignOff:
    """Withdraw one's own signature: a new signed event; the signature stays in the record.

    Raises ``NotAllowed`` for somebody else's signature; ``NotPossible`` without a reason or when it
    is withdrawn already.
    """
    check_can(by, Ability.READ, sign_off.product)
    if sign_off.signed_by_id != by.pk:
        raise NotAllowed(
            f"Only {sign_off.signed_by.name} can withdraw this signature. Nothing was changed."
        )
    if not reason.strip():
        raise NotPossible("Say why you withdraw it. Nothing was changed.")
    check_confirmed(by, confirmed)
    with act(by=by, reason=reason, scope=sign_off.product.scope), _locked_subject(sign_off):
        if sign_off.meaning == Meaning.WITHDRAWN:
            raise NotPossible("A withdrawal cannot be withdrawn: sign anew. Nothing was changed.")
        if SignOff.objects.filter(withdraws=sign_off).exists():
            raise NotPossible("This signature is withdrawn already. Nothing was changed.")
        return _write_withdrawal(sign_off, by, confirmed, reason)


#: The way from a hazard to what is signed of its risk, for subjects that say how a hazard stands.
_ON_HAZARDS: dict[str, str] = {
    SubjectKind.ACCEPTANCE: "acceptances__public_id",
    SubjectKind.RISK_BENEFIT: "risk_benefits__public_id",
}


@contextmanager
def _locked_subject(sign_off: SignOff) -> Iterator[None]:
    """Lock the product, and the hazard whose risk it is about: it changes with the signature."""
    lock_product(sign_off.product)
    accepted = []
    of_hazards = _ON_HAZARDS.get(sign_off.subject_kind)
    if of_hazards:
        accepted = lock_hazards(
            Hazard.objects.filter(**{of_hazards: sign_off.subject_id}).order_by("pk")
        )
    yield
    for hazard in accepted:
        raise_content_version(hazard)
        hazard.save()


def _write_withdrawal(sign_off: SignOff, by: User, confirmed: Confirmed, reason: str) -> SignOff:
    subject = Subject(
        product=sign_off.product,
        kind=SubjectKind(sign_off.subject_kind),
        id=sign_off.subject_id,
        label=sign_off.subject_label,
        fingerprint=sign_off.fingerprint,
        projection=sign_off.projection,
    )
    meaning = Meaning(sign_off.meaning)
    day = timezone.localtime(sign_off.signed_at)
    withdrawal = SignOff(
        **_signed(subject, by, None) | {"signer_role": _role_of(by, sign_off)},
        meaning=Meaning.WITHDRAWN,
        statement=withdrawal_of(sign_off.subject_label, meaning, f"{day:%-d %B %Y}"),
        method=confirmed.method,
        batch=uuid.uuid4(),
        comment=reason.strip(),
        withdraws=sign_off,
        signed_at=timezone.now(),
    )
    withdrawal.save()
    return withdrawal


def _role_of(by: User, sign_off: SignOff) -> str:
    """The role they signed in where they hold it still, else the foremost that they hold now."""
    standing = standing_of(by, sign_off.product)
    held = {role.label for role in standing.roles}
    return sign_off.signer_role if sign_off.signer_role in held else standing.role_in_words


def role_among(by: User, product: Product, roles: Sequence[Role], *, to: str) -> Role:
    """The first of these roles that a person has on a product today.

    Raises ``NotAllowed`` with the roles that may ``to`` (as in "approve the plan").
    """
    standing = standing_of(by, product)
    for role in roles:
        if role in standing.roles and by.is_active:
            return role
    who = roles_in_words(roles) or "nobody"
    raise NotAllowed(
        f"Your role on {product.name} does not let you {to}. Nothing was changed. Who may: {who}."
    )


def _signed(subject: Subject, by: User, role: Role | None) -> dict[str, Any]:
    # Read anew: what is copied is what the profile says at this moment, whoever holds the person.
    profile = Profile.objects.get(user=by)
    return {
        "product": subject.product,
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "subject_label": subject.label[:300],
        "fingerprint": subject.fingerprint,
        "projection": subject.projection,
        "signer_name": profile.name,
        "signer_role": role.label if role else "",
        "signer_job_title": profile.job_title,
        "signer_body": profile.professional_body,
        "signer_registration": profile.registration_number,
        "signed_by": by,
    }


def check_seen(subject: Subject, seen: str) -> None:
    """Refuse to sign what changed after the page was shown. Raises ``NotPossible``."""
    if subject.fingerprint != seen:
        raise NotPossible(
            "It was changed while you read it. Nothing was signed. "
            "Read it as it is now, below, then sign."
        )
