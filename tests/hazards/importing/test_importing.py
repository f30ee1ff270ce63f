"""A file into an empty log: everything in it, through the actions, in one act."""

import datetime
import json
import time
from collections.abc import Sequence
from typing import Any

import pytest

from accounts.models import User
from audit.bulk import record_many
from audit.errors import NotAllowed, NotPossible
from audit.models import Entry
from hazards.choices import (
    ControlKind,
    ControlState,
    ControlType,
    EvidenceState,
    HazardState,
    HazardStatus,
    Stage,
)
from hazards.importing.apply import apply_import
from hazards.importing.findings import Finding
from hazards.importing.plan import plan_import
from hazards.importing.report import Report, stored_report
from hazards.models import (
    Cause,
    Control,
    ControlLink,
    Estimate,
    Evidence,
    Harm,
    Hazard,
    ImportBatch,
)
from products.choices import Role
from products.models import Product
from tests.factories import join, make_person, make_product
from tests.hazards.importing.imports import (
    bring_in,
    bring_in_sample,
    entries,
    hazard_called,
)
from tests.hazards.importing.workbooks import SAMPLE, a_row, read, template

pytestmark = pytest.mark.django_db


def at(report: Report, cell: str) -> Finding:
    """The finding on a cell."""
    return next(finding for finding in report.findings if finding.cell == cell)


def test_the_sample_comes_in_whole(product: Product, cso: User) -> None:
    report = bring_in_sample(product, cso)
    created = {kind: count.created for kind, count in report.counts.items()}
    assert created == {
        "hazards": 12,
        "harms": 12,
        "causes": 26,
        "controls": 40,
        "evidence": 6,
        "estimates": 23,
    }
    assert Hazard.objects.filter(product=product).count() == 12
    assert Cause.objects.count() == 26
    assert (report.rows_read, report.rows_taken) == (26, 26)


def test_a_hazard_of_the_sample_reads_as_in_the_file(product: Product, cso: User) -> None:
    bring_in_sample(product, cso)
    hazard = hazard_called("HAZ-001")
    assert hazard.reference == "HAZ-001"
    assert (
        hazard.name == "A repeat prescription continues after the patient's condition has changed"
    )
    assert hazard.state == HazardState.LIVE
    assert hazard.status == HazardStatus.OPEN
    assert hazard.owner_role == "Clinical safety officer"
    assert hazard.owner is None
    assert hazard.action_summary == "Confirm tier thresholds with the prescribing lead"
    assert hazard.review_date == datetime.date(2027, 2, 2)
    assert [cause.position for cause in Cause.objects.filter(hazard=hazard)] == [1, 2, 3]
    assert Harm.objects.get(hazard=hazard).text.startswith("Adverse drug reaction")
    assert hazard.worst_initial is not None
    assert hazard.worst_residual is not None
    assert hazard.worst_initial.class_number == 3


def test_controls_come_with_their_kind_and_act_on_the_whole_hazard(
    product: Product, cso: User
) -> None:
    bring_in_sample(product, cso)
    controls = Control.objects.filter(links__hazard=hazard_called("HAZ-001")).order_by("number")
    assert [(c.kind, c.type, c.state) for c in controls] == [
        (ControlKind.EXISTING, "", ControlState.PROPOSED),
        *[(ControlKind.ADDITIONAL, ControlType.DESIGN, ControlState.PROPOSED)] * 4,
        (ControlKind.ADDITIONAL, ControlType.BUSINESS_PROCESS, ControlState.PROPOSED),
    ]
    assert not ControlLink.objects.exclude(cause=None).exists()


def test_the_test_column_is_planned_evidence(product: Product, cso: User) -> None:
    bring_in_sample(product, cso)
    evidence = Evidence.objects.get(title__startswith="Rule tests cover every tier")
    assert evidence.state == EvidenceState.PLANNED
    assert evidence.control_links.count() == 5
    assert not Control.objects.filter(text__startswith="Rule tests").exists()


def test_a_control_beside_a_cause_acts_on_it(product: Product, cso: User) -> None:
    content = template(
        a_row(design="First"),
        {"cause": "Second cause", "design": "Second"},
        merge=["A3:A4", "B3:B4"],
    )
    bring_in(product, cso, content)
    link = ControlLink.objects.get(control__text="Second")
    assert link.cause is not None
    assert link.cause.text == "Second cause"


def test_an_estimate_beside_a_cause_is_of_it(product: Product, cso: User) -> None:
    content = template(
        a_row(),
        {"cause": "Second cause", "severity": "Catastrophic", "likelihood": "High"},
        merge=["A3:A4", "B3:B4"],
    )
    bring_in(product, cso, content)
    hazard = hazard_called("H-1")
    assert {e.cause.text if e.cause else "" for e in Estimate.objects.all()} == {
        "Nobody looks at it",
        "Second cause",
    }
    assert hazard.worst_initial is not None
    assert hazard.worst_initial.class_number == 5


