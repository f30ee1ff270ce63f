"""After whatever anybody does, the lists show what the record says."""

import pytest

from accounts.models import User
from hazards.approved import approved_of
from hazards.models import Hazard, HazardSummary, SearchDocument
from hazards.search.documents import documents_of
from hazards.summaries import WRITTEN, summaries_of
from products.models import Product
from tests.laws.every_action import READY, World
from tests.laws.test_actions import REASON, WITHOUT_REASON, people, person_for, world

__all__ = ["people", "world"]


def check_summaries() -> None:
    """Every hazard has its summary, and it says what follows from the record now."""
    stored = {each.pk: each for each in HazardSummary.objects.all()}
    fresh = {each.pk: each for each in summaries_of(Hazard.objects.all())}
    assert stored.keys() == fresh.keys()
    for key, summary in fresh.items():
        for name in WRITTEN:
            assert getattr(stored[key], name) == getattr(summary, name), name
    texts = {each.pk: (each.title, each.body) for each in SearchDocument.objects.all()}
    assert texts == {
        each.pk: (each.title, each.body) for each in documents_of(Hazard.objects.all())
    }
    approved = {k: v for each in Product.objects.all() for k, v in approved_of(each).items()}
    for hazard in Hazard.objects.all():
        assert stored[hazard.pk].approved_version == approved.get(hazard.public_id)


@pytest.mark.parametrize("name", sorted(READY))
def test_summaries_follow_every_action(name: str, world: World, people: dict[str, User]) -> None:
    made = READY[name](world)
    check_summaries()
    gives_none = name in WITHOUT_REASON or "reason" in made.values
    made.make(person_for(made, people), **({} if gives_none else {"reason": REASON}))
    check_summaries()
