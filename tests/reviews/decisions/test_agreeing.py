"""Agreeing: one signature of each side, what follows, dissent, rejection, coming back."""

from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from hazards.actions.controls import set_control_state
from hazards.actions.hazards import edit_hazard
from hazards.choices import ControlKind, ControlState, HazardState
from hazards.models import Control, ControlLink, Hazard, Plan
from products.choices import Role, Side
from products.models import Product
from reviews.actions.decision_options import add_hazard_row, remove_hazard_row, remove_option
from reviews.actions.decision_reviews import add_trigger, fire_trigger, record_dissent
from reviews.actions.decision_signing import reject_decision
from reviews.actions.decisions import edit_decision
from reviews.actions.safeguards import add_safeguard, remove_safeguard
from reviews.actions.signing import withdraw_sign_off
from reviews.actions.superseding import supersede_decision
from reviews.choices import DecisionState, Meaning, SafeguardKind
from reviews.models import Decision, SignOff
from safetycase.snapshot.decisions import decision_shape
from tests.factories import join, make_release
from tests.hazards.factories import a_control
from tests.reviews.decisions.factories import (
    a_decision,
    agree,
    an_option,
    choose,
    does,
    leaves,
    read,
    sign,
    to_sign,
)
from tests.reviews.factories import a_hazard_to_accept, a_residual_estimate, proof


@pytest.fixture
def hazard(product: Product, clinician: User, plan: Plan) -> Hazard:
    return a_hazard_to_accept(product, clinician)


@pytest.fixture
def decision(
    product: Product, hazard: Hazard, cso: User, product_manager: User, plan: Plan
) -> Decision:
    """Two options on one hazard, one chosen: both sides may sign."""
    return to_sign(product, hazard, cso, product_manager)


# --- Who signs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "clinical", "product_side"),
    [
        ("cso", True, False),
        ("clinician", True, False),
        ("clinical_product_manager", True, True),
        ("product_manager", False, True),
        ("executive", False, True),
        ("engineer", False, False),
        ("auditor", False, False),
    ],
)
def test_who_signs_for_which_side(
    who: str,
    clinical: bool,
    product_side: bool,
    decision: Decision,
    request: pytest.FixtureRequest,
) -> None:
    person = request.getfixturevalue(who)
    for meaning, may in (
        (Meaning.FOR_CLINICAL, clinical),
        (Meaning.FOR_PRODUCT, product_side),
    ):
        if may and not SignOff.objects.filter(signed_by=person, subject_kind="decision").exists():
            assert sign(decision, person, meaning).signed_by == person
        elif not may:
            with pytest.raises(NotAllowed):
                sign(decision, person, meaning)


def test_one_person_never_signs_for_both_sides(
    decision: Decision, clinical_product_manager: User, product_manager: User
) -> None:
    sign(decision, clinical_product_manager, Meaning.FOR_CLINICAL)
    with pytest.raises(NotPossible, match="One person cannot sign for both sides"):
        sign(decision, clinical_product_manager, Meaning.FOR_PRODUCT)
    sign(decision, product_manager, Meaning.FOR_PRODUCT)
    assert read(decision).state is DecisionState.AGREED


def test_the_bridge_signs_for_the_product_side_where_another_signs_clinically(
    decision: Decision, clinical_product_manager: User, cso: User
) -> None:
    sign(decision, clinical_product_manager, Meaning.FOR_PRODUCT)
    with pytest.raises(NotPossible, match="One person cannot sign for both sides"):
        sign(decision, clinical_product_manager, Meaning.FOR_CLINICAL)
    sign(decision, cso, Meaning.FOR_CLINICAL)
    assert read(decision).state is DecisionState.AGREED


def test_an_officer_who_is_not_current_does_not_sign_as_one(
    product: Product, decision: Decision
) -> None:
    from tests.factories import make_person

    deputy = make_person("Dora Deputy", professional_body="GMC", registration_number="1")
    join(product, deputy, Role.CLINICAL_SAFETY_OFFICER)
    with pytest.raises(NotPossible, match="has not signed the appointment"):
        sign(decision, deputy, Meaning.FOR_CLINICAL)


def test_a_side_signs_once(decision: Decision, cso: User, clinician: User) -> None:
    sign(decision, cso, Meaning.FOR_CLINICAL)
    with pytest.raises(NotPossible, match="has signed already"):
        sign(decision, clinician, Meaning.FOR_CLINICAL)


def test_another_meaning_is_none(decision: Decision, cso: User) -> None:
    with pytest.raises(NotPossible, match="agreed for a side"):
        sign(decision, cso, Meaning.APPROVED)


