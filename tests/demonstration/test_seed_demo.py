"""The demonstration is the story, loaded by its people through their actions."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from accounts.actions import system_person
from accounts.models import Profile, User
from audit.models import Entry, PendingEntry, Seal
from hazards.choices import HazardState, HazardStatus
from hazards.facts import facts_of
from hazards.importing.apply import apply_import
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.models import Cause, Control, Hazard, ImportBatch
from hazards.queries import hazards_of, in_scope_of, with_confirmation
from hazards.reading import read_hazards
from hazards.rules import why_not_status
from products.choices import ReleaseState, Side
from products.glossary import glossary_of
from products.models import Feature, Product, Release
from reviews.acceptance.reading import read_acceptances
from reviews.choices import DecisionState, Meaning, SubjectKind
from reviews.decisions.queries import decisions_waiting
from reviews.meetings.action_reading import actions_waiting
from reviews.meetings.checkpoint_agenda import agenda_of
from reviews.meetings.checkpoint_reading import next_checkpoint
from reviews.meetings.session_reading import read_session
from reviews.models import ActionItem, Checkpoint, Decision, Story, Workshop
from reviews.stories.reading import stories_without_reason
from safetycase.choices import SectionKey
from safetycase.demonstration.load import FOLDER, finish_demonstration, load_demonstration
from safetycase.demonstration.story import PEOPLE
from safetycase.issuing_rules import VersionState
from safetycase.models import Issue, Section
from safetycase.rendering import whole_pdf
from safetycase.since import read_since
from safetycase.versions.reading import VersionReading, read_version
from tests.reviews.decisions.factories import read
from tests.safetycase.pdf_reading import opened, raw_text

FIRST_RELEASE = ["HAZ-004", "HAZ-005", "HAZ-006", "HAZ-008", "HAZ-011"]


@pytest.mark.django_db
@override_settings(DEBUG=False)
def test_it_refuses_a_production_site_and_loads_nothing() -> None:
    with pytest.raises(CommandError, match="whose password everybody knows"):
        call_command("seed_demo")
    assert not Product.objects.exists()


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Product]:
    """The demonstration, loaded once for this file and rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        product = load_demonstration()
        finish_demonstration()
        yield product
        transaction.set_rollback(True)


@pytest.fixture
def demonstration(loaded: Product, db: None) -> Product:
    """The demonstration, as a test finds it; what the test changes is rolled back after it."""
    return loaded


def test_the_log_is_the_sample_s(demonstration: Product) -> None:
    hazards = list(Hazard.objects.filter(product=demonstration))
    assert [hazard.reference for hazard in hazards] == [f"HAZ-{n:03d}" for n in range(1, 13)]
    assert {hazard.state for hazard in hazards} == {HazardState.LIVE}
    assert Cause.objects.filter(is_active=True).count() == 26
    assert ImportBatch.objects.count() == 1
    transferred = [h.reference for h in hazards if h.status == HazardStatus.TRANSFERRED]
    assert transferred == FIRST_RELEASE
    residual = {h.reference: h.worst_residual and h.worst_residual.class_number for h in hazards}
    assert residual == {
        "HAZ-001": 3,
        "HAZ-002": 2,
        "HAZ-003": 2,
        "HAZ-004": 3,
        "HAZ-005": 2,
        "HAZ-006": 3,
        "HAZ-007": None,
        "HAZ-008": 2,
        "HAZ-009": 2,
        "HAZ-010": 2,
        "HAZ-011": 3,
        "HAZ-012": 3,
    }


def test_the_first_release_is_finished_and_the_second_is_not(demonstration: Product) -> None:
    first = Release.objects.get(product=demonstration, label="1.0.0")
    hazards = with_confirmation(Hazard.objects.filter(product=demonstration))
    in_first = in_scope_of(hazards, first).order_by("number")
    assert [hazard.reference for hazard in in_first] == FIRST_RELEASE
    confirmed = [h.reference for h in hazards.order_by("number") if not h.is_provisional]
    assert confirmed == FIRST_RELEASE
    for hazard in in_first:
        assert why_not_status(facts_of(hazard), HazardStatus.TRANSFERRED) == []


def test_every_hazard_is_complete_and_every_estimate_says_why(demonstration: Product) -> None:
    for reading in read_hazards(Hazard.objects.filter(product=demonstration)):
        assert reading.harms, reading.hazard
        assert reading.features, reading.hazard
        assert reading.hazard.justification or reading.hazard.reference == "HAZ-007"
        for control in reading.controls:
            assert control.causes, control.control
            assert control.control.party
            assert control.control.strength
            assert control.control.delivered_in
        for estimate in (*reading.initial.current, *reading.residual.current):
            assert estimate.why_severity, reading.hazard
            assert estimate.why_likelihood, reading.hazard
            assert estimate.patients


