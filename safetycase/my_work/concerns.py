"""Concerns that wait for whoever handles them, and what became of one's own."""

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from products.permissions import ROLES_THAT_MAY, Ability
from reviews.models import Concern
from reviews.rhythm.concern_reading import concerns_waiting, first_words
from safetycase.my_work.todo import NOBODYS, Mine, Todo

#: For so long whoever raised a concern is told here what became of it; it stays on its own page.
TOLD_FOR = datetime.timedelta(days=7)


def concerns_to_answer(mine: Mine) -> Iterator[Todo]:
    """What worries somebody and nobody has answered, the oldest first.

    One query, and one more for each product on which a concern waits.
    """
    handling = mine.where(Ability.HANDLE_CONCERNS)
    roles = ROLES_THAT_MAY[Ability.HANDLE_CONCERNS]
    rows = Concern.objects.filter(product__in=list(handling), answered_at=None).order_by()
    for key in sorted(set(rows.values_list("product", flat=True))):
        standing = handling[key]
        for waiting in concerns_waiting(standing.product):
            yield Todo(
                product=standing.product,
                sentence=waiting.words,
                url=waiting.url,
                detail=f"Raised by {waiting.asked_by}.",
                tone="bad" if waiting.clock.is_late else "warn",
                clock=waiting.clock,
                whose=mine.move(standing, roles),
            )


def what_became(mine: Mine) -> Iterator[Todo]:
    """One's own concerns that somebody else answered lately, the newest first. One query."""
    products = {each.product.pk: each.product for each in mine.standings}
    answered = (
        Concern.objects.filter(
            raised_by=mine.person,
            product__in=list(products),
            answered_at__gt=timezone.now() - TOLD_FOR,
        )
        .exclude(answered_by=mine.person)
        .select_related("answered_by__profile", "hazard")
        .order_by("-answered_at")
    )
    for concern in answered:
        hazard = f" ({concern.hazard.display_reference})" if concern.hazard else ""
        said = f": “{first_words(concern.answer)}”" if concern.answer else "."
        answerer = concern.answered_by.name if concern.answered_by else ""
        yield Todo(
            product=products[concern.product_id],
            sentence=f"Your concern was answered. {concern.get_outcome_display()}{hazard}",
            url=f"{reverse('concern')}#concern-{concern.public_id}",
            detail=f"You raised “{first_words(concern.text)}”. Answered by {answerer}{said}",
            whose=NOBODYS,
        )
