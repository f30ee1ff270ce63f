"""The hazards that a Markdown text tells in sections of their own."""

import re
from collections.abc import Iterator

from hazards.choices import Stage
from hazards.importing.fields import LABELS, Field
from hazards.importing.headings import (
    RISK_FIELDS,
    SURE_ENOUGH,
    field_of_heading,
    is_control_group,
    meanings,
    stage_in,
)
from hazards.importing.markdown_tree import LABELLED, Line, Listing, Section, Table
from hazards.importing.records import Told, ToldHazard
from hazards.importing.vocabulary import FIELD_OF, plain_heading

LONGEST_PART = 4  # words of a heading such as “Initial risk assessment”
FEWEST_FIELDS = 2  # told below a heading, for it to be that of a hazard

#: ``HAZ-001: Name``, ``Hazard 12 – Name``, ``[H3] Name``
_TITLE = re.compile(
    r"^(?:hazard\s+)?[\[(]?([A-Za-z]{0,12}[-_/. ]?[0-9][\w./-]*)[\])]?(?:\s*[:–—-]\s*|\s+)(\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
#: ``H3``, ``Hazard 12``: a number without a name.
_NUMBER = re.compile(
    r"^(?:hazard\s+)?[\[(]?([A-Za-z]{0,12}[-_/. ]?[0-9][\w./-]*)[\])]?$", re.IGNORECASE
)
_BESIDE = "Text beside the fields"
_ROW_EACH = (Field.CAUSE, Field.HARM)


def hazards_in(root: Section) -> list[ToldHazard]:
    """Every section that tells of one hazard, and every table that does, in their order."""
    return list(_hazards_below(root))


def _hazards_below(section: Section) -> Iterator[ToldHazard]:
    hazard = _hazard(section)
    if hazard is not None:
        yield hazard
        return
    for table in section.tables:
        told = _hazard_of_table(table)
        if told is not None:
            yield told
    for each in section.sections:
        yield from _hazards_below(each)


def _hazard(section: Section) -> ToldHazard | None:
    """The hazard of a section; None when its parts are not fields of one."""
    if section.level == 0 or _is_part(section.title.text):
        return None
    inner = [each for each in section.sections if is_field(each.title.text)]
    tables = section.tables
    if not inner and len([t for t in tables if _is_upright(t)]) > 1:
        return None  # a chapter with a table for each hazard
    if any(_is_log(table) for table in tables):
        return None
    if any(_hazard(each) is not None for each in section.sections):
        return None
    hazard = ToldHazard()
    for block in section.blocks:
        _tell_block(hazard, block)
    for each in section.sections:
        _tell_section(hazard, each)
    known = {f for h in _headings(hazard) if (f := field_of_heading(h)) is not None}
    if len(known) < FEWEST_FIELDS or known <= set(RISK_FIELDS.values()):
        return None
    _tell_title(hazard, section.title, known)
    return hazard


def _hazard_of_table(table: Table) -> ToldHazard | None:
    """The hazard of a table of two columns that names it."""
    if not _is_upright(table):
        return None
    hazard = ToldHazard()
    _tell_block(hazard, table)
    known = {field_of_heading(heading) for heading in _headings(hazard)}
    return hazard if Field.NAME in known and len(known) > FEWEST_FIELDS else None


def _fields_of(headings: list[str]) -> list[Field]:
    found = meanings(dict(enumerate(headings)), {}, lambda _: True)
    return [
        each.field
        for each in found.values()
        if each.field is not None and each.confidence in SURE_ENOUGH
    ]


def is_field(title: str) -> bool:
    """Whether a heading is that of a field: in the field's own words, and nothing more."""
    plain = plain_heading(title)
    if plain in FIELD_OF and plain not in ("hazard", "risk"):
        return True
    stage, rest = stage_in(plain)
    return stage is not None and (
        rest in FIELD_OF or field_of_heading(title) in RISK_FIELDS.values()
    )


def _is_part(title: str) -> bool:
    """Whether a heading is that of a part of a hazard: a field, a stage, “Risk”, “Controls”."""
    words = plain_heading(title).split()
    is_short = len(words) <= LONGEST_PART
    is_part = is_control_group(title) or {"risk", "assessment"} & set(words)
    return is_field(title) or (
        is_short and (bool(is_part) or stage_in(" ".join(words))[0] is not None)
    )


def _is_log(table: Table) -> bool:
    """Whether each row of a table is a hazard, or one of its causes."""
    if _is_upright(table):
        return False
    known = _fields_of([cell.text for cell in table.heading])
    return Field.NAME in known and len(known) > FEWEST_FIELDS


def _headings(hazard: ToldHazard) -> set[str]:
    rows = {heading for row in hazard.by_row for heading in row}
    return {*hazard.once, *hazard.lists, *rows}


def _tell_title(hazard: ToldHazard, title: Line, known: set[Field]) -> None:
    match = _TITLE.match(title.text)
    reference, name = (match[1], match[2]) if match else ("", title.text)
    if Field.NAME in known and (number := _NUMBER.match(title.text)):
        reference = number[1]
    if Field.REFERENCE not in known and reference:
        hazard.once[LABELS[Field.REFERENCE]] = Told(reference.strip(), _place(title), title.line)
    if Field.NAME not in known:
        name = name if Field.REFERENCE not in known else _without_reference(hazard, title.text)
        hazard.once[LABELS[Field.NAME]] = Told(name, _place(title), title.line)
    elif not _is_told(hazard, title.text):
        _tell_texts(hazard, _BESIDE, [title])


def _is_told(hazard: ToldHazard, title: str) -> bool:
    """Whether a title says nothing but the number and the name that stand below it too."""
    for heading, told in hazard.once.items():
        if field_of_heading(heading) in (Field.REFERENCE, Field.NAME):
            title = title.replace(told.text, "")
    return plain_heading(title) in ("", "hazard")


def _without_reference(hazard: ToldHazard, title: str) -> str:
    for heading, told in hazard.once.items():
        if field_of_heading(heading) is Field.REFERENCE and title.startswith(told.text):
            return title[len(told.text) :].strip(" :–—-") or title
    return title


# --- What is told ----------------------------------------------------------------------------


def _tell_section(hazard: ToldHazard, section: Section, above: str = "") -> None:
    """A heading of a field with what stands below it; one of a stage is said with each field."""
    title = f"{above} {section.title.text}".strip()
    stage = stage_in(plain_heading(section.title.text))[0]
    prefix = _word_of(stage) or above
    texts: list[Line] = []
    for block in section.blocks:
        if isinstance(block, Table):
            _tell_table(hazard, block, prefix)
            continue
        for line in block.items if isinstance(block, Listing) else [block]:
            texts += [part for part in _parts(line) if not _tell_labelled(hazard, part, prefix)]
    if texts:
        _tell_texts(hazard, title, texts)
    for each in section.sections:
        _tell_section(hazard, each, prefix)


def _tell_block(hazard: ToldHazard, block: Line | Table | Listing) -> None:
    if isinstance(block, Table):
        _tell_table(hazard, block, "")
        return
    lines = block.items if isinstance(block, Listing) else [block]
    for line in lines:
        for part in _parts(line):
            if not _tell_labelled(hazard, part, ""):
                _tell_texts(hazard, _BESIDE, [part])


def _parts(line: Line) -> Iterator[Line]:
    """The lines of a paragraph, where each of them has a label."""
    parts = line.text.split("\n")
    if len(parts) > 1 and all(map(LABELLED.match, parts)):
        yield from (Line(part, line.line) for part in parts)
    else:
        yield line


def _tell_labelled(hazard: ToldHazard, line: Line, prefix: str) -> bool:
    """Take ``Severity: Major`` apart; whether there was a label that is a field."""
    match = LABELLED.match(line.text)
    if match is None:
        return False
    label = f"{prefix} {match[1]}".strip()
    if field_of_heading(label) is None:
        return False
    _tell_texts(hazard, label, [Line(match[2].strip(), line.line)])
    return True


def _tell_texts(hazard: ToldHazard, heading: str, lines: list[Line]) -> None:
    told = [Told(line.text, _place(line), line.line) for line in lines]
    if field_of_heading(heading) in _ROW_EACH and len(told) > 1:
        hazard.lists.setdefault(heading, []).extend(told)
        return
    before = hazard.once.get(heading)
    texts = ([before.text] if before is not None else []) + [each.text for each in told]
    first = before or told[0]
    hazard.once[heading] = Told("\n".join(t for t in texts if t), first.place, first.line)


def _tell_table(hazard: ToldHazard, table: Table, prefix: str) -> None:
    """A table within a hazard: upright, by stage, or with a row for each cause."""
    if _is_by_stage(table):
        for row in table.rows:
            stage = _word_of(stage_in(plain_heading(row[0].text) + " risk")[0])
            for over, cell in zip(table.heading[1:], row[1:], strict=False):
                _tell_texts(hazard, f"{stage} {over.text}", [cell])
    elif _is_upright(table):
        for label, *values in [table.heading, *table.rows]:
            text = "\n".join(value.text for value in values if value.text)
            if plain_heading(label.text) not in ("field", "", "item", "attribute", "property"):
                _tell_texts(hazard, f"{prefix} {label.text}".strip(), [Line(text, label.line)])
    elif len(table.rows) == 1:
        for over, cell in zip(table.heading, table.rows[0], strict=False):
            _tell_texts(hazard, f"{prefix} {over.text}".strip(), [cell])
    else:
        for row in table.rows:
            hazard.by_row.append(
                {
                    f"{prefix} {over.text}".strip(): Told(cell.text, _place(cell), cell.line)
                    for over, cell in zip(table.heading, row, strict=False)
                }
            )


def _is_by_stage(table: Table) -> bool:
    """Initial and residual stand in the first column, the axes over the others."""
    return bool(table.rows) and all(
        row and stage_in(plain_heading(row[0].text) + " risk")[0] is not None for row in table.rows
    )


def _is_upright(table: Table) -> bool:
    """Whether the fields stand under each other in the first of two columns."""
    if len(table.heading) != 2 or not table.rows:
        return False
    labels = [line[0].text for line in [table.heading, *table.rows] if line]
    return len(_fields_of([label for label in labels if label])) >= max(1, len(labels) // 3)


def _word_of(stage: Stage | None) -> str:
    return "" if stage is None else stage.value.capitalize()


def _place(line: Line) -> str:
    return f"line {line.line}"
