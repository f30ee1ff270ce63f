"""Who may say what in the log, where a role's abilities alone do not tell: pairs that ask or raise.

A verified control rests on evidence that names its verifier. So what a verifier vouches for is said
by the verifier, or by somebody with a clinical role who answers for having asked them.
"""

from collections.abc import Collection

from accounts.models import User
from audit.errors import NotAllowed
from hazards.choices import EvidenceState
from hazards.models import Evidence, SavedView
from products.choices import Role
from products.models import Product
from products.permissions import Ability, Standing, standing_of

#: Who may name somebody else as the verifier, and speak for them.
SPEAK_FOR_VERIFIERS = frozenset(
    {Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER, Role.CLINICIAN}
)

#: What a verifier vouches for, once evidence is obtained.
VOUCHED_FOR = frozenset(
    {
        "state",
        "of",
        "result",
        "dated_on",
        "release_id",
        "verifier_id",
        "file_id",
        "link",
        "valid_until",
    }
)


def can_speak_for_verifiers(by: User, product: Product) -> bool:
    """Whether this person may name somebody else as the verifier of evidence."""
    return by.is_system or bool(standing_of(by, product).roles & SPEAK_FOR_VERIFIERS)


def check_verifier(by: User, evidence: Evidence, changed: Collection[str]) -> None:
    """Raise ``NotAllowed`` where evidence, as it would be saved, says what its verifier says.

    Everybody who writes the log records evidence without a verifier, or as its verifier.
    ``changed`` are the columns that would be written.
    """
    verifier = evidence.verifier_id
    if verifier in (None, by.pk) or can_speak_for_verifiers(by, evidence.product):
        return
    is_said_for_them = evidence.state == EvidenceState.OBTAINED and VOUCHED_FOR & set(changed)
    if "verifier_id" in changed or is_said_for_them:
        raise NotAllowed(
            "What a verifier saw is recorded by the verifier: leave the verifier empty, or choose "
            "yourself where you looked at it. A clinical safety officer, a clinical product "
            "manager or a clinician may name somebody else. Nothing was saved."
        )


def may_change_view(view: SavedView, standing: Standing) -> bool:
    """Whether a saved view is the person's own, or the team's and they keep the log in order."""
    if view.owner_id == standing.person.pk:
        return standing.can(Ability.KEEP_VIEWS)
    return view.is_shared and standing.can(Ability.GOVERN_LOG)


def check_may_change_view(view: SavedView, by: User) -> None:
    """Raise ``NotAllowed`` unless the person may change this saved view."""
    standing = standing_of(by, view.product)
    standing.check(Ability.KEEP_VIEWS)
    if not may_change_view(view, standing):
        raise NotAllowed(
            f"The view “{view.name}” is somebody else’s. Nothing was changed. "
            "Save what it shows as a view of your own, or ask the clinical safety officer."
        )