# --- What keeps it from being signed --------------------------------------------------------------


def test_an_unfinished_decision_is_not_signed(product: Product, plan: Plan, cso: User) -> None:
    with pytest.raises(NotPossible, match="The clinical side has not written its view"):
        sign(a_decision(product, cso), cso, Meaning.FOR_CLINICAL)


def test_what_changed_while_they_read_is_not_signed(decision: Decision, cso: User) -> None:
    seen = read(decision).subject.fingerprint
    edit_decision(decision=decision, by=cso, changes={"title": "How often"})
    with pytest.raises(NotPossible, match="changed while you read it"):
        sign(decision, cso, Meaning.FOR_CLINICAL, seen=seen)


def test_the_log_is_part_of_what_is_signed(
    decision: Decision, hazard: Hazard, cso: User, clinician: User, product_manager: User
) -> None:
    sign(decision, cso, Meaning.FOR_CLINICAL)
    a_residual_estimate(hazard, clinician, "Major", "Very low")
    reading = read(decision)
    assert reading.signed_for(Meaning.FOR_CLINICAL) is None
    sign(decision, product_manager, Meaning.FOR_PRODUCT)
    assert read(decision).state is DecisionState.OPEN


def test_the_limit_is_asked_again_when_it_is_signed(
    decision: Decision, hazard: Hazard, cso: User
) -> None:
    tiers = read(decision).options[1]
    does(tiers.option, tiers.cells[0].row.row, cso, "Major", "High")
    with pytest.raises(NotPossible, match="class 4 is unacceptable"):
        sign(decision, cso, Meaning.FOR_CLINICAL)


def test_a_control_says_which_hazard_it_protects(decision: Decision, cso: User) -> None:
    tiers = read(decision).options[1].option
    add_safeguard(option=tiers, by=cso, kind=SafeguardKind.CONTROL, text="A pharmacist decides")
    with pytest.raises(NotPossible, match="which hazard the safeguard"):
        sign(decision, cso, Meaning.FOR_CLINICAL)


def test_a_hazard_that_an_option_brings_is_not_untouched_by_it(
    decision: Decision, cso: User, product_manager: User
) -> None:
    """It would be signed as brought, and never come into the log."""
    yearly, tiers = (each.option for each in read(decision).options)
    add_safeguard(option=tiers, by=cso, kind=SafeguardKind.NEW_HAZARD, text="Somebody gives up")
    row = next(each.row for each in read(decision).rows if each.is_new)
    leaves(tiers, row, cso)
    leaves(yearly, row, cso)  # another option need not bring it
    assert read(decision).turn.what == "estimate the options"
    with pytest.raises(NotPossible, match="says that this option brings it"):
        choose(decision, tiers, cso)
    with pytest.raises(NotPossible, match="says that this option brings it"):
        sign(decision, cso, Meaning.FOR_CLINICAL)
    does(tiers, row, cso, "Minor", "Low")
    agree(decision, cso, product_manager)
    assert Hazard.objects.filter(name="Somebody gives up").exists()


def test_nothing_is_chosen_or_agreed_over_an_empty_table(decision: Decision, cso: User) -> None:
    [row] = read(decision).rows
    remove_hazard_row(row=row.row, by=cso, reason="Elsewhere")
    assert read(decision).turn.what == "say which hazards the options touch"
    with pytest.raises(NotPossible, match="No hazard is in the table"):
        sign(decision, cso, Meaning.FOR_CLINICAL)
    with pytest.raises(NotPossible, match="No hazard is in the table"):
        choose(decision, read(decision).options[0].option, cso)


def test_every_option_is_weighed_against_every_hazard_before_it_is_agreed(
    decision: Decision, cso: User, product_manager: User
) -> None:
    """The options that were not chosen too; one that nobody weighs is taken out."""
    idle = an_option(decision, cso, "Nothing changes")
    with pytest.raises(NotPossible, match="“Nothing changes” was not chosen and is weighed too"):
        sign(decision, cso, Meaning.FOR_CLINICAL)
    remove_option(option=idle, by=cso, reason="Nobody wants it")
    assert agree(decision, cso, product_manager).state is DecisionState.AGREED


