"""The geometry of the map from feature to evidence: four columns, a band for each row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hazards.boxes import BODY, FACTS, LABEL, PADDING, Box, Make, Text, boxed
from hazards.traceability import Trace, TracedControl
from hazards.wrapping import wrapped
from products.models import Feature

MARGIN, ROW_GAP, BOX_GAP, WAY = 3, 18, 6, 34
FEATURE, HAZARD, CONTROL, EVIDENCE = 190, 270, 330, 400  # widths of the columns
MOST_EVIDENCE = 5  # lines of a control's evidence; then how many more there are

#: Given a row and one of its controls (or None for the hazard itself): the address of its part.
UrlOf = Callable[[Trace, TracedControl | None], str]
FeatureUrlOf = Callable[[Feature], str]


@dataclass
class TraceDrawing:
    """The map ready for its template: boxes in reading order over the ways between them."""

    width: float
    height: float
    ways: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    has_links: bool = True


def drawn_traces(
    traces: Sequence[Trace], url_of: UrlOf, feature_url_of: FeatureUrlOf
) -> TraceDrawing:
    """Place every row; a feature stands once, over all rows that follow each other with it."""
    width = 2 * MARGIN + FEATURE + HAZARD + CONTROL + EVIDENCE + 3 * WAY
    drawing = TraceDrawing(width=width, height=0)
    y: float = MARGIN
    start_of_feature: float = 0
    former: Feature | None = None
    seen: set[int] = set()
    for place, trace in enumerate(traces):
        is_same = place > 0 and trace.feature is not None and trace.feature == former
        former = trace.feature
        make = _feature(trace, feature_url_of)
        if is_same:
            middle = start_of_feature
        else:
            box = make(MARGIN, y)
            drawing.boxes.append(box)
            middle = start_of_feature = y + box.height / 2
        is_again = trace.hazard is not None and trace.hazard.pk in seen
        seen |= {trace.hazard.pk} if trace.hazard else set()
        height = _row(drawing, trace, url_of, (y, middle), is_again=is_again)
        y += max(height, 0 if is_same else _height(make)) + ROW_GAP
    drawing.height = round(y - ROW_GAP + MARGIN, 1)
    return drawing


def _height(make: Make) -> float:
    """How high a box will be."""
    return make(0, 0).height


def _row(
    drawing: TraceDrawing,
    trace: Trace,
    url_of: UrlOf,
    at: tuple[float, float],
    *,
    is_again: bool,
) -> float:
    """Draw a row's hazard, controls and evidence; returns how high they are.

    ``at`` is where the row begins and where the middle of its feature is.
    """
    y, middle = at
    hazard_x = MARGIN + FEATURE + WAY
    control_x = hazard_x + HAZARD + WAY
    hazard = _hazard(trace, url_of)(hazard_x, y)
    drawing.boxes.append(hazard)
    drawing.ways.append(_way(MARGIN + FEATURE, middle, hazard_x, y + hazard.height / 2))
    if trace.hazard is None:
        return hazard.height
    if is_again:
        drawing.boxes.append(_again(control_x, y, hazard.height))
        return hazard.height
    below = y
    controls: list[TracedControl | None] = [*trace.controls] or [None]
    for control in controls:
        pair = _control(trace, control, url_of), _evidence(trace, control, url_of)
        made = [make for make in pair if make is not None]
        height = max(_height(make) for make in made)
        for place, make in enumerate(made):
            box = make(control_x + place * (CONTROL + WAY), below)
            drawing.boxes.append(box)
        drawing.ways.append(
            _way(hazard_x + HAZARD, y + hazard.height / 2, control_x, below + _half(made[0]))
        )
        if len(made) > 1:
            drawing.ways.append(
                _way(
                    control_x + CONTROL,
                    below + _half(made[0]),
                    control_x + CONTROL + WAY,
                    below + _half(made[1]),
                )
            )
        below += height + BOX_GAP
    return max(hazard.height, below - BOX_GAP - y)


def _half(make: Make) -> float:
    """Half the height of a box."""
    return _height(make) / 2


def _feature(trace: Trace, url_of: FeatureUrlOf) -> Make:
    feature = trace.feature
    if feature is None:
        return _missing("No feature", FEATURE)
    text = _labelled(feature.reference, feature.title, FEATURE, most=4)
    name = f"Feature {feature.reference}: {feature.title}"
    return boxed("part", text, FEATURE, name, url=url_of(feature))


def _hazard(trace: Trace, url_of: UrlOf) -> Make:
    hazard = trace.hazard
    if hazard is None:
        return _missing("No hazard", HAZARD)
    text = _labelled(hazard.display_reference, hazard.name, HAZARD, most=4)
    name = f"Hazard {hazard.display_reference}: {hazard.name}"
    return boxed("part", text, HAZARD, name, url=url_of(trace, None))


def _control(trace: Trace, control: TracedControl | None, url_of: UrlOf) -> Make:
    if control is None:
        return _missing("No control", CONTROL)
    row = control.reading.control
    text = _labelled(row.reference, row.text, CONTROL, most=2)
    state = row.get_state_display().lower()
    party = row.get_party_display().lower() or "party not said"
    tone = "good" if control.reading.stands else "warn"
    text.add([f"{'✓ ' if row.state == 'verified' else ''}{state} · {party}"], tone, FACTS)
    return boxed(
        "barrier",
        text,
        CONTROL,
        f"Control {row.reference}: {row.text} ({state}, {party})",
        url=url_of(trace, control),
        is_open=not control.reading.stands,
    )


def _evidence(trace: Trace, control: TracedControl | None, url_of: UrlOf) -> Make | None:
    if control is None:
        return None
    if not control.evidence:
        return _missing("No evidence", EVIDENCE) if control.gap else None
    text, inner = Text(), EVIDENCE - 2 * PADDING
    for each in control.evidence[:MOST_EVIDENCE]:
        line = wrapped(f"{each.result} · {each.title}", width=inner, size=FACTS, most=1)
        text.add(line, each.tone, FACTS)
    more = len(control.evidence) - MOST_EVIDENCE
    if more > 0:
        text.add([f"and {more} more"], "facts", FACTS)
    if control.gap:
        text.add([control.gap], "warn", FACTS)
    spoken = "; ".join(f"{each.result}, {each.title}" for each in control.evidence)
    name = f"Evidence of {control.reading.control.reference}: {spoken}"
    return boxed("part", text, EVIDENCE, name, url=url_of(trace, control))


def _missing(words: str, width: float) -> Make:
    text = Text()
    text.add([f"✗ {words.lower()}"], "warn", BODY)
    return boxed("barrier", text, width, words, is_open=True)


def _again(x: float, y: float, height: float) -> Box:
    text = Text()
    text.add(["its controls as above"], "facts", FACTS)
    box = boxed("part", text, CONTROL, "", has_frame=False)(x, y)
    return boxed("part", text, CONTROL, "", has_frame=False)(x, y + (height - box.height) / 2)


def _labelled(label: str, words: str, width: float, *, most: int) -> Text:
    text = Text()
    text.add([label], "label", LABEL)
    text.add(wrapped(words, width=width - 2 * PADDING, size=BODY, most=most), "body", BODY)
    return text


def _way(x1: float, y1: float, x2: float, y2: float) -> str:
    half = (x2 - x1) / 2
    return f"M{x1:.1f} {y1:.1f}C{x1 + half:.1f} {y1:.1f} {x2 - half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
