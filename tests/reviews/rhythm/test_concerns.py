"""Raising a concern in fifteen seconds, and what becomes of it."""

from typing import Any

import pytest

from accounts.models import Notification, User
from audit.errors import NotAllowed, NotPossible
from hazards.actions.hazards import withdraw_hazard
from products.choices import Side
from products.models import Product
from reviews.actions.concerns import answer_concern, answer_concern_with_hazard, raise_concern
from reviews.choices import ConcernOutcome
from reviews.models import Concern
from reviews.rhythm.concern_reading import concerns_by, concerns_waiting, own_page
from tests.factories import make_product
from tests.hazards.factories import a_hazard
from tests.people import ClientOf


@pytest.fixture
def concern(product: Product, engineer: User, cso: User) -> Concern:
    return raise_concern(product=product, by=engineer, text="Two names look alike")


def test_who_handles_concerns_is_told(
    product: Product, engineer: User, cso: User, clinical_product_manager: User, clinician: User
) -> None:
    raise_concern(product=product, by=engineer, text="Two names look alike")
    told = {each.person for each in Notification.objects.all()}
    assert told == {cso, clinical_product_manager}
    [waiting] = concerns_waiting(product)
    assert (waiting.side, waiting.words, waiting.asked_by) == (
        Side.CLINICAL,
        "Concern: Two names look alike",
        "Ed Engineer",
    )


def test_a_concern_needs_words(product: Product, engineer: User, auditor: User) -> None:
    with pytest.raises(NotPossible, match="what worries you"):
        raise_concern(product=product, by=engineer, text="  ")
    with pytest.raises(NotAllowed):
        raise_concern(product=product, by=auditor, text="It looks alike")


@pytest.mark.parametrize("outcome", ConcernOutcome)
@pytest.mark.parametrize("answer", ["", "We look at it"])
@pytest.mark.parametrize("with_hazard", [False, True])
def test_what_each_outcome_needs(
    product: Product,
    cso: User,
    concern: Concern,
    outcome: ConcernOutcome,
    answer: str,
    with_hazard: bool,
) -> None:
    hazard = a_hazard(product, cso) if with_hazard else None
    is_hazard = outcome in (ConcernOutcome.HAZARD, ConcernOutcome.KNOWN)
    may = with_hazard if is_hazard else bool(answer) and not with_hazard
    if may:
        answered = answer_concern(
            concern=concern, by=cso, outcome=outcome, answer=answer, hazard=hazard
        )
        assert answered.outcome == outcome
        return
    with pytest.raises(NotPossible, match="Nothing was saved"):
        answer_concern(concern=concern, by=cso, outcome=outcome, answer=answer, hazard=hazard)


def test_it_becomes_a_hazard_with_its_own_words(
    product: Product, engineer: User, cso: User, concern: Concern
) -> None:
    answered = answer_concern_with_hazard(concern=concern, by=cso, name="Two people are mixed up")
    assert answered.hazard is not None
    assert answered.hazard.description == "Ed Engineer was concerned: Two names look alike"
    [told] = Notification.objects.filter(person=engineer)
    assert told.text == "Clara Officer answered your concern: a hazard was raised"
    assert told.url == f"/concern/#concern-{concern.public_id}"
    assert not concerns_waiting(product)


def test_a_concern_is_answered_once(cso: User, concern: Concern) -> None:
    values: dict[str, Any] = {
        "outcome": ConcernOutcome.EXPLAINED,
        "answer": "It is never shown",
    }
    answer_concern(concern=concern, by=cso, **values)
    with pytest.raises(NotPossible, match="meanwhile"):
        answer_concern(concern=concern, by=cso, **values)


def test_a_hazard_of_another_product_covers_nothing(cso: User, concern: Concern) -> None:
    hazard = a_hazard(concern.product, cso)
    hazard.product_id = make_product("Night Ward", "night-ward").pk
    with pytest.raises(NotPossible, match="another product"):
        answer_concern(concern=concern, by=cso, outcome=ConcernOutcome.KNOWN, hazard=hazard)