def test_an_estimated_hazard_leaves_the_table_by_who_estimates(
    decision: Decision, cso: User, engineer: User, product_manager: User
) -> None:
    """What is above the limit cannot be stepped round by taking its row out."""
    [row] = read(decision).rows
    for person in (engineer, product_manager):
        with pytest.raises(NotAllowed, match="estimate a clinical risk"):
            remove_hazard_row(row=row.row, by=person, reason="In the way")
    yearly = read(decision).options[0].option
    brought = add_safeguard(
        option=yearly, by=engineer, kind=SafeguardKind.NEW_HAZARD, text="Somebody gives up"
    )
    new = next(each.row for each in read(decision).rows if each.is_new)
    does(yearly, new, cso, "Major", "High")
    with pytest.raises(NotAllowed, match="estimate a clinical risk"):
        remove_safeguard(safeguard=brought, by=engineer, reason="In the way")
    remove_hazard_row(row=row.row, by=cso, reason="It is of another feature")
    assert [each.row for each in read(decision).rows] == [new]


# --- What follows ---------------------------------------------------------------------------------


def test_safeguards_become_controls_or_adopt_them_and_hazards_become_drafts(
    product: Product, decision: Decision, hazard: Hazard, cso: User, product_manager: User
) -> None:
    release = make_release(product)
    edit_decision(decision=decision, by=cso, changes={"release_id": release.pk})
    there = a_control(hazard, cso)
    yearly, option = (each.option for each in read(decision).options)
    old = read(decision).rows[0].row
    new = add_hazard_row(decision=decision, by=cso, new_name="Somebody gives up")
    does(option, new, cso, "Minor", "Low", why="A form too many")
    leaves(yearly, new, cso)
    elsewhere = add_hazard_row(decision=decision, by=cso, new_name="Of another option")
    leaves(option, elsewhere, cso)
    does(yearly, elsewhere, cso)
    add: dict[str, Any] = {"option": option, "by": cso, "kind": SafeguardKind.CONTROL}
    add_safeguard(**add, text="A pharmacist decides", hazards=[old, new], party="manufacturer")
    add_safeguard(**add, text="The one there", hazards=[old, new], control_id=there.pk)
    add_safeguard(option=option, by=cso, kind=SafeguardKind.CADENCE, text="Asked", months=3)
    reading = agree(decision, cso, product_manager)
    assert reading.state is DecisionState.AGREED

    drafted = Hazard.objects.get(name="Somebody gives up")
    assert drafted.state == HazardState.DRAFT
    assert "DEC-1" in drafted.description
    assert "A form too many" in drafted.description
    assert drafted.first_release == release
    assert not Hazard.objects.filter(name="Of another option").exists()

    made = Control.objects.get(text="A pharmacist decides")
    assert (made.kind, made.state) == (ControlKind.ADDITIONAL, ControlState.PROPOSED)
    assert made.delivered_in == release
    for control in (made, there):
        links = ControlLink.objects.filter(control=control, is_active=True)
        assert {each.hazard for each in links} == {hazard, drafted}
    assert Control.objects.count() == 2

    made_of, adopted, cadence = reading.options[1].safeguards
    assert (made_of.control, made_of.adopts) == ((made.reference, made.text), False)
    assert adopted.adopts
    assert cadence.safeguard.months == 3


def test_everything_is_one_act_of_the_second_who_signs(
    product: Product, decision: Decision, cso: User, executive: User
) -> None:
    """The executive may not edit the log; agreeing is what lets them bring this into it."""
    from audit.models import Entry

    option, row = read(decision).options[1].option, read(decision).rows[0].row
    add_safeguard(
        option=option, by=cso, kind=SafeguardKind.CONTROL, text="A nurse decides", hazards=[row]
    )
    agree(decision, cso, executive)
    last = Entry.objects.latest("pk").act
    labels = set(Entry.objects.filter(act=last).values_list("model", flat=True))
    assert {"reviews.signoff", "hazards.control", "reviews.decision"} <= labels
    assert {each.person for each in Entry.objects.filter(act=last)} == {executive}


def test_nothing_is_signed_where_the_log_refuses(
    decision: Decision, hazard: Hazard, cso: User, product_manager: User
) -> None:
    there = a_control(hazard, cso)
    option, row = read(decision).options[1].option, read(decision).rows[0].row
    add_safeguard(
        option=option,
        by=cso,
        kind=SafeguardKind.CONTROL,
        text="The one there",
        hazards=[row],
        control_id=there.pk,
    )
    set_control_state(control=there, by=cso, state=ControlState.WITHDRAWN, reason="Useless")
    sign(decision, cso, Meaning.FOR_CLINICAL)
    with pytest.raises(NotPossible, match="was withdrawn meanwhile"):
        sign(decision, product_manager, Meaning.FOR_PRODUCT)
    assert read(decision).state is DecisionState.OPEN
    assert read(decision).signed_for(Meaning.FOR_PRODUCT) is None


