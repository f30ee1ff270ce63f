"""What is proposed for each column and word, and reading as a person answered."""

import pytest
from openpyxl import Workbook

from audit.errors import NotPossible
from hazards.importing.fields import LABELS, Field
from hazards.importing.findings import Level
from hazards.importing.headings import field_of_heading
from hazards.importing.mapping import (
    AxisWords,
    ColumnGuess,
    Confidence,
    Mapping,
    Proposal,
    WordGuess,
    propose,
    word_key,
)
from hazards.importing.parsed import ParsedLog
from hazards.importing.read import read_log
from tests.hazards.importing.workbooks import a_row, fill, saved, table, template, write

WORDS = AxisWords(
    ("Minor", "Significant", "Considerable", "Major", "Catastrophic"),
    ("Very low", "Low", "Medium", "High", "Very high"),
)
FOREIGN = table(
    ["Nr.", "Gefährdung", "Ursache", "Schaden", "Schwere", "Häufigkeit"],
    ["1", "Falsche Dosis", "Einheit", "Vergiftung", "4", "2"],
    ["2", "Spätes Ergebnis", "Ausfall", "Späte Behandlung", "3", "2"],
)


def proposal_of(content: bytes, sheet: str = "") -> Proposal:
    return propose(name="log.xlsx", content=content, sheet=sheet, matrix=WORDS)


def read(content: bytes, **said: str) -> ParsedLog:
    return read_log(name="log.xlsx", content=content, mapping=Mapping(said))


def column(proposal: Proposal, letter: str) -> ColumnGuess:
    return next(each for each in proposal.columns if each.column == letter)


def with_levels(*rows: tuple[object, object]) -> bytes:
    """A log with these severities and likelihoods."""
    return table(
        ["ID", "Hazard", "Cause", "Harm", "Severity", "Likelihood"],
        *([f"H{n}", f"Name {n}", "c", "h", *levels] for n, levels in enumerate(rows)),
    )


# --- Columns -------------------------------------------------------------------------------------


def test_every_column_is_named_with_its_field_and_samples() -> None:
    proposal = proposal_of(template(a_row(), a_row(ref="H-2"), a_row(ref="H-3"), a_row(ref="H-4")))
    first = column(proposal, "A")
    assert first == ColumnGuess(
        "A", "Hazard Number", Field.REFERENCE, Confidence.CERTAIN, ("H-1", "H-2", "H-3")
    )
    assert column(proposal, "G").heading == "Initial Hazard Risk Assessment · Severity"
    assert (proposal.sheet, proposal.header_rows) == ("Hazard log", "1–2")


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Hazrad Description", Field.DESCRIPTION),
        ("Contributing factors", Field.CAUSE),
        ("Impact on the patient", Field.HARM),
        ("Controls currently in place", Field.EXISTING),
        ("Proposed further controls", Field.ADDITIONAL),
        ("Technical controls", Field.DESIGN),
        ("Procedural controls", Field.BUSINESS_PROCESS),
        ("Date of next review", Field.REVIEW_DATE),
        ("Action owner (name)", Field.OWNER),
        ("Current status of hazard", Field.STATUS),
        ("Why residual risk is acceptable: justification", Field.JUSTIFICATION),
        ("Evidence of design controls", Field.DESIGN_EVIDENCE),
        ("Severity before controls", Field.INITIAL_SEVERITY),
        ("Likelihood (post mitigation)", Field.RESIDUAL_LIKELIHOOD),
        ("Inherent risk score", Field.INITIAL_CLASS),
        ("Severity (1-5)", Field.INITIAL_SEVERITY),
        ("Risk acceptability", Field.INITIAL_CLASS),
        ("initial_likelihood", Field.INITIAL_LIKELIHOOD),
    ],
)
def test_a_heading_is_known_by_some_of_its_words(heading: str, field: Field) -> None:
    assert field_of_heading(heading) is field


@pytest.mark.parametrize("heading", ["Reviewer", "Notes", "Jira", "Comments", "Region", "X"])
def test_what_is_unknown_stays_unknown(heading: str) -> None:
    assert field_of_heading(heading) is None


