"""The geometry of a bow-tie, in SVG user units (CSS pixels at full size).

Two pictures: a wide one, left to right, and a narrow one, top to bottom, for a telephone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hazards.bow_tie import Barrier, BowTie, Lane
from hazards.boxes import BODY, FACTS, LABEL, PADDING, Box, Make, Text, boxed
from hazards.wrapping import width_of, wrapped

MARGIN = 3
NAME = 12.5  # font size
LANE_GAP, BARRIER_GAP = 18, 7
NARROW_WIDTH, STEP = 330, 26
MOST_OF_PART, MOST_OF_BARRIER, MOST_OF_NAME = 6, 4, 6  # lines


@dataclass(frozen=True)
class Columns:
    """Widths: of a cause or harm, of the way to its controls, of these, and of the way from there
    to the hazard, whose circle has a ``radius``."""

    part: float
    link: float
    barrier: float
    fan: float
    radius: float


#: Controls on both sides of the hazard, and on one; as wide as the page's main column.
BOTH_SIDES = Columns(part=155, link=24, barrier=173, fan=40, radius=80)
ONE_SIDE = Columns(part=196, link=32, barrier=250, fan=50, radius=82)
BRACKET = 9  # from the boxes of several controls to the line that joins them


@dataclass
class BowTieDrawing:
    """A bow-tie ready for its template: boxes in reading order over the ways between them."""

    width: float
    height: float
    ways: list[str]
    boxes: list[Box]
    is_narrow: bool

    @property
    def has_links(self) -> bool:
        """Whether a box leads anywhere."""
        return any(box.url for box in self.boxes)


def drawn_wide(bow_tie: BowTie) -> BowTieDrawing:
    """Causes left, the hazard in the middle, harms right."""
    has_barriers = any(lane.barriers for lane in bow_tie.right)
    columns = BOTH_SIDES if has_barriers and bow_tie.left else ONE_SIDE
    left = [_lane_boxes(lane, columns) for lane in bow_tie.left]
    right = [_lane_boxes(lane, columns) for lane in bow_tie.right]
    height = max(_height_of(left), _height_of(right), 2 * columns.radius) + 2 * MARGIN
    middle, radius = height / 2, columns.radius
    stack_x = MARGIN + columns.part + columns.link
    centre = (stack_x + columns.barrier + columns.fan if left else MARGIN) + radius
    ways: list[str] = []
    boxes: list[Box] = []
    y = middle - _height_of(left) / 2
    for each in left:
        boxes += each.placed(MARGIN, stack_x, y)
        ways += each.ways(y, MARGIN + columns.part, stack_x, (centre - radius, middle))
        y += each.height + LANE_GAP
    boxes.append(_hazard_circle(bow_tie, centre, middle, radius))
    stack_x = centre + radius + columns.fan
    harm_x = stack_x + (columns.barrier + columns.link if has_barriers else 0)
    y = middle - _height_of(right) / 2
    for each in right:
        # Read in the order of what happens: hazard, control, harm.
        placed = each.placed(harm_x, stack_x, y)
        boxes += placed[1:] + placed[:1]
        ways += each.ways(y, harm_x, stack_x, (centre + radius, middle))
        y += each.height + LANE_GAP
    width = harm_x + columns.part if right else centre + radius
    return BowTieDrawing(round(width + MARGIN, 1), round(height, 1), ways, boxes, is_narrow=False)


def drawn_narrow(bow_tie: BowTie) -> BowTieDrawing:
    """Causes with their controls, below them the hazard, below it harms with theirs."""
    inner = NARROW_WIDTH - 2 * MARGIN
    boxes: list[Box] = []
    y: float = MARGIN

    def put(make: Make, x: float) -> None:
        nonlocal y
        box = make(x, y)
        boxes.append(box)
        y += box.height + BARRIER_GAP

    for lane in bow_tie.left:
        put(_part(lane, inner), MARGIN)
        for barrier in lane.barriers:
            put(_barrier(barrier, inner - STEP), MARGIN + STEP)
        if lane.note and not lane.barriers:
            put(_note(lane), MARGIN + STEP)
        y += LANE_GAP - BARRIER_GAP
    put(_hazard_box(bow_tie, inner), MARGIN)
    for lane in bow_tie.right:
        y += LANE_GAP - BARRIER_GAP
        for barrier in lane.barriers:
            put(_barrier(barrier, inner - STEP), MARGIN + STEP)
        put(_part(lane, inner), MARGIN)
    spine = f"M{MARGIN + STEP / 2} {MARGIN}V{round(y - BARRIER_GAP - MARGIN, 1)}"
    return BowTieDrawing(NARROW_WIDTH, round(y, 1), [spine], boxes, is_narrow=True)


@dataclass
class _LaneBoxes:
    """A lane before it is placed: the cause or harm, and the stack of its controls."""

    part: Make
    barriers: list[Make]
    heights: list[float]
    part_height: float
    columns: Columns

    @property
    def width(self) -> float:
        """How wide its controls are, or what is said in their place."""
        return self.barriers[0](0, 0).width if self.barriers else 0

    @property
    def stack_height(self) -> float:
        return sum(self.heights) + BARRIER_GAP * max(len(self.heights) - 1, 0)

    @property
    def height(self) -> float:
        return max(self.part_height, self.stack_height)

    def middle(self, y: float) -> float:
        """Where the way runs through a lane that begins at ``y``."""
        return y + self.height / 2

    def tops(self, y: float) -> list[float]:
        """Where each control's box begins."""
        below = self.middle(y) - self.stack_height / 2
        tops = []
        for height in self.heights:
            tops.append(below)
            below += height + BARRIER_GAP
        return tops

    def placed(self, part_x: float, stack_x: float, y: float) -> list[Box]:
        """The boxes of a lane that begins at ``y``, the part first."""
        boxes = [self.part(part_x, self.middle(y) - self.part_height / 2)]
        stack = zip(self.barriers, self.tops(y), strict=True)
        return boxes + [make(stack_x, top) for make, top in stack]

    def ways(
        self, y: float, part_edge: float, stack_x: float, hazard: tuple[float, float]
    ) -> list[str]:
        """The lines from the part's inner edge past its controls to the hazard."""
        middle, (hazard_x, hazard_y) = self.middle(y), hazard
        near, far = stack_x, stack_x + self.width  # the stack's edges, from the left
        if hazard_x < stack_x:
            near, far = far, near
        forth = 1 if hazard_x > stack_x else -1
        ways = []
        if self.barriers:
            ways.append(f"M{part_edge:.1f} {middle:.1f}H{near - BRACKET * forth:.1f}")
            middles = [top + h / 2 for top, h in zip(self.tops(y), self.heights, strict=True)]
            for x, edge in ((near - BRACKET * forth, near), (far + BRACKET * forth, far)):
                ways.append(f"M{x:.1f} {middles[0]:.1f}V{middles[-1]:.1f}")
                ways += [f"M{x:.1f} {each:.1f}H{edge:.1f}" for each in middles]
        else:
            far = part_edge
        start, turn = far + BRACKET * forth * bool(self.barriers), hazard_x - self.bend * forth
        ways.append(
            f"M{start:.1f} {middle:.1f}H{turn:.1f}"
            f"C{turn + self.bend * 0.6 * forth:.1f} {middle:.1f}"
            f" {hazard_x - self.bend * 0.6 * forth:.1f} {hazard_y:.1f}"
            f" {hazard_x:.1f} {hazard_y:.1f}"
        )
        return ways

    @property
    def bend(self) -> float:
        """How wide the curve into the hazard is."""
        return self.columns.fan - BRACKET


