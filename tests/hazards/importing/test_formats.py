"""The same log as CSV, Markdown and JSON: read as the workbook is."""

import json

import pytest

from accounts.models import User
from audit.errors import NotPossible
from hazards.choices import Stage
from hazards.importing.apply import apply_import
from hazards.importing.fields import Field
from hazards.importing.files import LogKind, kind_of_log, open_log
from hazards.importing.findings import Level
from hazards.importing.mapping import Confidence, Mapping, propose
from hazards.importing.parsed import ParsedHazard, ParsedLog
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.models import Cause, Hazard
from hazards.spreadsheet_text import with_apostrophes
from products.models import Product

HEADINGS = (
    "Hazard Number",
    "Hazard Name",
    "Possible Causes",
    "Potential Clinical Impact",
    "Design",
)
ROWS = (
    ("H-1", "A dose is shown wrong", "Units are mixed up", "An overdose", "Units are shown"),
    ("", "", "Two records are merged", "", "Records are compared"),
    ("H-2", "A result comes late", "An interface is down", "Treatment is late", ""),
)


def csv_of(sign: str, *, encoding: str = "utf-8", top: str = "") -> bytes:
    lines = [sign.join(f'"{field}"' for field in row) for row in (HEADINGS, *ROWS)]
    return (top + "\r\n".join(lines)).encode(encoding)


def read(name: str, content: bytes, mapping: Mapping | None = None) -> ParsedLog:
    return read_log(name=name, content=content, mapping=mapping)


def expect_the_log(log: ParsedLog) -> None:
    first, second = log.hazards
    assert (first.reference, second.reference) == ("H-1", "H-2")
    assert [each.text for each in first.causes] == ["Units are mixed up", "Two records are merged"]
    assert [(each.text, each.on) for each in first.controls] == [
        ("Units are shown", (0,)),
        ("Records are compared", (1,)),
    ]
    assert second.harms[0].text == "Treatment is late"
    assert log.refused == []


# --- CSV -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_is_read_whatever_parts_its_fields(sign: str, encoding: str) -> None:
    log = read("log.csv", csv_of(sign, encoding=encoding))
    expect_the_log(log)
    notes = [each.done for each in log.findings]
    assert len(notes) == (0 if sign == "," else 1)
    assert (log.sheet, log.header_rows) == ("CSV", "1")
    assert log.hazards[0].causes[1].cell == "C3"


def test_excels_line_about_the_sign_is_followed() -> None:
    expect_the_log(read("log.csv", csv_of(";", top="sep=;\r\n")))


def test_windows_characters_are_read_and_said() -> None:
    content = csv_of(",").replace(b"overdose", "overdose of 5 µg – “très” bad".encode("cp1252"))
    log = read("log.csv", content)
    assert log.hazards[0].harms[0].text == "An overdose of 5 µg – “très” bad"
    (note,) = log.findings
    assert "read as Windows-1252" in note.done


def test_rows_above_the_heading_and_lines_within_fields_are_counted_as_a_spreadsheet_does() -> None:
    content = b"Our log\r\n\r\n" + csv_of(",").replace(b"units", b"units\r\nand doses")
    log = read("log.csv", content.replace(b"Units are mixed up", b"Units\nare mixed up"))
    assert log.header_rows == "3"
    assert log.hazards[1].cells[Field.NAME] == "B6"


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-5 mg", "@home", "'quoted", "\tTab", "a;=b"])
def test_the_apostrophe_of_a_careful_csv_is_taken_off(text: str) -> None:
    written = with_apostrophes(text).replace('"', '""')
    content = csv_of(",").replace(b"An overdose", written.encode())
    assert read("log.csv", content).hazards[0].harms[0].text == text.strip()


def test_a_log_without_a_suffix_is_known_by_its_content() -> None:
    assert kind_of_log("log", csv_of(",")) is LogKind.CSV
    assert kind_of_log("log", b'[{"id": 1}]') is LogKind.JSON_ROWS
    assert kind_of_log("log", b"# Log\n\n## H1 A\n") is LogKind.MARKDOWN
    assert kind_of_log("log.txt", b"| A | B |\n|---|---|\n| 1 | 2 |\n") is LogKind.MARKDOWN
    assert kind_of_log("log.txt", csv_of("\t")) is LogKind.CSV


# --- Markdown ------------------------------------------------------------------------------------

ONE_TABLE = """\
# Our log

Some words about it.

| ID | Hazard | Cause | Effect | Initial severity | Initial likelihood | Design |
|----|--------|-------|--------|------------------|--------------------|--------|
| H-1 | A dose is **shown** wrong | Units | An overdose | Major | Low | One<br>Two |
|     |        | Merging | | | | Three |
| H-2 | A pipe \\| in a name | Down | Late | TBC | TBC | |
"""


