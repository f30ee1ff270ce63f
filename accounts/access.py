"""The only way that a view gets a person: whom nobody may see is not found."""

import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest

from accounts.models import Notification, Profile, User
from accounts.permissions import check_manage_people, may_see_profile

MaySee = Callable[[User, User], bool]

_others_who_may_see: list[MaySee] = []


def also_visible_when(rule: MaySee) -> MaySee:
    """Register a rule of an upper package: ``rule(by, person)`` shows the person's profile."""
    if rule not in _others_who_may_see:
        _others_who_may_see.append(rule)
    return rule


def person_of(request: HttpRequest) -> User:
    """The person behind a request; SignInFirstMiddleware has let nobody else in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def profile_for_reading(request: HttpRequest, public_id: uuid.UUID) -> Profile:
    """The profile of oneself, of a colleague, or for an administrator of anybody.

    Raises ``Http404`` for everybody else.
    """
    by = person_of(request)
    profile = (
        Profile.objects.select_related("user", "registration_checked_by__profile")
        .filter(public_id=public_id)
        .first()
    )
    if profile is None:
        raise Http404
    person = profile.user
    if may_see_profile(by, person) or any(rule(by, person) for rule in _others_who_may_see):
        return profile
    raise Http404


def administrator_of(request: HttpRequest) -> User:
    """The person behind a request when they manage people; raises ``NotAllowed``."""
    by = person_of(request)
    check_manage_people(by)
    return by


def notification_of(request: HttpRequest, pk: int) -> Notification:
    """What the person behind a request was told; of others, ``Http404``."""
    told = Notification.objects.filter(person=person_of(request), pk=pk).first()
    if told is None:
        raise Http404
    return told
