"""Whether a release would pass without a feature or two: judged again on the same findings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from safetycase.gate.findings import GateFinding

#: More features than these taken out make another release, not a shorter way.
MOST = 2


class Carried(NamedTuple):
    """A feature that the release carries."""

    key: int
    reference: str
    title: str
    public_id: str = ""


@dataclass(frozen=True)
class Scope:
    """Through what a hazard is in scope of the release.

    ``stays`` says why it stays whatever is taken out ('' where it does not): somebody set its
    release, or it was in scope of an earlier one. ``features`` are the keys of those that the
    release carries and that it belongs to.
    """

    stays: str = ""
    features: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Without:
    """What would be if features were taken out of the release.

    ``features`` are the fewest that leave nothing blocking, empty where no two do; then ``why_not``
    says why. ``hazards`` leave with them. ``signatures_remain`` says that the version for the
    release has to be frozen and signed all the same: it is not yet, or it holds them.
    """

    features: list[Carried] = field(default_factory=list)
    hazards: list[str] = field(default_factory=list)
    signatures_remain: bool = False
    why_not: str = ""

    @property
    def sentence(self) -> str:
        """What would be, with what leaves and what remains."""
        gone = f"{', '.join(self.hazards)} leave{'s' if len(self.hazards) == 1 else ''} with it"
        if len(self.features) > 1:
            gone = gone[: -len("it")] + "them"
        rest = ", and only the version's signatures are left" if self.signatures_remain else ""
        then = "nothing of the log blocks" if self.signatures_remain else "it passes"
        return f"Drop {self.words} and {then}{rest}{f' ({gone})' if self.hazards else ''}."

    @property
    def words(self) -> str:
        """The features by their references: ``FEAT-4 and FEAT-6``."""
        return " and ".join(each.reference for each in self.features)


def without_features(
    reasons: Sequence[GateFinding],
    scopes: Mapping[int, Scope],
    carried: Iterable[Carried],
    *,
    features_of_subject: Mapping[str, int] | None = None,
) -> Without | None:
    """The fewest features without which nothing of the log blocks; None where nothing does now.

    A hazard leaves the release only when every feature leaves through which it is in scope, so the
    features that have to go are all those of all hazards that block: there is one smallest set.
    ``scopes`` are by the hazard's key. ``features_of_subject`` says of a finding's subject which
    carried feature it is about: such a finding goes with the feature.
    """
    blocking = [each for each in reasons if not each.waits_for_version]
    if not blocking:
        return None
    about, needed, leaving = features_of_subject or {}, set(), {}
    for each in blocking:
        if each.subject in about:
            needed.add(about[each.subject])
            continue
        if each.key is None:
            return Without(why_not=f"this is of the whole product. {each.message}")
        scope = scopes.get(each.key, Scope(stays="no release carries it"))
        if scope.stays or not scope.features:
            why = scope.stays or "no feature of it is in this release"
            return Without(why_not=f"{each.hazard} stays: {why}.")
        needed |= scope.features
        leaving[each.key] = each.hazard
    by_key = {each.key: each for each in carried}
    if not needed <= by_key.keys():
        return Without(why_not="What blocks belongs to features that the release does not carry.")
    if len(needed) > MOST:
        return Without(why_not=f"What blocks belongs to {len(needed)} features.")
    return Without(
        features=[by_key[key] for key in sorted(needed)],
        hazards=list(leaving.values()),
    )