def test_a_class_that_disagrees_is_reported_and_the_matrix_is_right(
    product: Product, cso: User
) -> None:
    report = bring_in(product, cso, template(a_row(rating=12)))
    finding = at(report, "I3")
    assert finding.found == "12"
    assert "Major · Medium is class 3, and that was used" in finding.done
    assert Estimate.objects.get().class_number == 3


@pytest.mark.parametrize("rating", [3, "3", "Class 3", "", "n/a"])
def test_a_class_that_agrees_says_nothing(product: Product, cso: User, rating: object) -> None:
    assert bring_in(product, cso, template(a_row(rating=rating))).findings == []


@pytest.mark.parametrize("rating", ["=G3*H3", "Undesirable", "TBC"])
def test_a_class_that_is_no_number_is_noted(product: Product, cso: User, rating: str) -> None:
    report = bring_in(product, cso, template(a_row(rating=rating)))
    assert "is class 3 in this product's matrix" in at(report, "I3").done
    assert len(report.notes) == 1


@pytest.mark.parametrize(
    ("severity", "likelihood", "rating", "says"),
    [
        ("Moderate", "Medium", 3, "“Moderate” is not a word for severity"),
        ("Major", "Possible", 3, "“Possible” is not a word for likelihood"),
        (4, 3, 12, "The matrix has words for severity and likelihood, and the file has numbers"),
        (4, "Medium", 3, "The matrix has words for severity, and the file has numbers"),
        (4, "Often", 3, "“4” is a number, and the matrix has words for severity"),
        ("Major", "", 3, "There is no word for the likelihood"),
        ("TBC", "Medium", 3, "There is no word for the severity"),
        ("TBC", "TBC", "TBC", "still to come"),
        ("", "", 3, "Only a class is given"),
        ("", "", "TBC", "still to come"),
    ],
)
def test_words_that_name_no_square_are_reported_and_nothing_is_guessed(
    product: Product, cso: User, severity: object, likelihood: object, rating: object, says: str
) -> None:
    row = a_row(severity=severity, likelihood=likelihood, rating=rating)
    report = bring_in(product, cso, template(row))
    (finding,) = (each for each in report.findings if each.level == "problem")
    assert says in finding.done
    assert "No initial risk was taken from the file" in finding.done
    assert "Estimate the initial risk" in finding.todo
    assert not Estimate.objects.exists()


def test_a_number_beside_a_word_changes_nothing(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row(severity="Major (4)", likelihood="3 - Medium")))
    assert Estimate.objects.get().class_number == 3


def test_words_are_known_whatever_their_case(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row(severity="MAJOR", likelihood=" very  low ", rating=2)))
    assert Estimate.objects.get().class_number == 2


def test_estimates_are_of_the_importing_person_and_without_reasons(
    product: Product, cso: User
) -> None:
    bring_in(product, cso, template(a_row()))
    estimate = Estimate.objects.get()
    assert (estimate.estimated_by, estimate.why_severity) == (cso, "")
    assert estimate.stage == Stage.INITIAL


def test_the_status_of_the_file_is_kept_and_reported_where_it_does_not_fit(
    product: Product, cso: User
) -> None:
    report = bring_in_sample(product, cso)
    assert hazard_called("HAZ-004").status == HazardStatus.TRANSFERRED
    finding = at(report, "S12")
    assert finding.found == "Transferred"
    assert "No control of a deploying organisation is left to transfer" in finding.done
    assert "Its residual risk waits for acceptance" in finding.done
    assert "waits for acceptance" not in at(report, "S15").done, "its class asks for none"
    transferred = [each for each in report.problems if each.finding.found == "Transferred"]
    assert [each.cells for each in transferred] == [["S12", "S17", "S28"], ["S15", "S22"]]


def test_the_preview_says_of_the_status_what_the_report_says(product: Product, cso: User) -> None:
    plan = plan_import(product=product, log=read(SAMPLE.read_bytes()), by=cso)
    expected = [hazard.misfits for hazard in plan.hazards]
    apply_import(plan=plan, by=cso)
    assert [hazard.misfits for hazard in plan.hazards] == expected


def test_an_unknown_status_stays_open_and_is_reported(product: Product, cso: User) -> None:
    report = bring_in(product, cso, template(a_row(status="With customer")))
    assert hazard_called("H-1").status == HazardStatus.OPEN
    assert "open, transferred or closed" in at(report, "S3").done


