"""What keeps somebody from releasing in spite of the gate: one rule for pages and actions."""

import datetime

from django.utils import timezone

from accounts.models import User
from products.choices import ReleaseState, Role
from reviews.choices import Meaning
from reviews.plan.reading import current_officer, officers_of
from safetycase.gate.findings import never_broken
from safetycase.gate.reading import GateReading
from safetycase.gate.signing import GlassReading, longest_break_glass

#: Who signs a break-glass release as what.
SIGNATORIES: dict[Meaning, Role] = {
    Meaning.APPROVED: Role.CLINICAL_SAFETY_OFFICER,
    Meaning.AUTHORISED: Role.ACCOUNTABLE_EXECUTIVE,
}


def against_breaking(gate: GateReading) -> list[str]:
    """Why this release cannot go out in spite of the gate, whoever signs; empty when it can.

    Whether the record is as it was written is asked besides (``record.against_the_record``).
    """
    release = gate.release
    if release.state in (ReleaseState.RELEASED, ReleaseState.WITHDRAWN):
        return [f"Release {release.label} is {release.get_state_display().lower()} already."]
    if gate.verdict.passes:
        return ["Nothing blocks it, so there is nothing to break."]
    # A report tells what was so when it was frozen: what the record says now nobody breaks either.
    never = [each for each in gate.reasons if not each.may_be_broken]
    told = {each.told_by for each in never}
    never += [each for each in never_broken(gate.live) if each.told_by not in told]
    found = [
        f"{each.rule}{f' on {each.hazard}' if each.hazard else ''} may not be broken by anybody: "
        f"{each.message}"
        for each in never
    ]
    if not any(officer.is_current for officer in officers_of(gate.product)) and not any(
        each.rule == "PE01" for each in never
    ):
        found.append("No clinical safety officer is current, so nobody may break the glass.")
    return found


def against_day(expires_on: datetime.date) -> str:
    """Why a break-glass release cannot last until this day, or ''."""
    today, days = timezone.localdate(), longest_break_glass()
    latest = today + datetime.timedelta(days=days)
    if today <= expires_on <= latest:
        return ""
    return (
        f"It lasts {days} days at most and ends today at the earliest: choose a day up to "
        f"{latest:%-d %B %Y}."
    )


def against_rejecting_glass(reading: GlassReading, by: User) -> list[str]:
    """Why a person whose role signs it cannot refuse this one now; empty when they can."""
    if reading.is_rejected:
        return ["It was rejected already."]
    if reading.is_over:
        return [f"It was to hold until {reading.glass.expires_on:%-d %B %Y}, which has passed."]
    if reading.is_signed:
        return ["Both have signed it, so it is in force. Who signed it may withdraw that."]
    if any(reading.signatures.current_by(by.pk, meaning) for meaning in SIGNATORIES):
        return ["You have signed it: withdraw your signature instead."]
    return []


def against_signing_glass(
    reading: GlassReading, gate: GateReading, by: User, meaning: Meaning
) -> list[str]:
    """Why a person whose role signs it cannot sign this one now; empty when they can."""
    if reading.is_over:
        return [f"It was to hold until {reading.glass.expires_on:%-d %B %Y}, which has passed."]
    if reading.is_rejected:
        return ["It was rejected: ask for another, with what was missing."]
    if reading.signatures.current(meaning):
        return [f"It is {meaning.label.lower()} already."]
    other = Meaning.AUTHORISED if meaning is Meaning.APPROVED else Meaning.APPROVED
    found = []
    if reading.signatures.current_by(by.pk, other):
        found.append("You have signed it for the other role: somebody else signs it for this one.")
    if meaning is Meaning.APPROVED:
        officer = current_officer(by, gate.product)
        found += officer.problems if officer else ["You are no current clinical safety officer."]
    new = [each for each in gate.reasons if each.told_by not in reading.breaks]
    if new:
        where = f" on {new[0].hazard}" if new[0].hazard else ""
        found.append(
            f"Since it was asked for, {len(new)} more {'blocks' if len(new) == 1 else 'block'} the "
            f"release ({new[0].rule}{where}), which it does not name: ask for it again."
        )
    return [*found, *against_breaking(gate)]
