"""Signing and issuing as somebody would try it who must not."""

import datetime
import threading
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import edit_profile, give_password, system_person
from accounts.credentials import MOST_FAILURES, confirm_password
from accounts.models import User
from audit.acts import act
from audit.errors import NotAllowed, NotPossible
from audit.triggers import create_after_migrating, missing_triggers
from hazards.actions.features import link_feature
from hazards.models import Plan
from products.actions import change_membership, end_membership
from products.choices import Role
from reviews.actions.plans import draft_plan, say_of_class
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Meaning, SubjectKind
from reviews.models import SignOff
from reviews.plan.page import plan_versions
from reviews.plan.reading import classes_of, plan_in_force, read_plan
from safetycase.actions.sections import write_section
from safetycase.approval import approval_of
from safetycase.choices import SectionKey
from safetycase.issuing_rules import VersionState
from safetycase.models import Baseline
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_person
from tests.hazards.factories import a_cause, a_live_hazard, an_estimate
from tests.people import ClientOf
from tests.reviews.factories import (
    a_hazard_to_accept,
    a_residual_estimate,
    accept,
    appointment_of,
    proof,
    put_in_force,
)
from tests.safetycase.version_factories import Ready, ready

__all__ = ["ready"]

# --- Passwords ------------------------------------------------------------------------------------


