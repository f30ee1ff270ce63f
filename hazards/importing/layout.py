"""Finding the log in a workbook: its sheet, the row of its headings, and what each column holds.

A ``Layout`` maps columns to fields; everything after it works on the layout, however it was found.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from audit.errors import NotPossible
from hazards.choices import Stage
from hazards.importing.cells import folded
from hazards.importing.fields import CONTROLS, LABELS, Field
from hazards.importing.sheet import Sheet

HEADER_WITHIN = 10  # rows from the top of a sheet
FEWEST_COLUMNS = 3  # recognised ones, for a row to be the heading of a log

_PLAIN: dict[Field, tuple[str, ...]] = {
    Field.REFERENCE: (
        *("hazard number", "hazard no", "hazard id", "hazard ref", "hazard reference"),
        *("hazard #", "#", "id", "ref", "reference", "number", "no", "haz id", "hazard log id"),
    ),
    Field.NAME: ("hazard name", "name", "hazard", "hazard title", "title"),
    Field.DESCRIPTION: ("hazard description", "description", "description of hazard"),
    Field.HARM: (
        *("potential clinical impact", "clinical impact", "potential impact", "impact"),
        *("effect", "effects", "hazard effect", "harm", "harms", "potential harm"),
        *("patient harm", "consequences", "potential clinical impacts"),
    ),
    Field.CAUSE: (
        *("possible cause", "possible causes", "cause", "causes", "potential cause"),
        *("potential causes", "hazard cause", "hazard causes"),
    ),
    Field.EXISTING: (
        *("existing controls", "existing control", "current controls", "controls in place"),
        *("existing mitigations", "existing mitigation"),
    ),
    Field.ADDITIONAL: (
        *("additional controls", "additional control", "further controls"),
        *("additional mitigations", "further mitigations"),
    ),
    Field.DESIGN: ("design", "design control", "design controls", "software design"),
    Field.TEST: ("test", "tests", "testing"),
    Field.TRAINING: (
        *("training", "training communication", "training and communication"),
        *("training communications", "user training"),
    ),
    Field.BUSINESS_PROCESS: (
        *("business process change", "business process changes", "business process"),
        *("business processes", "business change", "process change"),
    ),
    Field.ACTION_SUMMARY: (
        *("action summary", "actions", "action", "summary of actions", "actions required"),
        "action required",
    ),
    Field.OWNER: ("owner", "hazard owner", "action owner", "responsible", "responsible owner"),
    Field.STATUS: ("hazard status", "status"),
    Field.JUSTIFICATION: (
        *("justification", "rationale", "risk justification", "residual risk justification"),
        "justification for residual risk",
    ),
    Field.FAMILY: ("tag", "tags", "category", "hazard category", "family", "hazard type"),
}
_SEVERITY = ("severity", "hazard severity", "severity rating")
_LIKELIHOOD = ("likelihood", "hazard likelihood", "likelihood rating")
_CLASS = (
    *("risk rating", "risk score", "risk class", "risk level", "clinical risk", "class"),
    *("rating", "score", "risk", "hazard risk rating"),
)
#: In most logs the harm; between likelihood and rating, the severity.
_CONSEQUENCE = "consequence"

_FIELDS = {words: meaning for meaning, all_words in _PLAIN.items() for words in all_words}
_STAGE_WORDS = {
    "initial": Stage.INITIAL,
    "init": Stage.INITIAL,
    "i": Stage.INITIAL,
    "residual": Stage.RESIDUAL,
    "res": Stage.RESIDUAL,
    "r": Stage.RESIDUAL,
}
_RISK_FIELDS = {
    ("severity", Stage.INITIAL): Field.INITIAL_SEVERITY,
    ("severity", Stage.RESIDUAL): Field.RESIDUAL_SEVERITY,
    ("likelihood", Stage.INITIAL): Field.INITIAL_LIKELIHOOD,
    ("likelihood", Stage.RESIDUAL): Field.RESIDUAL_LIKELIHOOD,
    ("class", Stage.INITIAL): Field.INITIAL_CLASS,
    ("class", Stage.RESIDUAL): Field.RESIDUAL_CLASS,
}
_EXISTING_TYPES = {
    Field.DESIGN: Field.EXISTING_DESIGN,
    Field.TRAINING: Field.EXISTING_TRAINING,
    Field.BUSINESS_PROCESS: Field.EXISTING_BUSINESS_PROCESS,
}


@dataclass
class Layout:
    """Where the log stands on its sheet, and which column holds which field."""

    sheet: Sheet
    first_header_row: int
    header_row: int  # the last row of the heading
    columns: dict[Field, int] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)  # columns with a heading nobody knows

    def has(self, *fields: Field) -> bool:
        """Whether the log has a column for any of these."""
        return any(each in self.columns for each in fields)

    def column(self, wanted: Field) -> int | None:
        """The column of a field, None when the log has none."""
        return self.columns.get(wanted)

    @property
    def is_log(self) -> bool:
        """Whether what was recognised makes a hazard log: a name, and something said of it."""
        return (
            Field.NAME in self.columns
            and len(self.columns) >= FEWEST_COLUMNS
            and self.has(Field.HARM, Field.CAUSE, Field.DESCRIPTION, Field.INITIAL_SEVERITY)
        )


def plain_heading(text: str) -> str:
    """A heading without case, punctuation and spacing: ``Possible Cause(s):`` → possible causes."""
    words = folded(text).replace("(s)", "s")
    return " ".join(re.sub(r"[^\w#]+", " ", words).split())


def choose_layout(sheets: list[Sheet], wanted: str = "") -> tuple[Layout, list[Layout]]:
    """The layout of the log, and those of other sheets that look like logs too.

    ``wanted`` names a sheet. Raises ``NotPossible`` when there is no such sheet, and when no row
    within the first ten of any sheet is the heading of a hazard log.
    """
    candidates = [_named(sheets, wanted)] if wanted else sheets
    found = [layout for sheet in candidates if (layout := find_layout(sheet)) is not None]
    if not found:
        raise NotPossible(_no_header(candidates, wanted))
    # The fullest log that is not hidden; of two alike, the one that stands first.
    best = max(found, key=lambda layout: (not layout.sheet.is_hidden, len(layout.columns)))
    return best, [layout for layout in found if layout is not best]


def find_layout(sheet: Sheet) -> Layout | None:
    """The layout of a sheet, or None when no row near its top heads a hazard log."""
    rows = [number for number in sorted(sheet.rows) if number <= HEADER_WITHIN]
    layouts = [layout for number in rows if (layout := _layout_at(sheet, number)).is_log]
    return max(layouts, key=lambda layout: len(layout.columns), default=None)


def _named(sheets: list[Sheet], wanted: str) -> Sheet:
    for matches in (lambda name: name == wanted, lambda name: folded(name) == folded(wanted)):
        for sheet in sheets:
            if matches(sheet.name):
                return sheet
    names = ", ".join(f"“{sheet.name}”" for sheet in sheets) or "none"
    raise NotPossible(
        f"The workbook has no sheet called “{wanted}”. Nothing was changed. "
        f"Its sheets are: {names}. Choose one of these."
    )


def _no_header(sheets: Iterable[Sheet], wanted: str) -> str:
    where = f"the sheet “{wanted}”" if wanted else "any sheet of this workbook"
    names = ", ".join(f"“{sheet.name}”" for sheet in sheets) or "none"
    looked_for = ", ".join(
        LABELS[each]
        for each in (
            *(Field.REFERENCE, Field.NAME, Field.DESCRIPTION, Field.HARM, Field.CAUSE),
            *(Field.EXISTING, Field.INITIAL_SEVERITY, Field.INITIAL_LIKELIHOOD, Field.STATUS),
        )
    )
    return (
        f"No heading of a hazard log was found in the first {HEADER_WITHIN} rows of {where} "
        f"(looked at: {names}). Nothing was changed. A row with columns such as these is looked "
        f"for: {looked_for}; the name, and at least two more. Put such a row at the top of the "
        "log, or choose the sheet that has it."
    )


def _layout_at(sheet: Sheet, row: int) -> Layout:
    groups = _groups_above(sheet, row)
    headings = _headings(sheet, row)
    layout = Layout(sheet, row - 1 if groups else row, row)
    for column, heading in sorted(headings.items()):
        meaning = _meaning(plain_heading(heading), plain_heading(groups.get(column, "")), layout)
        if meaning is None or meaning in layout.columns:
            layout.unread[column] = " ".join(heading.split())
        else:
            layout.columns[meaning] = column
    return layout


def _headings(sheet: Sheet, row: int) -> dict[int, str]:
    """The heading of each column; one that is merged with the row above stands up there."""
    headings = dict(sheet.rows.get(row, {}))
    for column, text in sheet.rows.get(row - 1, {}).items():
        merge = sheet.merge_at(row - 1, column)
        spreads = merge is not None and merge.last_column > merge.first_column
        if column not in headings and not spreads and plain_heading(text) in _FIELDS:
            headings[column] = text
    return headings


def _groups_above(sheet: Sheet, row: int) -> dict[int, str]:
    """What the row above a heading says over each column; without merging, up to the next word."""
    above = sheet.rows.get(row - 1, {})
    last = max(sheet.rows.get(row, {}), default=0)
    groups: dict[int, str] = {}
    running = ""
    for column in range(1, last + 1):
        merge = sheet.merge_at(row - 1, column)
        if merge is not None:
            # A title over the whole table is no group.
            whole = merge.first_column <= 2 and merge.last_column >= last
            groups[column] = "" if whole else sheet.shown(row - 1, column)
            running = ""
        else:
            running = above.get(column, running)
            groups[column] = running
    said = {text for text in groups.values() if _stage_of(text) or _is_control_group(text)}
    return groups if said else {}


def _meaning(heading: str, group: str, layout: Layout) -> Field | None:
    stage = _stage_of(group)
    is_existing = "existing" in group
    words = heading.split()
    if len(words) > 1 and words[0] in _STAGE_WORDS:
        stage = _STAGE_WORDS[words[0]]
        is_existing = stage is Stage.INITIAL
        heading = " ".join(words[2:] if words[1] == "hazard" and len(words) > 2 else words[1:])
    risk = _risk_word(heading, in_estimate=stage is not None)
    if risk is not None:
        return _risk_field(risk, stage, layout)
    if heading == _CONSEQUENCE:
        if Field.HARM not in layout.columns:
            return Field.HARM
        return _risk_field("severity", None, layout)
    meaning = _FIELDS.get(heading)
    if meaning in CONTROLS and is_existing:
        return _EXISTING_TYPES.get(meaning, meaning)
    return meaning


def _risk_word(heading: str, *, in_estimate: bool) -> str | None:
    if heading in _SEVERITY or (heading == _CONSEQUENCE and in_estimate):
        return "severity"
    if heading in _LIKELIHOOD:
        return "likelihood"
    return "class" if heading in _CLASS else None


def _risk_field(risk: str, stage: Stage | None, layout: Layout) -> Field:
    """Without a group the first of two is the initial one, the second the residual one."""
    if stage is None:
        first = _RISK_FIELDS[(risk, Stage.INITIAL)]
        stage = Stage.RESIDUAL if first in layout.columns else Stage.INITIAL
    return _RISK_FIELDS[(risk, stage)]


def _stage_of(group: str) -> Stage | None:
    words = plain_heading(group).split()
    if "initial" in words:
        return Stage.INITIAL
    return Stage.RESIDUAL if "residual" in words else None


def _is_control_group(group: str) -> bool:
    words = plain_heading(group).split()
    return "controls" in words or "mitigations" in words
