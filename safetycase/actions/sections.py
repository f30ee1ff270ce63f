"""Writing the narrative of the report."""

from typing import cast

from accounts.models import User
from audit.acts import act
from audit.bulk import record_many
from audit.concurrency import merged_changes
from products.models import Product
from products.permissions import Ability, check_can
from safetycase.choices import SectionKey
from safetycase.models import Section


def write_section(
    *,
    product: Product,
    key: SectionKey,
    by: User,
    narrative: str,
    base_version: int | None = None,
    reason: str = "",
) -> Section:
    """Write what a section says; returns it as it now is.

    ``base_version`` is the version that the person had before them (0: nobody had written it).
    Raises ``NotAllowed``, ``BadText`` and ``Conflict``.
    """
    check_can(by, Ability.WRITE_REPORT, product)
    default = f"Wrote the section “{key.label}”"
    with act(by=by, reason=reason.strip() or default, scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        section = Section.objects.select_for_update().filter(product=product, key=key).first()
        if section is None:
            section = Section(product=product, key=key.value)
            section.narrative = _normalised(narrative)
        else:
            changes = merged_changes(section, {"narrative": _normalised(narrative)}, base_version)
            section.narrative = cast(str, changes.get("narrative", section.narrative))
        section.save()
    return section


def create_sections(product: Product, by: User) -> None:
    """Give a new product its eleven empty sections. Called inside the act that creates it."""
    with act(by=by, reason="Prepared the sections of the report", scope=product.scope):
        record_many([Section(product=product, key=key.value) for key in SectionKey])


def _normalised(narrative: str) -> str:
    """One kind of line end and no blank ends, so that a save of the same text changes nothing."""
    return narrative.replace("\r\n", "\n").replace("\r", "\n").strip()
