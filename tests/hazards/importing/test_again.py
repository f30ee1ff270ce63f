"""The same file again, a newer one, and what people did here in between."""

import datetime

import pytest

from accounts.models import User
from audit.tracked import history_of
from hazards.actions.causes import add_cause, edit_cause, withdraw_cause
from hazards.actions.controls import edit_control, unlink_control
from hazards.actions.estimates import record_estimate
from hazards.actions.evidence import withdraw_evidence
from hazards.actions.hazards import (
    create_hazard,
    edit_hazard,
    restore_hazard,
    set_status,
    withdraw_hazard,
)
from hazards.choices import ControlKind, HazardState, HazardStatus, Stage
from hazards.importing.findings import FindingGroup
from hazards.importing.report import Report
from hazards.models import (
    Cause,
    Control,
    ControlLink,
    Estimate,
    Evidence,
    Harm,
    Hazard,
    ImportBatch,
    LikelihoodLevel,
    SeverityLevel,
)
from products.models import Product
from tests.hazards.importing.imports import (
    bring_in,
    bring_in_sample,
    entries,
    hazard_called,
)
from tests.hazards.importing.workbooks import a_row, table, template

pytestmark = pytest.mark.django_db

TWO = (a_row(design="Stops it", test="Is tested"), a_row(ref="H-2", name="Another hazard"))


def said(groups: list[FindingGroup]) -> str:
    """What findings say, in one text."""
    return " ".join(group.finding.done for group in groups)


def updated(report: Report) -> dict[str, list[str]]:
    """The changes of each hazard that changed."""
    return {line.reference: line.changes for line in report.hazards if line.outcome == "updated"}


def test_the_same_file_again_changes_nothing(product: Product, cso: User) -> None:
    bring_in_sample(product, cso)
    before = entries()
    report = bring_in_sample(product, cso)
    assert not report.changed
    assert report.batch == ""
    assert entries() == before
    assert ImportBatch.objects.count() == 1
    assert {line.outcome for line in report.hazards} == {"unchanged"}


def test_the_same_file_without_numbers_changes_nothing(product: Product, cso: User) -> None:
    content = template(a_row(ref=""), a_row(ref="n/a", name="Another"))
    bring_in(product, cso, content)
    before = entries()
    assert not bring_in(product, cso, content).changed
    assert entries() == before


def test_case_and_spacing_of_the_file_are_no_change(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row(design="Stops it")))
    report = bring_in(product, cso, template(a_row(ref="h-1", design="STOPS  it")))
    assert not report.changed


# --- A newer file -------------------------------------------------------------------------------


def test_changed_words_become_edits_with_history(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row(description="Old", action="Old", owner="Nurse")))
    hazard = hazard_called("H-1")
    report = bring_in(
        product,
        cso,
        template(a_row(name="New name", description="New", action="", owner="Doctor", tag="Dose")),
    )
    hazard.refresh_from_db()
    assert (hazard.name, hazard.description) == ("New name", "New")
    assert (hazard.action_summary, hazard.owner_role, hazard.family) == ("", "Doctor", "Dose")
    assert updated(report)["H-1"] == [
        "The name changed",
        "The description changed",
        "The tag changed",
        "The action summary changed",
        "The owner changed",
    ]
    assert history_of(hazard).count() == hazard.version


def test_reworded_causes_and_harms_are_edited_and_new_ones_added(
    product: Product, cso: User
) -> None:
    bring_in(product, cso, template(a_row(), {"cause": "Second"}))
    first, second = Cause.objects.order_by("pk")
    report = bring_in(
        product, cso, template(a_row(harm="A bad bleed", cause="Nobody looks"), {"cause": "Second"})
    )
    first.refresh_from_db()
    assert first.text == "Nobody looks"
    assert Cause.objects.count() == 2
    assert Harm.objects.get().text == "A bad bleed"
    assert (report.counts["causes"].updated, report.counts["harms"].updated) == (1, 1)

    report = bring_in(
        product,
        cso,
        template(
            a_row(harm="A bad bleed", cause="Nobody looks"), {"cause": "New"}, {"cause": "Second"}
        ),
    )
    assert report.counts["causes"].created == 1
    assert second.text == Cause.objects.get(pk=second.pk).text


