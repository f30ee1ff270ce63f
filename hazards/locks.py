"""Locks, always in the same order: the product, then hazards by id, then their children.

Two people who change one hazard at once queue; they never see half of each other's change.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from accounts.models import User
from audit.acts import act, current_act
from audit.bulk import record_changes
from audit.errors import NotPossible
from hazards.approved import check_never_approved
from hazards.choices import HazardState
from hazards.models import Hazard
from hazards.origins import final_survivor
from products.models import Product
from products.permissions import Ability, check_can, standing_of


def lock_product(product: Product) -> Product:
    """Lock the product row: numbers are given out one at a time."""
    return Product.objects.select_for_update().get(pk=product.pk)


def lock_hazards(hazards: Iterable[Hazard]) -> list[Hazard]:
    """Lock hazards in the order of their ids and return them as they are now."""
    keys = sorted({hazard.pk for hazard in hazards})
    return list(Hazard.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def raise_content_version(hazard: Hazard) -> None:
    """Note that the hazard, or something on it, changed; once in an act, however much changed."""
    if current_act().is_first(("content", hazard.pk)):
        hazard.content_version += 1


def check_in_the_log(hazard: Hazard, by: User | None = None) -> None:
    """Refuse a hazard that is withdrawn or merged into another; raises ``NotPossible``."""
    sentence = why_not_in_the_log(hazard, by)
    if sentence:
        raise NotPossible(sentence)


def why_not_in_the_log(hazard: Hazard, by: User | None = None) -> str:
    """Why nothing on a hazard can be changed, and what to do; '' where it is in the log.

    Who may not restore it is told who may.
    """
    if hazard.state == HazardState.MERGED:
        survivor = final_survivor(hazard) or hazard
        return (
            f"{hazard.display_reference} was merged into {survivor.display_reference}, which "
            "cannot be taken back. Nothing was changed. Open "
            f"{survivor.display_reference} and make the change there."
        )
    if hazard.state != HazardState.WITHDRAWN:
        return ""
    may_restore = by is None or standing_of(by, hazard.product).can(Ability.GOVERN_LOG)
    who = (
        "Restore it first, with a reason."
        if may_restore
        else "Ask a clinical safety officer of the product to restore it first."
    )
    return f"{hazard.display_reference} is no longer in the log. Nothing was changed. {who}"


@contextmanager
def changing(
    hazards: Iterable[Hazard],
    *,
    product: Product,
    by: User,
    ability: Ability,
    reason: str,
    gives_a_number: bool = False,
) -> Iterator[list[Hazard]]:
    """Change hazards or things on them: permission, act, locks, and each content version raised.

    Yields the locked hazards, ordered by id; they are saved when the block ends well. A block that
    writes nothing leaves them as they are. ``gives_a_number`` locks the product first.
    Raises ``NotAllowed``; ``ReasonNeeded`` where one of them was approved once and the reason is
    the action's own sentence; whatever the block raises rolls everything back.
    """
    check_can(by, ability, product)
    with act(by=by, reason=reason, scope=product.scope) as under_way:
        if gives_a_number:
            lock_product(product)
        locked = lock_hazards(hazards)
        before = under_way.entries
        yield locked
        if under_way.entries == before and not any(each.changed_fields() for each in locked):
            return
        if not under_way.in_own_words:
            check_never_approved(locked)
        for hazard in locked:
            raise_content_version(hazard)
        if len(locked) == 1:
            locked[0].save()
        else:
            record_changes(locked)  # as many statements for a thousand as for a few


@contextmanager
def changing_one(
    hazard: Hazard,
    *,
    by: User,
    ability: Ability,
    reason: str,
    gives_a_number: bool = False,
    in_the_log: bool = True,
) -> Iterator[Hazard]:
    """``changing`` for one hazard; yields it as it is now.

    Raises ``NotPossible`` where it is withdrawn or merged, unless ``in_the_log`` is False.
    """
    with changing(
        [hazard],
        product=hazard.product,
        by=by,
        ability=ability,
        reason=reason,
        gives_a_number=gives_a_number,
    ) as [locked]:
        if in_the_log:
            check_in_the_log(locked, by)
        yield locked