def test_one_large_table() -> None:
    log = read("log.md", ONE_TABLE.encode())
    first, second = log.hazards
    assert (first.name, second.name) == ("A dose is shown wrong", "A pipe | in a name")
    assert [each.text for each in first.controls] == ["One", "Two", "Three"]
    assert first.causes[1].cell == "line 8"
    assert (first.rows, log.header_rows) == ("7–8", "")


def test_tables_with_the_same_headings_are_one_log() -> None:
    table = "| ID | Hazard | Cause | Harm |\n|--|--|--|--|\n"
    text = f"## Medicines\n\n{table}| 1 | A | a | x |\n\n## Results\n\n{table}| 2 | B | b | y |\n"
    log = read("log.md", text.encode())
    assert [each.reference for each in log.hazards] == ["1", "2"]
    assert log.sheets_not_read == []


TABLE_EACH = """\
| Hazard number | H-1 |
|---|---|
| Hazard name | A dose is shown wrong |
| Effect | An overdose |
| Possible causes | Units are mixed up<br>Records are merged |
| Initial severity | Major |
| Initial likelihood | Low |
| Colour | Blue |

Between the tables.

| Hazard number | H-2 |
|---|---|
| Hazard name | A result comes late |
| Effect | Late treatment |
"""


def test_a_table_for_each_hazard() -> None:
    log = read("log.md", TABLE_EACH.encode())
    first, second = log.hazards
    assert (first.reference, second.name) == ("H-1", "A result comes late")
    assert [each.text for each in first.causes] == ["Units are mixed up", "Records are merged"]
    assert (first.estimates[0].severity, first.estimates[0].cells) == (
        "Major",
        ("line 6", "line 7"),
    )
    assert any("Colour" in name for name in log.columns_not_read)


HEADING_EACH = """\
# Hazard log

## HAZ-001: A dose is shown wrong

**Description:** On one screen only.

### Potential clinical impact

An overdose,
perhaps fatal

### Causes

- Units are mixed up
- Records are merged

### Existing controls

1. A second check
2. A warning

### Initial risk

| Severity | Likelihood | Risk rating |
|---|---|---|
| Major | Medium | 3 |

### Residual risk

- Severity: Major
- Likelihood: Low

### Notes

Nobody reads this

## HAZ-002 A result comes late

### Harm

Late treatment

### Risk

| | Severity | Likelihood |
|---|---|---|
| Initial | 4 | 3 |
| Residual | 4 | 2 |

### Owner

Engineering lead
"""


def test_a_heading_for_each_field() -> None:
    log = read("log.md", HEADING_EACH.encode())
    first, second = log.hazards
    assert (first.reference, first.name) == ("HAZ-001", "A dose is shown wrong")
    assert first.words[Field.DESCRIPTION] == "On one screen only."
    assert first.harms[0].text == "An overdose, perhaps fatal"
    assert [(each.text, each.cell) for each in first.causes] == [
        ("Units are mixed up", "line 14"),
        ("Records are merged", "line 15"),
    ]
    assert [each.text for each in first.controls] == ["A second check", "A warning"]
    assert [(e.stage, e.severity, e.likelihood) for e in first.estimates] == [
        (Stage.INITIAL, "Major", "Medium"),
        (Stage.RESIDUAL, "Major", "Low"),
    ]
    assert [(e.severity, e.likelihood) for e in second.estimates] == [("4", "3"), ("4", "2")]
    assert second.words[Field.OWNER] == "Engineering lead"
    assert [each for each in log.columns_not_read if "Notes" in each]


TABLE_OF_CAUSES = """\
## H-1 A dose is shown wrong

| Cause | Existing controls | Initial severity | Initial likelihood |
|---|---|---|---|
| Units | A check | Major | Low |
| Merging | A warning | Minor | Low |

Harm: An overdose

## H-2 A result comes late

| Field | What is recorded |
|---|---|
| Harm | Late treatment |
| Cause | Down |
"""


def test_a_table_of_causes_below_each_hazard_keeps_what_is_beside_each() -> None:
    log = read("log.md", TABLE_OF_CAUSES.encode())
    first = log.hazards[0]
    assert [(each.text, each.on) for each in first.controls] == [
        ("A check", (0,)),
        ("A warning", (1,)),
    ]
    assert [(each.severity, each.on) for each in first.estimates] == [
        ("Major", (0,)),
        ("Minor", (1,)),
    ]
    assert first.harms[0].text == "An overdose"
    assert log.hazards[1].causes[0].cell == "line 15"


def test_markdown_is_proposed_like_a_sheet() -> None:
    proposal = propose(name="log.md", content=HEADING_EACH.encode())
    fields = {each.field for each in proposal.columns}
    assert {Field.REFERENCE, Field.NAME, Field.CAUSE, Field.RESIDUAL_SEVERITY} <= fields
    (notes,) = (each for each in proposal.columns if each.heading == "Notes")
    assert (notes.confidence, notes.samples) == (Confidence.NONE, ("Nobody reads this",))
    log = read("log.md", HEADING_EACH.encode(), Mapping({notes.column: "justification"}))
    assert log.hazards[0].words[Field.JUSTIFICATION] == "Nobody reads this"


