"""What a file says is taken, or named: logs in which something could be lost, or guessed."""

import json

import pytest

from audit.errors import NotPossible
from hazards.importing.fields import Field
from hazards.importing.headings import field_of_heading
from hazards.importing.parsed import ParsedHazard, ParsedLog
from hazards.importing.read import read_log
from tests.hazards.importing.workbooks import read, table

ROW = {"id": "J-1", "hazard": "A dose is wrong", "harm": "An overdose", "cause": "Units"}


def said(log: ParsedLog) -> str:
    return "\n".join(f"{each.cell} {each.found} {each.done}" for each in log.findings)


def json_log(value: object) -> ParsedLog:
    return read_log(name="log.json", content=json.dumps(value).encode())


def markdown(text: str) -> list[ParsedHazard]:
    return read_log(name="log.md", content=text.encode()).hazards


# --- What is said of a part of a hazard is neither the part nor said of the hazard ---------------


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Control type",
            "Type of control",
            "Control status",
            "Control owner",
            "Mitigation status",
        ),
        *("Control due date", "Test status", "Test result", "Test date", "Date of test"),
        *("Training status", "Cause type", "Cause category", "Action status", "Action due date"),
        *("Number of controls", "Effectiveness of existing controls", "Evidence status"),
    ],
)
def test_what_is_said_of_a_part_is_no_field_of_the_hazard(heading: str) -> None:
    assert field_of_heading(heading) is None


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Action owner", Field.OWNER),
        ("Risk status", Field.STATUS),
        ("Open/Closed", Field.STATUS),
        ("Harm severity", Field.INITIAL_SEVERITY),
        ("Likelihood of occurrence", Field.INITIAL_LIKELIHOOD),
        ("Effect / Consequence", Field.HARM),
        ("Harm or impact", Field.HARM),
        ("Clinical hazard", Field.NAME),
        ("Consequence for patient", Field.HARM),
        ("Lead", Field.OWNER),
        ("Controls currently in place", Field.EXISTING),
    ],
)
def test_headings_of_the_hazard_itself_are_still_read(heading: str, field: Field) -> None:
    assert field_of_heading(heading) is field


def test_the_type_of_a_control_does_not_become_a_control() -> None:
    headings = ["Hazard ID", "Hazard", "Harm", "Cause", "Control", "Control type", "Severity"]
    row = ["H1", "A chart cannot be read", "A dose is missed", "Server", "Paper", "Procedure", ""]
    log = read(table([*headings, "Likelihood"], [*row, ""]))
    assert [each.text for each in log.hazards[0].controls] == ["Paper"]
    assert "Control type This column is not one that is read, so 1 filled cell was" in said(log)


def test_a_log_without_a_column_of_harms_says_what_that_means() -> None:
    log = read(table(["Hazard ID", "Hazard", "Cause", "Severity"], ["H1", "A", "B", "Major"]))
    assert "No column of this log says what happens to the patient" in said(log)


def test_a_heading_that_is_merged_downwards_is_said_once() -> None:
    rows = [["ID", "Hazard", "Cause", "Colour", "Initial", ""], ["", "", "", "", "Sev", "Lik"]]
    log = read(table(*rows, ["H1", "A", "B", "green", "Major", "Low"]))
    assert "Colour This column" in said(log)


def test_an_outline_is_read_whose_one_column_names_all_it_holds() -> None:
    (hazard,) = read(
        table(
            ["Ref", "Hazard / Cause / Control", "Impact", "Severity", "Likelihood"],
            ["1", "A dose is given twice", "An overdose", "Major", "Medium"],
            ["1.01", "Send is pressed twice", "", "", ""],
            ["1.01.01", "The button is locked", "", "", ""],
        )
    ).hazards
    assert [each.text for each in hazard.causes] == ["Send is pressed twice"]
    assert [(each.text, each.on) for each in hazard.controls] == [("The button is locked", (0,))]


def test_lines_of_causes_that_are_kept_together_are_named() -> None:
    text = "the network fails\nthe server fails"
    log = read(table(["ID", "Hazard", "Harm", "Cause"], ["H1", "A", "B", text]))
    assert [each.text for each in log.hazards[0].causes] == [text]
    assert "D2  The lines of this cell of Possible Causes read on from each other" in said(log)


# --- Markdown ------------------------------------------------------------------------------------


def test_a_title_that_is_only_a_number_is_the_reference() -> None:
    first, second = markdown(
        "# Log\n\n### H1\n\n| Hazard | Wrong dose |\n|---|---|\n| Harm | Overdose |\n"
        "| Cause | Units |\n\n### Hazard 2\n\n| Hazard | Late dose |\n|---|---|\n"
        "| Harm | Pain |\n| Cause | Queue |\n"
    )
    assert (first.reference, first.name) == ("H1", "Wrong dose")
    assert (second.reference, second.name) == ("2", "Late dose")


def test_a_title_beside_number_and_name_is_not_lost_without_a_word() -> None:
    text = (
        "# Log\n\n### Prescribing\n\n- ID: H1\n- Hazard: Wrong dose\n- Harm: Overdose\n"
        "- Cause: Units\n"
    )
    log = read_log(name="log.md", content=text.encode())
    assert (log.hazards[0].reference, log.hazards[0].name) == ("H1", "Wrong dose")
    assert "Text beside the fields" in said(log)
    again = read_log(name="log.md", content=text.replace("Prescribing", "H1: Wrong dose").encode())
    assert "Text beside the fields" not in said(again)


