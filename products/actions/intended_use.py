"""Stating what the product is for: each statement is a new version, the older ones stay."""

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.errors import Conflict, FieldConflict
from products.models import IntendedUse, Product
from products.permissions import Ability, check_can
from products.queries import intended_use_of

#: The texts of a statement, in the order in which people read them.
TEXTS = (
    "purpose",
    "users",
    "patient_groups",
    "care_settings",
    "exclusions",
    "device_statement",
)


def state_intended_use(
    *,
    product: Product,
    by: User,
    purpose: str,
    users: str = "",
    patient_groups: str = "",
    care_settings: str = "",
    exclusions: str = "",
    device_statement: str = "",
    base_number: int | None = None,
    reason: str,
) -> IntendedUse:
    """State the intended use anew; the same words again make no new version.

    ``base_number`` is the version that the person had before them: texts that only somebody else
    changed since keep that change. Raises ``NotAllowed``, ``NotPossible``, ``BadText`` and
    ``Conflict``.
    """
    check_can(by, Ability.STATE_INTENDED_USE, product)
    texts = (purpose, users, patient_groups, care_settings, exclusions, device_statement)
    wanted = {name: text.strip() for name, text in zip(TEXTS, texts, strict=True)}
    with act(by=by, reason=reason, scope=product.scope) as under_way:
        Product.objects.select_for_update().get(pk=product.pk)
        newest = intended_use_of(product)
        if newest is not None:
            wanted = _merged(newest, wanted, base_number)
            if all(getattr(newest, name) == text for name, text in wanted.items()):
                return newest
        statement = IntendedUse(
            product=product,
            number=newest.number + 1 if newest else 1,
            stated_at=under_way.at,
            stated_by=by,
            **wanted,
        )
        check_row(statement)
        statement.save()
    return statement


def _merged(newest: IntendedUse, wanted: dict[str, str], base_number: int | None) -> dict[str, str]:
    if base_number is None or base_number == newest.number:
        return wanted
    base = IntendedUse.objects.filter(product=newest.product, number=base_number).first()
    collisions, merged = [], {}
    for name, yours in wanted.items():
        before: str = getattr(base, name) if base is not None else ""
        theirs: str = getattr(newest, name)
        merged[name] = theirs if yours == before else yours
        if yours not in (before, theirs) and theirs != before:
            label = str(IntendedUse._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            collisions.append(FieldConflict(name, label, before, theirs, yours))
    if collisions:
        raise Conflict(collisions, newest.number)
    return merged
