"""The CSV: flat, complete rows, safe to open; and the JSON, in which nothing is cut."""

import csv
import json
from io import StringIO

import pytest

from accounts.models import User
from products.models import Product
from safetycase.log_files import hazard_log_csv, hazard_log_json
from safetycase.snapshot import Snapshot
from tests.hazards.factories import a_hazard
from tests.safetycase.log_files.logs import TITLE, a_mixed_log, snapshot_of
from tests.safetycase.story import Story


def rows_of(snapshot: Snapshot) -> list[dict[str, str]]:
    text = hazard_log_csv(snapshot, TITLE).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def test_one_complete_row_for_each_cause(product: Product, cso: User) -> None:
    a_mixed_log(product, cso)
    rows = rows_of(snapshot_of(product))
    assert len(rows) == 2 + 3 + 1 + 1
    second = [row for row in rows if row["Hazard Name"].startswith("Each cause")]
    assert [row["Possible Causes"] for row in second] == ["Cause 1", "Cause 2", "Cause 3"]
    assert [row["Cause Number"] for row in second] == ["1", "2", "3"]
    assert [row["Initial Severity"] for row in second] == ["Considerable", "Major", "Considerable"]
    assert [row["Residual Risk Rating"] for row in second] == ["1", "3", "–"]
    assert {row["Worst Initial Rating"] for row in second} == {"4"}
    assert {row["Potential Clinical Impact"] for row in second} == {
        "A first harm\nA second harm, which has nothing to do with the second cause"
    }


def test_each_row_says_of_which_version_it_is(story: Story) -> None:
    for row in rows_of(snapshot_of(story.product, story.reported)):
        assert (row["Product"], row["Release"], row["Log Version"], row["Version State"]) == (
            *("Digital Pharmacy", "1.1.0"),
            *("2", "Issued"),
        )
        assert row["Version Dated"] == TITLE.dated


def test_its_headings_are_each_there_once(product: Product, cso: User) -> None:
    a_mixed_log(product, cso)
    heading = hazard_log_csv(snapshot_of(product), TITLE).decode("utf-8-sig").split("\r\n")[0]
    names = next(csv.reader([heading]))
    assert len(names) == len(set(names))


def test_it_opens_in_excel(product: Product, cso: User) -> None:
    a_hazard(product, cso, "Größe, Füllung „eins“", description="one\r\ntwo")
    content = hazard_log_csv(snapshot_of(product), TITLE)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    assert content.count(b"\r\n") == 2
    [row] = rows_of(snapshot_of(product))
    assert row["Hazard Name"] == "Größe, Füllung „eins“"
    assert row["Hazard Description"] == "one\ntwo"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@now", "' =1"])
def test_nothing_is_calculated(product: Product, cso: User, name: str) -> None:
    hazard = a_hazard(product, cso, name)
    [row] = rows_of(snapshot_of(product))
    assert row["Hazard Name"] == f"'{hazard.name}"


def test_the_json_holds_the_whole_log(story: Story) -> None:
    snapshot = snapshot_of(story.product, story.reported)
    snapshot["hazards"][0]["justification"] = "a" * 40_000
    content = hazard_log_json(snapshot, TITLE)
    log = json.loads(content)
    assert log["hazards"] == snapshot["hazards"]
    assert log["unplaced"] == snapshot["unplaced"]
    assert log["not_reported"] == snapshot["not_reported"]
    assert log["version"]["revisions"][0]["author"] == "Bridget Between"
    assert content == hazard_log_json(snapshot, TITLE)
    assert content.endswith(b"}\n")