def _lane_boxes(lane: Lane, columns: Columns) -> _LaneBoxes:
    part = _part(lane, columns.part)
    barriers = [_barrier(barrier, columns.barrier) for barrier in lane.barriers]
    if lane.note and not barriers:
        barriers = [_note(lane)]
    heights = [make(0, 0).height for make in barriers]
    return _LaneBoxes(part, barriers, heights, part(0, 0).height, columns)


def _height_of(lanes: Sequence[_LaneBoxes]) -> float:
    return sum(each.height for each in lanes) + LANE_GAP * max(len(lanes) - 1, 0)


def _part(lane: Lane, width: float) -> Make:
    text = Text()
    text.add([lane.label], "label", LABEL)
    inner = width - 2 * PADDING
    text.add(wrapped(lane.text, width=inner, size=BODY, most=MOST_OF_PART), "body", BODY)
    return boxed("part", text, width, lane.spoken, url=lane.url, has_frame=not lane.is_of_all)


def _barrier(barrier: Barrier, width: float) -> Make:
    text, inner = Text(), width - 2 * PADDING
    facts = [barrier.reference, barrier.party_in_words]
    facts += ["shared"] if barrier.is_shared else []
    facts += ["as above"] if barrier.is_again else []
    text.add(wrapped(" · ".join(facts), width=inner, size=LABEL, most=3), "label", LABEL)
    if not barrier.is_again:
        body = wrapped(barrier.text, width=inner, size=BODY, most=MOST_OF_BARRIER)
        text.add(body, "body", BODY)
    tone = "good" if barrier.stands else "warn"
    text.add(wrapped(barrier.standing, width=inner, size=FACTS, most=2), tone, FACTS)
    return boxed(
        "barrier",
        text,
        width,
        barrier.spoken,
        url=barrier.url,
        is_open=not barrier.stands,
        is_shared=barrier.is_shared,
    )


def _note(lane: Lane) -> Make:
    text = Text()
    text.add([lane.note], "warn" if lane.is_gap else "facts", FACTS)
    width = round(width_of(lane.note, FACTS) + PADDING, 1)
    return boxed("gap", text, width, "", padding=PADDING / 2)


def _hazard_circle(bow_tie: BowTie, x: float, y: float, radius: float) -> Box:
    text = _hazard_text(bow_tie, radius * 1.5, MOST_OF_NAME)
    lines = text.at(x, y - text.height / 2, "middle")
    left, top, side = x - radius, y - radius, 2 * radius
    name = f"Hazard {bow_tie.reference}: {bow_tie.name}"
    return Box("hazard", left, top, side, side, name, lines, radius=radius)


def _hazard_box(bow_tie: BowTie, width: float) -> Make:
    text = _hazard_text(bow_tie, width - 4 * PADDING, 8)

    def make(x: float, y: float) -> Box:
        lines = text.at(x + width / 2, y + PADDING, "middle")
        height = round(text.height + 2.2 * PADDING, 1)
        name = f"Hazard {bow_tie.reference}: {bow_tie.name}"
        return Box("hazard", x, round(y, 1), width, height, name, lines, radius=16)

    return make


def _hazard_text(bow_tie: BowTie, width: float, most: int) -> Text:
    text = Text()
    # Bold letters are wider than those that are measured.
    name = wrapped(bow_tie.name, width=width / 1.06, size=NAME, most=most)
    text.add(name, "name", NAME)
    text.add([bow_tie.reference], "label", LABEL)
    return text
