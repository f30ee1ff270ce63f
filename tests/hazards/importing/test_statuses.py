"""The statuses of a file count only when whoever imports it may decide on them."""

import pytest

from accounts.actions import system_person
from accounts.models import User
from audit.errors import NotAllowed
from hazards.actions.hazards import keep_imported_status, make_live
from hazards.choices import HazardState, HazardStatus
from hazards.importing.findings import Level
from hazards.importing.plan import plan_import
from hazards.importing.report import Report, report_of
from hazards.models import Hazard
from products.models import Product
from tests.hazards.factories import a_hazard
from tests.hazards.importing.imports import bring_in_sample
from tests.hazards.importing.workbooks import SAMPLE, read


def states() -> set[tuple[str, str]]:
    return set(Hazard.objects.values_list("state", "status"))


def said(report: Report) -> str:
    return " ".join(finding.done for finding in report.findings if finding.level is Level.PROBLEM)


def test_the_file_of_a_clinical_product_manager_makes_open_drafts(
    product: Product, clinical_product_manager: User
) -> None:
    report = bring_in_sample(product, clinical_product_manager)
    assert states() == {(HazardState.DRAFT, HazardStatus.OPEN)}
    assert "for the clinical safety officer to decide: it is brought in as an open draft" in said(
        report
    )
    drafts = [group for group in report.problems if "open draft" in group.finding.done]
    named = {reference for group in drafts for reference in group.references}
    assert len(named) == Hazard.objects.count(), "each is named"


def test_the_officer_and_a_nameless_command_take_them_over(product: Product, cso: User) -> None:
    bring_in_sample(product, cso)
    taken = states()
    assert HazardState.LIVE in {state for state, _ in taken}
    assert not any(state == HazardState.DRAFT for state, _ in taken)


def test_the_system_person_takes_them_over(product: Product) -> None:
    assert "open draft" not in said(bring_in_sample(product, system_person()))
    assert HazardState.LIVE in {state for state, _ in states()}


def test_the_officer_s_import_of_the_same_file_decides_what_was_left(
    product: Product, cso: User, clinical_product_manager: User
) -> None:
    bring_in_sample(product, clinical_product_manager)
    again = bring_in_sample(product, clinical_product_manager)
    assert not again.changed
    report = bring_in_sample(product, cso)
    assert report.changed
    assert "Made live" in report.hazards[0].changes
    assert {state for state, _ in states()} == {HazardState.LIVE}
    assert not bring_in_sample(product, cso).changed


def test_what_the_officer_decided_meanwhile_stands(
    product: Product, cso: User, clinical_product_manager: User
) -> None:
    bring_in_sample(product, cso)
    before = dict(Hazard.objects.values_list("pk", "status"))
    report = bring_in_sample(product, clinical_product_manager)
    assert not report.changed
    assert dict(Hazard.objects.values_list("pk", "status")) == before


def test_both_ways_lead_to_the_same_log(
    product: Product, other_product: Product, cso: User, clinical_product_manager: User
) -> None:
    bring_in_sample(product, clinical_product_manager)
    bring_in_sample(product, cso)
    bring_in_sample(other_product, system_person())

    def log(of: Product) -> list[tuple[str, str, str]]:
        rows = Hazard.objects.filter(product=of).order_by("imported_reference")
        return list(rows.values_list("imported_reference", "state", "status"))

    assert log(product) == log(other_product)


def test_a_draft_that_somebody_made_live_is_left(
    product: Product, cso: User, clinical_product_manager: User
) -> None:
    bring_in_sample(product, clinical_product_manager)
    hazard = Hazard.objects.order_by("pk")[0]
    make_live(hazard=hazard, by=cso)
    report = bring_in_sample(product, cso)
    line = next(each for each in report.hazards if each.reference == hazard.display_reference)
    assert "Made live" not in line.changes


def test_the_action_asks_who_decides(product: Product, clinical_product_manager: User) -> None:
    hazard = a_hazard(product, clinical_product_manager)
    with pytest.raises(NotAllowed):
        keep_imported_status(hazard=hazard, by=clinical_product_manager, status=HazardStatus.CLOSED)


def test_the_preview_says_it_before_anything_is_brought_in(
    product: Product, clinical_product_manager: User
) -> None:
    plan = plan_import(product=product, log=read(SAMPLE.read_bytes()), by=clinical_product_manager)
    assert "open draft" in said(report_of(plan))
