"""The waivers frozen with a version, as whoever signs it sees them, against those in force now."""

from dataclasses import dataclass

from django.utils import timezone

from hazards.choices import FindingLevel
from hazards.quality.marks import waivers_in_force
from products.models import Product
from safetycase.report_quality import ReportedQuality, quality_in
from safetycase.snapshot.quality_shapes import WaiverShape
from safetycase.versions.reading import VersionReading

#: A short list: the page of waivers has them all.
MOST = 5


@dataclass(frozen=True)
class FrozenWaiver:
    """A waiver as it was frozen, and whether it is in force still."""

    waiver: WaiverShape
    is_over: bool

    @property
    def blocks(self) -> bool:
        """Whether what it lets stand would keep the release from going out."""
        return self.waiver["level"] == FindingLevel.BLOCKS.value


@dataclass(frozen=True)
class OpenWaivers:
    """The waivers of a version. ``quality`` is None for one that is older than they.

    ``now`` are in force on the product today; ``since`` of them were given after the freeze.
    """

    quality: ReportedQuality | None
    frozen: list[FrozenWaiver]
    now: int
    since: int

    @property
    def shown(self) -> list[FrozenWaiver]:
        """The first few: those that hold no more, then those of what blocks."""
        first = sorted(self.frozen, key=lambda each: not each.blocks)
        return sorted(first, key=lambda each: each.waiver.get("holds", True))[:MOST]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(0, len(self.frozen) - MOST)


def open_waivers(reading: VersionReading, product: Product) -> OpenWaivers:
    """The waivers frozen with a version. One query."""
    in_force = {
        str(key)
        for key in waivers_in_force(product, timezone.localdate())
        .order_by()
        .values_list("public_id", flat=True)
    }
    quality = quality_in(reading.snapshot)
    if quality is None:
        return OpenWaivers(None, [], now=len(in_force), since=0)
    known = {each["public_id"] for each in quality.waivers} | set(quality.shape["elsewhere"])
    return OpenWaivers(
        quality,
        [FrozenWaiver(each, each["public_id"] not in in_force) for each in quality.waivers],
        now=len(in_force),
        since=len(in_force - known),
    )
