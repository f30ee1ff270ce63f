"""Signing a list of legacy findings."""

from accounts.credentials import Confirmed
from accounts.models import User
from audit.acts import act
from audit.errors import NotPossible
from hazards.locks import lock_product
from hazards.models import LegacyList
from hazards.quality.storing import check_again
from products.choices import Role
from reviews.actions.signing import Signing, check_seen, role_among, write_sign_offs
from reviews.choices import Meaning
from reviews.models import SignOff
from reviews.signing.legacy_lists import against_signing_list, legacy_subject


def sign_legacy_list(
    *, legacy: LegacyList, by: User, seen: str, confirmed: Confirmed, comment: str = ""
) -> SignOff:
    """Sign, as clinical safety officer, the findings that came in with a log. From then on they
    are legacy: none of them blocks while its hazard stays as it came.

    Raises ``NotAllowed``; ``NotPossible`` for an officer who is not current, or one that is signed.
    """
    product = legacy.product
    role = role_among(
        by, product, [Role.CLINICAL_SAFETY_OFFICER], to="sign a list of legacy findings"
    )
    default = f"Signed a list of {legacy.count} legacy findings"
    with act(by=by, reason=comment.strip() or default, scope=product.scope):
        lock_product(product)
        subject = legacy_subject(legacy)
        check_seen(subject, seen)
        in_the_way = against_signing_list(legacy, by)
        if in_the_way:
            raise NotPossible(f"{in_the_way[0]} Nothing was signed.")
        [signed] = write_sign_offs(
            [Signing(subject, Meaning.APPROVED, role, comment)], by=by, confirmed=confirmed
        )
        check_again(product)
    return signed
