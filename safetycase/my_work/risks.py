"""Residual risks that wait for a person's acceptance, and acceptances that lapsed."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import reverse

from products.permissions import Ability, Standing
from reviews.acceptance.authority import (
    Authority,
    against_accepting,
    against_any_acceptance,
    authority_of,
)
from reviews.acceptance.overview import RiskNow, asking_in, overview_of
from safetycase.my_work.todo import NOBODYS, Mine, Todo, hazards_in_words


@dataclass
class Risks:
    """What waits for the person's acceptance, and for officers what lapsed and others accept."""

    to_accept: list[Todo] = field(default_factory=list)
    lapsed: list[Todo] = field(default_factory=list)


def risks_of(mine: Mine) -> Risks:
    """Risks on the products where the person signs, counted without reading a hazard whole.

    Ten queries at most, and about fifteen more for each product on which a risk waits.
    """
    standings = mine.where(Ability.SIGN)
    risks = Risks()
    if not standings:
        return risks
    waiting: dict[int, list[RiskNow]] = defaultdict(list)
    for risk in overview_of(asking_in([each.product for each in standings.values()])):
        if risk.waiting and not risk.is_unacceptable:
            waiting[risk.hazard.product_id].append(risk)
    for key, those in waiting.items():
        standing = standings[key]
        authority = authority_of(standing.person, standing.product)
        ours = _ours(standing, authority, those)
        risks.to_accept += _to_accept(standing, ours)
        if standing.can(Ability.GOVERN_LOG):
            told = {risk.hazard.pk for risk in ours}
            others = [risk for risk in those if risk.hazard.pk not in told]
            risks.lapsed += _lapsed(mine, standing, authority, others)
    return risks


def _ours(standing: Standing, authority: Authority | None, risks: list[RiskNow]) -> list[RiskNow]:
    """Those of these risks that the person may accept as they stand."""
    return [
        risk
        for risk in risks
        if not against_any_acceptance(risk)
        and not against_accepting(risk, authority, standing.person)
    ]


def _to_accept(standing: Standing, risks: list[RiskNow]) -> Iterator[Todo]:
    if risks:
        what = "1 residual risk waits" if len(risks) == 1 else f"{len(risks)} residual risks wait"
        named = hazards_in_words([risk.hazard.display_reference for risk in risks])
        lapsed = [risk.hazard.display_reference for risk in risks if risk.lapsed]
        # Of one that lapsed nobody kept the day.
        first = [each.estimated_at for risk in risks if not risk.lapsed for each in risk.waiting]
        yield Todo(
            product=standing.product,
            sentence=f"{what} for your acceptance: {named}",
            url=reverse("acceptances", args=[standing.product.slug]),
            detail=f"Accepted before, and lapsed: {hazards_in_words(lapsed)}." if lapsed else "",
            since=min(first, default=None),
        )


def _lapsed(
    mine: Mine, standing: Standing, authority: Authority | None, risks: list[RiskNow]
) -> Iterator[Todo]:
    for risk in risks:
        for each in risk.lapsed[-1:]:
            slug, hazard = standing.product.slug, risk.hazard
            who = authority.who if authority else {}
            roles = dict.fromkeys(
                role for waits in risk.waiting for role in who.get(waits.risk_class_id, ())
            )
            yield Todo(
                product=standing.product,
                sentence=f"The acceptance of {hazard.display_reference} lapsed: {hazard.name}",
                url=reverse("hazard_detail", args=[slug, hazard.reference]),
                detail=" ".join(each.reasons),
                tone="warn",
                whose=mine.move(standing, roles, but_for_me=True) if roles else NOBODYS,
            )