def test_passwords_that_are_tried_at_once_are_counted_each(
    cloned_database: ClonedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password takes a while to check: before it was counted, a hundred others were tried."""
    cache.clear()
    person = give_password(
        person=make_person("Sam Signer"), password="a long enough password", by=system_person()
    )
    all_there = threading.Barrier(3 * MOST_FAILURES)
    tried: list[str] = []
    monkeypatch.setattr(User, "check_password", lambda _, password: tried.append(password))

    def guess() -> None:
        all_there.wait()
        with pytest.raises(NotPossible):
            confirm_password(person=person, password="a guess")
        connection.close()

    guessing = [threading.Thread(target=guess) for _ in range(3 * MOST_FAILURES)]
    for each in guessing:
        each.start()
    for each in guessing:
        each.join()
    assert len(tried) == MOST_FAILURES


# --- Four eyes ------------------------------------------------------------------------------------


def _withdraw(baseline: Baseline, by: User, meaning: Meaning) -> None:
    mine = SignOff.objects.filter(subject_id=baseline.public_id, signed_by=by, meaning=meaning)
    for sign_off in mine:
        withdraw_sign_off(sign_off=sign_off, by=by, confirmed=proof(by), reason="Not so")


def test_who_authorised_the_release_does_not_approve_it_afterwards(ready: Ready) -> None:
    """The other way round was refused; an officer who withdraws in between opened this one."""
    join(ready.product, ready.executive, Role.CLINICAL_SAFETY_OFFICER)
    baseline = ready.sign_all(ready.freeze())
    _withdraw(baseline, ready.cso, Meaning.APPROVED)
    with pytest.raises(NotPossible, match="You authorised the release, so somebody else"):
        ready.sign(baseline, ready.executive, Meaning.APPROVED)


def test_what_its_author_took_back_is_neither_signed_nor_issued(ready: Ready) -> None:
    baseline = ready.freeze()
    ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    _withdraw(baseline, ready.author, Meaning.AUTHORED)
    with pytest.raises(NotPossible, match="Its author has withdrawn this version"):
        ready.sign(baseline, ready.cso, Meaning.APPROVED)


def test_nor_is_it_issued_when_everybody_signed_before(ready: Ready) -> None:
    baseline = ready.sign_all(ready.freeze())
    _withdraw(baseline, ready.author, Meaning.AUTHORED)
    assert ready.read(baseline).state is VersionState.IN_REVIEW
    with pytest.raises(NotPossible, match="Its author has withdrawn it: a new version has to be"):
        ready.issue(baseline)


def test_signatures_say_when_they_were_given_not_when_somebody_began_to(ready: Ready) -> None:
    """Whoever waits for the lock while a version is issued signs after it, whatever their clock.

    Before, the time was that of the beginning: a withdrawal that had waited took the approval out
    of the PDF of a version that was issued with it.
    """
    baseline = ready.sign_all(ready.freeze())
    [approved, *_] = SignOff.objects.filter(
        subject_id=baseline.public_id, meaning=Meaning.APPROVED, subject_kind=SubjectKind.REPORT
    )
    with act(by=ready.cso, reason="It began before the version was issued"):
        issue = ready.issue(baseline)
        withdrawn = withdraw_sign_off(
            sign_off=approved, by=ready.cso, confirmed=proof(ready.cso), reason="Second thoughts"
        )
    assert withdrawn.signed_at > issue.issued_at
    assert len(approval_of(issue, ready.product).signed(Meaning.APPROVED)) == 2


# --- What is issued -------------------------------------------------------------------------------


def test_a_cause_without_a_residual_estimate_hides_behind_no_other(ready: Ready) -> None:
    """Its initial risk was unacceptable, and the hazard showed the small residual of the other."""
    cso, hazard = ready.cso, ready.small
    one, other = a_cause(hazard, cso, "A slow van"), a_cause(hazard, cso, "A wrong address")
    for cause in (one, other):
        an_estimate(hazard, cso, "Catastrophic", "High", cause=cause)
    a_residual_estimate(hazard, cso, "Minor", "Low", cause=one)
    gaps = ready.read(ready.freeze()).gaps
    assert gaps == [f"{hazard.reference}: the residual risk of a cause is not estimated."]
    a_residual_estimate(hazard, cso, "Minor", "Low", cause=other)
    assert ready.read(ready.freeze()).gaps == []


def test_a_cause_without_an_initial_estimate_hides_behind_no_other(ready: Ready) -> None:
    cso = ready.cso
    hazard = a_live_hazard(ready.product, cso)
    link_feature(hazard=hazard, feature=ready.feature, by=cso)
    one, _ = a_cause(hazard, cso, "A slow van"), a_cause(hazard, cso, "A wrong address")
    an_estimate(hazard, cso, "Minor", "Low", cause=one)
    gaps = ready.read(ready.freeze()).gaps
    assert gaps == [f"{hazard.reference}: the initial risk of a cause is not estimated."]
    an_estimate(hazard, cso, "Minor", "Low")
    assert ready.read(ready.freeze()).gaps == [], "that of the whole hazard speaks for the other"


@pytest.mark.parametrize(
    "narrative",
    [
        "{{ product }}",
        "\u200b",
        "\u3164",
        "&nbsp;",
        "---",
        "#",
        "![](https://x.example/a.png)",
        ".",
    ],
)
def test_a_section_that_says_nothing_of_its_own_is_empty(ready: Ready, narrative: str) -> None:
    write_section(
        product=ready.product, key=SectionKey.INTRODUCTION, by=ready.cso, narrative=narrative
    )
    gaps = ready.read(ready.freeze()).gaps
    assert len(gaps) == 1
    assert gaps[0].startswith("Sections without a word: 1 ")


def test_without_a_plan_in_force_nothing_more_is_issued(ready: Ready) -> None:
    baseline = ready.sign_all(ready.freeze())
    for signed in read_plan(ready.plan).signatures.readings:
        withdraw_sign_off(
            sign_off=signed.sign_off,
            by=signed.sign_off.signed_by,
            confirmed=proof(signed.sign_off.signed_by),
            reason="It asks for too little",
        )
    with pytest.raises(NotPossible, match="No clinical risk management plan is in force"):
        ready.issue(baseline, despite_changes=True)


# --- Accepting ------------------------------------------------------------------------------------


def _let_the_registration_lapse(person: User) -> None:
    edit_profile(
        profile=person.profile, by=system_person(), changes={"registration_checked_on": None}
    )


def test_an_officer_who_is_not_current_accepts_nothing_as_one(ready: Ready) -> None:
    hazard = a_hazard_to_accept(ready.product, ready.reviewer)
    _let_the_registration_lapse(ready.cso)
    with pytest.raises(NotPossible, match="was not checked within twelve months"):
        accept(hazard, ready.cso)


def test_their_page_says_why(ready: Ready, client_of: ClientOf) -> None:
    hazard = a_hazard_to_accept(ready.product, ready.reviewer)
    _let_the_registration_lapse(ready.cso)
    url = reverse("acceptances", args=[ready.product.slug])
    why = "was not checked within twelve months"
    assert why in client_of(ready.cso).get(url).content.decode()
    answer = client_of(ready.cso).post(url, {f"accept_{hazard.pk}": "on"})
    assert answer.status_code == 403
    assert why in answer.content.decode()


def test_nor_does_one_whose_appointment_nobody_signed(ready: Ready) -> None:
    hazard = a_hazard_to_accept(ready.product, ready.reviewer)
    second = make_person("Dr Sol Second")
    join(ready.product, second, Role.CLINICAL_SAFETY_OFFICER)
    with pytest.raises(NotPossible, match="has not signed the appointment"):
        accept(hazard, second)


def test_whoever_withdraws_brings_back_no_earlier_plan(ready: Ready) -> None:
    """The plan before let the officer accept; the one in force does not, and she alone withdrew."""
    second = draft_plan(product=ready.product, by=ready.author)
    row = classes_of(second).get(risk_class__number=3)
    say_of_class(plan_class=row, by=ready.author, accepted_by=[Role.CLINICIAN], review_months=3)
    put_in_force(Plan.objects.get(pk=second.pk), ready.cso, ready.executive)
    hazard = a_hazard_to_accept(ready.product, ready.reviewer)
    with pytest.raises(NotPossible, match="The plan gives class 3 to clinician"):
        accept(hazard, ready.cso)
    mine = SignOff.objects.get(subject_id=second.public_id, signed_by=ready.cso)
    withdraw_sign_off(
        sign_off=mine, by=ready.cso, confirmed=proof(ready.cso), reason="The old one was better"
    )
    assert plan_in_force(ready.product) is None
    assert plan_versions(ready.product).in_force is None
    with pytest.raises(NotPossible, match="No clinical risk management plan is in force"):
        accept(hazard, ready.cso)


def test_a_role_that_ends_while_somebody_waits_to_sign_signs_nothing(ready: Ready) -> None:
    baseline = ready.freeze()

    def asked_before(*args: object, **kwargs: object) -> Role:
        return Role.CLINICAL_PRODUCT_MANAGER

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("safetycase.actions.versions.role_among", asked_before)
        with pytest.raises(NotAllowed, match="ended while you signed"):
            ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)


# --- Being somebody else --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Clara Officer", " clara  OFFICER ", "\uff23lara Officer"])
def test_nobody_takes_a_colleagues_name_to_sign_under(ready: Ready, name: str) -> None:
    mine = ready.reviewer.profile
    with pytest.raises(NotPossible, match="Somebody else here is called"):
        edit_profile(profile=mine, by=ready.reviewer, changes={"name": name})
    edit_profile(profile=mine, by=ready.reviewer, changes={"name": "Farah Newname"})


def test_two_who_share_a_name_ask_an_administrator(ready: Ready, administrator: User) -> None:
    named = edit_profile(
        profile=ready.reviewer.profile, by=administrator, changes={"name": ready.cso.name}
    )
    assert named.name == ready.cso.name


def test_an_appointment_that_ended_does_not_come_back_with_its_signature(
    ready: Ready, administrator: User
) -> None:
    """Whoever nominates may extend a role; revived, it would be signed by the executive already."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    membership = appointment_of(ready.product, ready.cso)
    change_membership(
        membership=membership,
        by=system_person(),
        changes={
            "starts_on": yesterday - datetime.timedelta(days=9),
            "ends_on": yesterday + datetime.timedelta(days=2),
        },
        reason="Until she leaves",
    )
    end_membership(membership=membership, by=administrator, ends_on=yesterday, reason="She left")
    for ends_on in (None, yesterday + datetime.timedelta(days=1)):
        with pytest.raises(NotPossible, match="Give the role anew"):
            change_membership(
                membership=membership,
                by=administrator,
                changes={"ends_on": ends_on},
                reason="She is back",
            )


# --- Triggers -------------------------------------------------------------------------------------

_NAME = "audit_refuse_delete_reviews_signoff"


def _does_nothing_on_sqlite() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {_NAME}")
        cursor.execute(
            f"CREATE TRIGGER {_NAME} BEFORE DELETE ON reviews_signoff BEGIN SELECT 1; END"
        )


def _does_nothing_on_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION does_nothing() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RETURN NULL; END$$"
        )
        cursor.execute(f"DROP TRIGGER {_NAME} ON reviews_signoff")
        cursor.execute(
            f"CREATE TRIGGER {_NAME} BEFORE DELETE ON reviews_signoff "
            "FOR EACH STATEMENT EXECUTE FUNCTION does_nothing()"
        )


def test_a_trigger_of_the_same_name_that_does_nothing_is_missing(db: None) -> None:
    instead: Callable[[], None] = (
        _does_nothing_on_sqlite if connection.vendor == "sqlite" else _does_nothing_on_postgresql
    )
    assert missing_triggers(connection) == []
    instead()
    assert missing_triggers(connection) == [_NAME]
    create_after_migrating(using="default")
    assert missing_triggers(connection) == []


def test_a_function_that_refuses_nothing_any_more_is_seen(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no functions")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION audit_refuse_write() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RETURN NEW; END$$"
        )
    assert _NAME in missing_triggers(connection)
    create_after_migrating(using="default")
    assert missing_triggers(connection) == []