def test_what_was_agreed_stands_while_the_log_lives_on(
    decision: Decision, hazard: Hazard, cso: User, clinician: User, product_manager: User
) -> None:
    option, row = read(decision).options[1].option, read(decision).rows[0].row
    add_safeguard(
        option=option, by=cso, kind=SafeguardKind.CONTROL, text="A nurse decides", hazards=[row]
    )
    agreed = agree(decision, cso, product_manager)
    a_residual_estimate(hazard, clinician, "Major", "Very high")
    edit_hazard(hazard=hazard, by=cso, changes={"name": "Renamed"}, reason="A better name")
    record_dissent(decision=decision, by=clinician, side=Side.CLINICAL, text="Too rarely")
    later = read(decision)
    assert later.subject.fingerprint == agreed.subject.fingerprint
    assert all(each.is_current for each in later.signatures.readings)
    assert later.rows[0].name == agreed.rows[0].name
    assert later.options[1].cells[0].effect is agreed.options[1].cells[0].effect
    assert [each.text for each in later.dissents] == ["Too rarely"]


def test_an_agreed_decision_is_not_changed(
    decision: Decision, cso: User, product_manager: User
) -> None:
    agree(decision, cso, product_manager)
    option = read(decision).options[1].option
    for change in (
        lambda: edit_decision(decision=decision, by=cso, changes={"title": "Anew"}),
        lambda: choose(decision, option, cso),
        lambda: add_trigger(decision=decision, by=cso, text="Another"),
        lambda: add_safeguard(option=option, by=cso, kind=SafeguardKind.CONTROL, text="More"),
    ):
        with pytest.raises(NotPossible, match="stays as it was signed"):
            change()


# --- Dissent and rejection ------------------------------------------------------------------------


def test_dissent_is_read_before_it_is_signed(
    decision: Decision, cso: User, clinician: User, product_manager: User
) -> None:
    sign(decision, cso, Meaning.FOR_CLINICAL)
    record_dissent(decision=decision, by=clinician, side=Side.CLINICAL, text="Too rarely")
    assert read(decision).signed_for(Meaning.FOR_CLINICAL) is None
    assert agree(decision, cso, product_manager).state is DecisionState.AGREED


def test_who_dissents_for_which_side(
    decision: Decision, clinician: User, executive: User, auditor: User
) -> None:
    record_dissent(decision=decision, by=executive, side=Side.PRODUCT, text="Too dear")
    with pytest.raises(NotAllowed, match="not of the product side"):
        record_dissent(decision=decision, by=clinician, side=Side.PRODUCT, text="Too dear")
    with pytest.raises(NotAllowed):
        record_dissent(decision=decision, by=auditor, side=Side.CLINICAL, text="No")
    with pytest.raises(NotPossible, match="what you disagree with"):
        record_dissent(decision=decision, by=clinician, side=Side.CLINICAL, text=" ")


def test_a_rejection_sends_it_back(decision: Decision, cso: User, product_manager: User) -> None:
    seen = read(decision).subject.fingerprint
    with pytest.raises(NotPossible, match="Say why"):
        reject_decision(decision=decision, by=product_manager, seen=seen, reason=" ")
    reject_decision(decision=decision, by=product_manager, seen=seen, reason="No evidence")
    assert read(decision).turn.what == "answer the rejection"
    with pytest.raises(NotPossible, match="It was rejected as it stands"):
        sign(decision, cso, Meaning.FOR_CLINICAL)
    edit_decision(decision=decision, by=cso, changes={"question": "How often, by which rule?"})
    sign(decision, cso, Meaning.FOR_CLINICAL)


def test_an_agreed_decision_is_not_rejected(
    decision: Decision, cso: User, product_manager: User
) -> None:
    reading = agree(decision, cso, product_manager)
    with pytest.raises(NotPossible, match="stays as it was signed"):
        reject_decision(
            decision=decision, by=cso, seen=reading.subject.fingerprint, reason="After all"
        )


# --- Coming back ----------------------------------------------------------------------------------


