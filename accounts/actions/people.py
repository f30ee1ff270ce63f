"""Adding people, and what their profile says about them."""

import datetime
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.locks import lock_with_decider
from accounts.models import Profile, User
from accounts.permissions import (
    OWN_FIELDS,
    can_manage_people,
    check_check_registration,
    check_edit_profile,
    check_manage_people,
    check_set_administrator,
)
from accounts.validation import check_not_in_future, check_row, checked_email
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible

SYSTEM_EMAIL = "system@localhost.invalid"

_EDITABLE = OWN_FIELDS | {"registration_checked_on", "is_administrator"}


def system_person() -> User:
    """The person that commands act as when nobody's name was given. It never signs in."""
    known: User | None = User.objects.filter(email=SYSTEM_EMAIL, profile__isnull=False).first()
    if known is not None:
        return known
    with transaction.atomic():
        user: User | None = User.objects.select_for_update().filter(email=SYSTEM_EMAIL).first()
        if user is None:
            user = User(email=SYSTEM_EMAIL, is_active=False, is_system=True)
            user.set_unusable_password()
            user.save()
        if not Profile.objects.filter(user=user).exists():
            with act(by=user, reason="Named the person that commands act as"):
                Profile(user=user, name="System", may_sign_in=False).save()
        return user


def create_person(
    *,
    by: User,
    email: str,
    name: str,
    job_title: str = "",
    professional_body: str = "",
    registration_number: str = "",
    is_administrator: bool = False,
    reason: str = "",
) -> User:
    """Add a person, without a password and without a role anywhere. Administrators only.

    Raises ``NotAllowed``, ``NotPossible`` (an address that is taken or none) and ``BadText``.
    """
    check_manage_people(by)
    return add_person(
        by=by,
        email=email,
        name=name,
        job_title=job_title,
        professional_body=professional_body,
        registration_number=registration_number,
        is_administrator=is_administrator,
        reason=reason,
    )


def add_person(
    *,
    by: User,
    email: str,
    name: str,
    job_title: str = "",
    professional_body: str = "",
    registration_number: str = "",
    is_administrator: bool = False,
    reason: str = "",
) -> User:
    """Add a person for an action that has asked its own permission (inviting to a team).

    Raises ``NotPossible`` (an address that is taken or none) and ``BadText``; ``NotAllowed`` when
    somebody who is no administrator would make one.
    """
    email = checked_email(email)
    if is_administrator:
        check_manage_people(by)
    with act(by=by, reason=reason or f"Added {name.strip() or email}"):
        if User.objects.filter(email__iexact=email).exists():
            raise NotPossible(_taken(email))
        user = User(email=email)
        user.set_unusable_password()
        profile = Profile(
            name=name.strip(),
            job_title=job_title.strip(),
            professional_body=professional_body.strip(),
            registration_number=registration_number.strip(),
            is_administrator=is_administrator,
        )
        check_row(profile)
        _check_registration_is_whole(profile)
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError as problem:  # somebody else added them a moment ago
            raise NotPossible(_taken(email)) from problem
        profile.user = user
        profile.save()
    return user


def _taken(email: str) -> str:
    return (
        f"{email} belongs to somebody who is here already. Nothing was changed. "
        "Find them by that address, or use another one."
    )


def edit_profile(
    *,
    profile: Profile,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Profile:
    """Change what a profile says; returns it as it now is.

    ``changes`` holds any of name, job_title, professional_body, registration_number, wants_mail
    (the person or an administrator), registration_checked_on and is_administrator (another
    administrator).
    A changed registration is unchecked again unless the same change checks it.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText`` and ``Conflict``.
    """
    unknown = set(changes) - _EDITABLE
    if unknown:
        raise ValueError(f"edit_profile cannot change {', '.join(sorted(unknown))}")
    check_edit_profile(by, profile)
    proposed = {
        name: value.strip() if isinstance(value, str) else value for name, value in changes.items()
    }
    with act(by=by, reason=reason or "Changed the profile"):
        current, decider = lock_with_decider(profile.user, by)
        wanted = merged_changes(current, proposed, base_version)
        if "registration_checked_on" in wanted:
            check_check_registration(decider, current)
        if "is_administrator" in wanted:
            check_set_administrator(decider, current)
        if "name" in wanted and not can_manage_people(decider):
            _check_name_is_nobody_elses(current, wanted["name"])
        for field, value in wanted.items():
            setattr(current, field, value)
        _keep_check_true(current, by, wanted, today=timezone.localdate())
        check_row(current)
        _check_registration_is_whole(current)
        current.save()
    return current


def _keep_check_true(
    profile: Profile, by: User, wanted: Mapping[str, Any], *, today: datetime.date
) -> None:
    if "registration_checked_on" in wanted:
        checked_on = profile.registration_checked_on
        check_not_in_future("Registration checked on", checked_on, today)
        if checked_on is not None and not profile.registration_number:
            raise NotPossible(
                "There is no registration number to check. Nothing was saved. "
                "Give the professional body and the number first."
            )
        profile.registration_checked_by = by if checked_on is not None else None
    elif {"professional_body", "registration_number"} & set(wanted):
        # Whoever was looked up, it was under the number that stood here before.
        profile.registration_checked_on = None
        profile.registration_checked_by = None


def _check_name_is_nobody_elses(profile: Profile, name: str) -> None:
    """Keep people from signing under a colleague's name; two may have the same one all the same."""
    taken = {
        _as_read(each)
        for each in Profile.objects.exclude(pk=profile.pk).values_list("name", flat=True)
    }
    if _as_read(name) in taken:
        raise NotPossible(
            f"Somebody else here is called {name}. Nothing was saved. If you really share the "
            "name, ask an administrator to change it."
        )


def _as_read(name: str) -> str:
    """A name as people compare it: without case, and of what only looks like another letter."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _check_registration_is_whole(profile: Profile) -> None:
    if profile.registration_number and not profile.professional_body:
        raise NotPossible(
            "A registration number needs its professional body, for example GMC or GPhC. "
            "Nothing was saved."
        )
