"""My work: what waits for each person, each a sentence that leads to the very place."""

import datetime
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.actions import edit_profile, system_person
from accounts.models import User
from hazards.actions.controls import edit_control
from hazards.actions.hazards import edit_hazard
from hazards.choices import ControlState
from hazards.models import Hazard, Plan
from products.choices import Role
from products.models import Product
from reviews.actions.plans import draft_plan
from reviews.choices import Meaning
from reviews.models import SignOff
from safetycase.my_work import gathering, work_of
from safetycase.my_work.gathering import ASKED_AT_ONCE
from tests.factories import join, make_person, make_product, make_release
from tests.hazards.factories import a_control, a_hazard, a_live_hazard, an_estimate, bring_to
from tests.people import ClientOf, QueriesOf
from tests.reviews.factories import (
    a_hazard_to_accept,
    a_plan_in_force,
    a_residual_estimate,
    a_signed_appointment,
    accept,
    an_approved_matrix,
    check_registration,
    signed,
)
from tests.safetycase.version_factories import Ready, ready

__all__ = ["ready"]

SIGN, SENT_BACK = "Waiting for your signature", "Sent back to you"
LAPSED, LATE = "Lapsed or out of date", "Past its date"


def waiting(person: User) -> dict[str, list[str]]:
    """The sentences of each group."""
    cache.clear()
    person = User.objects.get(pk=person.pk)
    return {
        group.title: [todo.sentence for todo in group.todos] for group in work_of(person).groups
    }


def yesterday() -> datetime.date:
    return timezone.localdate() - datetime.timedelta(days=1)


# --- Versions -------------------------------------------------------------------------------------


def test_a_version_waits_for_one_after_the_other(
    ready: Ready, engineer: User, auditor: User
) -> None:
    baseline = ready.freeze()
    review = "Review version 1 of the report and hazard log"
    assert waiting(ready.reviewer) == {SIGN: [review]}
    assert waiting(ready.cso) == {SIGN: [review]}
    assert waiting(ready.author) == {}
    assert waiting(ready.executive) == {}
    ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    assert waiting(ready.reviewer) == {}
    assert waiting(ready.cso) == {SIGN: ["Approve version 1 of the report and hazard log"]}
    ready.sign(baseline, ready.cso, Meaning.APPROVED)
    assert waiting(ready.executive) == {SIGN: ["Authorise version 1 of the report and hazard log"]}
    ready.sign(baseline, ready.executive, Meaning.AUTHORISED)
    issue = {SIGN: ["Issue version 1: every signature is there"]}
    assert waiting(ready.cso) == waiting(ready.author) == waiting(ready.executive) == issue
    ready.issue(baseline)
    for person in (ready.cso, ready.author, ready.reviewer, ready.executive, engineer, auditor):
        assert waiting(person) == {}, person


def test_each_leads_to_the_very_place(ready: Ready) -> None:
    baseline = ready.freeze()
    [todo] = work_of(ready.reviewer).groups[0].todos
    slug = ready.product.slug
    assert todo.url == reverse("version_sign", args=[slug, baseline.public_id, "reviewed"])
    assert todo.detail == f"Release 1.0.0, frozen by {ready.author.name}"


def test_an_officer_who_is_not_current_is_told_why(ready: Ready) -> None:
    baseline = ready.freeze()
    ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    long_ago = timezone.localdate() - datetime.timedelta(days=400)
    edit_profile(
        profile=ready.cso.profile,
        by=system_person(),
        changes={"registration_checked_on": long_ago},
    )
    [todo] = work_of(User.objects.get(pk=ready.cso.pk)).groups[0].todos
    assert todo.tone == "warn"
    assert "not checked within twelve months" in todo.detail


def test_a_rejected_version_comes_back_to_its_author(ready: Ready) -> None:
    ready.reject(ready.freeze(), ready.reviewer, "HAZ-002 lacks a cause")
    sentence = "Farah Pharmacist rejected version 1, which you froze"
    assert waiting(ready.author) == {SENT_BACK: [sentence]}
    [todo] = work_of(ready.author).groups[0].todos
    assert todo.detail == "“HAZ-002 lacks a cause”"
    assert waiting(ready.cso) == {}
    ready.freeze()
    assert SENT_BACK not in waiting(ready.author)


