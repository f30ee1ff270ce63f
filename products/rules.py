"""Rules of products as pure functions on plain values."""

import datetime
import re

from products.choices import BuildState, ReleaseState, Role

#: Where a release may go from where it stands. A release that was out never comes back.
RELEASE_MOVES: dict[ReleaseState, frozenset[ReleaseState]] = {
    ReleaseState.PLANNED: frozenset({ReleaseState.IN_WORK, ReleaseState.WITHDRAWN}),
    ReleaseState.IN_WORK: frozenset(
        {ReleaseState.PLANNED, ReleaseState.RELEASED, ReleaseState.WITHDRAWN}
    ),
    ReleaseState.RELEASED: frozenset({ReleaseState.WITHDRAWN}),
    ReleaseState.WITHDRAWN: frozenset({ReleaseState.PLANNED}),
}

#: Where a feature or a change may go from where it stands. Work is taken up again, and a tracker
#: may say at one go that something is built.
BUILD_MOVES: dict[BuildState, frozenset[BuildState]] = {
    BuildState.PLANNED: frozenset({BuildState.IN_BUILD, BuildState.BUILT}),
    BuildState.IN_BUILD: frozenset({BuildState.PLANNED, BuildState.BUILT}),
    BuildState.BUILT: frozenset({BuildState.IN_BUILD}),
}

#: States before which the building of something has begun.
BEGUN_STATES = frozenset({BuildState.IN_BUILD, BuildState.BUILT})

#: States in which a release's date of release stands.
DATED_STATES = frozenset({ReleaseState.RELEASED, ReleaseState.WITHDRAWN})

#: Roles that may have deputies (clause 2.2.1 nominates them).
DEPUTY_ROLES = frozenset({Role.CLINICAL_SAFETY_OFFICER, Role.ACCOUNTABLE_EXECUTIVE})

#: Words that pages of our own have in the same place of an address.
_TAKEN_BY_PAGES = frozenset({"new", "import"})

_IN_AN_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def why_release_may_not_move(
    now: ReleaseState, to: ReleaseState, *, was_released: bool
) -> str | None:
    """The sentence that refuses a release's next state; None when it may move there."""
    if now == to:
        return None
    if now == ReleaseState.WITHDRAWN and was_released:
        return "This release was out and then withdrawn, so it stays withdrawn. Add a new release."
    if to in RELEASE_MOVES[now]:
        return None
    may = " or ".join(state.label.lower() for state in ReleaseState if state in RELEASE_MOVES[now])
    return f"A release that is {now.label.lower()} can become {may}, not {to.label.lower()}."


def why_release_date_is_wrong(
    state: ReleaseState, released_on: datetime.date | None, today: datetime.date
) -> str | None:
    """The sentence that refuses a date of release for a state; None when they agree."""
    if state == ReleaseState.RELEASED and released_on is None:
        return "A release that is out needs the date on which it was released."
    if released_on is None:
        return None
    if state not in DATED_STATES:
        return f"A release that is {state.label.lower()} has no date of release yet."
    if released_on > today:
        return f"The date of release, {released_on:%-d %B %Y}, has not come yet."
    return None


def why_release_date_may_not_change(
    to: ReleaseState, before: datetime.date | None, after: datetime.date | None
) -> str | None:
    """The sentence that keeps a withdrawn release's date of release; None otherwise.

    Whether it was ever out decides whether it may come back, so withdrawing changes nothing of it.
    """
    if to == ReleaseState.WITHDRAWN and before != after:
        return "A withdrawn release keeps the date of release that it had, or none."
    return None


def why_build_may_not_move(now: BuildState, to: BuildState) -> str | None:
    """The sentence that refuses the next state of a feature or change; None when it may move."""
    if now == to or to in BUILD_MOVES[now]:
        return None
    may = " or ".join(state.label.lower() for state in BuildState if state in BUILD_MOVES[now])
    return (
        f"What is {now.label.lower()} can become {may}, not {to.label.lower()}. "
        "Nothing was changed."
    )


def when_build_began(
    to: BuildState,
    before: datetime.date | None,
    said: datetime.date | None,
    today: datetime.date,
) -> datetime.date | None:
    """The day on which building began, as it stands once something is in this state.

    What somebody says counts, else the day that stands, else today. Going back to planned keeps
    it: work had begun.
    """
    if said is not None:
        return said
    return before or (today if to in BEGUN_STATES else None)


def periods_overlap(
    start: datetime.date,
    end: datetime.date | None,
    other_start: datetime.date,
    other_end: datetime.date | None,
) -> bool:
    """Whether two periods share a day; both ends are inclusive, None is open."""
    return (end is None or other_start <= end) and (other_end is None or start <= other_end)


def fits_an_address(text: str) -> bool:
    """Whether a reference or version can stand in a page's address as it is."""
    return _IN_AN_ADDRESS.fullmatch(text) is not None and text.lower() not in _TAKEN_BY_PAGES


def next_feature_reference(taken: set[str], start: int) -> str:
    """The first free reference FEAT-n with n from ``start`` on; ``taken`` are lower case."""
    number = start
    while f"feat-{number}" in taken:
        number += 1
    return f"FEAT-{number}"


def next_change_reference(taken: set[str], start: int) -> str:
    """The first free reference CHG-n with n from ``start`` on; ``taken`` are lower case."""
    number = start
    while f"chg-{number}" in taken:
        number += 1
    return f"CHG-{number}"
