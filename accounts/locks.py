"""Locks on people, always in the same order."""

from accounts.models import Profile, User


def lock_with_decider(person: User, by: User) -> tuple[Profile, User]:
    """The person's profile, locked together with that of whoever decides; the latter read anew.

    Two administrators who decide about each other at once queue, and the second finds out that
    they decide nothing any more: so one of them is always left.
    """
    profiles = Profile.objects.select_for_update().filter(user__in=[person.pk, by.pk])
    locked = {profile.user_id: profile for profile in profiles.order_by("pk")}
    decider: User = User.objects.select_related("profile").get(pk=by.pk)
    return locked[person.pk], decider