def test_marks_of_html_in_a_text_stay_a_text() -> None:
    text = ONE_TABLE.replace("An overdose", "\\<script\\>alert(1)\\</script\\> & more")
    (harm,) = read("log.md", text.encode()).hazards[0].harms
    assert harm.text == "<script>alert(1)</script> & more"


# --- JSON ----------------------------------------------------------------------------------------


def json_log(*rows: object) -> ParsedLog:
    return read("log.json", json.dumps(list(rows)).encode())


def only(*rows: object) -> ParsedHazard:
    (hazard,) = json_log(*rows).hazards
    return hazard


def test_rows_with_any_headings() -> None:
    names = dict.fromkeys(HEADINGS)
    rows = [dict(zip(names, row, strict=True)) for row in ROWS]
    expect_the_log(read("log.json", json.dumps(rows).encode()))
    expect_the_log(read("log.json", json.dumps({"exported": "x", "hazards": rows}).encode()))


def test_objects_within_objects() -> None:
    hazard = only(
        {
            "id": 7,
            "hazardName": "A dose is shown wrong",
            "causes": ["Units", "Merging"],
            "harm": "An overdose",
            "initial": {"severity": "Major", "likelihood": "Low"},
            "controls": [
                {"kind": "design", "text": "Units are shown"},
                {"kind": "existing", "text": "A check"},
            ],
            "owner": None,
        }
    )
    assert (hazard.reference, hazard.name) == ("7", "A dose is shown wrong")
    assert [(each.text, each.cell) for each in hazard.causes] == [
        ("Units", "item 1 › causes 1"),
        ("Merging", "item 1 › causes 2"),
    ]
    assert {(each.text, each.column) for each in hazard.controls} == {
        ("Units are shown", Field.DESIGN),
        ("A check", Field.EXISTING),
    }
    assert (hazard.estimates[0].severity, hazard.estimates[0].on) == ("Major", ())


def test_what_is_told_of_a_cause_stays_with_it() -> None:
    hazard = only(
        {
            "ref": "H-1",
            "name": "A",
            "harm": "x",
            "causes": [
                {
                    "text": "One",
                    "existing controls": [{"text": "Stops it"}],
                    "initial": {"severity": "Minor", "likelihood": "Low"},
                },
                {"text": "Two", "initial": {"severity": "Major", "likelihood": "Low"}},
            ],
        }
    )
    assert [each.text for each in hazard.causes] == ["One", "Two"]
    assert [(each.text, each.on) for each in hazard.controls] == [("Stops it", (0,))]
    assert [(each.severity, each.on) for each in hazard.estimates] == [
        ("Minor", (0,)),
        ("Major", (1,)),
    ]


def test_what_is_told_of_a_control_is_never_taken_for_the_hazards_own() -> None:
    log = json_log(
        {
            "id": "H-1",
            "name": "A",
            "effect": "Wrong dose",
            "harm": "A bleed",
            "causes": ["One"],
            "controls": [{"kind": "design", "text": "Stops it", "cause": 0, "party": "deployer"}],
        }
    )
    (hazard,) = log.hazards
    assert [each.text for each in hazard.causes] == ["One"]
    assert [each.text for each in hazard.controls] == ["Stops it"]
    assert [each.text for each in hazard.harms] == ["A bleed"]
    assert hazard.words[Field.EFFECT] == "Wrong dose"
    assert [name.split(" ", 1)[1] for name in log.columns_not_read] == []
    assert hazard.controls[0].on == (0,)


def test_keys_that_nobody_knows_are_named() -> None:
    log = json_log({"id": "H1", "name": "A", "cause": "b", "harm": "c", "colour": {"of": "blue"}})
    (finding,) = (each for each in log.findings if each.level is Level.PROBLEM)
    assert (finding.found, log.columns_not_read) == ("colour of", ["E colour of"])


def test_a_record_in_a_format_of_its_own_is_told_apart() -> None:
    content = b'{"format": "somebodys-log", "version": 1, "hazards": [{"id": "H1"}]}'
    assert kind_of_log("log.json", content) is LogKind.RECORD
    with pytest.raises(NotPossible, match="says of itself “somebodys-log”"):
        open_log("log.json", content)


# --- Into the log --------------------------------------------------------------------------------

KINDS = {
    "log.csv": csv_of(";"),
    "log.md": HEADING_EACH.encode(),
    "log.json": json.dumps([dict(zip(HEADINGS, row, strict=True)) for row in ROWS]).encode(),
}


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_brought_in_and_changes_nothing_when_it_comes_again(
    product: Product, cso: User, name: str
) -> None:
    plan = plan_import(product=product, log=read(name, KINDS[name]), by=cso)
    report = apply_import(plan=plan, by=cso)
    assert report.refused == 0
    assert Hazard.objects.filter(product=product).count() == 2
    assert Cause.objects.count() >= 2
    again = plan_import(product=product, log=read(name, KINDS[name]), by=cso)
    assert not again.changes_anything
