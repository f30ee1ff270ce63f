"""The rules in the background, and what they know from packages above."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from hazards.actions.hazards import edit_hazard
from hazards.choices import Stage
from hazards.models import HazardSummary, QualityDay
from hazards.quality.of_release import findings_for_release
from hazards.quality.storing import changed_since_checked
from products.actions import state_intended_use
from products.models import Product
from reviews.actions.hazard_reviews import record_review
from reviews.choices import Meaning
from safetycase.schedule import hazards_changed, logs_wait_for_today
from safetycase.tasks import check_changed_hazards, check_logs
from tests.factories import make_release
from tests.hazards.factories import a_hazard, a_live_hazard, an_estimate
from tests.reviews.factories import a_current_officer, a_plan_in_force, accept
from tests.safetycase.factories import a_frozen_version, a_report_to_freeze, signed_version

pytestmark = pytest.mark.django_db


def found(product: Product) -> set[tuple[str, str]]:
    """Rules and subjects of what is found now."""
    return {(each.rule, each.subject) for each in findings_for_release(product)}


def test_what_changed_is_looked_at_by_the_worker(product: Product, cso: User) -> None:
    assert not hazards_changed()
    live = a_live_hazard(product, cso, name="Wrong dose")
    assert hazards_changed()
    assert check_changed_hazards.call() == 1
    assert not hazards_changed()
    assert HazardSummary.objects.get(hazard=live).findings_blocking == 1
    edit_hazard(hazard=live, by=cso, changes={"effect": "Doses are missed"})
    assert check_changed_hazards.call() == 1
    assert check_changed_hazards.call() == 0


def test_every_log_is_looked_at_once_a_day(
    product: Product, other_product: Product, cso: User, stranger: User
) -> None:
    assert not logs_wait_for_today()
    a_hazard(product, cso)
    a_hazard(other_product, stranger)
    assert logs_wait_for_today()
    assert check_logs.call() == 2
    assert not logs_wait_for_today()
    assert QualityDay.objects.filter(day=timezone.localdate()).count() == 2
    assert not changed_since_checked().exists()
    assert check_logs.call() == 0


def test_a_product_without_a_current_officer_is_found(
    product: Product, cso: User, executive: User
) -> None:
    assert ("PE01", "") in found(product)
    a_current_officer(product, cso, executive)
    assert ("PE01", "") not in found(product)


def test_a_residual_risk_waits_for_its_acceptance(
    product: Product, cso: User, executive: User
) -> None:
    a_plan_in_force(product, cso, executive)
    live = a_live_hazard(product, cso)
    an_estimate(live, cso, "Major", "High")
    an_estimate(live, cso, stage=Stage.RESIDUAL)
    [waits] = [subject for rule, subject in found(product) if rule == "SC07"]
    an_estimate(live, cso, stage=Stage.RESIDUAL)
    [again] = [subject for rule, subject in found(product) if rule == "SC07"]
    assert again != waits, "a waiver of the first does not cover the next"
    accept(live, executive)
    assert "SC07" not in {rule for rule, _ in found(product)}


def test_a_changed_intended_use_asks_for_a_review(product: Product, cso: User) -> None:
    live = a_live_hazard(product, cso)
    state_intended_use(product=product, by=cso, purpose="Repeats", reason="First")
    assert ("TR03", "") not in found(product)
    state_intended_use(product=product, by=cso, purpose="Repeats for all", reason="Second")
    assert ("TR03", "") in found(product)
    record_review(
        hazard=live,
        by=cso,
        note="Read",
        next_review=timezone.localdate() + datetime.timedelta(days=90),
    )
    assert ("TR03", "") not in found(product)


def test_a_version_that_nobody_else_read_and_nobody_approved_is_found(
    product: Product, cso: User, executive: User, clinician: User
) -> None:
    make_release(product, "0.9.0")
    here = found(product)
    assert {("PE02", ""), ("DO01", "plan"), ("DO01", "hazard_log"), ("DO01", "report")} <= here
    release = a_report_to_freeze(product, cso, executive)
    assert ("DO01", "plan") not in found(product)
    version = a_frozen_version(product, cso, release.label)
    assert ("PE02", "") in found(product)
    signed_version(version, clinician, Meaning.REVIEWED)
    here = found(product)
    assert ("PE02", "") not in here
    assert ("DO01", "report") in here
    signed_version(version, cso, Meaning.APPROVED)
    assert ("DO01", "report") in found(product), "the plan asks for the executive's authorisation"
    signed_version(version, executive, Meaning.AUTHORISED)
    assert not {"DO01", "PE02"} & {rule for rule, _ in found(product)}
