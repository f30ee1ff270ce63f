"""Who may do what on a product: one table, asked by buttons and by actions alike.

A person's *standing* on a product is their roles today. ``check_…`` raises ``NotAllowed`` with a
sentence; ``can(…)`` answers from the same table.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from audit.errors import NotAllowed
from products.choices import Role
from products.models import Membership, Product

_TEAM_WRITERS = frozenset(
    {
        Role.CLINICAL_SAFETY_OFFICER,
        Role.CLINICAL_PRODUCT_MANAGER,
        Role.PRODUCT_MANAGER,
        Role.CLINICIAN,
        Role.CONTRIBUTOR,
    }
)
_BRIDGE = frozenset(
    {Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER, Role.PRODUCT_MANAGER}
)

#: Who may be asked for a signature at all; what each may sign is the rule of its subject.
SIGNING_ROLES = frozenset(
    {
        Role.ACCOUNTABLE_EXECUTIVE,
        Role.CLINICAL_SAFETY_OFFICER,
        Role.CLINICAL_PRODUCT_MANAGER,
        Role.CLINICIAN,
    }
)


class Ability(Enum):
    """Something a person may be able to do on a product, with the words of a refusal."""

    READ = "read this product"
    COMMENT = "comment on things of this product"
    EDIT_LOG = "change the hazard log"
    ESTIMATE = "estimate a clinical risk"
    REVIEW = "record reviews of hazards"
    GOVERN_LOG = "decide on hazards, merge or split them, or approve the risk matrix"
    IMPORT_LOG = "import a hazard log"
    KEEP_VIEWS = "save views of the hazard log"
    LINK_FEATURES = "link features and hazards"
    MANAGE_FEATURES = "change features and releases"
    STATE_INTENDED_USE = "state the intended use"
    WRITE_REPORT = "write the safety case report"
    MAKE_DRAFT = "make and download drafts of the report"
    WRITE_PLAN = "write the clinical risk management plan"
    FREEZE = "freeze a version of the report and its hazard log"
    SIGN = "sign or reject"
    ISSUE = "issue a version of the report"
    MANAGE_TEAM = "manage the team"
    NOMINATE = "nominate the clinical safety officer and the accountable executive"
    RAISE_CONCERN = "raise a concern, ask a question or record dissent"
    TRIAGE = "triage features and changes"
    ANSWER_TRIAGE = "answer a triage for the clinical side"
    HANDLE_CONCERNS = "say what becomes of a concern"
    MEET = "run sessions and checkpoints"
    KEEP_GLOSSARY = "change the glossary"
    WRITE_STORIES = "turn controls into stories"
    WRITE_DECISIONS = "write decisions"
    WRITE_CHARTER = "write the safety charter"
    AGREE = "sign for the clinical or for the product side"
    WRITE_RISK_BENEFIT = "write a clinical risk–benefit analysis"
    BREAK_GLASS = "release in spite of the gate"
    STATE_RELEASE = "state that a release changes no clinical risk"
    MAKE_TOKENS = "make tokens for programs"
    CONNECT_TRACKERS = "connect a tracker"


ROLES_THAT_MAY: dict[Ability, frozenset[Role]] = {
    Ability.READ: frozenset(Role),
    # An auditor changes nothing, and a comment is in the record.
    Ability.COMMENT: frozenset(Role) - {Role.AUDITOR},
    Ability.EDIT_LOG: _TEAM_WRITERS,
    Ability.ESTIMATE: frozenset(
        {Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER, Role.CLINICIAN}
    ),
    Ability.REVIEW: frozenset(
        {Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER, Role.CLINICIAN}
    ),
    Ability.GOVERN_LOG: frozenset({Role.CLINICAL_SAFETY_OFFICER}),
    Ability.IMPORT_LOG: frozenset({Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER}),
    Ability.KEEP_VIEWS: _TEAM_WRITERS | {Role.ACCOUNTABLE_EXECUTIVE},
    Ability.LINK_FEATURES: _TEAM_WRITERS,
    Ability.MANAGE_FEATURES: _BRIDGE,
    Ability.STATE_INTENDED_USE: _BRIDGE,
    Ability.WRITE_REPORT: frozenset(
        {Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER, Role.CLINICIAN}
    ),
    Ability.MAKE_DRAFT: _TEAM_WRITERS | {Role.ACCOUNTABLE_EXECUTIVE},
    Ability.WRITE_PLAN: frozenset({Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER}),
    Ability.FREEZE: frozenset({Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER}),
    Ability.SIGN: SIGNING_ROLES,
    Ability.ISSUE: frozenset(
        {
            Role.ACCOUNTABLE_EXECUTIVE,
            Role.CLINICAL_SAFETY_OFFICER,
            Role.CLINICAL_PRODUCT_MANAGER,
        }
    ),
    Ability.MANAGE_TEAM: frozenset(
        {
            Role.ACCOUNTABLE_EXECUTIVE,
            Role.CLINICAL_SAFETY_OFFICER,
            Role.CLINICAL_PRODUCT_MANAGER,
        }
    ),
    Ability.NOMINATE: frozenset({Role.ACCOUNTABLE_EXECUTIVE}),
    Ability.RAISE_CONCERN: frozenset(Role) - {Role.AUDITOR},
    Ability.TRIAGE: _TEAM_WRITERS,
    # "Needs the clinical safety officer" is answered by one.
    Ability.ANSWER_TRIAGE: frozenset({Role.CLINICAL_SAFETY_OFFICER}),
    Ability.HANDLE_CONCERNS: frozenset(
        {Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER}
    ),
    Ability.MEET: _TEAM_WRITERS,
    Ability.KEEP_GLOSSARY: _TEAM_WRITERS,
    Ability.WRITE_STORIES: _TEAM_WRITERS,
    Ability.WRITE_DECISIONS: _TEAM_WRITERS,
    Ability.WRITE_CHARTER: _BRIDGE,
    # Who signs for which side is the rule of what is signed.
    Ability.AGREE: SIGNING_ROLES | {Role.PRODUCT_MANAGER},
    Ability.WRITE_RISK_BENEFIT: frozenset(
        {Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER, Role.CLINICIAN}
    ),
    Ability.BREAK_GLASS: frozenset({Role.CLINICAL_SAFETY_OFFICER, Role.ACCOUNTABLE_EXECUTIVE}),
    Ability.STATE_RELEASE: frozenset({Role.CLINICAL_SAFETY_OFFICER}),
    # A token may never do more than the person who made it.
    Ability.MAKE_TOKENS: _TEAM_WRITERS | {Role.ACCOUNTABLE_EXECUTIVE},
    Ability.CONNECT_TRACKERS: _BRIDGE,
}

#: What an administrator may do on any product without a role. None of it is clinical.
ADMINISTRATORS_MAY = frozenset({Ability.MANAGE_TEAM, Ability.NOMINATE})

#: Roles that top management or an administrator gives (clause 2.2.1).
NOMINATED_ROLES = frozenset({Role.CLINICAL_SAFETY_OFFICER, Role.ACCOUNTABLE_EXECUTIVE})


@dataclass(frozen=True)
class Standing:
    """A person's roles on a product on one day."""

    person: User
    product: Product
    roles: frozenset[Role]

    @property
    def is_on_team(self) -> bool:
        """Whether the person has any role today."""
        return bool(self.roles)

    @property
    def role_in_words(self) -> str:
        """Their foremost role as the header prints it, or ''."""
        for role in Role:
            if role in self.roles:
                return role.label
        return ""

    def can(self, ability: Ability) -> bool:
        """Whether the person may do this."""
        if not self.person.is_active:
            return False
        if self.roles & ROLES_THAT_MAY[ability]:
            return True
        return ability in ADMINISTRATORS_MAY and self.person.is_administrator

    def check(self, ability: Ability) -> None:
        """Raise ``NotAllowed`` with a sentence that names who may, unless the person may."""
        if self.can(ability):
            return
        who = ", ".join(role.label.lower() for role in Role if role in ROLES_THAT_MAY[ability])
        raise NotAllowed(
            f"Your role on {self.product.name} does not let you {ability.value}. "
            f"Nothing was changed. These roles may: {who}. Ask one of them, or ask for the role."
        )


def current_memberships(on: datetime.date | None = None) -> Q:
    """The condition that a membership holds on a day (today unless given)."""
    day = on or timezone.localdate()
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def roles_in_words(roles: Iterable[Role]) -> str:
    """Roles, any one of which may: “clinician or product manager”; '' without any."""
    return " or ".join(role.label.lower() for role in roles)


def standing_of(person: User, product: Product) -> Standing:
    """The person's standing today. One query."""
    roles = Membership.objects.filter(
        current_memberships(), product=product, person=person
    ).values_list("role", flat=True)
    return Standing(person, product, frozenset(Role(role) for role in roles))


def check_can(person: User, ability: Ability, product: Product) -> None:
    """What an action asks before it writes; raises ``NotAllowed``."""
    if person.is_system:
        return  # a command that nobody's name was given to; it is named in the record
    standing_of(person, product).check(ability)