def test_a_cause_that_the_file_no_longer_has_is_left_and_reported(
    product: Product, cso: User
) -> None:
    bring_in(product, cso, template(a_row(), {"cause": "Second"}))
    report = bring_in(product, cso, template(a_row()))
    assert not report.changed
    assert "The last file had this cause, this one has not" in said(report.problems)
    assert Cause.objects.filter(is_active=True).count() == 2


def test_a_newer_estimate_is_recorded_and_the_older_kept(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row()))
    report = bring_in(product, cso, template(a_row(likelihood="High", rating=4)))
    assert Estimate.objects.count() == 2
    hazard = hazard_called("H-1")
    assert hazard.worst_initial is not None
    assert hazard.worst_initial.class_number == 4
    assert updated(report)["H-1"] == ["Initial risk estimated: class 4, Major · High"]


def test_an_estimate_that_was_to_come_is_recorded_when_it_comes(
    product: Product, cso: User
) -> None:
    bring_in(product, cso, template(a_row(severity2="TBC", likelihood2="TBC")))
    bring_in(product, cso, template(a_row(severity2="Major", likelihood2="Low")))
    assert Estimate.objects.filter(stage=Stage.RESIDUAL).count() == 1


def test_controls_go_by_their_words(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row(design="Stops it\nWarns of it", test="Is tested")))
    report = bring_in(
        product, cso, template(a_row(design="Warns of it\nNew one", test="Is tested"))
    )
    assert list(Control.objects.order_by("pk").values_list("text", flat=True)) == [
        "Stops it",
        "Warns of it",
        "New one",
    ]
    assert "The last file had this control" in said(report.problems)
    # The known test is now planned for the new control too.
    assert Evidence.objects.get().control_links.count() == 3
    assert report.counts["evidence"].updated == 1
    assert not bring_in(
        product, cso, template(a_row(design="Warns of it\nNew one", test="Is tested"))
    ).changed


def test_a_control_that_moved_to_another_column_changes_its_kind(
    product: Product, cso: User
) -> None:
    bring_in(product, cso, template(a_row(design="Stops it")))
    report = bring_in(product, cso, template(a_row(existing="Stops it")))
    control = Control.objects.get()
    assert (control.kind, control.type) == (ControlKind.EXISTING, "")
    assert report.counts["controls"].updated == 1


def test_a_control_that_moved_to_another_cause_acts_there(product: Product, cso: User) -> None:
    merge = ["A3:A4", "B3:B4"]
    bring_in(product, cso, template(a_row(design="Stops it"), {"cause": "Second"}, merge=merge))
    bring_in(
        product, cso, template(a_row(), {"cause": "Second", "design": "Stops it"}, merge=merge)
    )
    link = ControlLink.objects.get(is_active=True)
    assert link.cause is not None
    assert link.cause.text == "Second"


def test_a_newer_status_is_taken_over(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row()))
    report = bring_in(product, cso, template(a_row(status="Closed")))
    assert hazard_called("H-1").status == HazardStatus.CLOSED
    assert report.counts["hazards"].updated == 1


def test_a_harm_that_comes_later_makes_the_draft_live(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row(harm="TBC")))
    bring_in(product, cso, template(a_row(harm="A bleed")))
    assert hazard_called("H-1").state == HazardState.LIVE


def test_new_hazards_are_added_and_missing_ones_left(product: Product, cso: User) -> None:
    bring_in(product, cso, template(*TWO))
    report = bring_in(product, cso, template(TWO[0], a_row(ref="H-3", name="Third")))
    assert [line.outcome for line in report.hazards] == ["unchanged", "created"]
    assert Hazard.objects.count() == 3
    assert "An earlier file had this hazard" in said(report.problems)
    # And still says so the next time.
    again = bring_in(product, cso, template(TWO[0], a_row(ref="H-3", name="Third")))
    assert "An earlier file had this hazard" in said(again.problems)


