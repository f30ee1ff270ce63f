"""Estimating in the matrix, and the matrix itself."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hazards.choices import MatrixState, Patients, Stage
from hazards.matrix_reading import read_matrix
from hazards.matrix_shape import fingerprint_of
from hazards.models import Estimate, Hazard, MatrixVersion
from products.models import Product
from tests.hazards.factories import an_assumption, an_estimate, levels
from tests.hazards.pages.whole import Whole, a_whole_hazard
from tests.people import ClientOf


@pytest.fixture
def whole(product: Product, cso: User) -> Whole:
    return a_whole_hazard(product, cso)


@pytest.fixture
def browser(clinician: User, client_of: ClientOf) -> Client:
    return client_of(clinician)


def a_cell(product: Product, severity: str, likelihood: str) -> str:
    how_bad, how_likely = levels(product, severity, likelihood)
    return f"{how_bad.pk}:{how_likely.pk}"


def values(product: Product, **more: Any) -> dict[str, Any]:
    return {
        "patients": "several",
        "cell": a_cell(product, "Catastrophic", "Low"),
        "why_severity": "Several die",
        "why_likelihood": "It needs two failures",
    } | more


def test_an_estimate_is_recorded_from_a_square(
    whole: Whole, product: Product, clinician: User, browser: Client
) -> None:
    response = browser.post(
        whole.url("risk/initial/"),
        values(
            product,
            cause=whole.cause.pk,
            harm=whole.harm.pk,
            assumption=whole.assumption.pk,
        ),
    )

    assert response.status_code == 302
    estimate = Estimate.objects.latest("pk")
    assert (estimate.severity.word, estimate.likelihood.word) == ("Catastrophic", "Low")
    assert (estimate.class_number, estimate.stage) == (4, Stage.INITIAL)
    assert estimate.patients == Patients.SEVERAL
    assert (estimate.cause, estimate.harm) == (whole.cause, whole.harm)
    assert estimate.estimated_by == clinician
    assert Hazard.objects.get(pk=whole.hazard.pk).worst_initial == estimate


def test_an_estimate_that_somebody_made_meanwhile_is_shown_before_another_takes_its_place(
    whole: Whole, product: Product, cso: User, browser: Client
) -> None:
    page = whole.url("risk/residual/")
    seen = browser.get(page).context["form"].initial["seen"]
    theirs = an_estimate(whole.hazard, cso, "Major", "High", Stage.RESIDUAL)
    refused = browser.post(page, values(product, seen=seen))
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "Clara Officer estimated this meanwhile: class 4, Major · High" in text
    assert "It needs two failures" in text, "what was written stands there still"
    assert Estimate.objects.latest("pk") == theirs

    assert f'name="seen" value="{theirs.pk}"' in text
    assert browser.post(page, values(product, seen=theirs.pk)).status_code == 302
    an_estimate(whole.hazard, cso, "Major", "High", Stage.RESIDUAL, cause=whole.cause)
    other = values(product, seen=Estimate.objects.filter(cause=None).latest("pk").pk)
    assert browser.post(page, other).status_code == 302, "that was of something else"


def test_the_picker_is_the_matrix_and_asks_what_and_how_many(
    whole: Whole, product: Product, browser: Client
) -> None:
    text = browser.get(whole.url("risk/residual/")).content.decode()

    assert len(re.findall(r'type="radio"[^>]* name="cell"', text)) == 25
    assert "What outcome?" in text
    assert text.count("What outcome?") == 1
    assert "How many patients?" in text
    assert "picker-initial" in text  # the initial risk is dashed
    # What stands now is there to be corrected.
    cell = a_cell(product, "Major", "Low")
    assert f'value="{cell}" checked' in text
    assert "Seen once" in text


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("cell", "Choose a square of the matrix."),
        ("patients", "Say how many patients it reaches at once."),
        ("why_severity", "This cannot be empty."),
        ("why_likelihood", "This cannot be empty."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    whole: Whole, product: Product, browser: Client, missing: str, sentence: str
) -> None:
    before = Estimate.objects.count()
    sent = values(product, assumption="") | {missing: ""}

    response = browser.post(whole.url("risk/initial/"), sent)

    assert response.status_code == 422
    text = response.content.decode()
    assert sentence in text
    for name in ("why_severity", "why_likelihood"):
        assert str(sent[name]) in text
    if missing != "cell":
        assert f'value="{sent["cell"]}" checked' in text
    assert Estimate.objects.count() == before


@pytest.mark.parametrize("cell", ["1", "x:y", "1:2:3", "999999:1", "²:1", "9" * 60 + ":1", ":"])
def test_a_square_that_is_not_in_the_matrix(
    whole: Whole, product: Product, browser: Client, cell: str
) -> None:
    response = browser.post(whole.url("risk/initial/"), values(product, cell=cell))

    assert response.status_code == 422
    assert "not in the matrix that the product uses now" in response.content.decode()


def test_parts_of_another_hazard_are_not_offered(
    whole: Whole, product: Product, cso: User, browser: Client
) -> None:
    foreign = an_assumption(product, cso, text="Of the product as a whole")
    response = browser.get(whole.url("risk/initial/"))
    assert foreign.text in response.content.decode()

    refused = browser.post(whole.url("risk/initial/"), values(product, harm=99_999))
    assert refused.status_code == 422


def test_who_estimates(
    whole: Whole,
    product: Product,
    engineer: User,
    product_manager: User,
    auditor: User,
    stranger: User,
    client_of: ClientOf,
) -> None:
    address = whole.url("risk/residual/")
    for person, code in ((engineer, 403), (product_manager, 403), (auditor, 403), (stranger, 404)):
        assert client_of(person).get(address).status_code == code
        assert client_of(person).post(address, values(product)).status_code == code


def test_a_re_estimate_supersedes_and_keeps_the_older_one(
    whole: Whole, cso: User, browser: Client
) -> None:
    an_estimate(whole.hazard, cso, "Considerable", "Low", Stage.RESIDUAL)

    text = browser.get(whole.url()).content.decode()

    assert "Considerable · Low" in text
    assert "1 earlier estimate" in text
    assert "Major · Low" in text


# --- The matrix -----------------------------------------------------------------------------------


def test_the_matrix_is_read_by_all_and_approved_by_the_safety_officer(
    product: Product, cso: User, engineer: User, auditor: User, stranger: User, client_of: ClientOf
) -> None:
    page = reverse("risk_matrix", args=[product.slug])
    approve = reverse("risk_matrix_approve", args=[product.slug, 1])

    for person in (engineer, auditor):
        text = client_of(person).get(page).content.decode()
        assert "not approved yet" in text
        assert approve not in text
        assert client_of(person).post(approve).status_code == 403
    assert client_of(stranger).get(page).status_code == 404
    assert client_of(stranger).post(approve).status_code == 404
    assert client_of(cso).get(approve).status_code == 405
    matrix = MatrixVersion.objects.get(product=product)
    seen = {"seen": fingerprint_of(read_matrix(matrix))}
    text = client_of(cso).get(page).content.decode()
    assert approve in text
    assert seen["seen"] in text

    assert client_of(cso).post(approve, seen, follow=True).status_code == 200
    matrix = MatrixVersion.objects.get(product=product)
    assert (matrix.state, matrix.approved_by) == (MatrixState.APPROVED, cso)
    text = client_of(cso).get(page).content.decode()
    assert "by Clara Officer" in text
    for said in ("Catastrophic", "Possible.", "Undesirable", "A negligible consequence"):
        assert said in text
    again = client_of(cso).post(approve, follow=True)
    assert "is approved already" in again.content.decode()