def test_a_hazard_without_a_harm_stays_a_draft(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row(harm="TBC"), a_row(ref="H-2", name="With a harm")))
    assert hazard_called("H-1").state == HazardState.DRAFT
    assert hazard_called("H-2").state == HazardState.LIVE


@pytest.mark.parametrize("words", ["Farah Pharmacist", "farah.pharmacist@EXAMPLE.org"])
def test_an_owner_on_the_team_is_the_person(
    product: Product, cso: User, clinician: User, words: str
) -> None:
    report = bring_in(product, cso, template(a_row(owner=words)))
    hazard = hazard_called("H-1")
    assert (hazard.owner, hazard.owner_role) == (clinician, "")
    assert report.findings == []


def test_an_owner_who_is_not_on_the_team_stays_a_role_in_words(
    product: Product, cso: User, stranger: User
) -> None:
    report = bring_in(
        product, cso, template(a_row(owner=stranger.name), a_row(ref="2", name="x", owner="Nurse"))
    )
    hazard = hazard_called("H-1")
    assert (hazard.owner, hazard.owner_role) == (None, "Stan Stranger")
    assert [group.finding.found for group in report.notes] == ["Stan Stranger", "Nurse"]


def test_two_people_of_one_name_stay_words(product: Product, cso: User) -> None:
    for number in (1, 2):
        join(product, make_person("Jo Same", f"jo{number}@example.org"), Role.CONTRIBUTOR)
    report = bring_in(product, cso, template(a_row(owner="Jo Same")))
    assert hazard_called("H-1").owner_role == "Jo Same"
    assert "2 people on the team" in report.findings[0].done


def test_references_of_the_file_are_kept(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row(ref="PH/7.02"), a_row(ref="", name="Unnumbered")))
    assert hazard_called("PH/7.02").reference == "HAZ-001"
    unnumbered = Hazard.objects.get(name="Unnumbered")
    assert (unnumbered.reference, unnumbered.imported_reference) == ("HAZ-002", "")


def test_the_cover_of_another_product_is_reported(cso: User) -> None:
    other = make_product("Night Ward", "night-ward")
    join(other, cso, Role.CLINICAL_SAFETY_OFFICER)
    report = bring_in_sample(other, cso)
    assert "The cover names another product" in report.problems[0].finding.done


# --- One act, all or nothing --------------------------------------------------------------------


def test_everything_is_one_act_of_the_importing_person(product: Product, cso: User) -> None:
    before = entries()
    bring_in_sample(product, cso)
    written = Entry.objects.order_by("pk")[before:]
    assert len({entry.act for entry in written}) == 1
    assert {entry.person for entry in written} == {cso}
    assert {entry.reason for entry in written} == {"Imported log.xlsx"}


def test_a_failure_in_the_last_row_leaves_nothing(
    product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_at_the_end(rows: Sequence[Any]) -> None:
        if isinstance(rows[0], Estimate):
            raise NotPossible("The last row cannot be imported.")
        record_many(rows)

    monkeypatch.setattr("hazards.importing.bulk.record_many", fail_at_the_end)
    before = entries()
    with pytest.raises(NotPossible, match="last row"):
        bring_in_sample(product, cso)
    assert entries() == before
    assert not Hazard.objects.exists()
    assert not ImportBatch.objects.exists()


def test_the_report_is_stored_and_reads_back_the_same(product: Product, cso: User) -> None:
    report = bring_in_sample(product, cso)
    batch = ImportBatch.objects.get()
    assert str(batch.public_id) == report.batch
    assert (batch.sheet, batch.imported_by, batch.sha256) == ("Hazard log", cso, report.sha256)
    assert stored_report(batch).as_json() == report.as_json()
    assert len(json.loads(batch.report)["memory"]) == 12


def test_a_log_that_changed_meanwhile_is_not_written_over(product: Product, cso: User) -> None:
    plan = plan_import(product=product, log=read(SAMPLE.read_bytes()), by=cso)
    bring_in(product, cso, template(a_row()))
    before = entries()
    with pytest.raises(NotPossible, match="while this import was being prepared"):
        apply_import(plan=plan, by=cso)
    assert entries() == before


@pytest.mark.parametrize("who", ["product_manager", "engineer", "auditor", "stranger"])
def test_only_those_who_may_import_do(
    product: Product, who: str, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        plan_import(product=product, log=read(template(a_row())), by=person)


def test_the_clinical_product_manager_may_import(
    product: Product, clinical_product_manager: User
) -> None:
    assert bring_in_sample(product, clinical_product_manager).changed


def test_it_is_quick(product: Product, cso: User) -> None:
    started = time.process_time()
    bring_in_sample(product, cso)
    assert time.process_time() - started < 3
