"""One control for several hazards: letting it protect more, merging copies, what leans on it."""

import pytest

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from audit.models import Entry
from hazards.actions.controls import link_control, set_new_hazards
from hazards.actions.hazards import withdraw_hazard
from hazards.actions.sharing import merge_controls, share_control
from hazards.choices import ControlState, EvidenceOf, Stage
from hazards.control_reading import ControlFilter, controls_where, copies_of, what_leans_on
from hazards.models import Control, ControlLink, Evidence, Hazard, NewHazardLink
from hazards.queries import evidence_of
from products.models import Product
from tests.factories import make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    an_estimate,
    passed_evidence,
    some_evidence,
    verify,
)

SAME = "A clinician reviews every prescription"


@pytest.fixture
def one(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso, "One")


@pytest.fixture
def two(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso, "Two")


def acts_on(control: Control) -> set[tuple[str, str]]:
    links = ControlLink.objects.filter(control=control, is_active=True)
    return {
        (link.hazard.name, link.cause.text if link.cause else "whole")
        for link in links.select_related("hazard", "cause")
    }


def test_a_control_is_shared_in_one_act_or_not_at_all(
    product: Product, cso: User, engineer: User, one: Hazard, two: Hazard
) -> None:
    control, three = a_control(one, cso), a_hazard(product, cso, "Three")
    newest = Entry.objects.order_by("-pk")[0].pk
    share_control(control=control, hazards=[three, two], by=engineer, reason="It does")
    assert len(set(Entry.objects.filter(pk__gt=newest).values_list("act", flat=True))) == 1
    assert acts_on(control) == {("One", "whole"), ("Two", "whole"), ("Three", "whole")}
    gone = a_hazard(product, cso, "Gone")
    withdraw_hazard(hazard=gone, by=cso, reason="Raised twice")
    other = a_control(two, cso)
    with pytest.raises(NotPossible, match="no longer in the log"):
        share_control(control=other, hazards=[one, gone], by=engineer)
    with pytest.raises(NotPossible, match="acts on HAZ-002 already"):
        share_control(control=other, hazards=[one, two], by=engineer)
    with pytest.raises(NotPossible, match="No hazard is chosen"):
        share_control(control=other, hazards=[], by=engineer)
    assert acts_on(other) == {("Two", "whole")}


def test_copies_become_one_with_everything_that_they_carried(
    product: Product, cso: User, one: Hazard, two: Hazard
) -> None:
    cause, elsewhere = a_cause(one, cso, "First"), a_cause(two, cso, "Second")
    stays = a_control(one, cso, SAME, causes=[cause])
    copy = a_control(two, cso, SAME, causes=[elsewhere])
    another = a_control(one, cso, SAME)
    some_evidence(copy, cso, "Test run")
    set_new_hazards(control=copy, by=cso, hazards=[one])
    set_new_hazards(control=stays, by=cso, none_because="It is only words")
    versions = dict(Hazard.objects.values_list("pk", "content_version"))
    merge_controls(control=stays, copies=[copy, another], by=cso, reason="The same three times")
    # One of the two on the first hazard acted on the whole of it.
    assert acts_on(stays) == {("One", "whole"), ("Two", "Second")}
    stays.refresh_from_db()
    assert stays.none_because == ""
    assert [evidence.title for evidence in evidence_of(stays)] == ["Test run"]
    assert NewHazardLink.objects.get(control=stays, is_active=True).hazard == one
    for gone in (copy, another):
        gone.refresh_from_db()
        assert gone.state == ControlState.WITHDRAWN
        assert acts_on(gone) == set()
    for hazard in (one, two):
        hazard.refresh_from_db()
        assert hazard.content_version == versions[hazard.pk] + 1


def test_a_verified_control_falls_back_with_failed_evidence_of_a_copy(
    product: Product, cso: User, one: Hazard
) -> None:
    release = make_release(product)
    stays, copy = a_control(one, cso, SAME), a_control(one, cso, SAME)
    verify(stays, cso, release)
    passed_evidence(copy, cso, release, EvidenceOf.EFFECTIVENESS, result="fail")
    merge_controls(control=stays, copies=[copy], by=cso, reason="The same")
    stays.refresh_from_db()
    assert stays.state == ControlState.IMPLEMENTED


