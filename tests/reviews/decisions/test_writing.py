"""Writing decisions: views, options, the table, the four answers, the choice."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from audit.errors import ChangedMeanwhile, Conflict, NotAllowed, NotPossible
from hazards.actions.controls import set_control_state
from hazards.actions.hazards import withdraw_hazard
from hazards.choices import ControlState
from hazards.models import Plan
from products.choices import Side
from products.models import Product
from reviews.actions.decision_options import (
    add_hazard_row,
    edit_option,
    estimate_option,
    remove_hazard_row,
    remove_option,
)
from reviews.actions.decisions import (
    answer_questions,
    drop_decision,
    edit_decision,
    write_view,
)
from reviews.actions.safeguards import add_safeguard, edit_safeguard, remove_safeguard
from reviews.choices import FourQuestions, SafeguardKind
from reviews.decisions.rules import Effect
from reviews.models import Decision, DecisionHazard
from tests.hazards.factories import a_control, a_hazard, set_class
from tests.reviews.decisions.factories import (
    a_decision,
    a_row,
    an_option,
    choose,
    does,
    leaves,
    levels,
    matrix_of,
    read,
    say,
)
from tests.reviews.factories import a_hazard_to_accept, a_plan_in_force, a_residual_estimate


@pytest.fixture
def decision(product: Product, cso: User) -> Decision:
    return a_decision(product, cso)


def test_decisions_are_numbered_in_their_product(
    product: Product, other_product: Product, cso: User, decision: Decision
) -> None:
    assert decision.reference == "DEC-1"
    assert a_decision(product, cso).reference == "DEC-2"


def test_a_decision_needs_a_title_and_a_question(product: Product, cso: User) -> None:
    with pytest.raises(NotPossible, match="a title and a question"):
        a_decision(product, cso, question="  ")


def test_what_it_names_is_of_its_product(
    product: Product, other_product: Product, cso: User
) -> None:
    from tests.factories import make_feature

    elsewhere = make_feature(other_product)
    with pytest.raises(NotPossible, match="not of this product"):
        a_decision(product, cso, feature_id=elsewhere.pk)


# --- Views ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "side", "may"),
    [
        ("cso", Side.CLINICAL, True),
        ("clinician", Side.CLINICAL, True),
        ("clinical_product_manager", Side.CLINICAL, True),
        ("clinical_product_manager", Side.PRODUCT, True),
        ("product_manager", Side.PRODUCT, True),
        ("engineer", Side.PRODUCT, True),
        ("cso", Side.PRODUCT, False),
        ("product_manager", Side.CLINICAL, False),
        ("executive", Side.PRODUCT, False),
        ("auditor", Side.CLINICAL, False),
    ],
)
def test_who_writes_which_view(
    who: str, side: Side, may: bool, decision: Decision, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    if may:
        say(decision, side, person, "We want it")
        assert read(decision).view_of(side) == ("We want it", "A study of ours")
        return
    with pytest.raises(NotAllowed):
        say(decision, side, person)


def test_two_people_of_a_side_who_write_at_once_see_both(
    decision: Decision, cso: User, clinician: User
) -> None:
    say(decision, Side.CLINICAL, clinician, "Monthly")
    with pytest.raises(Conflict):
        write_view(
            decision=decision,
            by=cso,
            side=Side.CLINICAL,
            view="Weekly",
            would_change="",
            base_version=decision.version,
        )


def test_the_other_side_s_view_is_no_conflict(
    decision: Decision, cso: User, product_manager: User
) -> None:
    say(decision, Side.PRODUCT, product_manager, "Yearly")
    write_view(
        decision=decision,
        by=cso,
        side=Side.CLINICAL,
        view="Monthly",
        would_change="",
        base_version=decision.version,
    )
    assert read(decision).view_of(Side.PRODUCT)[0] == "Yearly"


# --- The table ------------------------------------------------------------------------------------


def test_each_option_is_held_against_the_risk_of_today(
    product: Product, decision: Decision, cso: User, clinician: User
) -> None:
    hazard = a_hazard_to_accept(product, clinician)  # residual: Major · Low
    row = a_row(decision, cso, hazard)
    new = add_hazard_row(decision=decision, by=cso, new_name="Somebody gives up")
    monthly = an_option(decision, cso)
    does(monthly, row, cso, "Major", "Medium")
    does(monthly, new, cso, "Minor", "Low")
    yearly = an_option(decision, cso, "Yearly")
    leaves(yearly, row, cso)
    reading = read(decision)
    first, second = reading.options
    assert [each.effect for each in first.cells] == [Effect.WORSE, Effect.NEW]
    assert [each.effect for each in second.cells] == [Effect.UNTOUCHED, Effect.UNSAID]
    assert reading.rows[0].today is not None
    assert reading.rows[0].today.stage == "residual"
    # Somebody reduces the risk in the log: the option is held against that.
    a_residual_estimate(hazard, clinician, "Major", "Very high")
    assert read(decision).options[0].cells[0].effect is Effect.BETTER


def test_without_a_residual_estimate_the_initial_one_is_today_s(
    product: Product, decision: Decision, cso: User
) -> None:
    from tests.hazards.factories import an_estimate

    hazard = a_hazard(product, cso)
    a_row(decision, cso, hazard)
    assert read(decision).rows[0].today is None
    an_estimate(hazard, cso, "Major", "High")
    today = read(decision).rows[0].today
    assert today is not None
    assert (today.stage, today.number) == ("initial", 4)


def test_only_those_who_estimate_say_what_an_option_does(
    product: Product, decision: Decision, cso: User, product_manager: User
) -> None:
    row = a_row(decision, cso, a_hazard(product, cso))
    option = an_option(decision, product_manager)
    with pytest.raises(NotAllowed, match="estimate a clinical risk"):
        does(option, row, product_manager)
    with pytest.raises(NotAllowed, match="estimate a clinical risk"):
        leaves(option, row, product_manager)


def test_a_touched_hazard_has_a_square_and_a_why(
    product: Product, other_product: Product, decision: Decision, cso: User
) -> None:
    row = a_row(decision, cso, a_hazard(product, cso))
    option = an_option(decision, cso)
    with pytest.raises(NotPossible, match="one sentence why"):
        does(option, row, cso, why=" ")
    with pytest.raises(NotPossible, match="Choose a square"):
        estimate_option(option=option, row=row, by=cso, why="Because")
    severity, likelihood = levels(other_product, "Major", "Low")
    with pytest.raises(NotPossible, match="not of the risk matrix"):
        estimate_option(
            option=option, row=row, by=cso, severity=severity, likelihood=likelihood, why="Seen"
        )


def test_a_row_of_another_decision_is_refused(
    product: Product, decision: Decision, cso: User
) -> None:
    other = a_decision(product, cso)
    row = a_row(other, cso, a_hazard(product, cso))
    with pytest.raises(NotPossible, match="not in this decision"):
        does(an_option(decision, cso), row, cso)


def test_whoever_estimates_second_reads_the_first(
    product: Product, decision: Decision, cso: User, clinician: User
) -> None:
    row = a_row(decision, cso, a_hazard(product, cso))
    option = an_option(decision, cso)
    does(option, row, clinician, why="Forms come back late")
    with pytest.raises(ChangedMeanwhile, match="Forms come back late"):
        does(option, row, cso, seen=0)
    again = does(option, row, cso, "Major", "High", seen=1)
    assert again.estimated_by == cso


def test_a_hazard_stands_once_in_the_table_and_can_come_back(
    product: Product, decision: Decision, cso: User
) -> None:
    hazard = a_hazard(product, cso)
    row = a_row(decision, cso, hazard)
    with pytest.raises(NotPossible, match="in the table already"):
        a_row(decision, cso, hazard)
    remove_hazard_row(row=row, by=cso, reason="No option touches it")
    assert read(decision).rows == []
    assert a_row(decision, cso, hazard).pk == row.pk


def test_one_hazard_or_one_name(product: Product, decision: Decision, cso: User) -> None:
    with pytest.raises(NotPossible, match="one of the two"):
        add_hazard_row(decision=decision, by=cso)
    with pytest.raises(NotPossible, match="one of the two"):
        add_hazard_row(decision=decision, by=cso, hazard=a_hazard(product, cso), new_name="Another")


def test_a_hazard_out_of_the_log_is_refused(
    product: Product, decision: Decision, cso: User
) -> None:
    hazard = withdraw_hazard(hazard=a_hazard(product, cso), by=cso, reason="Raised twice")
    with pytest.raises(NotPossible, match="not in this product's log"):
        a_row(decision, cso, hazard)


def test_an_option_is_changed_and_taken_out(decision: Decision, cso: User) -> None:
    option = an_option(decision, cso)
    edit_option(option=option, by=cso, changes={"cost": "Half a day"})
    with pytest.raises(NotPossible, match="a name"):
        edit_option(option=option, by=cso, changes={"name": " "})
    remove_option(option=option, by=cso, reason="Nobody wants it")
    assert read(decision).options == []
    with pytest.raises(NotPossible, match="taken out"):
        edit_option(option=option, by=cso, changes={"cost": "More"})


# --- The four questions ---------------------------------------------------------------------------


def test_the_answers_build_an_option(decision: Decision, cso: User) -> None:
    option = answer_questions(
        decision=decision,
        by=cso,
        answers={
            FourQuestions.BASELINE: "A review every year",
            FourQuestions.MONITOR: "New hazard: a question worries somebody",
        },
    )
    reading = read(decision)
    assert option is not None
    assert reading.third is not None
    assert reading.third.option.pk == option.pk
    kinds = [each.safeguard.kind for each in reading.third.safeguards]
    assert kinds == [SafeguardKind.CADENCE, SafeguardKind.NEW_HAZARD]
    assert [row.name for row in reading.rows] == ["a question worries somebody"]


def test_answering_further_adds_only_what_is_new(decision: Decision, cso: User) -> None:
    answers = {FourQuestions.BASELINE: "A review every year"}
    option = answer_questions(decision=decision, by=cso, answers=answers)
    assert option is not None
    [safeguard] = read(decision).options[0].safeguards
    edit_safeguard(safeguard=safeguard.safeguard, by=cso, changes={"text": "By a pharmacist"})
    more = {FourQuestions.BASELINE: "A review every year\nA hold is never silent"}
    answer_questions(decision=decision, by=cso, answers=more)
    texts = [each.safeguard.text for each in read(decision).options[0].safeguards]
    assert texts == ["By a pharmacist", "A hold is never silent"]
    assert len(read(decision).options) == 1


def test_a_new_third_option_begins_with_every_answer(decision: Decision, cso: User) -> None:
    answers = {FourQuestions.BASELINE: "A review every year"}
    first = answer_questions(decision=decision, by=cso, answers=answers)
    assert first is not None
    remove_option(option=first, by=cso, reason="Begun anew")
    second = answer_questions(decision=decision, by=cso, answers=answers)
    assert second is not None
    assert second.pk != first.pk
    assert len(read(decision).options[0].safeguards) == 1


def test_no_answer_makes_no_option(decision: Decision, cso: User) -> None:
    assert answer_questions(decision=decision, by=cso, answers={}) is None
    assert read(decision).options == []


# --- Safeguards -----------------------------------------------------------------------------------


def test_a_safeguard_keeps_only_what_its_kind_uses(decision: Decision, cso: User) -> None:
    option = an_option(decision, cso)
    cadence = add_safeguard(
        option=option,
        by=cso,
        kind=SafeguardKind.CADENCE,
        text="A check-in",
        tier="everybody",
        months=3,
        threshold="above 60 %",
    )
    assert (cadence.months, cadence.threshold) == (3, "")
    changed = edit_safeguard(
        safeguard=cadence, by=cso, changes={"kind": SafeguardKind.CONTROL.value}
    )
    assert (changed.months, changed.tier) == (None, "")


@pytest.mark.parametrize("months", [None, 0, 13])
def test_a_cadence_is_every_one_to_twelve_months(
    decision: Decision, cso: User, months: int | None
) -> None:
    with pytest.raises(NotPossible, match="one to twelve months"):
        add_safeguard(
            option=an_option(decision, cso),
            by=cso,
            kind=SafeguardKind.CADENCE,
            text="A check-in",
            months=months,
        )


def test_a_new_hazard_has_its_row_and_takes_it_along(decision: Decision, cso: User) -> None:
    option = an_option(decision, cso)
    brings = add_safeguard(
        option=option, by=cso, kind=SafeguardKind.NEW_HAZARD, text="Somebody gives up"
    )
    assert [row.name for row in read(decision).rows] == ["Somebody gives up"]
    edit_safeguard(safeguard=brings, by=cso, changes={"text": "Somebody leaves"})
    assert [row.name for row in read(decision).rows] == ["Somebody leaves"]
    remove_safeguard(safeguard=brings, by=cso, reason="It does not")
    assert read(decision).rows == []
    assert DecisionHazard.objects.count() == 1


def test_what_a_safeguard_brings_is_not_chosen_before_somebody_says_how_bad_it_is(
    weighed: Decision, cso: User
) -> None:
    """It was passed over as long as no option touched it, and never came into the log."""
    option = read(weighed).options[1].option
    brings = SafeguardKind.NEW_HAZARD
    add_safeguard(option=option, by=cso, kind=brings, text="Somebody gives up")
    with pytest.raises(NotPossible, match="“Somebody gives up”: nobody has said yet"):
        choose(weighed, option, cso)


def test_only_a_control_in_use_of_the_product_is_adopted(
    product: Product, other_product: Product, decision: Decision, cso: User
) -> None:
    option = an_option(decision, cso)
    control = a_control(a_hazard(product, cso), cso)
    set_control_state(control=control, by=cso, state=ControlState.WITHDRAWN, reason="Useless")
    with pytest.raises(NotPossible, match="is withdrawn"):
        add_safeguard(
            option=option,
            by=cso,
            kind=SafeguardKind.CONTROL,
            text="It",
            control_id=control.pk,
        )
    with pytest.raises(NotPossible, match="not of this product"):
        add_safeguard(
            option=option, by=cso, kind=SafeguardKind.CONTROL, text="It", control_id=99_999
        )


def test_a_safeguard_acts_on_rows_of_its_own_decision(
    product: Product, decision: Decision, cso: User
) -> None:
    other = a_row(a_decision(product, cso), cso, a_hazard(product, cso))
    with pytest.raises(NotPossible, match="not in this decision's table"):
        add_safeguard(
            option=an_option(decision, cso),
            by=cso,
            kind=SafeguardKind.CONTROL,
            text="It",
            hazards=[other],
        )


# --- The choice -----------------------------------------------------------------------------------


@pytest.fixture
def weighed(product: Product, decision: Decision, cso: User, plan: Plan) -> Decision:
    """A decision with two options and one hazard that the first makes unacceptable."""
    row = a_row(decision, cso, a_hazard(product, cso))
    does(an_option(decision, cso, "Yearly"), row, cso, "Major", "High")
    does(an_option(decision, cso, "By tier"), row, cso, "Major", "Low")
    return decision


def test_an_option_above_the_limit_cannot_be_chosen_whoever_asks(
    weighed: Decision, cso: User, clinical_product_manager: User
) -> None:
    yearly = read(weighed).options[0].option
    for person in (cso, clinical_product_manager):
        with pytest.raises(NotPossible, match="HAZ-001: class 4 is unacceptable"):
            choose(weighed, yearly, person)
    assert read(weighed).chosen is None


def test_an_option_that_is_taken_out_takes_the_hazards_along_that_only_it_brings(
    decision: Decision, cso: User
) -> None:
    answers = {FourQuestions.MONITOR: "New hazard: somebody worries\nNew hazard: somebody stops"}
    other = an_option(decision, cso)
    third = answer_questions(decision=decision, by=cso, answers=answers)
    assert third is not None
    does(other, read(decision).rows[0].row, cso)  # another option brings that one too
    remove_option(option=third, by=cso, reason="Wrong way")
    assert [each.name for each in read(decision).rows] == ["somebody worries"]


def test_what_an_edited_draft_matrix_places_elsewhere_has_to_be_estimated_again(
    product: Product, decision: Decision, cso: User, executive: User
) -> None:
    row = a_row(decision, cso, a_hazard(product, cso))
    monthly, yearly = an_option(decision, cso), an_option(decision, cso, "Yearly")
    does(monthly, row, cso, "Major", "Low")
    leaves(yearly, row, cso)
    set_class(matrix_of(product), cso, "Major", "Low", 4)
    a_plan_in_force(product, cso, executive)
    moved = "the risk matrix has class 4 for it now, no longer class 3: estimate it again"
    with pytest.raises(NotPossible, match=f"HAZ-001: {moved}"):
        choose(decision, monthly, cso)
    assert [each.row.reference for each in read(decision).gaps] == ["HAZ-001"]
    does(monthly, row, cso, "Major", "Very low")
    assert read(decision).gaps == []
    choose(decision, monthly, cso)


def test_an_option_within_the_limit_can(weighed: Decision, product_manager: User) -> None:
    tiers = read(weighed).options[1].option
    choose(weighed, tiers, product_manager)
    chosen = read(weighed).chosen
    assert chosen is not None
    assert chosen.option == tiers


def test_a_class_that_the_plan_lets_nobody_accept_is_above_it_too(
    product: Product, weighed: Decision, cso: User, executive: User
) -> None:
    from reviews.actions.plans import draft_plan, say_of_class
    from tests.reviews.factories import put_in_force

    draft = draft_plan(product=product, by=cso)
    say_of_class(
        plan_class=draft.classes.get(risk_class__number=3),
        by=cso,
        accepted_by=[],
        review_months=3,
    )
    put_in_force(draft, cso, executive)
    with pytest.raises(NotPossible, match="lets nobody accept class 3"):
        choose(weighed, read(weighed).options[1].option, cso)


def test_every_hazard_of_the_table_is_said_for_the_chosen_one(
    product: Product, weighed: Decision, cso: User
) -> None:
    first, second = (each.option for each in read(weighed).options)
    row = a_row(weighed, cso, a_hazard(product, cso, "Another"))
    with pytest.raises(NotPossible, match="HAZ-002: nobody has said yet"):
        choose(weighed, second, cso)
    leaves(second, row, cso)
    choose(weighed, second, cso)  # nobody says that any option touches it
    does(first, row, cso)
    with pytest.raises(NotPossible, match="its risk today is not estimated"):
        choose(weighed, second, cso)


def test_without_a_plan_in_force_nothing_is_chosen(
    product: Product, decision: Decision, cso: User
) -> None:
    with pytest.raises(NotPossible, match="No clinical risk management plan is in force"):
        choose(decision, an_option(decision, cso), cso)


@pytest.mark.parametrize("days", [0, -1, 367, None])
def test_it_is_reviewed_within_a_year(weighed: Decision, cso: User, days: int | None) -> None:
    when = None if days is None else timezone.localdate() + datetime.timedelta(days=days)
    with pytest.raises(NotPossible, match="within twelve months"):
        choose(weighed, read(weighed).options[1].option, cso, review_on=when)


def test_a_choice_says_why_and_is_of_this_decision(
    product: Product, weighed: Decision, cso: User
) -> None:
    tiers = read(weighed).options[1].option
    with pytest.raises(NotPossible, match="Say why"):
        choose(weighed, tiers, cso, why=" ")
    elsewhere = an_option(a_decision(product, cso), cso)
    with pytest.raises(NotPossible, match="not of this decision"):
        choose(weighed, elsewhere, cso)


def test_the_chosen_option_is_not_taken_out(weighed: Decision, cso: User) -> None:
    tiers = read(weighed).options[1].option
    choose(weighed, tiers, cso)
    with pytest.raises(NotPossible, match="is chosen"):
        remove_option(option=tiers, by=cso, reason="No")


def test_a_dropped_decision_stays_as_it_is(decision: Decision, cso: User) -> None:
    drop_decision(decision=decision, by=cso, reason="The feature was given up")
    with pytest.raises(NotPossible, match="was dropped"):
        edit_decision(decision=decision, by=cso, changes={"title": "Anew"})
    with pytest.raises(NotPossible, match="was dropped"):
        an_option(decision, cso)