def test_features_and_narrative_are_there(demonstration: Product) -> None:
    assert Feature.objects.filter(product=demonstration).count() == 8
    for feature in Feature.objects.filter(product=demonstration):
        assert feature.for_patients
        assert feature.for_product
        assert feature.hazard_links.filter(is_active=True).exists()
    sections = Section.objects.filter(product=demonstration)
    assert {section.key for section in sections} == set(SectionKey.values)
    assert all(len(section.narrative) > 200 for section in sections)


def test_people_did_it_not_the_system(demonstration: Product) -> None:
    entries = Entry.objects.filter(scope=demonstration.scope)
    on_the_log = entries.filter(model__startswith="hazards.")
    by = set(on_the_log.values_list("person__email", flat=True))
    assert by == {
        "admin@demo.example",  # made the product, whose risk matrix came with it
        "cpm@demo.example",  # wrote the plan
        "cso@demo.example",
        "director@demo.example",  # accepted residual risks, which raises a hazard’s version
        "engineer@demo.example",
        "pharmacist@demo.example",
        "pm@demo.example",
    }
    assert Control.objects.filter(state="verified").count() == 10
    # Nobody asks for the PDF of an issued version: it follows from issuing.
    by_the_system = entries.filter(person=system_person()).values_list("model", flat=True)
    told = {"products.trackeritem", "products.feature", "reviews.story"}  # what a tracker told
    assert set(by_the_system) - told == {"safetycase.renderedpdf"}


# --- Version 1, and what came after it ------------------------------------------------------------


def test_version_1_is_signed_by_four_people_and_issued(demonstration: Product) -> None:
    issue = Issue.objects.get(product=demonstration)
    assert issue.number == 1
    assert issue.baseline.release.label == "1.0.0"
    reading = reading_of(issue)
    assert reading.state is VersionState.ISSUED
    report = reading.signatures[SubjectKind.REPORT].readings
    assert [(each.meaning, each.sign_off.signer_name) for each in report] == [
        (Meaning.AUTHORED, "Dr Hannah Reid"),
        (Meaning.REVIEWED, "Samir Khan"),
        (Meaning.APPROVED, "Dr Adaeze Okafor"),
        (Meaning.AUTHORISED, "Margaret Doyle"),
    ]
    frozen = {each["reference"]: each for each in reading.snapshot["hazards"]}
    assert list(frozen) == FIRST_RELEASE
    accepted = {
        reference: acceptance["by"]
        for reference, hazard in frozen.items()
        if (shown := hazard["residual"]["shown"]) and (acceptance := shown["acceptance"])
    }
    assert accepted == dict.fromkeys(["HAZ-004", "HAZ-006", "HAZ-011"], "Margaret Doyle")


def test_its_pdf_carries_the_signatures_and_three_files(demonstration: Product) -> None:
    issue = Issue.objects.get(product=demonstration)
    content = whole_pdf(issue.pdf)
    text = raw_text(content)
    for name in ("Dr Hannah Reid", "Samir Khan", "Dr Adaeze Okafor", "Margaret Doyle"):
        assert name in text
    pdf = opened(content)  # its attachments live no longer than it does
    attached = {name.rpartition(".")[2] for name in pdf.attachments}
    assert attached == {"json", "xlsx", "csv"}


def test_the_log_has_moved_on_and_the_issued_report_stands(demonstration: Product) -> None:
    issue = Issue.objects.get(product=demonstration)
    since = read_since(issue.baseline, demonstration)
    assert [each.reference for each in since.changes.hazards] == ["HAZ-004", "HAZ-006"]
    assert [each.label for each in since.changes.report] == ["Test issues"]
    waiting = {
        risk.hazard.reference: bool(risk.lapsed)
        for risk in read_acceptances(hazards_of(demonstration))
        if risk.waiting
    }
    assert waiting == {"HAZ-001": False, "HAZ-004": True, "HAZ-012": False}
    second = Release.objects.get(product=demonstration, label="1.1.0")
    assert second.state == ReleaseState.IN_WORK


def test_its_record_is_sealed_and_as_it_was_written(demonstration: Product) -> None:
    assert not PendingEntry.objects.exists()
    told = StringIO()
    call_command("verify_record", demonstration.slug, stdout=told)
    assert told.getvalue().startswith("Nothing of “digital-pharmacy” was altered")


def reading_of(issue: Issue) -> VersionReading:
    return read_version(issue.baseline, issue.product)


# --- What both sides decided ----------------------------------------------------------------------