def test_an_approval_out_of_date_names_the_hazards(ready: Ready, engineer: User) -> None:
    ready.issue()
    edit_hazard(
        hazard=ready.small, by=ready.cso, changes={"effect": "The patient waits"}, reason="Clearer"
    )
    sentence = "The approval of version 1 is out of date: HAZ-002 changed since"
    for person in (ready.cso, ready.author, ready.executive):
        assert waiting(person) == {LAPSED: [sentence]}, person
    assert waiting(ready.reviewer) == waiting(engineer) == {}
    [todo] = work_of(ready.cso).groups[0].todos
    assert todo.url == reverse("version_detail", args=[ready.product.slug, 1]) + "#changes"


# --- Plans, appointments, risks -------------------------------------------------------------------


def test_a_plan_waits_for_the_officer_and_then_for_the_executive(
    product: Product, cso: User, executive: User, clinician: User
) -> None:
    an_approved_matrix(product, cso)
    check_registration(cso)
    appoint = f"Sign the appointment of {cso.name} as clinical safety officer"
    assert waiting(executive) == {SIGN: [appoint]}
    draft_plan(product=product, by=cso)
    assert waiting(cso) == {}  # not appointed yet, so not asked either
    a_plan = "version 1 of the clinical risk management plan"
    a_signed_appointment(product, cso, executive)
    assert waiting(cso) == {SIGN: [f"Approve {a_plan}"]}
    signed(Plan.objects.get(), cso, Meaning.APPROVED)
    assert waiting(cso) == {}
    assert waiting(executive) == {SIGN: [f"Authorise {a_plan}"]}
    signed(Plan.objects.get(), executive, Meaning.AUTHORISED)
    assert waiting(executive) == {}
    assert waiting(clinician) == {}
    assert SignOff.objects.count() == 3


def test_a_risk_waits_for_who_may_accept_it(
    product: Product, cso: User, executive: User, clinician: User
) -> None:
    a_plan_in_force(product, cso, executive)
    hazard = a_hazard_to_accept(product, cso)
    assert waiting(executive) == {
        SIGN: [f"1 residual risk waits for your acceptance: {hazard.display_reference}"]
    }
    assert waiting(cso) == {}  # estimated it
    assert waiting(clinician) == {}
    accept(hazard, executive)
    assert waiting(executive) == {}


def test_an_acceptance_that_lapsed_says_why(ready: Ready) -> None:
    a_residual_estimate(ready.accepted, ready.cso, why_likelihood="A pharmacy reported it")
    [group] = work_of(ready.executive).groups
    assert group.todos[0].sentence == "1 residual risk waits for your acceptance: HAZ-001"
    assert group.todos[0].detail == "Accepted before, and lapsed: HAZ-001."
    [group] = work_of(ready.cso).groups
    assert group.todos[0].sentence == f"The acceptance of HAZ-001 lapsed: {ready.accepted.name}"
    assert "A newer estimate" in group.todos[0].detail
    assert group.todos[0].whose == f"{ready.executive.name}’s move"


# --- Dates ----------------------------------------------------------------------------------------


def test_ones_controls_past_their_date(product: Product, cso: User, engineer: User) -> None:
    hazard = a_live_hazard(product, cso)
    control = a_control(hazard, cso, implementer_id=engineer.pk, due_on=yesterday())
    [sentence] = waiting(engineer)[LATE]
    assert sentence.startswith(f"{control.reference} was due on ")
    assert waiting(cso) == {}
    [todo] = work_of(engineer).groups[0].todos
    page = reverse("hazard_detail", args=[product.slug, hazard.reference])
    assert todo.url == f"{page}#control-{control.reference}"
    bring_to(control, cso, ControlState.IMPLEMENTED)
    assert waiting(engineer) == {}


def test_a_control_that_is_due_today_is_not_late(
    product: Product, cso: User, engineer: User
) -> None:
    hazard = a_live_hazard(product, cso)
    control = a_control(hazard, cso, implementer_id=engineer.pk, due_on=timezone.localdate())
    assert waiting(engineer) == {}
    edit_control(control=control, by=cso, changes={"due_on": yesterday()}, reason="Was sooner")
    assert LATE in waiting(engineer)


def test_ones_hazards_to_review(product: Product, cso: User, engineer: User) -> None:
    hazard = a_live_hazard(product, cso, owner_id=cso.pk, review_date=yesterday())
    a_live_hazard(product, cso, owner_id=cso.pk)
    [sentence] = waiting(cso)[LATE]
    assert sentence.startswith(f"{hazard.display_reference} was to be reviewed on ")
    [todo] = work_of(cso).groups[0].todos
    assert todo.url == reverse("review_record", args=[product.slug, hazard.reference])
    edit_hazard(
        hazard=Hazard.objects.get(pk=hazard.pk),
        by=cso,
        changes={"owner_id": engineer.pk},
        reason="Moved",
    )
    [todo] = work_of(engineer).groups[0].todos
    assert todo.url == reverse("hazard_detail", args=[product.slug, hazard.reference])


