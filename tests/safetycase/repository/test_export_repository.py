"""The safety case beside the code: one file for each hazard, and small differences."""

import datetime
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from markdown_it import MarkdownIt

from accounts.models import User
from hazards.actions.controls import edit_control
from hazards.actions.features import link_feature
from hazards.actions.hazards import edit_hazard, withdraw_hazard
from products.actions import carry_feature, create_change
from products.choices import Side
from products.models import Feature, Product
from reviews.actions.decision_reviews import record_dissent
from reviews.actions.stories import write_story
from reviews.actions.triage import record_triage
from reviews.choices import TriageOutcome
from safetycase.actions.sections import write_section
from safetycase.choices import SectionKey
from safetycase.repository.files import repository_files
from tests.factories import make_feature, make_release
from tests.hazards.factories import a_cause, a_control, a_hazard, a_live_hazard, an_estimate
from tests.reviews.charter import factories as charters
from tests.reviews.decisions import factories as decisions
from tests.reviews.factories import a_plan_in_force
from tests.reviews.risk_benefit import factories as analyses


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
    assert {"README.md", "plan.md", "risk-matrix.md", "releases.md", "safety-case.json"} <= {*first}
    assert {"features/FEAT-1.md", "features/FEAT-1.json"} <= {*first}
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


def test_an_estimate_changes_its_hazard_and_what_sums_it_up(
    log: Product, cso: User, tmp_path: Path
) -> None:
    before = export(log, tmp_path)
    an_estimate(log.hazards.get(reference="HAZ-002"), cso, "Major", "High")
    after = export(log, tmp_path)
    assert {*before} == {*after}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"README.md", "hazards/HAZ-002.json", "hazards/HAZ-002.md"}
    old, new = before["README.md"].splitlines(), after["README.md"].splitlines()
    assert len(set(new) - set(old)) == 1, "one row of the table differs"


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


def test_a_hazard_that_nobody_estimated_is_not_said_to_need_no_estimate(
    product: Product, cso: User
) -> None:
    a_hazard(product, cso)
    assert "| not estimated | not estimated |" in dict(repository_files(product))["README.md"]


# --- What both sides agreed -----------------------------------------------------------------------


def test_a_decision_is_read_whole_beside_the_code(
    log: Product, cso: User, product_manager: User, engineer: User, tmp_path: Path
) -> None:
    hazard = log.hazards.get(reference="HAZ-001")
    decision = decisions.to_sign(log, hazard, cso, product_manager)
    record_dissent(decision=decision, by=engineer, side=Side.PRODUCT, text="It takes too long")
    open_page = export(log, tmp_path)["decisions/DEC-1.md"]
    assert "- State: Open" in open_page
    assert "## Signatures" not in open_page
    decisions.agree(decision, cso, product_manager)
    files = export(log, tmp_path)
    page, said = files["decisions/DEC-1.md"], json.loads(files["decisions/DEC-1.json"])
    for line in (
        "- State: Agreed",
        "- Chosen: By tier",
        "## The clinical view",
        "**What would change this view.** A study of ours",
        "| Hazard | Today | Yearly | By tier |",
        "## Why this option",
        "It takes too long",
        f"- Agreed for the product side: {product_manager.name}, Product manager, ",
    ):
        assert line in page, line
    assert [each["name"] for each in said["options"]] == ["Yearly", "By tier"]
    assert (
        "| [DEC-1](decisions/DEC-1.md) | Repeat prescriptions | Agreed | By tier |"
        in (files["README.md"])
    )
    assert files == export(log, tmp_path / "again")


def test_a_day_that_passes_changes_no_decision(
    log: Product, cso: User, product_manager: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hazard = log.hazards.get(reference="HAZ-001")
    decisions.agree(decisions.to_sign(log, hazard, cso, product_manager), cso, product_manager)
    before = dict(repository_files(log))
    later = timezone.localdate() + datetime.timedelta(days=300)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: later)
    after = dict(repository_files(log))
    assert {name for name in before if before[name] != after[name]} == set()


def test_the_charter_and_the_analyses_as_they_were_signed(
    log: Product, cso: User, product_manager: User, executive: User, tmp_path: Path
) -> None:
    assert "charter.md" not in export(log, tmp_path)
    charters.in_force(charters.a_charter(log, cso), cso, product_manager)
    hazard = analyses.a_hazard_to_weigh(log, cso)
    analysis = analyses.an_analysis(hazard, cso)
    assert "- State: Draft" in export(log, tmp_path)["risk-benefit/analysis-1.md"]
    analyses.concluded(analysis, cso, executive)
    files = export(log, tmp_path)
    assert "## Trade-offs that are never made" in files["charter.md"]
    assert f"{cso.name}, Clinical safety officer" in files["charter.md"]
    page = files["risk-benefit/analysis-1.md"]
    assert f"- Hazard: {hazard.display_reference} {hazard.name}" in page
    assert f"- Accepted: {executive.name}" in page or f": {executive.name}" in page
    assert json.loads(files["risk-benefit/analysis-1.json"])["signatures"]


