"""The numbers of the quality rules. The setting ``QUALITY_THRESHOLDS`` changes any of them."""

from typing import NamedTuple

from django.conf import settings


class Thresholds(NamedTuple):
    """How much is too little, too alike, too much or too long; documented with the rules."""

    fewest_words_of_hazard: int = 6  # HZ01
    fewest_words_beside_generic: int = 3  # HZ02
    alike: int = 80  # HZ04: per cent of the words that two sentences share
    fewest_words_of_control: int = 4  # HZ07
    copies: int = 3  # HZ08: hazards with the same control text
    bands: int = 2  # SC05: bands of likelihood
    hazards_of_one_class: int = 10  # SC08: a log of at least so many
    share_of_one_class: int = 80  # SC08: per cent
    hazards_on_one_control: int = 3  # CE09
    longest_waiver: int = 90  # days, of a finding that blocks
    longest_waiver_of_warning: int = 366  # days


def thresholds() -> Thresholds:
    """The thresholds as this installation has them.

    Raises ``ValueError`` for a name that is none, or a value that is no whole number above zero.
    """
    changed = getattr(settings, "QUALITY_THRESHOLDS", {})
    for name, value in changed.items():
        if name not in Thresholds._fields:
            raise ValueError(f"QUALITY_THRESHOLDS names {name!r}, which is no threshold.")
        if not isinstance(value, int) or value < 1:
            raise ValueError(f"QUALITY_THRESHOLDS[{name!r}] is a whole number above zero.")
    return Thresholds(**changed)