def test_a_withdrawn_hazard_covers_no_concern(cso: User, concern: Concern) -> None:
    hazard = withdraw_hazard(hazard=a_hazard(concern.product, cso), by=cso, reason="Twice")
    with pytest.raises(NotPossible, match="is withdrawn, so it covers nothing"):
        answer_concern(concern=concern, by=cso, outcome=ConcernOutcome.KNOWN, hazard=hazard)


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/products/x/hazards/HAZ-001/", "/products/x/hazards/HAZ-001/"),
        ("//evil.example/", ""),
        ("https://evil.example/", ""),
        ("/\\evil.example", ""),
        ("javascript:alert(1)", ""),
        ("hazards/", ""),
        ("", ""),
    ],
)
def test_only_pages_of_this_site_are_gone_back_to(path: str, kept: str) -> None:
    assert own_page(path) == kept


def test_the_box_leads_back_to_where_it_was_opened(
    product: Product, engineer: User, client_of: ClientOf
) -> None:
    browser = client_of(engineer)
    page = f"{product.get_absolute_url()}hazards/"
    opened = browser.get(page).content.decode()
    assert 'aria-keyshortcuts="Alt+C"' in opened
    sent = {
        "product": product.slug,
        "text": "Two names look alike",
        "page": page,
        "about": "Hazard log",
    }
    answer = browser.post("/concern/", sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    concern = Concern.objects.get()
    assert (concern.page, concern.about, concern.raised_by) == (page, "Hazard log", engineer)
    again = browser.post("/concern/", sent | {"page": "//evil.example/"})
    assert again.headers["Location"] == "/concern/"
    assert Concern.objects.latest("pk").page == ""


def test_an_empty_box_keeps_what_was_filled_in(
    product: Product, engineer: User, client_of: ClientOf
) -> None:
    answer = client_of(engineer).post("/concern/", {"product": product.slug, "page": "/x/"})
    assert answer.status_code == 422
    assert 'value="/x/"' in answer.content.decode()


def test_one_sees_what_became_of_ones_own(
    product: Product, engineer: User, clinician: User, cso: User, client_of: ClientOf
) -> None:
    concern = raise_concern(product=product, by=engineer, text="Two names look alike")
    raise_concern(product=product, by=clinician, text="Another worry")
    answer_concern(
        concern=concern, by=cso, outcome=ConcernOutcome.EXPLAINED, answer="It is never shown"
    )
    page = client_of(engineer).get("/concern/").content.decode()
    assert "It is never shown" in page
    assert "Another worry" not in page
    assert [each.text for each in concerns_by(engineer)] == ["Two names look alike"]


def test_an_auditor_is_offered_no_box(product: Product, auditor: User, client_of: ClientOf) -> None:
    browser = client_of(auditor)
    assert "Raise a concern" not in browser.get(product.get_absolute_url()).content.decode()
    assert "You are on no team that may" in browser.get("/concern/").content.decode()


def test_the_officer_answers_on_the_page(
    product: Product, engineer: User, cso: User, concern: Concern, client_of: ClientOf
) -> None:
    browser = client_of(cso)
    url = f"{product.get_absolute_url()}concerns/{concern.public_id}/"
    first_button = browser.get(url).content.decode().partition('name="outcome" value="')[2]
    assert first_button.startswith("hazard")  # what Enter presses is never “no risk”
    refused = browser.post(url, {"outcome": "hazard", "answer": "You are right"})
    assert refused.status_code == 422
    assert "Give the hazard a name" in refused.content.decode()
    assert "You are right" in refused.content.decode()
    unknown = browser.post(url, {"outcome": "known", "hazard": "HAZ-999"})
    assert "HAZ-999" in unknown.content.decode()
    hazard = a_hazard(product, cso)
    assert browser.post(url, {"outcome": "known", "hazard": hazard.reference}).status_code == 302
    listed = browser.get(f"{product.get_absolute_url()}concerns/").content.decode()
    assert hazard.reference in listed
