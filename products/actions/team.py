"""Who is on a product's team, in which role, from when to when."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.actions.invitations import send_invitation, withdraw_open_invitation
from accounts.actions.people import add_person
from accounts.mail import mail_after_commit
from accounts.models import User
from accounts.validation import check_row, checked_email
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotAllowed, NotPossible
from products.choices import Role
from products.models import Membership, Product
from products.permissions import NOMINATED_ROLES, Ability, check_can
from products.rules import DEPUTY_ROLES, periods_overlap

_EDITABLE = frozenset({"is_deputy", "starts_on", "ends_on"})


def add_member(
    *,
    product: Product,
    person: User,
    role: Role,
    by: User,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
    is_deputy: bool = False,
    reason: str,
) -> Membership:
    """Give a person a role on a product for a time.

    Raises ``NotAllowed`` (the clinical safety officer and the accountable executive are nominated
    by those who may, and nobody nominates themselves) and ``NotPossible``.
    """
    check_may_give(by, product, role, to=person)
    with act(by=by, reason=reason, scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        membership = Membership(
            product=product,
            person=person,
            role=role,
            is_deputy=is_deputy,
            starts_on=starts_on,
            ends_on=ends_on,
            nominated_by=by,
        )
        _check(membership)
        membership.save()
    return membership


def invite_to_team(
    *,
    product: Product,
    by: User,
    email: str,
    name: str,
    role: Role,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
    is_deputy: bool = False,
    job_title: str = "",
    site: str,
    reason: str,
) -> Membership:
    """Give a role to whoever has this address: somebody new is added and gets an invitation.

    Somebody who can sign in gets a notice. ``site`` is this site's address, with scheme. Raises
    ``NotAllowed``, ``NotPossible``, ``BadText``; ``MailNotSent`` when only the mail was refused.
    """
    email = checked_email(email)
    with act(by=by, reason=reason, scope=product.scope):
        person = User.objects.filter(email__iexact=email).select_related("profile").first()
        check_may_give(by, product, role, to=person)
        if person is None:
            person = add_person(by=by, email=email, name=name, job_title=job_title)
        membership = add_member(
            product=product,
            person=person,
            role=role,
            by=by,
            starts_on=starts_on,
            ends_on=ends_on,
            is_deputy=is_deputy,
            reason=reason,
        )
        if person.has_usable_password():
            _mail_notice(membership, by, site)
        else:
            send_invitation(person=person, by=by, site=site, invited_to=_in_words(membership))
    return membership


def resend_invitation(*, membership: Membership, by: User, site: str) -> None:
    """Send a team member who has no password yet a new link; an older one stops working.

    Raises ``NotAllowed``, ``NotPossible`` and ``MailNotSent``.
    """
    check_can(by, Ability.MANAGE_TEAM, membership.product)
    send_invitation(person=membership.person, by=by, site=site, invited_to=_in_words(membership))


def withdraw_team_invitation(*, membership: Membership, by: User) -> None:
    """Make a team member's open link stop working. The role stays until it is ended.

    Raises ``NotAllowed`` and ``NotPossible``.
    """
    check_can(by, Ability.MANAGE_TEAM, membership.product)
    withdraw_open_invitation(person=membership.person, by=by)


def end_membership(
    *, membership: Membership, by: User, ends_on: datetime.date, reason: str
) -> Membership:
    """End a role with a last day, inclusive. It stays in the record.

    Raises ``NotAllowed`` and ``NotPossible``.
    """
    return change_membership(
        membership=membership, by=by, changes={"ends_on": ends_on}, reason=reason
    )


def change_membership(
    *,
    membership: Membership,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str,
) -> Membership:
    """Change the dates of a role, or whether it is a deputy's; returns it as it now is.

    Raises ``NotAllowed`` (nobody changes their own nomination), ``NotPossible``, ``Conflict``.
    """
    unknown = set(changes) - _EDITABLE
    if unknown:
        raise ValueError(f"change_membership cannot change {', '.join(sorted(unknown))}")
    product = membership.product
    check_may_give(by, product, Role(membership.role), to=membership.person)
    with act(by=by, reason=reason, scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        current = Membership.objects.select_for_update().get(pk=membership.pk)
        ended_on = current.ends_on
        for field, value in merged_changes(current, changes, base_version).items():
            setattr(current, field, value)
        _check(current)
        _check_not_revived(current, ended_on)
        current.save()
    return current


def check_may_give(by: User, product: Product, role: Role, *, to: User | None) -> None:
    """Raise ``NotAllowed`` unless ``by`` may give this role, or change it, to this person.

    Nobody gives a role to themselves: else an administrator would take clinical authority.
    """
    is_nominated = role in NOMINATED_ROLES
    check_can(by, Ability.NOMINATE if is_nominated else Ability.MANAGE_TEAM, product)
    if to is None or to.pk != by.pk or by.is_system:
        return
    if is_nominated:
        raise NotAllowed(
            f"Nobody nominates themselves as {role.label.lower()}. Nothing was changed. "
            "Top management or another administrator does it."
        )
    raise NotAllowed(
        "Nobody gives themselves a role or changes their own. Nothing was changed. "
        "Somebody else who manages the team, or an administrator, does it."
    )


def _check(membership: Membership) -> None:
    role = Role(membership.role)
    person = membership.person
    check_row(membership)
    if person.is_system or not person.is_active:
        raise NotPossible(
            f"{person.name} may not sign in, so they cannot hold a role. Nothing was changed. "
            "An administrator has to reactivate them first."
        )
    if membership.is_deputy and role not in DEPUTY_ROLES:
        raise NotPossible(
            f"A {role.label.lower()} has no deputies; give the role itself. Nothing was changed."
        )
    if membership.ends_on is not None and membership.ends_on < membership.starts_on:
        raise NotPossible(
            f"The role would end on {membership.ends_on:%-d %B %Y}, before it begins on "
            f"{membership.starts_on:%-d %B %Y}. Nothing was changed. Correct one of the dates."
        )
    others = Membership.objects.filter(
        product_id=membership.product_id, person=person, role=role
    ).exclude(pk=membership.pk)
    for other in others:
        if periods_overlap(
            membership.starts_on, membership.ends_on, other.starts_on, other.ends_on
        ):
            raise NotPossible(
                f"{person.name} is {role.label.lower()} on {membership.product.name} in that "
                f"time already, from {other.starts_on:%-d %B %Y}. Nothing was changed. "
                "Change or end that role instead."
            )


def _check_not_revived(membership: Membership, ended_on: datetime.date | None) -> None:
    """Keep a nomination that has ended from coming back with the signature that it had."""
    if membership.role not in NOMINATED_ROLES or ended_on is None:
        return
    today = timezone.localdate()
    if ended_on < today and (membership.ends_on is None or membership.ends_on >= today):
        raise NotPossible(
            f"This role ended on {ended_on:%-d %B %Y}, and what was signed of it with it. Nothing "
            "was changed. Give the role anew."
        )


def _in_words(membership: Membership) -> str:
    return f"{membership.product.name}, as {membership.get_role_display().lower()}"


def _mail_notice(membership: Membership, by: User, site: str) -> None:
    product = membership.product
    mail_after_commit(
        to=membership.person.email,
        subject=" ".join(f"You are on the team of {product.name}".split()),
        template="accounts/mail/added_to_team.txt",
        context={
            "name": membership.person.name,
            "added_by": by.name,
            "product": product.name,
            "role": membership.get_role_display().lower(),
            "starts_on": membership.starts_on,
            "ends_on": membership.ends_on,
            "link": site.rstrip("/") + reverse("product_home", args=[product.slug]),
        },
    )
