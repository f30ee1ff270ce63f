"""Who and when: a row says both of something that was done to it, or neither."""

from django.db.models import CheckConstraint, Q


def both_or_neither(when: str, who: str, *, name: str) -> CheckConstraint:
    """The constraint that a row names the moment (or day) and the person together."""
    return CheckConstraint(
        condition=Q(**{f"{when}__isnull": True, f"{who}__isnull": True})
        | Q(**{f"{when}__isnull": False, f"{who}__isnull": False}),
        name=name,
    )
