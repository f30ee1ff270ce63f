"""Releasing in spite of the gate, and stating that a release changes no clinical risk."""

import datetime

from django.urls import reverse

from accounts.actions.notifications import tell
from accounts.credentials import Confirmed
from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.canonical import canonical_json
from audit.errors import NotPossible
from hazards.locks import lock_product
from hazards.quality.words import said
from products.choices import Role
from products.models import Release
from products.permissions import Ability, check_can
from products.queries import current_team_of
from reviews.actions.signing import (
    Signing,
    check_seen,
    role_among,
    write_rejection,
    write_sign_offs,
)
from reviews.choices import Meaning
from reviews.models import Rejection, SignOff
from safetycase.gate.breaking import (
    SIGNATORIES,
    against_breaking,
    against_day,
    against_rejecting_glass,
    against_signing_glass,
)
from safetycase.gate.reading import GateReading, read_gate
from safetycase.gate.record import against_the_record
from safetycase.gate.signing import (
    GlassReading,
    glasses_of,
    read_glasses,
    statement_subject,
)
from safetycase.gate.stating import read_stating, reports_to_cover
from safetycase.models import BreakGlass, Issue, ReleaseStatement
from safetycase.obstacles import against_approving


def ask_break_glass(
    *,
    release: Release,
    by: User,
    why: str,
    interim_measures: str,
    expires_on: datetime.date,
    reason: str = "",
) -> BreakGlass:
    """Ask that a blocked release goes out all the same; it holds once a clinical safety officer and
    the accountable executive have both signed it.

    Raises ``NotAllowed``; ``NotPossible`` where nothing blocks, where something does that nobody
    may break, without a why, measures or a day that does, and for a record that is not whole.
    """
    product = release.product
    check_can(by, Ability.BREAK_GLASS, product)
    _refuse_if(_against_words(why, interim_measures, expires_on), "Nothing was saved.")
    gate = read_gate(product, release)
    _refuse_if(against_breaking(gate) or against_the_record(product), "Nothing was saved.")
    with act(by=by, reason=reason or why, scope=product.scope) as under_way:
        lock_product(product)
        glass = BreakGlass(
            product=product,
            release=release,
            why=why.strip(),
            interim_measures=interim_measures.strip(),
            expires_on=expires_on,
            blocked_by=_reasons(gate),
            asked_at=under_way.at,
            asked_by=by,
        )
        check_row(glass)
        glass.save()
        _tell_who_signs(glass)
    return glass


def _tell_who_signs(glass: BreakGlass) -> None:
    """Tell the officers and the executives, but for whoever asks."""
    release, product = glass.release, glass.product
    signers = current_team_of(product).filter(role__in=SIGNATORIES.values())
    for person in {each.person for each in signers if each.person_id != glass.asked_by_id}:
        tell(
            person=person,
            text=f"{glass.asked_by.name} asks for your signature, so that release {release.label} "
            f"of {product.name} goes out in spite of the gate.",
            url=reverse("break_glass", args=[product.slug, release.label, glass.public_id]),
            about_kind="break_glass",
            about_id=str(glass.public_id),
        )


def _against_words(why: str, interim_measures: str, expires_on: datetime.date) -> list[str]:
    if not said(why):
        return ["Say why the release cannot wait."]
    if not said(interim_measures):
        return ["Say what protects patients meanwhile."]
    wrong = against_day(expires_on)
    return [wrong] if wrong else []


def _reasons(gate: GateReading) -> str:
    return canonical_json(
        [
            {
                "rule": each.rule,
                "hazard": each.hazard,
                "subject": each.subject,
                "message": each.message,
            }
            for each in gate.reasons
        ]
    )


