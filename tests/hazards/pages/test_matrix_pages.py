"""The pages on which a risk matrix is drafted, edited, compared and approved."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from hazards.actions.hazards import edit_hazard
from hazards.choices import MatrixState
from hazards.forms.matrices import MatrixForm
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.matrix_shape import fingerprint_of
from hazards.models import MatrixVersion
from hazards.queries import current_matrix
from products.models import Product
from tests.factories import make_release
from tests.hazards.factories import a_hazard, an_estimate
from tests.people import ClientOf
from tests.reviews.factories import an_approved_matrix


@pytest.fixture
def draft(product: Product, cso: User, client_of: ClientOf) -> MatrixVersion:
    an_approved_matrix(product, cso)
    answer = client_of(cso).post(
        reverse("risk_matrix_new", args=[product.slug]),
        {"severities": "5", "likelihoods": "5", "classes": "5", "reason": "Our board asks for it"},
    )
    assert answer.headers["Location"] == url("edit", product)
    return MatrixVersion.objects.get(product=product, number=2)


def url(name: str, product: Product, number: int = 2) -> str:
    return reverse(f"risk_matrix_{name}", args=[product.slug, number])


def as_posted(matrix: MatrixReading, **changes: Any) -> dict[str, Any]:
    """What the browser sends when the page is saved with some fields changed."""
    form = MatrixForm(matrix=matrix)
    sent = {
        name: "" if field.initial is None else str(field.initial)
        for name, field in form.fields.items()
    }
    return sent | changes


def square(matrix: MatrixReading, severity: str, likelihood: str) -> str:
    [cell] = [
        each
        for each in matrix.cells
        if (each.severity.word, each.likelihood.word) == (severity, likelihood)
    ]
    assert cell.row is not None
    return f"cell-{cell.row.pk}-risk_class_id"


def class_key(matrix: MatrixReading, number: int) -> str:
    return str(next(each.pk for each in matrix.classes if each.number == number))


def test_from_draft_to_a_matrix_in_use(
    product: Product, cso: User, draft: MatrixVersion, client_of: ClientOf
) -> None:
    hazard = a_hazard(product, cso)
    an_estimate(hazard, cso, "Major", "Low")
    matrix = read_matrix(draft)
    changed = as_posted(matrix, **{square(matrix, "Major", "Low"): class_key(matrix, 4)})
    saved = client_of(cso).post(url("edit", product), changed, follow=True)
    assert "Nothing changes for the log until it is approved" in saved.content.decode()

    moves = client_of(cso).get(url("changes", product)).content.decode()
    assert "1 estimate of 1 hazard" in moves
    assert "class 3 becomes class 4" in moves
    seen = {"seen": fingerprint_of(read_matrix(draft))}
    assert seen["seen"] in moves
    unread = client_of(cso).post(url("approve", product), {"seen": "x"}, follow=True)
    assert "changed while you read it" in unread.content.decode()
    approved = client_of(cso).post(url("approve", product), seen, follow=True).content.decode()
    assert "1 hazard has an estimate that this version places elsewhere" in approved
    assert current_matrix(product) == draft
    again = client_of(cso).get(url("changes", product)).content.decode()
    assert "Estimate again" in again
    hazard.refresh_from_db()
    assert hazard.worst_initial is not None
    assert hazard.worst_initial.class_number == 3, "nothing is rewritten"

    release = make_release(product)
    edit_hazard(hazard=hazard, by=cso, changes={"first_release_id": release.pk})
    home = client_of(cso).get(reverse("product_home", args=[product.slug])).content.decode()
    assert "1 risk is to be estimated again with version 2 of the matrix" in home


def test_saving_the_page_as_it_is_changes_nothing(
    product: Product, cso: User, draft: MatrixVersion, client_of: ClientOf
) -> None:
    matrix = read_matrix(draft)
    client_of(cso).post(url("edit", product), as_posted(matrix))
    assert {cell.row.version for cell in read_matrix(draft).cells if cell.row} == {1}


def test_the_later_of_two_sees_both_and_loses_nothing(
    product: Product,
    cso: User,
    clinical_product_manager: User,
    draft: MatrixVersion,
    client_of: ClientOf,
) -> None:
    matrix = read_matrix(draft)
    field = square(matrix, "Major", "Low")
    first = as_posted(matrix, **{field: class_key(matrix, 4)})
    level = matrix.severities[0]
    second = as_posted(
        matrix,
        **{field: class_key(matrix, 5), f"severitylevel-{level.pk}-word": "Slight"},
    )
    assert client_of(cso).post(url("edit", product), first).status_code == 302
    answer = client_of(clinical_product_manager).post(url("edit", product), second)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed the same thing" in text
    assert "Slight" in text
    # Saving what the page now holds is a decision made with both in view.
    posted = {
        name: str(bound.value()) if bound.value() is not None else ""
        for name, bound in (
            (each, answer.context["form"][each]) for each in answer.context["form"].fields
        )
    }
    assert client_of(clinical_product_manager).post(url("edit", product), posted).status_code == 302
    now = read_matrix(draft)
    assert now.severities[0].word == "Slight"
    [cell] = [each for each in now.cells if each.row and f"cell-{each.row.pk}-" in field]
    assert cell.number == 5


def test_a_class_of_another_matrix_is_not_offered(
    product: Product, cso: User, draft: MatrixVersion, client_of: ClientOf
) -> None:
    matrix, first = read_matrix(draft), MatrixVersion.objects.get(product=product, number=1)
    field = square(matrix, "Major", "Low")
    theirs = class_key(read_matrix(first), 1)
    answer = client_of(cso).post(url("edit", product), as_posted(matrix, **{field: theirs}))
    assert answer.status_code == 422


def test_an_approved_version_is_not_edited_in_the_browser(
    product: Product, cso: User, draft: MatrixVersion, client_of: ClientOf
) -> None:
    answer = client_of(cso).get(url("edit", product, 1), follow=True)
    assert "is no draft" in answer.content.decode()


def test_a_draft_is_discarded_with_a_reason(
    product: Product, cso: User, draft: MatrixVersion, client_of: ClientOf
) -> None:
    assert client_of(cso).post(url("discard", product), {"reason": ""}).status_code == 422
    client_of(cso).post(url("discard", product), {"reason": "The board changed its mind"})
    draft.refresh_from_db()
    assert draft.state == MatrixState.DISCARDED
    page = client_of(cso).get(reverse("risk_matrix", args=[product.slug])).content.decode()
    assert "Discarded" in page
    assert reverse("risk_matrix_new", args=[product.slug]) in page


@pytest.mark.parametrize("number", [7, 2**40])
def test_a_version_that_is_not_there_is_404(
    product: Product, cso: User, client_of: ClientOf, number: int
) -> None:
    assert client_of(cso).get(url("version", product, number)).status_code == 404


@pytest.mark.parametrize(("severities", "likelihoods"), [(3, 3), (7, 7)])
def test_the_smallest_and_the_largest_are_drawn_and_picked_from(
    product: Product, cso: User, client_of: ClientOf, severities: int, likelihoods: int
) -> None:
    an_approved_matrix(product, cso)
    hazard = a_hazard(product, cso)
    client_of(cso).post(
        reverse("risk_matrix_new", args=[product.slug]),
        {
            "severities": str(severities),
            "likelihoods": str(likelihoods),
            "classes": "5",
            "reason": "Another size",
        },
    )
    draft = MatrixVersion.objects.get(product=product, number=2)
    matrix = read_matrix(draft)
    meanings = {
        f"{level._meta.model_name}-{level.pk}-meaning": f"What {level.word} means"
        for level in [*matrix.severities, *matrix.likelihoods]
    }
    client_of(cso).post(url("edit", product), as_posted(matrix, **meanings))
    client_of(cso).post(url("approve", product), {"seen": fingerprint_of(read_matrix(draft))})
    assert current_matrix(product) == draft
    picker = (
        client_of(cso)
        .get(reverse("estimate", args=[product.slug, hazard.reference, "initial"]))
        .content.decode()
    )
    assert picker.count('name="cell"') == severities * likelihoods
    for page in ("product_home", "hazard_log", "safety_case"):
        assert client_of(cso).get(reverse(page, args=[product.slug])).status_code == 200