def test_every_label_of_a_field_is_read_as_that_field() -> None:
    wrong = {
        field: field_of_heading(label)
        for field, label in LABELS.items()
        if field_of_heading(label) is not field and not label.startswith("existing ")
    }
    assert wrong == {}


def test_evidence_is_of_the_controls_on_its_left() -> None:
    headings = ["Hazard", "Cause", "Harm", "Design", "Evidence", "Training", "Evidence", "Test"]
    proposal = proposal_of(table(headings, ["x"] * 8))
    assert column(proposal, "E").field is Field.DESIGN_EVIDENCE
    assert column(proposal, "G").field is Field.TRAINING_EVIDENCE


def test_controls_before_the_initial_risk_exist_and_those_after_it_are_added() -> None:
    headings = ["Hazard", "Cause", "Controls", "Initial risk", "Mitigation", "Residual risk"]
    proposal = proposal_of(table(headings, ["x", "y", "z", 3, "w", 2]))
    assert column(proposal, "C").field is Field.EXISTING
    assert column(proposal, "E").field is Field.ADDITIONAL
    assert column(proposal, "C").confidence is Confidence.LIKELY


def test_a_guess_is_read_only_when_it_is_confirmed() -> None:
    content = table(["Hazard", "Cause", "Harm", "Controls"], ["A", "b", "c", "Stops it"])
    guess = column(proposal_of(content), "D")
    assert (guess.field, guess.confidence) == (Field.ADDITIONAL, Confidence.GUESS)
    log = read_log(name="log.xlsx", content=content)
    assert log.hazards[0].controls == []
    (finding,) = log.findings
    assert finding.done == (
        "This column may hold Additional Controls, and nobody has confirmed that, so "
        "1 filled cell was passed over."
    )
    confirmed = read(content, D="existing")
    assert [each.text for each in confirmed.hazards[0].controls] == ["Stops it"]


def test_a_column_of_levels_under_an_unknown_heading_is_a_guess() -> None:
    content = table(
        ["ID", "Hazard", "Cause", "Harm", "Schwere", "Häufigkeit", "Danach", "Stand", "Farbe"],
        ["1", "A", "b", "c", "Major", "Low", "Minor", "Open", "Red"],
        ["2", "B", "b", "c", "TBC", "4 - High", "", "Closed", "Low"],
    )
    proposal = proposal_of(content)
    assert [(each.field, each.confidence) for each in proposal.columns[4:]] == [
        (Field.INITIAL_SEVERITY, Confidence.GUESS),
        (Field.INITIAL_LIKELIHOOD, Confidence.GUESS),
        (Field.RESIDUAL_SEVERITY, Confidence.GUESS),
        (Field.STATUS, Confidence.GUESS),
        (None, Confidence.NONE),
    ]
    assert read_log(name="log.xlsx", content=content).hazards[0].estimates == []


def test_a_description_names_the_hazard_where_nothing_else_does() -> None:
    proposal = proposal_of(table(["ID", "Description", "Cause", "Harm"], ["1", "A", "b", "c"]))
    assert column(proposal, "B").field is Field.NAME
    assert column(proposal, "B").confidence is Confidence.LIKELY


# --- Which layout it is --------------------------------------------------------------------------


def test_the_layout_is_that_of_the_headings_and_not_of_the_rows() -> None:
    one = proposal_of(template(a_row()))
    other = proposal_of(template(a_row(ref="X", name="Another"), a_row(ref="Y"), top=4))
    assert one.layout == other.layout
    assert len(one.layout) == 64
    moved = table(["Hazard", "ID", "Cause", "Harm"], ["a", "b", "c", "d"])
    assert proposal_of(moved).layout != one.layout


def test_the_sheets_that_could_be_read_are_named_logs_first() -> None:
    book = Workbook()
    write(book.worksheets[0], [["One", "Two", "Three"], ["a", "b", "c"]])
    fill(book.create_sheet("The log"), [a_row()])
    proposal = proposal_of(saved(book))
    assert proposal.sheets == ("The log", "Sheet")
    assert proposal.sheet == "The log"
    assert proposal_of(saved(book), sheet="Sheet").columns[0].heading == "One"