def test_a_hazard_is_late_by_its_class_too(
    product: Product, cso: User, executive: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_plan_in_force(product, cso, executive)
    today = timezone.localdate()
    far = today + datetime.timedelta(days=200)
    hazard = a_live_hazard(product, cso, owner_id=cso.pk, review_date=far)
    an_estimate(hazard, cso, "Major", "High")
    assert LATE not in waiting(cso)
    later = SimpleNamespace(localdate=lambda: today + datetime.timedelta(days=40))
    monkeypatch.setattr("safetycase.my_work.dates.timezone", later)
    [group] = [each for each in work_of(cso).groups if each.title == LATE]
    assert f"last on {today:%-d %B %Y}" in group.todos[0].detail
    assert "Class 4 is looked at every month" in group.todos[0].detail


# --- The page -------------------------------------------------------------------------------------


def test_the_page_says_what_waits_and_where(ready: Ready, client_of: ClientOf) -> None:
    baseline = ready.freeze()
    page = client_of(ready.reviewer).get(reverse("my_work")).content.decode()
    assert "Review version 1 of the report and hazard log" in page
    assert (
        reverse("version_sign", args=[ready.product.slug, baseline.public_id, "reviewed"]) in page
    )


def test_an_empty_page_teaches(ready: Ready, client_of: ClientOf) -> None:
    page = client_of(ready.reviewer).get(reverse("my_work")).content.decode()
    assert "Nothing waits for you" in page
    assert "none issued" in page


def test_an_auditor_sees_products_and_their_newest_reports_only(
    ready: Ready, auditor: User, client_of: ClientOf
) -> None:
    ready.issue()
    edit_hazard(hazard=ready.small, by=ready.cso, changes={"effect": "x"}, reason="Clearer")
    ready.freeze()
    page = client_of(auditor).get(reverse("my_work")).content.decode()
    assert reverse("version_detail", args=[ready.product.slug, 1]) in page
    assert "out of date" not in page
    assert "Nothing waits for you" not in page


def test_what_waits_on_somebody_elses_product_is_not_told(ready: Ready, stranger: User) -> None:
    ready.freeze()
    assert waiting(stranger) == {}
    assert [row.product.name for row in work_of(stranger).products] == ["Night Ward"]


def test_a_person_who_left_the_team_is_asked_nothing(ready: Ready) -> None:
    ready.freeze()
    newcomer = make_person("Nina New")
    join(
        ready.product,
        newcomer,
        Role.CLINICIAN,
        starts_on=yesterday() - datetime.timedelta(days=9),
        ends_on=yesterday(),
    )
    assert waiting(newcomer) == {}


# --- Growth ---------------------------------------------------------------------------------------


def test_twenty_products_run_the_queries_of_six(
    client_of: ClientOf, db: None, queries_of: QueriesOf
) -> None:
    person = make_person()
    browser = client_of(person)

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            product = make_product(f"Product {number}", f"product-{number}")
            join(product, person, Role.CLINICIAN)
            join(product, person, Role.ACCOUNTABLE_EXECUTIVE)
            make_release(product)

    grow(0, ASKED_AT_ONCE + 1)
    browser.get(reverse("my_work"))
    few = queries_of(browser, reverse("my_work"))
    grow(ASKED_AT_ONCE + 1, 4 * ASKED_AT_ONCE)
    assert queries_of(browser, reverse("my_work")) == few
    assert few <= 25


def test_a_longer_log_runs_no_more_queries(
    ready: Ready, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    cache.clear()
    browser = client_of(ready.executive)
    ready.freeze()

    def grow(count: int) -> None:
        for _ in range(count):
            a_hazard_to_accept(ready.product, ready.cso)
            a_hazard(ready.product, ready.cso, owner_id=ready.executive.pk)

    grow(2)
    browser.get(reverse("my_work"))
    few = queries_of(browser, reverse("my_work"))
    grow(5)
    assert queries_of(browser, reverse("my_work")) == few


@pytest.mark.parametrize("role", ["engineer", "product_manager", "auditor"])
def test_who_signs_nothing_pays_for_nothing(
    ready: Ready, role: str, client_of: ClientOf, request: pytest.FixtureRequest,
    queries_of: QueriesOf, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(gathering, "ASKED_AT_ONCE", 0)  # the gate is asked for everybody
    ready.issue()
    browser = client_of(request.getfixturevalue(role))
    browser.get(reverse("my_work"))
    assert queries_of(browser, reverse("my_work")) <= 22
