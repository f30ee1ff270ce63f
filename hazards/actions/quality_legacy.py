"""Listing what the rules found on the day that a log came in."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from audit.acts import act
from audit.canonical import canonical_json, sha256_of
from audit.errors import NotPossible
from hazards.models import Hazard, ImportBatch, LegacyList
from hazards.quality.checking import ask_about, check_hazards
from hazards.quality.rule import RULES
from hazards.queries import IN_THE_LOG
from products.models import Product
from products.permissions import Ability, check_can


def list_legacy(
    *,
    product: Product,
    batch: ImportBatch,
    by: User,
    hazards: Iterable[int] | None = None,
    reason: str = "",
) -> LegacyList | None:
    """List what the rules find today on the hazards that an import brought (keys; None: the whole
    log), at the versions that they have now. None where they find nothing.

    What nobody may waive is left out: it counts from the first day. The list holds once a clinical
    safety officer has signed it. Raises ``NotAllowed``; ``NotPossible`` where the import has one.
    """
    check_can(by, Ability.IMPORT_LOG, product)
    with act(
        by=by, reason=reason or "Listed what the rules find", scope=product.scope
    ) as under_way:
        if LegacyList.objects.filter(batch=batch).exists():
            raise NotPossible("The findings of this import are listed already. Nothing was made.")
        entries = _entries(product, _keys(product, hazards))
        if not entries:
            return None
        text = canonical_json(entries)
        legacy = LegacyList(
            product=product,
            batch=batch,
            entries=text,
            sha256=sha256_of(text),
            count=len(entries),
            listed_at=under_way.at,
            listed_by=by,
        )
        legacy.save()
    return legacy


def _keys(product: Product, hazards: Iterable[int] | None) -> list[int]:
    those = Hazard.objects.filter(product=product, state__in=IN_THE_LOG)
    keys = list(those.order_by("number").values_list("pk", flat=True))
    if hazards is None:
        return keys
    wanted = set(hazards)
    return [key for key in keys if key in wanted]


def _entries(product: Product, keys: list[int]) -> list[dict[str, Any]]:
    return [
        {
            "rule": each.rule,
            "hazard": str(checked.hazard.public_id),
            "reference": checked.hazard.display_reference,
            "subject": each.subject,
            "level": each.level.value,
            "message": each.message,
            "version": checked.content_version,
        }
        for portion in check_hazards(ask_about(product), keys)
        for checked in portion
        for each in checked.found
        if RULES[each.rule].may_be_waived(each.subject)
    ]
