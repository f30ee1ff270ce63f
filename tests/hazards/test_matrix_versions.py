"""Versions of the risk matrix: sizes, edits, approval, and the estimates that a version moves."""

from itertools import product as every
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.errors import Conflict, NotAllowed, NotPossible
from audit.tracked import history_of
from hazards.actions.hazards import withdraw_hazard
from hazards.actions.matrix_versions import (
    approve_matrix,
    discard_matrix,
    draft_matrix,
    edit_matrix,
)
from hazards.choices import Acceptability, MatrixState, Stage
from hazards.matrix_moves import (
    carried_squares,
    hazards_to_estimate_again,
    moved_estimates,
    square_of,
)
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.matrix_rules import (
    ClassShape,
    MatrixShape,
    oddities,
    scaled_class,
    scaled_places,
    why_not_approved,
)
from hazards.matrix_shape import fingerprint_of, shape_of
from hazards.models import Estimate, Finding, HazardSummary, MatrixVersion
from hazards.quality.freshness import check_changes
from hazards.queries import current_matrix
from products.models import Product
from safetycase.figures import figures_for
from safetycase.live_figures import live_figures_for
from safetycase.missing.report import missing_from
from tests.hazards.factories import a_cause, a_hazard, a_live_hazard, an_estimate, set_class
from tests.people import ClientOf
from tests.reviews.factories import an_approved_matrix

SIZES = range(3, 8)


@pytest.fixture
def approved(product: Product, cso: User) -> MatrixVersion:
    an_approved_matrix(product, cso)
    matrix = current_matrix(product)
    assert matrix is not None
    return matrix


def drafted(product: Product, by: User, severities: int = 5, likelihoods: int = 5) -> MatrixReading:
    return read_matrix(
        draft_matrix(
            product=product, by=by, severities=severities, likelihoods=likelihoods, classes=5
        )
    )


def say_meanings(matrix: MatrixReading, by: User) -> None:
    parts: list[Any] = [*matrix.severities, *matrix.likelihoods, *matrix.classes]
    unsaid = [each for each in parts if not each.meaning]
    changes: dict[Any, Any] = {each: {"meaning": f"What {each} means"} for each in unsaid}
    edit_matrix(matrix=matrix.version, by=by, changes=changes)


# --- Pure rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), list(every(SIZES, SIZES)))
def test_a_scaled_axis_keeps_its_ends_and_its_order(old: int, new: int) -> None:
    places = scaled_places(old, new)
    assert len(places) == new
    assert (places[0], places[-1]) == (0, old - 1)
    assert places == sorted(places)
    if new <= old:
        assert len(set(places)) == new, "nothing is doubled where the axis shrinks"
    if new == old:
        assert places == list(range(old))


@pytest.mark.parametrize(("old", "new"), list(every(range(2, 6), range(2, 6))))
def test_a_scaled_class_keeps_its_ends_and_is_never_lower_than_its_place(
    old: int, new: int
) -> None:
    scaled = [scaled_class(number, old, new) for number in range(1, old + 1)]
    assert (scaled[0], scaled[-1]) == (1, new)
    assert scaled == sorted(scaled)
    for number, now in enumerate(scaled, start=1):
        assert (now - 1) / (new - 1) >= (number - 1) / (old - 1)


GOOD = MatrixShape(
    severities=[("Minor", "small"), ("Major", "large")],
    likelihoods=[("Low", "rare"), ("High", "often")],
    classes=[
        ClassShape(1, Acceptability.ACCEPTABLE, "fine"),
        ClassShape(2, Acceptability.UNACCEPTABLE, "not fine"),
    ],
    cells=[[1, 1], [1, 2]],
)


def changed(**values: Any) -> MatrixShape:
    return MatrixShape(**{**vars(GOOD), **values})