def test_a_column_that_the_newer_file_has_not_changes_nothing(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row(justification="Because")))
    row = a_row()
    row.pop("status")
    bring_in(product, cso, template(row | {"justification": "Because"}))
    assert hazard_called("H-1").justification == "Because"
    assert hazard_called("H-1").status == HazardStatus.OPEN


# --- What people did here -----------------------------------------------------------------------


def test_an_edit_here_is_kept_when_the_file_has_not_changed(product: Product, cso: User) -> None:
    two = (TWO[0] | {"owner": "Doctor"}, TWO[1])
    bring_in(product, cso, template(*two))
    hazard = hazard_called("H-1")
    edit_hazard(hazard=hazard, by=cso, changes={"name": "Better words", "owner_role": "Nurse"})
    edit_cause(cause=Cause.objects.filter(hazard=hazard)[0], by=cso, changes={"text": "Better"})
    control = Control.objects.get()
    edit_control(control=control, by=cso, changes={"text": "It is stopped at once"})
    before = entries()
    report = bring_in(product, cso, template(*two))
    assert entries() == before
    assert hazard_called("H-1").name == "Better words"
    notes = said(report.notes)
    assert "The name was edited here since the last import; “Better words” was kept" in notes
    assert "This cause was edited here" in notes
    assert "This control was edited here" in notes
    assert "The owner was edited here" in notes
    assert "Nobody on the team" not in notes


def test_an_edit_here_is_kept_when_the_file_changed_too(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row(description="Old")))
    edit_hazard(hazard=hazard_called("H-1"), by=cso, changes={"description": "Mine"})
    report = bring_in(product, cso, template(a_row(name="New name", description="Theirs")))
    hazard = hazard_called("H-1")
    assert (hazard.name, hazard.description) == ("New name", "Mine")
    assert "“Mine” was kept" in said(report.problems)
    # From now on the file has not changed: the same difference is only a note.
    again = bring_in(product, cso, template(a_row(name="New name", description="Theirs")))
    assert not again.changed
    assert "The description was edited here" in said(again.notes)


def test_an_estimate_made_here_is_kept(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row()))
    record_estimate(
        hazard=hazard_called("H-1"),
        by=cso,
        stage=Stage.INITIAL,
        severity=SeverityLevel.objects.get(word="Minor"),
        likelihood=LikelihoodLevel.objects.get(word="Low"),
        why_severity="It heals",
        why_likelihood="It is rare",
    )
    assert not bring_in(product, cso, template(a_row())).changed
    report = bring_in(product, cso, template(a_row(likelihood="High", rating=4)))
    assert not report.changed
    assert "“Minor · Low” was kept" in said(report.problems)
    assert Estimate.objects.count() == 2


def test_a_status_set_here_is_kept(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row(status="Closed")))
    set_status(hazard=hazard_called("H-1"), by=cso, status=HazardStatus.OPEN)
    report = bring_in(product, cso, template(a_row(status="Closed")))
    assert hazard_called("H-1").status == HazardStatus.OPEN
    assert "The status was edited here" in said(report.notes)


def test_what_was_taken_out_here_stays_out(product: Product, cso: User) -> None:
    bring_in(product, cso, template(TWO[0], {"cause": "Second"}))
    hazard = hazard_called("H-1")
    withdraw_cause(cause=Cause.objects.get(text="Second"), by=cso, reason="None")
    withdraw_evidence(evidence=Evidence.objects.get(), by=cso, reason="None")
    unlink_control(control=Control.objects.get(), hazard=hazard, by=cso, reason="None")
    before = entries()
    report = bring_in(product, cso, template(TWO[0], {"cause": "Second"}))
    assert entries() == before
    notes = said(report.notes)
    assert "This cause was taken out of the log here" in notes
    assert "This control was taken out" in notes
    assert "This piece of evidence was taken out" in notes


def test_what_was_added_here_is_not_mentioned(product: Product, cso: User) -> None:
    bring_in(product, cso, template(a_row()))
    add_cause(hazard=hazard_called("H-1"), by=cso, text="Found in a workshop")
    report = bring_in(product, cso, template(a_row()))
    assert report.findings == []
    # The file may catch up with what was written here.
    report = bring_in(product, cso, template(a_row(), {"cause": "Found in a workshop"}))
    assert Cause.objects.count() == 2
    assert report.findings == []


