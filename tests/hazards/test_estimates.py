"""Estimates and assumptions: each is a record, and the hazard shows the worst that stands."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from audit.errors import BadText, Conflict, NotPossible, SideDoor
from hazards.actions.causes import withdraw_cause
from hazards.actions.estimates import (
    ASSUMPTION_FIELDS,
    add_assumption,
    edit_assumption,
    record_estimate,
)
from hazards.actions.hazards import withdraw_hazard
from hazards.choices import AssumptionState, Patients, Stage
from hazards.models import Assumption, Cause, Estimate, Hazard
from hazards.reading import read_hazards
from products.models import Product
from tests.audit.record import contents, entries_about
from tests.hazards.factories import (
    a_cause,
    a_harm,
    a_hazard,
    an_assumption,
    an_estimate,
    levels,
)


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso)


def shown(hazard: Hazard, stage: Stage = Stage.INITIAL) -> Estimate | None:
    stored = Hazard.objects.get(pk=hazard.pk)
    found: Estimate | None = getattr(stored, f"worst_{stage}")
    return found


def test_an_estimate_keeps_everything_that_was_said(hazard: Hazard, clinician: User) -> None:
    cause, harm = a_cause(hazard, clinician), a_harm(hazard, clinician)
    assumption = an_assumption(hazard.product, clinician)
    estimate = an_estimate(
        hazard,
        clinician,
        "Considerable",
        "Medium",
        Stage.RESIDUAL,
        cause=cause,
        harm=harm,
        patients=Patients.SEVERAL,
        why_severity=" As in the review ",
        why_likelihood=" Seen once ",
        assumption=assumption,
    )
    estimate = Estimate.objects.get(pk=estimate.pk)
    assert (estimate.cause, estimate.harm, estimate.assumption) == (cause, harm, assumption)
    assert (estimate.stage, estimate.patients) == ("residual", "several")
    assert (estimate.why_severity, estimate.why_likelihood) == ("As in the review", "Seen once")
    assert estimate.estimated_by == clinician
    assert abs(estimate.estimated_at - timezone.now()) < datetime.timedelta(minutes=1)
    assert entries_about(estimate)[0].reason == "Estimated the residual risk"


def test_a_newer_estimate_supersedes_and_keeps_the_older(hazard: Hazard, cso: User) -> None:
    first = an_estimate(hazard, cso, "Catastrophic", "Very high")
    assert shown(hazard) == first
    second = an_estimate(hazard, cso, "Minor", "Low")
    assert shown(hazard) == second
    assert set(Estimate.objects.filter(hazard=hazard)) == {first, second}
    [reading] = read_hazards([Hazard.objects.get(pk=hazard.pk)])
    assert reading.initial.current == [second]
    assert reading.initial.superseded == [first]


def test_initial_and_residual_stand_beside_each_other(hazard: Hazard, cso: User) -> None:
    initial = an_estimate(hazard, cso, "Major", "High")
    residual = an_estimate(hazard, cso, "Major", "Very low", Stage.RESIDUAL)
    assert shown(hazard) == initial
    assert shown(hazard, Stage.RESIDUAL) == residual


def test_the_worst_of_the_causes_is_shown(hazard: Hazard, cso: User) -> None:
    mild, bad, gone = (a_cause(hazard, cso, text) for text in ("Mild", "Bad", "Gone"))
    an_estimate(hazard, cso, "Minor", "Low", cause=mild)
    worst = an_estimate(hazard, cso, "Major", "High", cause=bad)
    an_estimate(hazard, cso, "Catastrophic", "Very high", cause=gone)
    withdraw_cause(cause=gone, by=cso, reason="It cannot happen")
    assert shown(hazard) == worst
    better = an_estimate(hazard, cso, "Minor", "Very low", cause=bad)
    assert shown(hazard) != worst
    assert better.class_number == 1


def test_of_two_in_one_class_the_more_severe_is_shown(hazard: Hazard, cso: User) -> None:
    one, other = a_cause(hazard, cso, "One"), a_cause(hazard, cso, "Other")
    severe = an_estimate(hazard, cso, "Catastrophic", "Very low", cause=one)
    likely = an_estimate(hazard, cso, "Considerable", "High", cause=other)
    assert severe.class_number == likely.class_number == 3
    assert shown(hazard) == severe


def test_the_newest_word_on_the_whole_hazard_is_not_passed_over(hazard: Hazard, cso: User) -> None:
    """Though each of its causes has an estimate: they are older."""
    cause = a_cause(hazard, cso)
    an_estimate(hazard, cso, "Minor", "Low", cause=cause)
    alarm = an_estimate(hazard, cso, "Catastrophic", "Very high")
    assert shown(hazard) == alarm
    again = an_estimate(hazard, cso, "Minor", "Low", cause=cause)
    assert shown(hazard) == again


def test_an_estimate_never_changes(hazard: Hazard, cso: User) -> None:
    estimate = an_estimate(hazard, cso)
    estimate.class_number = 1
    with pytest.raises(SideDoor):
        estimate.save()
    with pytest.raises(SideDoor):
        Estimate.objects.filter(pk=estimate.pk).update(class_number=1)


@pytest.mark.parametrize("why", [{"why_severity": " "}, {"why_likelihood": ""}], ids=str)
def test_an_estimate_says_why(hazard: Hazard, cso: User, why: dict[str, Any]) -> None:
    before = contents()
    with pytest.raises(NotPossible, match="one sentence why"):
        an_estimate(hazard, cso, **why)
    assert contents() == before
    assert an_estimate(hazard, cso, **why, from_file=True).class_number == 3


def test_text_that_cannot_be_stored_is_refused(hazard: Hazard, cso: User) -> None:
    before = contents()
    for why in ("x" * 2_001, "\x00", "\ud800"):
        with pytest.raises(BadText):
            an_estimate(hazard, cso, why_severity=why)
    with pytest.raises(NotPossible, match="How many patients"):
        an_estimate(hazard, cso, patients="dozens")
    assert contents() == before


def elsewhere(hazard: Hazard, by: User, stranger: User, their_product: Product) -> list[Any]:
    """Causes, harms and an assumption that no estimate of this hazard can be about."""
    other = a_hazard(hazard.product, by, "Other")
    cause = a_cause(hazard, by)
    stale = Cause.objects.get(pk=cause.pk)
    withdraw_cause(cause=cause, by=by, reason="Wrong")
    return [
        {"cause": a_cause(other, by)},
        {"harm": a_harm(other, by)},
        {"cause": stale},
        {"assumption": an_assumption(their_product, stranger)},
    ]


def test_an_estimate_is_about_parts_of_its_own_hazard(
    hazard: Hazard, cso: User, stranger: User, other_product: Product
) -> None:
    wrong = elsewhere(hazard, cso, stranger, other_product)
    before = contents()
    for part in wrong:
        with pytest.raises(NotPossible, match="Nothing was saved"):
            an_estimate(hazard, cso, **part)
    assert contents() == before


def test_severity_and_likelihood_are_of_the_current_matrix(
    hazard: Hazard, cso: User, other_product: Product
) -> None:
    mine, theirs = levels(hazard.product, "Major", "Low"), levels(other_product, "Major", "Low")
    before = contents()
    for severity, likelihood in ((mine[0], theirs[1]), (theirs[0], mine[1])):
        with pytest.raises(NotPossible, match="not of the risk matrix"):
            record_estimate(
                hazard=hazard,
                by=cso,
                stage=Stage.INITIAL,
                severity=severity,
                likelihood=likelihood,
                why_severity="x",
                why_likelihood="x",
            )
    assert contents() == before


def test_a_withdrawn_hazard_is_not_estimated(hazard: Hazard, cso: User) -> None:
    withdraw_hazard(hazard=hazard, by=cso, reason="Raised twice")
    before = contents()
    with pytest.raises(NotPossible, match="no longer in the log"):
        an_estimate(hazard, cso)
    assert contents() == before


# --- Assumptions ----------------------------------------------------------------------------------


def test_an_assumption_is_written_down(product: Product, hazard: Hazard, engineer: User) -> None:
    day = timezone.localdate()
    of_product = an_assumption(product, engineer)
    of_hazard = add_assumption(
        product=product,
        by=engineer,
        text=" The formulary is current ",
        hazard=hazard,
        held_by="The ward",
        valid_until=day,
    )
    of_hazard.refresh_from_db()
    assert of_product.hazard is None
    assert (of_hazard.hazard, of_hazard.text) == (hazard, "The formulary is current")
    assert (of_hazard.held_by, of_hazard.valid_until, of_hazard.state) == ("The ward", day, "holds")


def test_an_assumption_is_edited(product: Product, hazard: Hazard, cso: User) -> None:
    assumption, other = an_assumption(product, cso, hazard=hazard), a_hazard(product, cso, "Other")
    changes = {
        "text": "The formulary is never current",
        "held_by": "Nobody",
        "valid_until": timezone.localdate(),
        "state": "broken",
        "hazard_id": other.pk,
    }
    assert changes.keys() == ASSUMPTION_FIELDS
    versions = [Hazard.objects.get(pk=each.pk).content_version for each in (hazard, other)]
    edit_assumption(assumption=assumption, by=cso, changes=changes, reason="An incident")
    stored = Assumption.objects.get(pk=assumption.pk)
    assert {name: getattr(stored, name) for name in changes} == changes
    assert entries_about(stored)[-1].reason == "An incident"
    after = [Hazard.objects.get(pk=each.pk).content_version for each in (hazard, other)]
    assert after == [version + 1 for version in versions], "it left one and came to the other"


def test_two_people_edit_an_assumption(product: Product, cso: User, engineer: User) -> None:
    assumption = an_assumption(product, cso)
    edit_assumption(assumption=assumption, by=engineer, changes={"text": "theirs"}, base_version=1)
    with pytest.raises(Conflict):
        edit_assumption(assumption=assumption, by=cso, changes={"text": "mine"}, base_version=1)
    edit_assumption(assumption=assumption, by=cso, changes={"state": "broken"}, base_version=1)
    stored = Assumption.objects.get(pk=assumption.pk)
    assert (stored.text, stored.state) == ("theirs", "broken")


@pytest.mark.parametrize(
    "changes",
    [{"text": " "}, {"state": "doubted"}, {"valid_until": "soon"}, {"hazard_id": 987_654}],
    ids=str,
)
def test_an_assumption_that_makes_no_sense_is_refused(
    product: Product, cso: User, changes: dict[str, Any]
) -> None:
    assumption = an_assumption(product, cso)
    before = contents()
    with pytest.raises(NotPossible, match="Nothing was saved"):
        edit_assumption(assumption=assumption, by=cso, changes=changes)
    assert contents() == before


def test_an_assumption_is_of_one_product(
    product: Product, cso: User, other_product: Product, stranger: User
) -> None:
    theirs = a_hazard(other_product, stranger)
    assumption = an_assumption(product, cso)
    version = Hazard.objects.get(pk=theirs.pk).content_version
    before = contents()
    with pytest.raises(NotPossible):
        add_assumption(product=product, by=cso, text="x", hazard=theirs)
    with pytest.raises(NotPossible):
        edit_assumption(assumption=assumption, by=cso, changes={"hazard_id": theirs.pk})
    with pytest.raises(NotPossible, match="Write the assumption"):
        add_assumption(product=product, by=cso, text="  ")
    assert contents() == before
    assert Hazard.objects.get(pk=theirs.pk).content_version == version


def test_what_an_assumption_is_of_is_no_edit(product: Product, cso: User) -> None:
    with pytest.raises(TypeError):
        edit_assumption(assumption=an_assumption(product, cso), by=cso, changes={"product_id": 1})


def test_an_assumption_changes_every_hazard_that_is_estimated_on_it(
    product: Product, cso: User
) -> None:
    hazard, gone = a_hazard(product, cso), a_hazard(product, cso, "Another")
    assumption = an_assumption(product, cso)
    for each in (hazard, gone):
        an_estimate(each, cso, assumption=assumption)
    withdraw_hazard(hazard=gone, by=cso, reason="Raised twice")
    before = dict(Hazard.objects.values_list("pk", "content_version"))
    edit_assumption(assumption=assumption, by=cso, changes={"state": AssumptionState.BROKEN})
    now = dict(Hazard.objects.values_list("pk", "content_version"))
    assert now == {hazard.pk: before[hazard.pk] + 1, gone.pk: before[gone.pk]}
