"""Signing the appointment of a clinical safety officer (clauses 2.2.1 and 2.3.1)."""

from accounts.credentials import Confirmed
from accounts.models import User
from audit.acts import act
from audit.errors import NotPossible
from products.choices import Role
from products.models import Membership, Product
from reviews.actions.signing import Signing, check_seen, role_among, write_sign_offs
from reviews.choices import Meaning
from reviews.models import SignOff
from reviews.plan.reading import read_officers
from reviews.signing.obstacles import against_signing_appointment
from reviews.signing.subjects import appointment_subject


def sign_appointment(
    *, membership: Membership, by: User, seen: str, confirmed: Confirmed, comment: str = ""
) -> SignOff:
    """Sign, as accountable executive, that somebody is a clinical safety officer from a day on.

    Raises ``NotAllowed``; ``NotPossible`` for one's own appointment, another role, one that has
    ended, or one that is signed already.
    """
    product = membership.product
    role = role_among(by, product, [Role.ACCOUNTABLE_EXECUTIVE], to="sign an appointment")
    default = f"Appointed {membership.person.name}"
    with act(by=by, reason=comment.strip() or default, scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        locked = (
            Membership.objects.select_related("product", "person__profile")
            .select_for_update()
            .get(pk=membership.pk)
        )
        subject = appointment_subject(locked)
        check_seen(subject, seen)
        [officer] = read_officers([locked])
        in_the_way = against_signing_appointment(officer, by)
        if in_the_way:
            raise NotPossible(f"{in_the_way[0]} Nothing was signed.")
        return write_sign_offs(
            [Signing(subject, Meaning.AUTHORISED, role, comment)], by=by, confirmed=confirmed
        )[0]