def test_the_repeat_prescription_went_from_conflict_to_the_third_option(
    demonstration: Product,
) -> None:
    reading = read(Decision.objects.get(product=demonstration, reference="DEC-1"))
    worse = {
        each.option.name: [row.reference for row in each.worse if row.reference]
        for each in reading.options
    }
    assert worse == {
        "Monthly for all": ["HAZ-006", "HAZ-007", "HAZ-012"],
        "Yearly for all": ["HAZ-001", "HAZ-004", "HAZ-009"],
        "Yearly review, check-ins by tier": [],
    }
    assert [each.is_above for each in reading.options] == [True, True, False]
    assert reading.state is DecisionState.AGREED
    assert reading.chosen is reading.third is not None
    signers = [each.sign_off.signer_name for each in reading.signatures.readings]
    assert signers == ["Dr Adaeze Okafor", "Lucy Marsh"]
    assert [each.recorded_by.name for each in reading.dissents] == ["Samir Khan"]
    assert len(reading.triggers) == 3
    safeguards = [each for each in reading.third.safeguards if each.safeguard.kind == "control"]
    assert len(safeguards) == 8
    assert all(each.adopts for each in safeguards)
    months = [each.safeguard.months for each in reading.third.safeguards if each.safeguard.months]
    assert months == [12, 1, 3]


def test_another_decision_waits_for_the_product_side(demonstration: Product) -> None:
    [waiting] = decisions_waiting(demonstration)
    assert (waiting.decision.reference, waiting.sides) == ("DEC-2", (Side.PRODUCT,))
    assert waiting.reading.is_apart


# --- Loading it again -----------------------------------------------------------------------------


def test_everybody_can_sign_in_with_the_printed_password(demonstration: Product) -> None:
    out = StringIO()
    call_command("seed_demo", allow_production=True, stdout=out)
    for person in PEOPLE:
        assert person.email in out.getvalue()
        assert User.objects.get(email=person.email).check_password("demo-password-2026")
    assert Profile.objects.filter(is_administrator=True).count() == 1


def test_repeating_it_changes_nothing(demonstration: Product) -> None:
    before = Entry.objects.count(), Seal.objects.count()
    out = StringIO()
    call_command("seed_demo", allow_production=True, stdout=out)
    assert "is here already" in out.getvalue()
    assert (Entry.objects.count(), Seal.objects.count()) == before


def test_its_spreadsheet_imported_again_changes_nothing(demonstration: Product) -> None:
    before = Entry.objects.count()
    cso = User.objects.get(email="cso@demo.example")
    path = FOLDER / "hazard-log.xlsx"
    log = read_log(name=path.name, content=path.read_bytes())
    report = apply_import(plan=plan_import(product=demonstration, log=log, by=cso), by=cso)
    assert report.batch == ""
    assert Entry.objects.count() == before


# --- One language ---------------------------------------------------------------------------------


def test_every_hazard_means_something_to_both_sides(demonstration: Product) -> None:
    hazards = Hazard.objects.filter(product=demonstration)
    assert hazards.exclude(for_product="").count() == 12
    # One is left to its own sentence, as a log is that nobody has put into other words.
    assert list(hazards.filter(for_patients="").values_list("reference", flat=True)) == ["HAZ-005"]


def test_what_is_said_differently_since_version_one_is_shown(demonstration: Product) -> None:
    issue = Issue.objects.get(product=demonstration)
    changes = read_since(issue.baseline, demonstration).changes
    [said] = changes.voices
    assert (said.reference, [each.label for each in said.fields]) == ("HAZ-006", ["For patients"])


def test_it_explains_words_of_its_own(demonstration: Product) -> None:
    terms = glossary_of(demonstration)
    assert sum(term.is_own for term in terms) == 7
    assert [term.word for term in terms if term.is_reworded] == ["churn"]


def test_stories_stand_behind_controls_and_one_has_no_reason(demonstration: Product) -> None:
    stories = Story.objects.filter(product=demonstration, is_active=True)
    assert stories.exclude(control=None).count() == 5
    assert stories.filter(is_open=False).count() == 1
    assert [each.story.title for each in stories_without_reason(demonstration)] == [
        "Shorten the check-in from six questions to three"
    ]


# --- Meetings -------------------------------------------------------------------------------------


def test_the_kick_off_of_the_second_release_was_held_and_closed(demonstration: Product) -> None:
    session = Workshop.objects.get(product=demonstration)
    assert session.release is not None
    assert (session.release.label, session.number) == ("1.1.0", 1)
    reading = read_session(session)
    assert not reading.is_open
    assert (len(reading.steps), len(reading.people), reading.lacked) == (6, 5, [])
    assert (len(reading.raised), len(reading.considered)) == (14, 4)


def test_the_team_meets_every_two_weeks_and_one_action_is_late(demonstration: Product) -> None:
    first, following = Checkpoint.objects.filter(product=demonstration).order_by("number")
    assert first.closed_at is not None
    assert "thirty-eight alerts" in first.notes
    assert agenda_of(first).count > 0
    coming = next_checkpoint(demonstration)
    assert coming is not None
    assert coming.checkpoint == following
    changed = next(part for part in agenda_of(following).parts if part.key == "changed")
    assert {"HAZ-004", "HAZ-006"} <= {item.reference for item in changed.items}
    waiting = actions_waiting(demonstration)
    assert [each.is_late for each in waiting] == [True, False, False]
    assert ActionItem.objects.filter(product=demonstration, state="done").count() == 1
