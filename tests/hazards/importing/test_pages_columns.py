"""The page that asks what columns and words of a file mean, and what it remembers."""

import json

import pytest
from django.test import Client
from openpyxl import Workbook

from accounts.models import User
from hazards.actions.importing_mappings import remember_mapping
from hazards.importing.mapping import Mapping, propose
from hazards.models import Cause, Control, Estimate, Hazard, ImportMapping
from products.models import Product
from tests.hazards.importing.imports import entries, hazard_called
from tests.hazards.importing.sending import (
    answer_columns,
    answers_on,
    confirm,
    preview,
    send,
    text_of,
)
from tests.hazards.importing.workbooks import a_row, saved, table, template, write
from tests.people import ClientOf

pytestmark = pytest.mark.django_db

HEADINGS = ["Number", "Hazard", "Harm", "Cause", "Severity", "Likelihood", "Blocked by", "Mood"]
ROW = ["W-1", "Wrong chart opened", "An overdose", "Two names alike", 4, 3, "A photo", "fine"]
ODD = table(HEADINGS, ROW)


@pytest.fixture
def officer(client_of: ClientOf, cso: User) -> Client:
    return client_of(cso)


def said(page: object) -> dict[str, str]:
    """What the page proposes, by column letter and by word."""
    form = page.context["form"]  # type: ignore[attr-defined]
    columns = {row.guess.column: row.choice.value() or "" for row in form.column_rows}
    return columns | {row.guess.key: row.choice.value() or "" for row in form.word_rows}


def name_of(page: object, word: str) -> str:
    """The name of the field for a word."""
    form = page.context["form"]  # type: ignore[attr-defined]
    return next(str(row.choice.name) for row in form.word_rows if row.guess.key == word)


def test_each_column_shows_its_field_and_how_sure_it_is(officer: Client) -> None:
    before = entries()
    page = officer.get(send(officer, ODD).url)
    assert entries() == before, "asking writes nothing"
    proposed = said(page)
    assert (proposed["B"], proposed["C"], proposed["H"]) == ("name", "harm", "")
    shown = text_of(page)
    assert "Its heading says so" in shown
    assert "Not known; choose what it is, or leave it" in shown
    assert "Wrong chart opened" in shown, "what stands in the column"


def test_numbers_are_proposed_as_words_and_count_once_they_are_confirmed(officer: Client) -> None:
    address = send(officer, ODD).url
    page = officer.get(address)
    assert (said(page)["severity:4"], said(page)["likelihood:3"]) == ("Major", "Medium")
    confirm(officer, answer_columns(officer, address).url)
    estimate = Estimate.objects.get()
    assert (estimate.severity.word, estimate.likelihood.word) == ("Major", "Medium")


def test_a_word_may_be_left_without_an_estimate(officer: Client) -> None:
    address = send(officer, ODD).url
    name = name_of(officer.get(address), "severity:4")
    answered = answer_columns(officer, address, **{name: ""})
    assert "The matrix has words for severity, and the file has numbers" in text_of(
        officer.get(answered.url)
    )
    confirm(officer, answered.url)
    assert hazard_called("W-1").worst_initial is None
    assert not Estimate.objects.exists()


def test_a_column_is_read_as_it_was_corrected(officer: Client) -> None:
    address = send(officer, ODD).url
    answered = answer_columns(officer, address, column_G="design", column_D="")
    confirm(officer, answered.url)
    assert Control.objects.get().text == "A photo"
    assert not Cause.objects.exists()


def test_what_was_confirmed_is_proposed_for_the_next_file_of_the_layout(
    officer: Client, cso: User
) -> None:
    address = send(officer, ODD).url
    confirm(officer, answer_columns(officer, address, column_G="design", column_D="").url)
    another = table(HEADINGS, ["W-2", "Another", "Harm", "Because", 1, 9, "A check", "sad"])
    page = officer.get(send(officer, another).url)
    assert (said(page)["G"], said(page)["D"]) == ("design", "")
    assert said(page)["severity:1"] == "Minor", "a word that was not in the first file"
    assert f"Filled in as {cso.name} confirmed on" in text_of(page)
    # Another layout is another question.
    assert "confirmed on" not in text_of(officer.get(send(officer, template(a_row())).url))


