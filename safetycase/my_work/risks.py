"""Residual risks that wait for a person's acceptance, and acceptances that lapsed."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import reverse

from products.permissions import Ability, Standing
from reviews.acceptance.authority import against_accepting, against_any_acceptance, authority_of
from reviews.acceptance.overview import RiskNow, asking_in, overview_of
from safetycase.my_work.todo import Mine, Todo, hazards_in_words


@dataclass
class Risks:
    """What waits to be accepted by the person, and what lapsed on products where they sign."""

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
        risks.to_accept += _to_accept(standings[key], those)
        risks.lapsed += _lapsed(standings[key], those)
    return risks


def _to_accept(standing: Standing, risks: list[RiskNow]) -> Iterator[Todo]:
    authority = authority_of(standing.person, standing.product)
    ours = [
        risk.hazard.display_reference
        for risk in risks
        if not against_any_acceptance(risk)
        and not against_accepting(risk, authority, standing.person)
    ]
    if ours:
        what = "1 residual risk waits" if len(ours) == 1 else f"{len(ours)} residual risks wait"
        yield Todo(
            product=standing.product,
            sentence=f"{what} for your acceptance: {hazards_in_words(ours)}",
            url=reverse("acceptances", args=[standing.product.slug]),
        )


def _lapsed(standing: Standing, risks: list[RiskNow]) -> Iterator[Todo]:
    for risk in risks:
        for each in risk.lapsed[-1:]:
            slug, hazard = standing.product.slug, risk.hazard
            yield Todo(
                product=standing.product,
                sentence=f"The acceptance of {hazard.display_reference} lapsed: {hazard.name}",
                url=reverse("hazard_detail", args=[slug, hazard.reference]),
                detail=" ".join(each.reasons),
                tone="warn",
            )
