"""Checks of a row of the log before it is written: its values, and whom and what it names."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from accounts.models import User
from accounts.validation import check_row
from audit.errors import NotPossible
from hazards.locks import check_in_the_log
from hazards.models import Control, ControlLink, Hazard
from hazards.queries import IN_THE_LOG
from products.models import Product
from products.queries import people_at_work


def check_one_in_the_log(hazards: Sequence[Hazard]) -> None:
    """Refuse a change of what acts on hazards none of which is in the log any more.

    Raises ``NotPossible``: a withdrawn hazard is kept as it was, with everything on it.
    """
    if hazards and not any(hazard.state in IN_THE_LOG for hazard in hazards):
        check_in_the_log(hazards[0])


def lock_controls(controls: Iterable[Control], hazards: list[Hazard]) -> None:
    """Lock controls, whose hazards are locked, so that they come to protect no others meanwhile.

    What changes on a control changes on each hazard: those that it came to protect while the others
    were waited for are locked too, and added to ``hazards``. That is out of the order of locks, so
    nobody waits for them; raises ``NotPossible`` where somebody else has one.
    """
    keys = {control.pk for control in controls}
    rows = Control.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    links = ControlLink.objects.filter(control__in=[row.pk for row in rows], is_active=True)
    late = set(links.values_list("hazard_id", flat=True)) - {hazard.pk for hazard in hazards}
    if not late:
        return
    came = Hazard.objects.select_for_update(skip_locked=True).filter(pk__in=late).order_by("pk")
    hazards.extend(came)
    if late - {hazard.pk for hazard in hazards}:
        raise NotPossible(
            "Somebody else let this control protect another hazard a moment ago. Nothing of yours "
            "was saved: save again, and it counts for that one too."
        )


def check_values(row: models.Model, product: Product, columns: Iterable[str]) -> None:
    """Check a row's values, and what those ``columns`` name that were set now.

    Raises ``BadText`` and ``NotPossible``: a value that its field does not take, a person who does
    not work on the product today (or only audits it), a release, file or hazard of another product.
    """
    check_row(row)
    for column in columns:
        key = getattr(row, column)
        if column.endswith("_id") and key is not None:
            _check_named(row, product, column.removesuffix("_id"), key)


def _check_named(row: models.Model, product: Product, name: str, key: int) -> None:
    field: Any = row._meta.get_field(name)
    label = str(field.verbose_name)
    if field.related_model is User:
        if not people_at_work(product).filter(pk=key).exists():
            raise NotPossible(
                f"The {label} is somebody who works on the product today, which an auditor does "
                "not. Nothing was saved. Add them to the team first, or choose somebody else."
            )
    elif not field.related_model.objects.filter(pk=key, product=product).exists():
        raise NotPossible(
            f"What was chosen as “{label}” is not of this product. Nothing was saved. "
            "Reload the page and choose again."
        )