def sign_break_glass(
    *,
    glass: BreakGlass,
    by: User,
    meaning: Meaning,
    seen: str,
    confirmed: Confirmed,
    comment: str = "",
) -> SignOff:
    """Sign a break-glass release as officer (approved) or as executive (authorised).

    The gate and the record are looked at anew. Raises ``NotAllowed``; ``NotPossible`` for what is
    signed or over, for one person in both roles, and for everything that keeps it from holding.
    """
    product = glass.product
    roles = [SIGNATORIES[meaning]] if meaning in SIGNATORIES else []
    role = role_among(by, product, roles, to=f"sign this as {meaning.label.lower()}")
    gate = read_gate(product, glass.release)
    _refuse_if(against_the_record(product), "Nothing was signed.")
    default = f"{meaning.label} the release of {glass.release.label} in spite of the gate"
    with act(by=by, reason=comment.strip() or default, scope=product.scope):
        lock_product(product)
        [reading] = read_glasses([glasses_of(product).get(pk=glass.pk)])
        check_seen(reading.subject, seen)
        _refuse_if(against_signing_glass(reading, gate, by, meaning), "Nothing was signed.")
        [signed] = write_sign_offs(
            [Signing(reading.subject, meaning, role, comment)], by=by, confirmed=confirmed
        )
    return signed


def reject_break_glass(*, glass: BreakGlass, by: User, seen: str, reason: str) -> Rejection:
    """Refuse, as officer or as executive, that a release goes out in spite of the gate, and why.

    Nobody can sign it any more; another can be asked for. Whoever asked, and whoever signed it, is
    told. Raises ``NotAllowed``; ``NotPossible`` without a reason, by somebody who signed it, and
    for one that is in force, over or rejected.
    """
    product = glass.product
    roles = list(SIGNATORIES.values())
    role = role_among(by, product, roles, to="reject a release in spite of the gate")
    if not reason.strip():
        raise NotPossible("Say why you reject it: who asked has to know. Nothing was changed.")
    with act(by=by, reason=reason, scope=product.scope):
        lock_product(product)
        [reading] = read_glasses([glasses_of(product).get(pk=glass.pk)])
        check_seen(reading.subject, seen)
        _refuse_if(against_rejecting_glass(reading, by), "Nothing was changed.")
        rejection = write_rejection(reading.subject, by=by, role=role, why=reason)
        _tell_of_rejection(reading, by)
    return rejection


def _tell_of_rejection(reading: GlassReading, by: User) -> None:
    """Tell whoever asked, and whoever signed, but for who rejects it."""
    glass = reading.glass
    people = {glass.asked_by, *(each.sign_off.signed_by for each in reading.signatures.readings)}
    for person in people - {by}:
        tell(
            person=person,
            text=f"{by.name} rejected that release {glass.release.label} of {glass.product.name} "
            "goes out in spite of the gate.",
            url=reverse(
                "break_glass", args=[glass.product.slug, glass.release.label, glass.public_id]
            ),
            about_kind="break_glass",
            about_id=str(glass.public_id),
        )


def state_release(
    *,
    release: Release,
    by: User,
    covered_by: Issue | None,
    why: str,
    confirmed: Confirmed,
    reason: str = "",
) -> ReleaseStatement:
    """State and sign, as clinical safety officer, that a release changes no clinical risk and which
    report covers it (7.3.3, 7.3.4).

    Raises ``NotAllowed``; ``NotPossible`` for an officer who is not current, without a why, and
    with everything in the record that says that risk changed since that report.
    """
    product = release.product
    check_can(by, Ability.STATE_RELEASE, product)
    role = role_among(by, product, [Role.CLINICAL_SAFETY_OFFICER], to="state this")
    if not said(why):
        raise NotPossible("Say why no clinical risk changes. Nothing was signed.")
    default = f"Stated that release {release.label} changes no clinical risk"
    with act(by=by, reason=reason or default, scope=product.scope) as under_way:
        lock_product(product)
        release = Release.objects.select_for_update().get(pk=release.pk)
        release.product = product
        _refuse_if(against_approving(by, product), "Nothing was signed.")
        _refuse_if(read_stating(release, covered_by).in_the_way, "Nothing was signed.")
        if covered_by not in reports_to_cover(release):
            raise NotPossible(
                "That report is of another product, of no earlier release, or was replaced. "
                "Nothing was signed. Choose one that is offered."
            )
        statement = ReleaseStatement(
            product=product,
            release=release,
            covered_by=covered_by,
            why=why.strip(),
            stated_at=under_way.at,
            stated_by=by,
        )
        check_row(statement)
        statement.save()
        write_sign_offs(
            [Signing(statement_subject(statement), Meaning.APPROVED, role)],
            by=by,
            confirmed=confirmed,
        )
    return statement


def _refuse_if(in_the_way: list[str], outcome: str) -> None:
    if in_the_way:
        raise NotPossible(" ".join([*in_the_way, outcome]))