def test_words_of_earlier_files_stay_remembered(officer: Client, product: Product) -> None:
    confirm(officer, answer_columns(officer, send(officer, ODD).url).url)
    another = table(HEADINGS, ["W-2", "Another", "Harm", "Because", 1, 3, "", ""])
    confirm(officer, answer_columns(officer, send(officer, another).url).url)
    words = json.loads(ImportMapping.objects.get(product=product).words)
    assert words["severity:4"] == "Major"
    assert words["severity:1"] == "Minor"


def test_a_remembered_level_that_the_matrix_has_no_more_is_not_proposed(
    officer: Client, product: Product, cso: User
) -> None:
    layout = propose(name="x.xlsx", content=ODD).layout
    mapping = Mapping({"G": "design"}, {"severity:4": "Dreadful", "likelihood:3": "High"})
    remember_mapping(product=product, by=cso, layout=layout, mapping=mapping)
    proposed = said(officer.get(send(officer, ODD).url))
    assert (proposed["severity:4"], proposed["likelihood:3"]) == ("Major", "High")
    assert (proposed["G"], proposed["C"]) == ("design", "harm")


def test_looking_and_setting_aside_remember_nothing(officer: Client) -> None:
    before = entries()
    address, _ = preview(officer, ODD)
    officer.post(address, {"set_aside": "1"})
    assert entries() == before
    assert not ImportMapping.objects.exists()


def test_words_of_a_column_that_is_corrected_are_asked_for(officer: Client) -> None:
    content = table(
        ["Number", "Hazard", "Harm", "Cause", "How bad", "Likelihood"],
        ["W-1", "Wrong chart opened", "An overdose", "Two names alike", "Dreadful", "High"],
    )
    address = send(officer, content).url
    page = officer.get(address)
    assert said(page)["E"] == ""
    assert "severity:dreadful" not in said(page)
    asked = officer.post(address, answers_on(page) | {"column_E": "initial_severity"})
    assert asked.status_code == 422
    assert "These columns hold words that the matrix does not have" in text_of(asked)
    assert "<title>Error: " in text_of(asked)
    assert said(asked)["E"] == "initial_severity", "what was chosen is still there"
    name = name_of(asked, "severity:dreadful")
    answered = officer.post(address, answers_on(asked) | {name: "Catastrophic"})
    confirm(officer, answered.headers["Location"])
    assert Estimate.objects.get().severity.word == "Catastrophic"


STRANGE = table(
    ["Number", "Hazard", "Harm", "Cause", "How bad", "Likelihood", "Where it is"],
    ["W-1", "Wrong chart opened", "An overdose", "Two names alike", "Dreadful", "High", "Ongoing"],
)
CORRECTED = {"column_E": "initial_severity", "column_G": "status"}


def test_words_that_come_up_late_stand_as_they_are_proposed(officer: Client) -> None:
    asked = answer_columns(officer, send(officer, STRANGE).url, **CORRECTED)
    assert asked.status_code == 422
    assert said(asked)["status:ongoing"] == "open", "proposed, and not what stands first"
    assert said(asked)["severity:dreadful"] == "", "nothing is proposed for it"
    assert "As you chose" in text_of(asked)


