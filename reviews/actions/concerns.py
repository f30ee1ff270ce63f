"""Concerns: raising one in fifteen seconds, and saying what became of it."""

from typing import Any

from django.urls import reverse

from accounts.actions.notifications import tell
from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.errors import NotPossible
from hazards.actions.raising import raise_hazard
from hazards.models import Hazard
from products.choices import Role
from products.models import Product
from products.permissions import Ability, check_can
from products.queries import people_on_team
from reviews.choices import ConcernOutcome
from reviews.models import Concern
from reviews.rhythm.covering import why_not_cover

PAGE_LIMIT = 500  # characters
ABOUT_LIMIT = 300  # characters
SHOWN = 120  # characters of a concern in a sentence


def raise_concern(
    *,
    product: Product,
    by: User,
    text: str,
    page: str = "",
    about: str = "",
    reason: str = "",
) -> Concern:
    """Say that one is worried; no scoring. Whoever handles concerns is told.

    ``page`` is the path of the page on which it was raised, ``about`` that page's heading. Raises
    ``NotAllowed``; ``NotPossible`` without words; ``BadText``.
    """
    check_can(by, Ability.RAISE_CONCERN, product)
    if not text.strip():
        raise NotPossible("Say what worries you. Nothing was saved.")
    with act(by=by, reason=reason or "Raised a concern", scope=product.scope) as under_way:
        concern = Concern(
            product=product,
            text=text.strip(),
            page=page if len(page) <= PAGE_LIMIT else "",
            about=about.strip()[:ABOUT_LIMIT],
            raised_at=under_way.at,
            raised_by=by,
        )
        check_row(concern)
        concern.save()
        handled_by = [Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER]
        for person in people_on_team(product, handled_by):
            if person.pk != by.pk:
                url = reverse("concern_detail", args=[product.slug, concern.public_id])
                _tell(person, f"{by.name} is concerned: {_short(concern.text)}", url, concern)
    return concern


def answer_concern(
    *,
    concern: Concern,
    by: User,
    outcome: ConcernOutcome,
    answer: str = "",
    hazard: Hazard | None = None,
    reason: str = "",
) -> Concern:
    """Say what became of a concern; whoever raised it is told.

    Raises ``NotAllowed``; ``NotPossible`` without an answer, without the hazard that was raised or
    covers it, for one that does not stand in the log, or where somebody has answered it;
    ``BadText``.
    """
    product = concern.product
    check_can(by, Ability.HANDLE_CONCERNS, product)
    refusal = _why_not(outcome, answer, hazard)
    if refusal is None and hazard is not None:
        refusal = why_not_cover(product, hazard)
    if refusal:
        raise NotPossible(refusal)
    words = f"Answered a concern: {outcome.label.lower()}"
    with act(by=by, reason=reason or words, scope=product.scope) as under_way:
        locked = Concern.objects.select_for_update().get(pk=concern.pk)
        if locked.answered_at is not None:
            raise NotPossible(
                "Somebody has answered this concern meanwhile. Nothing was saved; what you wrote "
                "stands here. Read their answer first."
            )
        locked.outcome, locked.answer = outcome, answer.strip()
        locked.hazard = hazard
        locked.answered_at, locked.answered_by = under_way.at, by
        check_row(locked)
        locked.save()
        if locked.raised_by_id != by.pk:
            url = f"{reverse('concern')}#concern-{locked.public_id}"
            said = f"{by.name} answered your concern: {outcome.label.lower()}"
            _tell(locked.raised_by, said, url, locked)
    return locked


def answer_concern_with_hazard(
    *, concern: Concern, by: User, name: str, answer: str = "", reason: str = "", **values: Any
) -> Concern:
    """Raise a hazard with the concern's own words as its description, and answer with it.

    ``values`` are those of ``raise_hazard``. Raises as ``answer_concern`` and ``raise_hazard`` do.
    """
    product = concern.product
    check_can(by, Ability.HANDLE_CONCERNS, product)
    with act(by=by, reason=reason or "Raised a hazard from a concern", scope=product.scope):
        hazard = raise_hazard(
            product=product,
            by=by,
            name=name,
            **{"description": f"{concern.raised_by.name} was concerned: {concern.text}"} | values,
        )
        return answer_concern(
            concern=concern, by=by, outcome=ConcernOutcome.HAZARD, answer=answer, hazard=hazard
        )


def _why_not(outcome: ConcernOutcome, answer: str, hazard: Hazard | None) -> str | None:
    if outcome in (ConcernOutcome.HAZARD, ConcernOutcome.KNOWN):
        if hazard is None:
            return "Say which hazard: its reference, like HAZ-004. Nothing was saved."
        return None
    if hazard is not None:
        return "A hazard is named where one was raised or covers it. Nothing was saved."
    if not answer.strip():
        return "Tell whoever raised it what is done, or why there is no risk. Nothing was saved."
    return None


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"


def _tell(person: User, text: str, url: str, concern: Concern) -> None:
    tell(
        person=person,
        text=text,
        url=url,
        about_kind="concern",
        about_id=str(concern.public_id),
    )