def test_a_feature_names_its_hazards_before_a_release_carries_it(
    log: Product, cso: User, tmp_path: Path
) -> None:
    early, carried = make_feature(log, "Alerts"), Feature.objects.get(reference="FEAT-1")
    for feature in (early, carried):
        link_feature(hazard=log.hazards.get(reference="HAZ-002"), feature=feature, by=cso)
    files = export(log, tmp_path)
    for feature in (early, carried):
        said = json.loads(files[f"features/{feature.reference}.json"])
        assert said["hazards"] == ["HAZ-002"]
        assert "- Hazards: HAZ-002" in files[f"features/{feature.reference}.md"]


def test_a_change_is_not_taken_for_the_feature_of_the_same_reference(
    log: Product, cso: User, tmp_path: Path
) -> None:
    change = create_change(product=log, by=cso, title="A newer library")
    feature = make_feature(log, "Alerts", reference=change.reference)
    carry_feature(release=log.releases.get(), feature=feature, by=cso)
    said = json.loads(export(log, tmp_path)[f"changes/{change.reference}.json"])
    assert said["title"] == "A newer library"


def test_triage_and_stories(log: Product, cso: User, tmp_path: Path) -> None:
    assert "Not triaged." in export(log, tmp_path)["features/FEAT-1.md"]
    hazard = log.hazards.get(reference="HAZ-001")
    control = log.controls.order_by("pk")[0]
    before = export(log, tmp_path)
    record_triage(
        product=log,
        by=cso,
        feature=Feature.objects.get(),
        touches=(),
        outcome=TriageOutcome.COVERED,
        hazards=[hazard],
        note="As before",
    )
    write_story(control=control, hazard=hazard, by=cso, title="Check it", criteria="Given\nThen")
    after = export(log, tmp_path)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {
        "features/FEAT-1.json",
        "features/FEAT-1.md",
        "stories.md",
        "safety-case.json",
    }
    assert "- Outcome: Covered" in after["features/FEAT-1.md"]
    assert "- Covered by: HAZ-001" in after["features/FEAT-1.md"]
    assert "Given\\\nThen" in after["stories.md"]


# --- Text that would be more than text ------------------------------------------------------------

HOSTILE = """Harmless
# INJECTED
INJECTED
===
| INJECTED | b |
|---|---|
| c | d |
<script>alert('INJECTED')</script>
<!-- INJECTED
[INJECTED](javascript:alert(1)) ![INJECTED](//evil.example/x.png)
```
1."""


def test_nothing_that_people_wrote_is_a_heading_a_table_or_html(
    log: Product, cso: User, product_manager: User, tmp_path: Path
) -> None:
    hazard = log.hazards.get(reference="HAZ-001")
    edit_hazard(hazard=hazard, by=cso, changes={"description": HOSTILE, "effect": HOSTILE})
    decision = decisions.to_sign(log, hazard, cso, product_manager)
    decisions.say(decision, Side.CLINICAL, cso, HOSTILE)
    decisions.an_option(decision, cso, "A | B\n# INJECTED", description=HOSTILE)
    write_story(
        control=log.controls.order_by("pk")[0],
        hazard=hazard,
        by=cso,
        title="<b>INJECTED</b>",
        criteria=HOSTILE,
    )
    pages = [text for name, text in export(log, tmp_path).items() if name.endswith(".md")]
    assert sum("INJECTED" in page for page in pages) == 3
    for page in pages:
        _assert_only_text(page)


def _assert_only_text(page: str) -> None:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.parse(page)
    flat = [inner for token in tokens for inner in (token, *(token.children or []))]
    kinds = {token.type for token in flat}
    assert not kinds & {"html_block", "html_inline", "image", "fence", "code_block"}, page
    assert not any("javascript" in str(token.attrs.get("href", "")) for token in flat)
    headings = [
        tokens[place + 1].content
        for place, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    # Titles stand in headings, as text on one line.
    assert not any(heading.startswith(("INJECTED", "#")) for heading in headings)


def test_a_narrative_brings_no_html(product: Product, cso: User, tmp_path: Path) -> None:
    told = "A *word*  \nand <b>HTML</b> \\<i>x</i>, 3 < 4, <https://example.org>"
    write_section(product=product, key=SectionKey.INTRODUCTION, by=cso, narrative=told)
    page = export(product, tmp_path)["report/01-introduction.md"]
    tokens = MarkdownIt("commonmark", {"html": True}).parse(page)
    kinds = [inner.type for token in tokens for inner in (token.children or [])]
    assert "html_inline" not in kinds
    assert {"em_open", "hardbreak", "link_open"} <= set(kinds)