# --- A person's answer ---------------------------------------------------------------------------


def test_a_log_in_words_that_nobody_knows_is_read_as_a_person_says() -> None:
    proposal = proposal_of(FOREIGN)
    assert {each.field for each in proposal.columns} == {None}
    with pytest.raises(NotPossible, match="No heading"):
        read_log(name="log.xlsx", content=FOREIGN)
    log = read(FOREIGN, A="reference", B="name", C="cause", D="harm", E="", F="initial_likelihood")
    assert [(h.reference, h.name) for h in log.hazards] == [
        ("1", "Falsche Dosis"),
        ("2", "Spätes Ergebnis"),
    ]
    (left,) = (each for each in log.findings if each.cell == "column E")
    assert left.level is Level.PROBLEM
    assert left.done.startswith("This column is not one that is read")


def test_only_what_was_proposed_can_be_set_aside() -> None:
    rows = "Number,Hazard,Harm,Owner,Colour\n1,A,x,Ann,blue\n"
    log = read_log(
        name="log.csv",
        content=rows.encode(),
        mapping=Mapping({"D": "", "E": ""}, {}),
    )
    levels = {each.found: each.level for each in log.findings if "passed over" in each.done}
    assert levels == {"Owner": Level.NOTE, "Colour": Level.PROBLEM}


def test_a_column_may_be_named_by_its_heading() -> None:
    log = read(FOREIGN, **{"Gefährdung": "name", "Nr.": "reference", "schaden": "harm"})
    assert log.hazards[0].harms[0].text == "Vergiftung"


def test_what_a_mapping_does_not_name_stays_as_proposed() -> None:
    content = table(["ID", "Hazard", "Cause", "Harm"], ["1", "A", "b", "c"])
    log = read(content, C="description")
    assert log.hazards[0].words == {Field.DESCRIPTION: "b"}
    assert log.hazards[0].harms[0].text == "c"


def test_a_field_given_to_another_column_leaves_the_first() -> None:
    content = table(["ID", "Hazard", "Effect", "Injury"], ["1", "A", "b", "c"])
    log = read(content, D="harm", B="name")
    assert log.hazards[0].harms[0].text == "c"
    assert log.columns_not_read == ["C Effect"]


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"B": "name", "C": "name"}, "The columns B and C are both to be read as “Hazard Name”"),
        ({"B": "title"}, "there is no such field"),
        ({"B": ""}, "No column is to be read as “Hazard Name”"),
        ({"ZZ": "name"}, "no column with the letter or heading “ZZ”"),
        ({"Hazards": "name"}, "no column with the letter or heading “Hazards”"),
    ],
)
def test_an_answer_that_does_not_fit_gets_a_sentence(said: dict[str, str], says: str) -> None:
    with pytest.raises(NotPossible) as refusal:
        read(table(["ID", "Hazard", "Cause", "Harm"], ["1", "A", "b", "c"]), **said)
    assert says in refusal.value.sentence
    assert "Nothing was changed." in refusal.value.sentence


def test_a_proposal_that_is_confirmed_unchanged_reads_the_same() -> None:
    content = template(a_row(design="One"), a_row(ref="H-2"))
    assert read_log(
        name="log.xlsx", content=content, mapping=proposal_of(content).mapping
    ).hazards == (read_log(name="log.xlsx", content=content).hazards)


# --- Words ---------------------------------------------------------------------------------------


def words_of(content: bytes) -> dict[str, WordGuess]:
    return {each.key: each for each in proposal_of(content).words}


def test_numbers_are_proposed_as_words_and_not_taken() -> None:
    content = with_levels((4, 3), (5, 2), (4, "Medium"))
    words = words_of(content)
    assert {key: each.level for key, each in words.items()} == {
        "severity:4": "Major",
        "severity:5": "Catastrophic",
        "likelihood:3": "Medium",
        "likelihood:2": "Low",
    }
    assert words["severity:4"].cells == ("E2", "E4")
    assert words["severity:4"].count == 2
    log = read_log(name="log.xlsx", content=content)
    assert log.hazards[0].estimates[0].severity == "4"