def test_a_hazard_withdrawn_here_is_not_touched(product: Product, cso: User) -> None:
    bring_in(product, cso, template(*TWO))
    hazard = withdraw_hazard(hazard=hazard_called("H-2"), by=cso, reason="It is no hazard")
    before = entries()
    report = bring_in(product, cso, template(*TWO))
    assert entries() == before
    assert report.refused == 1
    assert "H-2 is withdrawn here" in said(report.refusals)
    assert (report.rows_read, report.rows_taken) == (2, 1)
    restore_hazard(hazard=hazard, by=cso)
    assert bring_in(product, cso, template(*TWO)).refused == 0


def test_a_review_date_of_the_cover_is_given_once(product: Product, cso: User) -> None:
    bring_in_sample(product, cso)
    hazard = hazard_called("HAZ-001")
    edit_hazard(hazard=hazard, by=cso, changes={"review_date": None})
    assert not bring_in_sample(product, cso).changed
    edit_hazard(hazard=hazard, by=cso, changes={"review_date": datetime.date(2028, 1, 1)})
    assert not bring_in_sample(product, cso).changed


def dated(day: str) -> bytes:
    """A log whose hazards have dates of their own."""
    return table(
        ["Hazard Number", "Hazard Name", "Potential Clinical Impact", "Next Review Date"],
        ["H-1", "A repeat continues", "A bleed", day],
    )


def test_a_review_date_of_a_hazard_is_taken_and_changes_with_the_file(
    product: Product, cso: User
) -> None:
    bring_in(product, cso, dated("3 May 2027"))
    assert hazard_called("H-1").review_date == datetime.date(2027, 5, 3)
    assert not bring_in(product, cso, dated("3 May 2027")).changed
    report = bring_in(product, cso, dated("4 June 2027"))
    assert hazard_called("H-1").review_date == datetime.date(2027, 6, 4)
    assert updated(report) == {"H-1": ["Next review date: 4 June 2027"]}
    edit_hazard(
        hazard=hazard_called("H-1"), by=cso, changes={"review_date": datetime.date(2028, 1, 1)}
    )
    report = bring_in(product, cso, dated("5 July 2027"))
    assert not report.changed
    assert "The date of the next review differs from the one here" in said(report.problems)
    assert "“1 January 2028” was kept" in said(report.problems)


def test_a_name_that_is_in_the_log_already_is_reported(product: Product, cso: User) -> None:
    create_hazard(product=product, by=cso, name="A repeat continues")
    bring_in(product, cso, template(a_row(ref="X-1", name="Another")))
    report = bring_in(product, cso, template(a_row(ref="X-2", name="a  repeat CONTINUES")))
    assert report.counts["hazards"].created == 1
    assert "HAZ-001 in the log has this name already" in said(report.problems)


def test_a_hazard_raised_here_meets_its_row_in_the_file(product: Product, cso: User) -> None:
    """A hazard of our own reference, never imported: filled where empty, kept where not."""
    create_hazard(product=product, by=cso, name="Our own words")
    report = bring_in(product, cso, template(a_row(ref="HAZ-001", description="From the file")))
    hazard = Hazard.objects.get()
    assert (hazard.name, hazard.description) == ("Our own words", "From the file")
    assert "“Our own words” was kept" in said(report.problems)
    assert hazard.state == HazardState.LIVE


def test_two_rows_cannot_stand_for_one_hazard(product: Product, cso: User) -> None:
    create_hazard(product=product, by=cso, name="Our own words", imported_reference="X-1")
    report = bring_in(
        product,
        cso,
        template(a_row(ref="X-1", name="By number"), a_row(ref="", name="Our own words")),
    )
    assert report.refused == 1
    assert "stand for X-1 already" in said(report.refusals)


def test_another_products_log_is_its_own(
    product: Product, other_product: Product, cso: User, stranger: User
) -> None:
    bring_in(product, cso, template(a_row()))
    report = bring_in(other_product, stranger, template(a_row()))
    assert report.counts["hazards"].created == 1
    assert Hazard.objects.filter(imported_reference="H-1").count() == 2
