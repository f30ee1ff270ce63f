"""The only way that a view gets a risk–benefit analysis.

Everybody on the team reads them and a stranger gets 404. Whoever sends a signature without the role
that gives it gets 403 with the sentence.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from hazards.access import HazardAt, hazard_for
from products.access import AtProduct, product_for, product_for_reading
from products.choices import Role
from products.permissions import Ability, Standing
from reviews.actions.risk_benefits import DEEDS, SIGNATORIES
from reviews.actions.signing import role_among
from reviews.choices import Meaning
from reviews.models import RiskBenefit
from reviews.risk_benefit.reading import analyses_of


@dataclass(frozen=True)
class AnalysisAt(AtProduct):
    """An analysis, and the standing of the person who looks at it."""

    analysis: RiskBenefit

    @property
    def may_write(self) -> bool:
        """Whether the person writes analyses."""
        return self.standing.can(Ability.WRITE_RISK_BENEFIT)

    @property
    def signs_as(self) -> list[Meaning]:
        """What the person's roles let them sign it as."""
        return [each for each, role in SIGNATORIES.items() if role in self.standing.roles]


def hazard_to_weigh(request: HttpRequest, slug: str, reference: str) -> HazardAt:
    """A hazard, for who may begin an analysis of it."""
    return hazard_for(request, slug, reference, Ability.WRITE_RISK_BENEFIT)


def analysis_for_reading(request: HttpRequest, slug: str, number: int) -> AnalysisAt:
    """An analysis, for everybody on the team."""
    return _analysis(product_for_reading(request, slug), number)


def analysis_for_writing(request: HttpRequest, slug: str, number: int) -> AnalysisAt:
    """An analysis, for who writes it."""
    return _analysis(product_for(request, slug, Ability.WRITE_RISK_BENEFIT), number)


def analysis_for_signing(
    request: HttpRequest, slug: str, number: int, meaning: str
) -> tuple[AnalysisAt, Meaning]:
    """An analysis to sign as this; whoever may not still reads what would be signed.

    Raises ``NotAllowed`` when they send a signature.
    """
    if meaning not in SIGNATORIES:
        raise Http404
    at, signed_as = analysis_for_reading(request, slug, number), Meaning(meaning)
    if request.method == "POST":
        role_among(at.person, at.product, [SIGNATORIES[signed_as]], to=DEEDS[signed_as])
    return at, signed_as


def analysis_for_rejecting(request: HttpRequest, slug: str, number: int) -> AnalysisAt:
    """An analysis, for those who could sign it. Raises ``NotAllowed``."""
    at = analysis_for_reading(request, slug, number)
    roles: list[Role] = list(SIGNATORIES.values())
    role_among(at.person, at.product, roles, to="reject a risk–benefit analysis")
    return at


def _analysis(standing: Standing, number: int) -> AnalysisAt:
    found = analyses_of(standing.product).filter(number=number).first()
    if found is None:
        raise Http404
    found.product = standing.product
    return AnalysisAt(standing, found)
