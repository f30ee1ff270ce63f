"""The only way that a view gets a finding, a waiver or a list of legacy findings.

A stranger gets 404, a team member who may only read gets 403 where something would change.
"""

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest

from hazards.access import hazard_for
from hazards.models import ChallengeAnswer, Hazard, LegacyList, Waiver
from hazards.quality.catalogue import rule_of
from hazards.quality.checking import Checked, found_now
from hazards.quality.marks import lists_of, waivers_of
from hazards.quality.rule import RULES, Rule
from hazards.quality.worklist import NO_SUBJECT, OF_PRODUCT
from products.access import AtProduct, product_for, product_for_reading
from products.permissions import Ability, Standing


@dataclass(frozen=True)
class FindingAt(AtProduct):
    """A finding, what it is on, and the standing of the person who looks at it."""

    hazard: Hazard | None
    found: Checked

    @property
    def rule(self) -> Rule:
        """The rule that found it."""
        return rule_of(self.found.rule)

    @property
    def about(self) -> str:
        """What it is about: the hazard's reference, or the product's name."""
        return self.hazard.display_reference if self.hazard else self.product.name


def finding_for_editing(
    request: HttpRequest, slug: str, rule: str, about: str, subject: str
) -> FindingAt | None:
    """A finding as the rules make it now, for a person who changes the log; None where they do not
    make it any more. Raises ``Http404`` for a rule or a hazard that is none."""
    if rule not in RULES:
        raise Http404
    hazard = None
    if about == OF_PRODUCT:
        standing = product_for(request, slug, Ability.EDIT_LOG)
    else:
        at = hazard_for(request, slug, about, Ability.EDIT_LOG)
        standing, hazard = at.standing, at.hazard
    found = found_now(standing.product, hazard, rule, "" if subject == NO_SUBJECT else subject)
    return FindingAt(standing, hazard, found) if found else None


def answer_to(at: FindingAt) -> ChallengeAnswer | None:
    """The team's answer to the question behind a finding."""
    found: ChallengeAnswer | None = ChallengeAnswer.objects.filter(
        product=at.product, hazard=at.hazard, rule=at.found.rule, subject=at.found.subject
    ).first()
    return found


def waiver_for_withdrawing(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> tuple[Standing, Waiver]:
    """A waiver that nobody took back yet, for who may: an officer's for an officer.

    Raises ``Http404`` and ``NotAllowed``.
    """
    standing = product_for(request, slug, Ability.EDIT_LOG)
    waiver = waivers_of(standing.product).filter(public_id=public_id).first()
    if waiver is None:
        raise Http404
    if waiver.level == "blocks":
        standing.check(Ability.GOVERN_LOG)
    waiver.product = standing.product
    return standing, waiver


def legacy_list_for_reading(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> tuple[Standing, LegacyList]:
    """A list of legacy findings, for everybody on the team; raises ``Http404``."""
    standing = product_for_reading(request, slug)
    legacy = lists_of(standing.product).filter(public_id=public_id).first()
    if legacy is None:
        raise Http404
    legacy.product = standing.product
    return standing, legacy
