"""What a report says of waivers and legacy findings, counted. Plain values only."""

from dataclasses import dataclass

from safetycase.snapshot.quality_shapes import LegacyListShape, QualityShape, WaiverShape
from safetycase.snapshot.shape import Snapshot


@dataclass(frozen=True)
class ReportedQuality:
    """What a snapshot holds of waivers and legacy findings."""

    shape: QualityShape

    @property
    def waivers(self) -> list[WaiverShape]:
        """The waivers of the product and of the hazards that the snapshot holds."""
        return self.shape["waivers"]

    @property
    def holding(self) -> int:
        """How many of them cover what was found."""
        return sum(each.get("holds", True) for each in self.waivers)

    @property
    def elsewhere(self) -> int:
        """How many waivers are on hazards that the snapshot does not hold."""
        return len(self.shape["elsewhere"])

    @property
    def legacy(self) -> list[LegacyListShape]:
        """The lists of legacy findings, oldest first."""
        return self.shape["legacy"]

    @property
    def listed(self) -> int:
        """How many findings were listed as legacy, on signed lists."""
        return sum(each["listed"] for each in self._signed)

    @property
    def left(self) -> int:
        """How many of them remain."""
        return sum(each["left"] for each in self._signed)

    @property
    def unsigned(self) -> int:
        """How many lists nobody has signed."""
        return len(self.legacy) - len(self._signed)

    @property
    def _signed(self) -> list[LegacyListShape]:
        return [each for each in self.legacy if each["signed_by"]]


def quality_in(snapshot: Snapshot) -> ReportedQuality | None:
    """What a snapshot says of waivers and legacy findings; None for one that is older than they."""
    shape = snapshot.get("quality")
    return ReportedQuality(shape) if shape is not None else None
