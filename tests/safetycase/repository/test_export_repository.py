"""The safety case beside the code: one file for each hazard, and small differences."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from hazards.actions.controls import edit_control
from hazards.actions.hazards import edit_hazard, withdraw_hazard
from products.actions import carry_feature
from products.models import Product
from safetycase.repository.files import repository_files
from tests.factories import make_feature, make_release
from tests.hazards.factories import a_cause, a_control, a_live_hazard, an_estimate
from tests.reviews.factories import a_plan_in_force


def export(product: Product, folder: Path) -> dict[str, str]:
    call_command("export_repository", product.slug, "--output", str(folder))
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def log(product: Product, cso: User, executive: User) -> Product:
    carry_feature(release=make_release(product), feature=make_feature(product), by=cso)
    for name in ("A dose is given twice", "A *result* is filed to the wrong person"):
        hazard = a_live_hazard(product, cso, name=name)
        a_cause(hazard, cso)
        a_control(hazard, cso)
        an_estimate(hazard, cso)
    a_plan_in_force(product, cso, executive)
    return product


def test_the_same_record_gives_the_same_files(log: Product, tmp_path: Path) -> None:
    first = export(log, tmp_path / "one")
    assert first == export(log, tmp_path / "two")
    assert {"README.md", "plan.md", "risk-matrix.md", "features.md", "safety-case.json"} <= {*first}
    assert {name for name in first if name.startswith("hazards/")} == {
        f"hazards/HAZ-00{number}.{ending}" for number in (1, 2) for ending in ("md", "json")
    }


def test_a_change_touches_the_files_of_its_hazard_alone(
    log: Product, cso: User, tmp_path: Path
) -> None:
    before = export(log, tmp_path)
    control = log.controls.order_by("pk")[1]
    edit_control(control=control, by=cso, changes={"text": "The result shows its patient's name"})
    after = export(log, tmp_path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"hazards/HAZ-002.json", "hazards/HAZ-002.md"}
    old, new = (text["hazards/HAZ-002.md"].splitlines() for text in (before, after))
    assert len(set(new) - set(old)) == 1, "one line differs"


def test_an_edit_that_says_nothing_for_safety_moves_no_number(
    log: Product, cso: User, tmp_path: Path
) -> None:
    """The content version rises with every edit; it would be in every difference."""
    hazard = log.hazards.get(reference="HAZ-001")
    before = export(log, tmp_path)
    edit_hazard(hazard=hazard, by=cso, changes={"name": "Another name"})
    hazard.refresh_from_db()
    edit_hazard(hazard=hazard, by=cso, changes={"name": "A dose is given twice"})
    assert export(log, tmp_path) == before


def test_a_withdrawn_hazard_leaves_its_files_and_is_named(
    log: Product, cso: User, tmp_path: Path
) -> None:
    export(log, tmp_path)
    hazard = log.hazards.get(reference="HAZ-001")
    withdraw_hazard(hazard=hazard, by=cso, reason="Raised twice")
    after = export(log, tmp_path)
    assert "hazards/HAZ-001.md" not in after
    assert "HAZ-001 A dose is given twice" in after["README.md"]


def test_the_json_of_a_hazard_is_the_hazard(log: Product) -> None:
    files = dict(repository_files(log))
    hazard = json.loads(files["hazards/HAZ-002.json"])
    assert hazard["name"] == "A *result* is filed to the wrong person"
    assert hazard["controls"]
    assert "content_version" not in hazard
    assert "A \\*result\\* is filed" in files["hazards/HAZ-002.md"]


def test_who_asks_for_what_is_not_there_is_told(product: Product, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no product “x”; there is: digital-pharmacy"):
        call_command("export_repository", "x", "--output", str(tmp_path))
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(CommandError, match="is a file"):
        call_command("export_repository", product.slug, "--output", str(file))


def test_an_empty_log_is_said_to_be_empty(product: Product, tmp_path: Path) -> None:
    assert "The hazard log is empty." in export(product, tmp_path)["README.md"]
