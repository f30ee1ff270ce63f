"""What upper packages ask before a release goes out: they may refuse it, and keep what they said.

They register in ``AppConfig.ready()``; this package never imports them.
"""

import datetime
from collections.abc import Callable

from django.utils import timezone

from accounts.models import User
from audit.errors import NotPossible
from audit.models import Entry
from products.choices import BuildState, ReleaseState
from products.models import Change, Product, Release

#: Runs inside the act that says that a release is out; raises ``NotPossible`` where it may not be.
Settle = Callable[[Release], None]
#: Given a release and who sends it out, before the act: looking may take longer than an act should.
Ask = Callable[[Release, User], Settle]

_asks: list[Ask] = []


def ask_before_release(ask: Ask) -> Ask:
    """Ask this too before a release goes out."""
    if ask not in _asks:
        _asks.append(ask)
    return ask


def asked_before_release(release: Release, by: User) -> list[Settle]:
    """Everything that upper packages want to settle in the act that sends a release out."""
    return [ask(release, by) for ask in _asks]


def check_was_out_before(product: Product, released_on: datetime.date | None) -> None:
    """Refuse to add a release as out already that went out while the product was on record here.

    Such a one was planned here and asks like every other. Raises ``NotPossible``.
    """
    first = _first_day(product)
    if first is None or released_on is None or released_on <= first:
        return
    raise NotPossible(
        f"Only a release that was out before {product.name} was kept here, on "
        f"{first:%-d %B %Y}, can be added as released. Nothing was saved. Add it as planned, "
        "then set it to released: that asks the release gate."
    )


def check_stays_before(
    product: Product, before: datetime.date | None, after: datetime.date | None
) -> None:
    """Refuse to move the day of a release that was out before the product was on record here to a
    day since then: that would be a release that went out unasked. Raises ``NotPossible``.
    """
    first = _first_day(product)
    if first is None or before is None or after is None or not before <= first < after:
        return
    raise NotPossible(
        f"This release is on record as out before {product.name} was kept here, on "
        f"{first:%-d %B %Y}, so no release gate was asked: its day stays before that. Nothing was "
        "changed. For what went out since, add a release as planned and set it to released."
    )


def check_carries_as_it_went_out(release: Release) -> None:
    """Refuse to change what a release carries that went out since the product was on record here:
    nobody asked whether it may go with anything else. Raises ``NotPossible``.
    """
    first = _first_day(release.product)
    went_out = release.released_on if release.state == ReleaseState.RELEASED else None
    if first is None or went_out is None or went_out <= first:
        return
    raise NotPossible(
        f"Release {release.label} is out since {went_out:%-d %B %Y}, with what the release gate "
        "was asked about: what it carries stays as it was. Nothing was changed. Put it into the "
        "release that comes next."
    )


def is_to_come(release: Release) -> bool:
    """Whether a release can still go out, so that its gate is still to be asked."""
    return release.state in (ReleaseState.PLANNED, ReleaseState.IN_WORK)


def check_takes_changes(release: Release) -> None:
    """Refuse to put a change on a release that is out or withdrawn: there no gate asks whether
    anybody has looked at it. Raises ``NotPossible``.
    """
    if is_to_come(release):
        return
    raise NotPossible(
        f"Release {release.label} is {release.get_state_display().lower()}, so no change can be "
        "put on it: its release gate was asked without it. Nothing was saved. Choose a release "
        "that is still to come, or none: then it counts for the one that goes out next."
    )


def take_changes_along(release: Release) -> None:
    """Put what is built and no release carries on the release that goes out, within the act that
    says so: it was asked about at its gate, and is no news of the next one."""
    built = Change.objects.select_for_update().filter(
        product=release.product_id, release=None, is_active=True, state=BuildState.BUILT
    )
    for change in built.order_by("number"):
        change.release = release
        change.save()


def _first_day(product: Product) -> datetime.date | None:
    """The day on which the record of a product begins."""
    first = Entry.objects.filter(scope=product.scope).order_by("pk").first()
    return timezone.localdate(first.at) if first else None
