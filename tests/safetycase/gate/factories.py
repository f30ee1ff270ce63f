"""Releases before the gate, for tests, made by the same actions as people use."""

import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from hazards.models import Hazard
from products.actions import edit_release
from products.choices import ReleaseState
from products.models import Product, Release
from reviews.choices import Meaning
from reviews.models import SignOff
from safetycase.actions.gate import ask_break_glass, sign_break_glass, state_release
from safetycase.gate.signing import glass_subject
from safetycase.models import Baseline, BreakGlass, ReleaseStatement
from safetycase.versions.reading import issues_of
from tests.factories import make_release
from tests.hazards.factories import a_live_hazard, an_estimate
from tests.reviews.factories import proof
from tests.safetycase.factories import a_frozen_version, a_report_to_freeze, signed_version

WHY = "Patients cannot order any repeat while the old release is down"
MEASURES = "A pharmacist checks each dispatch by hand, twice a day"


def in_days(days: int) -> datetime.date:
    """A day from today."""
    return timezone.localdate() + datetime.timedelta(days=days)


def an_approved_version(release: Release, cso: User, reviewer: User, executive: User) -> Baseline:
    """What the release is made of as the record is now: frozen, reviewed, approved, authorised."""
    version = a_frozen_version(release.product, cso, release.label)
    signed_version(version, reviewer, Meaning.REVIEWED)
    signed_version(version, cso, Meaning.APPROVED)
    signed_version(version, executive, Meaning.AUTHORISED)
    return version


def a_passing_release(product: Product, cso: User, reviewer: User, executive: User) -> Release:
    """A release that nothing blocks: its version is frozen and has every signature."""
    release = a_report_to_freeze(product, cso, executive)
    release.product = product
    an_approved_version(release, cso, reviewer, executive)
    return release


def something_blocks(
    product: Product, cso: User, release: Release, name: str = "A dose is given twice", **more: Any
) -> Hazard:
    """A live hazard of a release that nobody has estimated."""
    return a_live_hazard(product, cso, name=name, **({"first_release_id": release.pk} | more))


def something_unfinished(
    product: Product, cso: User, release: Release, name: str = "A dose is given twice"
) -> Hazard:
    """A live hazard of a release with an acceptable risk, of which a text is still to come."""
    hazard = something_blocks(product, cso, release, name=name, description="TBC")
    an_estimate(hazard, cso, "Minor", "Very low")
    return hazard


def a_blocked_release(product: Product, cso: User, reviewer: User, executive: User) -> Release:
    """A release that one thing blocks: a risk that nobody has estimated."""
    release = a_report_to_freeze(product, cso, executive)
    release.product = product
    something_blocks(product, cso, release)
    an_approved_version(release, cso, reviewer, executive)
    return release


def a_breakable_release(product: Product, cso: User, reviewer: User, executive: User) -> Release:
    """A release that one thing blocks, in spite of which it may go out."""
    release = a_report_to_freeze(product, cso, executive)
    release.product = product
    something_unfinished(product, cso, release)
    an_approved_version(release, cso, reviewer, executive)
    return release


def some_glass(release: Release, by: User, **more: Any) -> BreakGlass:
    """What somebody asks for; nobody has signed it."""
    terms: dict[str, Any] = {
        "why": WHY,
        "interim_measures": MEASURES,
        "expires_on": in_days(7),
    }
    return ask_break_glass(release=release, by=by, **(terms | more))


def signed_glass(glass: BreakGlass, by: User, meaning: Meaning) -> SignOff:
    """Somebody's signature under what is asked for."""
    return sign_break_glass(
        glass=glass,
        by=by,
        meaning=meaning,
        seen=glass_subject(glass).fingerprint,
        confirmed=proof(by),
    )


def broken_glass(release: Release, cso: User, executive: User, **more: Any) -> BreakGlass:
    """A break-glass release that both have signed."""
    glass = some_glass(release, cso, **more)
    signed_glass(glass, cso, Meaning.APPROVED)
    signed_glass(glass, executive, Meaning.AUTHORISED)
    return glass


def a_later_release(product: Product, label: str = "1.0.1") -> Release:
    """A release after the others."""
    release = make_release(product, label)
    release.product = product
    return release


def a_statement(release: Release, cso: User, **more: Any) -> ReleaseStatement:
    """The officer's statement that a release changes no clinical risk, under the newest report."""
    issue = issues_of(release.product).first()
    terms: dict[str, Any] = {"covered_by": issue, "why": "It changes the colour of the buttons"}
    return state_release(release=release, by=cso, confirmed=proof(cso), **(terms | more))


def send_out(release: Release, by: User) -> Release:
    """Set a release to released."""
    edit_release(release=release, by=by, changes={"state": ReleaseState.IN_WORK})
    return edit_release(
        release=release,
        by=by,
        changes={"state": ReleaseState.RELEASED, "released_on": timezone.localdate()},
    )