def test_labels_on_lines_of_one_paragraph_are_fields() -> None:
    (hazard,) = markdown(
        "# Log\n\n## H-1: Wrong dose\n\n### Harm\nOverdose\n\n### Cause\nUnits\n\n"
        "### Initial risk\nSeverity: Major\nLikelihood: Medium\n"
    )
    assert [(e.severity, e.likelihood) for e in hazard.estimates] == [("Major", "Medium")]


@pytest.mark.parametrize("label", ["**{}**", "**{}:**", "**{}**:", "__{}__", "{}:", "#### {}"])
def test_a_label_on_a_line_of_its_own_heads_what_is_below_it(label: str) -> None:
    causes, controls, harm = (
        label.format(field) for field in ("Causes", "Existing controls", "Harm")
    )
    first, second = markdown(
        f"## H-1: Wrong dose\n\n{causes}\n\n- Units mixed up\n- Old weight\n\n"
        f"{controls}\n\n1. Second check\n\n{harm}\n\nOverdose\n\n"
        f"## H-2: Late dose\n\n{harm}\n\nPain\n\n{causes}\n\n- Queue\n"
    )
    assert [each.text for each in first.causes] == ["Units mixed up", "Old weight"]
    assert [each.text for each in first.controls] == ["Second check"]
    assert [each.text for each in (*first.harms, *second.harms)] == ["Overdose", "Pain"]
    assert [each.text for each in second.causes] == ["Queue"]


def test_bold_words_that_are_no_label_stay_where_they_stand() -> None:
    log = read_log(
        name="log.md",
        content=b"## H-1: Wrong dose\n\n**Look here**\n\n### Harm\n\n**Overdose**\n\n"
        b"### Cause\n\nUnits\n",
    )
    assert [each.text for each in log.hazards[0].harms] == ["Overdose"]
    assert "Text beside the fields" in said(log)


# --- JSON ----------------------------------------------------------------------------------------


def test_a_key_that_stands_twice_in_one_object_is_refused() -> None:
    text = '[{"id": "J-1", "hazard": "A", "harm": "first", "harm": "second", "cause": "x"}]'
    with pytest.raises(NotPossible) as refusal:
        read_log(name="log.json", content=text.encode())
    assert "says “harm” twice in one object" in refusal.value.sentence


def test_of_several_lists_the_one_that_is_a_log_is_read_and_the_others_named() -> None:
    log = json_log(
        {"hazards": [ROW], "controls": [{"id": "C-1", "text": "x"}, {"id": "C-2", "text": "y"}]}
    )
    assert [each.reference for each in log.hazards] == ["J-1"]
    assert log.sheet == "hazards"
    assert log.sheets_not_read == ["controls"]


def test_lists_in_lists_are_read_and_what_is_nested_too_deeply_is_named() -> None:
    deep = {"a": {"b": {"c": {"d": {"e": {"f": "lost"}}}}}}
    log = json_log([ROW | {"cause": [["Units", "Decimals"], "Fonts"], "harm": deep, "notes": deep}])
    assert [each.text for each in log.hazards[0].causes] == ["Units", "Decimals", "Fonts"]
    assert log.hazards[0].harms == []
    assert "harm a b c d › …" in said(log)
    assert "notes a b c d › …" in said(log)


def test_what_is_nested_too_deeply_in_a_list_is_named() -> None:
    deep = [[[[["lost"]]]]]
    inner = {"text": "Units", "a": {"b": {"c": {"d": {"e": {"f": "lost"}}}}}}
    log = json_log([ROW | {"cause": [inner], "notes": deep}])
    assert [each.text for each in log.hazards[0].causes] == ["Units"]
    assert "a b c d e › …" in said(log)
    assert "notes" in said(log)


@pytest.mark.parametrize(
    ("number", "says"),
    [("9" * 5_000, "a number has 5,000 digits"), ("1e999", "1e999 is too large a number")],
)
def test_a_number_beyond_measure_gets_a_sentence(number: str, says: str) -> None:
    with pytest.raises(NotPossible) as refusal:
        read_log(name="log.json", content=f'[{{"id": {number}, "hazard": "A"}}]'.encode())
    assert says in refusal.value.sentence


def test_more_fields_than_a_log_has_are_refused_with_a_sentence() -> None:
    rows = [ROW | {f"field {row} {n}": "x" for n in range(300)} for row in range(70)]
    with pytest.raises(NotPossible) as refusal:
        json_log(rows)
    assert "has more than 2,000 columns, or different fields" in refusal.value.sentence
    wide = ",".join(["Hazard ID", "Hazard", "Harm", "Cause", *(f"Cause {n}" for n in range(2_000))])
    with pytest.raises(NotPossible):
        read_log(name="log.csv", content=f"{wide}\nA,b,c,d\n".encode())


def test_what_stands_beside_the_list_is_named() -> None:
    log = json_log({"product": "Pharmacy", "hazards": [ROW], "matrix": {"rows": 5}})
    assert "Beside the list nothing was taken: product, matrix." in said(log)
