"""The team as its page shows it: who is on it, who can sign in, and what is missing."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from accounts.queries import standing_of_sign_in
from products.choices import Role
from products.models import Membership
from products.permissions import NOMINATED_ROLES, Ability, Standing


@dataclass(frozen=True)
class TeamRow:
    """A role of a person with what the page says and offers beside it."""

    membership: Membership
    word: str
    tone: str
    can_change: bool
    can_invite: bool
    invitation_is_open: bool


@dataclass
class TeamGroups:
    """The roles that hold today, begin later, or are over; and what is missing today."""

    today: list[TeamRow] = field(default_factory=list)
    coming: list[TeamRow] = field(default_factory=list)
    past: list[TeamRow] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def may_change(standing: Standing, membership: Membership) -> bool:
    """Whether the role is one that the person may change or end: never their own."""
    is_nominated = membership.role in NOMINATED_ROLES
    may = standing.can(Ability.NOMINATE if is_nominated else Ability.MANAGE_TEAM)
    return may and membership.person_id != standing.person.pk


def roles_to_give(standing: Standing) -> list[Role]:
    """The roles that the person may give to others, in their order."""
    needed = {True: Ability.NOMINATE, False: Ability.MANAGE_TEAM}
    return [role for role in Role if standing.can(needed[role in NOMINATED_ROLES])]


def team_groups(
    memberships: Iterable[Membership], standing: Standing, today: datetime.date
) -> TeamGroups:
    """Sort the roles of ``team_with_invitations`` by time, in the order of roles. No queries."""
    order = [role.value for role in Role]
    groups = TeamGroups()
    for membership in sorted(
        memberships, key=lambda each: (order.index(each.role), each.is_deputy, each.starts_on)
    ):
        row = _row(membership, standing)
        if membership.starts_on > today:
            groups.coming.append(row)
        elif membership.ends_on is not None and membership.ends_on < today:
            groups.past.append(row)
        else:
            groups.today.append(row)
    groups.missing = missing_from([row.membership for row in groups.today])
    return groups


def missing_from(current: Sequence[Membership]) -> list[str]:
    """What a team still needs, as sentences."""
    sentences = []
    leading = [each for each in current if not each.is_deputy]
    for role in (Role.ACCOUNTABLE_EXECUTIVE, Role.CLINICAL_SAFETY_OFFICER):
        if not any(each.role == role for each in leading):
            sentences.append(f"Nobody is nominated as {role.label.lower()}.")
    for each in current:
        if each.role != Role.CLINICAL_SAFETY_OFFICER:
            continue
        profile = each.person.profile
        if not profile.registration_number:
            sentences.append(
                f"{profile.name} is clinical safety officer without a professional registration."
            )
        elif profile.registration_checked_on is None:
            sentences.append(
                f"Nobody has looked up {profile.name}’s registration in the register yet."
            )
    return sentences


def _row(membership: Membership, standing: Standing) -> TeamRow:
    letters = getattr(membership.person, "letters", [])
    newest = letters[0] if letters else None
    word, tone = standing_of_sign_in(membership.person, newest)
    can_manage = standing.can(Ability.MANAGE_TEAM)
    return TeamRow(
        membership=membership,
        word=word,
        tone=tone,
        can_change=may_change(standing, membership),
        can_invite=can_manage and word in ("not invited", "invitation expired", "invited"),
        invitation_is_open=word == "invited",
    )