def test_a_trigger_that_fires_brings_it_back(
    decision: Decision, cso: User, product_manager: User
) -> None:
    trigger = add_trigger(decision=decision, by=cso, text="somebody is harmed")
    with pytest.raises(NotPossible, match="Only an agreed decision"):
        fire_trigger(trigger=trigger, by=cso, note="It happened")
    agreed = agree(decision, cso, product_manager)
    with pytest.raises(NotPossible, match="Say what happened"):
        fire_trigger(trigger=trigger, by=cso, note=" ")
    fire_trigger(trigger=trigger, by=cso, note="A bleed in October")
    later = read(decision)
    assert later.to_review == ["Its trigger fired: somebody is harmed"]
    assert later.turn.what == "review it"
    assert later.subject.fingerprint == agreed.subject.fingerprint
    with pytest.raises(NotPossible, match="fired before"):
        fire_trigger(trigger=trigger, by=cso, note="Again")


def test_a_date_that_has_come_and_a_signature_withdrawn_bring_it_back(
    decision: Decision, cso: User, product_manager: User
) -> None:
    agreed = agree(decision, cso, product_manager)
    day = decision.review_on or agreed.decision.review_on
    assert day is not None
    with mock.patch.object(timezone, "localdate", return_value=day):
        assert read(decision).to_review == [f"Its review was due on {day:%-d %B %Y}."]
    withdraw_sign_off(
        sign_off=SignOff.objects.get(meaning=Meaning.FOR_PRODUCT),
        by=product_manager,
        confirmed=proof(product_manager),
        reason="I read the numbers again",
    )
    assert read(decision).to_review == ["Peter Planner withdrew their signature."]


def test_the_agreement_is_the_two_signatures_of_what_was_agreed(
    decision: Decision, cso: User, product_manager: User
) -> None:
    """And not the last two: somebody may have signed other words in between."""
    title = decision.title
    first = sign(decision, cso, Meaning.FOR_CLINICAL)
    edit_decision(decision=decision, by=cso, changes={"title": "Other words"})
    sign(decision, product_manager, Meaning.FOR_PRODUCT)
    edit_decision(decision=decision, by=cso, changes={"title": title})
    assert [each.sign_off for each in read(decision).agreement] == [first]
    last = sign(decision, product_manager, Meaning.FOR_PRODUCT)
    agreed = read(decision)
    assert agreed.state is DecisionState.AGREED
    assert [each.sign_off for each in agreed.agreement] == [first, last]
    shown = decision_shape(agreed)["signatures"]
    assert [each["name"] for each in shown] == [cso.name, product_manager.name]
    withdraw_sign_off(sign_off=first, by=cso, confirmed=proof(cso), reason="New numbers")
    assert read(decision).to_review == [f"{cso.name} withdrew their signature."]


def test_a_decision_is_superseded_by_a_copy_once_that_is_agreed(
    product: Product, decision: Decision, hazard: Hazard, cso: User, product_manager: User
) -> None:
    option, row = read(decision).options[1].option, read(decision).rows[0].row
    new = add_hazard_row(decision=decision, by=cso, new_name="Somebody gives up")
    does(option, new, cso, "Minor", "Low")
    leaves(read(decision).options[0].option, new, cso)
    add_safeguard(
        option=option, by=cso, kind=SafeguardKind.CONTROL, text="A nurse decides", hazards=[row]
    )
    add_trigger(decision=decision, by=cso, text="somebody is harmed")
    with pytest.raises(NotPossible, match="Only an agreed decision is superseded"):
        supersede_decision(decision=decision, by=cso)
    agree(decision, cso, product_manager)

    copy = supersede_decision(decision=decision, by=cso)
    assert copy.reference == "DEC-2"
    with pytest.raises(NotPossible, match="DEC-2 is to supersede"):
        supersede_decision(decision=decision, by=cso)
    reading = read(copy)
    assert reading.chosen is None
    assert [each.option.name for each in reading.options] == ["Yearly", "By tier"]
    assert [each.known_as for each in reading.rows] == ["HAZ-001", "HAZ-002"]
    [safeguard] = reading.options[1].safeguards
    assert safeguard.adopts
    assert [each.text for each in reading.triggers] == ["somebody is harmed"]
    assert read(decision).state is DecisionState.AGREED

    choose(copy, reading.options[1].option, cso)
    agree(copy, cso, product_manager)
    assert read(decision).state is DecisionState.SUPERSEDED
    assert all(each.is_current for each in read(decision).signatures.readings)
    assert Control.objects.count() == 1


def test_a_signature_under_a_decision_leads_to_it(
    product: Product, decision: Decision, cso: User
) -> None:
    from reviews.signing.subject_sources import subject_under

    at = subject_under(sign(decision, cso, Meaning.FOR_CLINICAL))
    assert at is not None
    assert at.url.endswith("/decisions/DEC-1/")
    assert ("Chosen", "By tier") in at.facts
