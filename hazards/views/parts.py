"""What the parts of the hazard page need."""

from typing import Any

from hazards.access import HazardAt
from hazards.choices import HazardState
from hazards.hazard_page import approved_version_of, page_of
from hazards.reading import read_hazards
from products.permissions import Ability


def parts_context(at: HazardAt) -> dict[str, Any]:
    """The context of every part. Ten queries, whatever is on the hazard."""
    hazard = at.hazard
    page = page_of(read_hazards([hazard])[0])
    approved = approved_version_of(hazard)
    return {
        "at": at,
        "hazard": hazard,
        "product": at.product,
        "page": page,
        "reading": page.reading,
        "may_edit": at.may(Ability.EDIT_LOG),
        "may_comment": at.standing.can(Ability.COMMENT),
        "may_estimate": at.may(Ability.ESTIMATE),
        "may_govern": at.standing.can(Ability.GOVERN_LOG),
        "may_link": at.may(Ability.LINK_FEATURES),
        "is_draft": hazard.state == HazardState.DRAFT,
        "is_withdrawn": hazard.state == HazardState.WITHDRAWN,
        "is_in_the_log": at.is_in_the_log,
        "is_approved": approved is not None,
        "is_changed_since_approval": approved is not None and approved != hazard.content_version,
    }