def test_a_whole_matrix_misses_nothing() -> None:
    assert why_not_approved(GOOD) == []
    assert oddities(GOOD) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"severities": [("", "small"), ("Major", "large")]}, "has no word"),
        ({"severities": [("major ", "small"), ("Major", "large")]}, "the same word"),
        ({"likelihoods": [("Low", " "), ("High", "often")]}, "likelihood mean: Low"),
        (
            {"classes": [GOOD.classes[0], ClassShape(2, Acceptability.UNACCEPTABLE)]},
            "classes mean: 2",
        ),
        (
            {"classes": [GOOD.classes[0], ClassShape(2, Acceptability.IF_JUSTIFIED, "x")]},
            "No class is unacceptable",
        ),
        (
            {"classes": [ClassShape(1, Acceptability.IF_JUSTIFIED, "x"), GOOD.classes[1]]},
            "No class is acceptable",
        ),
        (
            {
                "classes": [
                    ClassShape(1, Acceptability.UNACCEPTABLE, "x"),
                    ClassShape(2, Acceptability.ACCEPTABLE, "x"),
                ]
            },
            "more acceptable than a lower one",
        ),
    ],
)
def test_what_keeps_a_matrix_from_approval(values: dict[str, Any], said: str) -> None:
    assert said in " ".join(why_not_approved(changed(**values)))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([[2, 1], [2, 2]], "severity Major has class 1, below Minor"),
        ([[1, 2], [1, 1]], "likelihood High has class 1, below Low"),
        ([[1, 1], [1, 1]], "No square has these classes: 2"),
    ],
)
def test_what_looks_like_a_slip_is_said(cells: list[list[int]], said: str) -> None:
    assert said in " ".join(oddities(changed(cells=cells)))


# --- Drafting -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("severities", "likelihoods"), list(every((3, 4, 5, 7), (3, 5, 6, 7))))
def test_every_size_is_drafted_whole_and_can_be_approved(
    product: Product, cso: User, approved: MatrixVersion, severities: int, likelihoods: int
) -> None:
    matrix = drafted(product, cso, severities, likelihoods)
    assert (len(matrix.severities), len(matrix.rows)) == (severities, likelihoods)
    assert len(matrix.cells) == severities * likelihoods
    assert not oddities(shape_of(matrix))
    assert matrix.severities[0].word == "Minor"
    assert matrix.severities[-1].word == "Catastrophic"
    say_meanings(matrix, cso)
    approve_matrix(matrix=matrix.version, by=cso)
    assert current_matrix(product) == matrix.version


@pytest.mark.parametrize("classes", range(2, 6))
def test_every_number_of_classes_keeps_the_ends(
    product: Product, cso: User, approved: MatrixVersion, classes: int
) -> None:
    matrix = read_matrix(
        draft_matrix(product=product, by=cso, severities=5, likelihoods=5, classes=classes)
    )
    assert [each.number for each in matrix.classes] == list(range(1, classes + 1))
    assert why_not_approved(shape_of(matrix)) == []
    [worst] = [cell for cell in matrix.cells if cell == matrix.rows[0].cells[-1]]
    assert worst.number == classes


@pytest.mark.parametrize(("severities", "likelihoods"), [(2, 5), (5, 8), (0, 0)])
def test_no_other_size_is_drafted(
    product: Product, cso: User, approved: MatrixVersion, severities: int, likelihoods: int
) -> None:
    with pytest.raises(NotPossible, match="3 to 7 words"):
        drafted(product, cso, severities, likelihoods)


def test_one_draft_at_a_time(product: Product, cso: User) -> None:
    with pytest.raises(NotPossible, match="is a draft still"):
        drafted(product, cso)
    an_approved_matrix(product, cso)
    draft = drafted(product, cso)
    with pytest.raises(NotPossible, match="being drafted already"):
        drafted(product, cso)
    discard_matrix(matrix=draft.version, by=cso, reason="Not needed")
    assert drafted(product, cso).version.number == 3


def test_the_only_matrix_is_not_discarded(product: Product, cso: User) -> None:
    only = current_matrix(product)
    assert only is not None
    with pytest.raises(NotPossible, match="there is no other matrix"):
        discard_matrix(matrix=only, by=cso, reason="Away")