def test_numbers_that_go_further_than_the_matrix_are_not_proposed() -> None:
    assert {each.level for each in words_of(with_levels((4, 3), (9, 2))).values()} == {
        "",
        "Medium",
        "Low",
    }


def test_few_numbers_are_only_a_guess() -> None:
    words = words_of(with_levels((1, "Low"), (2, "Low")))
    assert {each.confidence for each in words.values()} == {Confidence.GUESS}


@pytest.mark.parametrize(
    "said", ["Major", "MAJOR", "4 - Major", "Major (4)", "4. Major", "(4) Major"]
)
def test_a_word_of_the_matrix_is_no_question(said: str) -> None:
    assert words_of(with_levels((said, "Low"))) == {}


def test_a_word_that_is_none_has_no_proposal() -> None:
    (moderate,) = words_of(with_levels(("Moderate", "Low"))).values()
    assert (moderate.level, moderate.confidence) == ("", Confidence.NONE)


@pytest.mark.parametrize("said", ["TBC", "n/a", "", "–", "#N/A", "?"])
def test_placeholders_are_no_words(said: str) -> None:
    assert words_of(with_levels((said, "Low"))) == {}


def test_a_status_in_other_words_is_proposed() -> None:
    content = table(["Hazard", "Cause", "Harm", "Status"], ["A", "b", "c", "With customer"])
    (word,) = words_of(content).values()
    assert (word.axis, word.level) == ("status", "transferred")
    log = read_log(name="x.xlsx", content=content, mapping=proposal_of(content).mapping)
    assert log.hazards[0].words[Field.STATUS] == "transferred"


def test_a_chosen_level_is_read_and_said_once() -> None:
    content = with_levels((4, 3), ("Moderate", 3))
    mapping = Mapping({}, {"severity:4": "Major", "severity:moderate": "", "likelihood:3": "Low"})
    log = read_log(name="x.xlsx", content=content, mapping=mapping)
    said = [(e.severity, e.likelihood) for h in log.hazards for e in h.estimates]
    assert said == [("Major", "Low"), ("Moderate", "Low")]
    notes = [each.done for each in log.findings]
    assert notes == [
        "“4” was read as “Major”, as you confirmed.",
        "“3” was read as “Low”, as you confirmed.",
    ]


def test_the_same_number_may_mean_other_things_on_the_two_axes() -> None:
    mapping = Mapping({}, {"severity:3": "Minor", "likelihood:3": "High"})
    log = read_log(name="x.xlsx", content=with_levels((3, 3)), mapping=mapping)
    (estimate,) = log.hazards[0].estimates
    assert (estimate.severity, estimate.likelihood) == ("Minor", "High")


# --- As JSON -------------------------------------------------------------------------------------


def test_a_mapping_comes_back_from_its_json() -> None:
    mapping = Mapping({"B": "name", "A": ""}, {word_key("severity", " Very  BAD "): "Major"})
    assert mapping.as_json() == (
        '{"columns":{"A":"","B":"name"},"words":{"severity:very bad":"Major"}}'
    )
    assert Mapping.from_json(mapping.as_json()) == mapping
    assert Mapping.from_json("{}") == Mapping()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON that can be read"),
        ("[" * 50_000, "is not JSON that can be read"),
        ("[]", "has to be an object with “columns” and “words”"),
        ('{"fields": {}}', "has to be an object with “columns” and “words”"),
        ('{"columns": []}', "“columns” has to be an object of texts"),
        ('{"columns": {"A": 3}}', "“columns” has to be an object of texts"),
        ('{"words": {"severity:3": null}}', "“words” has to be an object of texts"),
        ('{"columns": {"A": "colour"}}', "there is no such field"),
        ('{"words": {"3": "Major"}}', "“3” is no key of a word"),
        ('{"words": {"class:3": "Major"}}', "“class:3” is no key of a word"),
    ],
)
def test_json_that_is_no_mapping_gets_a_sentence(text: str, says: str) -> None:
    with pytest.raises(NotPossible) as refusal:
        Mapping.from_json(text)
    assert says in refusal.value.sentence
    assert "Nothing was changed." in refusal.value.sentence
