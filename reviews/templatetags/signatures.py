"""Signatures, appointments and acceptances as pages show them, those of lower packages too.

Usage: ``{% load signatures %}{% include "components/signature.html" with signature=reading %}``.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from django import template
from django.utils import timezone

from accounts.credentials import PASSWORD
from hazards.models import Hazard
from hazards.presentation import chip_of
from hazards.queries import IN_THE_LOG
from hazards.reading import HazardReading
from products.choices import Role
from products.models import Membership, Product
from reviews.acceptance.reading import AcceptedRisk, acceptances_once
from reviews.choices import Meaning, SignatureState
from reviews.plan.reading import Officer, read_officers

register = template.Library()

_METHODS = {PASSWORD: "by their password, given anew at signing"}
_TONES = {
    SignatureState.CURRENT: "good",
    SignatureState.OUT_OF_DATE: "warn",
    SignatureState.WITHDRAWN: "bad",
}
SHORT = 12  # characters of a fingerprint that people compare at a glance


class RowOfTeam(Protocol):
    """A row of the team's table."""

    membership: Membership


@register.filter
def both_zones(value: datetime) -> str:
    """``3 May 2026, 09:42:10 UTC (10:42 BST, Europe/London)``: a moment in UTC and as it was here.

    The day is said again where it was another one here.
    """
    there, here = value.astimezone(UTC), timezone.localtime(value)
    day = f"{here:%-d %B %Y}, " if here.date() != there.date() else ""
    zone = timezone.get_current_timezone_name()
    name = here.tzname() or ""
    words = zone if name in ("", zone) else f"{name}, {zone}"
    return f"{there:%-d %B %Y, %H:%M:%S} UTC ({day}{here:%H:%M} {words})"


@register.filter
def short_fingerprint(value: str) -> str:
    """The first characters of a fingerprint, in fours."""
    return " ".join(value[at : at + 4] for at in range(0, min(len(value), SHORT), 4))


@register.filter
def method_in_words(method: str) -> str:
    """How a person proved at signing who they are."""
    return _METHODS.get(method, method)


@register.filter
def tone_of(state: str) -> str:
    """The tone of ``components/status.html`` for the state of a signature."""
    return _TONES[SignatureState(state)]


@register.simple_tag
def officers_among(rows: Iterable[RowOfTeam], product: Product) -> dict[int, Officer]:
    """The clinical safety officers of a table of the team, by membership. Two queries, or none."""
    members = [
        row.membership for row in rows if row.membership.role == Role.CLINICAL_SAFETY_OFFICER
    ]
    for member in members:
        member.product = product
    return {each.membership.pk: each for each in read_officers(members)} if members else {}


@register.filter
def officer_of(officers: Mapping[int, Officer], membership: Membership) -> Officer | None:
    """The officer whose membership this is."""
    return officers.get(membership.pk)


@register.filter
def is_appointed(officer: Officer) -> bool:
    """Whether the accountable executive's signature under the appointment stands."""
    return bool(officer.signatures.current(Meaning.AUTHORISED))


@register.inclusion_tag("reviews/_risk_acceptance.html", takes_context=True)
def risk_acceptance(
    context: dict[str, Any], reading: HazardReading, product: Product
) -> dict[str, Any]:
    """Whether a hazard's residual risk is accepted, waits or lapsed. Two queries, one more where it
    is; or none. Where it is unacceptable, what was weighed of it."""
    risk, is_in_the_log = AcceptedRisk(reading), reading.hazard.state in IN_THE_LOG
    if (risk.needing or risk.unacceptable) and is_in_the_log:
        [risk] = acceptances_once([reading])
    hazard: Hazard = reading.hazard
    accepted = [
        (each, chip_of(estimate, reading.residual.is_provisional))
        for estimate in risk.needing
        if (each := risk.standing_for(estimate)) is not None
    ]
    return {
        "risk": risk,
        "hazard": hazard,
        "product": product,
        "accepted": accepted,
        "is_unacceptable": risk.is_unacceptable,
        "is_shown": is_in_the_log and bool(risk.unacceptable or risk.needing),
        "request": context.get("request"),
        "csrf_token": context.get("csrf_token"),
    }