def test_what_a_verifier_said_of_a_copy_is_theirs_to_say_of_the_other(
    product: Product, cso: User, engineer: User, one: Hazard
) -> None:
    stays, copy = a_control(one, cso, SAME), a_control(one, cso, SAME)
    passed_evidence(copy, cso, make_release(product), EvidenceOf.EFFECTIVENESS)
    with pytest.raises(NotAllowed, match="What a verifier saw"):
        merge_controls(control=stays, copies=[copy], by=engineer, reason="The same")
    assert Evidence.objects.get().control_links.filter(is_active=True).get().control == copy


def test_what_cannot_be_merged(
    product: Product, other_product: Product, cso: User, stranger: User, one: Hazard
) -> None:
    stays, copy = a_control(one, cso, SAME), a_control(one, cso, SAME)
    with pytest.raises(NotPossible, match="No copy"):
        merge_controls(control=stays, copies=[stays], by=cso, reason="The same")
    theirs = a_control(a_hazard(other_product, stranger), stranger, SAME)
    with pytest.raises(NotPossible, match="another product"):
        merge_controls(control=stays, copies=[theirs], by=cso, reason="The same")
    with pytest.raises(NotPossible, match="Say why"):
        merge_controls(control=stays, copies=[copy], by=cso, reason=" ")
    merge_controls(control=stays, copies=[copy], by=cso, reason="The same")
    with pytest.raises(NotPossible, match="withdrawn already"):
        merge_controls(control=stays, copies=[copy], by=cso, reason="The same")


def test_copies_are_found_whatever_their_spaces_and_capitals(cso: User, one: Hazard) -> None:
    control = a_control(one, cso, "Dose limits are  checked.")
    copy = a_control(one, cso, "dose limits are checked")
    a_control(one, cso, "Dose limits are checked twice")
    assert copies_of(control) == [copy]


def test_what_if_this_one_fails(product: Product, cso: User, one: Hazard, two: Hazard) -> None:
    cause, covered = a_cause(one, cso, "Alone"), a_cause(one, cso, "Covered")
    a_harm(two, cso)
    control = a_control(one, cso, SAME, causes=[cause, covered])
    a_control(one, cso, "Another", causes=[covered])
    link_control(control=control, hazard=two, by=cso)
    an_estimate(two, cso, "Major", "Low", stage=Stage.RESIDUAL)
    leaning = what_leans_on(control)
    first, second = leaning.hazards
    assert first.only_on_causes == [cause]
    assert not first.is_the_only_one
    assert second.is_the_only_one
    assert leaning.sentences == [
        "If CTL-001 fails, 2 hazards lose it.",
        "HAZ-002 has no other control.",
        "One cause has no other control acting there.",
        "The worst residual risk that relies on it is class 3 (Major, Low).",
    ]


def test_a_control_on_the_whole_hazard_covers_its_causes(cso: User, one: Hazard) -> None:
    control = a_control(one, cso, SAME, causes=[a_cause(one, cso)])
    a_control(one, cso, "Another")
    [leaning] = what_leans_on(control).hazards
    assert leaning.only_on_causes == []


def test_the_list_is_narrowed(product: Product, cso: User, one: Hazard, two: Hazard) -> None:
    shared = a_control(one, cso, "Limit the dose")
    share_control(control=shared, hazards=[two], by=cso)
    alone = a_control(one, cso, "Warn the user", party="deployer")
    copies = [a_control(one, cso, SAME), a_control(one, cso, SAME.upper())]
    nothing = a_control(one, cso, "Nothing")
    ControlLink.objects.get(control=nothing)

    def found(**wanted: str) -> list[Control]:
        return list(controls_where(product, ControlFilter(**wanted)))

    assert found() == [shared, alone, *copies, nothing]
    assert found(reach="shared") == [shared]
    assert found(reach="same") == copies
    assert found(party="deployer") == [alone]
    assert found(words="dose limit") == [shared]
    merge_controls(control=copies[0], copies=[copies[1]], by=cso, reason="The same")
    assert found(state="withdrawn") == [copies[1]]
    assert found(reach="same") == []
    withdraw_hazard(hazard=two, by=cso, reason="Raised twice")
    assert found(reach="shared") == []
    withdraw_hazard(hazard=one, by=cso, reason="Raised twice")
    assert found(reach="none") == [shared, alone, copies[0], nothing]
