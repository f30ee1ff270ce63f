"""What people do with the hazard library: copy an entry as a draft, set a family aside."""

from collections.abc import Sequence

from accounts.models import User
from audit.acts import act
from audit.errors import NotPossible
from hazards.actions.causes import add_cause, add_harm
from hazards.actions.controls import add_control
from hazards.actions.hazards import create_hazard
from hazards.choices import ControlType, Party, Strength
from hazards.library import CandidateControl, entry_of, family_of
from hazards.locks import lock_product
from hazards.models import Hazard, NotApplicable
from hazards.quality.words import said
from products.models import Product
from products.permissions import Ability, check_can

#: The column of the NHS template in which a control of this strength stands.
_TYPES = {
    Strength.ELIMINATE: ControlType.DESIGN,
    Strength.SUBSTITUTE: ControlType.DESIGN,
    Strength.ENGINEERED_BLOCK: ControlType.DESIGN,
    Strength.ENGINEERED_WARN: ControlType.DESIGN,
    Strength.PROCEDURE: ControlType.BUSINESS_PROCESS,
    Strength.TRAINING: ControlType.TRAINING,
    Strength.INFORMATION: ControlType.TRAINING,
}


def draft_from_library(
    *,
    product: Product,
    by: User,
    entry: str,
    name: str,
    causes: Sequence[str] = (),
    effect: str = "",
    harm: str = "",
    controls: Sequence[int] = (),
    reason: str = "",
) -> Hazard:
    """Copy an entry (its key) as a draft, with the words that a person chose or wrote.

    ``controls`` are places among the entry's; each is proposed for the whole hazard. Nothing is
    estimated. Raises ``NotAllowed``, ``NotPossible``, ``BadText``; all of it is saved or nothing.
    """
    check_can(by, Ability.EDIT_LOG, product)
    found = entry_of(entry)
    if found is None:
        raise NotPossible("The library has no such entry. Nothing was saved. Choose another one.")
    family, of = found
    if not all(0 <= place < len(of.controls) for place in controls):
        raise NotPossible("The library has no such control. Nothing was saved. Reload the page.")
    why = reason or "Drafted from the hazard library"
    with act(by=by, reason=why, scope=product.scope):
        hazard = create_hazard(
            product=product,
            by=by,
            name=name,
            effect=effect.strip(),
            family=family.name,
            library_entry=of.key,
        )
        for cause in causes:
            if cause.strip():
                add_cause(hazard=hazard, by=by, text=cause)
        if harm.strip():
            add_harm(hazard=hazard, by=by, text=harm)
        for place in sorted(set(controls)):
            _propose(hazard, by, of.controls[place])
    return hazard


def _propose(hazard: Hazard, by: User, control: CandidateControl) -> None:
    is_design = _TYPES[control.strength] == ControlType.DESIGN
    add_control(
        hazard=hazard,
        by=by,
        text=control.text,
        type=_TYPES[control.strength],
        strength=control.strength,
        function=control.function,
        # Whose a procedure is, somebody must say.
        party=Party.MANUFACTURER if is_design else "",
    )


def set_family_aside(
    *, product: Product, by: User, family: str, because: str, reason: str = ""
) -> NotApplicable:
    """Say that a family of the library (its key) does not concern the product, and why.

    Raises ``NotAllowed``; ``NotPossible`` without a reason, for an unknown family, and where it is
    set aside for another reason already.
    """
    check_can(by, Ability.EDIT_LOG, product)
    found = _known(family)
    if not said(because):
        raise NotPossible("Say why it does not concern the product. Nothing was saved.")
    why = reason or f"Set the family “{found}” aside"
    with act(by=by, reason=why, scope=product.scope):
        lock_product(product)
        row = NotApplicable.objects.filter(product=product, family=family).first()
        if row is not None and row.is_active and row.because != because.strip():
            raise NotPossible(
                f"It is set aside already, because “{row.because}”. Nothing was saved. Take the "
                "family back first, if yours is the better reason."
            )
        row = row or NotApplicable(product=product, family=family)
        row.because, row.is_active = because.strip(), True
        row.save()
    return row


def take_family_back(*, product: Product, by: User, family: str, reason: str = "") -> None:
    """Say that a family concerns the product after all.

    Raises ``NotAllowed``; ``NotPossible`` when it was not set aside.
    """
    check_can(by, Ability.EDIT_LOG, product)
    why = reason or f"Took the family “{_known(family)}” back"
    with act(by=by, reason=why, scope=product.scope):
        lock_product(product)
        row = NotApplicable.objects.filter(product=product, family=family, is_active=True).first()
        if row is None:
            raise NotPossible("This family is not set aside. Nothing was changed.")
        row.is_active = False
        row.save()


def _known(family: str) -> str:
    found = family_of(family)
    if found is None:
        raise NotPossible("The library has no such family. Nothing was saved. Reload the page.")
    return found.name