def test_the_same_file_again_is_asked_nothing_anew(officer: Client) -> None:
    address = send(officer, STRANGE).url
    asked = answer_columns(officer, address, **CORRECTED)
    name = name_of(asked, "severity:dreadful")
    answered = officer.post(address, answers_on(asked) | {name: "Catastrophic"})
    # Once more from the preview, and once more with the file itself after it was imported.
    assert said(officer.get(address))["severity:dreadful"] == "Catastrophic"
    confirm(officer, answered.headers["Location"])
    again = send(officer, STRANGE).url
    page = officer.get(again)
    assert said(page)["severity:dreadful"] == "Catastrophic"
    shown = text_of(page)
    assert "As it was confirmed before" in shown
    assert "not known" not in shown
    assert "Not known; choose" not in shown
    unchanged = officer.get(answer_columns(officer, again).url)
    assert "Everything in this file is in the log already" in text_of(unchanged)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"column_D": "name"}, "are both to be read as “Hazard Name”"),
        ({"column_B": ""}, "Say which column names the hazards"),
        ({"column_B": "surname"}, "there is no such field"),
    ],
)
def test_columns_that_do_not_fit_are_explained(
    officer: Client, changes: dict[str, str], says: str
) -> None:
    address = send(officer, ODD).url
    answered = answer_columns(officer, address, **changes)
    assert answered.status_code == 422
    assert says in text_of(answered)
    assert not Hazard.objects.exists()


def test_a_level_that_is_none_is_refused(officer: Client) -> None:
    address = send(officer, ODD).url
    name = name_of(officer.get(address), "severity:4")
    answered = answer_columns(officer, address, **{name: "Dreadful"})
    assert answered.status_code == 422
    assert "Select a valid choice" in text_of(answered)


def test_another_sheet_may_be_chosen(officer: Client) -> None:
    book = Workbook()
    write(book.worksheets[0], [HEADINGS, ROW])
    book.worksheets[0].title = "New"
    write(book.create_sheet("Old"), [HEADINGS[:4], ["O-1", "An old one", "A harm", "A cause"]])
    address = send(officer, saved(book)).url
    page = officer.get(address)
    assert page.context["proposal"].sheets == ("New", "Old")
    other = officer.get(address, {"sheet": "Old"})
    assert other.context["proposal"].sheet == "Old"
    answered = officer.post(address, answers_on(other) | {"sheet": "Old"})
    confirm(officer, answered.headers["Location"])
    assert [hazard.name for hazard in Hazard.objects.all()] == ["An old one"]


def test_the_columns_can_be_corrected_again_from_the_preview(officer: Client) -> None:
    address = send(officer, ODD).url
    answered = answer_columns(officer, address, column_G="design")
    assert f'href="{address}"' in text_of(officer.get(answered.url))
    assert said(officer.get(address))["G"] == "design"
    again = answer_columns(officer, address, column_G="training")
    confirm(officer, again.url)
    assert Control.objects.get().type == "training"


def test_before_the_columns_are_confirmed_there_is_no_preview(officer: Client) -> None:
    address = send(officer, ODD).url
    preview_address = address.removesuffix("columns/")
    assert officer.get(preview_address).headers["Location"] == address
    assert officer.post(preview_address, {"fingerprint": ""}).headers["Location"] == address


def test_headings_and_cells_are_never_markup(officer: Client) -> None:
    headings = [*HEADINGS[:7], "<b>bold</b>"]
    content = table(headings, [*ROW[:4], "<i>bad</i>", 3, "<u>x</u>", "<s>y</s>"])
    shown = text_of(officer.get(send(officer, content).url))
    for tag in ("<b>bold", "<i>bad", "<u>x", "<s>y"):
        assert tag not in shown


def test_a_file_without_rows_of_headings_is_not_given_any(officer: Client) -> None:
    row = {"number": "W-1", "hazard": "Wrong chart", "harm": "A bleed", "owner": ""}
    page = officer.get(send(officer, json.dumps([row]).encode(), name="log.json").url)
    shown = text_of(page)
    assert "heading in row" not in shown
    assert "The file has no rows of headings" in shown
    assert "the column is empty" in shown
    assert said(page)["A"] == "reference"
