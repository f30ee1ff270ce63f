"""How far a version is: frozen, reviewed, approved, authorised, issued, and who is asked next."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from products.models import Membership
from products.permissions import ROLES_THAT_MAY, Ability, roles_in_words
from reviews.choices import Meaning
from reviews.models import SignOff
from safetycase.issuing_rules import VersionFacts, VersionState, why_not_sign
from safetycase.obstacles import SIGNING_ROLES
from safetycase.versions.reading import PARTS, VersionReading


class StepState(Enum):
    """Where a step stands; the value is what is read aloud."""

    DONE = "done"
    NOW = "next"
    LATER = "not yet"
    NOT_ASKED = "not asked for"
    STOPPED = "will not happen"


@dataclass(frozen=True)
class Step:
    """A step of a version: who took it and when, or who is asked for it."""

    label: str
    state: StepState
    by: Sequence[str] = ()
    at: datetime.datetime | None = None
    asked: Sequence[str] = field(default_factory=tuple)
    note: str = ""


def steps_of(reading: VersionReading, team: Sequence[Membership]) -> list[Step]:
    """The five steps. ``team`` are today's roles with their people."""
    baseline = reading.baseline
    frozen = Step("Frozen", StepState.DONE, [baseline.frozen_by.name], at=baseline.frozen_at)
    signed = [_signed(reading, meaning, team) for meaning in SIGNING_ROLES]
    return [frozen, *signed, _issued(reading, team)]


def _signed(reading: VersionReading, meaning: Meaning, team: Sequence[Membership]) -> Step:
    given = _signatures(reading, meaning)
    if given and (reading.issue is not None or _counts(reading.facts, meaning)):
        people = list(dict.fromkeys(each.signer_name for each in given))
        return Step(meaning.label, StepState.DONE, people, at=given[-1].signed_at)
    if meaning is Meaning.AUTHORISED and not reading.needs_authorisation:
        return Step(meaning.label, StepState.NOT_ASKED, note="The plan does not ask for it.")
    if not _is_open(reading):
        return Step(meaning.label, StepState.STOPPED)
    asked = people_asked(reading, meaning, team)
    if asked:
        return Step(meaning.label, StepState.NOW, asked=asked, note=_note(reading, meaning))
    return Step(meaning.label, StepState.LATER, note=_nobody(reading.facts, meaning, team))


def _issued(reading: VersionReading, team: Sequence[Membership]) -> Step:
    issue = reading.issue
    if issue is not None:
        return Step("Issued", StepState.DONE, [issue.issued_by.name], at=issue.issued_at)
    if reading.state is VersionState.READY:
        who = _names(each for each in team if each.role in ROLES_THAT_MAY[Ability.ISSUE])
        return Step("Issued", StepState.NOW, asked=who)
    return Step("Issued", StepState.LATER if _is_open(reading) else StepState.STOPPED)


def people_asked(
    reading: VersionReading, meaning: Meaning, team: Sequence[Membership]
) -> list[str]:
    """The names of those whose signature of this meaning could be given now, in the team's order.

    Four eyes are asked for, and not yet whether an officer is current: they are told when they try.
    """
    return _names(
        each
        for each in team
        if each.role in SIGNING_ROLES[meaning]
        and why_not_sign(reading.facts, each.person_id, meaning) is None
    )


def is_asked_for(reading: VersionReading, meaning: Meaning) -> bool:
    """Whether a version that is not issued still lacks what a signature of this meaning gives."""
    if meaning is Meaning.AUTHORISED and not reading.needs_authorisation:
        return False
    return _is_open(reading) and not _counts(reading.facts, meaning)


def _is_open(reading: VersionReading) -> bool:
    return reading.state in (VersionState.IN_REVIEW, VersionState.READY)


def _counts(facts: VersionFacts, meaning: Meaning) -> bool:
    """Whether what was signed with this meaning is what issuing asks for."""
    if meaning is Meaning.REVIEWED:
        return bool(facts.reviewers)
    if meaning is Meaning.APPROVED:
        return all(facts.approvers(kind) for kind in PARTS)
    return bool(facts.people(meaning))


def _signatures(reading: VersionReading, meaning: Meaning) -> list[SignOff]:
    """The signatures of one meaning that still speak, the oldest first."""
    return sorted(
        (
            each.sign_off
            for signatures in reading.signatures.values()
            for each in signatures.current(meaning)
        ),
        key=lambda each: each.pk,
    )


def _note(reading: VersionReading, meaning: Meaning) -> str:
    if meaning is Meaning.APPROVED and not reading.officers:
        return "No clinical safety officer is current."
    return ""


def _nobody(facts: VersionFacts, meaning: Meaning, team: Sequence[Membership]) -> str:
    """Why a step that is still open asks nobody, where the team is the reason, or ''."""
    able = [each for each in team if each.role in SIGNING_ROLES[meaning]]
    if not able:
        roles = roles_in_words(SIGNING_ROLES[meaning])
        return f"Nobody on the team is {roles}."
    if meaning is Meaning.REVIEWED and {each.person_id for each in able} <= {facts.author}:
        return "Nobody but its author could review it."
    return ""


def _names(members: Iterable[Membership]) -> list[str]:
    return list(dict.fromkeys(each.person.name for each in members))