def test_a_discarded_version_is_never_used(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    draft = drafted(product, cso).version
    discard_matrix(matrix=draft, by=cso, reason="Not needed")
    assert current_matrix(product) == approved
    with pytest.raises(NotPossible, match="was discarded"):
        approve_matrix(matrix=draft, by=cso)
    with pytest.raises(NotPossible, match="no draft any more"):
        edit_matrix(matrix=draft, by=cso, changes={draft: {"name": "x"}})


# --- Editing --------------------------------------------------------------------------------------


def test_an_edit_is_in_the_history_with_its_reason(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    matrix = drafted(product, cso)
    level = matrix.severities[0]
    edit_matrix(
        matrix=matrix.version, by=cso, changes={level: {"word": "Slight"}}, reason="Our word"
    )
    newest = history_of(level)[0]
    assert (newest.word, newest.history_change_reason) == ("Slight", "Our word")


def test_a_word_stands_once_on_an_axis(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    matrix = drafted(product, cso)
    with pytest.raises(NotPossible, match="stands on this axis already"):
        edit_matrix(
            matrix=matrix.version, by=cso, changes={matrix.severities[0]: {"word": "mAJOR"}}
        )


def test_two_people_who_edit_one_square_both_are_heard(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    matrix = drafted(product, cso)
    cell = matrix.rows[0].cells[0].row
    assert cell is not None
    first, second = matrix.classes[3], matrix.classes[4]
    before: dict[Any, int | None] = {cell: cell.version}
    edit_matrix(
        matrix=matrix.version,
        by=cso,
        changes={cell: {"risk_class_id": first.pk}},
        versions=dict(before),
    )
    square = matrix.rows[0].cells[0]
    of = f"of “{square.severity.word} · {square.likelihood.word}”"
    with pytest.raises(Conflict, match=of):
        edit_matrix(
            matrix=matrix.version,
            by=cso,
            changes={cell: {"risk_class_id": second.pk}},
            versions=dict(before),
        )


def test_parts_of_another_matrix_are_refused(
    product: Product, other_product: Product, cso: User, approved: MatrixVersion
) -> None:
    draft, theirs = drafted(product, cso), current_matrix(other_product)
    assert theirs is not None
    other = read_matrix(theirs)
    with pytest.raises(NotPossible, match="part of another matrix"):
        edit_matrix(matrix=draft.version, by=cso, changes={other.severities[0]: {"word": "Ours"}})
    cell = draft.rows[0].cells[0].row
    assert cell is not None
    with pytest.raises(NotPossible, match="of another matrix"):
        edit_matrix(
            matrix=draft.version,
            by=cso,
            changes={cell: {"risk_class_id": other.classes[0].pk}},
        )


def test_an_approved_version_is_not_edited(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    with pytest.raises(NotPossible, match="no draft any more"):
        edit_matrix(matrix=approved, by=cso, changes={approved: {"name": "Other"}})


def test_who_may(
    product: Product,
    cso: User,
    product_manager: User,
    clinical_product_manager: User,
    auditor: User,
    approved: MatrixVersion,
) -> None:
    for person in (product_manager, auditor):
        with pytest.raises(NotAllowed):
            drafted(product, person)
    draft = drafted(product, clinical_product_manager).version
    with pytest.raises(NotAllowed):
        approve_matrix(matrix=draft, by=clinical_product_manager)
    with pytest.raises(NotAllowed):
        discard_matrix(matrix=draft, by=product_manager, reason="x")
    with pytest.raises(NotAllowed):
        edit_matrix(matrix=draft, by=auditor, changes={draft: {"name": "x"}})


def test_a_matrix_with_words_unsaid_is_not_approved(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    draft = drafted(product, cso, 7, 5)
    with pytest.raises(NotPossible, match="cannot be approved yet"):
        approve_matrix(matrix=draft.version, by=cso)
    assert MatrixVersion.objects.get(pk=draft.version.pk).state == MatrixState.DRAFT


# --- What moves -----------------------------------------------------------------------------------


def test_the_same_matrix_again_moves_nothing(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    an_estimate(a_hazard(product, cso), cso, "Major", "Low")
    draft = drafted(product, cso)
    assert moved_estimates(product, draft) == []
    approve_matrix(matrix=draft.version, by=cso)
    carried = carried_squares(draft)
    old = read_matrix(approved)
    assert carried == {
        square_of(before): square_of(now)
        for before, now in zip(old.cells, draft.cells, strict=True)
    }


def test_only_estimates_in_a_changed_square_move_and_none_is_rewritten(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    moving, staying = a_hazard(product, cso), a_hazard(product, cso, "Another hazard")
    estimate = an_estimate(moving, cso, "Major", "Low")
    an_estimate(staying, cso, "Minor", "Low")
    draft = drafted(product, cso)
    set_class(draft, cso, "Major", "Low", 4)
    draft = read_matrix(draft.version)

    [move] = moved_estimates(product, draft)
    assert (move.hazard, move.estimate) == (moving, estimate)
    assert move.square.why == "class 3 becomes class 4"
    assert move.square.is_higher
    approve_matrix(matrix=draft.version, by=cso)
    before = Estimate.objects.get(pk=estimate.pk)
    assert before.matrix == approved, "it stands as it was recorded"
    assert hazards_to_estimate_again(product, draft) == [moving]

    an_estimate(moving, cso, "Major", "Low")
    assert hazards_to_estimate_again(product, draft) == [], "a person estimated it again"


def test_estimates_made_against_a_draft_that_was_edited_later_move(
    product: Product, cso: User
) -> None:
    moving, staying = a_hazard(product, cso), a_hazard(product, cso, "Another hazard")
    estimate = an_estimate(moving, cso, "Major", "Low")
    an_estimate(staying, cso, "Minor", "Low")
    version = current_matrix(product)
    assert version is not None
    assert version.state == MatrixState.DRAFT
    set_class(read_matrix(version), cso, "Major", "Low", 4)

    [move] = moved_estimates(product, read_matrix(version))
    assert (move.hazard, move.estimate) == (moving, estimate)
    assert (move.square.why, move.square.old.number) == ("class 3 becomes class 4", 3)
    approve_matrix(matrix=version, by=cso)
    assert hazards_to_estimate_again(product, read_matrix(version)) == [moving]
    an_estimate(moving, cso, "Major", "Low")
    assert hazards_to_estimate_again(product, read_matrix(version)) == []


def test_what_was_changed_while_the_officer_read_it_is_not_approved(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    draft = drafted(product, cso)
    seen = fingerprint_of(draft)
    set_class(draft, cso, "Major", "Low", 5)
    with pytest.raises(NotPossible, match="changed while you read it"):
        approve_matrix(matrix=draft.version, by=cso, seen=seen)
    now = fingerprint_of(read_matrix(draft.version))
    assert approve_matrix(matrix=draft.version, by=cso, seen=now).state == MatrixState.APPROVED


def test_a_word_that_is_gone_and_one_that_means_something_else_move(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    an_estimate(a_hazard(product, cso), cso, "Significant", "Low")
    an_estimate(a_hazard(product, cso, "Another hazard"), cso, "Minor", "Low")
    draft = drafted(product, cso, 3, 5)
    minor = draft.severities[0]
    edit_matrix(matrix=draft.version, by=cso, changes={minor: {"meaning": "Otherwise"}})
    whys = [move.square.why for move in moved_estimates(product, read_matrix(draft.version))]
    assert whys == ["“Significant” is no word of it", "“Minor” means something else"]


def test_superseded_estimates_and_hazards_out_of_the_log_do_not_move(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    hazard, gone = a_hazard(product, cso), a_hazard(product, cso, "Another hazard")
    cause = a_cause(hazard, cso)
    an_estimate(hazard, cso, "Major", "Low")
    an_estimate(hazard, cso, "Minor", "Low", cause=cause)
    an_estimate(gone, cso, "Major", "Low")
    withdraw_hazard(hazard=gone, by=cso, reason="Not ours")
    draft = drafted(product, cso)
    set_class(draft, cso, "Major", "Low", 5)
    # The cause's own estimate is newer than that of the whole hazard, which has no other cause.
    assert moved_estimates(product, read_matrix(draft.version)) == []


def test_moves_take_the_same_number_of_queries(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    draft = drafted(product, cso)
    set_class(draft, cso, "Major", "Low", 5)
    draft = read_matrix(draft.version)

    def add(count: int) -> None:
        for number in range(count):
            an_estimate(a_hazard(product, cso, f"Hazard {number} of {count}"), cso, "Major", "Low")

    def moves() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            found = moved_estimates(product, draft)
        return len(found), len(queries)

    add(2)
    found, few = moves()
    assert found == 2
    add(6)
    assert moves() == (8, few)


def test_pictures_of_the_matrix_in_use_count_what_they_may(
    product: Product, cso: User, approved: MatrixVersion
) -> None:
    moving, staying = a_hazard(product, cso), a_hazard(product, cso, "Another hazard")
    an_estimate(moving, cso, "Major", "Low")
    an_estimate(staying, cso, "Minor", "Low")
    draft = drafted(product, cso)
    set_class(draft, cso, "Major", "Low", 4)
    approve_matrix(matrix=draft.version, by=cso)
    figures = figures_for(product)
    assert sum(figures.initial.squares.values()) == 1
    assert figures.initial.other_matrix == 1
    low = {level.pk for level in draft.severities}
    assert HazardSummary.objects.get(pk=staying.pk).initial_severity in low
    assert HazardSummary.objects.get(pk=moving.pk).initial_severity not in low


def test_a_risk_that_a_new_matrix_moves_is_to_be_estimated_again_wherever_it_is_shown(
    product: Product, cso: User, approved: MatrixVersion, client_of: ClientOf
) -> None:
    moving, staying = a_live_hazard(product, cso), a_live_hazard(product, cso)
    other = a_cause(moving, cso)
    an_estimate(moving, cso, "Minor", "Low", cause=other)
    an_estimate(moving, cso, "Major", "Medium", cause=a_cause(moving, cso, "A second cause"))
    an_estimate(staying, cso, "Major", "Medium")
    for hazard in (moving, staying):
        an_estimate(hazard, cso, "Minor", "Very low", stage=Stage.RESIDUAL)
    draft = drafted(product, cso)
    set_class(draft, cso, "Minor", "Low", 3)  # not the worst of the hazard
    approve_matrix(matrix=draft.version, by=cso)
    needing = HazardSummary.objects.filter(needs_estimate=True)
    assert [each.pk for each in needing] == [moving.pk]
    page = client_of(cso).get(f"/products/{product.slug}/hazards/{moving.reference}/")
    said = "was estimated with version 1 of the matrix; version 2 is in use since"
    assert page.content.decode().count(said) == 1, "once, and not by the page and by the rule"
    assert f"The initial risk of the cause “{other.text}” {said}" in page.content.decode()
    assert "Drawn here: version 1" in page.content.decode()
    log = client_of(cso).get(f"/products/{product.slug}/hazards/").content.decode()
    rows = log.split("<tbody ")[1:]
    assert ["needs an estimate" in row for row in rows] == [True, False]
    assert ["provisional" in row or "confirmed" in row for row in rows] == [False, True]
    check_changes()
    [found] = Finding.objects.filter(hazard=moving, rule="SC01")
    assert said in found.message
    assert not Finding.objects.filter(hazard=staying, rule="SC01")
    sentences = [
        each.sentence for each in missing_from(figures_for(product)) if "again" in each.sentence
    ]
    assert "1 hazard has a risk to estimate, or to estimate again" in sentences
    assert live_figures_for(product).without_estimate == figures_for(product).without_estimate == 1
    an_estimate(moving, cso, "Minor", "Low", cause=other)
    assert not needing.all().exists()
    check_changes()
    assert not Finding.objects.filter(hazard=moving, rule="SC01")


def test_the_log_says_so_beside_the_initial_risk_where_no_residual_one_is_asked_for(
    product: Product, cso: User, approved: MatrixVersion, client_of: ClientOf
) -> None:
    an_estimate(a_live_hazard(product, cso), cso, "Minor", "Low")
    draft = drafted(product, cso)
    set_class(draft, cso, "Minor", "Low", 2)
    approve_matrix(matrix=draft.version, by=cso)
    log = client_of(cso).get(f"/products/{product.slug}/hazards/").content.decode()
    initial = log.split('<td data-label="Initial">')[1].split("</td>")[0]
    assert "needs an estimate" in initial
