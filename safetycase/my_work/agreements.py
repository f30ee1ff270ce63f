"""Charters and risk–benefit analyses that wait for a person's signature."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from products.choices import Role
from products.permissions import Ability, Standing
from reviews.choices import Meaning, SubjectKind
from reviews.models import Charter, RiskBenefit, SignOff
from reviews.signing.agreements_waiting import (
    WaitingSignature,
    charter_waiting,
    risk_benefits_waiting,
)
from safetycase.my_work.todo import Mine, Todo

#: Who signs analyses.
_WEIGH = frozenset({Role.CLINICAL_SAFETY_OFFICER, Role.ACCOUNTABLE_EXECUTIVE})


def charters_to_sign(mine: Mine) -> Iterator[Todo]:
    """The charters that one side signed and that wait for the person's.

    Two queries, and six more for each product on which one waits.
    """
    agreeing = mine.where(Ability.AGREE)
    rows = Charter.objects.filter(product__in=list(agreeing)).order_by("number")
    newest = dict(rows.values_list("product_id", "public_id"))
    both = (Meaning.FOR_CLINICAL, Meaning.FOR_PRODUCT)
    signed = _signed(SubjectKind.CHARTER, newest.values())
    for key, public_id in newest.items():
        prints = signed.get(public_id, {})
        if prints and not _signed_as_one(prints, both):
            yield from _todos(mine, agreeing[key], charter_waiting(agreeing[key].product))


def analyses_to_sign(mine: Mine) -> Iterator[Todo]:
    """The risk–benefit analyses that wait for the person as officer or as executive.

    Two queries, and about thirty more for each product with one that is not concluded.
    """
    weighing = {key: each for key, each in mine.where(Ability.SIGN).items() if each.roles & _WEIGH}
    rows = RiskBenefit.objects.filter(product__in=list(weighing), is_active=True)
    kept = list(rows.exclude(balance="").order_by("pk").values_list("product_id", "public_id"))
    both = (Meaning.APPROVED, Meaning.AUTHORISED)
    signed = _signed(SubjectKind.RISK_BENEFIT, [public_id for _, public_id in kept])
    for key in dict.fromkeys(
        key for key, public_id in kept if not _signed_as_one(signed.get(public_id, {}), both)
    ):
        yield from _todos(mine, weighing[key], risk_benefits_waiting(weighing[key].product))


def _todos(mine: Mine, standing: Standing, waiting: Iterable[WaitingSignature]) -> Iterator[Todo]:
    for each in waiting:
        if standing.roles & set(each.roles) and mine.person.pk not in each.signed_by:
            yield Todo(
                product=standing.product,
                sentence=each.sentence,
                url=each.url,
                since=each.since,
                whose=mine.move(standing, each.roles),
            )


def _signed(kind: SubjectKind, subjects: Iterable[UUID]) -> Mapping[Any, dict[str, set[str]]]:
    """What stands signed under each of these, by its meaning: fingerprints. One query."""
    found: dict[UUID, dict[str, set[str]]] = {}
    rows = SignOff.objects.filter(
        subject_kind=kind, subject_id__in=list(subjects), withdrawal__isnull=True
    ).exclude(meaning=Meaning.WITHDRAWN)
    for subject, meaning, fingerprint in rows.values_list("subject_id", "meaning", "fingerprint"):
        found.setdefault(subject, {}).setdefault(meaning, set()).add(fingerprint)
    return found


def _signed_as_one(prints: Mapping[str, set[str]], both: tuple[Meaning, Meaning]) -> bool:
    """Whether both stand under the same content, which does not change any more from then on."""
    one, other = both
    return bool(prints.get(one, set()) & prints.get(other, set()))
